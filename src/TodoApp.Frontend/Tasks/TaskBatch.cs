using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Changes tasks as a page showed them: one that was changed meanwhile is left alone (412).</summary>
internal static class TaskBatch
{
    /// <summary>The operations that one batch takes.</summary>
    public const int MostOperations = 100;

    /// <summary>One operation of a batch.</summary>
    public static JsonObject Operation(string name, TaskItem task, JsonObject body) => new()
    {
        ["op"] = name,
        ["id"] = task.Number.ToString(CultureInfo.InvariantCulture),
        ["ifMatch"] = task.Version,
        ["body"] = body,
    };

    /// <summary>Does up to <see cref="MostOperations"/> operations, each for itself; they are undone as one.</summary>
    public static async Task<Answer<BatchResults>> RunAsync(HttpContext context, params JsonObject[] operations)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        string key = Forms.NewKey(context.RequestServices.GetRequiredService<TimeProvider>());
        var batch = new JsonObject { ["operations"] = new JsonArray([.. operations]) };
        return await backend.Post(context, "/api/tasks/batch", Encoding.UTF8.GetBytes(batch.ToJsonString()), key, ContractsJson.Client.BatchResults);
    }

    /// <summary>What became of one operation.</summary>
    public static Answer<TaskItem> Read(BatchResult result) => result.Status < StatusCodes.Status400BadRequest
        ? new Answer<TaskItem>(result.Status, result.Body.Deserialize(ContractsJson.Client.TaskItem), null)
        : new Answer<TaskItem>(result.Status, null, result.Body.Deserialize(ContractsJson.Client.Problem));
}
