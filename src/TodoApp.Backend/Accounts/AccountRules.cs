using System.Globalization;
using System.Text;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Accounts;

/// <summary>The rules of an account's fields. Each returns what is wrong, or null, and may put the text into its canonical form.</summary>
internal static class AccountRules
{
    internal const int ShortestPassword = 12;
    internal const int LongestPassword = 128;

    private static readonly string[] WeekStarts = ["monday", "saturday", "sunday"];
    private static readonly string[] Themes = ["system", "light", "dark", "contrast"];

    // What twelve characters or more look like when nobody thinks about them.
    private static readonly HashSet<string> Commonest = new(StringComparer.OrdinalIgnoreCase)
    {
        "123456789012", "1234567890123", "12345678901234", "123456123456", "123123123123", "qwertyuiop12", "qwertyuiop123", "qwertyuiopasdf",
        "qwerty123456", "qwertyqwerty", "password1234", "password12345", "password123456", "passwordpassword", "passw0rdpassw0rd", "iloveyou1234",
        "adminadmin12", "administrator", "administrator1", "letmeinletmein", "welcome12345", "changemechangeme", "abcdefghijkl", "abc123abc123",
        "correcthorsebatterystaple",
    };

    internal static string? Email(ref string text)
    {
        const string Form = "It must be an e-mail address like ada@example.com, at most 254 characters.";
        string email = text.Trim().Normalized(NormalizationForm.FormC);
        int at = email.LastIndexOf('@');
        if (email.Length > 254 || at is < 1 or > 64 || at == email.Length - 1)
        {
            return Form;
        }

        ReadOnlySpan<char> domain = email.AsSpan(at + 1);
        if (domain[0] is '.' or '-' || domain[^1] is '.' or '-' || domain.Contains("..", StringComparison.Ordinal) || email.AsSpan(0, at).Contains('@'))
        {
            return Form;
        }

        foreach (char letter in email)
        {
            // Format characters (category Cf) would let two addresses look the same.
            if (char.IsControl(letter) || char.IsWhiteSpace(letter) || letter is '<' or '>' or ',' or ';' or '"' or '\\' or '\uFFFD'
                || char.GetUnicodeCategory(letter) == UnicodeCategory.Format)
            {
                return Form;
            }
        }

        text = email;
        return null;
    }

    /// <summary>Only the length, the address itself and the commonest few: rules about which characters make people choose worse ones.</summary>
    internal static string? Password(string text, string? email)
    {
        int length = text.EnumerateRunes().Count();
        if (length is < ShortestPassword or > LongestPassword)
        {
            return $"It must have {ShortestPassword} to {LongestPassword} characters, and has {length}. Any characters are fine: a few words make a good one.";
        }

        if (email is not null && text.Trim().Equals(email, StringComparison.OrdinalIgnoreCase))
        {
            return "It must not be the e-mail address.";
        }

        return Commonest.Contains(text.Trim()) || text.Distinct().Count() < 3 ? "It is one of the passwords that are tried first. Choose another: a few words make a good one." : null;
    }

    internal static string? Name(ref string text)
    {
        string name = text.Trim().Normalized(NormalizationForm.FormC);
        if (name.Any(char.IsControl))
        {
            return "It must not have control characters.";
        }

        int length = name.EnumerateRunes().Count();
        if (length is < 1 or > 100)
        {
            return $"It must have 1 to 100 characters besides surrounding white space, and has {length}.";
        }

        text = name;
        return null;
    }

    internal static string? TimeZone(ref string text)
    {
        // Windows' names are known too, and "localtime" is the server's own zone: neither means anything to others.
        bool valid = text.Length is > 0 and <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '_' or '-' or '+')
            && char.IsAsciiLetterUpper(text[0]) && text is not "Factory" && !TimeZoneInfo.TryConvertWindowsIdToIanaId(text, out _)
            && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _);
        return valid || text == "UTC" ? null : "It must be a time zone's IANA name, for example Europe/Berlin or UTC.";
    }

    internal static string? Locale(ref string text)
    {
        string[] parts = text.Split('-');
        bool valid = text.Length <= 35 && parts[0].Length is >= 2 and <= 8 && parts[0].All(char.IsAsciiLetter)
            && parts.Skip(1).All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
        return valid ? null : "It must be a language tag, for example en, en-GB or de-DE.";
    }

    internal static string? WeekStart(ref string text) => OneOf(text, WeekStarts);

    internal static string? Theme(ref string text) => OneOf(text, Themes);

    private static string? OneOf(string text, string[] choices) =>
        choices.Contains(text, StringComparer.Ordinal) ? null : $"It must be one of {string.Join(", ", choices)}.";
}
