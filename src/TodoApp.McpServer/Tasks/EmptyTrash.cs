using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Removes everything in the trash for good: the only thing that can't be undone.</summary>
internal static class EmptyTrash
{
    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, ApplyAsync, context.RequestAborted));

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, CancellationToken cancellationToken)
    {
        long count = 0;
        await foreach (TaskItem task in space.TrashAsync(DateTimeOffset.MaxValue, cancellationToken))
        {
            space.Purge(task);
            count++;
        }

        return WriteResult.Done(StatusCodes.Status200OK, new Purged(count), ContractsJson.Readable.Purged);
    }
}
