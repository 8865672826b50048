using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace TodoApp.ServiceDefaults;

/// <summary>The settings that every service has, each read from the environment variable in its description.</summary>
public sealed record ServiceSettings
{
    /// <summary>The service's name in logs, metrics and traces.</summary>
    public required string Name { get; init; }

    /// <summary><c>PORT</c>; 0 takes any free port.</summary>
    public required int Port { get; init; }

    /// <summary><c>BIND</c>: the address to listen on; 127.0.0.1 unless set. Images set 0.0.0.0.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary><c>METRICS_PORT</c>: where Prometheus finds <c>/metrics</c>; none unless set.</summary>
    public int? MetricsPort { get; init; }

    /// <summary><c>METRICS_BIND</c>: the address of that port; that of <see cref="Bind"/> unless set.</summary>
    public IPAddress? MetricsBind { get; init; }

    /// <summary><c>SHUTDOWN_DELAY</c>: how long after SIGTERM requests are still accepted while <c>/health</c> says no. Seconds, 0 to 300; 5 unless set.</summary>
    public TimeSpan ShutdownDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>LOG_LEVEL</c>: trace, debug, info, warning, error, critical or none; info unless set.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary><c>LOG_FORMAT</c>: <c>json</c> on standard output (unless set), or <c>text</c> on standard error.</summary>
    public bool JsonLogs { get; init; } = true;

    /// <summary><c>OTEL_EXPORTER_OTLP_ENDPOINT</c>: where traces go; nowhere unless set. The exporter reads OpenTelemetry's other variables by itself.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="configuration">Environment variables, and what a host sets over them.</param>
    /// <param name="name">The service's name.</param>
    /// <param name="port">The port unless <c>PORT</c> is set.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public static ServiceSettings Read(IConfiguration configuration, string name, int port) => new()
    {
        Name = name,
        Port = Number(configuration, "PORT", 0, 65535) ?? port,
        Bind = ReadAddress(configuration, "BIND") ?? IPAddress.Loopback,
        MetricsBind = ReadAddress(configuration, "METRICS_BIND"),
        MetricsPort = Number(configuration, "METRICS_PORT", 1, 65535),
        ShutdownDelay = TimeSpan.FromSeconds(Number(configuration, "SHUTDOWN_DELAY", 0, 300) ?? 5),
        LogLevel = ReadLogLevel(configuration),
        JsonLogs = configuration["LOG_FORMAT"] switch
        {
            null or "" or "json" => true,
            "text" => false,
            _ => throw new ConfigurationException("LOG_FORMAT must be json or text."),
        },
        OtlpEndpoint = Url(configuration, "OTEL_EXPORTER_OTLP_ENDPOINT"),
    };

    /// <summary>Reads a whole number.</summary>
    /// <returns>Null when the setting is absent or empty.</returns>
    /// <exception cref="ConfigurationException">It is not a number from <paramref name="least"/> to <paramref name="most"/>.</exception>
    public static int? Number(IConfiguration configuration, string name, int least, int most)
    {
        string? text = configuration[name];
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new ConfigurationException($"{name} is '{text}': it must be a whole number from {least} to {most}.");
    }

    /// <summary>Reads an absolute http or https URL.</summary>
    /// <returns>Null when the setting is absent or empty.</returns>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public static Uri? Url(IConfiguration configuration, string name)
    {
        string? text = configuration[name];
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new ConfigurationException($"{name} must be a URL that starts with http:// or https://.");
    }

    private static IPAddress? ReadAddress(IConfiguration configuration, string name)
    {
        string? text = configuration[name];
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(text, out IPAddress? address) ? address
            : throw new ConfigurationException($"{name} is '{text}': it must be an IP address, for example 0.0.0.0 or 127.0.0.1.");
    }

    private static LogLevel ReadLogLevel(IConfiguration configuration) => configuration["LOG_LEVEL"]?.Trim().ToLowerInvariant() switch
    {
        null or "" or "info" or "information" => LogLevel.Information,
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "critical" => LogLevel.Critical,
        "none" => LogLevel.None,
        _ => throw new ConfigurationException($"LOG_LEVEL is '{configuration["LOG_LEVEL"]}': it must be trace, debug, info, warning, error, critical or none."),
    };
}
