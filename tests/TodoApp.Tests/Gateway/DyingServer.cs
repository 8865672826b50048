using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TodoApp.Tests.Gateway;

/// <summary>A server on a bare socket that can do what Kestrel never does: read a request and close the connection without a word.</summary>
internal sealed class DyingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Queue<string> _answers;
    private readonly Task _running;

    /// <param name="answers">What each request gets, in order; the empty text closes the connection. The last one stays.</param>
    public DyingServer(params string[] answers)
    {
        _answers = new Queue<string>(answers);
        _listener.Start();
        _running = Run();
    }

    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    public const string HalfABody = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Every request, head and body.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _running;
        _listener.Dispose();
    }

    private async Task Run()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                NetworkStream stream = client.GetStream();
                Requests.Enqueue(await Read(stream));
                string answer = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (IOException)
            {
                // The other side went first.
            }
        }
    }

    private static async Task<string> Read(NetworkStream stream)
    {
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length));
            length += read;
            string text = Encoding.UTF8.GetString(buffer, 0, length);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (end >= 0 && Encoding.UTF8.GetByteCount(text[(end + 4)..]) >= BodyLength(text[..end])))
            {
                return text;
            }
        }
    }

    private static int BodyLength(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line["Content-Length:".Length..]))
        .FirstOrDefault();
}
