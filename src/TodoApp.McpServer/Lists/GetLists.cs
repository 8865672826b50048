using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Lists;

/// <summary>Reads lists: all of them, archived ones too, or one.</summary>
internal static class GetLists
{
    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        List<TaskList> lists = await ReadAsync(writes, context.GetCaller(), context.RequestAborted);
        await Answers.WriteAsync(context, new ItemList<TaskList>(lists), ContractsJson.Readable.ItemListTaskList);
    }

    public static async Task HandleOne(HttpContext context, SpaceWrites writes, string id)
    {
        List<TaskList> lists = await ReadAsync(writes, context.GetCaller(), context.RequestAborted);
        TaskList? list = Names.Find(lists, id);
        await (list is null
            ? context.WriteProblem(Names.NotFound(lists, id, "list"))
            : Answers.WriteAsync(context, list, ContractsJson.Readable.TaskList, list.Version));
    }

    /// <summary>Every list. A space that was never used has at least its Inbox after this.</summary>
    public static async Task<List<TaskList>> ReadAsync(SpaceWrites writes, Caller caller, CancellationToken cancellationToken)
    {
        List<TaskList> lists = await writes.Database.ReadAsync(ListRows.SelectAll(caller.Space), ListRows.Read, cancellationToken);
        if (lists.Count == 0)
        {
            await writes.CreateSpaceAsync(caller, cancellationToken);
            lists = await writes.Database.ReadAsync(ListRows.SelectAll(caller.Space), ListRows.Read, cancellationToken);
        }

        return lists;
    }
}
