using System.Net;
using System.Text;
using TodoApp.ServiceDefaults;

namespace TodoApp.Gateway;

/// <summary>
/// A service that requests are passed on to, and the connections to it. Connections are kept alive and shared by everything
/// that talks to the service, and replaced after a minute, so that new replicas get their part. No cookies, no redirects, no
/// decompression: what comes is passed on as it is. The W3C trace context is added to every request. Make one for each service.
/// </summary>
public sealed class Upstream : IDisposable
{
    private readonly SocketsHttpHandler _handler = MakeHandler();

    /// <summary>Makes one. It connects when it is first used.</summary>
    /// <param name="name">What a person calls it at the start of a sentence, for example "The task service": part of the 503's text.</param>
    /// <param name="address">Its base address; a path in it is put before every path.</param>
    public Upstream(string name, Uri address)
    {
        Name = name;
        Prefix = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        Connections = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    /// <summary>What a person calls it.</summary>
    public string Name { get; }

    /// <summary>The scheme, host, port and path that every path is put behind; without a slash at its end.</summary>
    public string Prefix { get; }

    /// <summary>How long to wait for the response's headers, with the retry, before it counts as away; 10 seconds unless set.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal HttpMessageInvoker Connections { get; }

    /// <summary>
    /// Sends a request and returns when the response's headers are there. When the connection can't be made, or dies before the
    /// headers, and <paramref name="retry"/> allows it, the request is made anew and sent once more. (Reads are sent up to three
    /// times more when the connection dies: that .NET does by itself.)
    /// </summary>
    /// <param name="make">Makes the request; called once for each attempt.</param>
    /// <param name="state">What <paramref name="make"/> is given.</param>
    /// <param name="retry">Whether sending it twice does no harm.</param>
    /// <param name="cancellationToken">Ends the wait when the caller has left.</param>
    /// <param name="headerTimeout">In place of <see cref="HeaderTimeout"/>, for what takes long.</param>
    /// <exception cref="ServiceUnavailableException">No connection, a connection that died, or no headers in time.</exception>
    public async ValueTask<HttpResponseMessage> SendAsync<TState>(
        Func<TState, HttpRequestMessage> make, TState state, bool retry, CancellationToken cancellationToken, TimeSpan? headerTimeout = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(headerTimeout ?? HeaderTimeout);
        while (true)
        {
            HttpRequestMessage request = make(state);
            ForbidHiddenRetries(request);
            try
            {
                // The token stops mattering when the headers are there: it does not cut off the body.
                return await Connections.SendAsync(request, deadline.Token);
            }
            catch (HttpRequestException exception) when (retry && IsConnectionFailure(exception, request))
            {
                retry = false;
            }
            catch (Exception exception) when (IsFailure(exception, cancellationToken))
            {
                throw new ServiceUnavailableException($"{Name} is away for the moment. Try again.", exception);
            }
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        Connections.Dispose();
        _handler.Dispose();
    }

    private static SocketsHttpHandler MakeHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectTimeout = TimeSpan.FromSeconds(1.5),
        // Kestrel reads header values as UTF-8; refusing to send them would turn a caller's odd header into a 503.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    };

    /// <summary>.NET sends a request without content again by itself when the connection dies, also a POST or DELETE.</summary>
    private static void ForbidHiddenRetries(HttpRequestMessage request)
    {
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            request.Content ??= new ByteArrayContent([]);
        }
    }

    private static bool IsConnectionFailure(HttpRequestException exception, HttpRequestMessage request) =>
        exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        || (request.Content is not null && (exception.HttpRequestError is HttpRequestError.ResponseEnded || exception.InnerException is IOException));

    // A cancellation that the caller did not ask for is the deadline's or the connect timeout's.
    private static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
