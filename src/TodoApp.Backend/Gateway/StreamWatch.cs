using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;

namespace TodoApp.Backend.Gateway;

/// <summary>Ends an open stream when its token has been revoked, and every stream after five minutes; clients come again and go on where they were.</summary>
internal sealed class StreamWatch(CallerReader reader, TimeProvider time)
{
    /// <summary>How long a revoked token's stream may stay open.</summary>
    internal static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(15);

    /// <summary>How long any stream may stay open.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Runs a stream under watch.</summary>
    /// <param name="context">The request; its token is asked for again and again.</param>
    /// <param name="endless">Whether it ends after <see cref="Longest"/>; an import or export may take longer.</param>
    /// <param name="stream">Passes it on until the token says stop.</param>
    internal async Task Run(HttpContext context, bool endless, Func<CancellationToken, Task> stream)
    {
        using var end = new CancellationTokenSource();
        Task running = stream(end.Token);
        try
        {
            await Watch(CallerReader.BearerToken(context.Request)!, endless, running, context.RequestAborted);
        }
        finally
        {
            await end.CancelAsync();
            await running;
        }
    }

    /// <summary>Returns when the stream has ended, or should.</summary>
    private async Task Watch(string token, bool endless, Task running, CancellationToken aborted)
    {
        if (running.IsCompleted)
        {
            return;
        }

        long started = time.GetTimestamp();
        using var timer = new PeriodicTimer(CheckEvery, time);
        Task<bool> tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
        while (await Task.WhenAny(running, tick) == tick)
        {
            if ((endless && time.GetElapsedTime(started) >= Longest) || !await IsValid(token, aborted))
            {
                return;
            }

            tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
        }
    }

    private async Task<bool> IsValid(string token, CancellationToken cancellation)
    {
        try
        {
            return await reader.Read(token, cancellation) is not null;
        }
        catch (Exception exception) when (AccountsDatabase.IsAway(exception))
        {
            return true; // Nobody can revoke a token meanwhile either.
        }
    }
}
