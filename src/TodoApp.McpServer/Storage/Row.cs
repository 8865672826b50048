using System.Data.Common;
using System.Text.Json;
using Npgsql;

namespace TodoApp.McpServer.Storage;

/// <summary>The current row of a result, read alike on both engines.</summary>
internal readonly struct Row(DbDataReader reader)
{
    private readonly bool _isPostgres = reader is NpgsqlDataReader;

    public bool IsNull(int column) => reader.IsDBNull(column);

    public Guid Uuid(int column) => reader.GetGuid(column);

    public Guid? UuidOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

    public string Text(int column) => reader.GetString(column);

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public long Long(int column) => reader.GetInt64(column);

    public long? LongOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public short Small(int column) => reader.GetInt16(column);

    public bool Boolean(int column) => reader.GetBoolean(column);

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    public DateTimeOffset Timestamp(int column) => _isPostgres
        ? new DateTimeOffset(reader.GetDateTime(column), TimeSpan.Zero)
        : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public DateTimeOffset? TimestampOrNull(int column) => reader.IsDBNull(column) ? null : Timestamp(column);

    public Guid[] Uuids(int column)
    {
        if (_isPostgres)
        {
            return reader.GetFieldValue<Guid[]>(column);
        }

        string text = reader.GetString(column);
        return text == "[]" ? [] : JsonSerializer.Deserialize(text, StorageJson.Default.GuidArray)!;
    }
}
