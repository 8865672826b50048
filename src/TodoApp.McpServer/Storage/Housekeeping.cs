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

    /// <summary>The number of the lock that the replica at work has: "todokeep".</summary>
    internal const long Lock = 0x746f646f_6b656570;

    private const int RowsAtOnce = 1000;
    private const int SpacesAtOnce = 100;

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
        Guid last = Guid.Empty;
        List<(Guid Id, string TimeZone)> spaces;
        do
        {
            spaces = await database.ReadAsync(
                new Statement(
                    "SELECT s.id, s.time_zone FROM tasks.spaces s WHERE s.id > $1 AND s.deleted_at IS NULL "
                    + $"AND EXISTS (SELECT 1 FROM tasks.tasks t WHERE t.space_id = s.id AND t.deleted_at < $2) ORDER BY s.id LIMIT {SpacesAtOnce}").Add(last).Add(before),
                row => (row.Uuid(0), row.Text(1)),
                cancellationToken);
            foreach ((Guid space, string timeZone) in spaces)
            {
                last = space;
                await PurgeAsync(Caller.System(space, Zones.TryFind(timeZone) ?? TimeZoneInfo.Utc), before, cancellationToken);
            }
        }
        while (spaces.Count == SpacesAtOnce);
    }

    // A part in each transaction, so that the space's other writes get their turn in between.
    private async Task PurgeAsync(Caller caller, DateTimeOffset before, CancellationToken cancellationToken)
    {
        long count;
        do
        {
            count = 0;
            await writes.RunAsync(
                caller,
                null,
                async (space, token) =>
                {
                    count = await space.PurgeTrashAsync(before, RowsAtOnce, token);
                    return WriteResult.NoContent;
                },
                cancellationToken);
        }
        while (count >= RowsAtOnce);
    }

    private async Task TrimLogAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        Guid last = Guid.Empty;
        List<(Guid Id, long Oldest)> spaces;
        do
        {
            spaces = await database.ReadAsync(
                new Statement(
                    "SELECT s.id, s.oldest_version FROM tasks.spaces s WHERE s.id > $1 AND s.deleted_at IS NULL "
                    + "AND (SELECT c.at FROM tasks.changes c WHERE c.space_id = s.id AND c.version > s.oldest_version ORDER BY c.version LIMIT 1) < $2 "
                    + $"ORDER BY s.id LIMIT {SpacesAtOnce}").Add(last).Add(before),
                row => (row.Uuid(0), row.Long(1)),
                cancellationToken);
            foreach ((Guid space, long oldest) in spaces)
            {
                last = space;
                for (long? version = oldest; version is not null;)
                {
                    version = await TrimAsync(space, version.Value, before, cancellationToken);
                }
            }
        }
        while (spaces.Count == SpacesAtOnce);
    }

    /// <summary>Removes the next part of a space's log, and says so in the space in the same transaction.</summary>
    /// <returns>The version after which the log begins now; null when there was nothing to remove.</returns>
    private async Task<long?> TrimAsync(Guid space, long oldest, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // Only as far as they are old without a gap: of replicas whose clocks differ, an earlier change may be the newer one.
        long? last = null;
        bool isOld = true;
        await database.ReadAsync(
            new Statement($"SELECT c.version, c.at FROM tasks.changes c WHERE c.space_id = $1 AND c.version > $2 ORDER BY c.version LIMIT {RowsAtOnce}").Add(space).Add(oldest),
            row =>
            {
                isOld &= row.Timestamp(1) < before;
                last = isOld ? row.Long(0) : last;
                return isOld;
            },
            cancellationToken);
        if (last is long version)
        {
            await using SqlTransaction transaction = await database.BeginWriteAsync(cancellationToken);
            await transaction.CommitAsync(
                [
                    new Statement("UPDATE tasks.spaces SET oldest_version = $2 WHERE id = $1 AND oldest_version < $2").Add(space).Add(version),
                    new Statement("DELETE FROM tasks.changes WHERE space_id = $1 AND version <= $2").Add(space).Add(version),
                ],
                cancellationToken);
        }

        return last;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing what has outlived its time failed; it will be tried again")]
    private static partial void Postponed(ILogger logger, Exception exception);
}
