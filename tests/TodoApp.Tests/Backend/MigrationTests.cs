using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TodoApp.Backend;
using TodoApp.Backend.Storage;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Backend;

/// <summary>The accounts' schema on both engines.</summary>
public sealed class MigrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Many_at_once_apply_each_migration_once(DatabaseEngine engine)
    {
        await using TestDatabase database = await CreateAsync(engine);
        Dictionary<string, string?> settings = Settings(database);
        IReadOnlyList<string>[] applied = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => BackendService.Migrate(settings, Cancel))));
        Assert.Single(applied, migrations => migrations.Count > 0);
        Assert.Empty(await BackendService.Migrate(settings, Cancel));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_migrations_make_what_the_model_says(DatabaseEngine engine)
    {
        await using TestDatabase database = await CreateAsync(engine);
        await using AccountsDatabase accounts = AccountsDatabase.Open(BackendService.Configuration(Settings(database)));
        await using AccountsDb db = accounts.CreateContext();
        Assert.False(db.Database.HasPendingModelChanges(), "The model has changed; add a migration for each engine.");
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_newer_schema_is_left_alone_and_good_enough(DatabaseEngine engine)
    {
        await using BackendApp app = await StartAsync(engine);
        await ExecuteAsync(app, "INSERT INTO {0}migrations (\"MigrationId\", \"ProductVersion\") VALUES ('29990101000000_Later', '99.0.0')");
        Assert.Empty(await BackendService.Migrate(app.Settings, Cancel));
        await app.Service.StopAsync();
        await app.Service.StartAsync();
        Assert.Equal(200, await HealthAsync(app));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_schema_older_than_the_program_is_not_ready(DatabaseEngine engine)
    {
        await using BackendApp app = await StartAsync(engine);
        Assert.Equal(200, await HealthAsync(app));
        await ExecuteAsync(app, "DELETE FROM {0}migrations");
        await ExecuteAsync(app, "INSERT INTO {0}migrations (\"MigrationId\", \"ProductVersion\") VALUES ('20000101000000_Older', '10.0.0')");
        Assert.Equal(503, await HealthAsync(app));
    }

    [Fact]
    public async Task A_lock_row_that_a_killed_migration_left_does_not_hang_the_next()
    {
        await using TestDatabase database = await CreateAsync(DatabaseEngine.Sqlite);
        Dictionary<string, string?> settings = Settings(database);
        await BackendService.Migrate(settings, Cancel);
        await using AccountsDatabase accounts = AccountsDatabase.Open(BackendService.Configuration(settings));
        await using (DbConnection connection = await accounts.DataSource.OpenConnectionAsync(Cancel))
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2020-01-01');
                DROP TABLE calendars; DROP TABLE security_events; DROP TABLE sessions; DROP TABLE tokens; DROP TABLE invites; DROP TABLE accounts; DELETE FROM migrations;
                """;
            await command.ExecuteNonQueryAsync(Cancel);
        }

        Assert.NotEmpty(await BackendService.Migrate(settings, Cancel).WaitAsync(ServiceProcess.Patience, Cancel));
    }

    [Fact]
    public async Task SQLite_writes_ahead_and_waits_for_the_disk()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite);
        await using AccountsDatabase accounts = AccountsDatabase.Open(BackendService.Configuration(app.Settings));
        await using AccountsDb db = accounts.CreateContext();
        Assert.Equal("wal", (await db.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").ToListAsync(Cancel)).Single());
        Assert.Equal(2, (await db.Database.SqlQueryRaw<int>("SELECT synchronous AS Value FROM pragma_synchronous").ToListAsync(Cancel)).Single());
    }

    private static async Task<int> HealthAsync(BackendApp app)
    {
        using HttpClient anyone = app.Client();
        using HttpResponseMessage response = await anyone.GetAsync("/health", Cancel);
        return (int)response.StatusCode;
    }

    private static async Task ExecuteAsync(BackendApp app, string sql)
    {
        await using AccountsDatabase accounts = AccountsDatabase.Open(BackendService.Configuration(app.Settings));
        await using DbConnection connection = await accounts.DataSource.OpenConnectionAsync(Cancel);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = string.Format(null, sql, accounts.TablePrefix);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static Dictionary<string, string?> Settings(TestDatabase database) => new() { ["DATABASE_URL"] = database.Url };

    private static Task<TestDatabase> CreateAsync(DatabaseEngine engine)
    {
        BackendFixture.NeedEngine(engine);
        return TestDatabase.CreateAsync(engine);
    }

    private static Task<BackendApp> StartAsync(DatabaseEngine engine)
    {
        BackendFixture.NeedEngine(engine);
        return BackendApp.StartAsync(engine);
    }
}
