using System.Threading.RateLimiting;
using TodoApp.Backend.Accounts;

namespace TodoApp.Backend.Calendar;

/// <summary>How many calendars may be asked for from one address: two a second, and up to 120 at once, since one calendar service reads for many people.</summary>
internal sealed class CalendarLimit : IDisposable
{
    private static readonly TokenBucketRateLimiterOptions Options = new()
    {
        TokenLimit = 120,
        TokensPerPeriod = 2,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };

    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, string>(
        context => RateLimitPartition.GetTokenBucketLimiter(ClientAddress.LimitKey(context), _ => Options));

    /// <summary>Takes one request.</summary>
    /// <returns>How long to wait; null when it may go on.</returns>
    internal TimeSpan? Take(HttpContext context)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(context);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan delay) ? delay : TimeSpan.FromSeconds(1);
    }

    public void Dispose() => _limiter.Dispose();
}
