using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary><c>show_board</c> and its view, as clients get them. What the view does in a browser is in BoardViewTests.</summary>
public abstract class BoardTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private const string Uri = "ui://todo/board";
    private const string MimeType = "text/html;profile=mcp-app";

    private static readonly McpClient Client = new("2026-07-28");

    private static async Task<JsonNode> ShowAsync(HttpClient http, string arguments = "{}")
    {
        JsonNode answer = await Client.RequestAsync(http, "tools/call", $$"""{"name": "show_board", "arguments": {{arguments}}}""");
        return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    private static async Task<JsonNode> ShowDoneAsync(HttpClient http, string arguments = "{}")
    {
        JsonNode result = await ShowAsync(http, arguments);
        Assert.False((bool?)result["isError"] ?? false, result.ToJsonString());
        return result["structuredContent"]!;
    }

    private static string Columns(JsonNode board) => string.Join("; ", board["columns"]!.AsArray().Select(column =>
        $"{column!["name"]}: {string.Join(',', column["tasks"]!.AsArray().Select(task => (string)task!["title"]!))}{((bool?)column["more"] == true ? "+" : "")}"));

    private static string Changes(JsonNode board) => string.Join("; ", board["columns"]!.AsArray().Select(column => column!["change"]?.ToJsonString() ?? "none"));

    [Fact]
    public async Task The_columns_are_lists_priorities_labels_or_dates()
    {
        // A zone where it is about noon now, so that the hour before is today.
        string zone = Enumerable.Range(-11, 23).Select(hour => $"Etc/GMT{hour:+0;-0;+0}")
            .First(name => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(name)).Hour is 11 or 12);
        DateTime now = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime;
        using HttpClient http = System.McpServerClient(new TestIdentity { TimeZone = zone });
        using var api = new Api(http);
        await api.PostAsync("/lists", """{"name": "Work"}""");
        await api.PostAsync("/lists", """{"name": "Empty"}""");
        await api.PostAsync("/filters", """{"name": "Mine", "query": "#Work"}""");
        foreach (string task in (string[])[
            $$"""{"title": "A", "due": "{{Day(-1)}}", "priority": "urgent", "labels": ["x", "y"]}""",
            $$"""{"title": "B", "due": "{{now.AddHours(-1):yyyy-MM-ddTHH:mm}}", "list": "Work"}""",
            $$"""{"title": "C", "due": "{{now.AddHours(1):yyyy-MM-ddTHH:mm}}", "list": "Work", "labels": ["y"]}""",
            $$"""{"title": "D", "due": "{{Day(0)}}"}""",
            $$"""{"title": "E", "due": "{{Day(1)}}", "priority": "low"}""",
            $$"""{"title": "F", "due": "{{Day(7)}}"}""",
            $$"""{"title": "G", "due": "{{Day(8)}}"}""",
            """{"title": "H"}""",
            """{"title": "I", "list": "Work"}"""])
        {
            (await api.PostAsync("/tasks", task)).Expect(201);
        }

        (await api.PostAsync("/tasks/8/complete")).Expect(200);
        JsonNode lists = await ShowDoneAsync(http);
        Assert.Equal("Inbox: A,D,E,F,G; Work: B,C,I; Empty: ", Columns(lists));
        Assert.Equal("""{"list":"Inbox"}; {"list":"Work"}; {"list":"Empty"}""", Changes(lists));
        Assert.Equal(("Open tasks", "list"), ((string)lists["title"]!, (string)lists["group_by"]!));

        JsonNode dates = await ShowDoneAsync(http, """{"group_by": "date"}""");
        Assert.Equal("Overdue: A,B; Today: C,D; Tomorrow: E; Next 7 days: F; Later: G; No date: I", Columns(dates));
        Assert.Equal($$"""none; {"due":"{{Day(0)}}"}; {"due":"{{Day(1)}}"}; none; none; {"due":""}""", Changes(dates));
        Assert.Equal([true, true], dates["columns"]![0]!["tasks"]!.AsArray().Select(task => (bool)task!["overdue"]!));
        Assert.All(dates["columns"]!.AsArray().Skip(1).SelectMany(column => column!["tasks"]!.AsArray()), task => Assert.Null(task!["overdue"]));

        Assert.Equal("Urgent: A; High: ; Medium: ; Low: E; No priority: B,C,D,F,G,I", Columns(await ShowDoneAsync(http, """{"group_by": "priority"}""")));
        JsonNode labels = await ShowDoneAsync(http, """{"group_by": "label"}""");
        Assert.Equal("@x: A; @y: A,C; No label: B,D,E,F,G,I", Columns(labels));
        Assert.Equal("""{"labels":["x"]}; {"labels":["y"]}; {"labels":[]}""", Changes(labels));

        Assert.Equal("Overdue: B; Today: C; Tomorrow: ; No date: I", Columns(await ShowDoneAsync(http, """{"list": "work"}""")));
        Assert.Equal("Work: B,C,I", Columns(await ShowDoneAsync(http, """{"list": "work", "group_by": "list"}""")));
        JsonNode saved = await ShowDoneAsync(http, """{"filter": "mine", "group_by": "label"}""");
        Assert.Equal(("Mine", "@x: ; @y: C; No label: B,I"), ((string)saved["title"]!, Columns(saved)));
        Assert.Equal("Inbox: A; Work: B; Empty: ", Columns(await ShowDoneAsync(http, """{"filter": "overdue"}""")));

        string text = (string)(await ShowAsync(http, """{"filter": "overdue"}"""))["content"]![0]!["text"]!;
        Assert.Equal($"# overdue, by list\n\n## Inbox\n- #1 A | due {Day(-1)} | urgent | in Inbox | @x @y\n\n## Work\n- #2 B | due {now.AddHours(-1):yyyy-MM-dd HH:mm} | in Work", text);
        Assert.Equal("search: nothing: no open task fits. Leave an argument out, or add some with add_tasks.", (string)(await ShowAsync(http, """{"filter": "search: nothing"}"""))["content"]![0]!["text"]!);

        string Day(int days) => now.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("""{"list": "Inbx"}""", "list names the list 'Inbx', which does not exist. Did you mean 'Inbox'? You sent \"Inbx\".")]
    [InlineData("""{"group_by": "status"}""", "group_by must be one of list, priority, label, date. You sent \"status\".")]
    [InlineData("""{"filter": "ovedue"}""", "Did you mean 'overdue'?")]
    [InlineData("""{"limit": 5}""", "limit is not a known field")]
    public async Task Wrong_arguments_are_explained(string arguments, string expected)
    {
        using HttpClient http = System.McpServerClient();
        JsonNode result = await ShowAsync(http, arguments);
        Assert.True((bool)result["isError"]!);
        Assert.Contains(expected, (string)result["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_shows_the_first_tasks_of_each_column_and_says_that_there_are_more()
    {
        using HttpClient http = System.McpServerClient();
        using var api = new Api(http);
        for (int batch = 0; batch < 3; batch++)
        {
            var operations = new JsonArray([.. Enumerable.Range(0, 100).Select(i => new JsonObject
            {
                ["op"] = "create",
                ["body"] = new JsonObject { ["title"] = $"{batch}.{i} {new string('語', 5)}", ["priority"] = batch == 0 ? "high" : "none" },
            })]);
            (await api.PostAsync("/tasks/batch", new JsonObject { ["operations"] = operations })).Expect(200);
        }

        (await api.PostAsync("/tasks", """{"title": "Only", "priority": "low"}""")).Expect(201);
        JsonNode result = await ShowAsync(http, """{"group_by": "priority"}""");
        JsonArray columns = result["structuredContent"]!["columns"]!.AsArray();
        Assert.Equal([("Urgent", 0, false), ("High", 50, true), ("Medium", 0, false), ("Low", 1, false), ("No priority", 49, true)], columns.Select(column =>
            ((string)column!["name"]!, column["tasks"]!.AsArray().Count, (bool?)column["more"] ?? false)));
        Assert.Contains("\n(and more: narrow the board by list or filter, or use find_tasks)", (string)result["content"]![0]!["text"]!, StringComparison.Ordinal);

        // Long titles fill a board sooner.
        var changes = new JsonArray([.. Enumerable.Range(1, 100).Select(number => new JsonObject
        {
            ["op"] = "update",
            ["id"] = number,
            ["body"] = new JsonObject { ["title"] = new string('語', 500) },
        })]);
        (await api.PostAsync("/tasks/batch", new JsonObject { ["operations"] = changes })).Expect(200);
        JsonNode full = await ShowAsync(http, """{"filter": "p2"}""");
        Assert.InRange(Encoding.UTF8.GetByteCount((string)full["content"]![0]!["text"]!), 4_000, 20_000);
        Assert.InRange(full["structuredContent"]!["columns"]![0]!["tasks"]!.AsArray().Count, 5, 50);
        Assert.True((bool)full["structuredContent"]!["columns"]![0]!["more"]!);
    }

    [Fact]
    public async Task Only_so_many_lists_and_labels_have_a_column()
    {
        using HttpClient http = System.McpServerClient();
        using var api = new Api(http);
        foreach (int i in Enumerable.Range(1, 14))
        {
            (await api.PostAsync("/lists", $$"""{"name": "L{{i}}"}""")).Expect(201);
        }

        (await api.PostAsync("/tasks", """{"title": "Last", "list": "L14"}""")).Expect(201);
        JsonNode result = await ShowAsync(http);
        Assert.Equal("Inbox: ; L1: ; L2: ; L3: ; L4: ; L5: ; L6: ; L7: ; L8: ; L9: ; L10: ; L14: Last", Columns(result["structuredContent"]!));
        Assert.Equal(3, (int)result["structuredContent"]!["more_columns"]!);
        Assert.EndsWith("(3 more lists have no column here)", (string)result["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_names_the_view_and_the_view_may_reach_nothing()
    {
        using HttpClient http = System.McpServerClient(new TestIdentity { Scope = "tasks:read" });
        JsonNode tool = (await Client.RequestAsync(http, "tools/list"))["result"]!["tools"]!.AsArray().Single(tool => (string)tool!["name"]! == "show_board")!;
        Assert.Equal("""{"ui":{"resourceUri":"ui://todo/board","visibility":["model","app"]}}""", tool["_meta"]!.ToJsonString());
        const string meta = """{"ui":{"csp":{"connectDomains":[],"resourceDomains":[],"frameDomains":[],"baseUriDomains":[]},"prefersBorder":true}}""";
        JsonNode listed = (await Client.RequestAsync(http, "resources/list"))["result"]!["resources"]!.AsArray().Single(resource => (string)resource!["uri"]! == Uri)!;
        Assert.Equal((MimeType, meta), ((string)listed["mimeType"]!, listed["_meta"]!.ToJsonString()));

        JsonNode read = (await Client.RequestAsync(http, "resources/read", $$"""{"uri": "{{Uri}}"}"""))["result"]!;
        JsonNode content = Assert.Single(read["contents"]!.AsArray())!;
        Assert.Equal((Uri, MimeType, meta), ((string)content["uri"]!, (string)content["mimeType"]!, content["_meta"]!.ToJsonString()));
        Assert.Equal((300_000, "public"), ((int)read["ttlMs"]!, (string)read["cacheScope"]!));
        string html = (string)content["text"]!;
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        Assert.InRange(global::System.Text.Encoding.UTF8.GetByteCount(html), 1000, 50_000);
        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_extension_is_announced_in_both_revisions()
    {
        using HttpClient http = System.McpServerClient();
        JsonNode discovered = (await Client.RequestAsync(http, "server/discover"))["result"]!;
        Assert.Equal("""{"io.modelcontextprotocol/ui":{}}""", discovered["capabilities"]!["extensions"]!.ToJsonString());
        JsonNode hello = (await new McpClient("2025-11-25").RequestAsync(
            http, "initialize", """{"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}"""))["result"]!;
        Assert.Equal("""{"io.modelcontextprotocol/ui":{}}""", hello["capabilities"]!["extensions"]!.ToJsonString());
    }
}

public sealed class BoardOnSqlite(OnSqlite fixture) : BoardTests(fixture), IClassFixture<OnSqlite>;

public sealed class BoardOnPostgres(OnPostgres fixture) : BoardTests(fixture), IClassFixture<OnPostgres>;
