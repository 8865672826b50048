using System.Collections.Concurrent;

namespace TodoApp.Backend.Accounts;

/// <summary>What may happen with a sign-in before its password is checked.</summary>
internal enum SignInGate
{
    /// <summary>Check it.</summary>
    Open,

    /// <summary>Check it only for an address that this account signed in from before: to others the account is locked.</summary>
    KnownAddressOnly,

    /// <summary>Don't check it.</summary>
    Closed,
}

/// <summary>
/// Counts failed sign-ins, in memory and so for each replica: 10 in 15 minutes for an account from one address, 100 for an
/// account from everywhere, 100 for an address over all accounts. An address without an account counts like one with.
/// </summary>
internal sealed class SignInLimits(TimeProvider time)
{
    internal const int PerAccountAndAddress = 10;
    internal const int PerAccount = 100;
    internal const int PerAddress = 100;

    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    // Far more than honest use needs; when full, the oldest windows go first.
    private const int MostEntries = 100_000;

    private readonly ConcurrentDictionary<(string? Account, string? Address), Count> _counts = new();

    /// <summary>Counts an attempt as failed before it is checked, so that a thousand at once are counted as well; <see cref="Succeeded"/> takes it back.</summary>
    /// <param name="account">The normalized e-mail.</param>
    /// <param name="address">From where.</param>
    /// <param name="retryAfter">Until when it is not open.</param>
    internal SignInGate Begin(string account, string address, out TimeSpan retryAfter)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool addressFree = Increment((null, address), PerAddress, now, out retryAfter);
        if (!addressFree)
        {
            return SignInGate.Closed;
        }

        bool pairFree = Increment((account, address), PerAccountAndAddress, now, out TimeSpan pairAfter);
        bool accountFree = Increment((account, null), PerAccount, now, out TimeSpan accountAfter);
        retryAfter = pairAfter > accountAfter ? pairAfter : accountAfter;
        return pairFree && accountFree ? SignInGate.Open : SignInGate.KnownAddressOnly;
    }

    /// <summary>The password was right: this address starts anew with this account.</summary>
    internal void Succeeded(string account, string address)
    {
        _counts.TryRemove((account, address), out _);
        Decrement((account, null));
        Decrement((null, address));
    }

    private bool Increment((string?, string?) key, int most, DateTimeOffset now, out TimeSpan retryAfter)
    {
        if (_counts.Count >= MostEntries)
        {
            Sweep(now);
        }

        Count count = _counts.AddOrUpdate(
            key,
            static (_, state) => new Count(1, state.now + Window),
            static (_, old, state) => old.Ends <= state.now ? new Count(1, state.now + Window) : old with { Failures = Math.Min(old.Failures + 1, state.most + 1) },
            (now, most));
        bool free = count.Failures <= most;
        retryAfter = free ? TimeSpan.Zero : count.Ends - now;
        return free;
    }

    private void Decrement((string?, string?) key)
    {
        while (_counts.TryGetValue(key, out Count? count) && count.Failures > 0)
        {
            if (_counts.TryUpdate(key, count with { Failures = count.Failures - 1 }, count))
            {
                return;
            }
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        foreach (KeyValuePair<(string?, string?), Count> entry in _counts)
        {
            if (entry.Value.Ends <= now)
            {
                _counts.TryRemove(entry);
            }
        }

        if (_counts.Count >= MostEntries)
        {
            foreach (KeyValuePair<(string?, string?), Count> entry in _counts.OrderBy(entry => entry.Value.Ends).Take(MostEntries / 2))
            {
                _counts.TryRemove(entry);
            }
        }
    }

    private sealed record Count(int Failures, DateTimeOffset Ends);
}
