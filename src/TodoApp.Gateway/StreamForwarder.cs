using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using TodoApp.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace TodoApp.Gateway;

/// <summary>
/// Passes a request on as it comes, both ways, byte by byte: for <c>/mcp</c>, the stream of changes, import, export, snapshot, and
/// what may take long: to undo many changes and to empty the trash. No retry, no circuit, no limit to how long it takes; five minutes of silence end it. (.NET itself sends what has
/// no body again when the connection dies, and YARP leaves no way to forbid it; the only write without a body among these is to
/// empty the trash, which can be done twice.)
/// </summary>
public sealed class StreamForwarder : IDisposable
{
    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        ActivityTimeout = TimeSpan.FromMinutes(5),
        AllowResponseBuffering = false,
    };

    // Long enough for a tool call or a download that is under way, and below the time that the server gives all requests.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly IHttpForwarder _forwarder;
    private readonly Upstream _upstream;
    private readonly ForwarderOptions _options;
    private readonly CancellationTokenSource _endless = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenRegistration _stopping;

    /// <summary>Makes one.</summary>
    /// <param name="forwarder">YARP's, from <c>AddHttpForwarder()</c>.</param>
    /// <param name="upstream">Where to.</param>
    /// <param name="lifetime">Streams end when the application stops; otherwise each would hold it up for the whole drain time.</param>
    /// <param name="options">What this service does with every request; its pipeline is not used.</param>
    public StreamForwarder(IHttpForwarder forwarder, Upstream upstream, IHostApplicationLifetime lifetime, ForwarderOptions options)
    {
        _forwarder = forwarder;
        _upstream = upstream;
        _options = options;
        _stopping = lifetime.ApplicationStopping.Register(() =>
        {
            _endless.Cancel();
            _ending.CancelAfter(Grace);
        });
    }

    /// <summary>Passes the request on and answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The path at the other service; the query stays.</param>
    /// <param name="bodyLimit">The largest body in bytes; a larger one is answered with 413.</param>
    /// <param name="endless">Whether the response goes on until someone ends it: then it ends as soon as the application stops, otherwise 10 seconds later.</param>
    /// <param name="stop">Cuts the response off, for example when the caller's token is revoked.</param>
    /// <exception cref="ServiceUnavailableException">The other service is away and nothing was answered yet.</exception>
    public async Task ForwardAsync(HttpContext context, PathString path, long bodyLimit, bool endless, CancellationToken stop = default)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = bodyLimit;
        }

        if (context.Request.ContentLength > bodyLimit)
        {
            throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }

        CancellationToken ending = (endless ? _endless : _ending).Token;
        using CancellationTokenSource? either = stop.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(ending, stop) : null;
        CancellationToken end = either?.Token ?? ending;
        ForwarderError error = await _forwarder.SendAsync(
            context, _upstream.Prefix, _upstream.Connections, Config, new Headers(path, _options), end);
        if (error is not ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            Exception? cause = context.Features.Get<IForwarderErrorFeature>()?.Exception;
            BadHttpRequestException? bad = Causes(cause).OfType<BadHttpRequestException>().FirstOrDefault();
            throw bad ?? (Exception)new ServiceUnavailableException($"{_upstream.Name} is away for the moment. Try again.", cause);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Dispose();
        _endless.Dispose();
        _ending.Dispose();
    }

    // YARP says what went wrong on both sides at once.
    private static IEnumerable<Exception> Causes(Exception? exception) => exception switch
    {
        null => [],
        AggregateException several => several.InnerExceptions.SelectMany(Causes),
        _ => Causes(exception.InnerException).Prepend(exception),
    };

    private sealed class Headers(PathString path, ForwarderOptions options) : HttpTransformer
    {
        public override ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            HttpRequest request = httpContext.Request;
            PassedHeaders.CopyRequest(request, proxyRequest);
            if (proxyRequest.Content is HttpContent body && request.Headers.TransferEncoding.Count == 0)
            {
                body.Headers.ContentLength = request.ContentLength;
            }

            if (options.KeepHost)
            {
                proxyRequest.Headers.Host = request.Host.Value;
            }

            proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, path, request.QueryString);
            options.Prepare?.Invoke(httpContext, proxyRequest);
            return ValueTask.CompletedTask;
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is not null)
            {
                PassedHeaders.CopyResponse(proxyResponse, httpContext.Response);
                if (proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream")
                {
                    // Else the client would not know that it is connected before the first event.
                    await httpContext.Response.Body.FlushAsync(cancellationToken);
                }
            }

            return true;
        }
    }
}
