using System.Security.Cryptography;
using System.Text;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Storage;

/// <summary>
/// Makes a write that is sent twice happen once. A key is valid for one space, method and path, and is kept for 24 hours with the
/// answer of the write that succeeded; a write that failed changed nothing and is simply done again.
/// </summary>
/// <param name="Key">SHA-256 of method, path and the caller's key.</param>
/// <param name="Request">SHA-256 of everything else that decides what the write does.</param>
internal sealed record Idempotency(byte[] Key, byte[] Request)
{
    /// <summary>The most characters in a caller's key.</summary>
    public const int KeyLength = 255;

    /// <summary>How long a key is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static readonly Problem Reused = ProblemKind.IdempotencyKeyReused.Because(
        "This key (the header Idempotency-Key, or a tool's idempotency_key) was sent before with another body, other arguments or other conditions. Use a new key for a new request, and the same request for the same key.");

    public static Idempotency For(string method, string path, string key, ReadOnlySpan<byte> request) => ForDigest(method, path, key, SHA256.HashData(request));

    /// <summary>For a request that is too large to be kept in memory.</summary>
    public static Idempotency ForDigest(string method, string path, string key, byte[] request) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{method} {path}\n{key}")), request);

    public static bool IsValid(string key) => key.Length is > 0 and <= KeyLength && key.All(c => c is >= ' ' and <= '~');
}
