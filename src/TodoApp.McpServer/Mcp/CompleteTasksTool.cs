using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>complete_tasks</c>.</summary>
internal sealed class CompleteTasksTool(SpaceWrites writes, IHttpContextAccessor http) : WriteTool(writes, http)
{
    protected override string[] Fields => ["tasks", "with_subtasks", "reopen", "idempotency_key"];

    protected override string Verb(IReadOnlyDictionary<string, JsonElement> arguments) =>
        arguments.TryGetValue("reopen", out JsonElement reopen) && reopen.ValueKind == JsonValueKind.True ? "Reopened" : "Completed";

    protected override Tool Define() => new()
    {
        Name = "complete_tasks",
        Title = "Complete tasks",
        Description = "Completes 1 to 100 tasks, or opens completed ones again. A recurring task moves to its next occurrence instead; its new due date is in the result.",
        Annotations = new ToolAnnotations { Title = "Complete tasks", ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","required":["tasks"],"additionalProperties":false,"properties":{
            "tasks":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"string"},"description":"Numbers or ids, e.g. [\"#42\",\"#43\"]."},
            "with_subtasks":{"type":"boolean","description":"For tasks with open subtasks, and needed there: true completes those too, false leaves them open."},
            "reopen":{"type":"boolean","default":false,"description":"true opens completed tasks again."},
            "idempotency_key":{{{KeySchema}}}}}
            """),
        OutputSchema = ResultSchema,
    };

    protected override List<Step> Read(JsonFields fields, FieldErrors errors)
    {
        Optional<bool> withSubtasks = fields.Boolean("with_subtasks");
        ChangeTask.Operation operation = fields.Boolean("reopen").Value
            ? CompleteTask.Reopen
            : CompleteTask.Complete(withSubtasks.IsSet ? withSubtasks.Value : null, "with_subtasks");
        return [.. ReadTasks(fields, errors).Select(task => Change(task, operation))];
    }
}
