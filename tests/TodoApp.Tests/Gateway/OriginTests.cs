using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;

namespace TodoApp.Tests.Gateway;

public sealed class OriginTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "same-origin", null, true)]
    [InlineData("POST", "same-origin", "null", true)]
    [InlineData("POST", "same-site", null, false)]
    [InlineData("POST", "same-site", "http://localhost", false)]
    [InlineData("POST", "cross-site", "https://evil.example", false)]
    [InlineData("POST", "none", null, false)]
    [InlineData("POST", "", null, false)]
    [InlineData("POST", null, "http://localhost", true)]
    [InlineData("POST", null, "HTTP://LOCALHOST", true)]
    [InlineData("POST", null, "https://todo.example.com", true)]
    [InlineData("POST", null, "http://localhost:81", false)]
    [InlineData("POST", null, "https://localhost", false)]
    [InlineData("POST", null, "https://todo.example.com.evil.example", false)]
    [InlineData("POST", null, "http://todo.example.com", false)]
    [InlineData("POST", null, "null", false)]
    [InlineData("POST", null, null, true)]
    [InlineData("PUT", "cross-site", null, false)]
    [InlineData("PATCH", "cross-site", null, false)]
    [InlineData("DELETE", "cross-site", null, false)]
    [InlineData("OPTIONS", "cross-site", null, false)]
    [InlineData("GET", "cross-site", null, true)]
    [InlineData("HEAD", "cross-site", null, true)]
    public async Task Writes_come_from_this_site_or_from_no_browser(string method, string? site, string? from, bool allowed)
    {
        var origin = new OriginSettings { PublicUrl = new Uri("https://todo.example.com") };
        await using Hop hop = await Hop.Start(_ => { }, app => app.UseCrossOriginGuard(origin).Run(_ => Task.CompletedTask));
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        request.Headers.Host = "localhost";
        Add(request, "Sec-Fetch-Site", site);
        Add(request, "Origin", from);
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("/", "localhost", 200)]
    [InlineData("/", "localhost:3000", 200)]
    [InlineData("/", "todo.localhost", 200)]
    [InlineData("/", "127.0.0.1:8000", 200)]
    [InlineData("/", "127.8.0.1", 200)]
    [InlineData("/", "[::1]:3000", 200)]
    [InlineData("/", "TODO.example.com", 200)]
    [InlineData("/", "other.example.org", 200)]
    [InlineData("/", "a.b.example.net", 200)]
    [InlineData("/", "example.net", 421)]
    [InlineData("/", "evilexample.net", 421)]
    [InlineData("/", "evil.example", 421)]
    [InlineData("/", "10.0.0.1", 421)]
    [InlineData("/", "localhost.evil.example", 421)]
    [InlineData("/health", "10.0.0.1:3000", 200)]
    [InlineData("/health/live", "10.0.0.1:3000", 200)]
    [InlineData("/healthy", "10.0.0.1:3000", 421)]
    public async Task Only_known_hosts_are_answered(string path, string host, int status)
    {
        var origin = new OriginSettings { PublicUrl = new Uri("https://todo.example.com"), AllowedHosts = ["other.example.org", "*.example.net"] };
        await using Hop hop = await Hop.Start(_ => { }, app =>
        {
            app.UseHostCheck(origin);
            app.MapGet("/", () => "");
        });
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Host", host);
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_page_of_an_unknown_host_may_not_even_read()
    {
        await using Hop hop = await Hop.Start(_ => { }, app => app.UseHostCheck(new OriginSettings()).Run(_ => Task.CompletedTask));
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Origin", "http://evil.example" } } };
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.9", "https", "203.0.113.9 https")]
    [InlineData("127.0.0.1, 10.0.0.0/8", "198.51.100.1, 203.0.113.9, 10.1.2.3", "https", "203.0.113.9 https")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "https", "127.0.0.1 http")]
    [InlineData("", "203.0.113.9", "https", "127.0.0.1 http")]
    public async Task Only_a_trusted_proxy_says_where_a_request_came_from(string trusted, string forwardedFor, string proto, string expected)
    {
        OriginSettings origin = OriginSettings.Read(Configuration("TRUSTED_PROXIES", trusted));
        await using Hop hop = await Hop.Start(_ => { }, app => app.UseTrustedProxies(origin)
            .Run(context => context.Response.WriteAsync($"{context.Connection.RemoteIpAddress} {context.Request.Scheme}")));
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", proto);
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("PUBLIC_URL", "todo.example.com")]
    [InlineData("PUBLIC_URL", "https://todo.example.com/app")]
    [InlineData("PUBLIC_URL", "https://user@todo.example.com")]
    [InlineData("ALLOWED_HOSTS", "https://todo.example.com")]
    [InlineData("ALLOWED_HOSTS", "todo.example.com, *")]
    [InlineData("ALLOWED_HOSTS", "todo.example.com:3000")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/33")]
    [InlineData("TRUSTED_PROXIES", "proxy")]
    public void A_wrong_setting_is_named(string name, string value)
    {
        var exception = Assert.Throws<ConfigurationException>(() => OriginSettings.Read(Configuration(name, value)));
        Assert.StartsWith(name, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("/tasks", RouteKind.Buffered, 1)]
    [InlineData("/tasks/7/complete", RouteKind.Buffered, 1)]
    [InlineData("/tasks/batch", RouteKind.Buffered, 4)]
    [InlineData("/lists/1", RouteKind.Buffered, 1)]
    [InlineData("/changes", RouteKind.Buffered, 1)]
    [InlineData("/changes/undo", RouteKind.Stream, 1)]
    [InlineData("/changes/stream", RouteKind.EndlessStream, 1)]
    [InlineData("/snapshot", RouteKind.Stream, 1)]
    [InlineData("/import", RouteKind.Stream, 256)]
    public void Task_routes_are_known(string path, RouteKind kind, long mebibytes) =>
        Assert.Equal(new TaskRoute(kind, mebibytes * 1024 * 1024), TaskRoutes.Find(path));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/space")]
    [InlineData("/Tasks")]
    [InlineData("/tasksx")]
    [InlineData("/health")]
    [InlineData("/metrics")]
    [InlineData("//tasks")]
    public void Everything_else_is_no_task_route(string path) => Assert.Null(TaskRoutes.Find(path));

    private static IConfiguration Configuration(string name, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [name] = value }).Build();

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
