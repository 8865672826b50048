using System.Text;
using System.Text.RegularExpressions;
using TodoApp.Contracts;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Tasks;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Input;

/// <summary>The rules of single fields: each takes what was sent, and gives what is stored or reports what is wrong.</summary>
internal static partial class Rules
{
    public const int TitleLength = 500;
    public const int NotesBytes = 16 * 1024;
    public const int NameLength = 100;
    public const int LabelsPerTask = 50;

    /// <summary>Normalization form C, without surrounding white space; length in Unicode scalar values.</summary>
    public static string? Title(string? text, string field, FieldErrors errors) => Line(text, field, TitleLength, errors);

    /// <summary>The name of a list, label or filter.</summary>
    public static string? Name(string? text, string field, FieldErrors errors) => Line(text, field, NameLength, errors);

    /// <summary>What makes two names the same: compatibility forms (full and half width, ligatures) and case are ignored.</summary>
    public static string NameKey(string name) => name.Normalized(NormalizationForm.FormKC).ToUpperInvariant().ToLowerInvariant().Trim();

    /// <summary>Null when empty.</summary>
    public static string? Notes(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text) || !Clean(ref text, field, errors))
        {
            return null;
        }

        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > NotesBytes)
        {
            errors.Invalid(field, $"must have at most {NotesBytes} bytes of UTF-8, but has {bytes}.");
        }

        return text.Length == 0 ? null : text;
    }

    public static Priority Priority(string? text, string field, FieldErrors errors)
    {
        switch (text?.Trim().ToLowerInvariant())
        {
            case null or "" or "none":
                return Contracts.Priority.None;
            case "low" or "p4":
                return Contracts.Priority.Low;
            case "medium" or "p3":
                return Contracts.Priority.Medium;
            case "high" or "p2":
                return Contracts.Priority.High;
            case "urgent" or "p1":
                return Contracts.Priority.Urgent;
            default:
                errors.Invalid(field, "must be none, low, medium, high or urgent (p4 to p1 are low to urgent).");
                return Contracts.Priority.None;
        }
    }

    public static RecurrenceFrom RecurrenceFrom(string? text, string field, FieldErrors errors)
    {
        switch (text)
        {
            case null or "due":
                return Contracts.RecurrenceFrom.Due;
            case "completion":
                return Contracts.RecurrenceFrom.Completion;
            default:
                errors.Invalid(field, "must be due or completion.");
                return Contracts.RecurrenceFrom.Due;
        }
    }

    /// <summary>A recurrence rule in its canonical form. Whether it fits the due date is decided in <see cref="RecurringTask.ApplyDates"/>.</summary>
    public static string? Recurrence(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var wrong = new List<string>();
        RecurrenceRule? rule = RecurrenceRule.Parse(text, wrong);
        wrong.ForEach(what => errors.Invalid(field, what));
        return rule?.ToString();
    }

    public static string? Color(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!ColorForm().IsMatch(text))
        {
            errors.Invalid(field, "must be a color as #rrggbb, for example #3366cc.");
            return null;
        }

        return text.ToLowerInvariant();
    }

    /// <summary>An IANA zone that this machine knows.</summary>
    public static string? TimeZone(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (Zones.TryFind(text) is null)
        {
            errors.Invalid(field, "must be the IANA name of a time zone, for example Europe/Berlin.");
            return null;
        }

        return text;
    }

    public static string? Position(string? text, string field, FieldErrors errors)
    {
        if (text is not null && Rank.IsValid(text))
        {
            return text;
        }

        errors.Invalid(field, $"must be a rank: 1 to {Rank.MaxLength} characters of 0-9 and a-z that do not end in 0.");
        return null;
    }

    private static string? Line(string? text, string field, int length, FieldErrors errors)
    {
        if (text is null)
        {
            errors.Invalid(field, "must not be null.");
            return null;
        }

        if (!Clean(ref text, field, errors))
        {
            return null;
        }

        text = text.Trim();
        if (text.Length == 0)
        {
            errors.Invalid(field, "must not be empty.");
            return null;
        }

        if (text.Length > length)
        {
            int scalars = 0;
            foreach (Rune _ in text.EnumerateRunes())
            {
                scalars++;
            }

            if (scalars > length)
            {
                errors.Invalid(field, $"must have at most {length} characters, but has {scalars}.");
                return null;
            }
        }

        return text;
    }

    /// <summary>Refuses what no text should hold, and brings the rest into normalization form C with plain line feeds.</summary>
    private static bool Clean(ref string text, string field, FieldErrors errors)
    {
        if (text.Contains('\r', StringComparison.Ordinal))
        {
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal); // What browsers' forms send.
        }

        bool isAscii = true;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c < ' ' && c is not ('\t' or '\n'))
            {
                errors.Invalid(field, $"has the control character U+{(int)c:X4} at position {i}; only tab and line feed are allowed.");
                return false;
            }

            if (c == TextNormalization.NoCharacter)
            {
                errors.Invalid(field, $"has U+FFFE at position {i}, which is not a character.");
                return false;
            }

            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    errors.Invalid(field, "has half of a surrogate pair, which is not valid Unicode.");
                    return false;
                }

                i++;
            }

            isAscii &= c < 0x80;
        }

        if (!isAscii && !text.IsNormalized(NormalizationForm.FormC))
        {
            text = text.Normalize(NormalizationForm.FormC);
        }

        return true;
    }

    [GeneratedRegex("^#[0-9A-Fa-f]{6}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ColorForm();
}
