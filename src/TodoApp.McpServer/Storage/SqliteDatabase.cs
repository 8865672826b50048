using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TodoApp.McpServer.Search;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Storage;

/// <summary>
/// <c>tasks.db</c> in the data folder, attached under the name <c>tasks</c> so that the SQL is PostgreSQL's. One writer at a
/// time; readers never wait for it (write-ahead log). A commit is on the disk when it returns (<c>synchronous=FULL</c>).
/// </summary>
internal sealed class SqliteDatabase(DatabaseUrl url, TimeProvider time) : Database
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int PrimaryKeyConstraint = 1555;
    private const int UniqueConstraint = 2067;

    private readonly string _file = Path.Combine(url.Folder, "tasks.db");
    private readonly ConcurrentBag<Connection> _idle = [];
    private readonly SemaphoreSlim _writer = new(1, 1);

    public override string ForUpdate => "";

    public override string HasLabel(string place) =>
        $"t.id IN (SELECT l.task_id FROM tasks.task_labels l WHERE l.space_id = $1 AND l.label_id = {place})";

    public override string JoinLabels => "JOIN tasks.task_labels l ON l.space_id = t.space_id AND l.task_id = t.id";

    public override string HasAnyLabel(string place) =>
        $"EXISTS (SELECT 1 FROM tasks.task_labels l WHERE l.space_id = t.space_id AND l.label_id {AnyOf(place)} AND l.task_id = t.id)";

    public override string NoLabels => "'[]'";

    public override string TasksFoundBy(string conditions) => $"(SELECT t.* FROM tasks.tasks t NOT INDEXED WHERE {conditions} LIMIT -1)"; // The key is no index.

    public override string HasWord(Statement statement, SearchWord word, bool inTitleOnly)
    {
        string title = Has(SearchText.InTitle);
        return inTitleOnly ? title : $"({title} OR {Has(SearchText.InNotes)})";

        string Has(char where) => word.IsPrefix
            ? $"instr(' ' || t.search, {statement.Place(SqlType.Text, $" {where}{word.Text}")}) > 0"
            : $"instr(' ' || t.search || ' ', {statement.Place(SqlType.Text, $" {where}{word.Text} ")}) > 0";
    }

    public override string FindWords(Statement statement, SearchWord[] words, Guid[] labels, long? number)
    {
        // The space's id is a word of every task of the space.
        string Match() => statement.Place(SqlType.Text, string.Concat(words.Select(word => $" AND ({Quote(SearchText.InTitle, word)} OR {Quote(SearchText.InNotes, word)})")));
        string[] ways =
        [
            .. words.Length == 0 ? Array.Empty<string>() : [$"SELECT s.rowid FROM tasks.task_search s WHERE s.task_search MATCH ('\"' || $1 || '\"' || {Match()})"],
            .. labels.Length == 0 ? Array.Empty<string>() : ["SELECT k.key FROM tasks.task_labels l CROSS JOIN tasks.tasks k ON k.space_id = l.space_id AND k.id = l.task_id "
                + $"WHERE l.space_id = $1 AND l.label_id {AnyOf(statement.Place(SqlType.UuidArray, labels))}"],
            .. number is null ? Array.Empty<string>() : [$"SELECT k.key FROM tasks.tasks k WHERE k.space_id = $1 AND k.number = {statement.Place(SqlType.Long, number)}"],
        ];
        return $"t.key IN ({string.Join(" UNION ALL ", ways)})";

        static string Quote(char where, SearchWord word) => $"\"{where}{word.Text}\"{(word.IsPrefix ? " *" : "")}";
    }

    public override string AnyOf(string place) => $"IN (SELECT value FROM json_each({place}))";

    public override Task<List<T>> ReadAsync<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Connection connection = Rent();
        try
        {
            var rows = new List<T>();
            connection.Run(statement, row => rows.Add(read(row)));
            return Task.FromResult(rows);
        }
        catch (SqliteException exception)
        {
            throw Translate(exception);
        }
        finally
        {
            _idle.Add(connection);
        }
    }

    public override Task<IAsyncDisposable?> TryLockAsync(long number, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(new NothingHeld()); // There is one process, which locks its folder.

    public override Task<SqlTransaction> BeginSnapshotAsync(CancellationToken cancellationToken) =>
        Task.FromResult<SqlTransaction>(new Transaction(this, Rent(), "BEGIN", isWriter: false));

    public override async Task<SqlTransaction> BeginWriteAsync(CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            return new Transaction(this, Rent(), "BEGIN IMMEDIATE", isWriter: true);
        }
        catch
        {
            _writer.Release();
            throw;
        }
    }

    public override Task<int> ReadSchemaVersionAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_file))
        {
            return Task.FromResult(0);
        }

        Connection connection = Rent();
        try
        {
            return Task.FromResult(ReadSchemaVersion(connection));
        }
        catch (SqliteException exception)
        {
            throw Translate(exception);
        }
        finally
        {
            _idle.Add(connection);
        }
    }

    public override async Task<(int Before, int After)> MigrateAsync(CancellationToken cancellationToken)
    {
        CreatePrivately();
        await _writer.WaitAsync(cancellationToken);
        Connection? connection = null;
        try
        {
            connection = Rent();
            // A process that is killed here leaves a transaction that SQLite rolls back: nothing stale can remain.
            connection.Run("BEGIN IMMEDIATE");
            int before = ReadSchemaVersion(connection);
            int version = before;
            if (before == 0)
            {
                connection.Run("CREATE TABLE tasks.schema_versions (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT");
            }

            while (version < SchemaVersion)
            {
                version++;
                connection.Run(ReadMigration(version, "sqlite"));
                connection.Run(new Statement("INSERT INTO tasks.schema_versions VALUES ($1, $2)").Add((long)version).Add(time.GetUtcNow()), null);
            }

            connection.Run("COMMIT");
            return (before, version);
        }
        catch (SqliteException exception)
        {
            throw Translate(exception);
        }
        finally
        {
            connection?.Dispose();
            _writer.Release();
        }
    }

    public override ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out Connection? connection))
        {
            connection.Dispose();
        }

        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    // For the owner's eyes only, also in a folder that others may read; SQLite gives its other files the same mode.
    private void CreatePrivately()
    {
        try
        {
            CreateFiles();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"DATABASE_URL names the folder '{url.Folder}', which can't be used: {exception.Message}", exception);
        }
    }

    private void CreateFiles()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(url.Folder);
            return;
        }

        Directory.CreateDirectory(url.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!File.Exists(_file))
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            new FileStream(_file, options).Dispose();
        }
    }

    private static int ReadSchemaVersion(Connection connection)
    {
        int version = 0;
        bool exists = false;
        connection.Run(new Statement("SELECT 1 FROM tasks.sqlite_schema WHERE name = 'schema_versions'"), _ => exists = true);
        if (exists)
        {
            connection.Run(new Statement("SELECT coalesce(max(version), 0) FROM tasks.schema_versions"), row => version = (int)row.Long(0));
        }

        return version;
    }

    private static Exception Translate(SqliteException exception) => exception.SqliteErrorCode switch
    {
        _ when exception.SqliteExtendedErrorCode is PrimaryKeyConstraint or UniqueConstraint => new WriteConflictException(exception),
        Busy or Locked => new ServiceUnavailableException("The database is busy.", exception),
        11 or 26 => new ServiceUnavailableException("The database file is damaged, or is no database.", exception),
        13 => new ServiceUnavailableException("The disk is full.", exception),
        8 or 10 or 14 => new ServiceUnavailableException("The database files can't be read or written.", exception),
        1 when exception.Message.Contains("no such table", StringComparison.Ordinal) =>
            new ServiceUnavailableException("The database has no schema yet: run the migration.", exception),
        _ => exception,
    };

    private Connection Rent()
    {
        if (_idle.TryTake(out Connection? connection))
        {
            return connection;
        }

        if (!File.Exists(_file))
        {
            throw new ServiceUnavailableException("The database has no schema yet: run the migration.");
        }

        try
        {
            return new Connection(_file);
        }
        catch (SqliteException exception)
        {
            throw Translate(exception);
        }
    }

    private sealed class NothingHeld : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A connection with the statements it has compiled.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly Dictionary<string, SqliteCommand> _commands = [];

        public Connection(string file)
        {
            _connection = new SqliteConnection("Data Source=:memory:;Pooling=False;Default Timeout=10");
            _connection.Open();
            using SqliteCommand attach = _connection.CreateCommand();
            attach.CommandText = "ATTACH DATABASE $file AS tasks";
            attach.Parameters.AddWithValue("$file", file);
            attach.ExecuteNonQuery();
            Run("PRAGMA tasks.journal_mode = WAL; PRAGMA tasks.synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA temp_store = MEMORY");
        }

        public void Run(string script)
        {
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = script;
            command.ExecuteNonQuery();
        }

        public void Run(Statement statement, Action<Row>? read)
        {
            if (!_commands.TryGetValue(statement.Sql, out SqliteCommand? command))
            {
                if (_commands.Count == 200)
                {
                    Forget();
                }

                command = _connection.CreateCommand();
                command.CommandText = statement.Sql;
                _commands.Add(statement.Sql, command);
            }

            command.Parameters.Clear();
            for (int i = 0; i < statement.Parameters.Count; i++)
            {
                command.Parameters.AddWithValue($"${i + 1}", Value(statement.Parameters[i]));
            }

            if (read is null)
            {
                command.ExecuteNonQuery();
                return;
            }

            using SqliteDataReader reader = command.ExecuteReader();
            var row = new Row(reader);
            while (reader.Read())
            {
                read(row);
            }
        }

        public void Dispose()
        {
            Forget();
            _connection.Dispose();
        }

        private static object Value(SqlParameter parameter) => parameter.Value switch
        {
            null => DBNull.Value,
            Guid id => id.ToString(),
            Guid[] ids => JsonSerializer.Serialize(ids, StorageJson.Default.GuidArray),
            DateTimeOffset at => at.ToUnixTimeMilliseconds(),
            bool flag => flag ? 1L : 0L,
            short number => (long)number,
            object value => value,
        };

        private void Forget()
        {
            foreach (SqliteCommand command in _commands.Values)
            {
                command.Dispose();
            }

            _commands.Clear();
        }
    }

    private sealed class Transaction(SqliteDatabase database, Connection connection, string begin, bool isWriter) : SqlTransaction
    {
        private bool _begun;
        private bool _ended;
        private bool _broken;

        public override Task ExecuteAsync(IReadOnlyList<Statement> statements, Action<int, Row>? read, CancellationToken cancellationToken)
        {
            Run(statements, read, commit: false);
            return Task.CompletedTask;
        }

        public override Task CommitAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
        {
            Run(statements, null, commit: true);
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            if (_begun && !_ended)
            {
                try
                {
                    connection.Run("ROLLBACK");
                }
                catch (SqliteException)
                {
                    // Some errors (a full disk) have rolled back by themselves; others leave a connection not to be used again.
                    _broken = true;
                }
            }

            if (_broken)
            {
                connection.Dispose();
            }
            else
            {
                database._idle.Add(connection);
            }

            if (isWriter)
            {
                database._writer.Release();
            }

            return ValueTask.CompletedTask;
        }

        private void Run(IReadOnlyList<Statement> statements, Action<int, Row>? read, bool commit)
        {
            try
            {
                if (!_begun)
                {
                    connection.Run(begin);
                    _begun = true;
                }

                for (int i = 0; i < statements.Count; i++)
                {
                    int index = i;
                    connection.Run(statements[i], read is null ? null : row => read(index, row));
                }

                if (commit)
                {
                    connection.Run("COMMIT");
                    _ended = true;
                }
            }
            catch (SqliteException exception)
            {
                throw Translate(exception);
            }
        }
    }
}
