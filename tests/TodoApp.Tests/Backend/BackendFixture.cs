using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using TodoApp.Backend;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Backend;

/// <summary>A backend on a migrated database of its own, with a stub for mcp-server.</summary>
public sealed class BackendApp : IAsyncDisposable
{
    /// <summary>A password that every rule likes.</summary>
    public const string Password = "a fine long password";

    private static int _people;

    private readonly Action<WebApplicationBuilder>? _configure;

    private BackendApp(TestDatabase database, IReadOnlyDictionary<string, string?>? settings, Action<WebApplicationBuilder>? configure)
    {
        Database = database;
        _configure = configure;
        Settings = new Dictionary<string, string?>
        {
            ["BIND"] = "127.0.0.1",
            ["DATABASE_URL"] = database.Url,
            ["MCP_SERVER_URL"] = McpServer.Url.ToString(),
            ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(Key),
            ["REGISTRATION"] = "open",
            ["REGISTRATION_LIMIT"] = "0",
            ["RATE_LIMIT"] = "0",
            ["SHUTDOWN_DELAY"] = "0",
            ["LOG_LEVEL"] = "critical",
        };
        foreach ((string name, string? value) in settings ?? new Dictionary<string, string?>())
        {
            Settings[name] = value;
        }

        Service = new TestService(FreePort.Next(), Build);
    }

    /// <summary>Its database.</summary>
    public TestDatabase Database { get; }

    /// <summary>What stands in for mcp-server.</summary>
    public StubMcpServer McpServer { get; } = new();

    /// <summary>The backend.</summary>
    public TestService Service { get; }

    /// <summary>The key of the internal identity.</summary>
    public byte[] Key { get; } = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>The backend's settings.</summary>
    public Dictionary<string, string?> Settings { get; }

    /// <summary>Migrates a new database and starts.</summary>
    public static async Task<BackendApp> StartAsync(
        DatabaseEngine engine, IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        var app = new BackendApp(await TestDatabase.CreateAsync(engine), settings, configure);
        try
        {
            await BackendService.Migrate(app.Settings);
            await app.McpServer.StartAsync();
            await app.Service.StartAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client with a token, or without.</summary>
    public HttpClient Client(string? token = null)
    {
        HttpClient client = Service.Client();
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>An address that no other test uses.</summary>
    public static string NewEmail() => $"person{Interlocked.Increment(ref _people)}@example.com";

    /// <summary>Registers somebody new.</summary>
    /// <param name="email">The address; a new one unless given.</param>
    public async Task<Person> RegisterAsync(string? email = null)
    {
        email ??= NewEmail();
        using HttpClient anyone = Client();
        using HttpResponseMessage response = await anyone.PostAsync("/api/auth/register", Json(new { email, password = Password, timeZone = "Europe/Berlin" }));
        SignedIn signedIn = await ReadAsync<SignedIn>(response, 201);
        return new Person(this, signedIn, Client(signedIn.Token));
    }

    /// <summary>Signs in from an address.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string email, string password, string? from = null)
    {
        using HttpClient anyone = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login") { Content = Json(new { email, password }) };
        if (from is not null)
        {
            request.Headers.Add("X-Forwarded-For", from);
        }

        return await anyone.SendAsync(request);
    }

    /// <summary>A body.</summary>
    public static StringContent Json(object value) => Text(JsonSerializer.Serialize(value));

    /// <summary>A body as it is.</summary>
    public static StringContent Text(string text, string type = "application/json") => new(text, Encoding.UTF8, type);

    /// <summary>Reads an answer and checks its status.</summary>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, int status = 200)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} instead of {status}: {text}");
        return (T)JsonSerializer.Deserialize(text, typeof(T), ContractsJson.Readable)!;
    }

    /// <summary>Reads a problem and checks its kind.</summary>
    public static async Task<Problem> ProblemAsync(HttpResponseMessage response, ProblemKind kind)
    {
        Problem problem = await ReadAsync<Problem>(response, kind.Status);
        Assert.Equal(kind.Type, problem.Type);
        Assert.Equal(Problem.MediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(problem.TraceId);
        return problem;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await McpServer.DisposeAsync();
        await Database.DisposeAsync();
    }

    private WebApplication Build(int port)
    {
        Settings["PORT"] = $"{port}";
        return BackendService.Build(Settings, builder =>
        {
            // Real hashes, but cheap ones: the tests make many.
            builder.Services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);
            _configure?.Invoke(builder);
        });
    }
}

/// <summary>Somebody who is signed in.</summary>
public sealed record Person(BackendApp App, SignedIn SignedIn, HttpClient Client)
{
    /// <summary>Makes a personal token.</summary>
    public async Task<PersonalToken> MakeTokenAsync(params string[] scopes)
    {
        using HttpResponseMessage response = await Client.PostAsync("/api/tokens", BackendApp.Json(new { name = "Laptop assistant", scopes }));
        return await BackendApp.ReadAsync<PersonalToken>(response, 201);
    }
}

/// <summary>A backend that the tests of one class share; started by the first test.</summary>
public abstract class BackendFixture(DatabaseEngine engine) : IAsyncDisposable
{
    private Task<BackendApp>? _app;

    /// <summary>The engine.</summary>
    public DatabaseEngine Engine => engine;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_app is { IsCompletedSuccessfully: true })
        {
            await (await _app).DisposeAsync();
        }
    }

    internal Task<BackendApp> GetAsync()
    {
        NeedEngine(engine);
        return _app ??= BackendApp.StartAsync(engine, new Dictionary<string, string?> { ["TRUSTED_PROXIES"] = "127.0.0.1" });
    }

    internal static void NeedEngine(DatabaseEngine engine)
    {
        if (engine == DatabaseEngine.PostgreSql)
        {
            Requirements.NeedPostgres();
        }
    }
}

/// <summary>On SQLite.</summary>
public sealed class SqliteBackend() : BackendFixture(DatabaseEngine.Sqlite);

/// <summary>On PostgreSQL.</summary>
public sealed class PostgresBackend() : BackendFixture(DatabaseEngine.PostgreSql);

/// <summary>Tests that share a backend.</summary>
public abstract class BackendTests(BackendFixture fixture) : IAsyncLifetime
{
    /// <summary>The backend.</summary>
    protected BackendApp App { get; private set; } = null!;

    /// <summary>Its engine.</summary>
    protected DatabaseEngine Engine => fixture.Engine;

    /// <summary>Ends with the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => App = await fixture.GetAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for something that has no event of its own to wait for.</summary>
    protected static async Task EventuallyAsync(Func<Task<bool>> happened)
    {
        while (!await happened())
        {
            await Task.Delay(20, Cancel);
        }
    }
}
