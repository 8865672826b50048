using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Backend;

/// <summary>
/// Stands in for mcp-server where a test needs it to be away, slow, or to say what it was sent: a real Kestrel on a port that
/// stays the same over stop and start. It knows nothing of tasks.
/// </summary>
public sealed class StubMcpServer : IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it is.</summary>
    public Uri Url { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    /// <summary>What came in, in order.</summary>
    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>How it answers; unless set, 200 with an empty object, and 204 to DELETE.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>Starts it, also after <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url.ToString()).ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            Requests.Enqueue(new Received(
                context.Request.Method,
                context.Request.Path.Value! + context.Request.QueryString.Value,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray()));
            if (Answer is not null)
            {
                await Answer(context);
            }
            else if (HttpMethods.IsDelete(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            else
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{}", context.RequestAborted);
            }
        });
        await _app.StartAsync();
    }

    /// <summary>Stops it at once: connections end, and new ones are refused.</summary>
    public async Task StopAsync()
    {
        if (_app is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await _app.StopAsync(now.Token);
            await _app.DisposeAsync();
            _app = null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();
}

/// <summary>A request that the stub got.</summary>
public sealed record Received(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body);
