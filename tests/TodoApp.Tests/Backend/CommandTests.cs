using TodoApp.Backend;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Backend;

/// <summary>The commands of <c>todo-backend</c>.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_operator_lists_resets_disables_enables_and_deletes(DatabaseEngine engine)
    {
        BackendFixture.NeedEngine(engine);
        await using BackendApp app = await BackendApp.StartAsync(engine);
        Person person = await app.RegisterAsync();
        string email = person.SignedIn.User.Email;
        Assert.Contains($"{email}\t", await OutputAsync(app, "users", "list"), StringComparison.Ordinal);

        string password = await OutputAsync(app, "users", "reset-password", email.ToUpperInvariant());
        using (HttpResponseMessage ended = await person.Client.GetAsync("/api/account", TestContext.Current.CancellationToken))
        {
            Assert.Equal(401, (int)ended.StatusCode);
        }

        using HttpResponseMessage signIn = await app.SignInAsync(email, password);
        using HttpClient client = app.Client((await ReadAsync<SignedIn>(signIn)).Token);

        await OutputAsync(app, "users", "disable", email);
        using HttpResponseMessage off = await client.GetAsync("/api/account", TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)off.StatusCode);
        using HttpResponseMessage noSignIn = await app.SignInAsync(email, password);
        await ProblemAsync(noSignIn, ProblemKind.AccountDisabled);
        using HttpResponseMessage wrong = await app.SignInAsync(email, "a wrong password");
        await ProblemAsync(wrong, ProblemKind.Unauthorized);

        await OutputAsync(app, "users", "enable", email);
        using HttpResponseMessage on = await client.GetAsync("/api/account", TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)on.StatusCode);

        await OutputAsync(app, "users", "delete", email);
        using HttpResponseMessage gone = await client.GetAsync("/api/account", TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)gone.StatusCode);
        (int code, _, string error) = await RunAsync(app.Settings, "users", "disable", "nobody@example.com");
        Assert.Equal((1, "There is no account with this e-mail address."), (code, error));
    }

    [Theory]
    [InlineData("mcp-server")]
    [InlineData("todo-frontend")]
    public async Task Every_program_can_ask_whether_it_is_well(string program)
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        foreach ((string url, int code) in (IEnumerable<(string, int)>)[($"{app.Service.Url}health/live", 0), ($"{app.Service.Url}nothing", 1), ($"http://127.0.0.1:{FreePort.Next()}/", 1), ("nonsense", 2)])
        {
            await using ServiceProcess process = ServiceProcess.StartDotnet(program, ["check", url]);
            Assert.Equal(code, await process.WaitForExitAsync());
        }
    }

    [Fact]
    public async Task Check_tells_whether_a_URL_answers()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Assert.Equal(0, (await RunAsync(app.Settings, "check", $"{app.Service.Url}health")).Code);
        Assert.Equal(1, (await RunAsync(app.Settings, "check", $"{app.Service.Url}nothing")).Code);
        Assert.Equal(1, (await RunAsync(app.Settings, "check", $"http://127.0.0.1:{FreePort.Next()}/")).Code);
        Assert.Equal(2, (await RunAsync(app.Settings, "check", "nonsense")).Code);
        Assert.Equal(2, (await RunAsync(app.Settings, "check")).Code);
        Assert.Equal(2, (await RunAsync(app.Settings, "nonsense")).Code);
        Assert.Equal(0, (await RunAsync(app.Settings, "--help")).Code);
    }

    [Theory]
    [InlineData("DATABASE_URL", null)]
    [InlineData("DATABASE_URL", "mysql://a@b/c")]
    [InlineData("DATABASE_URL", "postgresql://todo:s3cret@127.0.0.1:99999/todo")]
    [InlineData("DATABASE_URL", "postgresql://todo:s3cret@127.0.0.1/todo?unknown=1")]
    [InlineData("DATABASE_URL", "Host=127.0.0.1;Password=s3cret;Nonsense=1")]
    [InlineData("DATABASE_URL", "Host=127.0.0.1;Password=s3cret;Port=many")]
    [InlineData("DATABASE_URL", "sqlite:")]
    [InlineData("DATABASE_POOL", "0")]
    [InlineData("INTERNAL_AUTH_KEY", null)]
    [InlineData("INTERNAL_AUTH_KEY", "s3cret")]
    [InlineData("MCP_SERVER_URL", "mcp-server:8001")]
    [InlineData("PUBLIC_URL", "https://todo.example.com/path")]
    [InlineData("ALLOWED_HOSTS", "https://todo.example.com")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/99")]
    [InlineData("REGISTRATION", "maybe")]
    [InlineData("RATE_LIMIT", "-1")]
    [InlineData("REGISTRATION_LIMIT", "many")]
    [InlineData("PORT", "70000")]
    public async Task A_wrong_setting_ends_the_start_with_one_line_that_names_it(string name, string? value)
    {
        var settings = new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = "sqlite:/nonexistent",
            ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(new byte[32]),
            [name] = value,
        };
        (int code, string output, string error) = await RunAsync(settings);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(name, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_a_process_it_migrates_serves_and_drains_on_SIGTERM()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
        int port = FreePort.Next();
        var settings = new Dictionary<string, string?>
        {
            ["PORT"] = $"{port}",
            ["SHUTDOWN_DELAY"] = "3",
            ["DATABASE_URL"] = database.Url,
            ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(new byte[32]),
        };
        await using ServiceProcess server = ServiceProcess.StartDotnet("todo-backend", [], settings);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = ServiceProcess.Patience };
        await server.WaitForHealthAsync(new Uri(client.BaseAddress, "/health/live"));
        using HttpResponseMessage notYet = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(503, (int)notYet.StatusCode);
        using HttpResponseMessage away = await client.PostAsync("/api/auth/login", Json(new { email = "x@example.com", password = Password }), TestContext.Current.CancellationToken);
        await ProblemAsync(away, ProblemKind.Unavailable);

        await using ServiceProcess migrate = ServiceProcess.StartDotnet("todo-backend", ["migrate"], settings);
        Assert.Equal(0, await migrate.WaitForExitAsync());
        await server.WaitForHealthAsync(new Uri(client.BaseAddress, "/health"));

        server.Terminate();
        await server.WaitForLineAsync("shutting down");
        using HttpResponseMessage draining = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(503, (int)draining.StatusCode);
        using HttpResponseMessage stillServed = await client.GetAsync("/api/account", TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)stillServed.StatusCode);
        Assert.True(stillServed.Headers.ConnectionClose); // The next request goes elsewhere.
        Assert.Equal(0, await server.WaitForExitAsync());
    }

    internal static async Task<string> OutputAsync(BackendApp app, params string[] args)
    {
        (int code, string output, string error) = await RunAsync(app.Settings, args);
        Assert.True(code == 0, error);
        return output;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        int code = await BackendCommands.Run(args, settings, output, error);
        return (code, output.ToString().Trim(), error.ToString().Trim());
    }
}
