using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>
/// What each page weighs and how soon it is painted, in Chromium on a slow line with an empty cache. The table is in
/// <c>docs/web-pages.md</c>; <c>UPDATE_SNAPSHOTS=1</c> with <c>TODO_PUBLISHED_FRONTEND</c> writes it anew. Weights are compared with it,
/// times are not: they are the machine's too.
/// </summary>
public sealed class PageWeightTests(OpenToAll fixture, Browser browser) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>, IClassFixture<Browser>
{
    private const int MostBytes = 100_000;
    private const int Runs = 7; // The best counts: what else the machine does only adds.
    private const float LongestLoad = 30_000; // Milliseconds; a load takes one second.
    private const double Tolerance = 0.1; // Titles, ids and dates differ from run to run.

    private static readonly string[] Columns = ["page", "requests", "all, bytes", "HTML, bytes", "server, ms", "FCP, ms", "LCP, ms"];

    [Fact]
    public async Task Every_page_is_light_asks_no_other_site_and_weighs_what_the_document_says()
    {
        Requirements.NeedChromium();
        if (WebPagesDocument.IsUpdate)
        {
            Requirements.NeedPublishedFrontend();
        }

        await using ServiceProcess? published = Requirements.PublishedFrontend is null ? null : StartPublished(out _published);
        Uri site = _published ?? System.Frontend.Url;
        if (published is not null)
        {
            await published.WaitForHealthAsync(new Uri(site, "/health"));
        }

        using var ann = new Person(site);
        await ann.SignUp();
        (string Name, string Path)[] pages = await FillAsync(site, ann);
        IReadOnlyList<string[]> kept = WebPagesDocument.IsUpdate ? [] : WebPagesDocument.Read("weights");
        var rows = new List<string[]>();
        await MeasureAsync(new Uri(site, "/today"), ann.Cookies, 0); // Chromium and the services are warm afterwards.
        foreach ((string name, string path) in pages)
        {
            int expected = kept.Where(row => row[0] == name).Select(row => int.Parse(row[1], CultureInfo.InvariantCulture)).FirstOrDefault();
            var measured = new List<Measured>();
            for (int run = 0; run < (WebPagesDocument.IsUpdate ? Runs : 1); run++)
            {
                measured.Add(await MeasureAsync(new Uri(site, path), path == "/sign-in" ? [] : ann.Cookies, expected));
            }

            Measured first = measured[0];
            Assert.True(first.Strangers.Count == 0, $"{path} asks {string.Join(", ", first.Strangers)}");
            Assert.True(first.Bytes is > 2_000 and < MostBytes, $"{path} weighs {first.Bytes} bytes.");
            rows.Add([name, Text(measured.Max(each => each.Requests)), Text(first.Bytes), Text(first.Html), Text(measured.Min(each => each.FirstByte)), Text(measured.Min(each => each.Fcp)), Text(measured.Min(each => each.Lcp))]);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', rows.Select(row => string.Join(" | ", row))));
        if (WebPagesDocument.IsUpdate)
        {
            WebPagesDocument.Write("weights", Columns, rows);
            return;
        }

        Assert.Equal(kept.Select(row => row[0]), rows.Select(row => row[0]));
        foreach ((string[] was, string[] row) in kept.Zip(rows))
        {
            Assert.True(was[1] == row[1], $"{row[0]}: {row[1]} requests instead of {was[1]}. {WebPagesDocument.Hint}");
            if (published is not null)
            {
                Assert.True(Number(row[2]) < Number(was[2]) * (1 + Tolerance), $"{row[0]}: {row[2]} bytes instead of {was[2]}. {WebPagesDocument.Hint}");
            }
        }

        static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
        static double Number(string text) => double.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    private Uri? _published;

    private sealed record Measured(int Requests, double Bytes, double Html, double FirstByte, double Fcp, double Lcp, IReadOnlyList<string> Strangers);

    private ServiceProcess StartPublished(out Uri? url)
    {
        int port = FreePort.Next();
        url = new Uri($"http://127.0.0.1:{port}");
        return ServiceProcess.Start("dotnet", [Requirements.NeedPublishedFrontend()], new Dictionary<string, string?>
        {
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["BIND"] = "127.0.0.1",
            ["BACKEND_URL"] = System.Backend.Url.ToString(),
            ["LOG_LEVEL"] = "warning",
            ["SHUTDOWN_DELAY"] = "0",
        });
    }

    /// <summary>A usual account: a hundred tasks for today, some lists, labels and notes.</summary>
    private static async Task<(string Name, string Path)[]> FillAsync(Uri site, Person ann)
    {
        using var client = new HttpClient { BaseAddress = site, Timeout = ServiceProcess.Patience };
        using HttpResponseMessage signedIn = await client.PostAsJsonAsync("/api/auth/login", new { email = ann.Email, password = Person.Password }, Cancel);
        SignedIn session = (await signedIn.Content.ReadFromJsonAsync(ContractsJson.Client.SignedIn, Cancel))!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
        string[] verbs = ["Call", "Write to", "Pay", "Fetch", "Plan", "Check", "Repair", "Order", "Sort", "Answer"];
        string[] things = ["the insurance", "the old bicycle", "two boxes of tiles", "a letter about the meter", "the garden shed", "photos of the summer", "the neighbors' parcel", "the kitchen shelf", "tickets for the museum", "the report on heating"];
        string[] lists = ["Household", "Work", "Garden", "Family"];
        string[] labels = ["phone", "errands", "money", "quick"];
        await AddAsync(100, i => $"{verbs[i % 10]} {things[i / 10]} today #{lists[i % 4]}{(i % 3 == 0 ? " @" + labels[i / 3 % 4] : "")}{(i % 5 == 0 ? " p" + ((i / 5 % 3) + 1) : "")}");
        await AddAsync(40, i => $"{verbs[(i + 3) % 10]} {things[i % 10]} in {(i / 2) + 1} days #Trip{(i % 3 == 0 ? " @" + labels[i / 3 % 4] : "")}{(i % 4 == 0 ? " p" + ((i / 4 % 3) + 1) : "")}");
        await AddAsync(20, i => $"{verbs[i % 10]} {things[(i + 5) % 10]} again // Some words about it, and **why**.");
        ItemList<TaskList> all = (await client.GetFromJsonAsync("/api/lists", ContractsJson.Client.ItemListTaskList, Cancel))!;
        Guid trip = all.Items.Single(list => list.Name == "Trip").Id;
        return
        [
            ("Sign in", "/sign-in"), ("Today, 100 tasks", "/today"), ("Inbox, 20 tasks", "/inbox"), ("A list, 40 tasks", $"/lists/{trip}"), ("A board, 40 tasks", $"/lists/{trip}?view=board&by=priority"),
            ("Calendar, a month", "/upcoming?view=calendar"), ("A task", "/tasks/150"), ("Search, 20 tasks", "/search?q=again"), ("Activity", "/activity"), ("Connect an agent", "/connect"), ("Settings", "/settings"),
        ];

        async Task AddAsync(int count, Func<int, string> line)
        {
            using HttpResponseMessage added = await client.PostAsJsonAsync("/api/tasks", new { text = string.Join('\n', Enumerable.Range(0, count).Select(line)), createLists = true }, Cancel);
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        }
    }

    // Chromium, when the machine is busy, now and then never says that a page is loaded: such a load is not counted.
    private async Task<Measured> MeasureAsync(Uri address, CookieCollection cookies, int expected)
    {
        for (int left = 2; ; left--)
        {
            try
            {
                return await MeasureOnceAsync(address, cookies, expected);
            }
            catch (TimeoutException) when (left > 0)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{address} was not loaded within {LongestLoad / 1000} s.");
            }
        }
    }

    private async Task<Measured> MeasureOnceAsync(Uri address, CookieCollection cookies, int expected)
    {
        await using IBrowserContext fresh = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 860 } });
        await fresh.AddCookiesAsync(cookies.Select(cookie => new Microsoft.Playwright.Cookie { Name = cookie.Name, Value = cookie.Value, Domain = address.Host, Path = "/" }));
        IPage page = await fresh.NewPageAsync();
        ICDPSession devTools = await fresh.NewCDPSessionAsync(page);
        var watch = new Traffic(address);
        foreach (string name in (string[])["Network.requestWillBeSent", "Network.loadingFinished", "Network.loadingFailed"])
        {
            devTools.Event(name).OnEvent += (_, data) => watch.See(name, data!.Value);
        }

        await devTools.SendAsync("Network.enable");
        await devTools.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>
        {
            ["offline"] = false,
            ["latency"] = 150,
            ["downloadThroughput"] = 1_600_000 / 8,
            ["uploadThroughput"] = 750_000 / 8,
        });
        IResponse? response = await page.GotoAsync(address.ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load, Timeout = LongestLoad });
        Assert.True(response!.Ok, address.PathAndQuery);
        await devTools.SendAsync("Runtime.evaluate", new Dictionary<string, object> { ["expression"] = "1" }); // What happened before it has been seen then.
        await watch.QuietAsync(expected);
        double[] paints = await page.EvaluateAsync<double[]>(
            """
            () => new Promise(done => new PerformanceObserver(list =>
              done([performance.getEntriesByType("navigation")[0].responseStart, performance.getEntriesByName("first-contentful-paint")[0].startTime, list.getEntries().at(-1).startTime]))
              .observe({ type: "largest-contentful-paint", buffered: true }))
            """);
        return new Measured(watch.Requests, watch.Bytes, watch.Html, paints[0], paints[1], paints[2], watch.Strangers);
    }

    /// <summary>What a page asks for, but for what keeps it live: the endless stream of changes, and whether any were missed before it.</summary>
    private sealed class Traffic(Uri address)
    {
        private readonly Lock _lock = new();
        private readonly HashSet<string> _pending = [];
        private readonly List<string> _strangers = [];
        private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string? _document;
        private int? _expected;

        public int Requests { get; private set; }

        /// <summary>As they came over the wire, with headers.</summary>
        public double Bytes { get; private set; }

        public double Html { get; private set; }

        public IReadOnlyList<string> Strangers => _strangers;

        public void See(string name, JsonElement data)
        {
            lock (_lock)
            {
                string id = data.GetProperty("requestId").GetString()!;
                if (name == "Network.requestWillBeSent")
                {
                    var url = new Uri(data.GetProperty("request").GetProperty("url").GetString()!);
                    if (url.Scheme != "data" && url.AbsolutePath is not ("/api/changes/stream" or "/api/changes") && _pending.Add(id))
                    {
                        Requests++;
                        _document ??= id;
                        if (url.Authority != address.Authority)
                        {
                            _strangers.Add(url.ToString());
                        }
                    }
                }
                else if (_pending.Remove(id) && name == "Network.loadingFinished")
                {
                    double bytes = data.GetProperty("encodedDataLength").GetDouble();
                    Bytes += bytes;
                    Html += id == _document ? bytes : 0;
                }

                LookWhetherQuiet();
            }
        }

        /// <summary>Waits for the answers to all requests, and for as many as are expected: the icon is asked for at some time after all else. Fewer that are all answered are for the caller to judge.</summary>
        public async Task QuietAsync(int expected)
        {
            lock (_lock)
            {
                _expected = expected;
                LookWhetherQuiet();
            }

            await Task.WhenAny(_quiet.Task, Task.Delay(ServiceProcess.Patience, Cancel));
            lock (_lock)
            {
                if (_pending.Count > 0)
                {
                    throw new TimeoutException($"{_pending.Count} requests have no answer.");
                }
            }
        }

        private void LookWhetherQuiet()
        {
            if (_expected <= Requests && _pending.Count == 0)
            {
                _quiet.TrySetResult();
            }
        }
    }
}
