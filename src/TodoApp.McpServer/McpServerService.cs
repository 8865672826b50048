using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Mcp;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer;

/// <summary>Every task operation, by REST and by MCP.</summary>
public static class McpServerService
{
    /// <summary>The port unless <c>PORT</c> is set.</summary>
    public const int DefaultPort = 8001;

    /// <summary>Builds the service without starting it. It needs <c>DATABASE_URL</c> and <c>INTERNAL_AUTH_KEY</c>.</summary>
    /// <param name="settings">What a process with several services sets over the environment variables.</param>
    /// <param name="configure">Last changes before it is built, for tests.</param>
    /// <exception cref="ConfigurationException">A setting is missing or wrong.</exception>
    public static WebApplication Build(IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.AddSettings(settings);
        builder.AddServiceDefaults(ServiceSettings.Read(builder.Configuration, "mcp-server", DefaultPort));
        McpServerSettings own = McpServerSettings.Read(builder.Configuration);
        IReadOnlyList<byte[]> keys = InternalAuthKeys.Read(builder.Configuration);

        var database = Database.Open(own.Database, own.Pool, TimeProvider.System);
        builder.Services.AddSingleton(_ => database); // By a factory, so that the container disposes of it.
        builder.Services.AddSingleton<ChangeSignals>();
        builder.Services.AddSingleton<SpaceWrites>();
        builder.Services.AddHostedService<ChangeNotifications>();
        builder.Services.AddHostedService<Housekeeping>();
        builder.Services.AddMcp(keys);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database");
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.UseServiceDefaults();
        app.UseRouting();
        app.UseMiddleware<InternalIdentityMiddleware>(keys);
        app.UseMcpRequestGuard();
        app.MapTaskApi();
        app.MapMcpApi();
        return app;
    }

    /// <summary>Brings the schema up to date. A newer schema is left as it is.</summary>
    /// <returns>What was done, in one line.</returns>
    /// <exception cref="ConfigurationException">A setting is missing or wrong, or the database refuses.</exception>
    public static async Task<string> MigrateAsync(IReadOnlyDictionary<string, string?>? settings = null, CancellationToken cancellationToken = default)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build();
        McpServerSettings own = McpServerSettings.Read(configuration);
        await using var database = Database.Open(own.Database, own.Pool, TimeProvider.System);
        (int before, int after) = await database.MigrateAsync(cancellationToken);
        return before == after ? $"The schema of tasks is at version {after} already." : $"The schema of tasks went from version {before} to {after}.";
    }
}
