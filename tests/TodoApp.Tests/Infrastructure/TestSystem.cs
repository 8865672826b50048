using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using TodoApp.Backend;
using TodoApp.Frontend;
using TodoApp.McpServer;

namespace TodoApp.Tests.Infrastructure;

/// <summary>The services in the order in which each stands on the one before.</summary>
public enum Services
{
    /// <summary>mcp-server.</summary>
    McpServer,

    /// <summary>The backend.</summary>
    Backend,

    /// <summary>The frontend.</summary>
    Frontend,
}

/// <summary>
/// The services in this process, over real HTTP on free ports of 127.0.0.1: mcp-server, then as wanted the backend and the frontend
/// in front of it. A service can be stopped and started again on its port.
/// </summary>
public sealed class TestSystem : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly IReadOnlyDictionary<string, string?> _settings;

    private readonly Action<Services, WebApplicationBuilder>? _configure;

    private TestSystem(TestDatabase database, IReadOnlyDictionary<string, string?> settings, Action<Services, WebApplicationBuilder>? configure)
    {
        _database = database;
        _settings = settings;
        _configure = configure;
        McpServer = NewMcpServer();
        Backend = new TestService(FreePort.Next(), port => BackendService.Build(Settings(port), Configure(Services.Backend)));
        Frontend = new TestService(FreePort.Next(), port => FrontendService.Build(Settings(port)));
    }

    /// <summary>mcp-server.</summary>
    public TestService McpServer { get; }

    /// <summary>The backend.</summary>
    public TestService Backend { get; }

    /// <summary>The frontend.</summary>
    public TestService Frontend { get; }

    /// <summary>The key of the internal identity.</summary>
    public byte[] Key { get; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>Migrates the database and starts the services.</summary>
    /// <param name="database">Where the data is; the caller disposes of it afterwards.</param>
    /// <param name="upTo">The last service that is started: mcp-server always is, then the backend, then the frontend.</param>
    /// <param name="settings">Settings over the usual ones.</param>
    /// <param name="configure">Last changes before mcp-server or the backend is built.</param>
    public static async Task<TestSystem> StartAsync(
        TestDatabase database, Services upTo, IReadOnlyDictionary<string, string?>? settings = null, Action<Services, WebApplicationBuilder>? configure = null)
    {
        var system = new TestSystem(database, settings ?? new Dictionary<string, string?>(), configure);
        try
        {
            await McpServerService.MigrateAsync(system.Settings(0));
            if (upTo >= Services.Backend)
            {
                await BackendService.Migrate(system.Settings(0));
            }

            TestService[] all = [system.McpServer, system.Backend, system.Frontend];
            foreach (TestService service in all[..((int)upTo + 1)])
            {
                await service.StartAsync();
            }

            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Puts a real process in the place of mcp-server or of the backend, which can be killed. The caller disposes of it, and starts the
    /// service in this process again.
    /// </summary>
    public async Task<ServiceProcess> ReplaceAsync(Services which)
    {
        TestService service = which == Services.McpServer ? McpServer : Backend;
        await service.StopAsync();
        Dictionary<string, string?> settings = Settings(service.Url.Port);
        ServiceProcess process = which == Services.McpServer ? ServiceProcess.StartMcpServer([], settings) : ServiceProcess.StartDotnet("todo-backend", [], settings);
        await process.WaitForHealthAsync(new Uri(service.Url, "/health"));
        return process;
    }

    /// <summary>A client of mcp-server that signs each request.</summary>
    /// <param name="identity">Who asks; a new person with an empty space unless given.</param>
    public HttpClient McpServerClient(TestIdentity? identity = null) => (identity ?? new TestIdentity()).Client(McpServer.Url, Key);

    /// <summary>A further mcp-server on the same database with the same key, not yet started; the caller disposes of it.</summary>
    public TestService NewMcpServer(Action<WebApplicationBuilder>? configure = null) =>
        new(FreePort.Next(), port => McpServerService.Build(Settings(port), configure ?? Configure(Services.McpServer)));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Frontend.DisposeAsync();
        await Backend.DisposeAsync();
        await McpServer.DisposeAsync();
    }

    private Action<WebApplicationBuilder>? Configure(Services service) => _configure is null ? null : builder => _configure(service, builder);

    private Dictionary<string, string?> Settings(int port)
    {
        var all = new Dictionary<string, string?>
        {
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["BIND"] = "127.0.0.1",
            ["DATABASE_URL"] = _database.Url,
            ["MCP_SERVER_URL"] = McpServer.Url.ToString(),
            ["BACKEND_URL"] = Backend.Url.ToString(),
            ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(Key),
            ["REGISTRATION"] = "open",
            ["REGISTRATION_LIMIT"] = "0",
            ["SHUTDOWN_DELAY"] = "0",
            ["LOG_LEVEL"] = "warning",
            ["METRICS_PORT"] = null,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = null,
        };
        foreach ((string name, string? value) in _settings)
        {
            all[name] = value;
        }

        return all;
    }
}

/// <summary>One of the services in this process.</summary>
/// <param name="port">Its port, the same after a stop and a new start.</param>
/// <param name="build">Builds it to listen there.</param>
public sealed class TestService(int port, Func<int, WebApplication> build) : IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it is, or will be.</summary>
    public Uri Url { get; } = new($"http://127.0.0.1:{port}");

    /// <summary>Its services, while it runs.</summary>
    public IServiceProvider Services => _app?.Services ?? throw new InvalidOperationException("The service is not running.");

    /// <summary>A client without identity.</summary>
    public HttpClient Client() => new() { BaseAddress = Url, Timeout = ServiceProcess.Patience };

    /// <summary>Starts it.</summary>
    public async Task StartAsync()
    {
        _app = build(port);
        await _app.StartAsync();
    }

    /// <summary>Stops it as SIGTERM would.</summary>
    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _app = null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();
}
