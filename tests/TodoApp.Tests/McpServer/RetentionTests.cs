using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TodoApp.McpServer.Storage;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>What is removed after its time, and what is not.</summary>
public abstract class RetentionTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Database Tasks => System.McpServer.Services.GetRequiredService<Database>();

    private Api Api(TestIdentity identity) => new(System.McpServerClient(identity));

    [Fact]
    public async Task The_trash_is_emptied_after_thirty_days()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        foreach (string title in (string[])["old", "older sub", "young", "open"])
        {
            await api.PostAsync("/tasks", $$"""{"title": "{{title}}", "parentId": {{(title == "older sub" ? "1" : "null")}}}""");
        }

        await api.DeleteAsync("/tasks/1");
        await api.DeleteAsync("/tasks/3");
        await AgeAsync(identity, "UPDATE tasks.tasks SET deleted_at = $2 WHERE space_id = $1 AND number < 3", days: 30.1);
        await AgeAsync(identity, "UPDATE tasks.tasks SET deleted_at = $2 WHERE space_id = $1 AND number = 3", days: 29.9);
        await RunAsync();
        Assert.Equal(["young"], (await api.GetAsync("/tasks?status=trashed")).Names);
        Assert.Equal(["open"], (await api.GetAsync("/tasks")).Names);
        Reply log = (await api.GetAsync("/changes?kind=purged")).Expect(200);
        Assert.Equal(["old", "older sub"], log.Items.Select(change => (string)change["before"]!["title"]!).Order());
        Assert.All(log.Items, change => Assert.Equal("""{"kind":"system","id":"system","name":"Todo App"}""", change["actor"]!.ToJsonString()));
    }

    [Fact]
    public async Task The_log_goes_back_ninety_days_and_says_where_to_begin_anew()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        for (int i = 0; i < 6; i++)
        {
            await api.PostAsync("/tasks", """{"title": "T"}""");
        }

        await AgeAsync(identity, "UPDATE tasks.changes SET at = $2 WHERE space_id = $1 AND version <= 4", days: 90.1);
        await AgeAsync(identity, "UPDATE tasks.changes SET at = $2 WHERE space_id = $1 AND version = 5", days: 89.9);
        await RunAsync();
        Assert.Equal("/snapshot", (await api.GetAsync("/changes?since=0")).ExpectProblem(410, "gone").Get("snapshot"));
        (await api.GetAsync("/changes?since=3")).ExpectProblem(410, "gone");
        (await api.GetAsync("/changes/stream?since=3")).ExpectProblem(410, "gone");
        Assert.Equal([5L, 6, 7], (await api.GetAsync("/changes?since=4")).Expect(200).Items.Select(change => (long)change["version"]!));
        Assert.Equal([7L, 6, 5], (await api.GetAsync("/changes?order=desc")).Expect(200).Items.Select(change => (long)change["version"]!));
        Assert.Equal(6, (await api.GetAsync("/snapshot")).Json["tasks"]!.AsArray().Count);
        (await api.PostAsync("/changes/3/undo")).ExpectProblem(404, "not-found");

        // All of it, and then on.
        await AgeAsync(identity, "UPDATE tasks.changes SET at = $2 WHERE space_id = $1", days: 91);
        await RunAsync();
        Assert.Empty((await api.GetAsync("/changes?since=7")).Expect(200).Items);
        (await api.GetAsync("/changes?since=6")).ExpectProblem(410, "gone");
        (await api.PatchAsync("/tasks/1", """{"title": "A"}""")).Expect(200);
        Assert.Equal([8L], (await api.GetAsync("/changes?since=7")).Expect(200).Items.Select(change => (long)change["version"]!));
    }

    [Fact]
    public async Task Keys_are_forgotten_after_a_day()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        await api.PostAsync("/tasks", """{"title": "T"}""", ("Idempotency-Key", "young"));
        await api.PostAsync("/tasks", """{"title": "T"}""", ("Idempotency-Key", "old"));
        await AgeAsync(identity, "UPDATE tasks.idempotency_keys SET created_at = $2 WHERE space_id = $1 AND version = 3", days: 1.1);
        await RunAsync();
        Assert.Equal("true", (await api.PostAsync("/tasks", """{"title": "T"}""", ("Idempotency-Key", "young"))).Header("Idempotency-Replayed"));
        Assert.Null((await api.PostAsync("/tasks", """{"title": "T"}""", ("Idempotency-Key", "old"))).Header("Idempotency-Replayed"));
    }

    /// <summary>As the service does from time to time.</summary>
    protected Task RunAsync() => System.McpServer.Services.GetServices<IHostedService>().OfType<Housekeeping>().Single().RunAsync(Cancel);

    /// <summary>Sets the second place to as many days ago.</summary>
    protected async Task AgeAsync(TestIdentity identity, string sql, double days)
    {
        await using SqlTransaction transaction = await Tasks.BeginWriteAsync(Cancel);
        await transaction.CommitAsync([new Statement(sql).Add(Guid.Parse(identity.Space)).Add(TimeProvider.System.GetUtcNow().AddDays(-days))], Cancel);
    }
}

public sealed class RetentionOnSqlite(OnSqlite fixture) : RetentionTests(fixture), IClassFixture<OnSqlite>;

public sealed class RetentionOnPostgres(OnPostgres fixture) : RetentionTests(fixture), IClassFixture<OnPostgres>
{
    [Fact]
    public async Task One_replica_at_a_time_removes()
    {
        var identity = new TestIdentity();
        using Api api = new(System.McpServerClient(identity));
        await api.PostAsync("/tasks", """{"title": "T"}""");
        await api.DeleteAsync("/tasks/1");
        await AgeAsync(identity, "UPDATE tasks.tasks SET deleted_at = $2 WHERE space_id = $1", days: 31);
        await using (IAsyncDisposable? other = await System.McpServer.Services.GetRequiredService<Database>().TryLockAsync(Housekeeping.Lock, Cancel))
        {
            Assert.NotNull(other);
            await RunAsync();
            Assert.Single((await api.GetAsync("/tasks?status=trashed")).Items);
        }

        await RunAsync();
        Assert.Empty((await api.GetAsync("/tasks?status=trashed")).Items);
    }
}
