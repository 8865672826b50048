using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TodoApp.McpServer.Mcp;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public sealed class SubscriptionTests
{
    private const string Revision = "2026-07-28";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_told_to_those_who_watch_what_it_changes()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
        await using TestSystem system = await TestSystem.StartAsync(database, Services.McpServer);
        using HttpClient http = system.McpServerClient();
        var client = new McpClient(Revision);
        using HttpResponseMessage response = await client.SendAsync(http, "subscriptions/listen", """
            {"notifications": {"toolsListChanged": true, "resourceSubscriptions": ["todo://overdue", "todo://lists/Inbox", "todo://lists/Inbox", "todo://lists/Nowhere"]}}
            """);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));

        JsonNode acknowledged = await NextAsync(stream);
        Assert.Equal("notifications/subscriptions/acknowledged", (string)acknowledged["method"]!);
        Assert.Equal("""{"resourceSubscriptions":["todo://overdue","todo://lists/Inbox"]}""", acknowledged["params"]!["notifications"]!.ToJsonString());
        Assert.Equal(1, SubscriptionId(acknowledged));

        // Not told: somebody else's change, and one that leaves what is watched as it was.
        using HttpClient stranger = system.McpServerClient();
        await AddAsync(new McpClient(Revision), stranger, "Not yours", "2020-01-01");
        await client.RequestAsync(http, "tools/call", """{"name": "organize", "arguments": {"changes": [{"action": "create", "kind": "label", "name": "later"}]}}""");

        await AddAsync(client, http, "No date");
        JsonNode updated = await NextAsync(stream);
        Assert.Equal("notifications/resources/updated", (string)updated["method"]!);
        Assert.Equal("todo://lists/Inbox", (string)updated["params"]!["uri"]!);
        Assert.Equal(1, SubscriptionId(updated));

        await AddAsync(client, http, "Late", "2020-01-01");
        Assert.Equal("todo://overdue", (string)(await NextAsync(stream))["params"]!["uri"]!);
        Assert.Equal("todo://lists/Inbox", (string)(await NextAsync(stream))["params"]!["uri"]!);

        // The stream ends with a result when the server does.
        await system.McpServer.StopAsync();
        JsonNode closed = await NextAsync(stream);
        Assert.Equal("complete", (string)closed["result"]!["resultType"]!);
        Assert.Equal(1, (int)closed["result"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
        Assert.Equal(1, (int)closed["id"]!);
    }

    [Fact]
    public async Task Who_watches_a_saved_filter_hears_of_its_tasks_and_of_itself()
    {
        const string uri = "todo://filters/Urgent";
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
        await using TestSystem system = await TestSystem.StartAsync(database, Services.McpServer);
        using HttpClient http = system.McpServerClient();
        using var api = new Api(http);
        (await api.PostAsync("/filters", """{"name": "Urgent", "query": "p1"}""")).Expect(201);
        var client = new McpClient(Revision);
        using HttpResponseMessage response = await client.SendAsync(http, "subscriptions/listen", $$$"""{"notifications": {"resourceSubscriptions": ["{{{uri}}}", "todo://filters/None"]}}""");
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal($$"""{"resourceSubscriptions":["{{uri}}"]}""", (await NextAsync(stream))["params"]!["notifications"]!.ToJsonString());

        // Not told: a task that the filter does not find. What it finds, its query and its name are.
        (await api.PostAsync("/tasks", """{"title": "Calm"}""")).Expect(201);
        (await api.PostAsync("/tasks", """{"title": "Fire", "priority": "p1"}""")).Expect(201);
        Assert.Equal(uri, (string)(await NextAsync(stream))["params"]!["uri"]!);
        Assert.Contains("Fire", await ReadAsync(), StringComparison.Ordinal);
        (await api.PatchAsync("/filters/Urgent", """{"query": "no priority"}""")).Expect(200);
        Assert.Equal(uri, (string)(await NextAsync(stream))["params"]!["uri"]!);
        Assert.Contains("Calm", await ReadAsync(), StringComparison.Ordinal);
        (await api.PatchAsync("/filters/Urgent", """{"name": "Other"}""")).Expect(200);
        Assert.Equal(uri, (string)(await NextAsync(stream))["params"]!["uri"]!);
        Assert.Contains("-32602", await ReadAsync(), StringComparison.Ordinal);

        async Task<string> ReadAsync() => (await client.RequestAsync(http, "resources/read", $$"""{"uri": "{{uri}}"}""")).ToJsonString();
    }

    [Fact]
    public async Task An_idle_stream_is_kept_alive_and_closed_after_a_quarter_of_an_hour()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
        await using TestSystem system = await TestSystem.StartAsync(
            database, Services.McpServer, configure: (_, builder) => builder.Services.AddSingleton<TimeProvider>(time));
        using HttpClient http = system.McpServerClient();
        using HttpResponseMessage response = await new McpClient(Revision).SendAsync(http, "subscriptions/listen", """{"notifications": {}}""");
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        var lines = new List<string>();
        DateTimeOffset opened = time.GetUtcNow();
        while (true)
        {
            Task<string?> line = stream.ReadLineAsync(Cancel).AsTask();
            while (await Task.WhenAny(line, Task.Delay(20, Cancel)) != line)
            {
                time.Advance(TimeSpan.FromSeconds(5)); // Whether the server waits already can't be seen from here.
            }

            if (await line is not string text)
            {
                break;
            }

            lines.Add(text);
        }

        Assert.Contains("acknowledged", lines[1], StringComparison.Ordinal);
        Assert.Contains(": keep-alive", lines);
        Assert.Contains("\"resultType\":\"complete\"", lines.Last(text => text.Length > 0), StringComparison.Ordinal);
        Assert.True(time.GetUtcNow() - opened >= TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task Too_many_resources_are_refused_and_a_session_is_not_pretended()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
        await using TestSystem system = await TestSystem.StartAsync(database, Services.McpServer);
        using HttpClient http = system.McpServerClient();
        string uris = string.Join(',', Enumerable.Range(1, Subscriptions.MostResources + 1).Select(i => $"\"todo://tasks/{i}\""));
        JsonNode refused = await new McpClient(Revision).RequestAsync(http, "subscriptions/listen", $$$"""{"notifications": {"resourceSubscriptions": [{{{uris}}}]}}""");
        Assert.Equal(-32602, (int)refused["error"]!["code"]!);
        Assert.Contains("20 resources at most, not 21", (string)refused["error"]!["message"]!, StringComparison.Ordinal);

        JsonNode discovered = (await new McpClient(Revision).RequestAsync(http, "server/discover"))["result"]!;
        Assert.Equal("""{"prompts":{},"resources":{"subscribe":true},"tools":{},"completions":{},"extensions":{"io.modelcontextprotocol/ui":{}}}""", discovered["capabilities"]!.ToJsonString());
        Assert.Equal((300_000, "public"), ((int)discovered["ttlMs"]!, (string)discovered["cacheScope"]!));

        var older = new McpClient("2025-11-25");
        JsonNode hello = await older.RequestAsync(http, "initialize", """{"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}""");
        Assert.Null(hello["result"]!["capabilities"]!["resources"]!["subscribe"]);
        JsonNode subscribed = await older.RequestAsync(http, "resources/subscribe", """{"uri": "todo://today"}""");
        Assert.Equal(-32601, (int)subscribed["error"]!["code"]!);
    }

    private static int SubscriptionId(JsonNode message) => (int)message["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!;

    private static async Task AddAsync(McpClient client, HttpClient http, string title, string? due = null)
    {
        var task = new JsonObject { ["title"] = title, ["due"] = due };
        JsonNode added = await client.RequestAsync(http, "tools/call", new JsonObject { ["name"] = "add_tasks", ["arguments"] = new JsonObject { ["tasks"] = new JsonArray(task) } }.ToJsonString());
        Assert.DoesNotContain("\"isError\":true", added.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>The next message of a stream.</summary>
    internal static async Task<JsonNode> NextAsync(StreamReader stream)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(ServiceProcess.Patience);
        while (await stream.ReadLineAsync(patience.Token) is string line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return JsonNode.Parse(line["data:".Length..])!;
            }
        }

        throw new EndOfStreamException("The stream has ended.");
    }
}
