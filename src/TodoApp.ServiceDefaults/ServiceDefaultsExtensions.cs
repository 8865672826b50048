using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TodoApp.ServiceDefaults;

/// <summary>What every service does alike.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>How long open requests may take after the shutdown delay before they are cut off.</summary>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(25);

    /// <summary>The largest body unless a route says otherwise: 1 MiB.</summary>
    public const long BodyLimit = 1024 * 1024;

    /// <summary>Adds logs, listening, health, metrics, traces, shutdown.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, ServiceSettings settings)
    {
        builder.Services.AddSingleton(settings);
        AddLogs(builder, settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit;
            kestrel.Listen(settings.Bind, settings.Port, Http1);
            if (settings.MetricsPort is int metricsPort)
            {
                kestrel.Listen(settings.MetricsBind ?? settings.Bind, metricsPort, Http1);
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.ShutdownDelay + DrainTimeout);
        builder.Services.AddHostedService<ShutdownDelay>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks().AddCheck<DrainingHealthCheck>("draining");
        builder.AddTelemetry(settings);
        return builder;
    }

    /// <summary>
    /// Adds the first steps of every request: metrics on their own port, the end of connections, errors as problem details, health.
    /// Call it first.
    /// </summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseMetricsPort();
        app.UseLastAnswers();
        app.UseProblems();
        app.MapHealth();
        return app;
    }

    /// <summary>Starts the service and returns when it has ended after SIGTERM or Ctrl+C.</summary>
    /// <exception cref="ConfigurationException">Its port is in use, or may not be used.</exception>
    public static async Task ServeAsync(this WebApplication app)
    {
        await using (app)
        {
            ServiceSettings settings = app.Services.GetRequiredService<ServiceSettings>();
            try
            {
                await app.StartAsync();
            }
            catch (Exception exception) when (exception is SocketException || exception.InnerException is AddressInUseException)
            {
                throw new ConfigurationException(
                    $"{settings.Name} can't listen on {settings.Bind}: {exception.Message.TrimEnd('.')}. Set PORT{(settings.MetricsPort is null ? "" : " or METRICS_PORT")} to a free port.", exception);
            }

            await app.WaitForShutdownAsync();
        }
    }

    /// <summary>Adds the environment variables, and over them what a host sets for one of several services in its process.</summary>
    public static WebApplicationBuilder AddSettings(this WebApplicationBuilder builder, IReadOnlyDictionary<string, string?>? settings)
    {
        // Only the documented variables count: no appsettings.json, no ASPNETCORE_URLS.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddEnvironmentVariables();
        if (settings is not null)
        {
            builder.Configuration.AddInMemoryCollection(settings);
        }

        return builder;
    }

    private static void Http1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;

    private static void AddLogs(WebApplicationBuilder builder, ServiceSettings settings)
    {
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(settings.LogLevel);
        if (settings.LogLevel >= LogLevel.Information)
        {
            LogLevel quiet = settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning;
            // One line per request is the access log's work, which metrics and traces do better.
            builder.Logging.AddFilter("Microsoft", quiet);
            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", settings.LogLevel);
            builder.Logging.AddFilter("System", quiet);
            builder.Logging.AddFilter("Polly", quiet);
            builder.Logging.AddFilter("Yarp", quiet);
            builder.Logging.AddFilter("ModelContextProtocol", quiet);
            builder.Logging.AddFilter("Npgsql", quiet);
        }

        // At the lowest levels these write the paths of requests, of which some are secrets.
        foreach (string category in (string[])["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.StaticFiles", "Microsoft.AspNetCore.StaticAssets", "System.Net.Http", "Yarp"])
        {
            builder.Logging.AddFilter(category, settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning);
        }

        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (settings.JsonLogs)
        {
            builder.Logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                json.IncludeScopes = true;
            });
        }
        else
        {
            builder.Logging.AddSimpleConsole(text => text.SingleLine = true);
            builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
                console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }
    }
}
