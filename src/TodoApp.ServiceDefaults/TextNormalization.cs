using System.Text;

namespace TodoApp.ServiceDefaults;

/// <summary>Normalization of texts from outside.</summary>
public static class TextNormalization
{
    /// <summary>What <see cref="string.Normalize(NormalizationForm)"/> refuses although it is valid Unicode: no character will ever be there.</summary>
    public const char NoCharacter = '\uFFFE';

    /// <summary>A text in a normalization form (Unicode Standard Annex 15), with the replacement character U+FFFD for each U+FFFE.</summary>
    /// <param name="text">A text without halves of surrogate pairs.</param>
    /// <param name="form">The form.</param>
    public static string Normalized(this string text, NormalizationForm form) => text.Replace(NoCharacter, '\uFFFD').Normalize(form);
}
