using Microsoft.AspNetCore.Http;

namespace TodoApp.ServiceDefaults;

/// <summary>Paths that are secrets themselves, because what asks for them can send no headers. They must not reach logs and traces; metrics have only routes.</summary>
public static class SecretPaths
{
    /// <summary>What stands before the secret of a calendar's address.</summary>
    public const string Calendar = "/api/calendar";

    /// <summary>Whether the path is a secret.</summary>
    public static bool Contain(PathString path) => path.StartsWithSegments(Calendar, StringComparison.OrdinalIgnoreCase);

    /// <summary>The path as it may be logged.</summary>
    public static string Shown(PathString path) => Contain(path) ? Calendar + "/…" : path.Value ?? "";
}
