using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoApp.McpServer.Identity;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// Asks the user before something is done that is hard to take back. A client that can ask gets a question (elicitation, revision
/// 2026-07-28) and calls again with the answer, which counts for ten minutes, for the same caller, tool and arguments, and as long as
/// the question would still be the same. Other clients say <c>confirm</c> in the arguments (docs/adr/0034).
/// </summary>
/// <param name="keys">Of the internal identity: the same on all replicas, so that any of them takes the answer. The first signs.</param>
/// <param name="time">The clock.</param>
internal sealed class Confirmation(IReadOnlyList<byte[]> keys, TimeProvider time)
{
    /// <summary>The argument of clients that can't ask.</summary>
    public const string Argument = "confirm";

    /// <summary>Its schema.</summary>
    public const string Schema = """{"type":"boolean","description":"Only after your user agreed, when you are told to send it."}""";

    private const string Question = "confirm";
    private const int ExpiryLength = sizeof(long);
    private const int StateLength = ExpiryLength + SHA256.HashSizeInBytes + HMACSHA256.HashSizeInBytes;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly byte[][] _keys = [.. keys.Select(key => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "todo-app mcp confirmation"u8.ToArray()))];

    /// <summary>Sees to it that the user has agreed.</summary>
    /// <param name="request">The call.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="arguments">The call's arguments in one form.</param>
    /// <param name="question">What the user must agree to, as a question.</param>
    /// <returns>Null when the user has; else the answer to the call.</returns>
    /// <exception cref="InputRequiredException">The user is to be asked.</exception>
    /// <exception cref="McpProtocolException">The state is not one that was given for this call.</exception>
    public string? Check(RequestContext<CallToolRequestParams> request, Caller caller, ReadOnlySpan<byte> arguments, string question)
    {
        if (request.Server.ClientCapabilities?.Elicitation is not ElicitationCapability elicitation || (elicitation.Form is null && elicitation.Url is not null))
        {
            return request.Params.Arguments?.TryGetValue(Argument, out JsonElement confirm) == true && confirm.ValueKind == JsonValueKind.True
                ? null
                : $"Nothing was done. Ask your user first: {question} If they agree, call again with the same arguments and \"{Argument}\": true.";
        }

        byte[] context = Context(caller, request.Params.Name, arguments);
        byte[] asked = SHA256.HashData(Encoding.UTF8.GetBytes(question));
        if (request.Params.RequestState is string state && IsFor(state, context, asked)
            && request.Params.InputResponses?.TryGetValue(Question, out InputResponse? response) == true)
        {
            return IsYes(response.RawValue) ? null : "Nothing was done: your user said no. Do not try again unless they ask for it.";
        }

        throw new InputRequiredException(
            new Dictionary<string, InputRequest>
            {
                // Without fields: accepting is the answer.
                [Question] = InputRequest.ForElicitation(new ElicitRequestParams { Message = question, RequestedSchema = new ElicitRequestParams.RequestSchema() }),
            },
            Sign(time.GetUtcNow() + Lifetime, context, asked));
    }

    private static bool IsYes(JsonElement response) =>
        response.ValueKind == JsonValueKind.Object && response.TryGetProperty("action", out JsonElement action) && action.ValueKind == JsonValueKind.String && action.GetString() == "accept";

    // Each part with its length, so that none can be taken for another.
    private static byte[] Context(Caller caller, string tool, ReadOnlySpan<byte> arguments)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string part in new[] { caller.Space.ToString(), caller.Actor.Kind, caller.Actor.Id, tool })
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        hash.AppendData(arguments);
        return hash.GetHashAndReset();
    }

    private static byte[] Mac(byte[] key, ReadOnlySpan<byte> expiry, byte[] context, ReadOnlySpan<byte> asked) => HMACSHA256.HashData(key, (byte[])[.. expiry, .. context, .. asked]);

    private string Sign(DateTimeOffset expires, byte[] context, byte[] asked)
    {
        Span<byte> expiry = stackalloc byte[ExpiryLength];
        BinaryPrimitives.WriteInt64BigEndian(expiry, expires.ToUnixTimeMilliseconds());
        return Base64Url.EncodeToString([.. expiry, .. asked, .. Mac(_keys[0], expiry, context, asked)]);
    }

    // Whether it was given for this question and is not too old; else the user is asked (again).
    private bool IsFor(string state, byte[] context, byte[] asked)
    {
        Span<byte> bytes = stackalloc byte[StateLength];
        if (Base64Url.GetMaxDecodedLength(state.Length) is < StateLength or > StateLength + 2
            || !Base64Url.TryDecodeFromChars(state, bytes, out int written) || written != StateLength || !IsOurs(bytes, context))
        {
            throw new McpProtocolException("requestState is not one that was given to you for this call. Call again without it.", McpErrorCode.InvalidParams);
        }

        return BinaryPrimitives.ReadInt64BigEndian(bytes) > time.GetUtcNow().ToUnixTimeMilliseconds()
            && CryptographicOperations.FixedTimeEquals(bytes.Slice(ExpiryLength, SHA256.HashSizeInBytes), asked);
    }

    private bool IsOurs(ReadOnlySpan<byte> state, byte[] context)
    {
        bool isOurs = false;
        foreach (byte[] key in _keys)
        {
            isOurs |= CryptographicOperations.FixedTimeEquals(
                Mac(key, state[..ExpiryLength], context, state.Slice(ExpiryLength, SHA256.HashSizeInBytes)), state[(ExpiryLength + SHA256.HashSizeInBytes)..]);
        }

        return isOurs;
    }
}
