using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Agents;

/// <summary>
/// Whatever arguments a tool is called with, the answer is a result that its schema describes, or an error that names the argument.
/// A call that fails is named with its seed, which makes the same arguments again.
/// </summary>
public abstract class ToolFuzzTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private const int FirstSeed = 20261125;

    // What the state of the account forbids, whatever the arguments.
    private static readonly string[] Conflicts = ["stands in the way", "stand in the way", "Undo them in parts"];

    // No tokenizer makes more than 25,000 tokens of so many bytes.
    private const int LargestAnswer = 25_000;

    private static readonly int CallsPerTool = Requirements.Full ? 10_000 : 300;

    [Fact]
    public async Task Every_call_is_answered_as_the_schema_says_or_with_an_error_that_names_the_argument()
    {
        JsonArray tools;
        using (var agent = new Agent(System.McpServerClient()))
        {
            tools = (await agent.RequestAsync("tools/list"))["result"]!["tools"]!.AsArray();
        }

        var wrong = new List<string>();
        foreach (JsonNode? tool in tools)
        {
            using var api = new Api(System.McpServerClient(new TestIdentity { Agent = "Fuzzer" }));
            await SeedAsync(api);
            for (int i = 0; i < CallsPerTool && wrong.Count < 20; i++)
            {
                int seed = FirstSeed + i;
                var random = new Random(seed);
                var arguments = new ToolArguments(random, random.Next(3) * 0.06);
                string json = arguments.Make(tool!["inputSchema"]!);
                if (Check(tools, tool, arguments, await PostAsync(api, (string)tool["name"]!, json)) is string problem)
                {
                    wrong.Add($"{tool["name"]} with seed {seed}: {problem}\n  {(json.Length <= 400 ? json : json[..400])}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"{}\"")]
    [InlineData("5")]
    public async Task Arguments_that_are_no_object_are_refused_or_none(string arguments)
    {
        using var api = new Api(System.McpServerClient());
        Reply reply = await PostAsync(api, "add_tasks", arguments);
        Assert.True((int)reply.Status is 200 or 400, reply.Text);
        Assert.Contains(arguments == "null" ? "tasks must be given" : "params.arguments must be an object", reply.Text, StringComparison.Ordinal);
    }

    // Something to find, change, complete and delete.
    private static async Task SeedAsync(Api api)
    {
        await PostAsync(api, "organize", """{"changes": [{"action": "create", "kind": "list", "name": "Home"}, {"action": "create", "kind": "list", "name": "Work"}]}""");
        await PostAsync(api, "add_tasks", """{"text": "Rent every month on the 1st @bills p1\nTrip #Work\n  Hotel @errand\nMilk tomorrow\nCall // notes", "create_lists": true}""");
        await PostAsync(api, "complete_tasks", """{"tasks": ["#4"]}""");
    }

    private static Task<Reply> PostAsync(Api api, string tool, string arguments) => api.PostAsync(
        "/mcp",
        $$"""{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "{{tool}}", "arguments": {{arguments}} } }""",
        ("Accept", "application/json, text/event-stream"),
        ("MCP-Protocol-Version", "2025-11-25"));

    private static string? Check(JsonArray tools, JsonNode tool, ToolArguments arguments, Reply reply)
    {
        if (arguments.IsTooDeep || arguments.IsNotText)
        {
            return (int)reply.Status == 400 && reply.Text.Contains(arguments.IsTooDeep ? "at most 32 levels" : "half of a surrogate pair", StringComparison.Ordinal)
                ? null
                : $"what is no text or too deep was not refused: {reply.Text}";
        }

        if ((int)reply.Status != 200)
        {
            return $"status {(int)reply.Status}: {reply.Text}";
        }

        JsonNode message = JsonNode.Parse(reply.Text.StartsWith('{') ? reply.Text : reply.Text.Split('\n').Last(line => line.StartsWith("data:", StringComparison.Ordinal))["data:".Length..])!;
        if (message["result"] is not JsonObject result)
        {
            return $"no result: {message.ToJsonString()}";
        }

        var answer = new ToolAnswer(result);
        if (answer.Text.Contains("not your mistake", StringComparison.Ordinal))
        {
            return "the server failed";
        }

        int bytes = Encoding.UTF8.GetByteCount(answer.Text) + (result["structuredContent"] is JsonNode content ? Encoding.UTF8.GetByteCount(TokenCount.Text(content)) : 0);
        if (bytes > LargestAnswer)
        {
            return $"an answer of {bytes} bytes: {answer.Text[..200]}";
        }

        if (result["structuredContent"] is JsonNode structured)
        {
            return OutputSchema.Check(tool["outputSchema"]!, structured) ?? CheckTasks(tools, structured);
        }

        return !answer.IsError ? "a result without structured content"
            : NamesArgument(tool, answer.Text) ? null
            : $"no argument is named: {answer.Text}";
    }

    // Writing tools say of a task only that it is as find_tasks gives it.
    private static string? CheckTasks(JsonArray tools, JsonNode structured)
    {
        JsonNode task = tools.Single(tool => (string)tool!["name"]! == "find_tasks")!["outputSchema"]!["properties"]!["tasks"]!["items"]!;
        return (structured["results"]?.AsArray() ?? []).Where(result => result!["task"] is not null).Select(result => OutputSchema.Check(task, result!["task"])).FirstOrDefault(wrong => wrong is not null);
    }

    // "Nothing was done." and then, in each line, the argument and what is wrong with it.
    private static bool NamesArgument(JsonNode tool, string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] known = [.. tool["inputSchema"]!["properties"]!.AsObject().Select(property => property.Key)];
        return lines.Skip(1).Any(line => known.Any(name => line.StartsWith(name, StringComparison.Ordinal)) || line.Contains("is not a known field", StringComparison.Ordinal))
            || known.Any(name => Word(name).IsMatch(text))
            || text.Contains("no change with the version", StringComparison.Ordinal) // Which is the value that was sent.
            || Conflicts.Any(conflict => text.Contains(conflict, StringComparison.Ordinal));
    }

    private static Regex Word(string name) => new($@"\b{Regex.Escape(name)}\b");
}

public sealed class ToolFuzzOnSqlite(OnSqlite fixture) : ToolFuzzTests(fixture), IClassFixture<OnSqlite>;

public sealed class ToolFuzzOnPostgres(OnPostgres fixture) : ToolFuzzTests(fixture), IClassFixture<OnPostgres>;
