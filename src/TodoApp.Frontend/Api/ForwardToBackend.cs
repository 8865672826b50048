using Microsoft.Extensions.Primitives;
using TodoApp.Frontend.Accounts;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace TodoApp.Frontend.Api;

/// <summary>
/// Passes <c>/api</c>, <c>/mcp</c> and <c>/docs</c> on to the backend. A call of <c>/api</c> without <c>Authorization</c> speaks
/// for the browser's session; <c>/mcp</c> never does: agents bring a token of their own.
/// </summary>
internal sealed class ForwardToBackend : IDisposable
{
    private readonly SessionCookie _cookie;
    private readonly BufferedForwarder _buffered;
    private readonly StreamForwarder _streams;

    public ForwardToBackend(Upstream backend, IHttpForwarder forwarder, IHostApplicationLifetime lifetime, TimeProvider time, SessionCookie cookie)
    {
        _cookie = cookie;
        var options = new ForwarderOptions { Prepare = Prepare, KeepHost = true };
        _buffered = new BufferedForwarder(backend, time, options);
        _streams = new StreamForwarder(forwarder, backend, lifetime, options);
    }

    public Task Api(HttpContext context)
    {
        HttpRequest request = context.Request;
        request.Path.StartsWithSegments("/api", StringComparison.Ordinal, out PathString rest);
        return TaskRoutes.Find(rest) switch
        {
            null => _buffered.ForwardAsync(context, request.Path, ServiceDefaultsExtensions.BodyLimit, keyed: false),
            { Kind: RouteKind.Buffered } route => _buffered.ForwardAsync(context, request.Path, route.BodyLimit, keyed: true),
            { } route => _streams.ForwardAsync(context, request.Path, route.BodyLimit, route.Kind == RouteKind.EndlessStream),
        };
    }

    // A tool call ends by itself, a subscription does not, and only the body tells: both get the grace of the former.
    public Task Mcp(HttpContext context) =>
        _streams.ForwardAsync(context, context.Request.Path, TaskRoutes.LargeBodyLimit, endless: HttpMethods.IsGet(context.Request.Method));

    public Task Docs(HttpContext context) =>
        _buffered.ForwardAsync(context, context.Request.Path, ServiceDefaultsExtensions.BodyLimit, keyed: false);

    public void Dispose() => _streams.Dispose();

    private void Prepare(HttpContext context, HttpRequestMessage request)
    {
        PassedHeaders.AddForwarded(context, request);
        StringValues given = context.Request.Headers.Authorization;
        if (given.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", given.ToString());
        }
        else if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && _cookie.Read(context.Request) is string token)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }
    }
}
