using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Http;

/// <summary>A request's body, read whole and parsed.</summary>
internal sealed class JsonBody : IDisposable
{
    private const int MostLevels = 32;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MostLevels, CommentHandling = JsonCommentHandling.Disallow };

    private readonly JsonDocument? _document;

    private JsonBody(byte[] bytes, JsonDocument? document)
    {
        Bytes = bytes;
        _document = document;
    }

    public byte[] Bytes { get; }

    public bool IsEmpty => _document is null;

    /// <summary>The value; null when there was no body.</summary>
    public JsonElement Root => _document?.RootElement ?? default;

    /// <summary>Reads the body.</summary>
    /// <returns>The body, or why it can't be read: 400 or 415. A body that is too large throws, and is answered with 413.</returns>
    public static async ValueTask<(JsonBody? Body, Problem? Problem)> ReadAsync(HttpRequest request, bool isRequired)
    {
        byte[] bytes = await ReadBytesAsync(request.BodyReader, request.HttpContext.RequestAborted);
        if (bytes.Length == 0)
        {
            return isRequired
                ? (null, ProblemKind.Malformed.Because("The body is empty; it must be a JSON object."))
                : (new JsonBody(bytes, null), null);
        }

        if (!IsJson(request.ContentType))
        {
            return (null, ProblemKind.UnsupportedMediaType.Because("Send the body as application/json."));
        }

        try
        {
            return (new JsonBody(bytes, JsonDocument.Parse(bytes, Strict)), null);
        }
        catch (JsonException exception)
        {
            return (null, ProblemKind.Malformed.Because(
                $"The body is not valid JSON of at most {MostLevels} levels: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."));
        }
    }

    public void Dispose() => _document?.Dispose();

    private static bool IsJson(string? contentType)
    {
        ReadOnlySpan<char> type = contentType.AsSpan();
        int semicolon = type.IndexOf(';');
        if (semicolon >= 0 && type[semicolon..].IndexOf("charset=", StringComparison.OrdinalIgnoreCase) is >= 0 and int charset
            && !type[(semicolon + charset + "charset=".Length)..].Trim(" \"").StartsWith("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return false; // JSON is UTF-8 (RFC 8259), whatever else is promised.
        }

        type = (semicolon < 0 ? type : type[..semicolon]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase);
    }

    private static async ValueTask<byte[]> ReadBytesAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                byte[] bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
