using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace TodoApp.ServiceDefaults;

/// <summary>Metrics for Prometheus on a port of their own, traces by OTLP. The only place that names an exporter.</summary>
public static class Telemetry
{
    // Seconds. Fine where a to-do service lives (a few milliseconds), and with the limits 0.2 and 0.5 that alerts use.
    private static readonly double[] DurationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10];

    internal static void AddTelemetry(this WebApplicationBuilder builder, ServiceSettings settings)
    {
        if (settings.MetricsPort is null && settings.OtlpEndpoint is null)
        {
            return;
        }

        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(settings.Name, serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3)));
        if (settings.MetricsPort is not null)
        {
            telemetry.WithMetrics(metrics => metrics
                .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Net.Http", "TodoApp.*")
                .AddRuntimeInstrumentation()
                .AddView("http.server.request.duration", new ExplicitBucketHistogramConfiguration { Boundaries = DurationBuckets })
                .AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0));
        }

        if (settings.OtlpEndpoint is not null)
        {
            telemetry.WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(asp => asp.Filter = context => !Health.IsProbe(context.Request) && !SecretPaths.Contain(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddSource("Npgsql")
                .AddOtlpExporter());
        }
    }

    /// <summary>
    /// On the metrics port there is <c>/metrics</c> and nothing else; on every other port there is no <c>/metrics</c>.
    /// The connection's local port decides: a caller chooses the Host header, but not that.
    /// </summary>
    internal static void UseMetricsPort(this WebApplication app)
    {
        int? metricsPort = app.Services.GetRequiredService<ServiceSettings>().MetricsPort;
        if (metricsPort is null)
        {
            return;
        }

        app.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Connection.LocalPort == metricsPort && context.Request.Path == "/metrics");
        app.Use((context, next) =>
        {
            if (context.Connection.LocalPort != metricsPort)
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
