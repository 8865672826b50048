using System.Reflection;
using TodoApp.McpServer.Search;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Storage;

/// <summary>One of the two engines. The SQL that both understand lives with what it is for; what differs lives in the engine's class.</summary>
internal abstract class Database : IAsyncDisposable
{
    /// <summary>The newest schema that this program knows. A database may be newer: a schema stays usable by the previous release.</summary>
    public const int SchemaVersion = 1;

    /// <summary>What locks the rows that a SELECT reads until the transaction ends.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>The condition that the task row named <c>t</c> has the label at a place. $1 is the space.</summary>
    public abstract string HasLabel(string place);

    /// <summary>What joins the task row named <c>t</c> with each of its labels, as <c>l.label_id</c>.</summary>
    public abstract string JoinLabels { get; }

    /// <summary>The condition that the task row named <c>t</c> has any of the labels at a place, an array.</summary>
    public abstract string HasAnyLabel(string place);

    /// <summary>What <c>label_ids</c> is without labels.</summary>
    public abstract string NoLabels { get; }

    /// <summary>
    /// The tasks that fit, as a table for FROM, found by the condition of <see cref="FindWords"/> that is among them: the engine shall
    /// not go through the tasks in the order that is asked for outside, in the hope that enough fit soon.
    /// </summary>
    public abstract string TasksFoundBy(string conditions);

    /// <summary>The condition, not for an index, that the task row named <c>t</c> has a word.</summary>
    public abstract string HasWord(Statement statement, SearchWord word, bool inTitleOnly);

    /// <summary>The condition, by indexes, that the task row named <c>t</c> has all words; or else one of the labels; or else the number. $1 is the space.</summary>
    public abstract string FindWords(Statement statement, SearchWord[] words, Guid[] labels, long? number);

    /// <summary>The condition that something is one of the ids at a place, an array: to be put behind a column's name.</summary>
    public abstract string AnyOf(string place);

    /// <summary>Adds to a statement that ends in a column's name the condition that its value is one of these.</summary>
    public Statement In(Statement statement, Guid[] ids) => statement.Append(AnyOf(statement.Place(SqlType.UuidArray, ids)));

    /// <summary>Reads rows in one round trip.</summary>
    public abstract Task<List<T>> ReadAsync<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that reads one moment's data, however long it takes.</summary>
    public abstract Task<SqlTransaction> BeginSnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction that writes.</summary>
    public abstract Task<SqlTransaction> BeginWriteAsync(CancellationToken cancellationToken);

    /// <summary>Takes a lock that one process at a time has, for as long as the result is not disposed of.</summary>
    /// <returns>Null when another process has it.</returns>
    public abstract Task<IAsyncDisposable?> TryLockAsync(long number, CancellationToken cancellationToken);

    /// <summary>The schema's version; 0 when there is none yet.</summary>
    public abstract Task<int> ReadSchemaVersionAsync(CancellationToken cancellationToken);

    /// <summary>Brings the schema up to <see cref="SchemaVersion"/>. Several may call it at once; one does the work.</summary>
    /// <returns>The schema's version before and after. Equal when there was nothing to do, also when the schema is newer.</returns>
    public abstract Task<(int Before, int After)> MigrateAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    public static Database Open(DatabaseUrl url, int pool, TimeProvider time) => url.Engine switch
    {
        DatabaseEngine.PostgreSql => new PostgresDatabase(url, pool, time),
        _ => new SqliteDatabase(url, time),
    };

    /// <summary>The script that takes the schema from the version before to this one.</summary>
    protected static string ReadMigration(int version, string engine)
    {
        string name = $"TodoApp.McpServer.Storage.Migrations.{version:0000}.{engine}.sql";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>A transaction. Disposing of it without a commit rolls it back.</summary>
internal abstract class SqlTransaction : IAsyncDisposable
{
    /// <summary>Runs statements in one round trip (on the engine that has any).</summary>
    /// <param name="statements">What to run; with <paramref name="read"/>, SELECTs only.</param>
    /// <param name="read">Called for every row with the index of its statement; null when there are none to read.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract Task ExecuteAsync(IReadOnlyList<Statement> statements, Action<int, Row>? read, CancellationToken cancellationToken);

    /// <summary>Runs statements and commits, in one round trip.</summary>
    public abstract Task CommitAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>Reads all rows of one statement.</summary>
    public async Task<List<T>> ReadAsync<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await ExecuteAsync([statement], (_, row) => rows.Add(read(row)), cancellationToken);
        return rows;
    }
}

/// <summary>Another transaction stood in the way (a deadlock, a name taken in the same moment): the work can be done again from its start.</summary>
internal sealed class WriteConflictException(Exception inner) : Exception("Another write stood in the way.", inner);
