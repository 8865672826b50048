using System.Net;
using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Gateway;
using TodoApp.Backend.Storage;
using TodoApp.Gateway;

namespace TodoApp.Backend.Accounts;

/// <summary>
/// Finishes what <see cref="RequestDeletion"/> began: has mcp-server delete the space, and then deletes the account, which frees
/// its e-mail address. Both can be done twice, so it does not matter which service dies when, or how many replicas do it at once.
/// </summary>
internal sealed partial class AccountDeletion(
    IServiceScopeFactory scopes, Uri mcpServerUrl, InternalJwt identity, TimeProvider time, ILogger<AccountDeletion> logger) : BackgroundService
{
    /// <summary>How often marked accounts are looked for that another process left behind.</summary>
    private static readonly TimeSpan Patrol = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    // Its own: to delete a large space takes longer than a request may.
    private readonly Upstream _mcpServer = new("The task service", mcpServerUrl) { HeaderTimeout = TimeSpan.FromMinutes(2) };
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Says that an account was marked just now.</summary>
    internal void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It will look anyway.
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        _mcpServer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan wait = ShortestWait;
        try
        {
            while (true)
            {
                bool allDone = await DeleteMarked(stoppingToken);
                wait = allDone ? ShortestWait : TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, Patrol.Ticks));
                await WaitForWake(allDone ? Patrol : wait, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever runs next finds the marks.
        }
    }

    private async Task WaitForWake(TimeSpan longest, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Time for a patrol.
        }
    }

    private async Task<bool> DeleteMarked(CancellationToken cancellation)
    {
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            AccountsDb db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
            List<AccountRow> marked = await db.Accounts.AsNoTracking().Where(a => a.DeletionRequestedAt != null)
                .OrderBy(a => a.DeletionRequestedAt).Take(100).ToListAsync(cancellation);
            foreach (AccountRow account in marked)
            {
                HttpStatusCode status = await DeleteSpace(account, cancellation);
                if (status != HttpStatusCode.NoContent)
                {
                    Refused(logger, account.Id, (int)status);
                    return false;
                }

                await db.Accounts.Where(a => a.Id == account.Id && a.DeletionRequestedAt != null).ExecuteDeleteAsync(cancellation);
                Deleted(logger, account.Id);
            }

            return marked.Count < 100;
        }
        catch (Exception exception) when (AccountsDatabase.IsAway(exception) && !cancellation.IsCancellationRequested)
        {
            string reason = exception.GetBaseException().Message;
            PostponedAway(logger, reason); // As before the first migration: the stack would say no more.
            return false;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            Postponed(logger, exception);
            return false;
        }
    }

    private async Task<HttpStatusCode> DeleteSpace(AccountRow account, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _mcpServer.SendAsync(
            static state =>
            {
                var request = new HttpRequestMessage(HttpMethod.Delete, state.Address);
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + state.Token);
                return request;
            },
            (Address: _mcpServer.Prefix + "/space", Token: identity.ForDeletion(account)),
            retry: true,
            cancellation);
        return response.StatusCode;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Account {Account} and its tasks are deleted")]
    private static partial void Deleted(ILogger logger, Guid account);

    [LoggerMessage(Level = LogLevel.Warning, Message = "mcp-server answered {Status} when asked to delete the space of account {Account}; trying again")]
    private static partial void Refused(ILogger logger, Guid account, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deleting accounts goes on later: {Reason}")]
    private static partial void PostponedAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deleting accounts goes on later")]
    private static partial void Postponed(ILogger logger, Exception exception);
}
