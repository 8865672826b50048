using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>complete_tasks</c>.</summary>
internal sealed class CompleteTasksTool(SpaceWrites writes, IHttpContextAccessor http) : WriteTool(writes, http)
{
    protected override string[] Fields => ["tasks", "reopen", "idempotency_key"];

    protected override string Verb(IReadOnlyDictionary<string, JsonElement> arguments) =>
        arguments.TryGetValue("reopen", out JsonElement reopen) && reopen.ValueKind == JsonValueKind.True ? "Reopened" : "Completed";

    protected override Tool Define() => new()
    {
        Name = "complete_tasks",
        Title = "Complete tasks",
        Description = "Completes 1 to 100 tasks, or opens completed ones again.",
        Annotations = new ToolAnnotations { Title = "Complete tasks", ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","required":["tasks"],"additionalProperties":false,"properties":{
            "tasks":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"string"},"description":"Numbers or ids, e.g. [\"#42\",\"#43\"]."},
            "reopen":{"type":"boolean","default":false,"description":"true opens completed tasks again."},
            "idempotency_key":{{{KeySchema}}}}}
            """),
        OutputSchema = ResultSchema,
    };

    protected override List<Step> Read(JsonFields fields, FieldErrors errors)
    {
        ChangeTask.Operation operation = fields.Boolean("reopen").Value ? CompleteTask.Reopen : CompleteTask.Complete;
        return [.. ReadTasks(fields, errors).Select(task => Change(task, operation))];
    }
}
