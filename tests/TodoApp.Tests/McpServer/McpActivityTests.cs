using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>The tools by which an agent sees what was done, takes it back, and moves what repeats.</summary>
public abstract class McpActivityTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private static readonly McpClient Client = new("2026-07-28");

    [Fact]
    public async Task What_was_done_is_read_by_who_what_and_when()
    {
        var person = new TestIdentity { Name = "Ada" };
        using HttpClient ada = System.McpServerClient(person), claude = System.McpServerClient(person with { Agent = "Claude", Subject = Guid.CreateVersion7().ToString() });
        await CallAsync(ada, "add_tasks", """{"tasks": [{"title": "Pay rent", "due": "2030-01-01"}, {"title": "Milk"}]}""");
        await CallAsync(claude, "organize", """{"changes": [{"action": "create", "kind": "list", "name": "Home"}, {"action": "create", "kind": "filter", "name": "Soon", "query": "7 days"}]}""");
        JsonNode changed = await CallAsync(claude, "update_tasks", """{"tasks": [{"task": 1, "list": "Home", "due": "2030-01-02", "priority": "high", "labels": ["bills"], "title": "Rent", "notes": "n"}]}""");
        await CallAsync(claude, "complete_tasks", """{"tasks": [2]}""");

        JsonNode all = await CallAsync(ada, "get_activity", "{}");
        string[] lines = TextOf(all).Split('\n');
        Assert.Equal(["completed #2 Milk", "created list Home", "created filter Soon"], [After(lines[0]), After(lines.Single(line => line.Contains("list Home", StringComparison.Ordinal))), After(lines.Single(line => line.Contains("filter", StringComparison.Ordinal)))]);
        Assert.Contains("Claude | moved #1 Rent | title Pay rent → Rent, due 2030-01-01 → 2030-01-02, priority none → high, list Inbox → Home, labels none → @bills, notes", TextOf(all), StringComparison.Ordinal);
        Assert.Equal(["Milk"], await NamesAsync(ada, """{"kinds": ["completed"], "since": "today"}"""));
        Assert.Equal(["Milk", "Rent", "bills", "Soon", "Home"], await NamesAsync(ada, """{"actor": "claude"}"""));
        Assert.Equal(["Milk", "Pay rent", "Inbox"], await NamesAsync(ada, """{"actor": "me"}"""));
        Assert.Equal(["Rent", "Pay rent"], await NamesAsync(claude, """{"task": "#1"}"""));
        Assert.Equal(["Rent", "bills"], await NamesAsync(claude, $$"""{"group": "{{(string)changed["structuredContent"]!["group"]!}}"}"""));
        Assert.Equal("Nothing was changed that fits. Leave an argument out, or go further back with since.", TextOf(await CallAsync(ada, "get_activity", """{"until": "today"}""")));
        Assert.Equal(8, (await NamesAsync(ada, """{"since": "2000-01-01", "until": "2000-01-01T00:00:00Z"}""")).Length + (await NamesAsync(ada, """{"since": "last week"}""")).Length);

        var seen = new List<string>();
        string? cursor = "";
        while (cursor is not null)
        {
            JsonNode page = await CallAsync(ada, "get_activity", $$"""{"limit": 3, "cursor": "{{cursor}}"}""");
            seen.AddRange(Names(page));
            cursor = (string?)page["structuredContent"]!["next_cursor"];
        }

        Assert.Equal(Names(all), seen);
    }

    [Theory]
    [InlineData("""{"actor": "Nobody"}""", "actor names nobody who has changed anything. These have: Ada (person, id ")]
    [InlineData("""{"since": "whenever"}""", "since must be a moment such as today")]
    [InlineData("""{"since": "2999-01-01"}""", "since must not be in the future")]
    [InlineData("""{"kinds": ["complete"]}""", "Did you mean completed?")]
    [InlineData("""{"group": "x"}""", "group must be the group of a change")]
    [InlineData("""{"task": "rent"}""", "task must be a task's number")]
    [InlineData("""{"cursor": "x"}""", "cursor must be the next_cursor")]
    [InlineData("""{"limit": 0}""", "limit must be from 1 to 100")]
    public async Task Wrong_arguments_are_explained(string arguments, string expected)
    {
        using HttpClient server = System.McpServerClient();
        await CallAsync(server, "add_tasks", """{"tasks": [{"title": "a"}]}""");
        JsonNode result = await CallAsync(server, "get_activity", arguments);
        Assert.True((bool)result["isError"]!);
        Assert.Contains(expected, TextOf(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_request_is_undone_and_then_the_one_before_it()
    {
        var person = new TestIdentity();
        using HttpClient ada = System.McpServerClient(person), claude = System.McpServerClient(person with { Agent = "Claude", Subject = Guid.CreateVersion7().ToString() });
        await CallAsync(claude, "add_tasks", """{"tasks": [{"title": "a"}, {"title": "b"}]}""");
        await CallAsync(claude, "update_tasks", """{"tasks": [{"task": 1, "title": "A"}, {"task": 2, "title": "B"}]}""");
        await CallAsync(ada, "add_tasks", """{"tasks": [{"title": "mine"}]}""");
        JsonNode undone = await CallAsync(claude, "undo_changes", """{"last": true}""");
        Assert.Equal(2, (int)undone["structuredContent"]!["undone"]!);
        Assert.Equal(["a", "b", "mine"], await TitlesAsync(ada));
        await CallAsync(claude, "undo_changes", """{"last": true}""");
        Assert.Equal(["mine"], await TitlesAsync(ada));
        Assert.Equal("There was nothing to undo.", TextOf(await CallAsync(claude, "undo_changes", """{"last": true}""")));

        // Undoing the undo makes it the last again.
        await CallAsync(claude, "undo_changes", $$"""{"group": "{{(string)undone["structuredContent"]!["group"]!}}"}""");
        await CallAsync(claude, "undo_changes", """{"last": true}""");
        Assert.Equal("a", (string)(await CallAsync(ada, "find_tasks", """{"tasks": ["#1"]}"""))["structuredContent"]!["tasks"]![0]!["title"]!);
    }

    [Fact]
    public async Task What_an_agent_did_since_a_time_is_undone_and_what_stands_in_the_way_is_named()
    {
        var person = new TestIdentity();
        using HttpClient ada = System.McpServerClient(person), claude = System.McpServerClient(person with { Agent = "Claude", Subject = Guid.CreateVersion7().ToString() });
        await CallAsync(ada, "add_tasks", """{"tasks": [{"title": "a"}, {"title": "b"}]}""");
        await CallAsync(claude, "update_tasks", """{"tasks": [{"task": 1, "title": "wrong"}, {"task": 2, "due": "2030-01-01"}]}""");
        await CallAsync(claude, "delete_tasks", """{"tasks": [2]}""");
        await CallAsync(ada, "update_tasks", """{"tasks": [{"task": 1, "title": "right"}]}""");
        JsonNode blocked = await CallAsync(ada, "undo_changes", """{"actor": "Claude", "since": "1 hour ago"}""");
        Assert.True((bool)blocked["isError"]!);
        Assert.Contains("in the way", TextOf(blocked), StringComparison.Ordinal);
        JsonNode activity = await CallAsync(ada, "get_activity", """{"actor": "Claude"}""");
        string versions = string.Join(',', activity["structuredContent"]!["changes"]!.AsArray().Where(change => (long?)change!["number"] == 2).Select(change => (long)change!["version"]!));
        Assert.Equal(2, (int)(await CallAsync(ada, "undo_changes", $$"""{"versions": [{{versions}}], "idempotency_key": "k"}"""))["structuredContent"]!["undone"]!);
        Assert.Equal(2, (int)(await CallAsync(ada, "undo_changes", $$"""{"versions": [{{versions}}], "idempotency_key": "k"}"""))["structuredContent"]!["undone"]!);
        Assert.Equal(["right", "b"], await TitlesAsync(ada));
        await CallAsync(ada, "undo_changes", """{"last": true}""");
        Assert.StartsWith("Undid 1 change", TextOf(await CallAsync(ada, "undo_changes", """{"actor": "claude", "since": "today"}""")), StringComparison.Ordinal);
        Assert.Equal(["a", "b"], await TitlesAsync(ada));
    }

    [Theory]
    [InlineData("{}", "last must be the only one of last, group, versions and actor, e.g. {\"last\": true}.")]
    [InlineData("""{"last": true, "versions": [2]}""", "must be the only one")]
    [InlineData("""{"versions": [999]}""", "There is no change with the version 999")]
    [InlineData("""{"versions": []}""", "versions must have 1 to")]
    [InlineData("""{"versions": ["2"]}""", "versions must be an array of versions")]
    [InlineData("""{"actor": "me"}""", "since must be given with actor")]
    [InlineData("""{"last": true, "since": "today"}""", "since goes with actor only")]
    [InlineData("""{"group": "00000000-0000-0000-0000-000000000000"}""", "There is no change with the groupId")]
    public async Task A_wrong_undo_is_explained(string arguments, string expected)
    {
        using HttpClient server = System.McpServerClient();
        await CallAsync(server, "add_tasks", """{"tasks": [{"title": "a"}]}""");
        JsonNode result = await CallAsync(server, "undo_changes", arguments);
        Assert.True((bool)result["isError"]!);
        Assert.Contains(expected, TextOf(result), StringComparison.Ordinal);
        Assert.Equal(["a"], await TitlesAsync(server));
    }

    [Fact]
    public async Task One_occurrence_is_moved_or_skipped_and_a_series_is_ended()
    {
        using HttpClient server = System.McpServerClient();
        await CallAsync(server, "add_tasks", """{"tasks": [{"title": "Clean", "due": "2099-01-05T18:00", "recurrence": "FREQ=WEEKLY"}, {"title": "Once", "due": "2099-01-05"}, {"title": "Undated"}]}""");
        JsonNode moved = await CallAsync(server, "reschedule_tasks", """{"tasks": ["#1", "#2", "#3", "#9"], "due": "2099-01-07"}""");
        Assert.Equal(
            ["Rescheduled 3 of 4:", "#1 Clean | due 2099-01-07 18:00 | repeats FREQ=WEEKLY | in Inbox", "#2 Once | due 2099-01-07 | in Inbox", "#3 Undated | due 2099-01-07 | in Inbox"],
            TextOf(moved).Split('\n')[..4]);
        Assert.Contains("due 2099-01-12 18:00", TextOf(await CallAsync(server, "complete_tasks", """{"tasks": ["#1"]}""")), StringComparison.Ordinal);
        Assert.Equal(["created completion 2099-01-07T18:00", "completed #1 Clean"], TextOf(await CallAsync(server, "get_activity", """{"limit": 2}""")).Split('\n')[..2].Select(After));
        Assert.Contains("due 2099-01-19 18:00", TextOf(await CallAsync(server, "reschedule_tasks", """{"tasks": ["#1"], "skip": true}""")), StringComparison.Ordinal);
        Assert.Equal("Ended 1 of 1:\n#1 Clean | due 2099-01-19 18:00 | in Inbox", TextOf(await CallAsync(server, "reschedule_tasks", """{"tasks": ["#1"], "end": true}""")));
        Assert.Contains("does not repeat", TextOf(await CallAsync(server, "reschedule_tasks", """{"tasks": ["#2"], "skip": true}""")), StringComparison.Ordinal);
        foreach (string wrong in (string[])["{\"tasks\": [\"#1\"]}", "{\"tasks\": [\"#1\"], \"due\": \"2099-01-07\", \"end\": true}", "{\"tasks\": [\"#1\"], \"due\": \"\"}", "{\"tasks\": [\"#1\"], \"skip\": false}"])
        {
            Assert.Contains("must be the only one of due, skip and end", TextOf(await CallAsync(server, "reschedule_tasks", wrong)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Named_tasks_are_read_whatever_became_of_them_and_one_with_its_subtasks()
    {
        using HttpClient server = System.McpServerClient();
        await CallAsync(server, "add_tasks", """{"text": "Trip // pack light\n  Hotel\n  Train\nDone\nGone"}""");
        await CallAsync(server, "complete_tasks", """{"tasks": [4, 3]}""");
        await CallAsync(server, "delete_tasks", """{"tasks": [5]}""");
        Assert.Equal(["Trip", "Done", "Gone"], Titles(await CallAsync(server, "find_tasks", """{"tasks": ["#1", 4, "5"], "sort": "created"}""")));
        Assert.EndsWith("Not found: #77.", TextOf(await CallAsync(server, "find_tasks", """{"tasks": ["#1", "#77"]}""")), StringComparison.Ordinal);
        JsonNode one = await CallAsync(server, "find_tasks", """{"tasks": ["#1"], "detail": "detailed"}""");
        Assert.Equal(["Trip", "Hotel", "Train"], Titles(one));
        Assert.Contains("\n  pack light", TextOf(one), StringComparison.Ordinal);
        Assert.Equal(["Done"], Titles(await CallAsync(server, "find_tasks", """{"tasks": ["#1", "#4"], "status": "completed"}""")));
        Assert.Contains("tasks[0] must be a task's number", TextOf(await CallAsync(server, "find_tasks", """{"tasks": ["rent"]}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_are_put_before_and_after_others_and_filters_are_kept()
    {
        using HttpClient server = System.McpServerClient();
        await CallAsync(server, "add_tasks", """{"tasks": [{"title": "a"}, {"title": "b"}, {"title": "c", "before": "#1"}]}""");
        Assert.Equal(["c", "a", "b"], await TitlesAsync(server));
        await CallAsync(server, "update_tasks", """{"tasks": [{"task": "#3", "after": "#2"}]}""");
        Assert.Equal(["a", "b", "c"], await TitlesAsync(server));
        JsonNode saved = await CallAsync(server, "organize", """{"changes": [{"action": "create", "kind": "filter", "name": "Soon", "query": "today | overdue"}, {"action": "change", "kind": "filter", "item": "soon", "query": "7 days"}, {"action": "delete", "kind": "filter", "item": "Soon"}]}""");
        Assert.Equal("Created the filter Soon.\nChanged the filter soon.\nDeleted the filter Soon.", TextOf(saved));
        Assert.Contains("changes[0].query", TextOf(await CallAsync(server, "organize", """{"changes": [{"action": "create", "kind": "filter", "name": "Soon", "query": "todday"}]}""")), StringComparison.Ordinal);
    }

    private static string After(string line) => line.Split(" | ", 4)[3].Split(" | ")[0];

    private static string[] Names(JsonNode result) => [.. result["structuredContent"]!["changes"]!.AsArray().Select(change => (string)change!["name"]!)];

    private static string[] Titles(JsonNode result) => [.. result["structuredContent"]!["tasks"]!.AsArray().Select(task => (string)task!["title"]!)];

    private static async Task<string[]> NamesAsync(HttpClient server, string arguments) => Names(await CallAsync(server, "get_activity", arguments));

    private static async Task<string[]> TitlesAsync(HttpClient server) => Titles(await CallAsync(server, "find_tasks", "{}"));

    private static async Task<JsonNode> CallAsync(HttpClient server, string tool, string arguments) =>
        (await Client.RequestAsync(server, "tools/call", $$"""{"name": "{{tool}}", "arguments": {{arguments}}}"""))["result"]!;

    private static string TextOf(JsonNode result) => (string)result["content"]![0]!["text"]!;
}

public sealed class McpActivityOnSqlite(OnSqlite fixture) : McpActivityTests(fixture), IClassFixture<OnSqlite>;

public sealed class McpActivityOnPostgres(OnPostgres fixture) : McpActivityTests(fixture), IClassFixture<OnPostgres>;
