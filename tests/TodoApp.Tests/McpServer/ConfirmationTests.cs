using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>What is hard to take back is done only when the user has agreed.</summary>
public abstract class ConfirmationTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private const string CanAsk = """{"elicitation": {}}""";

    private static readonly McpClient Asking = new("2026-07-28", CanAsk);

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_client_that_cannot_ask_is_told_to_and_how_to_confirm(string revision)
    {
        using HttpClient server = System.McpServerClient(new TestIdentity { Agent = "Claude" });
        var client = new McpClient(revision);
        await AddAsync(client, server, 12);
        string numbers = string.Join(',', Enumerable.Range(1, 11).Select(number => $"\"#{number}\""));
        JsonNode refused = await CallAsync(client, server, "delete_tasks", $$"""{"tasks": [{{numbers}}], "idempotency_key": "k"}""");
        Assert.True((bool)refused["isError"]!);
        Assert.Equal("Nothing was done. Ask your user first: Move 11 tasks, subtasks included, to the trash? If they agree, call again with the same arguments and \"confirm\": true.", TextOf(refused));
        Assert.Equal(12, await OpenAsync(client, server));
        string confirmed = $$"""{"tasks": [{{numbers}}], "idempotency_key": "k", "confirm": true}""";
        Assert.StartsWith("Moved to the trash: 11 of 11", TextOf(await CallAsync(client, server, "delete_tasks", confirmed)), StringComparison.Ordinal);
        Assert.Contains("by the earlier call", TextOf(await CallAsync(client, server, "delete_tasks", confirmed)), StringComparison.Ordinal);
        Assert.Equal(1, await OpenAsync(client, server));

        Assert.Contains("Remove all 11 tasks in the trash for good?", TextOf(await CallAsync(client, server, "empty_trash", "{}")), StringComparison.Ordinal);
        Assert.Contains("Nothing was done", TextOf(await CallAsync(client, server, "empty_trash", """{"confirm": false}""")), StringComparison.Ordinal);
        Assert.Contains("confirm must be true or false", TextOf(await CallAsync(client, server, "empty_trash", """{"confirm": "yes"}""")) + TextOf(await CallAsync(client, server, "delete_tasks", """{"tasks": ["#12"], "confirm": 1}""")), StringComparison.Ordinal);
        JsonNode emptied = await CallAsync(client, server, "empty_trash", """{"confirm": true}""");
        Assert.Equal(11, (int)emptied["structuredContent"]!["removed"]!);
        Assert.Equal("The trash is empty.", TextOf(await CallAsync(client, server, "empty_trash", "{}")));
    }

    [Fact]
    public async Task Subtasks_count_and_what_is_deleted_already_does_not()
    {
        using HttpClient server = System.McpServerClient();
        var client = new McpClient("2025-11-25");
        await AddAsync(client, server, 11);
        string below = string.Join(',', Enumerable.Range(2, 10).Select(number => $$"""{"task": {{number}}, "parent": "#1"}"""));
        await CallAsync(client, server, "update_tasks", $$"""{"tasks": [{{below}}]}""");
        Assert.Contains("Move 11 tasks, subtasks included", TextOf(await CallAsync(client, server, "delete_tasks", """{"tasks": ["#1", "#1", "#3", "#99"]}""")), StringComparison.Ordinal);
        await CallAsync(client, server, "delete_tasks", """{"tasks": ["#2"]}""");
        Assert.StartsWith("Moved to the trash: 2 of 2", TextOf(await CallAsync(client, server, "delete_tasks", """{"tasks": ["#1", "#2"]}""")), StringComparison.Ordinal);
        Assert.StartsWith("Restored 1 of 1", TextOf(await CallAsync(client, server, "delete_tasks", """{"tasks": ["#1"], "restore": true}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_holds_tasks_is_asked_about_and_an_empty_one_is_not()
    {
        using HttpClient server = System.McpServerClient();
        var client = new McpClient("2026-07-28");
        await CallAsync(client, server, "organize", """{"changes": [{"action": "create", "kind": "list", "name": "Work"}, {"action": "create", "kind": "list", "name": "Empty"}]}""");
        await CallAsync(client, server, "add_tasks", """{"tasks": [{"title": "a", "list": "Work"}]}""");
        const string delete = """{"changes": [{"action": "delete", "kind": "list", "item": "Empty", "tasks": "trash"}, {"action": "delete", "kind": "list", "item": "work", "tasks": "move:Inbox"}]""";
        Assert.Contains("Delete the list Work? What it holds, 1 task, moves to Inbox. If they agree", TextOf(await CallAsync(client, server, "organize", delete + "}")), StringComparison.Ordinal);
        JsonNode done = await CallAsync(client, server, "organize", delete + ", \"confirm\": true}");
        Assert.Equal([true, true], done["structuredContent"]!["results"]!.AsArray().Select(result => (bool)result!["ok"]!));
        Assert.False((bool?)(await CallAsync(client, server, "organize", """{"changes": [{"action": "create", "kind": "list", "name": "B"}, {"action": "delete", "kind": "list", "item": "B"}]}"""))["isError"] ?? false);
    }

    [Fact]
    public async Task A_client_that_can_ask_is_given_the_question_and_any_replica_takes_the_answer()
    {
        var identity = new TestIdentity { Agent = "Claude" };
        using HttpClient server = System.McpServerClient(identity);
        await using TestService second = System.NewMcpServer();
        await second.StartAsync();
        using HttpClient other = identity.Client(second.Url, System.Key);
        string arguments = await FillAsync(server);
        JsonNode asked = await CallAsync(Asking, server, "delete_tasks", arguments);
        Assert.Equal("input_required", (string)asked["resultType"]!);
        JsonNode question = asked["inputRequests"]!["confirm"]!;
        Assert.Equal("elicitation/create", (string)question["method"]!);
        Assert.Equal("Move 11 tasks, subtasks included, to the trash?", (string)question["params"]!["message"]!);
        Assert.Equal("object", (string)question["params"]!["requestedSchema"]!["type"]!);
        string state = (string)asked["requestState"]!;

        // Confirming by itself is not for an agent whose user can be asked.
        Assert.Equal("input_required", (string)(await CallAsync(Asking, server, "delete_tasks", arguments[..^1] + ", \"confirm\": true}"))["resultType"]!);
        foreach (string no in (string[])["decline", "cancel", "accepted", ""])
        {
            JsonNode declined = await AnswerAsync(Asking, other, "delete_tasks", arguments, state, no);
            Assert.True((bool)declined["isError"]!);
            Assert.StartsWith("Nothing was done: your user said no.", TextOf(declined), StringComparison.Ordinal);
        }

        Assert.Equal(11, await OpenAsync(Asking, server));
        JsonNode done = await AnswerAsync(Asking, other, "delete_tasks", arguments, state, "accept");
        Assert.StartsWith("Moved to the trash: 11 of 11", TextOf(done), StringComparison.Ordinal);
        Assert.Equal(0, await OpenAsync(Asking, server));
    }

    [Fact]
    public async Task An_answer_counts_only_for_the_same_call_of_the_same_caller()
    {
        var identity = new TestIdentity();
        using HttpClient server = System.McpServerClient(identity), colleague = System.McpServerClient(identity with { Subject = Guid.CreateVersion7().ToString() }), stranger = System.McpServerClient();
        string arguments = await FillAsync(server);
        await FillAsync(stranger);
        string state = (string)(await CallAsync(Asking, server, "delete_tasks", arguments))["requestState"]!;
        string forged = (state[0] == 'A' ? 'B' : 'A') + state[1..];
        (HttpClient Server, string Tool, string Arguments, string State)[] wrong =
        [
            (colleague, "delete_tasks", arguments, state),
            (stranger, "delete_tasks", arguments, state),
            (server, "delete_tasks", arguments.Replace("\"#1\"", "\"#1\", \"#1\"", StringComparison.Ordinal), state),
            (server, "delete_tasks", arguments[..^1] + ", \"idempotency_key\": \"k\"}", state),
            (server, "delete_tasks", arguments, forged),
            (server, "delete_tasks", arguments, state[..^4]),
            (server, "delete_tasks", arguments, state + "AAAA"),
            (server, "delete_tasks", arguments, ""),
            (server, "delete_tasks", arguments, "!"),
            (server, "delete_tasks", arguments, new string('A', 100_000)),
        ];
        foreach ((HttpClient at, string tool, string sent, string given) in wrong)
        {
            JsonNode answer = await Asking.RequestAsync(at, "tools/call", Answer(tool, sent, given, "accept"));
            Assert.Equal(-32602, (int)answer["error"]!["code"]!);
        }

        Assert.Equal(11, await OpenAsync(Asking, server));
        JsonNode unanswered = (await Asking.RequestAsync(server, "tools/call", $$"""{"name": "delete_tasks", "arguments": {{arguments}}, "requestState": "{{state}}"}"""))["result"]!;
        Assert.Equal("input_required", (string)unanswered["resultType"]!);
    }

    [Fact]
    public async Task When_there_is_more_to_lose_than_was_asked_about_the_user_is_asked_again()
    {
        using HttpClient server = System.McpServerClient();
        await FillAsync(server);
        await CallAsync(Asking, server, "delete_tasks", """{"tasks": ["#1"]}""");
        string state = (string)(await CallAsync(Asking, server, "empty_trash", "{}"))["requestState"]!;
        await CallAsync(Asking, server, "delete_tasks", """{"tasks": ["#2"]}""");
        JsonNode again = await AnswerAsync(Asking, server, "empty_trash", "{}", state, "accept");
        Assert.Equal("Remove all 2 tasks in the trash for good? That can't be undone.", (string)again["inputRequests"]!["confirm"]!["params"]!["message"]!);
        JsonNode done = await AnswerAsync(Asking, server, "empty_trash", "{}", (string)again["requestState"]!, "accept");
        Assert.Equal(2, (int)done["structuredContent"]!["removed"]!);
    }

    [Fact]
    public async Task An_answer_that_took_too_long_is_asked_for_again()
    {
        var identity = new TestIdentity();
        using HttpClient server = System.McpServerClient(identity);
        string arguments = await FillAsync(server);
        foreach ((double minutes, string result) in new[] { (-9.5, "complete"), (-10.5, "input_required") })
        {
            var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(minutes));
            await using TestService past = System.NewMcpServer(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
            await past.StartAsync();
            using HttpClient then = identity.Client(past.Url, System.Key);
            then.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", identity.Sign(System.Key, time.GetUtcNow()));
            string state = (string)(await CallAsync(Asking, then, "delete_tasks", arguments))["requestState"]!;
            Assert.Equal(result, (string)(await AnswerAsync(Asking, server, "delete_tasks", arguments, state, "accept"))["resultType"]!);
            await CallAsync(Asking, server, "delete_tasks", arguments[..^1] + ", \"restore\": true}");
        }
    }

    private static async Task<string> FillAsync(HttpClient server)
    {
        await AddAsync(Asking, server, 11);
        return $$"""{"tasks": [{{string.Join(',', Enumerable.Range(1, 11).Select(number => $"\"#{number}\""))}}]}""";
    }

    private static Task<JsonNode> AddAsync(McpClient client, HttpClient server, int count) => CallAsync(
        client, server, "add_tasks", $$"""{"tasks": [{{string.Join(',', Enumerable.Range(1, count).Select(number => $$"""{"title": "t{{number}}"}"""))}}]}""");

    private static async Task<int> OpenAsync(McpClient client, HttpClient server) =>
        (await CallAsync(client, server, "find_tasks", """{"limit": 100}"""))["structuredContent"]!["tasks"]!.AsArray().Count;

    private static async Task<JsonNode> CallAsync(McpClient client, HttpClient server, string tool, string arguments) =>
        (await client.RequestAsync(server, "tools/call", $$"""{"name": "{{tool}}", "arguments": {{arguments}}}"""))["result"]!;

    private static async Task<JsonNode> AnswerAsync(McpClient client, HttpClient server, string tool, string arguments, string state, string action) =>
        (await client.RequestAsync(server, "tools/call", Answer(tool, arguments, state, action)))["result"]!;

    private static string Answer(string tool, string arguments, string state, string action) =>
        $$$"""{"name": "{{{tool}}}", "arguments": {{{arguments}}}, "requestState": "{{{state}}}", "inputResponses": {"confirm": {"action": "{{{action}}}", "content": {} } } }""";

    private static string TextOf(JsonNode result) => (string)result["content"]![0]!["text"]!;
}

public sealed class ConfirmationOnSqlite(OnSqlite fixture) : ConfirmationTests(fixture), IClassFixture<OnSqlite>;

public sealed class ConfirmationOnPostgres(OnPostgres fixture) : ConfirmationTests(fixture), IClassFixture<OnPostgres>;
