using Polly;
using Polly.CircuitBreaker;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Gateway;

/// <summary>
/// While mcp-server is away requests are answered at once instead of each waiting for it. Opens when at least half of at least
/// ten requests in ten seconds found no connection or got no headers in time; after a second one request tries again. What
/// mcp-server answers, whatever its status, never counts: one caller's errors must not shut out everybody. A request that counts as
/// slow is not given up: on a busy node it is answered late, not refused.
/// </summary>
internal static class Circuit
{
    /// <summary>How long the response's headers may take before the request counts as failed.</summary>
    internal static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(2);

    /// <summary>How long a request waits for them; less than the ten seconds that the frontend waits for the backend.</summary>
    internal static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(8);

    /// <summary>How long it stays open before one request tries.</summary>
    internal static readonly TimeSpan Break = TimeSpan.FromSeconds(1);

    internal static ResiliencePipeline Make(CircuitBreakerStateProvider state, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is ServiceUnavailableException or TimeoutException),
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = Break,
                StateProvider = state,
            })
            .Build();
}
