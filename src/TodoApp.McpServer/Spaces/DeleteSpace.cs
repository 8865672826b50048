using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Spaces;

/// <summary>
/// Removes everything of a space for good, when its account is deleted. A tombstone is left first, so that no write that is still
/// on its way makes the space anew. Can be called again and again: each call goes on where the last one was cut off.
/// </summary>
internal static class DeleteSpace
{
    private const int RowsAtOnce = 5000;

    private static readonly (string Table, string Key)[] Tables =
        [("idempotency_keys", "key"), ("completions", "version"), ("tasks", "id"), ("lists", "id"), ("labels", "id"), ("filters", "id"), ("changes", "version")];

    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        Guid space = context.GetCaller().Space;
        DateTimeOffset now = writes.Time.GetUtcNow();
        await RunAsync(new Statement(
            "INSERT INTO tasks.spaces (id, version, last_number, oldest_version, time_zone, created_at, deleted_at) VALUES ($1, 0, 0, 0, 'UTC', $2, $2) "
            + "ON CONFLICT (id) DO UPDATE SET deleted_at = coalesce(spaces.deleted_at, excluded.deleted_at)").Add(space).Add(now));
        writes.Signals.Publish(space); // Its streams end.
        foreach ((string table, string key) in Tables)
        {
            // A part at a time, so that no transaction of a large account takes long.
            while (await AnyAsync(table))
            {
                await RunAsync(new Statement(
                    $"DELETE FROM tasks.{table} WHERE space_id = $1 AND {key} IN (SELECT {key} FROM tasks.{table} WHERE space_id = $1 LIMIT {RowsAtOnce})").Add(space));
            }
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;

        async Task<bool> AnyAsync(string table) =>
            (await writes.Database.ReadAsync(new Statement($"SELECT 1 FROM tasks.{table} WHERE space_id = $1 LIMIT 1").Add(space), row => row.IsNull(0), context.RequestAborted)).Count > 0;

        async Task RunAsync(Statement statement)
        {
            try
            {
                await using SqlTransaction transaction = await writes.Database.BeginWriteAsync(context.RequestAborted);
                await transaction.CommitAsync([statement], context.RequestAborted);
            }
            catch (WriteConflictException exception)
            {
                throw new ServiceUnavailableException("Another write stood in the way.", exception);
            }
        }
    }
}
