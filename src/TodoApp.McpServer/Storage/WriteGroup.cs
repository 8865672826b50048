using System.Data.Common;
using System.Runtime.ExceptionServices;
using Npgsql;

namespace TodoApp.McpServer.Storage;

/// <summary>A write that is one statement on PostgreSQL when its case is simple (<see cref="PostgresTaskWrites"/>).</summary>
/// <param name="Command">Makes the statement, with the time at which it is sent. It must not fail: it is called for a whole group.</param>
/// <param name="Key">The idempotency key, if the caller sent one.</param>
/// <param name="Status">Of its answer when it is done.</param>
internal sealed record SimpleWrite(Func<DateTimeOffset, NpgsqlBatchCommand> Command, Idempotency? Key, int Status);

/// <summary>
/// Simple writes to one space that wait for their turn at the same time. They go to PostgreSQL in one round trip and one transaction:
/// each statement sees what those before it did, and nobody is answered before all are committed.
/// </summary>
internal sealed class WriteGroup
{
    /// <summary>The most writes that go together.</summary>
    private const int Most = 50;

    private readonly List<Member> _members = [];

    /// <summary>Begins a group.</summary>
    /// <param name="send">Sends it, but not before it has returned.</param>
    public WriteGroup(Func<WriteGroup, Task> send) => Sent = send(this);

    public bool IsFull => _members.Count == Most;

    /// <summary>Ends when the writes are committed; fails as all of them do.</summary>
    public Task Sent { get; }

    /// <summary>Adds a write. Not once the group is closed.</summary>
    public Member Add(SimpleWrite write, CancellationToken cancellationToken)
    {
        var member = new Member(write, cancellationToken);
        _members.Add(member);
        return member;
    }

    /// <summary>
    /// Sends everything but the writes of callers who have gone away. One that has no result after this was not simple, or PostgreSQL
    /// refused another one, and is to be done alone.
    /// </summary>
    /// <param name="postgres">Where.</param>
    /// <param name="space">Whose writes they are.</param>
    /// <param name="close">Called once there is a connection: from then on no write is added. May be called again.</param>
    /// <param name="time">Of the changes: that of sending, so that it grows with their versions but for the milliseconds until the lock.</param>
    public async Task SendAsync(PostgresDatabase postgres, Guid space, Action close, TimeProvider time)
    {
        try
        {
            await postgres.WriteAsync(
                () =>
                {
                    close();
                    _members.RemoveAll(member => member.CancellationToken.IsCancellationRequested);
                    if (_members.Count == 0)
                    {
                        return null;
                    }

                    DateTimeOffset now = time.GetUtcNow();
                    NpgsqlBatch batch = PostgresTaskWrites.Lock(space);
                    _members.ForEach(member => batch.BatchCommands.Add(member.Write.Command(now)));
                    return batch;
                },
                (statement, row) =>
                {
                    if (statement > 0) // The first locks the space.
                    {
                        _members[statement - 1].Read(row);
                    }
                });
        }
        catch (Exception exception) when (exception is WriteConflictException || (exception is PostgresException && _members.Count > 1))
        {
            // Refused by PostgreSQL, the transaction wrote nothing. A conflict is, above all, the space coming into being behind the first
            // statement; for anything else, the one that is to blame finds out alone.
            close();
            _members.ForEach(member => member.Clear());
        }
        finally
        {
            close();
        }
    }

    /// <summary>A write of the group.</summary>
    public sealed class Member(SimpleWrite write, CancellationToken cancellationToken)
    {
        private WriteResult? _result;
        private ExceptionDispatchInfo? _failure;

        public SimpleWrite Write => write;

        /// <summary>Cancelled when its caller has gone away. Then it is not sent, unless it was already.</summary>
        public CancellationToken CancellationToken => cancellationToken;

        /// <summary>Its answer, once the group is sent; null when it was not done.</summary>
        public WriteResult? Result
        {
            get
            {
                _failure?.Throw();
                return _result;
            }
        }

        /// <summary>Reads its answer. One that cannot be read is nobody else's failure: the others are committed.</summary>
        public void Read(Row row)
        {
            try
            {
                _result = PostgresTaskWrites.Read(row, write);
            }
            catch (Exception exception) when (exception is not DbException)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
        }

        public void Clear() => (_result, _failure) = (null, null);
    }
}
