using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// <c>subscriptions/listen</c>: a stream that names a resource each time when what it holds has changed. The lists of tools, prompts and
/// resources never change while the server runs, so nothing else is granted.
/// </summary>
/// <remarks>The SDK's own handler acknowledges nothing without sessions.</remarks>
internal static class Subscriptions
{
    /// <summary>How many resources one stream may watch: each is read again after each change of the space.</summary>
    public const int MostResources = 20;

    /// <summary>A line without meaning is sent this often, so that no proxy takes the stream for dead.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Then the stream is closed, and the client asks again with an identity that is checked again: how long a withdrawn token may listen on.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    public static void AddSubscriptions(this IMcpServerBuilder builder) =>
        builder.WithSubscriptionsListenHandler(McpFailures.Protect<SubscriptionsListenRequestParams, EmptyResult>(ListenAsync));

    private static async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        IServiceProvider services = request.Services!;
        HttpContext http = services.GetRequiredService<IHttpContextAccessor>().HttpContext!;
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        using var timeout = new CancellationTokenSource(Longest, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, timeout.Token, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

        Caller caller = http.GetCaller();
        using ChangeSignals.Waiter signals = services.GetRequiredService<ChangeSignals>().TryWait(caller.Space)
            ?? throw new McpProtocolException($"This account has {ChangeSignals.MostOfSpace} open streams, which is the most. Close one.", McpErrorCode.InvalidRequest);
        var watched = new Watched(services.GetRequiredService<SpaceWrites>(), caller);
        await watched.AddAsync(request.Params?.Notifications?.ResourceSubscriptions ?? [], cancellationToken);

        var granted = new JsonObject();
        if (watched.Uris.Count > 0)
        {
            granted["resourceSubscriptions"] = new JsonArray([.. watched.Uris.Select(uri => JsonValue.Create(uri))]);
        }

        await NotifyAsync(request, NotificationMethods.SubscriptionsAcknowledgedNotification, new JsonObject { ["notifications"] = granted }, cancellationToken);
        Task signal = signals.WaitAsync(end.Token);
        while (!end.IsCancellationRequested)
        {
            try
            {
                await signal.WaitAsync(KeepAlive, time, CancellationToken.None);
                signal = signals.WaitAsync(end.Token);
            }
            catch (TimeoutException)
            {
                // Nothing else writes to this response meanwhile: notifications are sent below, and the result after the return.
                await http.Response.WriteAsync(": keep-alive\n\n", cancellationToken);
                await http.Response.Body.FlushAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            // After a keep-alive too: a signal may have been lost, or the day may have changed.
            try
            {
                await foreach (string uri in watched.ChangedAsync(cancellationToken))
                {
                    await NotifyAsync(request, NotificationMethods.ResourceUpdatedNotification, new JsonObject { ["uri"] = uri }, cancellationToken);
                }
            }
            catch (ServiceUnavailableException)
            {
                // Looked at again after the next signal or keep-alive.
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new EmptyResult { ResultType = "complete", Meta = new JsonObject { [MetaKeys.SubscriptionId] = Id(request) } };
    }

    private static Task NotifyAsync(RequestContext<SubscriptionsListenRequestParams> request, string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        parameters["_meta"] = new JsonObject { [MetaKeys.SubscriptionId] = Id(request) };
        return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellationToken);
    }

    private static JsonValue? Id(RequestContext<SubscriptionsListenRequestParams> request) => request.JsonRpcRequest.Id.Id switch
    {
        string text => JsonValue.Create(text),
        long number => JsonValue.Create(number),
        _ => null,
    };

    /// <summary>Resources and what each held when it was last looked at.</summary>
    private sealed class Watched(SpaceWrites writes, Caller caller)
    {
        private readonly Dictionary<string, string?> _digests = new(StringComparer.Ordinal);

        public Dictionary<string, string?>.KeyCollection Uris => _digests.Keys;

        /// <summary>Watches those that exist; the others are left out.</summary>
        /// <exception cref="McpProtocolException">They are too many.</exception>
        public async Task AddAsync(IEnumerable<string> uris, CancellationToken cancellationToken)
        {
            string[] distinct = [.. uris.Distinct(StringComparer.Ordinal)];
            if (distinct.Length > MostResources)
            {
                throw new McpProtocolException(
                    $"params.notifications.resourceSubscriptions may name {MostResources} resources at most, not {distinct.Length}. Open another stream for the others.", McpErrorCode.InvalidParams);
            }

            foreach (string uri in distinct)
            {
                if (await DigestAsync(uri, cancellationToken) is string digest)
                {
                    _digests[uri] = digest;
                }
            }
        }

        /// <summary>Those that hold something else now, or are gone, or are back.</summary>
        public async IAsyncEnumerable<string> ChangedAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (string uri in _digests.Keys.ToArray())
            {
                string? digest = await DigestAsync(uri, cancellationToken);
                if (digest != _digests[uri])
                {
                    _digests[uri] = digest;
                    yield return uri;
                }
            }
        }

        private async Task<string?> DigestAsync(string uri, CancellationToken cancellationToken)
        {
            Outcome<ResourceContents[]> contents = await TodoResources.ReadAsync(writes, caller, uri, cancellationToken);
            return contents.IsDone
                ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', contents.Value.OfType<TextResourceContents>().Select(content => content.Text)))))
                : null;
        }
    }
}
