using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Removes everything in the trash for good: the only thing that can't be undone. Their numbers are not given again.</summary>
internal static class EmptyTrash
{
    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, ApplyAsync, context.RequestAborted));

    /// <summary>How many tasks are in the trash.</summary>
    public static async Task<long> CountAsync(Database database, Caller caller, CancellationToken cancellationToken) => (await database.ReadAsync(
        new Statement("SELECT count(*) FROM tasks.tasks WHERE space_id = $1 AND deleted_at IS NOT NULL").Add(caller.Space), row => row.Long(0), cancellationToken))[0];

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, CancellationToken cancellationToken) => WriteResult.Done(
        StatusCodes.Status200OK, new Purged(await space.PurgeTrashAsync(DateTimeOffset.MaxValue, long.MaxValue, cancellationToken)), ContractsJson.Readable.Purged);
}
