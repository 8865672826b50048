using System.Net;
using System.Net.Sockets;

namespace TodoApp.Tests.Infrastructure;

/// <summary>Ports for programs that can't be told to take any free one, or that must come back on the same.</summary>
public static class FreePort
{
    /// <summary>A port of 127.0.0.1 that was free a moment ago; another program may take it first, so the caller tries again if starting fails.</summary>
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
