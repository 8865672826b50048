using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// What the server says that it can do, and for how long that may be believed. The SDK promises news of changed tools, which never
/// change while a server runs, and lets a client without session subscribe to resources, of which that client would never hear.
/// </summary>
internal static class McpCapabilities
{
    /// <summary>How long a client may keep the lists of tools, prompts and resources, and the app, and so not know of a new version.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public static void AddMcpCapabilities(this IMcpServerBuilder builder)
    {
        builder.WithRequestFilters(filters => filters
            .AddListToolsFilter(Cache)
            .AddListPromptsFilter(Cache)
            .AddListResourcesFilter(Cache)
            .AddListResourceTemplatesFilter(Cache));
        builder.WithSubscribeToResourcesHandler((_, _) => throw NeedsSession());
        builder.WithUnsubscribeFromResourcesHandler((_, _) => throw NeedsSession());

        // The answers to server/discover and initialize have no filters of their own.
        builder.WithMessageFilters(filters => filters.AddOutgoingFilter(next => (message, cancellationToken) =>
        {
            if (message.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result } && result["capabilities"] is JsonObject capabilities)
            {
                if (result.ContainsKey("supportedVersions"))
                {
                    SayFully(result, capabilities);
                }
                else if (result.ContainsKey("protocolVersion"))
                {
                    (capabilities["resources"] as JsonObject)?.Remove("subscribe");
                }
            }

            return next(message, cancellationToken);
        }));
    }

    // server/discover, from 2026-07-28 on.
    private static void SayFully(JsonObject result, JsonObject capabilities)
    {
        foreach (string lists in new[] { "tools", "prompts", "resources" })
        {
            (capabilities[lists] as JsonObject)?.Remove("listChanged");
        }

        if (capabilities["resources"] is JsonObject resources)
        {
            resources["subscribe"] = true;
        }

        result["ttlMs"] = (long)Lifetime.TotalMilliseconds;
        result["cacheScope"] = "public";
    }

    // The same for everybody, until another version of the server runs.
    private static McpRequestHandler<TParameters, TResult> Cache<TParameters, TResult>(McpRequestHandler<TParameters, TResult> next)
        where TResult : ICacheableResult =>
        async (request, cancellationToken) =>
        {
            TResult list = await next(request, cancellationToken);
            list.TimeToLive = Lifetime;
            list.CacheScope = CacheScope.Public;
            return list;
        };

    private static McpProtocolException NeedsSession() => new(
        "This server keeps no sessions, so it can't tell of changes later. From revision 2026-07-28 on, subscriptions/listen does.", McpErrorCode.MethodNotFound);
}
