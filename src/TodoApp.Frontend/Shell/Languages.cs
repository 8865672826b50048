using System.Globalization;

namespace TodoApp.Frontend.Shell;

/// <summary>The languages that pages are written in. Texts are English in the source; <c>Texts.{language}.resx</c> has the others.</summary>
internal static class Languages
{
    /// <summary>The languages, and what they call themselves.</summary>
    public static readonly IReadOnlyList<(string Tag, string Name)> All = [("en", "English"), ("de", "Deutsch")];

    /// <summary>The culture of a BCP 47 tag: its region decides how dates are written, as long as the language is one of <see cref="All"/>.</summary>
    public static CultureInfo Of(string tag)
    {
        string language = tag.Split('-')[0];
        try
        {
            return CultureInfo.GetCultureInfo(All.Any(each => each.Tag.Equals(language, StringComparison.OrdinalIgnoreCase)) ? tag : "en");
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.GetCultureInfo("en");
        }
    }

    /// <summary>What the browser asks for, on pages before sign-in.</summary>
    public static CultureInfo Of(HttpRequest request)
    {
        foreach (string wanted in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString()))
        {
            if (All.Any(language => wanted.Split('-')[0].Equals(language.Tag, StringComparison.OrdinalIgnoreCase)))
            {
                return Of(wanted);
            }
        }

        return Of("en");
    }
}
