using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Polly.CircuitBreaker;
using TodoApp.Backend.Gateway;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Backend;

/// <summary>What reaches mcp-server, and what happens when it is away. A stub stands in for it, because it must be stopped, slow, and say what it got.</summary>
public sealed class GatewayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_arrives_as_the_person_signed()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        using HttpResponseMessage answer = await person.Client.GetAsync("/api/tasks?status=all&q=a%2Fb", Cancel);
        Assert.Equal("{}", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.True(app.McpServer.Requests.TryDequeue(out Received? received));
        Assert.Equal(("GET", "/tasks?status=all&q=a%2Fb"), (received.Method, received.Target));

        (JsonNode header, JsonNode claims) = Verified(received, app.Key);
        Assert.Equal(("HS256", "internal+jwt"), ((string?)header["alg"], (string?)header["typ"]));
        Account account = person.SignedIn.User;
        Assert.Equal(
            ("todo-backend", "mcp-server", account.Id.ToString(), account.Name, "Europe/Berlin", "en", "monday", "tasks:read tasks:write"),
            ((string?)claims["iss"], (string?)claims["aud"], (string?)claims["sub"], (string?)claims["name"], (string?)claims["zoneinfo"],
                (string?)claims["locale"], (string?)claims["weekStart"], (string?)claims["scope"]));
        Assert.Equal($$"""{"kind":"person","id":"{{account.Id}}","name":"{{account.Name}}"}""", claims["act"]!.ToJsonString());
        Assert.NotEqual(Guid.Empty, Guid.Parse((string)claims["space"]!));
        Assert.Equal(60, (long)claims["exp"]! - (long)claims["iat"]!);

        // Issued at whole ten seconds, so that the same caller's identity stays the same for a while; 5 seconds for the test itself.
        Assert.Equal(0, (long)claims["iat"]! % 10);
        Assert.InRange((long)claims["iat"]!, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 15, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_personal_token_arrives_as_an_agent_with_its_scopes_in_the_same_space()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        PersonalToken token = await person.MakeTokenAsync("tasks:read");
        using HttpClient agent = app.Client(token.Token);
        using (await agent.GetAsync("/api/lists", Cancel))
        using (await person.Client.GetAsync("/api/lists", Cancel))
        {
        }

        JsonNode asAgent = Verified(app.McpServer.Requests.First(), app.Key).Claims;
        JsonNode asPerson = Verified(app.McpServer.Requests.Last(), app.Key).Claims;
        Assert.Equal($$"""{"kind":"agent","id":"{{token.Id}}","name":"Laptop assistant"}""", asAgent["act"]!.ToJsonString());
        Assert.Equal("tasks:read", (string?)asAgent["scope"]);
        Assert.Equal((string?)asPerson["space"], (string?)asAgent["space"]);
        Assert.Equal((string?)asPerson["sub"], (string?)asAgent["sub"]);
    }

    [Fact]
    public async Task No_caller_chooses_an_identity_and_no_secret_passes()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = Text("""{"title":"x"}""") };
        request.Headers.Add("Cookie", "todo_session=secret");
        request.Headers.Add("X-Forwarded-For", "192.0.2.1");
        request.Headers.Add("X-User", "someone else");
        request.Headers.Add("Forwarded", "for=192.0.2.1");
        request.Headers.Add("If-Match", "\"7\"");
        using (await person.Client.SendAsync(request, Cancel))
        {
        }

        Received received = Assert.Single(app.McpServer.Requests);
        Assert.DoesNotContain(received.Headers.Keys, name => name is "Cookie" or "X-Forwarded-For" or "X-User" or "Forwarded");
        Assert.DoesNotContain(received.Headers.Values, value => value.Contains(person.SignedIn.Token, StringComparison.Ordinal));
        Assert.Equal("\"7\"", received.Headers["If-Match"]);
        Assert.Equal("""{"title":"x"}""", Encoding.UTF8.GetString(received.Body));
        Assert.NotEmpty(received.Headers["Idempotency-Key"]);
        Assert.NotEmpty(received.Headers["traceparent"]);
    }

    [Theory]
    [InlineData("GET", "/api/tasks", true, false)]
    [InlineData("HEAD", "/api/tasks", true, false)]
    [InlineData("POST", "/api/tasks/parse", true, false)]
    [InlineData("POST", "/api/tasks", false, true)]
    [InlineData("PATCH", "/api/tasks/1", false, true)]
    [InlineData("DELETE", "/api/tasks/1", false, true)]
    [InlineData("POST", "/api/tasks/1/complete", false, true)]
    [InlineData("DELETE", "/api/trash", false, true)]
    [InlineData("GET", "/api/snapshot", true, false)]
    [InlineData("POST", "/api/import", false, true)]
    [InlineData("POST", "/mcp", true, false)]
    public async Task Scopes_decide_before_anything_is_passed_on(string method, string path, bool reads, bool writes)
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        foreach ((string scope, bool allowed) in new[] { ("tasks:read", reads), ("tasks:write", writes) })
        {
            app.McpServer.Requests.Clear();
            using HttpClient agent = app.Client((await person.MakeTokenAsync(scope)).Token);
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (method is "POST" or "PATCH")
            {
                request.Content = Text("{}");
            }

            using HttpResponseMessage answer = await agent.SendAsync(request, Cancel);
            if (allowed)
            {
                Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
                Assert.Single(app.McpServer.Requests);
            }
            else
            {
                Assert.Equal(403, (int)answer.StatusCode);
                Assert.Empty(app.McpServer.Requests);
            }
        }
    }

    [Theory]
    [InlineData("DELETE", "/api/space", 404)]
    [InlineData("DELETE", "/api/tasks/../space", 404)]
    [InlineData("DELETE", "/api/tasks/%2e%2e/space", 404)]
    [InlineData("GET", "/api/health", 404)]
    [InlineData("GET", "/api/mcp", 404)]
    [InlineData("GET", "/api//tasks", 404)]
    [InlineData("GET", "/api/TASKS", 404)]
    [InlineData("GET", "/api/tasksandmore", 404)]
    [InlineData("PUT", "/api/tasks", 405)]
    [InlineData("PUT", "/mcp", 405)]
    public async Task What_is_not_on_the_list_never_reaches_mcp_server(string method, string path, int status)
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(app.Service.Url.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using HttpResponseMessage answer = await person.Client.SendAsync(request, Cancel);
        await ProblemAsync(answer, status == 404 ? ProblemKind.NotFound : ProblemKind.MethodNotAllowed);
        Assert.Empty(app.McpServer.Requests);
    }

    [Fact]
    public async Task Another_media_type_and_a_body_over_the_limit_are_refused_here()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        using HttpResponseMessage form = await person.Client.PostAsync("/api/tasks", Text("title=x", "application/x-www-form-urlencoded"), Cancel);
        await ProblemAsync(form, ProblemKind.UnsupportedMediaType);
        using HttpResponseMessage patch = await person.Client.PatchAsync("/api/tasks/1", Text("{}", "application/merge-patch+json"), Cancel);
        Assert.Equal(200, (int)patch.StatusCode);
        foreach ((string path, int size, int status) in new[]
        {
            ("/api/tasks", 1024 * 1024, 200), ("/api/tasks", (1024 * 1024) + 1, 413), ("/api/tasks/batch", 4 * 1024 * 1024, 200),
            ("/api/tasks/batch", (4 * 1024 * 1024) + 1, 413), ("/mcp", 4 * 1024 * 1024, 200), ("/mcp", (4 * 1024 * 1024) + 1, 413),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Text(new string('x', size)) };
            request.Headers.ExpectContinue = true;
            using HttpResponseMessage answer = await person.Client.SendAsync(request, Cancel);
            Assert.Equal((path, size, status), (path, size, (int)answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_write_that_meets_a_dying_connection_is_sent_again_with_the_same_key()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        int count = 0;
        app.McpServer.Answer = context =>
        {
            if (Interlocked.Increment(ref count) == 1)
            {
                context.Abort();
            }

            return Task.CompletedTask;
        };
        using HttpResponseMessage answer = await person.Client.PostAsync("/api/tasks", Text("""{"title":"once"}"""), Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        Received[] received = [.. app.McpServer.Requests];
        Assert.Equal(2, received.Length);
        Assert.Equal(received[0].Headers["Idempotency-Key"], received[1].Headers["Idempotency-Key"]);
        Assert.Equal(received[0].Body, received[1].Body);
    }

    [Fact]
    public async Task While_mcp_server_is_away_503_comes_at_once_and_after_its_return_all_is_well_within_two_seconds()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        CircuitBreakerStateProvider circuit = app.Service.Services.GetRequiredService<CircuitBreakerStateProvider>();
        using (HttpResponseMessage before = await person.Client.GetAsync("/api/tasks", Cancel))
        {
            Assert.Equal((200, CircuitState.Closed), ((int)before.StatusCode, circuit.CircuitState));
        }

        await app.McpServer.StopAsync();
        for (int i = 0; i < 30; i++)
        {
            long started = TimeProvider.System.GetTimestamp();
            using HttpResponseMessage away = await person.Client.PostAsync("/api/tasks", Text("{}"), Cancel);
            Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
            await ProblemAsync(away, ProblemKind.Unavailable);
            Assert.Equal(TimeSpan.FromSeconds(1), away.Headers.RetryAfter!.Delta);
        }

        Assert.Equal(CircuitState.Open, circuit.CircuitState);
        await app.McpServer.StartAsync();
        long returned = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using HttpResponseMessage answer = await person.Client.GetAsync("/api/tasks", Cancel);
            if (answer.IsSuccessStatusCode)
            {
                break;
            }

            Assert.InRange(TimeProvider.System.GetElapsedTime(returned), TimeSpan.Zero, TimeSpan.FromSeconds(2));
            await Task.Delay(50, Cancel);
        }

        Assert.Equal(CircuitState.Closed, circuit.CircuitState);
    }

    [Fact]
    public async Task No_answer_within_two_seconds_counts_and_is_still_waited_for_and_statuses_never_count()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        CircuitBreakerStateProvider circuit = app.Service.Services.GetRequiredService<CircuitBreakerStateProvider>();
        foreach (int status in new[] { 404, 429, 500, 503 })
        {
            app.McpServer.Answer = context =>
            {
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            };
            for (int i = 0; i < 20; i++)
            {
                using HttpResponseMessage answer = await person.Client.GetAsync("/api/tasks", Cancel);
                Assert.Equal((status, CircuitState.Closed), ((int)answer.StatusCode, circuit.CircuitState));
            }
        }

        // Of as many that answered, at least half must fail. What was sent before the circuit opened is answered late.
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.McpServer.Answer = async context => await goOn.Task.WaitAsync(context.RequestAborted);
        Task<HttpResponseMessage>[] slow = [.. Enumerable.Range(0, 100).Select(_ => person.Client.GetAsync("/api/tasks", Cancel))];
        while (circuit.CircuitState != CircuitState.Open)
        {
            await Task.Delay(50, Cancel);
        }

        using (HttpResponseMessage refused = await person.Client.GetAsync("/api/tasks", Cancel))
        {
            await ProblemAsync(refused, ProblemKind.Unavailable);
        }

        goOn.SetResult();
        HttpResponseMessage[] late = await Task.WhenAll(slow);
        Assert.InRange(late.Count(answer => (int)answer.StatusCode == 200), 10, 100);
        Array.ForEach(late, answer => answer.Dispose());

        // What does not answer at all is given up.
        app.McpServer.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        HttpResponseMessage[] hung = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => person.Client.GetAsync("/api/tasks", Cancel)));
        Assert.All(hung, answer => Assert.Equal(503, (int)answer.StatusCode));
        Assert.Equal(CircuitState.Open, circuit.CircuitState);
    }

    [Fact]
    public async Task Streams_come_through_event_by_event_and_end_when_the_token_is_revoked_or_five_minutes_are_over()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using BackendApp app = await BackendApp.StartAsync(
            DatabaseEngine.Sqlite, configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        app.McpServer.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: change\nid: 1\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        Person person = await app.RegisterAsync();
        PersonalToken token = await person.MakeTokenAsync("tasks:read");
        using HttpClient agent = app.Client(token.Token);
        Stream revoked = await OpenAsync(agent);
        Stream aged = await OpenAsync(person.Client);

        time.Advance(StreamWatch.CheckEvery);
#pragma warning disable CA2025 // Both are waited for below.
        Task<int> revokedEnd = EndAsync(revoked);
        Task<int> agedEnd = EndAsync(aged);
#pragma warning restore CA2025
        using (await person.Client.DeleteAsync($"/api/tokens/{token.Id}", Cancel))
        {
        }

        // The watch re-reads the token at a tick; ticks that nobody waits for yet are merged into one, so each round gives it a moment.
        while (!revokedEnd.IsCompleted)
        {
            time.Advance(StreamWatch.CheckEvery);
            await Task.WhenAny(revokedEnd, Task.Delay(50, Cancel));
        }

        Assert.False(agedEnd.IsCompleted);
        long opened = time.GetTimestamp();
        while (!agedEnd.IsCompleted)
        {
            Assert.InRange(time.GetElapsedTime(opened), TimeSpan.Zero, StreamWatch.Longest + TimeSpan.FromMinutes(1));
            time.Advance(StreamWatch.CheckEvery);
            await Task.WhenAny(agedEnd, Task.Delay(50, Cancel));
        }

        static async Task<Stream> OpenAsync(HttpClient client)
        {
            HttpResponseMessage response = await client.GetAsync("/api/changes/stream", HttpCompletionOption.ResponseHeadersRead, Cancel);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            Stream stream = await response.Content.ReadAsStreamAsync(Cancel);
            byte[] first = new byte[21];
            await stream.ReadExactlyAsync(first, Cancel);
            Assert.Equal("event: change\nid: 1\n\n", Encoding.UTF8.GetString(first));
            return stream;
        }

        static async Task<int> EndAsync(Stream stream)
        {
            try
            {
                return await stream.ReadAsync(new byte[1], Cancel);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                return 0; // Cut off.
            }
        }
    }

    [Theory]
    [InlineData("evil.example", null, 421)]
    [InlineData("127.0.0.1.evil.example", null, 421)]
    [InlineData("todo.example.com", null, 401)]
    [InlineData("sub.example.net", null, 401)]
    [InlineData("localhost:1234", null, 401)]
    [InlineData("127.0.0.1", "https://evil.example", 403)]
    [InlineData("127.0.0.1", "https://todo.example.com", 401)]
    public async Task Hosts_and_origins_that_are_not_ours_are_refused_and_probes_are_not(string host, string? origin, int status)
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite, new Dictionary<string, string?>
        {
            ["PUBLIC_URL"] = "https://todo.example.com",
            ["ALLOWED_HOSTS"] = "*.example.net",
        });
        using HttpClient anyone = app.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/account");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using HttpResponseMessage answer = await anyone.SendAsync(request, Cancel);
        await ProblemAsync(answer, status switch { 421 => ProblemKind.UnknownHost, 403 => ProblemKind.CrossOrigin, _ => ProblemKind.Unauthorized });
        using var probe = new HttpRequestMessage(HttpMethod.Get, "/health");
        probe.Headers.Host = host;
        using HttpResponseMessage health = await anyone.SendAsync(probe, Cancel);
        Assert.Equal(200, (int)health.StatusCode);
    }

    [Fact]
    public async Task Metrics_show_the_circuit_and_failed_sign_ins()
    {
        int port = FreePort.Next();
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite, new Dictionary<string, string?> { ["METRICS_PORT"] = $"{port}" });
        using (await app.SignInAsync("nobody@example.com", "a wrong password"))
        {
        }

        using var client = new HttpClient();
        string metrics = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Cancel);
        Assert.Matches("(?m)^todo_circuit_state(\\{[^}]*\\})? 0( \\d+)?$", metrics);
        Assert.Matches("(?m)^todo_sign_in_failures[a-z_]*\\{[^}]*reason=\"wrong\"[^}]*\\} 1( \\d+)?$", metrics);
    }

    private static (JsonNode Header, JsonNode Claims) Verified(Received received, byte[] key)
    {
        string token = received.Headers["Authorization"]["Bearer ".Length..];
        string[] parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        Assert.Equal(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}")), Base64Url.DecodeFromChars(parts[2]));
        return (JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!, JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!);
    }
}
