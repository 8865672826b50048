using System.Threading.RateLimiting;

namespace TodoApp.Backend.Accounts;

/// <summary>How many registrations may come from one address (<c>REGISTRATION_LIMIT</c>), also those that meet an address that is taken, so that nobody can ask through a list of addresses.</summary>
internal sealed class RegistrationLimit : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext>? _limiter;

    public RegistrationLimit(BackendSettings settings)
    {
        if (settings.RegistrationLimit == 0)
        {
            return;
        }

        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.RegistrationLimit,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromHours(1) / settings.RegistrationLimit,
        };
        _limiter = PartitionedRateLimiter.Create<HttpContext, string>(
            context => RateLimitPartition.GetTokenBucketLimiter(ClientAddress.LimitKey(context), _ => options));
    }

    /// <summary>Takes one registration.</summary>
    /// <returns>How long to wait; null when it may go on.</returns>
    internal TimeSpan? Take(HttpContext context)
    {
        using RateLimitLease? lease = _limiter?.AttemptAcquire(context);
        return lease is not { IsAcquired: false } ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan delay) ? delay
            : TimeSpan.FromSeconds(60);
    }

    public void Dispose() => _limiter?.Dispose();
}
