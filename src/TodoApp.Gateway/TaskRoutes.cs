using Microsoft.AspNetCore.Http;
using TodoApp.ServiceDefaults;

namespace TodoApp.Gateway;

/// <summary>How a task route is passed on.</summary>
public enum RouteKind
{
    /// <summary>With its body in memory and one retry.</summary>
    Buffered,

    /// <summary>As it comes; it ends by itself, and may take longer than other requests.</summary>
    Stream,

    /// <summary>As it comes; it ends only when someone ends it.</summary>
    EndlessStream,
}

/// <summary>A route that mcp-server serves and the public may reach.</summary>
/// <param name="Kind">How to pass it on.</param>
/// <param name="BodyLimit">The largest body in bytes.</param>
public readonly record struct TaskRoute(RouteKind Kind, long BodyLimit);

/// <summary>The allow-list of task routes. What is not in it never reaches mcp-server.</summary>
public static class TaskRoutes
{
    /// <summary>The largest body of <c>/tasks/batch</c> and <c>/mcp</c>: 4 MiB.</summary>
    public const long LargeBodyLimit = 4 * 1024 * 1024;

    /// <summary>The largest body of <c>/import</c>: 256 MiB.</summary>
    public const long ImportBodyLimit = 256 * 1024 * 1024;

    /// <summary>Finds the route of a path as mcp-server has it, without <c>/api</c>. Exact: <c>/Tasks</c> is none.</summary>
    /// <returns>Null when the path is no task route.</returns>
    public static TaskRoute? Find(PathString path)
    {
        string text = path.Value ?? "";
        int end = text.IndexOf('/', Math.Min(1, text.Length));
        return (end < 0 ? text : text.AsSpan(0, end)) switch
        {
            "/tasks" => new TaskRoute(RouteKind.Buffered, text is "/tasks/batch" ? LargeBodyLimit : ServiceDefaultsExtensions.BodyLimit),
            "/lists" or "/labels" or "/filters" or "/overview" => new TaskRoute(RouteKind.Buffered, ServiceDefaultsExtensions.BodyLimit),
            "/changes" => new TaskRoute(
                text switch { "/changes/stream" => RouteKind.EndlessStream, "/changes/undo" => RouteKind.Stream, _ => RouteKind.Buffered }, ServiceDefaultsExtensions.BodyLimit),
            "/snapshot" or "/export" or "/trash" => new TaskRoute(RouteKind.Stream, ServiceDefaultsExtensions.BodyLimit),
            "/import" => new TaskRoute(RouteKind.Stream, ImportBodyLimit),
            _ => null,
        };
    }
}
