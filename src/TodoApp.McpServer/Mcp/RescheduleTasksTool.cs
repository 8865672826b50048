using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>reschedule_tasks</c>.</summary>
internal sealed class RescheduleTasksTool(SpaceWrites writes, IHttpContextAccessor http) : WriteTool(writes, http)
{
    private static readonly string[] Ways = ["due", "skip", "end"];

    protected override string[] Fields => ["tasks", .. Ways, "idempotency_key"];

    protected override string Verb(IReadOnlyDictionary<string, JsonElement> arguments) =>
        arguments.ContainsKey("due") ? "Rescheduled" : arguments.ContainsKey("skip") ? "Skipped" : "Ended";

    protected override Tool Define() => new()
    {
        Name = "reschedule_tasks",
        Title = "Reschedule tasks",
        Description = "Moves 1 to 100 tasks to another date. Of a recurring task it moves only this occurrence, or skips it, or ends the series; update_tasks with due moves the whole series.",
        Annotations = new ToolAnnotations { Title = "Reschedule tasks", ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","required":["tasks"],"additionalProperties":false,"properties":{
            "tasks":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"string"},"description":"Numbers or ids, e.g. [\"#42\",\"#43\"]."},
            "due":{"type":"string","description":"2026-12-01, 2026-12-01T09:00, or words: next monday, in 3 days. Without a time, tasks keep theirs."},
            "skip":{"type":"boolean","description":"Instead of due: true goes on to the next occurrence, without completing this one."},
            "end":{"type":"boolean","description":"Instead of due: true makes recurring tasks ordinary ones."},
            "idempotency_key":{{{KeySchema}}}}}
            """),
        OutputSchema = ResultSchema,
    };

    protected override List<Step> Read(JsonFields fields, FieldErrors errors)
    {
        bool skip = fields.Boolean("skip").Value;
        bool end = fields.Boolean("end").Value;
        string? due = DatePhrase.Read(fields.Text("due").Value, Dates, "due", errors);
        if (!errors.Any && (due is null ? 0 : 1) + (skip ? 1 : 0) + (end ? 1 : 0) != 1)
        {
            errors.Invalid(due is null ? "due" : skip ? "skip" : "end", "must be the only one of due, skip and end, e.g. {\"tasks\": [\"#42\"], \"due\": \"next monday\"}. To take a date away, use update_tasks.");
        }

        ChangeTask.Operation operation = skip ? SkipTask.Skip : end ? EndRecurrence.End : (space, task, token) => Move(due!, space, task, token);
        return [.. ReadTasks(fields, errors).Select(task => Change(task, operation))];
    }

    // Who moves a task to another day does not say that it has no time any more.
    private static Task<Outcome<Contracts.TaskItem>> Move(string due, SpaceWriter space, Contracts.TaskItem task, CancellationToken cancellationToken)
    {
        if (DueDate.TryParse(due, out DueDate day) && day.Time is null && DueDate.TryParse(task.Due ?? "", out DueDate old))
        {
            due = (day with { Time = old.Time }).ToString();
        }

        return RescheduleTask.Operation(new TaskInput { Due = due })(space, task, cancellationToken);
    }
}
