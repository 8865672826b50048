using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace TodoApp.Gateway;

/// <summary>Finds out where a request came from when it came through a proxy.</summary>
public static class TrustedProxies
{
    /// <summary>
    /// For a peer within <c>TRUSTED_PROXIES</c>, takes the client's address and scheme from <c>X-Forwarded-For</c> and
    /// <c>X-Forwarded-Proto</c>, from the right to the first address that is not trusted. For any other peer it does nothing: the
    /// headers are a caller's own words. Call it before anything that looks at the address or the scheme.
    /// </summary>
    public static WebApplication UseTrustedProxies(this WebApplication app, OriginSettings origin)
    {
        if (origin.TrustedProxies.Count == 0)
        {
            return app;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (IPNetwork network in origin.TrustedProxies)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
        return app;
    }
}
