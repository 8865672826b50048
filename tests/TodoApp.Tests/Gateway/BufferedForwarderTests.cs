using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Http;
using Polly;
using Polly.CircuitBreaker;
using TodoApp.Contracts;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;

namespace TodoApp.Tests.Gateway;

public sealed class BufferedForwarderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_is_sent_again_with_the_same_new_key_when_the_connection_dies()
    {
        await using var upstream = new DyingServer("", DyingServer.Ok);
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using HttpResponseMessage response = await client.PostAsync("/tasks?x=1", new StringContent("{\"title\":\"é\"}", Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Cancel));
        string[] seen = [.. upstream.Requests];
        Assert.Equal(2, seen.Length);
        Assert.StartsWith("POST /tasks?x=1 HTTP/1.1", seen[0], StringComparison.Ordinal);
        Assert.EndsWith("{\"title\":\"é\"}", seen[1], StringComparison.Ordinal);
        Assert.Equal(32, Header(seen[0], "Idempotency-Key")!.Length);
        Assert.Equal(Header(seen[0], "Idempotency-Key"), Header(seen[1], "Idempotency-Key"));
    }

    [Fact]
    public async Task A_key_that_the_caller_gave_stays()
    {
        await using var upstream = new DyingServer("", DyingServer.Ok);
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/tasks/1") { Headers = { { "Idempotency-Key", "mine" } } };
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["mine", "mine"], upstream.Requests.Select(seen => Header(seen, "Idempotency-Key")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task A_write_that_knows_no_key_is_sent_once(string? body)
    {
        await using var upstream = new DyingServer("", DyingServer.Ok);
        await using Hop hop = await Hop.Start(upstream.Url, keyed: false);
        using HttpClient client = hop.Client();
        using HttpResponseMessage response = await client.PostAsync("/auth/logout", body is null ? null : new StringContent(body), Cancel);

        await AssertUnavailable(response);
        Assert.Null(Header(Assert.Single(upstream.Requests), "Idempotency-Key"));
    }

    [Fact]
    public async Task A_connection_that_dies_twice_is_503()
    {
        await using var upstream = new DyingServer("");
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using HttpResponseMessage response = await client.PostAsync("/tasks", new StringContent("{}"), Cancel);

        await AssertUnavailable(response);
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Fact]
    public async Task A_read_is_sent_again()
    {
        await using var upstream = new DyingServer("", DyingServer.Ok);
        await using Hop hop = await Hop.Start(upstream.Url, keyed: false);
        using HttpClient client = hop.Client();

        Assert.Equal("ok", await client.GetStringAsync(new Uri("/tasks", UriKind.Relative), Cancel));
        Assert.Null(Header(upstream.Requests.Last(), "Idempotency-Key"));
    }

    [Fact]
    public async Task Nobody_there_is_503_at_once()
    {
        await using Hop hop = await Hop.Start(new Uri($"http://127.0.0.1:{Infrastructure.FreePort.Next()}"));
        using HttpClient client = hop.Client();
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.PostAsync("/tasks", new StringContent("{}"), Cancel);

        await AssertUnavailable(response);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 2);
    }

    [Fact]
    public async Task No_headers_in_time_is_503_and_not_sent_again()
    {
        int seen = 0;
        await using Hop upstream = await Hop.Start(async context =>
        {
            Interlocked.Increment(ref seen);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using Hop hop = await Hop.Start(upstream.Url, headerTimeout: TimeSpan.FromMilliseconds(300));
        using HttpClient client = hop.Client();
        using HttpResponseMessage response = await client.PostAsync("/tasks", new StringContent("{}"), Cancel);

        await AssertUnavailable(response);
        Assert.Equal(1, seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_above_the_limit_is_413_and_goes_no_further(bool chunked)
    {
        int seen = 0;
        await using Hop upstream = await Hop.Start(context => { Interlocked.Increment(ref seen); return Task.CompletedTask; });
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = new ByteArrayContent(new byte[1001]) };
        request.Headers.TransferEncodingChunked = chunked;
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Problem? problem = await response.Content.ReadFromJsonAsync(ContractsJson.Client.Problem, Cancel);
        Assert.Equal(ProblemKind.TooLarge.Type, problem!.Type);
        Assert.Equal(0, seen);
    }

    [Fact]
    public async Task What_is_answered_comes_back_without_connection_headers()
    {
        await using Hop upstream = await Hop.Start(context =>
        {
            context.Response.StatusCode = 409;
            context.Response.Headers.ETag = "\"7\"";
            context.Response.Headers.ContentType = "application/problem+json";
            context.Response.Headers.Append("X-Two", "a");
            context.Response.Headers.Append("X-Two", "b");
            context.Response.Headers.KeepAlive = "timeout=5";
            context.Response.Headers.SetCookie = "a=b";
            return context.Response.WriteAsync("no");
        });
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using HttpResponseMessage response = await client.GetAsync(new Uri("/tasks", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("\"7\"", response.Headers.ETag!.Tag);
        Assert.Equal(["a", "b"], response.Headers.GetValues("X-Two"));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.False(response.Headers.Contains("Keep-Alive"));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Single(response.Headers.GetValues("Date"));
        Assert.Equal("no", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("DELETE", 204)]
    [InlineData("GET", 304)]
    public async Task Answers_without_a_body_have_none(string method, int status)
    {
        await using Hop upstream = await Hop.Start(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentLength = method == "HEAD" ? 5 : null;
            return Task.CompletedTask;
        });
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/tasks"), Cancel);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(method == "HEAD" ? 5 : 0, response.Content.Headers.ContentLength);
            Assert.Equal("", await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task Half_an_answer_is_not_passed_off_as_a_whole_one()
    {
        await using var upstream = new DyingServer(DyingServer.HalfABody);
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("/tasks", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task Only_known_headers_and_the_trace_go_on()
    {
        IHeaderDictionary seen = new HeaderDictionary();
        await using Hop upstream = await Hop.Start(context =>
        {
            seen = new HeaderDictionary(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(context.Request.Headers));
            return Task.CompletedTask;
        });
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        foreach (string dropped in new[]
        {
            "Cookie", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-User", "Forwarded", "X-Real-IP", "Remote-User", "X-User-Id",
            "Proxy-Authorization", "Authorization", "Origin", "Sec-Fetch-Site", "Keep-Alive", "X-Custom",
        })
        {
            request.Headers.TryAddWithoutValidation(dropped, "evil");
        }

        request.Headers.TryAddWithoutValidation("Connection", "x-custom");
        request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        request.Headers.TryAddWithoutValidation("Accept-Language", "de");
        request.Headers.TryAddWithoutValidation("Mcp-Method", "tools/call");
        request.Headers.TryAddWithoutValidation("User-Agent", "test é");
        request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            ["Accept-Language", "Content-Length", "Content-Type", "Host", "Idempotency-Key", "If-Match", "Mcp-Method", "traceparent", "User-Agent"],
            seen.Keys.Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal("test é", seen.UserAgent);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", seen.TraceParent.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", seen.TraceParent.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hook_sets_the_authorization_and_the_host_can_be_kept()
    {
        string seen = "";
        await using Hop upstream = await Hop.Start(context =>
        {
            seen = $"{context.Request.Headers.Authorization} {context.Request.Host}";
            return Task.CompletedTask;
        });
        await using Hop hop = await Hop.Start(upstream.Url, new ForwarderOptions
        {
            KeepHost = true,
            Prepare = (_, request) => request.Headers.TryAddWithoutValidation("Authorization", "Bearer ours"),
        });
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tasks") { Headers = { { "Authorization", "Bearer theirs" }, { "Host", "todo.example.com" } } };
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal("Bearer ours todo.example.com", seen);
    }

    [Fact]
    public async Task An_open_circuit_answers_503_without_asking()
    {
        await using var upstream = new DyingServer("");
        ResiliencePipeline circuit = new ResiliencePipelineBuilder().AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<ServiceUnavailableException>(),
            MinimumThroughput = 2,
            FailureRatio = 0.5,
            BreakDuration = TimeSpan.FromMinutes(1),
        }).Build();
        await using Hop hop = await Hop.Start(upstream.Url, new ForwarderOptions { Pipeline = circuit });
        using HttpClient client = hop.Client();
        for (int i = 0; i < 4; i++)
        {
            using HttpResponseMessage response = await client.PostAsync("/tasks", new StringContent("{}"), Cancel);
            await AssertUnavailable(response);
        }

        Assert.Equal(4, upstream.Requests.Count); // Two requests, each sent twice.
    }

    [Theory]
    [InlineData("/tasks/a%2Fb?q=a%20b%26c")]
    [InlineData("/tasks/%2541/%25?q=%2541")]
    [InlineData("/tasks/%2e%2e%2f%2e%2e/metrics")]
    [InlineData("/tasks/%C3%A9?cursor=%2B%2F%3D")]
    public async Task Paths_and_queries_mean_the_same_on_both_sides(string target)
    {
        static Task Echo(HttpContext context) => context.Response.WriteAsync($"{context.Request.Path.Value} {context.Request.QueryString}");
        await using Hop upstream = await Hop.Start(Echo);
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient direct = upstream.Client();
        using HttpClient client = hop.Client();
        var uri = new Uri(target, UriKind.Relative);
        Assert.Equal(await direct.GetStringAsync(uri, Cancel), await client.GetStringAsync(uri, Cancel));
    }

    private static async Task AssertUnavailable(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Problem? problem = await response.Content.ReadFromJsonAsync(ContractsJson.Client.Problem, Cancel);
        Assert.Equal(ProblemKind.Unavailable.Type, problem!.Type);
        Assert.Equal("The test is away for the moment. Try again.", problem.Detail);
    }

    private static string? Header(string request, string name) => request.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
}
