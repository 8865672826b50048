using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>
/// <c>docs/agents-tools.md</c> is made from what mcp-server answers to its clients. <c>UPDATE_SNAPSHOTS=1</c> writes it again.
/// The texts do not depend on the database, so one engine is enough.
/// </summary>
public sealed class ToolReferenceTests(OnSqlite fixture) : EngineTests(fixture, Services.McpServer), IClassFixture<OnSqlite>
{
    private readonly McpClient _client = new("2026-07-28");

    [Fact]
    public async Task The_reference_says_what_the_server_answers()
    {
        using HttpClient server = System.McpServerClient();
        using HttpClient reader = System.McpServerClient(new TestIdentity { Scope = Scopes.TasksRead });
        var text = new StringBuilder("""
            # Tools, resources and prompts

            What the MCP server offers, generated from its own answers. How to connect, and what to think of before: [agents.md](agents.md). Numbers in parentheses bound the length of a text (in characters) or an array, or the value of a number.

            ## Tools

            """);
        foreach (JsonNode tool in await ListAsync(server, "tools"))
        {
            await WriteToolAsync(text, tool, reader);
        }

        text.Append("\n## Resources\n\nWhat is Markdown comes as JSON too. `{…}` stands for a value that the client fills in; it can ask for completions.\n\n");
        WriteTable(
            text,
            ["resource", "type", "what"],
            [.. (await ListAsync(server, "resources")).Concat(await ListAsync(server, "resources/templates", "resourceTemplates"))
                .Select(resource => new[] { $"`{resource["uri"] ?? resource["uriTemplate"]}`", Cell(resource["mimeType"]), Cell(resource["description"] ?? resource["title"]) })]);

        text.Append("\n## Prompts\n\n");
        WriteTable(
            text,
            ["prompt", "what", "arguments"],
            [.. (await ListAsync(server, "prompts")).Select(prompt => new[]
            {
                $"`{prompt["name"]}`",
                Cell(prompt["description"]),
                string.Join("; ", (prompt["arguments"]?.AsArray() ?? []).Select(argument =>
                    $"`{argument!["name"]}`{((bool?)argument["required"] == true ? "" : ", if you like")}: {Cell(argument["description"])}")),
            })]);

        string file = Path.Combine(Repository.Root, "docs", "agents-tools.md");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(file, text.ToString(), Cancel);
        }

        Assert.True(File.Exists(file) && await File.ReadAllTextAsync(file, Cancel) == text.ToString(),
            "docs/agents-tools.md is not what mcp-server says. Run this test with UPDATE_SNAPSHOTS=1 and look at the difference.");
    }

    private async Task<IEnumerable<JsonNode>> ListAsync(HttpClient server, string what, string? property = null)
    {
        JsonNode answer = await _client.RequestAsync(server, $"{what}/list");
        Assert.True(answer["result"] is not null, $"{what}/list: {answer.ToJsonString()}");
        Assert.Null(answer["result"]!["nextCursor"]);
        return answer["result"]![property ?? what]!.AsArray().Select(item => item!);
    }

    private async Task WriteToolAsync(StringBuilder text, JsonNode tool, HttpClient reader)
    {
        string name = (string)tool["name"]!;
        string scope = await ScopeAsync(reader, name);
        JsonNode hints = tool["annotations"]!;
        bool isRead = (bool)hints["readOnlyHint"]!;
        Assert.True(isRead == (scope == Scopes.TasksRead), $"{name} asks for {scope}, and its readOnlyHint is {isRead}.");

        text.Append("\n### ").Append(name).Append("\n\n").Append(Line(tool["description"])).Append("\n\nNeeds the scope `").Append(scope).Append("`.");
        if (!isRead)
        {
            text.Append((bool)hints["destructiveHint"]! ? " Marked as destructive." : "");
            text.Append((bool)hints["idempotentHint"]! ? " Called twice with the same arguments, it changes nothing more." : "");
        }

        if (tool["_meta"]?["ui"]?["resourceUri"] is JsonNode app)
        {
            text.Append(" Clients that can show apps show `").Append(app).Append("`.");
        }

        var arguments = new List<string[]>();
        AddArguments(arguments, "", tool["inputSchema"]!);
        text.Append("\n\n");
        if (arguments.Count == 0)
        {
            text.Append("It takes no arguments.\n");
        }
        else
        {
            WriteTable(text, ["argument", "type", "required", "what"], arguments);
        }
    }

    /// <summary>The scope that a tool asks for, from how it receives a token that may only read.</summary>
    private async Task<string> ScopeAsync(HttpClient reader, string tool)
    {
        using HttpResponseMessage answer = await _client.SendAsync(reader, "tools/call", new JsonObject { ["name"] = tool, ["arguments"] = new JsonObject() }.ToJsonString());
        if (answer.StatusCode != HttpStatusCode.Forbidden)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return Scopes.TasksRead;
        }

        Assert.Contains($"scope=\"{Scopes.TasksWrite}\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        return Scopes.TasksWrite;
    }

    // tasks, then tasks[].title: what is inside comes after what it is in.
    private static void AddArguments(List<string[]> rows, string prefix, JsonNode schema)
    {
        string[] required = [.. (schema["required"]?.AsArray() ?? []).Select(name => (string)name!)];
        foreach ((string name, JsonNode? property) in schema["properties"]?.AsObject() ?? [])
        {
            string what = Cell(property!["description"]);
            if (property["default"] is JsonNode fallback)
            {
                what = $"{what} Unless given: `{fallback.ToJsonString()}`.".TrimStart();
            }

            rows.Add([$"`{prefix}{name}`", TypeOf(property), required.Contains(name) ? "yes" : "", what]);
            bool isArray = property["items"] is not null;
            AddArguments(rows, $"{prefix}{name}{(isArray ? "[]" : "")}.", isArray ? property["items"]! : property);
        }
    }

    private static string TypeOf(JsonNode schema)
    {
        if (schema["enum"] is JsonArray values)
        {
            return string.Join(", ", values.Select(value => $"`{value}`"));
        }

        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray choices)
        {
            return string.Join(" or ", choices.Select(choice => TypeOf(choice!)));
        }

        string type = schema["type"] is JsonArray types ? string.Join(" or ", types.Select(item => (string)item!)) : (string?)schema["type"] ?? "any";
        return type switch
        {
            "array" => $"array{Range(schema, "minItems", "maxItems")} of {(schema["items"] is JsonNode items ? TypeOf(items) : "any")}",
            "string" => $"string{Range(schema, "minLength", "maxLength")}",
            _ => $"{type}{Range(schema, "minimum", "maximum")}",
        };
    }

    // How long a text or an array may be, or how large a number.
    private static string Range(JsonNode schema, string least, string most) => (schema[least], schema[most]) switch
    {
        (null, null) => "",
        (JsonNode from, null) => $" (at least {from})",
        (null, JsonNode to) => $" (at most {to})",
        (JsonNode from, JsonNode to) => $" ({from} to {to})",
    };

    private static void WriteTable(StringBuilder text, string[] head, IReadOnlyCollection<string[]> rows)
    {
        foreach (string[] row in rows.Prepend([.. head.Select(_ => "---")]).Prepend(head))
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }
    }

    private static string Cell(JsonNode? text) => Line(text).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Line(JsonNode? text) => ((string?)text ?? "").ReplaceLineEndings(" ").Replace("<", "\\<", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
}
