using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Changes;

/// <summary>
/// Tells the other replicas of commits, and hears of theirs, by PostgreSQL's NOTIFY and LISTEN. Never within a write's transaction,
/// because NOTIFY takes a database-wide lock at commit: what was committed within 50 ms is told afterwards, in one notification
/// unless it is of more than 300 spaces.
/// On SQLite there is one process and nothing to tell.
/// </summary>
internal sealed partial class ChangeNotifications(Database database, ChangeSignals signals, TimeProvider time, ILogger<ChangeNotifications> logger) : BackgroundService
{
    private const string ChannelName = "todo_changes";

    /// <summary>How many spaces fit into one notification: 25 characters each, of less than 8,000 in all.</summary>
    private const int MostSpaces = 300;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, bool> _pending = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    // By which a replica knows its own notifications: it has signalled those already.
    private readonly string _sender = RandomNumberGenerator.GetHexString(32);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database is not PostgresDatabase postgres)
        {
            return;
        }

        signals.Committed += Add;
        try
        {
            await Task.WhenAll(TellAsync(postgres, stoppingToken), ListenAsync(postgres, stoppingToken));
        }
        finally
        {
            signals.Committed -= Add;
        }
    }

    private void Add(Guid space)
    {
        if (_pending.TryAdd(space, true))
        {
            _wake.Writer.TryWrite(true);
        }
    }

    private async Task TellAsync(PostgresDatabase postgres, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _wake.Reader.ReadAsync(cancellationToken);
            foreach (Guid[] spaces in _pending.Keys.Chunk(MostSpaces)) // Those of this moment: what is committed meanwhile waits for its turn.
            {
                foreach (Guid space in spaces)
                {
                    _pending.TryRemove(space, out _);
                }

                try
                {
                    await postgres.NotifyAsync(ChannelName, Write(spaces), cancellationToken);
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    NotTold(logger, exception); // Readers look for themselves at their next heartbeat.
                }
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task ListenAsync(PostgresDatabase postgres, CancellationToken cancellationToken)
    {
        TimeSpan retry = TimeSpan.Zero;
        while (true)
        {
            try
            {
                await postgres.ListenAsync(ChannelName, Listening, Read, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Interrupted(logger, exception.Message);
            }

            await Task.Delay(retry, time, cancellationToken);
            retry = retry == TimeSpan.Zero ? TimeSpan.FromMilliseconds(250) : retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }

        void Listening()
        {
            retry = TimeSpan.Zero;
            signals.SignalAll(); // What was told while nobody listened is lost.
        }
    }

    private string Write(Guid[] spaces)
    {
        var text = new StringBuilder(_sender);
        foreach (Guid space in spaces)
        {
            text.Append(' ').Append(Convert.ToBase64String(space.ToByteArray()));
        }

        return text.ToString();
    }

    private void Read(string payload)
    {
        string[] parts = payload.Split(' ');
        if (parts[0] == _sender)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        foreach (string part in parts.AsSpan(1))
        {
            if (Convert.TryFromBase64String(part, bytes, out int length) && length == 16)
            {
                signals.Signal(new Guid(bytes));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Other replicas could not be told of changes; their readers see them at the next heartbeat")]
    private static partial void NotTold(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listening for other replicas' changes was interrupted and is tried again: {Reason}")]
    private static partial void Interrupted(ILogger logger, string reason);
}
