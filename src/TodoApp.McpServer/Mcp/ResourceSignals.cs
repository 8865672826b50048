using System.Collections.Immutable;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// Wakes the open subscriptions of a space when something in it has changed. Whatever learns of a change, on this replica or another,
/// calls <see cref="Changed"/> after the commit.
/// </summary>
internal sealed class ResourceSignals
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, ImmutableArray<Action>> _listeners = [];

    /// <summary>Something in the space has changed. Cheap where nobody listens; does not wait for those who do.</summary>
    public void Changed(Guid space)
    {
        ImmutableArray<Action> listeners;
        lock (_lock)
        {
            listeners = _listeners.GetValueOrDefault(space, []);
        }

        foreach (Action wake in listeners)
        {
            wake();
        }
    }

    /// <summary>Listens until it is disposed of.</summary>
    /// <param name="space">The space.</param>
    /// <param name="wake">Called for each change, on the changer's thread: it must be quick, and not throw.</param>
    public IDisposable Listen(Guid space, Action wake)
    {
        lock (_lock)
        {
            _listeners[space] = _listeners.GetValueOrDefault(space, []).Add(wake);
        }

        return new Listener(this, space, wake);
    }

    private sealed class Listener(ResourceSignals signals, Guid space, Action wake) : IDisposable
    {
        public void Dispose()
        {
            lock (signals._lock)
            {
                ImmutableArray<Action> rest = signals._listeners.GetValueOrDefault(space, []).Remove(wake);
                if (rest.IsEmpty)
                {
                    signals._listeners.Remove(space);
                }
                else
                {
                    signals._listeners[space] = rest;
                }
            }
        }
    }
}
