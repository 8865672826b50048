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
        Label? label = Find(await ReadAsync(database, context.GetCaller(), context.RequestAborted), id);
        await (label is null
            ? context.WriteProblem(UnknownLabel(id))
            : Answers.WriteAsync(context, label, ContractsJson.Readable.Label, label.Version));
    }

    public static Task<List<Label>> ReadAsync(Database database, Caller caller, CancellationToken cancellationToken) =>
        database.ReadAsync(LabelRows.SelectAll(caller.Space), LabelRows.Read, cancellationToken);

    /// <summary>The label with an id or a name; an id wins over a name that looks like one.</summary>
    public static Label? Find(IReadOnlyList<Label> labels, string reference)
    {
        if (Guid.TryParseExact(reference, "D", out Guid id) && labels.FirstOrDefault(label => label.Id == id) is Label byId)
        {
            return byId;
        }

        string key = Rules.NameKey(reference);
        return labels.FirstOrDefault(label => Rules.NameKey(label.Name) == key);
    }

    public static Problem UnknownLabel(string id) => ProblemKind.NotFound.Because($"There is no label {(id.Length <= 64 ? id : id[..61] + "...")}.");
}
