using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Filters;

/// <summary>Reads saved filters: all of them, or one.</summary>
internal static class GetFilters
{
    public static async Task Handle(HttpContext context, Database database) => await Answers.WriteAsync(
        context, new ItemList<SavedFilter>(await ReadAsync(database, context.GetCaller(), context.RequestAborted)), ContractsJson.Readable.ItemListSavedFilter);

    public static async Task HandleOne(HttpContext context, Database database, string id)
    {
        List<SavedFilter> filters = await ReadAsync(database, context.GetCaller(), context.RequestAborted);
        SavedFilter? filter = Names.Find(filters, id);
        await (filter is null
            ? context.WriteProblem(Names.NotFound(filters, id, "filter"))
            : Answers.WriteAsync(context, filter, ContractsJson.Readable.SavedFilter, filter.Version));
    }

    public static Task<List<SavedFilter>> ReadAsync(Database database, Caller caller, CancellationToken cancellationToken) =>
        database.ReadAsync(FilterRows.SelectAll(caller.Space), FilterRows.Read, cancellationToken);
}
