using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.QuickAdd;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;
using CreateTask = TodoApp.McpServer.Tasks.CreateTask;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>add_tasks</c>.</summary>
internal sealed class AddTasksTool(SpaceWrites writes, IHttpContextAccessor http) : WriteTool(writes, http)
{
    /// <summary>The fields of a task in the arguments of tools.</summary>
    public static readonly string[] TaskFields = ["title", "notes", "list", "parent", "priority", "due", "due_time_zone", "recurrence", "recurrence_from", "labels", "before", "after"];

    public static readonly TaskInput.Names Names = new("list", "parent", "due_time_zone", "recurrence_from", "labels");

    /// <summary>The schema of these fields, for the inside of a tool's schema.</summary>
    public const string FieldSchemas = """
        "title":{"type":"string","minLength":1,"maxLength":500},
        "notes":{"type":"string","description":"Markdown, at most 16 KiB."},
        "list":{"type":"string","description":"Name or id of a list; the Inbox when a new task has none."},
        "parent":{"type":"string","description":"Number or id of the task that this is a subtask of, e.g. \"#42\"."},
        "priority":{"enum":["none","low","medium","high","urgent"]},
        "due":{"type":"string","description":"2026-12-01, 2026-12-01T09:00, or words: tomorrow 9am, next friday, in 3 days."},
        "due_time_zone":{"type":"string","description":"IANA name, e.g. Europe/Berlin; the account's zone when left out."},
        "recurrence":{"type":"string","description":"RFC 5545 rule, e.g. FREQ=WEEKLY;BYDAY=MO, or words, which set due too: every last friday 9am."},
        "recurrence_from":{"enum":["due","completion"],"description":"From which date the next occurrence is counted."},
        "labels":{"type":"array","items":{"type":"string"},"maxItems":50,"description":"Names, all of them; new ones are created."},
        "before":{"type":"string","description":"The task before which it shall stand in its list."},
        "after":{"type":"string"}
        """;

    protected override string[] Fields => ["tasks", "text", "create_lists", "idempotency_key"];

    protected override string Verb(IReadOnlyDictionary<string, JsonElement> arguments) => "Added";

    protected override Tool Define() => new()
    {
        Name = "add_tasks",
        Title = "Add tasks",
        Description = "Adds 1 to 100 tasks, in the order given: as fields in tasks, or as lines of text. One that fails does not keep the others from being added.",
        Annotations = new ToolAnnotations { Title = "Add tasks", ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","additionalProperties":false,"properties":{
            "tasks":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"object","required":["title"],"additionalProperties":false,"properties":{{{{FieldSchemas}}}}},
            "description":"e.g. [{\"title\":\"Pay rent\",\"due\":\"2026-12-01\",\"labels\":[\"bills\"]}]"},
            "text":{"type":"string","description":"Instead of tasks: one in each line, subtasks further in, e.g. \"Pay rent every month on the 1st 9am #Home @bills p1 // notes\". Text in quotes is title only."},
            "create_lists":{"type":"boolean","default":false,"description":"Whether lists that text names and that do not exist are created."},
            "idempotency_key":{{{KeySchema}}}}}
            """),
        OutputSchema = ResultSchema,
    };

    protected override List<Step> Read(JsonFields fields, FieldErrors errors)
    {
        DateContext dates = Dates;
        if (fields.TryGet("text", out _))
        {
            if (fields.Has("tasks"))
            {
                errors.Invalid("text", "and tasks must not both be given.");
            }

            bool createLists = fields.Boolean("create_lists").Value;
            QuickAddInput? input = errors.Any ? null : QuickAddInput.Read(fields.Text("text").Value, new TaskInput(), dates, errors);
            return input is null ? [] : ReadText(input with { CreateLists = createLists, CreateListsField = "create_lists" });
        }

        if (fields.Has("create_lists"))
        {
            errors.Invalid("create_lists", "goes with text only.");
        }

        var steps = new List<Step>();
        foreach ((JsonElement element, string prefix) in fields.Objects("tasks", MostTasks))
        {
            TaskInput input = TaskInput.Read(new JsonFields(element, TaskFields, errors, prefix), Names, isNew: true, errors, prefix, dates);
            steps.Add(new Step(null, (space, cancellationToken) => CreateTask.ApplyAsync(space, input, cancellationToken)));
        }

        return steps;
    }

    private static List<Step> ReadText(QuickAddInput input)
    {
        // Parents come first, also when the transaction is tried again.
        var added = new TaskItem?[input.Tasks.Count];
        return [.. Enumerable.Range(0, input.Tasks.Count).Select(i => new Step(null, async (space, cancellationToken) =>
        {
            ParsedTask line = input.Text.Tasks[i];
            added[i] = null;
            if (line.Parent is int above && added[above] is null)
            {
                return ProblemKind.Conflict.Because($"The task of line {input.Text.Tasks[above].Line}, which line {line.Line} is below, was not added.");
            }

            if (line.List is not null && await AddFromText.CreateListsAsync(space, input with { Text = input.Text with { Tasks = [line] } }, cancellationToken) is Problem unknown)
            {
                return unknown;
            }

            Outcome<TaskItem> task = await AddFromText.ApplyAsync(space, input.Tasks[i], line.Parent is int parent ? added[parent] : null, cancellationToken);
            added[i] = task.Value;
            return task;
        }))];
    }
}
