using TodoApp.ServiceDefaults;

namespace TodoApp.Backend;

/// <summary>Accounts, tokens, limits, and the public API in front of mcp-server.</summary>
public static class BackendService
{
    /// <summary>The port unless <c>PORT</c> is set.</summary>
    public const int DefaultPort = 8000;

    /// <summary>Builds the service without starting it.</summary>
    /// <param name="settings">What a process with several services sets over the environment variables.</param>
    /// <param name="configure">Last changes before it is built, for tests.</param>
    /// <exception cref="ConfigurationException">A setting is missing or wrong.</exception>
    public static WebApplication Build(IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.AddSettings(settings);
        builder.AddServiceDefaults(ServiceSettings.Read(builder.Configuration, "backend", DefaultPort));
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.UseServiceDefaults();
        return app;
    }
}
