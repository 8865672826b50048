using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Polly.CircuitBreaker;
using TodoApp.Backend.Accounts;
using TodoApp.Backend.Calendar;
using TodoApp.Backend.Gateway;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend;

/// <summary>Accounts, tokens, limits, and the public API in front of mcp-server.</summary>
public static class BackendService
{
    /// <summary>The port unless <c>PORT</c> is set.</summary>
    public const int DefaultPort = 8000;

    /// <summary>Builds the service without starting it. It starts without its database too, and turns ready when that is there and migrated.</summary>
    /// <param name="settings">What a process with several services sets over the environment variables.</param>
    /// <param name="configure">Last changes before it is built, for tests.</param>
    /// <exception cref="ConfigurationException">A setting is missing or wrong.</exception>
    public static WebApplication Build(IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.AddSettings(settings);
        builder.AddServiceDefaults(ServiceSettings.Read(builder.Configuration, "backend", DefaultPort));
        BackendSettings backend = BackendSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(backend);
        builder.Services.AddSingleton<BackendMetrics>();
        AddStorage(builder.Services, builder.Configuration);
        AddAccounts(builder.Services, backend);
        AddTokens(builder.Services, backend);
        AddGateway(builder.Services, backend);
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.UseServiceDefaults();
        app.UseTrustedProxies(backend.Origin);
        app.UseHostCheck(backend.Origin);
        app.UseDatabaseErrors();
        app.UseApiHeaders();
        app.UseAuthentication();
        AccountRoutes.Map(app);
        TaskGateway.Map(app);
        ApiReference.Map(app);
        return app;
    }

    /// <summary>Brings the database's schema up to what this program needs; a newer one is left as it is. Safe to run in several processes at once.</summary>
    /// <param name="settings">What stands over the environment variables: <c>DATABASE_URL</c> and what belongs to it.</param>
    /// <param name="cancellation">Stops it; what is half done is done by the next run.</param>
    /// <returns>The names of the migrations that were applied, in order.</returns>
    /// <exception cref="ConfigurationException"><c>DATABASE_URL</c> is missing or wrong.</exception>
    /// <exception cref="TimeoutException">Another process has been migrating for two minutes.</exception>
    public static async Task<IReadOnlyList<string>> Migrate(IReadOnlyDictionary<string, string?>? settings = null, CancellationToken cancellation = default)
    {
        await using AccountsDatabase database = AccountsDatabase.Open(Configuration(settings), create: true);
        return await Migrator.Migrate(database, TimeProvider.System, cancellation);
    }

    internal static IConfiguration Configuration(IReadOnlyDictionary<string, string?>? settings) => new ConfigurationBuilder()
        .AddEnvironmentVariables()
        .AddInMemoryCollection(settings ?? new Dictionary<string, string?>())
        .Build();

    private static void AddStorage(IServiceCollection services, IConfiguration configuration)
    {
#pragma warning disable CA2000 // The container made by this builder closes it: it comes from a factory.
        AccountsDatabase database = AccountsDatabase.Open(configuration);
#pragma warning restore CA2000
        services.AddSingleton(_ => database);
        if (database.Engine == DatabaseEngine.PostgreSql)
        {
            services.AddDbContextPool<AccountsDb, PostgresAccountsDb>(database.Configure);
        }
        else
        {
            services.AddDbContextPool<AccountsDb, SqliteAccountsDb>(database.Configure);
        }

        services.AddHealthChecks().AddCheck<SchemaHealthCheck>("database");
        services.AddHostedService<Cleanup>();
    }

    private static void AddAccounts(IServiceCollection services, BackendSettings settings)
    {
        // Identity's user store and hasher; what it would validate is validated before, with errors that name the field.
        services.AddIdentityCore<AccountRow>().AddUserStore<UserOnlyStore<AccountRow, AccountsDb, Guid>>();
        services.RemoveAll<IUserValidator<AccountRow>>();
        services.RemoveAll<IPasswordValidator<AccountRow>>();
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = Passwords.Iterations);
        services.AddSingleton<IPasswordHasher<AccountRow>, PasswordHasher<AccountRow>>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<RegistrationLimit>();
        services.AddSingleton<CalendarLimit>();
        services.AddSingleton(provider => new AccountDeletion(
            provider.GetRequiredService<IServiceScopeFactory>(), settings.McpServerUrl, provider.GetRequiredService<InternalJwt>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AccountDeletion>>()));
        services.AddHostedService(provider => provider.GetRequiredService<AccountDeletion>());
    }

    private static void AddTokens(IServiceCollection services, BackendSettings settings)
    {
        services.AddSingleton<CallerReader>();
        services.AddSingleton<AccountLimits>();
        services.AddSingleton(provider => new TakeBack(settings.McpServerUrl, provider.GetRequiredService<InternalJwt>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LastUse>();
        services.AddHostedService(provider => provider.GetRequiredService<LastUse>());
    }

    private static void AddGateway(IServiceCollection services, BackendSettings settings)
    {
        services.AddHttpForwarder();
        services.AddSingleton(_ => new Upstream("The task service", settings.McpServerUrl) { HeaderTimeout = Circuit.HeaderTimeout });
        services.AddSingleton<CircuitBreakerStateProvider>();
        services.AddSingleton(provider => Circuit.Make(provider.GetRequiredService<CircuitBreakerStateProvider>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<InternalJwt>();
        services.AddSingleton<StreamWatch>();
        services.AddSingleton<TaskGateway>();
    }

    /// <summary>A database that is away is 503, and two requests that meet are 409 or 401: no defects.</summary>
    private static void UseDatabaseErrors(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is not ServiceUnavailableException && AccountsDatabase.IsAway(exception) && !context.RequestAborted.IsCancellationRequested)
        {
            throw new ServiceUnavailableException("The accounts' database is away for the moment. Try again.", exception);
        }
        catch (DbUpdateConcurrencyException)
        {
            await context.WriteProblem(ProblemKind.Conflict, "Another request has changed the account at the same time. Try again.");
        }
        catch (DbUpdateException exception) when (AccountsDatabase.IsOrphan(exception))
        {
            await Answers.Problem(ProblemKind.Unauthorized, "The account has just been deleted.").ExecuteAsync(context);
        }
    });

    private static void UseApiHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // Before what comes from mcp-server, which says itself what may be stored.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        return next(context);
    });
}
