using System.Security.Cryptography;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Ledger;

/// <summary>Every acknowledged write is there exactly once, whatever is killed in the middle. mcp-server is a process of its own: the native program where one is given.</summary>
public sealed class LedgerTests(ITestOutputHelper output)
{
    private static readonly int Kills = Requirements.Full ? 20 : 3;
    private static readonly int Writes = Requirements.Full ? 1000 : 150; // Between two kills.

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly int _port = FreePort.Next();

    private Uri Server => new($"http://127.0.0.1:{_port}");

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Killing_mcp_server_loses_and_repeats_nothing(DatabaseEngine engine)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(engine);
        await MigrateAsync(database.Url);
        ServiceProcess server = await StartAsync(database.Url);
        try
        {
            using var clients = new LedgerClients(Server, _key);
            await clients.RunAsync(async () =>
            {
                for (int kill = 0; kill < Kills; kill++)
                {
                    await clients.WaitForAcknowledgementsAsync(Writes);
                    server.Kill();
                    await server.WaitForExitAsync();
                    await server.DisposeAsync();
                    server = await StartAsync(database.Url);
                }

                await clients.WaitForAcknowledgementsAsync(Writes);
            });
            output.WriteLine(clients.Summary);
            await clients.VerifyAsync();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Killing_PostgreSQL_loses_and_repeats_nothing()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(durable: true);
        string url = cluster.Url(await cluster.CreateDatabaseAsync());
        await MigrateAsync(url);
        await using ServiceProcess server = await StartAsync(url);
        using var clients = new LedgerClients(Server, _key);
        await clients.RunAsync(async () =>
        {
            for (int kill = 0; kill < Kills; kill++)
            {
                await clients.WaitForAcknowledgementsAsync(Writes);
                await cluster.CrashAsync();
                await cluster.StartServerAsync();
            }

            await clients.WaitForAcknowledgementsAsync(Writes);
        });
        output.WriteLine(clients.Summary);
        await clients.VerifyAsync();
        Assert.False(server.HasExited);
    }

    private Dictionary<string, string?> Settings(string url) => new()
    {
        ["DATABASE_URL"] = url,
        ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(_key),
        ["PORT"] = $"{_port}",
    };

    private async Task MigrateAsync(string url)
    {
        await using ServiceProcess migrate = ServiceProcess.StartMcpServer(["migrate"], Settings(url));
        int code = await migrate.WaitForExitAsync();
        Assert.True(code == 0, $"migrate exited with {code}: {migrate.Output}");
    }

    private async Task<ServiceProcess> StartAsync(string url)
    {
        ServiceProcess server = ServiceProcess.StartMcpServer([], Settings(url));
        try
        {
            await server.WaitForHealthAsync(new Uri(Server, "/health"));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
