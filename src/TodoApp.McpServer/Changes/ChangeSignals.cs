using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Changes;

/// <summary>
/// Wakes whoever waits for changes of a space, in this process: after every commit here, and when another replica has told of one
/// (<see cref="ChangeNotifications"/>). A signal says that there may be something new, never what; signals that come faster than
/// they are waited for become one. A lost one is healed by the reader's own look every <see cref="StreamChanges.Heartbeat"/>.
/// </summary>
internal sealed class ChangeSignals : IDisposable
{
    /// <summary>How many may wait for one space: a browser has one for all its tabs.</summary>
    public const int MostOfSpace = 50;

    /// <summary>How many may wait in one process.</summary>
    public const int Most = 5000;

    private readonly ConcurrentDictionary<Guid, Waiter[]> _waiters = new();
    private readonly Meter _meter;
    private int _count;

    public ChangeSignals(IMeterFactory meters)
    {
        _meter = meters.Create("TodoApp.McpServer");
        _meter.CreateObservableUpDownCounter("todo.streams.open", () => Volatile.Read(ref _count), unit: "{stream}", description: "Open streams of changes.");
    }

    /// <summary>Called after a commit in this process.</summary>
    public event Action<Guid>? Committed;

    /// <summary>Says that a write to a space was committed here.</summary>
    public void Publish(Guid space)
    {
        Signal(space);
        Committed?.Invoke(space);
    }

    /// <summary>Wakes whoever waits for this space.</summary>
    public void Signal(Guid space)
    {
        if (_waiters.TryGetValue(space, out Waiter[]? waiters))
        {
            foreach (Waiter waiter in waiters)
            {
                waiter.Wake();
            }
        }
    }

    /// <summary>Wakes everybody: signals may have been lost.</summary>
    public void SignalAll()
    {
        foreach (Waiter waiter in _waiters.Values.SelectMany(waiters => waiters))
        {
            waiter.Wake();
        }
    }

    /// <summary>Begins to wait. From now on no signal is missed; look for changes after this, not before.</summary>
    /// <returns>Null when the space has as many as it may have.</returns>
    /// <exception cref="ServiceUnavailableException">The process has as many as it may have.</exception>
    public Waiter? TryWait(Guid space)
    {
        if (Interlocked.Increment(ref _count) > Most)
        {
            Interlocked.Decrement(ref _count);
            throw new ServiceUnavailableException($"This server has {Most} open streams of changes, which is the most. Try again, or read /changes from time to time.");
        }

        var waiter = new Waiter(this, space);
        Waiter[] waiters = _waiters.AddOrUpdate(space, [waiter], (_, others) => others.Length < MostOfSpace ? [.. others, waiter] : others);
        if (waiters.Contains(waiter))
        {
            return waiter;
        }

        Interlocked.Decrement(ref _count);
        return null;
    }

    public void Dispose() => _meter.Dispose();

    private void Remove(Waiter waiter)
    {
        while (_waiters.TryGetValue(waiter.Space, out Waiter[]? waiters))
        {
            Waiter[] others = [.. waiters.Where(other => other != waiter)];
            if (others.Length == 0
                ? _waiters.TryRemove(KeyValuePair.Create(waiter.Space, waiters))
                : _waiters.TryUpdate(waiter.Space, others, waiters))
            {
                break;
            }
        }

        Interlocked.Decrement(ref _count);
    }

    /// <summary>One that waits for a space's changes until it is disposed of.</summary>
    public sealed class Waiter : IDisposable
    {
        private readonly ChangeSignals _signals;
        private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

        internal Waiter(ChangeSignals signals, Guid space)
        {
            _signals = signals;
            Space = space;
        }

        /// <summary>Which space.</summary>
        public Guid Space { get; }

        /// <summary>Returns at the next signal, or at once when one has come since the last.</summary>
        public async Task WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

        public void Dispose() => _signals.Remove(this);

        internal void Wake() => _signal.Writer.TryWrite(true);
    }
}
