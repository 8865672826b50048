using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Tasks;

/// <summary>Reads one task: open, completed or in the trash.</summary>
internal static class GetTask
{
    public static async Task Handle(HttpContext context, Database database, string id)
    {
        if (!TaskReference.TryParse(id, out TaskReference reference))
        {
            await context.WriteProblem(UnknownTask(id));
            return;
        }

        List<TaskItem> rows = await database.ReadAsync(TaskRows.Select(context.GetCaller().Space, reference), TaskRows.Read, context.RequestAborted);
        await (rows.Count == 0
            ? context.WriteProblem(UnknownTask(id))
            : Answers.WriteAsync(context, rows[0], ContractsJson.Readable.TaskItem, rows[0].Version));
    }

    /// <summary>The same whether there is none or it belongs to somebody else.</summary>
    public static Problem UnknownTask(string id) =>
        ProblemKind.NotFound.Because($"There is no task {Excerpt.Of(id)}. Use a task's id or its number.");
}
