using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class ChangesTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task Every_write_says_what_changed_and_who_did_it()
    {
        var person = new TestIdentity { Name = "Ada" };
        using Api api = Api(person);
        using Api agent = Api(person with { Agent = "Laptop assistant", Subject = "token-1" });
        await api.PostAsync("/tasks", """{"title": "A", "notes": "n"}""");
        await agent.PatchAsync("/tasks/1", """{"title": "B", "priority": "high"}""");
        await agent.PostAsync("/tasks/1/complete");
        await api.DeleteAsync("/tasks/1");
        Reply log = (await api.GetAsync("/changes")).Expect(200);
        Assert.Equal(["created", "created", "updated", "completed", "deleted"], log.Items.Select(change => (string)change["kind"]!));
        Assert.Equal([1L, 2, 3, 4, 5], log.Items.Select(change => (long)change["version"]!));
        Assert.Equal(5, log.Number("version"));
        Assert.Null(log.Items[1]["before"]);
        Assert.Equal("A", (string)log.Items[1]["after"]!["title"]!);
        Assert.Equal("""{"title":"A","priority":"none"}""", log.Items[2]["before"]!.ToJsonString());
        Assert.Equal("""{"kind":"agent","id":"token-1","name":"Laptop assistant"}""", log.Items[2]["actor"]!.ToJsonString());
        Assert.Equal("""{"completedAt":null}""", log.Items[3]["before"]!.ToJsonString());
        Assert.Equal((await api.GetAsync("/tasks/1")).Text, log.Items[4]["after"]!.ToJsonString());
        Assert.Equal(["updated", "completed"], (await api.GetAsync("/changes?actorKind=agent")).Items.Select(change => (string)change["kind"]!));
        (await api.GetAsync("/changes?actorKind=robot")).ExpectProblem(422, "invalid", "actorKind");
        Assert.Equal(["updated", "completed"], (await api.GetAsync("/changes?actor=token-1")).Items.Select(change => (string)change["kind"]!));
        Assert.Equal(4, (await api.GetAsync("/changes?task=1")).Items.Length);
        Reply part = await api.GetAsync("/changes?since=1&limit=2");
        Assert.True((bool)part.Json["more"]!);
        Assert.Equal(3, part.Number("version"));
        Assert.False((bool)(await api.GetAsync("/changes?since=3&limit=2")).Json["more"]!);
        Assert.Empty((await api.GetAsync("/changes?since=5")).Items);
        Assert.Equal("/snapshot", (await api.GetAsync("/changes?since=6")).ExpectProblem(410, "gone").Get("snapshot"));
        (await api.GetAsync("/changes?since=x")).ExpectProblem(422, "invalid", "since");
        (await api.GetAsync("/changes?since=-1")).ExpectProblem(422, "invalid", "since");
        (await api.GetAsync("/changes?snice=1")).ExpectProblem(400, "malformed-request", "snice");
    }
}

public sealed class ChangesOnSqlite(OnSqlite fixture) : ChangesTests(fixture), IClassFixture<OnSqlite>;

public sealed class ChangesOnPostgres(OnPostgres fixture) : ChangesTests(fixture), IClassFixture<OnPostgres>;
