using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Storage;

/// <summary>
/// Runs writes: simple ones that wait for the same space in one transaction (<see cref="WriteGroup"/>), others in one each, again from
/// its start when another one stood in the way.
/// </summary>
internal sealed class SpaceWrites(Database database, TimeProvider time, ChangeSignals signals)
{
    private const int MostAttempts = 5;

    // Writes to one space wait for each other in the database, each with a connection. They wait here instead, without one, so that
    // a busy space leaves the pool to the others. Two at a time keep the database busy; spaces that share a gate only wait longer.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 251).Select(_ => new SemaphoreSlim(2, 2))];

    // The simple writes that wait, by their space.
    private readonly Dictionary<Guid, WriteGroup> _groups = [];
    private readonly Lock _groupsLock = new();

    public Database Database => database;

    public TimeProvider Time => time;

    public ChangeSignals Signals => signals;

    /// <summary>Runs a write.</summary>
    /// <param name="caller">Whose space.</param>
    /// <param name="key">The idempotency key, if the caller sent one.</param>
    /// <param name="simple">Gives the statement of the simple case on PostgreSQL; null when it is not simple.</param>
    /// <param name="work">Decides and collects the rows; a result with a problem writes nothing.</param>
    /// <param name="cancellationToken">Cancels until the write is sent; one that is under way is awaited.</param>
    public async Task<WriteResult> RunAsync(
        Caller caller, Idempotency? key, Func<SimpleWrite?>? simple, Func<SpaceWriter, CancellationToken, Task<WriteResult>> work, CancellationToken cancellationToken)
    {
        try
        {
            if (database is PostgresDatabase postgres && simple?.Invoke() is SimpleWrite write && await RunInGroupAsync(postgres, caller.Space, write, cancellationToken) is WriteResult done)
            {
                if (done.Problem is null && !done.IsReplay)
                {
                    signals.Publish(caller.Space);
                }

                return done;
            }

            SemaphoreSlim gate = Gate(caller.Space);
            await gate.WaitAsync(cancellationToken);
            try
            {
                return await RunThroughGateAsync(caller, key, work, cancellationToken);
            }
            finally
            {
                gate.Release();
            }
        }
        catch
        {
            signals.Publish(caller.Space); // The commit may have been done before the answer to it was cut off.
            throw;
        }
    }

    /// <summary>Runs a write that is never simple.</summary>
    public Task<WriteResult> RunAsync(
        Caller caller, Idempotency? key, Func<SpaceWriter, CancellationToken, Task<WriteResult>> work, CancellationToken cancellationToken) =>
        RunAsync(caller, key, null, work, cancellationToken);

    /// <summary>
    /// Whether keys of due dates are for another zone than the caller's, since the account has moved; they are for the caller's after
    /// this, so that who has read by them reads again.
    /// </summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="zone">The space's zone as it was read with the keys; null to look it up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> HaveMovedAsync(Caller caller, string? zone, CancellationToken cancellationToken)
    {
        zone ??= (await database.ReadAsync(
            new Statement("SELECT s.time_zone FROM tasks.spaces s WHERE s.id = $1 AND s.deleted_at IS NULL").Add(caller.Space), row => row.Text(0), cancellationToken)).FirstOrDefault();
        if (zone is null || zone == caller.Zone.Id)
        {
            return false;
        }

        // Beginning a write is all it takes.
        WriteResult result = await RunAsync(caller, null, (_, _) => Task.FromResult(WriteResult.NoContent), cancellationToken);
        return result.Problem is null;
    }

    /// <summary>Finds out what a write would do. Nothing is locked and nothing is written.</summary>
    public async Task<WriteResult> TryAsync(Caller caller, Func<SpaceWriter, CancellationToken, Task<WriteResult>> work, CancellationToken cancellationToken)
    {
        await using SqlTransaction snapshot = await database.BeginSnapshotAsync(cancellationToken);
        (SpaceWriter? writer, WriteResult? answer) = await SpaceWriter.BeginDryAsync(database, snapshot, caller, time.GetUtcNow(), cancellationToken);
        return writer is null ? answer! : await work(writer, cancellationToken);
    }

    private SemaphoreSlim Gate(Guid space) => _gates[(space.GetHashCode() & int.MaxValue) % _gates.Length];

    // The first to wait takes along those who come while it waits.
    private async Task<WriteResult?> RunInGroupAsync(PostgresDatabase postgres, Guid space, SimpleWrite write, CancellationToken cancellationToken)
    {
        WriteGroup? group;
        WriteGroup.Member member;
        lock (_groupsLock)
        {
            if (!_groups.TryGetValue(space, out group) || group.IsFull)
            {
                _groups[space] = group = new WriteGroup(begun => SendAsync(postgres, space, begun));
            }

            member = group.Add(write, cancellationToken);
        }

        await group.Sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (member.Result is null)
        {
            cancellationToken.ThrowIfCancellationRequested(); // Nobody waits for it any more, whatever became of the others.
        }

        await group.Sent;
        return member.Result;
    }

    private async Task SendAsync(PostgresDatabase postgres, Guid space, WriteGroup group)
    {
        SemaphoreSlim gate = Gate(space);
        await gate.WaitAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // The one who begins the group holds the lock.
        try
        {
            await group.SendAsync(postgres, space, Close, time);
        }
        finally
        {
            gate.Release();
        }

        void Close()
        {
            lock (_groupsLock)
            {
                if (_groups.TryGetValue(space, out WriteGroup? last) && last == group)
                {
                    _groups.Remove(space);
                }
            }
        }
    }

    private async Task<WriteResult> RunThroughGateAsync(
        Caller caller, Idempotency? key, Func<SpaceWriter, CancellationToken, Task<WriteResult>> work, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await using SqlTransaction transaction = await database.BeginWriteAsync(cancellationToken);
                (SpaceWriter? writer, WriteResult? answer) = await SpaceWriter.BeginAsync(database, transaction, caller, key, time.GetUtcNow(), cancellationToken);
                if (writer is null)
                {
                    return answer!;
                }

                answer = await work(writer, cancellationToken);
                if (answer.Problem is null)
                {
                    await writer.CommitAsync(answer.IsKept ? key : null, answer, CancellationToken.None);
                    if (writer.HasChanges)
                    {
                        signals.Publish(caller.Space);
                    }
                }

                return answer;
            }
            catch (WriteConflictException exception)
            {
                if (attempt == MostAttempts)
                {
                    throw new ServiceUnavailableException("Too many writes at once.", exception);
                }
            }
        }
    }

    /// <summary>Makes the caller's space with its Inbox, for a read that found none.</summary>
    public async Task CreateSpaceAsync(Caller caller, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            await using SqlTransaction transaction = await database.BeginWriteAsync(cancellationToken);
            await transaction.CommitAsync(SpaceWriter.Create(caller, now, Guid.CreateVersion7(now)), CancellationToken.None);
        }
        catch (WriteConflictException)
        {
            // Somebody else made it in the same moment.
        }
    }
}
