namespace TodoApp.McpServer.Storage;

/// <summary>Removes what has outlived its time, a part at a time. Several replicas may do so at once.</summary>
internal sealed partial class Housekeeping(Database database, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    private const int RowsAtOnce = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Removes idempotency keys that are older than they are kept.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset before = time.GetUtcNow() - Idempotency.Lifetime;
        while (true)
        {
            List<(Guid Space, byte[] Key)> old = await database.ReadAsync(
                new Statement($"SELECT space_id, key FROM tasks.idempotency_keys WHERE created_at < $1 LIMIT {RowsAtOnce}").Add(before),
                row => (row.Uuid(0), row.Bytes(1)),
                cancellationToken);
            if (old.Count == 0)
            {
                return;
            }

            await using SqlTransaction transaction = await database.BeginWriteAsync(cancellationToken);
            await transaction.CommitAsync(
                [.. old.Select(row => new Statement("DELETE FROM tasks.idempotency_keys WHERE space_id = $1 AND key = $2").Add(row.Space).Add(row.Key))],
                cancellationToken);
        }
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing old idempotency keys failed; it will be tried again")]
    private static partial void Postponed(ILogger logger, Exception exception);
}
