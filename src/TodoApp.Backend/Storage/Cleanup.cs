using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Accounts;

namespace TodoApp.Backend.Storage;

/// <summary>Removes once an hour what has ended: sessions, invitations, and entries of the security log older than 90 days.</summary>
internal sealed partial class Cleanup(IServiceScopeFactory scopes, TimeProvider time, ILogger<Cleanup> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            do
            {
                await Run(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is removed next time.
        }
    }

    private async Task Run(CancellationToken cancellation)
    {
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            DateTimeOffset oldest = now - SecurityLog.Kept;
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            AccountsDb db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
            await db.Sessions.Where(s => s.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
            await db.Invites.Where(i => i.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
            await db.SecurityEvents.Where(e => e.At < oldest).ExecuteDeleteAsync(cancellation);
        }
        catch (Exception exception) when (AccountsDatabase.IsAway(exception) && !cancellation.IsCancellationRequested)
        {
            string reason = exception.GetBaseException().Message;
            PostponedAway(logger, reason);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            Postponed(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing what has ended goes on later: {Reason}")]
    private static partial void PostponedAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing what has ended goes on later")]
    private static partial void Postponed(ILogger logger, Exception exception);
}
