using Polly;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace TodoApp.Backend.Gateway;

/// <summary>Passes the task routes and <c>/mcp</c> on to mcp-server, with who is asking signed instead of the caller's token.</summary>
internal sealed class TaskGateway : IDisposable
{
    private static readonly string[] Prefixes = ["tasks", "trash", "lists", "labels", "filters", "changes", "overview", "snapshot", "export", "import"];

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Patch, HttpMethods.Delete];

    private readonly BufferedForwarder _buffered;
    private readonly StreamForwarder _streams;
    private readonly StreamWatch _watch;

    public TaskGateway(
        Upstream mcpServer, InternalJwt identity, ResiliencePipeline circuit, StreamWatch watch, IHttpForwarder forwarder,
        IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var options = new ForwarderOptions
        {
            Pipeline = circuit,
            SlowAfter = Circuit.SlowAfter,
            Prepare = (context, request) => request.Headers.TryAddWithoutValidation(
                "Authorization", "Bearer " + identity.For(context.Features.Get<Caller>()!)),
        };
        _buffered = new BufferedForwarder(mcpServer, time, options);
        _streams = new StreamForwarder(forwarder, mcpServer, lifetime, options);
        _watch = watch;
    }

    public void Dispose() => _streams.Dispose();

    internal static void Map(WebApplication app)
    {
        TaskGateway gateway = app.Services.GetRequiredService<TaskGateway>();
        foreach (string prefix in Prefixes)
        {
            app.MapMethods($"/api/{prefix}/{{**rest}}", Methods, gateway.ForwardTasks).Require(Access.Tasks);
        }

        app.MapMethods("/mcp", [HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete], gateway.ForwardMcp).Require(Access.Mcp);
    }

    private Task ForwardTasks(HttpContext context)
    {
        context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal, out PathString path);
        if (TaskRoutes.Find(path) is not TaskRoute route)
        {
            return context.WriteProblem(ProblemKind.NotFound);
        }

        bool import = path == "/import";
        if (!import && !HasJson(context.Request))
        {
            return context.WriteProblem(ProblemKind.UnsupportedMediaType, "Send application/json, or application/merge-patch+json for PATCH.");
        }

        return route.Kind == RouteKind.Buffered
            ? _buffered.ForwardAsync(context, path, route.BodyLimit, keyed: true)
            : Stream(context, path, route.BodyLimit, endless: route.Kind == RouteKind.EndlessStream);
    }

    // A tool call ends by itself, and is given time to at shutdown; only a subscription goes on until someone ends it.
    private Task ForwardMcp(HttpContext context) => HasJson(context.Request)
        ? Stream(context, "/mcp", TaskRoutes.LargeBodyLimit, endless: HttpMethods.IsGet(context.Request.Method) || context.Request.Headers["Mcp-Method"] == "subscriptions/listen")
        : context.WriteProblem(ProblemKind.UnsupportedMediaType, "Send application/json.");

    /// <summary>Passes a calendar program's request on as what it means to mcp-server. The caller is set already; there is no token to be watched.</summary>
    internal Task ForwardCalendar(HttpContext context)
    {
        context.Request.QueryString = new QueryString("?format=ics");
        return _streams.ForwardAsync(context, "/export", ServiceDefaultsExtensions.BodyLimit, endless: false);
    }

    private Task Stream(HttpContext context, PathString path, long bodyLimit, bool endless) =>
        _watch.Run(context, endless, end => _streams.ForwardAsync(context, path, bodyLimit, endless, end));

    /// <summary>Whether the body is JSON, or there is none.</summary>
    private static bool HasJson(HttpRequest request)
    {
        if (request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0)
        {
            return true;
        }

        ReadOnlySpan<char> type = request.ContentType.AsSpan();
        int semicolon = type.IndexOf(';');
        type = (semicolon < 0 ? type : type[..semicolon]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (HttpMethods.IsPatch(request.Method) && type.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase));
    }
}
