using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using TodoApp.McpServer.Search;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Storage;

internal sealed class PostgresDatabase : Database
{
    private const long MigrationLock = 0x746f646f_74736b73; // "todotsks"

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _unpooled;
    private readonly TimeProvider _time;

    /// <exception cref="ConfigurationException">The connection string has a keyword or value that Npgsql refuses.</exception>
    public PostgresDatabase(DatabaseUrl url, int pool, TimeProvider time)
    {
        _time = time;
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(url.ConnectionString)
            {
                MaxPoolSize = pool,
                MaxAutoPrepare = 100,
                AutoPrepareMinUsages = 2,
                CommandTimeout = 15,
                KeepAlive = 30,
            };
            settings.ApplicationName ??= "mcp-server";
            if (!new DbConnectionStringBuilder { ConnectionString = url.ConnectionString }.ContainsKey("Timeout"))
            {
                settings.Timeout = 5; // Seconds to connect; more would keep callers waiting who get a 503 anyway.
            }

            var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString) { Name = "tasks" }; // The name that metrics show.
            builder.EnableArrays();
            builder.EnableTransportSecurity();
            builder.EnableJsonTypes();
            _source = builder.Build();

            // Its own, so that a full pool does not keep it from listening, and it does not take the pool's last one.
            var unpooled = new NpgsqlSlimDataSourceBuilder(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false, MaxAutoPrepare = 0 }.ConnectionString) { Name = "tasks-unpooled" };
            unpooled.EnableTransportSecurity();
            _unpooled = unpooled.Build();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException or NotSupportedException or InvalidCastException or OverflowException)
        {
            throw new ConfigurationException("DATABASE_URL has a parameter that Npgsql does not take.", exception);
        }
    }

    public override string ForUpdate => " FOR NO KEY UPDATE";

    public override string HasLabel(string place) => $"t.label_ids @> ARRAY[{place}]";

    public override string JoinLabels => "CROSS JOIN LATERAL unnest(t.label_ids) AS l(label_id)";

    public override string HasAnyLabel(string place) => $"t.label_ids && {place}";

    public override string NoLabels => "'{}'";

    public override string TasksFoundBy(string conditions) => $"(SELECT t.* FROM tasks.tasks t WHERE {conditions} OFFSET 0)";

    // The operator's function by its name: the planner finds no index for it.
    public override string HasWord(Statement statement, SearchWord word, bool inTitleOnly) =>
        $"ts_match_vq(t.search, CAST({statement.Place(SqlType.SearchWords, Query(word, inTitleOnly))} AS tsquery))";

    public override string FindWords(Statement statement, SearchWord[] words, Guid[] labels, long? number)
    {
        string[] ways =
        [
            .. words.Length == 0 ? Array.Empty<string>() : [$"t.search @@ CAST({statement.Place(SqlType.SearchWords, string.Join(" & ", words.Select(word => $"({Query(word, inTitleOnly: false)})")))} AS tsquery)"],
            .. labels.Length == 0 ? Array.Empty<string>() : [HasAnyLabel(statement.Place(SqlType.UuidArray, labels))],
            .. number is null ? Array.Empty<string>() : [$"t.number = {statement.Place(SqlType.Long, number)}"],
        ];
        return $"({string.Join(" OR ", ways)})";
    }

    public override string AnyOf(string place) => $"= ANY ({place})";

    public override async ValueTask DisposeAsync()
    {
        await _unpooled.DisposeAsync();
        await _source.DisposeAsync();
    }

    public override async Task<List<T>> ReadAsync<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(statement.Sql, connection);
            AddParameters(command.Parameters, statement);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(new Row(reader)));
            }

            return rows;
        }
        catch (DbException exception)
        {
            throw Translate(exception);
        }
    }

    /// <summary>Runs a batch that is a transaction of its own, in one round trip.</summary>
    /// <param name="begin">Makes it, once there is a connection; null when there is nothing to do any more. Each statement must have a result.</param>
    /// <param name="read">Called with the place of each statement and each of its rows.</param>
    public async Task WriteAsync(Func<NpgsqlBatch?> begin, Action<int, Row> read)
    {
        try
        {
            await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
            await using NpgsqlBatch? batch = begin();
            if (batch is null)
            {
                return;
            }

            batch.Connection = connection;
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync();
            int statement = 0;
            do
            {
                while (await reader.ReadAsync())
                {
                    read(statement, new Row(reader));
                }

                statement++;
            }
            while (await reader.NextResultAsync());
        }
        catch (DbException exception)
        {
            throw Translate(exception);
        }
    }

    /// <summary>Sends a notification (of less than 8,000 bytes) to whoever listens, without waiting for the disk.</summary>
    public async Task NotifyAsync(string channel, string payload, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var notify = new NpgsqlCommand("SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)", connection);
        notify.Parameters.Add(new NpgsqlParameter<string> { TypedValue = channel });
        notify.Parameters.Add(new NpgsqlParameter<string> { TypedValue = payload });
        await notify.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Listens to notifications on a connection beside the pool, until it fails or is cancelled.</summary>
    /// <param name="channel">Which.</param>
    /// <param name="listening">Called when listening has begun.</param>
    /// <param name="received">Called with each payload.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ListenAsync(string channel, Action listening, Action<string> received, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await OpenBesideThePoolAsync(cancellationToken);
        connection.Notification += (_, notification) => received(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        listening();
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    public override async Task<IAsyncDisposable?> TryLockAsync(long number, CancellationToken cancellationToken)
    {
        // The lock ends with its connection, which is no pooled one.
        NpgsqlConnection connection = await OpenBesideThePoolAsync(cancellationToken);
        try
        {
            await using var take = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection);
            take.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
            if (await take.ExecuteScalarAsync(cancellationToken) is true)
            {
                return connection;
            }
        }
        catch (DbException exception)
        {
            await connection.DisposeAsync();
            throw Translate(exception);
        }

        await connection.DisposeAsync();
        return null;
    }

    public override Task<SqlTransaction> BeginSnapshotAsync(CancellationToken cancellationToken) =>
        BeginAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken);

    public override Task<SqlTransaction> BeginWriteAsync(CancellationToken cancellationToken) => BeginAsync("BEGIN", cancellationToken);

    public override async Task<int> ReadSchemaVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
            return await ReadSchemaVersionAsync(connection, cancellationToken);
        }
        catch (DbException exception)
        {
            throw Translate(exception);
        }
    }

    public override async Task<(int Before, int After)> MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await MigrateUnderLockAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ConfigurationException(
                $"The database refuses the migration: {exception.MessageText}. The user needs CREATE on the database; the extension btree_gin can also be made before, by an administrator: CREATE EXTENSION btree_gin.", exception);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedFile)
        {
            throw new ConfigurationException(
                $"The database lacks an extension: {exception.MessageText}. btree_gin comes with PostgreSQL's contrib package (postgresql-contrib).", exception);
        }
        catch (DbException exception)
        {
            throw Translate(exception);
        }
    }

    private async Task<(int Before, int After)> MigrateUnderLockAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
        await using (var take = new NpgsqlCommand($"SELECT pg_advisory_lock({MigrationLock})", connection) { CommandTimeout = 0 })
        {
            await take.ExecuteNonQueryAsync(cancellationToken);
        }

        int before = await ReadSchemaVersionAsync(connection, cancellationToken);
        int version = before;
        while (version < SchemaVersion)
        {
            version++;
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var first = new NpgsqlCommand(
                "CREATE SCHEMA IF NOT EXISTS tasks; CREATE TABLE IF NOT EXISTS tasks.schema_versions (version int PRIMARY KEY, applied_at timestamptz NOT NULL)", connection, transaction))
            {
                await first.ExecuteNonQueryAsync(cancellationToken);
            }

            await using (var script = new NpgsqlCommand(ReadMigration(version, "postgresql"), connection, transaction) { CommandTimeout = 0 })
            {
                await script.ExecuteNonQueryAsync(cancellationToken);
            }

            await using (var note = new NpgsqlCommand("INSERT INTO tasks.schema_versions VALUES ($1, $2)", connection, transaction))
            {
                note.Parameters.Add(new NpgsqlParameter<int> { TypedValue = version });
                note.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = _time.GetUtcNow().UtcDateTime });
                await note.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        await using var release = new NpgsqlCommand($"SELECT pg_advisory_unlock({MigrationLock})", connection);
        await release.ExecuteNonQueryAsync(cancellationToken);
        return (before, version);
    }

    internal static void AddParameters(NpgsqlParameterCollection parameters, Statement statement)
    {
        foreach (SqlParameter parameter in statement.Parameters)
        {
            parameters.Add(new NpgsqlParameter
            {
                NpgsqlDbType = parameter.Type switch
                {
                    SqlType.Uuid => NpgsqlDbType.Uuid,
                    SqlType.UuidArray => NpgsqlDbType.Array | NpgsqlDbType.Uuid,
                    SqlType.Text => NpgsqlDbType.Text,
                    SqlType.Long => NpgsqlDbType.Bigint,
                    SqlType.Small => NpgsqlDbType.Smallint,
                    SqlType.Boolean => NpgsqlDbType.Boolean,
                    SqlType.Timestamp => NpgsqlDbType.TimestampTz,
                    SqlType.Json => NpgsqlDbType.Jsonb,
                    SqlType.Bytes => NpgsqlDbType.Bytea,
                    SqlType.SearchWords => NpgsqlDbType.Unknown, // So it is read once, and not for each row.
                    _ => throw new InvalidOperationException($"No PostgreSQL type for {parameter.Type}."),
                },
                Value = parameter.Value ?? DBNull.Value,
            });
        }
    }

    internal static Exception Translate(DbException exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation } =>
            new WriteConflictException(exception),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } =>
            new ServiceUnavailableException("The database has no schema yet: run the migration.", exception),
        PostgresException { SqlState: string state } when !state.StartsWith("08", StringComparison.Ordinal) && !state.StartsWith("53", StringComparison.Ordinal)
            && !state.StartsWith("57", StringComparison.Ordinal) && !state.StartsWith("58", StringComparison.Ordinal)
            && !state.StartsWith("28", StringComparison.Ordinal) && !state.StartsWith("3D", StringComparison.Ordinal)
            && state != PostgresErrorCodes.ReadOnlySqlTransaction => exception,
        _ => new ServiceUnavailableException("The database is away.", exception),
    };

    // Words have letters, digits and marks only: nothing in them means anything in a tsquery.
    private static string Query(SearchWord word, bool inTitleOnly)
    {
        string end = word.IsPrefix ? "':*" : "'";
        string title = $"'{SearchText.InTitle}{word.Text}{end}";
        return inTitleOnly ? title : $"{title} | '{SearchText.InNotes}{word.Text}{end}";
    }

    private static async Task<int> ReadSchemaVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var exists = new NpgsqlCommand("SELECT to_regclass('tasks.schema_versions') IS NOT NULL", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return 0;
            }
        }

        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM tasks.schema_versions", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<NpgsqlConnection> OpenBesideThePoolAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _unpooled.OpenConnectionAsync(cancellationToken);
        }
        catch (DbException exception)
        {
            throw Translate(exception);
        }
    }

    private async Task<SqlTransaction> BeginAsync(string begin, CancellationToken cancellationToken)
    {
        try
        {
            return new Transaction(await _source.OpenConnectionAsync(cancellationToken), begin);
        }
        catch (DbException exception)
        {
            throw Translate(exception);
        }
    }

    /// <summary>BEGIN travels with the first statements and COMMIT with the last, so that neither costs a round trip.</summary>
    private sealed class Transaction(NpgsqlConnection connection, string begin) : SqlTransaction
    {
        private bool _begun;
        private bool _ended;

        public override Task ExecuteAsync(IReadOnlyList<Statement> statements, Action<int, Row>? read, CancellationToken cancellationToken) =>
            RunAsync(statements, read, commit: false, cancellationToken);

        public override Task CommitAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken) =>
            RunAsync(statements, null, commit: true, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            if (_begun && !_ended && connection.State == System.Data.ConnectionState.Open)
            {
                try
                {
                    await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
                    await rollback.ExecuteNonQueryAsync();
                }
                catch (DbException)
                {
                    // The connection is gone, and the transaction with it.
                }
            }

            await connection.DisposeAsync();
        }

        private async Task RunAsync(IReadOnlyList<Statement> statements, Action<int, Row>? read, bool commit, CancellationToken cancellationToken)
        {
            try
            {
                await using var batch = new NpgsqlBatch(connection);
                if (!_begun)
                {
                    _begun = true;
                    batch.BatchCommands.Add(new NpgsqlBatchCommand(begin));
                }

                foreach (Statement statement in statements)
                {
                    var command = new NpgsqlBatchCommand(statement.Sql);
                    AddParameters(command.Parameters, statement);
                    batch.BatchCommands.Add(command);
                }

                if (commit)
                {
                    batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
                }

                if (batch.BatchCommands.Count == 0)
                {
                    return;
                }

                if (read is null)
                {
                    await batch.ExecuteNonQueryAsync(cancellationToken);
                }
                else
                {
                    await ReadAllAsync(batch, read, cancellationToken);
                }

                _ended = commit;
            }
            catch (DbException exception)
            {
                throw Translate(exception);
            }
        }

        private static async Task ReadAllAsync(NpgsqlBatch batch, Action<int, Row> read, CancellationToken cancellationToken)
        {
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
            int index = 0; // The reader skips statements without a result, such as BEGIN.
            do
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    read(index, new Row(reader));
                }

                index++;
            }
            while (await reader.NextResultAsync(cancellationToken));
        }
    }
}
