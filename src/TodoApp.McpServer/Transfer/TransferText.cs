using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>Single values as the formats write them.</summary>
internal static class TransferText
{
    /// <summary>The highest number that an imported task may bring along: above it there is still room for more than anybody adds.</summary>
    public const long HighestNumber = 1_000_000_000;

    private static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ssK"];

    public static string Name(Priority priority) => priority switch
    {
        Priority.Urgent => "urgent",
        Priority.High => "high",
        Priority.Medium => "medium",
        Priority.Low => "low",
        _ => "none",
    };

    public static string Name(RecurrenceFrom from) => from == RecurrenceFrom.Completion ? "completion" : "due";

    /// <summary>RFC 3339 in UTC with three digits of a second, as everywhere in the API.</summary>
    public static string Write(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An instant with any offset, to the millisecond; null when there is none, or it is wrong and reported.</summary>
    public static DateTimeOffset? Instant(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // A zone is required: without it this would be a guess, and half an instant would pass for a whole one.
        if ((text[^1] == 'Z' || text.AsSpan(Math.Max(0, text.Length - 6)) is ['+' or '-', _, _, ':', _, _])
            && DateTimeOffset.TryParseExact(text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at)
            && at >= Earliest && at < Latest)
        {
            return new DateTimeOffset(at.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
        }

        errors.Invalid(field, "must be an instant such as 2026-12-01T09:00:00.000Z, from the year 1900 on.");
        return null;
    }

    /// <summary>A rank; empty when there is none, or it is wrong and reported.</summary>
    public static string Position(string? text, FieldErrors errors) => string.IsNullOrEmpty(text) ? "" : Rules.Position(text, "position", errors) ?? "";

    /// <summary>A UUID of any version but the empty one.</summary>
    public static bool IsId(string? text) => Guid.TryParseExact(text, "D", out Guid id) && id != Guid.Empty;

    /// <summary>
    /// The id of what a format gives none: the same for the same text, so that a file that is imported again is recognized.
    /// A UUID of version 8 (RFC 9562, section 5.8) made from SHA-256.
    /// </summary>
    public static Guid DeriveId(string format, string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{format}\n{text}"), digest);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }
}
