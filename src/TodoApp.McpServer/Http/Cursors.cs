using System.Buffers.Text;
using System.Text;

namespace TodoApp.McpServer.Http;

/// <summary>Cursors of pages: where the last page ended, and which query it was for. Opaque to callers; one that was changed leads only to another place of the caller's own tasks.</summary>
internal static class Cursors
{
    private const char Separator = '\n';

    public static string Write(string fingerprint, string[] keys) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Separator, [fingerprint, .. keys])));

    /// <returns>The keys; null when the cursor is not one of this query's, which is reported.</returns>
    public static string[]? Read(string cursor, string fingerprint, int keys, FieldErrors errors)
    {
        if (cursor.Length <= 1000 && Base64Url.IsValid(cursor))
        {
            string[] parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(Separator);
            if (parts.Length == keys + 1 && parts[0] == fingerprint && !parts.Any(part => part.Contains('\0', StringComparison.Ordinal)))
            {
                return parts[1..];
            }
        }

        errors.Invalid("cursor", "must be the nextCursor of an answer to the same query: the same parameters but for limit.");
        return null;
    }
}
