using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using TodoApp.Backend;
using TodoApp.Frontend;
using TodoApp.McpServer;
using TodoApp.ServiceDefaults;

namespace TodoApp.Laptop;

/// <summary>Migrates the database and runs the three services until Ctrl+C or SIGTERM. They talk by HTTP as on a cluster.</summary>
internal static class Serve
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    public static async Task<int> Run(string? data, int port, int backendPort, int mcpPort, bool sample)
    {
        using DataFolder folder = DataFolder.Open(data);
        CheckPort(port, "--port");
        CheckPort(backendPort, "--backend-port");
        CheckPort(mcpPort, "--mcp-port");
        Dictionary<string, string?> common = Common(folder);
        await Migrate(common);

        var stop = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        PosixSignalRegistration[] signals = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.TrySetResult(true);
        }))];
        var running = new Stack<WebApplication>();
        try
        {
            Uri mcpServer = await Start(McpServerService.Build(With(common, mcpPort), LeaveSignals), mcpPort, "--mcp-port");
            Uri backend = await Start(BackendService.Build(With(common, backendPort, ("MCP_SERVER_URL", mcpServer), ("TRUSTED_PROXIES", "127.0.0.0/8")), LeaveSignals), backendPort, "--backend-port");
            if (sample)
            {
                string? password = await Sample.Add(backend, TimeProvider.System, CancellationToken.None);
                await Console.Out.WriteLineAsync(password is null
                    ? $"The sample account {Sample.Email} is there already. Nothing was added."
                    : $"The sample account is there. Sign in with {Sample.Email} and the password {password}, which is shown only here.");
            }

            Dictionary<string, string?> outermost = With(common, port, ("BACKEND_URL", backend));
            // Metrics and traces are the process's: one service shows those of all.
            outermost["METRICS_PORT"] = Environment.GetEnvironmentVariable("METRICS_PORT");
            outermost["OTEL_EXPORTER_OTLP_ENDPOINT"] = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT");
            Uri frontend = await Start(FrontendService.Build(outermost, LeaveSignals), port, "--port");
            await Console.Out.WriteLineAsync($"Todo App is ready at {frontend.GetLeftPart(UriPartial.Authority)}");

            bool asked = await stop.Task;
            return asked ? 0 : throw new CommandFailedException("A service stopped by itself. Its log says why.");
        }
        finally
        {
            // The outermost first, so that what it still answers finds the others.
            foreach (WebApplication app in running)
            {
                await app.StopAsync();
                await app.DisposeAsync();
            }

            foreach (PosixSignalRegistration signal in signals)
            {
                signal.Dispose();
            }
        }

        async Task<Uri> Start(WebApplication app, int wanted, string option)
        {
            running.Push(app);
            app.Lifetime.ApplicationStopping.Register(() => stop.TrySetResult(false));
            try
            {
                await app.StartAsync();
            }
            catch (Exception exception) when (exception is SocketException or IOException { InnerException: AddressInUseException })
            {
                throw PortFailed(wanted, option, exception);
            }

            return new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        }
    }

    /// <summary>Before anything is touched. Another program may still take the port until it is used.</summary>
    private static void CheckPort(int port, string option)
    {
        if (port == 0)
        {
            return;
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw PortFailed(port, option, exception);
        }
    }

    private static CommandFailedException PortFailed(int port, string option, Exception exception) => new(
        exception is SocketException { SocketErrorCode: not SocketError.AddressAlreadyInUse } other
            ? $"Port {port} of 127.0.0.1 can't be used: {other.Message}. Choose another with {option}."
            : $"Port {port} of 127.0.0.1 is in use. Choose another with {option}, for example {option} 0 for any that is free.",
        exception);

    // Each would stop by itself at a signal, all at once.
    private static void LeaveSignals(WebApplicationBuilder builder) => builder.Services.AddSingleton<IHostLifetime, NoSignals>();

    /// <summary>What all three are told.</summary>
    private static Dictionary<string, string?> Common(DataFolder folder)
    {
        string? url = Environment.GetEnvironmentVariable("DATABASE_URL");
        bool postgres = !string.IsNullOrWhiteSpace(url);
        if (postgres && DatabaseUrl.Parse(url).Engine == DatabaseEngine.Sqlite)
        {
            throw new ConfigurationException("DATABASE_URL names a folder for SQLite. Unset it, and choose the folder with --data DIR.");
        }

        return new Dictionary<string, string?>
        {
            ["BIND"] = "127.0.0.1",
            ["DATABASE_URL"] = postgres ? url : "sqlite:" + folder.Path,
            ["INTERNAL_AUTH_KEY"] = Or("INTERNAL_AUTH_KEY", folder.InternalKey()),
            ["REGISTRATION"] = Or("REGISTRATION", "open"),
            ["REGISTRATION_LIMIT"] = Or("REGISTRATION_LIMIT", "0"), // Everybody comes from the same address here.
            ["SHUTDOWN_DELAY"] = Or("SHUTDOWN_DELAY", "0"),
            ["LOG_LEVEL"] = Or("LOG_LEVEL", "warning"),
            ["LOG_FORMAT"] = Or("LOG_FORMAT", "text"),
            ["METRICS_PORT"] = null,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = null,
        };
    }

    private static string Or(string name, string otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : otherwise;

    private static Dictionary<string, string?> With(Dictionary<string, string?> common, int port, params ReadOnlySpan<(string Name, object Value)> more)
    {
        var settings = new Dictionary<string, string?>(common) { ["PORT"] = port.ToString(CultureInfo.InvariantCulture) };
        foreach ((string name, object value) in more)
        {
            settings[name] = value.ToString();
        }

        return settings;
    }

    private static async Task Migrate(Dictionary<string, string?> settings)
    {
        try
        {
            await McpServerService.MigrateAsync(settings);
            await BackendService.Migrate(settings);
        }
        catch (Exception exception) when (exception is DbException or ServiceUnavailableException or TimeoutException or SocketException)
        {
            throw new CommandFailedException($"The database can't be used: {exception.GetBaseException().Message}", exception);
        }
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
