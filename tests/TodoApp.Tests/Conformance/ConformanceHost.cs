using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Conformance;

/// <summary>
/// mcp-server, as it is built for use, with the suite's tools, prompts and resources beside its own. In front of it is what the backend
/// does for it: the host check and the identity. (The suite can send no header.)
/// </summary>
internal sealed class ConformanceHost : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly TestSystem _system;

    private ConformanceHost(TestDatabase database, TestSystem system)
    {
        _database = database;
        _system = system;
    }

    /// <summary>Where the suite finds it.</summary>
    public Uri Url => new(_system.McpServer.Url, "/mcp");

    /// <summary>Starts it.</summary>
    /// <param name="withSessions">Whether clients that send <c>initialize</c> get a session, which the product never gives.</param>
    public static async Task<ConformanceHost> StartAsync(bool withSessions)
    {
        TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
        var identity = new TestIdentity();
        TestSystem? system = null;
        system = await TestSystem.StartAsync(database, Services.McpServer, new Dictionary<string, string?> { ["LOG_LEVEL"] = "critical" }, (_, builder) =>
        {
            FixtureTools.Add(builder.Services);
            FixtureQuestions.Add(builder.Services);
            FixturePrompts.Add(builder.Services);
            builder.Services.AddSingleton<IStartupFilter>(new Before(app =>
            {
                app.UseHostCheck(new OriginSettings());
                app.Use((context, next) =>
                {
                    context.Request.Headers.Authorization = "Bearer " + identity.Sign(system!.Key, TimeProvider.System.GetUtcNow());
                    return next(context);
                });
            }));
            if (withSessions)
            {
                AddSessions(builder.Services);
            }
        });
        return new ConformanceHost(database, system);
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static void AddSessions(IServiceCollection services)
    {
        services.Configure<HttpServerTransportOptions>(transport => transport.SessionMode = HttpServerSessionMode.StatefulForInitializeClients);
        services.AddMcpServer()
            .WithSubscribeToResourcesHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
            .WithUnsubscribeFromResourcesHandler((_, _) => ValueTask.FromResult(new EmptyResult()));
    }
}

/// <summary>Puts steps before all others of a service.</summary>
internal sealed class Before(Action<IApplicationBuilder> add) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        add(app);
        next(app);
    };
}
