using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TodoApp.Contracts;

/// <summary>Writes instants as RFC 3339 in UTC with exactly three digits of a second (<c>2026-12-01T09:00:00.000Z</c>); reads any offset.</summary>
public sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    /// <summary>The format, for code that writes instants elsewhere.</summary>
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[32];
        value.UtcDateTime.TryFormat(text, out int length, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
