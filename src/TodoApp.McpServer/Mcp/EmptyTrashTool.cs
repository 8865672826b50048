using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>empty_trash</c>.</summary>
internal sealed class EmptyTrashTool(SpaceWrites writes, IHttpContextAccessor http) : TodoTool(writes, http)
{
    private static readonly string[] Fields = [Confirmation.Argument, "idempotency_key"];

    protected override bool IsWrite => true;

    protected override Tool Define() => new()
    {
        Name = "empty_trash",
        Title = "Empty the trash",
        Description = "Removes all tasks of the trash for good. Nothing else here can't be undone.",
        Annotations = new ToolAnnotations { Title = "Empty the trash", ReadOnlyHint = false, DestructiveHint = true, IdempotentHint = true, OpenWorldHint = false },
        InputSchema = Schema($$$"""{"type":"object","additionalProperties":false,"properties":{"confirm":{{{Confirmation.Schema}}},"idempotency_key":{{{WriteTool.KeySchema}}}}}"""),
        OutputSchema = Schema("""{"type":"object","required":["removed"],"properties":{"removed":{"type":"integer"}}}"""),
    };

    protected override async Task<string?> QuestionAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        long count = await EmptyTrash.CountAsync(Writes.Database, caller, cancellationToken);
        return count == 0 ? null : $"Remove {(count == 1 ? "the task" : $"all {count} tasks")} in the trash for good? That can't be undone.";
    }

    protected override async Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(arguments, Fields, errors);
        fields.Boolean(Confirmation.Argument);
        Idempotency? key = ReadKey(fields, arguments, errors);
        if (errors.ToProblem() is Problem problem)
        {
            return Error(problem, arguments);
        }

        WriteResult answer = await Writes.RunAsync(caller, key, EmptyTrash.ApplyAsync, cancellationToken);
        if (answer.Problem is not null)
        {
            return Error(answer.Problem, arguments);
        }

        long removed = JsonSerializer.Deserialize(answer.Body.Span, ContractsJson.Default.Purged)!.Count;
        return Done(
            removed == 0 ? "The trash is empty." : $"Removed {removed} task{(removed == 1 ? "" : "s")} for good.",
            JsonSerializer.SerializeToElement(new ToolRemoved(removed), ToolJson.Default.ToolRemoved));
    }
}

/// <summary>How many tasks were removed.</summary>
internal sealed record ToolRemoved(long Removed);
