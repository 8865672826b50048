using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TodoApp.McpServer.Storage;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>What is removed after its time. The clock of housekeeping alone is moved.</summary>
public abstract class HousekeepingTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Database Tasks => System.McpServer.Services.GetRequiredService<Database>();

    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task What_was_in_the_trash_for_thirty_days_is_removed_by_the_service_itself()
    {
        using Api api = Api();
        foreach (string body in (string[])["""{"title": "gone"}""", """{"title": "sub", "parentId": 1}""", """{"title": "kept"}"""])
        {
            (await api.PostAsync("/tasks", body)).Expect(201);
        }

        await api.DeleteAsync("/tasks/1");
        long before = (await api.GetAsync("/changes?order=desc&limit=1")).Number("version");
        await CleanAsync(TimeSpan.FromDays(29));
        Assert.Equal(2, (await api.GetAsync("/tasks?status=trashed")).Items.Length);
        await CleanAsync(TimeSpan.FromDays(31));
        await CleanAsync(TimeSpan.FromDays(31));
        Assert.Equal(["kept"], (await api.GetAsync("/tasks?status=all")).Names);
        JsonNode[] purged = (await api.GetAsync($"/changes?since={before}")).Items;
        Assert.Equal(["sub", "gone"], purged.Select(change => (string)change["before"]!["title"]!));
        Assert.All(purged, change => Assert.Equal("""{"kind":"system","id":"system","name":"Todo App"}""", change["actor"]!.ToJsonString()));
        Assert.Equal(4, (await api.PostAsync("/tasks", """{"title": "next"}""")).Number("number"));
    }

    [Fact]
    public async Task A_subtask_that_lives_below_one_in_the_trash_becomes_a_task_of_its_own()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        await api.PostAsync("/tasks", """{"title": "parent"}""");
        await api.PostAsync("/tasks", """{"title": "child", "parentId": 1}""");
        await api.DeleteAsync("/tasks/1");
        await RunAsync(new Statement("UPDATE tasks.tasks SET deleted_at = NULL WHERE space_id = $1 AND number = 2").Add(Guid.Parse(identity.Space)));
        await CleanAsync(TimeSpan.FromDays(31));
        Assert.Null((await api.GetAsync("/tasks/2")).Expect(200).Json["parentId"]);
        (await api.GetAsync("/tasks/1")).Expect(404);
    }

    [Fact]
    public async Task The_log_is_kept_for_ninety_days_and_then_says_where_to_begin_again()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        using HttpClient client = System.McpServerClient(identity);
        string batch = new JsonObject { ["operations"] = new JsonArray([.. Enumerable.Range(0, 100).Select(_ => JsonNode.Parse("""{"op": "create", "body": {"title": "t"}}"""))]) }.ToJsonString();
        for (int i = 0; i < 21; i++) // More than are removed at once.
        {
            (await api.PostAsync("/tasks/batch", batch)).Expect(200);
        }

        await CleanAsync(TimeSpan.FromDays(89));
        Assert.Equal(1, (long)(await api.GetAsync("/changes?limit=1")).Expect(200).Items[0]["version"]!);
        await CleanAsync(TimeSpan.FromDays(91));
        Assert.Equal("/snapshot", (await api.GetAsync("/changes?since=0")).ExpectProblem(410, "gone").Get("snapshot"));
        Assert.Equal("/snapshot", (await api.GetAsync("/changes?since=2100")).ExpectProblem(410, "gone").Get("snapshot"));
        Assert.Equal("/snapshot", (await api.GetAsync("/changes/stream?since=2100")).ExpectProblem(410, "gone").Get("snapshot"));
        (await api.PostAsync("/changes/2/undo")).ExpectProblem(404, "not-found");
        long version = (await api.GetAsync("/snapshot")).Number("version");
        Assert.Equal(2101, version);
        Assert.Empty((await api.GetAsync($"/changes?since={version}")).Expect(200).Items);
        Assert.Empty((await api.GetAsync("/changes?order=desc")).Expect(200).Items);
        await api.PostAsync("/tasks", """{"title": "next"}""");
        await using EventReader reader = await EventReader.OpenAsync(client, ("Last-Event-ID", $"{version}"));
        Assert.Equal($"{version + 1}", (await reader.NextAsync()).EventId);
    }

    [Fact]
    public async Task Only_the_old_part_of_the_log_is_removed_and_a_gap_in_its_versions_stops_nothing()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        for (int i = 0; i < 6; i++)
        {
            await api.PostAsync("/tasks", """{"title": "T"}""");
        }

        Guid space = Guid.Parse(identity.Space);
        await RunAsync(new Statement("UPDATE tasks.changes SET at = $2 WHERE space_id = $1 AND version <= 4").Add(space).Add(TimeProvider.System.GetUtcNow().AddDays(-90.1)));
        await RunAsync(new Statement("DELETE FROM tasks.changes WHERE space_id = $1 AND version < 3").Add(space)); // As an import may leave one.
        await CleanAsync(TimeSpan.Zero);
        (await api.GetAsync("/changes?since=3")).ExpectProblem(410, "gone");
        Assert.Equal([5L, 6, 7], (await api.GetAsync("/changes?since=4")).Expect(200).Items.Select(change => (long)change["version"]!));
        Assert.Equal([7L, 6, 5], (await api.GetAsync("/changes?order=desc")).Expect(200).Items.Select(change => (long)change["version"]!));
    }

    [Fact]
    public async Task Idempotency_keys_are_kept_for_a_day()
    {
        using Api api = Api();
        Reply first = await api.PostAsync("/tasks", """{"title": "A"}""", ("Idempotency-Key", "k"));
        await CleanAsync(TimeSpan.FromHours(23));
        Assert.Equal(first.Text, (await api.PostAsync("/tasks", """{"title": "A"}""", ("Idempotency-Key", "k"))).Text);
        await CleanAsync(TimeSpan.FromHours(25));
        Assert.Equal(2, (await api.PostAsync("/tasks", """{"title": "A"}""", ("Idempotency-Key", "k"))).Number("number"));
    }

    [Fact]
    public async Task A_deleted_account_whose_tasks_are_not_all_removed_yet_holds_nothing_up()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        using Api other = Api();
        foreach (Api each in (Api[])[api, other])
        {
            await each.PostAsync("/tasks", """{"title": "A"}""");
            await each.DeleteAsync("/tasks/1");
        }

        await RunAsync(new Statement("UPDATE tasks.spaces SET deleted_at = $2 WHERE id = $1").Add(Guid.Parse(identity.Space)).Add(TimeProvider.System.GetUtcNow()));
        await CleanAsync(TimeSpan.FromDays(91));
        Assert.Empty((await other.GetAsync("/tasks?status=trashed")).Items);
    }

    protected async Task CleanAsync(TimeSpan later)
    {
        using var housekeeping = new Housekeeping(
            Tasks, System.McpServer.Services.GetRequiredService<SpaceWrites>(), new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later), NullLogger<Housekeeping>.Instance);
        await housekeeping.RunAsync(Cancel);
    }

    private async Task RunAsync(Statement statement)
    {
        await using SqlTransaction transaction = await Tasks.BeginWriteAsync(Cancel);
        await transaction.CommitAsync([statement], Cancel);
    }
}

public sealed class HousekeepingOnSqlite(OnSqlite fixture) : HousekeepingTests(fixture), IClassFixture<OnSqlite>;

public sealed class HousekeepingOnPostgres(OnPostgres fixture) : HousekeepingTests(fixture), IClassFixture<OnPostgres>
{
    [Fact]
    public async Task One_replica_at_a_time_does_it()
    {
        using var api = new Api(System.McpServerClient());
        await api.PostAsync("/tasks", """{"title": "A"}""");
        await api.DeleteAsync("/tasks/1");
        await using (IAsyncDisposable? held = await System.McpServer.Services.GetRequiredService<Database>().TryLockAsync(Housekeeping.Lock, Cancel))
        {
            Assert.NotNull(held);
            await CleanAsync(TimeSpan.FromDays(31));
            Assert.Single((await api.GetAsync("/tasks?status=trashed")).Items);
        }

        await CleanAsync(TimeSpan.FromDays(31));
        Assert.Empty((await api.GetAsync("/tasks?status=trashed")).Items);
    }
}
