using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>update_tasks</c>.</summary>
internal sealed class UpdateTasksTool(SpaceWrites writes, IHttpContextAccessor http) : WriteTool(writes, http)
{
    protected override string[] Fields => ["tasks", "idempotency_key"];

    protected override string Verb(IReadOnlyDictionary<string, JsonElement> arguments) => "Changed";

    protected override Tool Define() => new()
    {
        Name = "update_tasks",
        Title = "Change tasks",
        Description = "Changes fields of 1 to 100 tasks: rename, reschedule, move to a list, label. A field that is left out stays as it is; an empty text unsets. Completing is complete_tasks.",
        Annotations = new ToolAnnotations { Title = "Change tasks", ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","required":["tasks"],"additionalProperties":false,"properties":{
            "tasks":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"object","required":["task"],"additionalProperties":false,"properties":{
            "task":{"type":"string","description":"Number or id, e.g. \"#42\"."},
            {{{AddTasksTool.FieldSchemas}}}}},
            "description":"e.g. [{\"task\":\"#42\",\"due\":\"2026-12-02\"}]"},
            "idempotency_key":{{{KeySchema}}}}}
            """),
        OutputSchema = ResultSchema,
    };

    protected override List<Step> Read(JsonFields fields, FieldErrors errors)
    {
        var steps = new List<Step>();
        DateContext dates = Dates;
        foreach ((JsonElement element, string prefix) in fields.Objects("tasks", MostTasks))
        {
            var task = new JsonFields(element, ["task", .. AddTasksTool.TaskFields], errors, prefix);
            TaskInput input = TaskInput.Read(task, AddTasksTool.Names, isNew: false, errors, prefix, dates);
            if (TaskReference.TryParse(task.Reference("task").Value, out TaskReference reference))
            {
                steps.Add(Change(reference, UpdateTask.Operation(input)));
            }
            else
            {
                errors.Invalid(prefix + "task", "must be a task's number such as \"#42\", or its id; find_tasks gives it.");
            }
        }

        return steps;
    }
}
