using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Labels;

/// <summary>Reads labels: all of them, or one.</summary>
internal static class GetLabels
{
    public static async Task Handle(HttpContext context, Database database) =>
        await Answers.WriteAsync(context, new ItemList<Label>(await ReadAsync(database, context.GetCaller(), context.RequestAborted)), ContractsJson.Readable.ItemListLabel);

    public static async Task HandleOne(HttpContext context, Database database, string id)
    {
        List<Label> labels = await ReadAsync(database, context.GetCaller(), context.RequestAborted);
        Label? label = Names.Find(labels, id);
        await (label is null
            ? context.WriteProblem(Names.NotFound(labels, id, "label"))
            : Answers.WriteAsync(context, label, ContractsJson.Readable.Label, label.Version));
    }

    public static Task<List<Label>> ReadAsync(Database database, Caller caller, CancellationToken cancellationToken) =>
        database.ReadAsync(LabelRows.SelectAll(caller.Space), LabelRows.Read, cancellationToken);
}
