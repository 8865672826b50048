using System.Globalization;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Settings;

/// <summary>What can be chosen for language, region and time zone. Everything else that the API takes is kept, but not offered.</summary>
internal static class Regions
{
    private static readonly Lazy<(string Tag, string Name)[]> AllLocales = new(FindLocales);
    private static readonly Lazy<string[]> AllTimeZones = new(() => [.. TimeZoneInfo.GetSystemTimeZones()
        .Where(zone => zone.HasIanaId).Select(zone => zone.Id).Append("UTC").Distinct().Order(StringComparer.Ordinal)]);

    /// <summary>Each language, and each of its regions, by what they call themselves; languages first.</summary>
    public static IReadOnlyList<(string Tag, string Name)> Locales => AllLocales.Value;

    /// <summary>IANA names.</summary>
    public static IReadOnlyList<string> TimeZones => AllTimeZones.Value;

    /// <summary>What a locale that is not among <see cref="Locales"/> is called.</summary>
    public static string Name(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag).NativeName;
        }
        catch (CultureNotFoundException)
        {
            return tag;
        }
    }

    private static (string Tag, string Name)[] FindLocales() =>
    [
        .. Languages.All,
        .. CultureInfo.GetCultures(CultureTypes.SpecificCultures)
            // Not en-001 (the world) and not en-US-POSIX.
            .Where(culture => culture.Name is [_, _, '-', >= 'A' and <= 'Z', >= 'A' and <= 'Z'] && Languages.All.Any(language => language.Tag == culture.TwoLetterISOLanguageName))
            .OrderBy(culture => culture.NativeName, StringComparer.InvariantCulture)
            .Select(culture => (culture.Name, culture.NativeName)),
    ];
}
