using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>Each request of a client reaches another of three replicas.</summary>
public abstract class ReplicaTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Every_request_works_on_any_replica(string revision)
    {
        await using TestService second = System.NewMcpServer();
        await using TestService third = System.NewMcpServer();
        await second.StartAsync();
        await third.StartAsync();
        var identity = new TestIdentity { Agent = "Laptop assistant" };
        using HttpClient a = System.McpServerClient(identity), b = identity.Client(second.Url, System.Key), c = identity.Client(third.Url, System.Key);
        var client = new McpClient(revision);

        if (revision == "2025-11-25")
        {
            JsonNode hello = await client.RequestAsync(a, "initialize", """{"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}""");
            Assert.Equal(revision, (string)hello["result"]!["protocolVersion"]!);
            using HttpResponseMessage told = await client.SendAsync(b, "notifications/initialized");
            Assert.Equal(202, (int)told.StatusCode);
        }
        else
        {
            Assert.Equal([revision], (await client.RequestAsync(a, "server/discover"))["result"]!["supportedVersions"]!.AsArray().Select(version => (string)version!));
        }

        var lists = new List<string>();
        foreach (HttpClient replica in new[] { c, a, b })
        {
            lists.Add((await client.RequestAsync(replica, "tools/list"))["result"]!["tools"]!.ToJsonString());
        }

        Assert.Single(lists.Distinct());

        const string add = """{"name": "add_tasks", "arguments": {"tasks": [{"title": "Pay rent"}], "idempotency_key": "k"}}""";
        string added = Structured(await client.RequestAsync(c, "tools/call", add));
        Assert.Equal(added, Structured(await client.RequestAsync(a, "tools/call", add)));
        Assert.Equal(added, Structured(await client.RequestAsync(b, "tools/call", add)));
        Assert.Contains("Pay rent", Structured(await client.RequestAsync(c, "tools/call", """{"name": "find_tasks", "arguments": {}}""")), StringComparison.Ordinal);
        Assert.DoesNotContain("isError\":true", (await client.RequestAsync(a, "tools/call", """{"name": "complete_tasks", "arguments": {"tasks": ["#1"]}}""")).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("completed", (await client.RequestAsync(b, "resources/read", """{"uri": "todo://tasks/1"}"""))["result"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Pay rent", (await client.RequestAsync(c, "prompts/get", """{"name": "break_down_task", "arguments": {"task": "1"}}"""))["result"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["Inbox"], (await client.RequestAsync(a, "completion/complete", """{"ref": {"type": "ref/resource", "uri": "todo://lists/{name}"}, "argument": {"name": "name", "value": "in"}}"""))["result"]!["completion"]!["values"]!.AsArray().Select(value => (string)value!));

        static string Structured(JsonNode answer) => answer["result"]!["structuredContent"]!.ToJsonString();
    }
}

public sealed class ReplicasOnSqlite(OnSqlite fixture) : ReplicaTests(fixture), IClassFixture<OnSqlite>;

public sealed class ReplicasOnPostgres(OnPostgres fixture) : ReplicaTests(fixture), IClassFixture<OnPostgres>
{
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_day_s_work_goes_on_though_each_request_reaches_another_replica(string revision)
    {
        await using TestService second = System.NewMcpServer();
        await using TestService third = System.NewMcpServer();
        await second.StartAsync();
        await third.StartAsync();
        var identity = new TestIdentity { Agent = "Laptop assistant" };
        using HttpClient a = System.McpServerClient(identity), b = identity.Client(second.Url, System.Key), c = identity.Client(third.Url, System.Key);
        HttpClient[] replicas = [a, b, c];
        var client = new McpClient(revision);
        int requests = 0;

        // Lists and tasks, each write sent once more to the next replica as after an answer that was lost.
        await TwiceAsync("organize", """{"changes": [{"action": "create", "kind": "list", "name": "Trip"}], "idempotency_key": "list"}""");
        JsonNode added = await TwiceAsync("add_tasks", $$"""{"tasks": [{{string.Join(',', Enumerable.Range(1, 30).Select(i => $$"""{"title": "Step {{i}}", "list": "Trip"}"""))}}], "idempotency_key": "add"}""");
        Assert.Equal(Enumerable.Range(1, 30), added["results"]!.AsArray().Select(result => (int)result!["task"]!["number"]!));
        await TwiceAsync("add_tasks", """{"tasks": [{"title": "Clean", "due": "2099-03-01", "recurrence": "FREQ=WEEKLY"}], "idempotency_key": "recurring"}""");
        await TwiceAsync("complete_tasks", """{"tasks": ["#31"], "idempotency_key": "occurrence"}""");

        // Pages, each from another replica than the one that gave the cursor, while tasks are changed in between.
        var seen = new List<int>();
        string cursor = "";
        do
        {
            JsonNode page = await CallAsync("find_tasks", $$"""{"list": "Trip", "limit": 7, "cursor": "{{cursor}}"}""");
            seen.AddRange(page["tasks"]!.AsArray().Select(task => (int)task!["number"]!));
            cursor = (string?)page["next_cursor"] ?? "";
            await TwiceAsync("update_tasks", $$"""{"tasks": [{"task": {{seen[^1]}}, "priority": "high"}], "idempotency_key": "update {{seen.Count}}"}""");
        }
        while (cursor.Length > 0);
        Assert.Equal(Enumerable.Range(1, 30), seen);

        // What one replica has written, the next reads: as a resource, in a prompt, in a completion.
        await TwiceAsync("update_tasks", """{"tasks": [{"task": "#2", "title": "Renamed", "parent": "#1"}], "idempotency_key": "rename"}""");
        Assert.Contains("Renamed", (await RequestAsync("resources/read", """{"uri": "todo://tasks/1"}""")).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Renamed", (await RequestAsync("resources/read", """{"uri": "todo://lists/Trip"}""")).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Renamed", (await RequestAsync("prompts/get", """{"name": "break_down_task", "arguments": {"task": "1"}}""")).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Trip", (await RequestAsync("completion/complete", """{"ref": {"type": "ref/resource", "uri": "todo://lists/{name}"}, "argument": {"name": "name", "value": "tr"}}""")).ToJsonString(), StringComparison.Ordinal);
        await TwiceAsync("delete_tasks", """{"tasks": ["#3"], "idempotency_key": "delete"}""");
        await TwiceAsync("delete_tasks", """{"tasks": ["#3"], "restore": true, "idempotency_key": "restore"}""");

        // Nothing was done twice.
        var api = new Api(a);
        Assert.Equal(31, (await api.GetAsync("/tasks?status=all&limit=200")).Items.Length);
        Assert.Equal("2099-03-08", (await api.GetAsync("/tasks/31")).Get("due"));
        Assert.Single((await api.GetAsync("/tasks/31/completions")).Items);
        Assert.True(requests > 30);

        async Task<JsonNode> RequestAsync(string method, string parameters)
        {
            JsonNode answer = await client.RequestAsync(replicas[requests++ % replicas.Length], method, parameters);
            return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
        }

        async Task<JsonNode> CallAsync(string tool, string arguments)
        {
            JsonNode result = await RequestAsync("tools/call", $$"""{"name": "{{tool}}", "arguments": {{arguments}} }""");
            Assert.False((bool?)result["isError"] ?? false, result.ToJsonString());
            return result["structuredContent"]!;
        }

        async Task<JsonNode> TwiceAsync(string tool, string arguments)
        {
            JsonNode first = await CallAsync(tool, arguments);
            Assert.Equal(first.ToJsonString(), (await CallAsync(tool, arguments)).ToJsonString());
            return first;
        }
    }

    [Fact]
    public async Task A_subscription_hears_of_a_change_on_another_replica()
    {
        await using TestService second = System.NewMcpServer();
        await second.StartAsync();
        var identity = new TestIdentity();
        using HttpClient here = System.McpServerClient(identity), there = identity.Client(second.Url, System.Key);
        var client = new McpClient("2026-07-28");
        using HttpResponseMessage response = await client.SendAsync(here, "subscriptions/listen", """{"notifications": {"resourceSubscriptions": ["todo://lists/Inbox"]}}""");
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        await SubscriptionTests.NextAsync(stream);
        await client.RequestAsync(there, "tools/call", """{"name": "add_tasks", "arguments": {"tasks": [{"title": "Pay rent"}]}}""");
        Assert.Equal("todo://lists/Inbox", (string?)(await SubscriptionTests.NextAsync(stream))["params"]?["uri"]);
    }
}
