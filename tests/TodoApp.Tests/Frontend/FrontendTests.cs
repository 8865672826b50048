using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using TodoApp.Frontend;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Gateway;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>The frontend alone, before a small backend on real Kestrel that remembers what it was asked.</summary>
public sealed class FrontendTests : IAsyncLifetime
{
    private const string SignedIn = """
        {"token":"todo_ses_x","expiresAt":"2026-12-01T00:00:00.000Z","somethingNew":1,"user":{"id":"01a210a9-7723-7bc9-939b-0bede46f8aa9","email":"a@example.org",
        "name":"A","timeZone":"UTC","locale":"en","weekStart":"monday","theme":"system","isAdministrator":false,"createdAt":"2026-11-01T00:00:00.000Z"}}
        """;

    private readonly ConcurrentQueue<(string Path, IHeaderDictionary Headers)> _asked = [];
    private Hop _backend = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _backend = await Hop.Start(context =>
    {
        _asked.Enqueue((context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary())));
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(context.Request.Path.StartsWithSegments("/api/auth", StringComparison.Ordinal) ? SignedIn : "{}");
    });

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    [Fact]
    public async Task Over_http_the_cookie_is_for_this_host_and_for_no_script()
    {
        await using TestService frontend = await Start();
        Assert.Equal(
            "todo_session=todo_ses_x; max-age=15552000; path=/; samesite=lax; httponly",
            await SignIn(frontend, "localhost"));
    }

    [Fact]
    public async Task Over_https_the_cookie_is_secure_and_bound_to_the_host()
    {
        await using TestService frontend = await Start(("PUBLIC_URL", "https://todo.example.com"));
        Assert.Equal(
            "__Host-todo_session=todo_ses_x; max-age=15552000; path=/; secure; samesite=lax; httponly",
            await SignIn(frontend, "todo.example.com"));

        // A neighbour without https could have set the plain name.
        await Get(frontend, "/api/tasks", ("Host", "todo.example.com"), ("Cookie", "todo_session=evil"));
        Assert.False(_asked.Last().Headers.ContainsKey("Authorization"));
        await Get(frontend, "/api/tasks", ("Host", "todo.example.com"), ("Cookie", "__Host-todo_session=good"));
        Assert.Equal("Bearer good", _asked.Last().Headers.Authorization);
    }

    [Fact]
    public async Task A_trusted_proxy_says_that_it_is_https()
    {
        await using TestService frontend = await Start(("TRUSTED_PROXIES", "127.0.0.1"));
        string cookie = await SignIn(frontend, "localhost", ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.9"));
        Assert.StartsWith("__Host-todo_session=", cookie, StringComparison.Ordinal);
        Assert.Equal("203.0.113.9", _asked.Last().Headers["X-Forwarded-For"]);
        Assert.Equal("https", _asked.Last().Headers["X-Forwarded-Proto"]);
    }

    [Fact]
    public async Task The_backend_learns_who_and_under_which_name_and_no_cookie()
    {
        await using TestService frontend = await Start();
        (string, string)[] headers = [("Host", "todo.localhost:99"), ("Cookie", "todo_session=t; other=x"), ("X-Forwarded-For", "6.6.6.6"), ("User-Agent", "Browser/1")];
        await Get(frontend, "/api/tasks?x=%20", headers);
        await Get(frontend, "/mcp", headers);
        await Get(frontend, "/docs", headers);
        await Get(frontend, "/api/tasks", [.. headers, ("Authorization", "Bearer own")]);
        Assert.Equal(["/api/tasks", "/mcp", "/docs", "/api/tasks"], _asked.Select(call => call.Path));
        Assert.Equal(["Bearer t", "", "", "Bearer own"], _asked.Select(call => call.Headers.Authorization.ToString()));
        foreach ((_, IHeaderDictionary seen) in _asked)
        {
            Assert.Equal("127.0.0.1", seen["X-Forwarded-For"]);
            Assert.Equal("http", seen["X-Forwarded-Proto"]);
            Assert.Equal("todo.localhost:99", seen.Host);
            Assert.Equal("Browser/1", seen.UserAgent);
            Assert.False(seen.ContainsKey("Cookie"));
        }
    }

    [Fact]
    public async Task Task_writes_get_a_key_and_other_writes_do_not()
    {
        await using TestService frontend = await Start();
        using HttpClient client = frontend.Client();
        foreach (string path in new[] { "/api/tasks", "/api/lists", "/api/changes/7/undo", "/api/tokens", "/api/auth/logout" })
        {
            using HttpResponseMessage response = await client.PostAsync(new Uri(path, UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"), Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal([true, true, true, false, false], _asked.Select(call => call.Headers.ContainsKey("Idempotency-Key")));
    }

    [Fact]
    public async Task Other_hosts_are_refused()
    {
        await using TestService frontend = await Start();
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await Get(frontend, "/", ("Host", "evil.example")));
        Assert.Equal(HttpStatusCode.OK, await Get(frontend, "/health", ("Host", "10.0.0.7:3000")));
    }

    [Fact]
    public async Task While_the_backend_is_away_a_page_says_so()
    {
        await using TestService frontend = await Start();
        await _backend.StopAsync();
        using var ann = new Person(frontend.Url);
        await ann.SignUp();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ann.Status);
        Assert.Contains("The server is away", ann.Page, StringComparison.Ordinal);
        using HttpResponseMessage api = await ann.Browser.GetAsync(new Uri("/api/tasks", UriKind.Relative), Cancel);
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(api.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, await Get(frontend, "/health"));
    }

    [Fact]
    public async Task No_key_is_kept_and_no_cookie_but_the_session_is_set()
    {
        using var home = new TemporaryFolder();
        int port = FreePort.Next();
        await using ServiceProcess process = ServiceProcess.StartDotnet("todo-frontend", [], new Dictionary<string, string?>
        {
            ["PORT"] = port.ToString(),
            ["BACKEND_URL"] = _backend.Url.ToString(),
            ["SHUTDOWN_DELAY"] = "0",
            ["HOME"] = home.Path,
        });
        var site = new Uri($"http://127.0.0.1:{port}");
        await process.WaitForHealthAsync(new Uri(site, "/health"));
        using var ann = new Person(site);
        await ann.Open("/sign-in");
        Assert.Empty(ann.Cookies);
        Assert.DoesNotContain("RequestVerificationToken", ann.Page, StringComparison.Ordinal);
        await ann.SignUp();
        Assert.Equal("todo_session", Assert.Single(ann.Cookies).Name);
        process.Terminate();
        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path, "*.xml", SearchOption.AllDirectories));
        Assert.DoesNotContain("DataProtection", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_backends_address_it_says_so()
    {
        var exception = Assert.Throws<ConfigurationException>(() => FrontendService.Build(new Dictionary<string, string?> { ["BACKEND_URL"] = null }));
        Assert.StartsWith("BACKEND_URL is not set.", exception.Message, StringComparison.Ordinal);
    }

    private async Task<TestService> Start(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["BACKEND_URL"] = _backend.Url.ToString(), ["SHUTDOWN_DELAY"] = "0", ["LOG_LEVEL"] = "critical" };
        foreach ((string name, string value) in settings)
        {
            all[name] = value;
        }

        var service = new TestService(FreePort.Next(), port => FrontendService.Build(new Dictionary<string, string?>(all) { ["PORT"] = port.ToString() }));
        await service.StartAsync();
        return service;
    }

    private static async Task<string> SignIn(TestService frontend, string host, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = frontend.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("email", "a@example.org"), KeyValuePair.Create("password", Person.Password)]),
        };
        request.Headers.Host = host;
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        return Assert.Single(response.Headers.GetValues("Set-Cookie"));
    }

    private static async Task<HttpStatusCode> Get(TestService frontend, string path, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = frontend.Url };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        return response.StatusCode;
    }
}
