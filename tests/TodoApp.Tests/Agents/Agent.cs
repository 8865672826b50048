using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TodoApp.Tests.McpServer;

namespace TodoApp.Tests.Agents;

/// <summary>A client that calls tools as an agent does, one call after the other, and counts what they bring into its context.</summary>
internal sealed partial class Agent(HttpClient server) : IDisposable
{
    private const string SomeId = "01900000-0000-7000-8000-000000000000";

    private readonly McpClient _client = new("2025-11-25");

    /// <summary>How many tools were called.</summary>
    public int Calls { get; private set; }

    /// <summary>The tokens of the arguments, which the model writes.</summary>
    public int Sent { get; private set; }

    /// <summary>The tokens of the answers, which the model reads.</summary>
    public int Received { get; private set; }

    /// <summary>Calls a tool.</summary>
    /// <param name="tool">Its name.</param>
    /// <param name="arguments">Its arguments as JSON.</param>
    public async Task<ToolAnswer> CallAsync(string tool, string arguments = "{}")
    {
        JsonNode answer = await RequestAsync("tools/call", $$"""{"name": "{{tool}}", "arguments": {{arguments}}}""");
        Assert.True(answer["result"] is not null, answer.ToJsonString());
        Calls++;
        Sent += TokenCount.Of(Steady(TokenCount.Text(JsonNode.Parse(arguments)!)));
        Received += TokenCount.OfAnswer(answer, Steady);
        return new ToolAnswer(answer["result"]!);
    }

    /// <summary>Calls a tool and checks that it did what it was asked to.</summary>
    /// <inheritdoc cref="CallAsync" />
    public async Task<ToolAnswer> DoAsync(string tool, string arguments = "{}")
    {
        ToolAnswer answer = await CallAsync(tool, arguments);
        Assert.False(answer.IsError, answer.Text);
        Assert.DoesNotContain("failed:", answer.Text, StringComparison.Ordinal);
        return answer;
    }

    /// <summary>Any other request; it is not counted.</summary>
    public Task<JsonNode> RequestAsync(string method, string parameters = "{}") => _client.RequestAsync(server, method, parameters);

    /// <inheritdoc />
    public void Dispose() => server.Dispose();

    // Ids and what is made of them are other ones in each run; they have the same length, but not the same number of tokens.
    private static string Steady(string text) => Cursor().Replace(Id().Replace(text, SomeId), "CURSOR");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex("(?<=cursor[^A-Za-z0-9_-]{1,10})[A-Za-z0-9_-]{30,}")]
    private static partial Regex Cursor();
}

/// <summary>What a tool answered.</summary>
internal sealed record ToolAnswer(JsonNode Result)
{
    /// <summary>The text.</summary>
    public string Text => (string)Result["content"]![0]!["text"]!;

    /// <summary>Whether it is an error.</summary>
    public bool IsError => (bool?)Result["isError"] ?? false;

    /// <summary>The structured content.</summary>
    public JsonNode Json => Result["structuredContent"]!;

    /// <summary>The tasks that were found, or that were written.</summary>
    public JsonNode[] Tasks => [.. (Json["tasks"] ?? Json["results"])!.AsArray().Select(item => item!["task"] ?? item!).Where(task => task["number"] is not null)];

    /// <summary>Their numbers, as a JSON array for the next call.</summary>
    public string Numbers => Refer(Tasks);

    /// <summary>The numbers of those with a title, as a JSON array.</summary>
    public string NumbersOf(params string[] titles) => Refer(titles.Select(title => Tasks.Single(task => (string)task["title"]! == title)));

    private static string Refer(IEnumerable<JsonNode> tasks) => new JsonArray([.. tasks.Select(task => JsonValue.Create($"#{task["number"]}"))]).ToJsonString();
}
