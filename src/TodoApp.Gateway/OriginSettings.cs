using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using TodoApp.ServiceDefaults;

namespace TodoApp.Gateway;

/// <summary>Under which names the system is reached, and which proxies in front of it are believed.</summary>
public sealed record OriginSettings
{
    /// <summary><c>PUBLIC_URL</c>: the origin that browsers use, for example <c>https://todo.example.com</c>; null: each request's own.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary><c>ALLOWED_HOSTS</c>: further host names, separated by commas, without ports; <c>*.example.com</c> stands for every name below it.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary><c>TRUSTED_PROXIES</c>: addresses and networks (<c>10.0.0.0/8</c>), separated by commas, whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed; none unless set.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Reads them.</summary>
    /// <exception cref="ConfigurationException">One is wrong.</exception>
    public static OriginSettings Read(IConfiguration configuration) => new()
    {
        PublicUrl = ReadPublicUrl(configuration),
        AllowedHosts = [.. Parts(configuration, "ALLOWED_HOSTS").Select(ReadHost)],
        TrustedProxies = [.. Parts(configuration, "TRUSTED_PROXIES").Select(ReadNetwork)],
    };

    /// <summary>Whether the system answers under a host name: <c>PUBLIC_URL</c>'s, <c>localhost</c> and what ends in it, a loopback address, or one of <c>ALLOWED_HOSTS</c>. The port does not matter.</summary>
    /// <param name="host">A name or an address, without a port; IPv6 with or without brackets.</param>
    public bool Allows(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (PublicUrl is not null && host.Equals(PublicUrl.Host, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        foreach (string allowed in AllowedHosts)
        {
            bool matches = allowed.StartsWith("*.", StringComparison.Ordinal)
                ? host.Length >= allowed.Length && host.EndsWith(allowed.AsSpan(1), StringComparison.OrdinalIgnoreCase)
                : host.Equals(allowed, StringComparison.OrdinalIgnoreCase);
            if (matches)
            {
                return true;
            }
        }

        return IPAddress.TryParse(host.AsSpan().Trim("[]"), out IPAddress? address) && IPAddress.IsLoopback(address);
    }

    /// <summary>Whether browsers reach the system by https, as <c>PUBLIC_URL</c> says, or else the request.</summary>
    public bool IsHttps(HttpRequest request) => PublicUrl is null ? request.IsHttps : PublicUrl.Scheme == Uri.UriSchemeHttps;

    private static Uri? ReadPublicUrl(IConfiguration configuration)
    {
        Uri? url = ServiceSettings.Url(configuration, "PUBLIC_URL");
        return url is null || (url.PathAndQuery == "/" && url.Fragment.Length == 0 && url.UserInfo.Length == 0)
            ? url
            : throw new ConfigurationException("PUBLIC_URL must be an origin without a path, for example https://todo.example.com.");
    }

    private static string ReadHost(string host)
    {
        string name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return Uri.CheckHostName(name) != UriHostNameType.Unknown
            ? host
            : throw new ConfigurationException($"ALLOWED_HOSTS has '{host}': each must be a host name without scheme and port, for example todo.example.com or *.example.com.");
    }

    private static IPNetwork ReadNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new ConfigurationException($"TRUSTED_PROXIES has '{text}': each must be an address or a network, for example 10.0.0.0/8.");
    }

    private static string[] Parts(IConfiguration configuration, string name) =>
        (configuration[name] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
