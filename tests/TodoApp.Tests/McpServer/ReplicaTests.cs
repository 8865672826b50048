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
