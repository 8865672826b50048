using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>delete_tasks</c>.</summary>
internal sealed class DeleteTasksTool(SpaceWrites writes, IHttpContextAccessor http) : WriteTool(writes, http)
{
    /// <summary>How many tasks are deleted without asking the user.</summary>
    private const int MostUnasked = 10;

    protected override string[] Fields => ["tasks", "restore", Confirmation.Argument, "idempotency_key"];

    protected override string Verb(IReadOnlyDictionary<string, JsonElement> arguments) =>
        arguments.TryGetValue("restore", out JsonElement restore) && restore.ValueKind == JsonValueKind.True ? "Restored" : "Moved to the trash:";

    protected override Tool Define() => new()
    {
        Name = "delete_tasks",
        Title = "Delete tasks",
        Description = "Moves 1 to 100 tasks with their subtasks to the trash, or takes them out of it again.",
        Annotations = new ToolAnnotations { Title = "Delete tasks", ReadOnlyHint = false, DestructiveHint = true, IdempotentHint = true, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","required":["tasks"],"additionalProperties":false,"properties":{
            "tasks":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"string"},"description":"Numbers or ids, e.g. [\"#42\",\"#43\"]."},
            "restore":{"type":"boolean","default":false,"description":"true takes tasks out of the trash again."},
            "confirm":{{{Confirmation.Schema}}},
            "idempotency_key":{{{KeySchema}}}}}
            """),
        OutputSchema = ResultSchema,
    };

    protected override async Task<string?> QuestionAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var ignored = new FieldErrors();
        var fields = new JsonFields(arguments, Fields, ignored);
        if (fields.Boolean("restore").Value)
        {
            return null;
        }

        long count = await DeleteTask.CountAsync(Writes.Database, caller, [.. ReadTasks(fields, ignored)], cancellationToken);
        return count <= MostUnasked ? null : $"Move {count} tasks, subtasks included, to the trash?";
    }

    protected override List<Step> Read(JsonFields fields, FieldErrors errors)
    {
        fields.Boolean(Confirmation.Argument);
        ChangeTask.Operation operation = fields.Boolean("restore").Value ? RestoreTask.Restore : DeleteTask.Delete;
        return [.. ReadTasks(fields, errors).Select(task => Change(task, operation))];
    }
}
