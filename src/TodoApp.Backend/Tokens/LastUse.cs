using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Accounts;
using TodoApp.Backend.Storage;

namespace TodoApp.Backend.Tokens;

/// <summary>
/// Remembers when sessions and tokens were last used, and moves a session's end on. Off the way of requests: at most once a
/// minute for each, all of a second in one statement. What a crash loses is a minute of "last used".
/// </summary>
internal sealed partial class LastUse(IServiceScopeFactory scopes, TimeProvider time, ILogger<LastUse> logger) : BackgroundService
{
    /// <summary>How exact "last used" is.</summary>
    internal static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, bool> _used = new();

    /// <summary>Notes that a session or token was used.</summary>
    internal void Note(Guid credential, bool isSession, DateTimeOffset? lastUsedAt, DateTimeOffset now)
    {
        if (lastUsedAt is null || now - lastUsedAt >= Grain)
        {
            _used.TryAdd(credential, isSession);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Write(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; the last second's uses are not worth waiting for.
        }
    }

    /// <summary>Writes what was noted so far.</summary>
    internal async Task Write(CancellationToken cancellation)
    {
        if (_used.IsEmpty)
        {
            return;
        }

        KeyValuePair<Guid, bool>[] used = _used.ToArray();
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            AccountsDb db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
            foreach (Guid[] ids in used.Where(use => !use.Value).Select(use => use.Key).Chunk(500))
            {
                await db.Tokens.Where(t => ids.Contains(t.Id)).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, now), cancellation);
            }

            DateTimeOffset slid = now + StartedSession.Sliding;
            foreach (Guid[] ids in used.Where(use => use.Value).Select(use => use.Key).Chunk(500))
            {
                await db.Sessions.Where(s => ids.Contains(s.Id)).ExecuteUpdateAsync(
                    set => set.SetProperty(s => s.LastUsedAt, now).SetProperty(s => s.ExpiresAt, s => s.EndsAt > slid ? slid : s.EndsAt),
                    cancellation);
            }
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            NotWritten(logger, used.Length, exception);
        }

        foreach (KeyValuePair<Guid, bool> use in used)
        {
            _used.TryRemove(use);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last use of {Count} sessions and tokens could not be written")]
    private static partial void NotWritten(ILogger logger, int count, Exception exception);
}
