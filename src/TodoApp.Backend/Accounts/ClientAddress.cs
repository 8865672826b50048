using System.Net;
using System.Net.Sockets;

namespace TodoApp.Backend.Accounts;

/// <summary>Where a request came from: the peer, or whom a proxy in <c>TRUSTED_PROXIES</c> names.</summary>
internal static class ClientAddress
{
    private const int LongestUserAgent = 200;

    internal static string Of(HttpContext context) => Canonical(context)?.ToString() ?? "";

    /// <summary>What limits count by: an IPv4 address, or an IPv6 network of 64 bits, because whoever has one of its addresses has them all.</summary>
    internal static string LimitKey(HttpContext context)
    {
        IPAddress? address = Canonical(context);
        if (address?.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address?.ToString() ?? "";
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }

    /// <summary>What the program calls itself, cut to 200 characters that can be shown.</summary>
    internal static string? UserAgent(HttpContext context)
    {
        string text = context.Request.Headers.UserAgent.ToString();
        if (text.Length == 0)
        {
            return null;
        }

        text = new string([.. text.Take(LongestUserAgent).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)]);
        return text;
    }

    private static IPAddress? Canonical(HttpContext context) =>
        context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress;
}
