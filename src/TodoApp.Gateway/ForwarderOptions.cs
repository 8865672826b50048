using Microsoft.AspNetCore.Http;
using Polly;

namespace TodoApp.Gateway;

/// <summary>What one service does differently from the other when it passes requests on.</summary>
public sealed record ForwarderOptions
{
    /// <summary>Has the last word on an outgoing request, once for each attempt: this is where <c>Authorization</c> is set.</summary>
    public Action<HttpContext, HttpRequestMessage>? Prepare { get; init; }

    /// <summary>
    /// Wraps the send of a buffered request with its retry, until the response's headers. It sees a <see cref="ServiceDefaults.ServiceUnavailableException"/>
    /// for a failed connection or for no headers in time, a <see cref="TimeoutException"/> after <see cref="SlowAfter"/>, and a result for
    /// every status. A rejection by it, such as an open circuit's, is answered with 503 at once and not logged. Streams never pass it.
    /// </summary>
    public ResiliencePipeline? Pipeline { get; init; }

    /// <summary>
    /// After how long without headers <see cref="Pipeline"/> takes the other service for away. The request itself goes on waiting, up to
    /// the <see cref="Upstream.HeaderTimeout"/>: what is only slow is still answered.
    /// </summary>
    public TimeSpan SlowAfter { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether the next service gets the caller's Host header, already checked here, instead of its own name.</summary>
    public bool KeepHost { get; init; }
}
