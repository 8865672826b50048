using System.Text.Json.Nodes;
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

    [Fact]
    public async Task Following_the_log_from_any_snapshot_gives_the_account_bit_by_bit_while_it_is_written_to()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        await api.PostAsync("/lists", """{"name": "Work"}""");
        using var end = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, 4).Select(seed => WriteAsync(identity, new Random(seed), 60))];
        var copies = new List<(SortedDictionary<string, string> Items, long Version)>();
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        long version = 0;
        while (!Array.TrueForAll(writers, writer => writer.IsCompleted) || copies.Count < 3)
        {
            version = await FollowAsync(api, copy, version);
            copies.Add(await SnapshotAsync(api));
        }

        await Task.WhenAll(writers);
        (SortedDictionary<string, string> last, long lastVersion) = await SnapshotAsync(api);
        version = await FollowAsync(api, copy, version);
        Assert.Equal(lastVersion, version);
        Assert.Equal(last, copy);
        foreach ((SortedDictionary<string, string> items, long from) in copies.Where((_, i) => i % Math.Max(1, copies.Count / 10) == 0))
        {
            Assert.Equal(lastVersion, await FollowAsync(api, items, from));
            Assert.Equal(last, items);
        }
    }

    private async Task WriteAsync(TestIdentity identity, Random random, int count)
    {
        using Api api = Api(identity);
        for (int i = 0; i < count; i++)
        {
            int task = random.Next(1, 30);
            Reply reply = random.Next(12) switch
            {
                0 or 1 => await api.PostAsync("/tasks", new JsonObject { ["title"] = $"T{random.Next()}", ["list"] = random.Next(2) == 0 ? "Work" : null, ["parentId"] = random.Next(3) == 0 ? task : null }),
                2 => await api.PatchAsync($"/tasks/{task}", new JsonObject { ["title"] = $"T{random.Next(5)}", ["due"] = "2026-12-01T09:00" }),
                3 => await api.PatchAsync($"/tasks/{task}", new JsonObject { ["list"] = random.Next(2) == 0 ? "Work" : "Inbox", ["labels"] = new JsonArray($"l{random.Next(4)}") }),
                4 => await api.PostAsync($"/tasks/{task}/complete"),
                5 => await api.PostAsync($"/tasks/{task}/reopen"),
                6 => await api.DeleteAsync($"/tasks/{task}"),
                7 => await api.PostAsync($"/tasks/{task}/restore"),
                8 => await api.PatchAsync($"/tasks/{task}", new JsonObject { ["recurrence"] = "FREQ=DAILY;COUNT=3", ["due"] = "2099-12-01" }),
                9 => await api.PostAsync($"/tasks/{task}/complete", """{"withSubtasks": true}"""),
                10 => await api.PostAsync($"/tasks/{task}/reschedule", new JsonObject { ["due"] = $"2099-12-{random.Next(10, 30)}" }),
                _ => await api.PostAsync("/tasks/batch", $$$"""{"operations": [{"op": "create", "body": {"title": "b"}}, {"op": "delete", "id": {{{task}}}}, {"op": "complete", "id": {{{random.Next(1, 30)}}}}]}"""),
            };
            Assert.InRange((int)reply.Status, 200, 422);
        }
    }

    private static async Task<(SortedDictionary<string, string> Items, long Version)> SnapshotAsync(Api api)
    {
        Reply snapshot = (await api.GetAsync("/snapshot")).Expect(200);
        var items = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string kind in new[] { "list", "label", "filter", "task" })
        {
            foreach (JsonNode? item in snapshot.Json[kind + "s"]!.AsArray())
            {
                items.Add($"{kind} {item!["id"]}", item.ToJsonString());
            }
        }

        foreach (JsonNode? completion in snapshot.Json["completions"]!.AsArray())
        {
            items.Add($"completion {completion!["version"]}", completion.ToJsonString());
        }

        return (items, snapshot.Number("version"));
    }

    private static async Task<long> FollowAsync(Api api, SortedDictionary<string, string> copy, long since)
    {
        while (true)
        {
            Reply page = (await api.GetAsync($"/changes?since={since}&limit=37")).Expect(200);
            long before = since;
            foreach (JsonNode change in page.Items)
            {
                long version = (long)change["version"]!;
                Assert.Equal(before + 1, version); // No hole, no disorder.
                before = version;
                string kind = new[] { "task", "list", "label", "filter" }.Single(name => change[name] is not null);
                string key = $"{kind} {change[kind]}";
                if (change["after"] is JsonNode after)
                {
                    copy[key] = after.ToJsonString();
                    if ((string)change["kind"]! == "completed" && after["recurrence"] is not null)
                    {
                        var completion = new JsonObject
                        {
                            ["taskId"] = (string)change["task"]!,
                            ["version"] = version,
                            ["due"] = (string)(change["before"]!["due"] ?? after["due"])!,
                            ["completedAt"] = (string)change["at"]!,
                            ["actor"] = change["actor"]!.DeepClone(),
                        };
                        copy[$"completion {version}"] = completion.ToJsonString();
                    }
                }
                else
                {
                    copy.Remove(key);
                }
            }

            since = page.Number("version");
            if (!(bool)page.Json["more"]!)
            {
                return since;
            }
        }
    }
}

public sealed class ChangesOnSqlite(OnSqlite fixture) : ChangesTests(fixture), IClassFixture<OnSqlite>;

public sealed class ChangesOnPostgres(OnPostgres fixture) : ChangesTests(fixture), IClassFixture<OnPostgres>;
