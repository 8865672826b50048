using Npgsql;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests;

public sealed class InfrastructureTests
{
    [Fact]
    public async Task A_postgres_that_crashed_starts_again_with_its_data()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(durable: true);
        string database = await cluster.CreateDatabaseAsync();
        await cluster.ExecuteAsync(database, "CREATE TABLE kept (id int)");
        await cluster.CrashAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => cluster.ExecuteAsync(database, "SELECT 1"));
        await cluster.StartServerAsync();
        await cluster.ExecuteAsync(database, "DROP TABLE kept");
    }

    [Fact]
    public async Task A_real_process_starts_and_obeys_SIGTERM()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
        int port = FreePort.Next();
        await using ServiceProcess process = ServiceProcess.StartDotnet("mcp-server", [], new Dictionary<string, string?>
        {
            ["PORT"] = $"{port}",
            ["SHUTDOWN_DELAY"] = "0",
            ["DATABASE_URL"] = database.Url,
            ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(new byte[32]),
        });
        await process.WaitForHealthAsync(new Uri($"http://127.0.0.1:{port}/health/live"));
        process.Terminate();
        Assert.Equal(0, await process.WaitForExitAsync());
    }
}

public abstract class InProcessTests(SystemFixture fixture) : EngineTests(fixture, Services.Frontend)
{
    [Fact]
    public async Task Every_service_is_alive()
    {
        foreach (TestService service in new[] { System.McpServer, System.Backend, System.Frontend })
        {
            using HttpClient client = service.Client();
            using HttpResponseMessage response = await client.GetAsync("/health/live", Cancel);
            Assert.True(response.IsSuccessStatusCode);
        }
    }
}

public sealed class InProcessTestsOnSqlite(OnSqlite fixture) : InProcessTests(fixture), IClassFixture<OnSqlite>;

public sealed class InProcessTestsOnPostgres(OnPostgres fixture) : InProcessTests(fixture), IClassFixture<OnPostgres>;
