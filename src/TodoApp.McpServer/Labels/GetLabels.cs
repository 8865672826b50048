using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Labels;

/// <summary>Reads every label.</summary>
internal static class GetLabels
{
    public static async Task Handle(HttpContext context, Database database) =>
        await Answers.WriteAsync(context, new ItemList<Label>(await ReadAsync(database, context.GetCaller(), context.RequestAborted)), ContractsJson.Readable.ItemListLabel);

    public static Task<List<Label>> ReadAsync(Database database, Caller caller, CancellationToken cancellationToken) =>
        database.ReadAsync(LabelRows.SelectAll(caller.Space), LabelRows.Read, cancellationToken);
}
