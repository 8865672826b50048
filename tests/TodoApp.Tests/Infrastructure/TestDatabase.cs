using TodoApp.ServiceDefaults;

namespace TodoApp.Tests.Infrastructure;

/// <summary>An empty database of its own for a test class: a new database in the shared PostgreSQL, or a new folder for SQLite.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly TemporaryFolder? _folder;
    private readonly PostgresCluster? _cluster;
    private readonly string? _name;

    private TestDatabase(DatabaseEngine engine, string url, TemporaryFolder? folder = null, PostgresCluster? cluster = null, string? name = null)
    {
        Engine = engine;
        Url = url;
        _folder = folder;
        _cluster = cluster;
        _name = name;
    }

    /// <summary>The engine.</summary>
    public DatabaseEngine Engine { get; }

    /// <summary>What <c>DATABASE_URL</c> is set to.</summary>
    public string Url { get; }

    /// <summary>Makes one.</summary>
    /// <remarks>Skips the test when PostgreSQL is asked for and not installed; see <see cref="Requirements"/>.</remarks>
    public static async Task<TestDatabase> CreateAsync(DatabaseEngine engine)
    {
        if (engine == DatabaseEngine.Sqlite)
        {
            var folder = new TemporaryFolder();
            return new TestDatabase(engine, "sqlite:" + folder.Path, folder);
        }

        PostgresCluster cluster = await PostgresCluster.SharedAsync();
        return Existing(cluster, await cluster.CreateDatabaseAsync());
    }

    /// <summary>A database of a cluster; disposing removes it.</summary>
    public static TestDatabase Existing(PostgresCluster cluster, string name) => new(DatabaseEngine.PostgreSql, cluster.Url(name), cluster: cluster, name: name);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _folder?.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DropDatabaseAsync(_name!);
        }
    }
}
