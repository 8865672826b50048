using System.Threading.RateLimiting;

namespace TodoApp.Backend.Tokens;

/// <summary>How many requests an account may make (<c>RATE_LIMIT</c>), with all its sessions and tokens together.</summary>
internal sealed class AccountLimits : IDisposable
{
    private const int Burst = 3;

    private readonly PartitionedRateLimiter<Guid>? _limiter;
    private readonly BackendMetrics _metrics;

    public AccountLimits(BackendSettings settings, BackendMetrics metrics)
    {
        _metrics = metrics;
        if (settings.RateLimit == 0)
        {
            return;
        }

        // Ten times a second, so that a client that waits for its turn does not get a second's worth at once.
        int perSecond = settings.RateLimit;
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond * Burst,
            TokensPerPeriod = Math.Max(1, perSecond / 10),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / perSecond * Math.Max(1, perSecond / 10)),
        };
        _limiter = PartitionedRateLimiter.Create<Guid, Guid>(account => RateLimitPartition.GetTokenBucketLimiter(account, _ => options));
    }

    /// <summary>Takes one request.</summary>
    /// <returns>How long to wait; null when it may go on.</returns>
    internal TimeSpan? Take(Guid account)
    {
        if (_limiter is null)
        {
            return null;
        }

        using RateLimitLease lease = _limiter.AttemptAcquire(account);
        if (lease.IsAcquired)
        {
            return null;
        }

        _metrics.RequestLimited();
        return lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan delay) ? delay : TimeSpan.FromSeconds(1);
    }

    public void Dispose() => _limiter?.Dispose();
}
