using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Lists;

/// <summary>Adds a list.</summary>
internal static class CreateList
{
    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        ListInput input = ListInput.Read(request.Body, isNew: true, errors);
        return errors.ToProblem() is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, input, token), context.RequestAborted);
    });

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, ListInput input, CancellationToken cancellationToken)
    {
        if ((await space.ListsAsync(cancellationToken)).Count >= ListInput.MostLists)
        {
            return ProblemKind.Conflict.Because($"There are {ListInput.MostLists} lists already, which is the most.");
        }

        var empty = new TaskList { Id = Guid.CreateVersion7(space.Now), Name = "", Position = "", Version = 0 };
        Outcome<TaskList> list = await input.ApplyAsync(space, empty, cancellationToken);
        return list.ToResult(added =>
        {
            added = space.Insert(added);
            return WriteResult.Done(StatusCodes.Status201Created, added, ContractsJson.Readable.TaskList, added.Version);
        });
    }
}
