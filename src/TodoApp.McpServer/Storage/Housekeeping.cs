using TodoApp.Contracts;
using TodoApp.McpServer.Identity;

namespace TodoApp.McpServer.Storage;

/// <summary>
/// Removes what has outlived its time: idempotency keys after 24 hours, the trash after 30 days, the change log after 90. One
/// replica at a time does it, in small transactions that keep nobody waiting; one that is cut off is gone on with later.
/// </summary>
internal sealed partial class Housekeeping(Database database, SpaceWrites writes, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    /// <summary>How many days a task stays in the trash.</summary>
    public const int TrashDays = 30;

    /// <summary>How many days the change log goes back.</summary>
    public const int LogDays = 90;

    private const int RowsAtOnce = 1000;
    private const int SpacesAtOnce = 100;
    /// <summary>By which one replica keeps the others from doing the same.</summary>
    public const long Lock = 0x746f646f_6b656570; // "todokeep"

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Removes all that is due to be removed now. Does nothing while another replica is at it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using IAsyncDisposable? held = await database.TryLockAsync(Lock, cancellationToken);
        if (held is null)
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        await RemoveKeysAsync(now - Idempotency.Lifetime, cancellationToken);
        await EmptyTrashAsync(now.AddDays(-TrashDays), cancellationToken);
        await TrimLogAsync(now.AddDays(-LogDays), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException) // One that escapes would stop the service.
            {
                Postponed(logger, exception);
            }
        }
    }

    private async Task RemoveKeysAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<(Guid Space, byte[] Key)> old;
        do
        {
            old = await database.ReadAsync(
                new Statement($"SELECT space_id, key FROM tasks.idempotency_keys WHERE created_at < $1 LIMIT {RowsAtOnce}").Add(before),
                row => (row.Uuid(0), row.Bytes(1)),
                cancellationToken);
            if (old.Count > 0)
            {
                await using SqlTransaction transaction = await database.BeginWriteAsync(cancellationToken);
                await transaction.CommitAsync(
                    [.. old.Select(row => new Statement("DELETE FROM tasks.idempotency_keys WHERE space_id = $1 AND key = $2").Add(row.Space).Add(row.Key))],
                    cancellationToken);
            }
        }
        while (old.Count > 0);
    }

    private async Task EmptyTrashAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<Guid> spaces;
        do
        {
            spaces = await database.ReadAsync(
                new Statement($"SELECT DISTINCT space_id FROM tasks.tasks WHERE deleted_at < $1 LIMIT {SpacesAtOnce}").Add(before), row => row.Uuid(0), cancellationToken);
            foreach (Guid space in spaces)
            {
                await writes.RunAsync(Caller.System(space), null, (writer, token) => PurgeAsync(writer, before, token), cancellationToken);
            }
        }
        while (spaces.Count > 0);
    }

    // A part; what is left over is found again.
    private static async Task<WriteResult> PurgeAsync(SpaceWriter space, DateTimeOffset before, CancellationToken cancellationToken)
    {
        int count = 0;
        await foreach (TaskItem task in space.TrashAsync(before, cancellationToken))
        {
            space.Purge(task);
            if (++count == RowsAtOnce)
            {
                break;
            }
        }

        return WriteResult.NoContent;
    }

    private async Task TrimLogAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<(Guid Space, long Oldest)> spaces;
        do
        {
            spaces = await database.ReadAsync(
                new Statement(
                    "SELECT s.id, s.oldest_version FROM tasks.spaces s JOIN tasks.changes c ON c.space_id = s.id AND c.version = s.oldest_version + 1 "
                    + $"WHERE c.at < $1 LIMIT {SpacesAtOnce}").Add(before),
                row => (row.Uuid(0), row.Long(1)),
                cancellationToken);
            foreach ((Guid space, long oldest) in spaces)
            {
                // Up to the last old one of the next changes. Clocks of replicas differ by little: none that is newer is before it.
                List<long> last = await database.ReadAsync(
                    new Statement(
                        "SELECT max(o.version) FROM (SELECT c.version, c.at FROM tasks.changes c WHERE c.space_id = $1 AND c.version > $2 "
                        + $"ORDER BY c.version LIMIT {RowsAtOnce}) o WHERE o.at < $3").Add(space).Add(oldest).Add(before),
                    row => row.Long(0),
                    cancellationToken);
                await using SqlTransaction transaction = await database.BeginWriteAsync(cancellationToken);
                await transaction.CommitAsync(
                    [
                        new Statement("UPDATE tasks.spaces SET oldest_version = $2 WHERE id = $1 AND oldest_version < $2").Add(space).Add(last[0]),
                        new Statement("DELETE FROM tasks.changes WHERE space_id = $1 AND version <= $2").Add(space).Add(last[0]),
                    ],
                    cancellationToken);
            }
        }
        while (spaces.Count > 0);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing what has outlived its time failed; it will be tried again")]
    private static partial void Postponed(ILogger logger, Exception exception);
}
