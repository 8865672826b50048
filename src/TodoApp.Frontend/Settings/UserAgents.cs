namespace TodoApp.Frontend.Settings;

/// <summary>Tells what program a <c>User-Agent</c> stands for, as far as a person wants to know.</summary>
internal static class UserAgents
{
    private const int LongestUnknown = 60;

    // Each names those that it descends from as well: the youngest first.
    private static readonly (string Part, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
        ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Part, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>The program and the system that it runs on.</summary>
    /// <returns>No system where none is named. The program is null without a <c>User-Agent</c>; one that is no known browser is named by its own words, shortened.</returns>
    public static (string? Program, string? System) Read(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return (null, null);
        }

        string? browser = Find(Browsers, userAgent);
        return browser is null
            ? (userAgent.Length <= LongestUnknown ? userAgent : userAgent[..LongestUnknown] + "…", null)
            : (browser, Find(Systems, userAgent));
    }

    private static string? Find((string Part, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(each => userAgent.Contains(each.Part, StringComparison.Ordinal)).Name;
}
