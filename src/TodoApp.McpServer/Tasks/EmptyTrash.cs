using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Removes everything in the trash for good: the only thing that can't be undone. Their numbers are not given again.</summary>
internal static class EmptyTrash
{
    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, ApplyAsync, context.RequestAborted));

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, CancellationToken cancellationToken) => WriteResult.Done(
        StatusCodes.Status200OK, new Purged(await space.PurgeTrashAsync(DateTimeOffset.MaxValue, long.MaxValue, cancellationToken)), ContractsJson.Readable.Purged);
}
