using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>add_tasks</c>.</summary>
internal sealed class AddTasksTool(SpaceWrites writes, IHttpContextAccessor http) : WriteTool(writes, http)
{
    /// <summary>The fields of a task in the arguments of tools.</summary>
    public static readonly string[] TaskFields = ["title", "notes", "list", "parent", "priority", "due", "due_time_zone", "recurrence", "recurrence_from", "labels"];

    public static readonly TaskInput.Names Names = new("list", "parent", "due_time_zone", "recurrence_from", "labels");

    /// <summary>The schema of these fields, for the inside of a tool's schema.</summary>
    public const string FieldSchemas = """
        "title":{"type":"string","minLength":1,"maxLength":500},
        "notes":{"type":"string","description":"Markdown, at most 16 KiB."},
        "list":{"type":"string","description":"Name or id of a list; the Inbox when a new task has none."},
        "parent":{"type":"string","description":"Number or id of the task that this is a subtask of, e.g. \"#42\"."},
        "priority":{"enum":["none","low","medium","high","urgent"]},
        "due":{"type":"string","description":"2026-12-01 or 2026-12-01T09:00."},
        "due_time_zone":{"type":"string","description":"IANA name, e.g. Europe/Berlin; the account's zone when left out."},
        "recurrence":{"type":"string","description":"RFC 5545 rule, e.g. FREQ=WEEKLY;BYDAY=MO."},
        "recurrence_from":{"enum":["due","completion"],"description":"From which date the next occurrence is counted."},
        "labels":{"type":"array","items":{"type":"string"},"maxItems":100,"description":"Names, all of them; new ones are created."}
        """;

    protected override string[] Fields => ["tasks", "idempotency_key"];

    protected override string Verb(IReadOnlyDictionary<string, JsonElement> arguments) => "Added";

    protected override Tool Define() => new()
    {
        Name = "add_tasks",
        Title = "Add tasks",
        Description = "Adds 1 to 100 tasks, in the order given. One that fails does not keep the others from being added.",
        Annotations = new ToolAnnotations { Title = "Add tasks", ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","required":["tasks"],"additionalProperties":false,"properties":{
            "tasks":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"object","required":["title"],"additionalProperties":false,"properties":{{{{FieldSchemas}}}}},
            "description":"e.g. [{\"title\":\"Pay rent\",\"due\":\"2026-12-01\",\"labels\":[\"bills\"]}]"},
            "idempotency_key":{{{KeySchema}}}}}
            """),
        OutputSchema = ResultSchema,
    };

    protected override List<Step> Read(JsonFields fields, FieldErrors errors)
    {
        var steps = new List<Step>();
        foreach ((JsonElement element, string prefix) in fields.Objects("tasks", MostTasks))
        {
            TaskInput input = TaskInput.Read(new JsonFields(element, TaskFields, errors, prefix), Names, isNew: true, errors, prefix);
            steps.Add(new Step(null, (space, cancellationToken) => CreateTask.ApplyAsync(space, input, cancellationToken)));
        }

        return steps;
    }
}
