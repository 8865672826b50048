using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace TodoApp.ServiceDefaults;

/// <summary>
/// Keeps the server accepting for a while after SIGTERM. Kubernetes takes a pod out of its Service only some time after
/// the signal, and until then sends it new requests. (A preStop sleep would do the same, but exists only from Kubernetes 1.30.)
/// </summary>
internal sealed class ShutdownDelay(ServiceSettings settings, TimeProvider time) : IHostedLifecycleService
{
    // Hosted services are told that they will be stopped before Kestrel, which is one of them, is stopped.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (settings.ShutdownDelay > TimeSpan.Zero)
        {
            await Task.Delay(settings.ShutdownDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Sends clients elsewhere that keep their connections.</summary>
internal static class LastAnswers
{
    /// <summary>
    /// From SIGTERM on, each answer is the last of its connection (RFC 9112, section 9.6): a client's next request opens a new one, which
    /// leads to another pod. Else it would come over a connection that closes at that moment, when the delay ends.
    /// </summary>
    internal static void UseLastAnswers(this WebApplication app)
    {
        CancellationToken stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        app.Use((context, next) =>
        {
            if (stopping.IsCancellationRequested)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}

/// <summary>Says no as soon as SIGTERM has come.</summary>
internal sealed class DrainingHealthCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("shutting down")
            : HealthCheckResult.Healthy());
}
