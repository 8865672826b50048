namespace TodoApp.McpServer.Storage;

/// <summary>The type of a statement's parameter, mapped to each engine's own.</summary>
internal enum SqlType
{
    Uuid,
    UuidArray,
    Text,
    Long,
    Small,
    Boolean,
    Timestamp,
    Json,
    Bytes,

    /// <summary>What <see cref="Search.SearchText"/> makes of a text, or looks for; on PostgreSQL of the type of its place.</summary>
    SearchWords,
}

/// <summary>A value for one of a statement's places <c>$1</c>, <c>$2</c>, ….</summary>
internal readonly record struct SqlParameter(SqlType Type, object? Value);

/// <summary>
/// One SQL statement with its values. The text is the same for both engines wherever they agree: places are <c>$1</c>, <c>$2</c>, …,
/// tables are qualified with <c>tasks.</c>.
/// </summary>
internal sealed class Statement(string sql)
{
    private readonly List<SqlParameter> _parameters = [];

    public string Sql { get; private set; } = sql;

    public IReadOnlyList<SqlParameter> Parameters => _parameters;

    public Statement Add(Guid? value) => Add(SqlType.Uuid, value);

    public Statement Add(Guid[] value) => Add(SqlType.UuidArray, value);

    public Statement Add(string? value) => Add(SqlType.Text, value);

    public Statement Add(long? value) => Add(SqlType.Long, value);

    public Statement Add(short value) => Add(SqlType.Small, value);

    public Statement Add(bool value) => Add(SqlType.Boolean, value);

    public Statement Add(DateTimeOffset? value) => Add(SqlType.Timestamp, value);

    public Statement Add(byte[]? value) => Add(SqlType.Bytes, value);

    public Statement AddSearchWords(string value) => Add(SqlType.SearchWords, value);

    public Statement AddJson(string? value) => Add(SqlType.Json, value);

    /// <summary>Adds a value and returns its place, for statements whose text is put together.</summary>
    public string Place(SqlType type, object? value)
    {
        _parameters.Add(new SqlParameter(type, value));
        return $"${_parameters.Count}";
    }

    /// <summary>Adds text to the statement.</summary>
    public Statement Append(string sql)
    {
        Sql += sql;
        return this;
    }

    private Statement Add(SqlType type, object? value)
    {
        _parameters.Add(new SqlParameter(type, value));
        return this;
    }
}
