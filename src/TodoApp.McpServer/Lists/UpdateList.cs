using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Lists;

/// <summary>Changes fields of a list (RFC 7396 merge patch).</summary>
internal static class UpdateList
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        ListInput input = ListInput.Read(request.Body, isNew: false, errors);
        return errors.ToProblem() is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, id, request.IfMatch, input, token), context.RequestAborted);
    });

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, string id, IfMatch ifMatch, ListInput input, CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskList> lists = await space.ListsAsync(cancellationToken);
        TaskList? list = Names.Find(lists, id);
        if (list is null)
        {
            return Names.NotFound(lists, id, "list");
        }

        if (ifMatch.Check(list.Version) is Problem problem)
        {
            return problem;
        }

        Outcome<TaskList> after = await input.ApplyAsync(space, list, cancellationToken);
        return after.ToResult(changed =>
        {
            changed = space.Update(list, changed, changed.ParentId == list.ParentId && changed.Position == list.Position ? "updated" : "moved");
            return WriteResult.Done(StatusCodes.Status200OK, changed, ContractsJson.Readable.TaskList, changed.Version);
        });
    }
}
