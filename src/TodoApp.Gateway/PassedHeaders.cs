using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TodoApp.Gateway;

/// <summary>
/// Which headers cross a hop. Requests: an allow-list, so that cookies, <c>Origin</c> (checked by the first hop), <c>Forwarded</c>, <c>X-Forwarded-*</c>, identity headers
/// of whatever proxy, and connection headers stay behind without being named. The price: a header that a new feature needs
/// must be added here. <c>Authorization</c> is never copied: each hop decides what to send. Responses: everything but
/// connection headers.
/// </summary>
public static class PassedHeaders
{
    private const string ForwardedFor = "X-Forwarded-For";
    private const string ForwardedProto = "X-Forwarded-Proto";

    private static readonly FrozenSet<string> FromRequest = new[]
    {
        "Accept", "Accept-Encoding", "Accept-Language", "Content-Encoding", "Content-Language", "Content-Type", "Idempotency-Key",
        "If-Match", "If-Modified-Since", "If-None-Match", "Last-Event-ID", "Prefer", "User-Agent",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Date and Server are Kestrel's own; the rest belong to one connection (RFC 9110, 7.6.1).
    private static readonly FrozenSet<string> NotFromResponse = new[]
    {
        "Connection", "Date", "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection", "Server", "Set-Cookie", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Tells the next service where the request came from: <c>X-Forwarded-For</c> is the peer (or who a trusted proxy says it
    /// is; see <see cref="TrustedProxies"/>), <c>X-Forwarded-Proto</c> the scheme. For the frontend; the next service believes it
    /// only when this one's address is within its <c>TRUSTED_PROXIES</c>.
    /// </summary>
    public static void AddForwarded(HttpContext context, HttpRequestMessage request)
    {
        if (context.Connection.RemoteIpAddress is IPAddress address)
        {
            request.Headers.TryAddWithoutValidation(ForwardedFor, (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
        }

        request.Headers.TryAddWithoutValidation(ForwardedProto, context.Request.Scheme);
    }

    internal static void CopyRequest(HttpRequest from, HttpRequestMessage to)
    {
        foreach ((string name, StringValues values) in from.Headers)
        {
            // MCP's headers are open-ended: Mcp-Method, Mcp-Name, MCP-Protocol-Version, Mcp-Param-….
            if (FromRequest.Contains(name) || name.StartsWith("Mcp-", StringComparison.OrdinalIgnoreCase))
            {
                Add(to, name, values);
            }
        }
    }

    internal static void CopyResponse(HttpResponseMessage from, HttpResponse to)
    {
        to.StatusCode = (int)from.StatusCode;
        CopyResponse(from.Headers.NonValidated, to.Headers);
        CopyResponse(from.Content.Headers.NonValidated, to.Headers);
    }

    /// <summary>Takes back what <see cref="CopyResponse(HttpResponseMessage, HttpResponse)"/> copied.</summary>
    internal static void RemoveResponse(HttpResponseMessage from, HttpResponse to)
    {
        foreach ((string name, _) in from.Headers.NonValidated)
        {
            to.Headers.Remove(name);
        }

        foreach ((string name, _) in from.Content.Headers.NonValidated)
        {
            to.Headers.Remove(name);
        }
    }

    private static void CopyResponse(HttpHeadersNonValidated from, IHeaderDictionary to)
    {
        foreach ((string name, HeaderStringValues values) in from)
        {
            if (!NotFromResponse.Contains(name))
            {
                to[name] = values.Count == 1 ? values.ToString() : values.ToArray();
            }
        }
    }

    private static void Add(HttpRequestMessage to, string name, StringValues values)
    {
        if (values.Count == 1)
        {
            if (!to.Headers.TryAddWithoutValidation(name, values.ToString()))
            {
                to.Content?.Headers.TryAddWithoutValidation(name, values.ToString());
            }
        }
        else if (!to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
        {
            to.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
    }
}
