using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// A tool: its definition written out, its arguments checked field by field, its errors written for whoever has to do it better.
/// (The SDK's attribute-driven tools neither enforce the limits in their schema nor say what was wrong; docs/adr/0006.)
/// </summary>
internal abstract class TodoTool : McpServerTool
{
    private readonly IHttpContextAccessor _http;

    protected TodoTool(SpaceWrites writes, IHttpContextAccessor http)
    {
        Writes = writes;
        _http = http;
    }

    public sealed override Tool ProtocolTool => field ??= Define();

    public override IReadOnlyList<object> Metadata => [];

    protected SpaceWrites Writes { get; }

    /// <summary>The scope that a token needs for it; <see cref="McpRequestGuard"/> sees to it.</summary>
    public string Scope => IsWrite ? Scopes.TasksWrite : Scopes.TasksRead;

    /// <summary>What dates in words are relative to, for the caller of the moment.</summary>
    protected DateContext Dates => _http.HttpContext!.GetCaller().DatesAt(Writes.Time.GetUtcNow());

    /// <summary>Whether it changes anything.</summary>
    protected abstract bool IsWrite { get; }

    /// <summary>Its name, texts and schemas, as clients see them.</summary>
    protected abstract Tool Define();

    /// <summary>What the user must say yes to before it is done; null when nothing is at stake, or the arguments are wrong, which <see cref="RunAsync"/> reports.</summary>
    protected virtual Task<string?> QuestionAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    /// <summary>Does it.</summary>
    protected abstract Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken);

    public sealed override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        Caller caller = _http.HttpContext!.GetCaller();
        var arguments = new Dictionary<string, JsonElement>(request.Params.Arguments ?? new Dictionary<string, JsonElement>(), StringComparer.Ordinal);
        try
        {
            return await QuestionAsync(caller, arguments, cancellationToken) is string question
                && request.Services!.GetRequiredService<Confirmation>().Check(request, caller, Canonical(arguments), question) is string refusal
                ? Error(refusal)
                : await RunAsync(caller, arguments, cancellationToken);
        }
        catch (ServiceUnavailableException exception)
        {
            return Error($"{exception.Message} Call again in a moment{(IsWrite ? ", with the same idempotency_key" : "")}.");
        }
    }

    protected static JsonElement Schema(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    protected static CallToolResult Error(string text) => new() { IsError = true, Content = [new TextContentBlock { Text = text }] };

    /// <summary>An error that says what was wrong with each argument, what was sent, and what would be right.</summary>
    protected static CallToolResult Error(Problem problem, IReadOnlyDictionary<string, JsonElement> arguments)
    {
        var text = new StringBuilder("Nothing was done. ");
        if (problem.Errors is null)
        {
            return Error(text.Append(problem.Title).Append(". ").Append(problem.Detail).ToString());
        }

        foreach ((string field, string[] texts) in problem.Errors)
        {
            foreach (string what in texts)
            {
                text.Append('\n').Append(field).Append(' ').Append(what);
            }

            if (Find(arguments, field) is JsonElement sent && sent.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            {
                string raw = sent.GetRawText();
                text.Append(" You sent ").Append(raw.Length <= 80 ? raw : raw[..77] + "...").Append('.');
            }
        }

        return Error(text.ToString());
    }

    /// <summary>What was wrong with one item among several, in one line.</summary>
    protected static string Explain(Problem problem) => problem.Errors is null
        ? problem.Detail ?? problem.Title
        : string.Join(' ', problem.Errors.SelectMany(pair => pair.Value.Select(text => $"{pair.Key} {text}")));

    protected static CallToolResult Done(string text, JsonElement structured, bool isError = false) => new()
    {
        Content = [new TextContentBlock { Text = text }],
        StructuredContent = structured,
        IsError = isError,
    };

    /// <summary>The write's key from the argument <c>idempotency_key</c>; null when it is absent or wrong, which is reported.</summary>
    protected Idempotency? ReadKey(JsonFields fields, IReadOnlyDictionary<string, JsonElement> arguments, FieldErrors errors)
    {
        string? key = fields.Text("idempotency_key").Value;
        if (key is null)
        {
            return null;
        }

        if (!Idempotency.IsValid(key))
        {
            errors.Invalid("idempotency_key", $"must have 1 to {Idempotency.KeyLength} printable ASCII characters.");
            return null;
        }

        return Idempotency.For("MCP", ProtocolTool.Name, key, Canonical(arguments));
    }

    // The same arguments in another order are the same request.
    private static byte[] Canonical(IReadOnlyDictionary<string, JsonElement> arguments)
    {
        var request = new JsonObject();
        foreach ((string name, JsonElement value) in arguments.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            request[name] = JsonNode.Parse(value.GetRawText());
        }

        return Encoding.UTF8.GetBytes(request.ToJsonString());
    }

    // The value at a path such as tasks[2].due.
    private static JsonElement? Find(IReadOnlyDictionary<string, JsonElement> arguments, string path)
    {
        JsonElement? value = null;
        foreach (string part in path.Split('.'))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? part : part[..bracket];
            JsonElement next;
            if (value is null ? !arguments.TryGetValue(name, out next) : value.Value.ValueKind != JsonValueKind.Object || !value.Value.TryGetProperty(name, out next))
            {
                return null;
            }

            if (bracket >= 0)
            {
                if (next.ValueKind != JsonValueKind.Array || !int.TryParse(part.AsSpan(bracket + 1).TrimEnd(']'), out int index) || index >= next.GetArrayLength())
                {
                    return null;
                }

                next = next[index];
            }

            value = next;
        }

        return value;
    }
}
