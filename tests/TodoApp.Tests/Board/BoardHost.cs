using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TodoApp.Tests.Infrastructure;
using TodoApp.Tests.McpServer;

namespace TodoApp.Tests.Board;

/// <summary>
/// A page in Chromium that shows the view of <c>show_board</c> as a host does: host.html, around sandbox.html on another origin, around
/// the view. What the view calls goes to the real <c>/mcp</c>. Both origins exist in the browser only; a request to any other is noted
/// and fails.
/// </summary>
internal sealed class BoardHost : IAsyncDisposable
{
    private const string HostOrigin = "http://host.test";
    private const string SandboxOrigin = "http://sandbox.test";

    private static readonly McpClient Client = new("2026-07-28");

    private readonly IBrowserContext _context;
    private readonly IPage _page;
    private readonly ConcurrentQueue<string> _strayRequests = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    private BoardHost(IBrowserContext context, IPage page)
    {
        _context = context;
        _page = page;
    }

    /// <summary>The page of the host, for its messages and for audits.</summary>
    public IPage Page => _page;

    /// <summary>What is in the view.</summary>
    public IFrameLocator View => _page.FrameLocator("iframe").FrameLocator("iframe");

    /// <summary>The view's frame, to run scripts in.</summary>
    public IFrame Frame => _page.Frames.Single(frame => frame.ParentFrame?.ParentFrame is not null);

    /// <summary>Requests to other origins than the two of the host.</summary>
    public IReadOnlyCollection<string> StrayRequests => _strayRequests;

    /// <summary>Errors on the console, broken rules of the CSP among them, and exceptions that nobody caught.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Calls the tool as a host does, and shows the view with what came of it.</summary>
    /// <param name="browser">Chromium.</param>
    /// <param name="server">A signed client of mcp-server.</param>
    /// <param name="arguments">The tool's arguments.</param>
    /// <param name="hostContext">What the host says of itself.</param>
    /// <param name="hostCapabilities">What it can do.</param>
    /// <param name="options">The browser's size and preferences.</param>
    public static async Task<BoardHost> OpenAsync(
        Browser browser, HttpClient server, string arguments = "{}", string hostContext = """{"theme": "light"}""",
        string hostCapabilities = """{"serverTools": {}, "updateModelContext": {"text": {}}}""", BrowserNewContextOptions? options = null)
    {
        JsonNode tools = (await Client.RequestAsync(server, "tools/list"))["result"]!["tools"]!;
        string uri = (string)tools.AsArray().Single(tool => (string)tool!["name"]! == "show_board")!["_meta"]!["ui"]!["resourceUri"]!;
        JsonNode view = (await Client.RequestAsync(server, "resources/read", $$"""{"uri": "{{uri}}"}"""))["result"]!["contents"]![0]!;
        JsonNode result = (await Client.RequestAsync(server, "tools/call", $$"""{"name": "show_board", "arguments": {{arguments}}}"""))["result"]!;
        JsonNode csp = view["_meta"]!["ui"]!["csp"]!;

        IBrowserContext context = await browser.NewContextAsync(options);
        var host = new BoardHost(context, await context.NewPageAsync());
        host._page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                host._complaints.Enqueue(message.Text);
            }
        };
        host._page.PageError += (_, error) => host._complaints.Enqueue(error);
        await context.RouteAsync("**/*", route => host.ServeAsync(route, csp));
        await host._page.ExposeFunctionAsync("callServer", async (string method, string parameters) => (await Client.RequestAsync(server, method, parameters)).ToJsonString());
        await host._page.GotoAsync(HostOrigin + "/");
        var settings = new JsonObject
        {
            ["html"] = view["text"]!.DeepClone(),
            ["csp"] = csp.DeepClone(),
            ["sandboxUrl"] = SandboxOrigin + "/",
            ["tools"] = tools.DeepClone(),
            ["input"] = JsonNode.Parse(arguments),
            ["result"] = result.DeepClone(),
            ["hostContext"] = JsonNode.Parse(hostContext),
            ["hostCapabilities"] = JsonNode.Parse(hostCapabilities),
        };
        await host._page.EvaluateAsync("settings => openView(JSON.parse(settings))", settings.ToJsonString());
        await Assertions.Expect(host.View.Locator("main")).ToHaveAttributeAsync("aria-busy", "false");
        return host;
    }

    /// <summary>What the view has sent so far: the methods of its requests and notifications.</summary>
    public Task<string[]> MethodsAsync() => _page.EvaluateAsync<string[]>("received.map(message => message.method).filter(Boolean)");

    /// <summary>What the view has told the model, the last time.</summary>
    public Task<string?> ModelContextAsync() =>
        _page.EvaluateAsync<string?>("received.findLast(message => message.method === 'ui/update-model-context')?.params.content[0].text ?? null");

    /// <summary>Asks the view something, as its host.</summary>
    public async Task<JsonNode> AskAsync(string method) =>
        JsonNode.Parse(await _page.EvaluateAsync<string>("async method => JSON.stringify(await ask(method, {}))", method))!;

    /// <summary>Tells the view something, as its host.</summary>
    public Task NotifyAsync(string method, string parameters) => _page.EvaluateAsync("([method, parameters]) => notify(method, JSON.parse(parameters))", new[] { method, parameters });

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private Task ServeAsync(IRoute route, JsonNode csp)
    {
        switch (route.Request.Url)
        {
            case HostOrigin + "/":
                return route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html; charset=utf-8", Body = Read("host.html") });
            case SandboxOrigin + "/":
                return route.FulfillAsync(new RouteFulfillOptions
                {
                    ContentType = "text/html; charset=utf-8",
                    Headers = [new("Content-Security-Policy", Policy(csp)), new("Content-Type", "text/html; charset=utf-8")],
                    Body = Read("sandbox.html"),
                });
            default:
                if (!route.Request.Url.EndsWith("/favicon.ico", StringComparison.Ordinal))
                {
                    _strayRequests.Enqueue(route.Request.Url);
                }

                return route.AbortAsync();
        }
    }

    // As the specification builds it from what the resource declares.
    private static string Policy(JsonNode csp)
    {
        string resources = Domains("resourceDomains");
        return $"default-src 'none'; script-src 'self' 'unsafe-inline' {resources}; style-src 'self' 'unsafe-inline' {resources}; connect-src 'self' {Domains("connectDomains")}; "
            + $"img-src 'self' data: {resources}; font-src 'self' {resources}; media-src 'self' data: {resources}; frame-src {Or("frameDomains", "'none'")}; object-src 'none'; base-uri {Or("baseUriDomains", "'self'")}";

        string Domains(string name) => string.Join(' ', csp[name]!.AsArray().Select(domain => (string)domain!));

        string Or(string name, string otherwise) => Domains(name) is { Length: > 0 } domains ? domains : otherwise;
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, "tests", "TodoApp.Tests", "Board", file));
}
