using TodoApp.ServiceDefaults;

namespace TodoApp.Tests.Infrastructure;

/// <summary>
/// A suite that runs on SQLite and on PostgreSQL. Write the tests once in an abstract class, and name the engines in two sealed ones:
/// <code>
/// public abstract class ListRoutes(SystemFixture fixture) : EngineTests(fixture, Services.McpServer) { [Fact] … }
/// public sealed class ListRoutesOnSqlite(OnSqlite fixture) : ListRoutes(fixture), IClassFixture&lt;OnSqlite&gt;;
/// public sealed class ListRoutesOnPostgres(OnPostgres fixture) : ListRoutes(fixture), IClassFixture&lt;OnPostgres&gt;;
/// </code>
/// The tests of one class share a database and the running services; each test takes a new identity, so a new space or account.
/// </summary>
/// <param name="fixture">What the tests of the class share.</param>
/// <param name="upTo">The last service that is started.</param>
public abstract class EngineTests(SystemFixture fixture, Services upTo) : IAsyncLifetime
{
    /// <summary>The running services.</summary>
    protected TestSystem System { get; private set; } = null!;

    /// <summary>The database.</summary>
    protected TestDatabase Database { get; private set; } = null!;

    /// <summary>Ends with the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <inheritdoc />
    public virtual async ValueTask InitializeAsync() => (Database, System) = await fixture.StartAsync(upTo);

    /// <inheritdoc />
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A database and services that the tests of one class share; started by the first test.</summary>
/// <param name="engine">The database's engine.</param>
public abstract class SystemFixture(DatabaseEngine engine) : IAsyncDisposable
{
    private Task<(TestDatabase Database, TestSystem System)>? _started;

    /// <summary>Settings of the services over the usual ones.</summary>
    protected virtual IReadOnlyDictionary<string, string?>? Settings => null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_started is { IsCompletedSuccessfully: true })
        {
            (TestDatabase database, TestSystem system) = await _started;
            await system.DisposeAsync();
            await database.DisposeAsync();
        }
    }

    // Not in xunit's InitializeAsync: a fixture can't skip the tests of its class, each test can.
    internal Task<(TestDatabase Database, TestSystem System)> StartAsync(Services upTo)
    {
        if (engine == DatabaseEngine.PostgreSql)
        {
            Requirements.NeedPostgres();
        }

        return _started ??= Start();

        async Task<(TestDatabase, TestSystem)> Start()
        {
            TestDatabase database = await TestDatabase.CreateAsync(engine);
            return (database, await TestSystem.StartAsync(database, upTo, Settings));
        }
    }
}

/// <summary>Services on SQLite.</summary>
public class OnSqlite() : SystemFixture(DatabaseEngine.Sqlite);

/// <summary>Services on PostgreSQL.</summary>
public class OnPostgres() : SystemFixture(DatabaseEngine.PostgreSql);
