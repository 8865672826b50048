using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Labels;

/// <summary>Reads every label.</summary>
internal static class GetLabels
{
    public static async Task Handle(HttpContext context, Database database)
    {
        List<Label> labels = await database.ReadAsync(LabelRows.SelectAll(context.GetCaller().Space), LabelRows.Read, context.RequestAborted);
        await Answers.WriteAsync(context, new ItemList<Label>(labels), ContractsJson.Readable.ItemListLabel);
    }
}
