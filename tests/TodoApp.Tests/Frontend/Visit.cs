using System.Text.Json;
using Microsoft.Playwright;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Frontend;

/// <summary>All three services on PostgreSQL, with registration open.</summary>
public sealed class OpenToAllOnPostgres() : SystemFixture(DatabaseEngine.PostgreSql)
{
    protected override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?> { ["REGISTRATION"] = "open" };
}

/// <summary>A person at a browser.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly Browser _browser;
    private readonly TestSystem _system;

    private Visit(Browser browser, TestSystem system, IBrowserContext context, IPage page)
    {
        (_browser, _system, Context, Page) = (browser, system, context, page);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("Failed to load resource", StringComparison.Ordinal))
            {
                Complaints.Add(message.Text);
            }
        };
    }

    public IBrowserContext Context { get; }

    // Scripts have run by then. Chromium, when the machine is busy, now and then never says that a page is loaded.
    private static PageGotoOptions Ready => new() { WaitUntil = WaitUntilState.DOMContentLoaded };

    public IPage Page { get; }

    /// <summary>Errors of scripts, and what the Content-Security-Policy blocked.</summary>
    public List<string> Complaints { get; } = [];

    public ILocator Rows => Page.Locator("main .task:not(.leaving)");

    /// <summary>The main part of the page.</summary>
    public ILocator Main => Page.Locator("#main");

    public ILocator Toast => Page.Locator("#toasts .toast");

    public static async Task<Visit> SignUpAsync(Browser browser, TestSystem system, BrowserNewContextOptions? options = null)
    {
        IBrowserContext context = await browser.NewContextAsync(options);
        var visit = new Visit(browser, system, context, await context.NewPageAsync());
        await visit.Page.GotoAsync(new Uri(system.Frontend.Url, "/sign-up").ToString(), Ready);
        await visit.Page.Locator("#email").FillAsync($"{Guid.CreateVersion7():N}@example.org");
        await visit.Page.Locator("#password").FillAsync(Person.Password);
        await visit.Page.Locator("#name").FillAsync("Ann");
        await visit.Page.Locator("button.primary").ClickAsync();

        // The page is asked itself: on a busy machine the event of its being loaded was missed once, and then never comes.
        await Expect(visit.Page.Locator("#side")).ToBeAttachedAsync();
        if (options?.JavaScriptEnabled == false)
        {
            return visit; // It cannot be asked.
        }

        await visit.Page.WaitForFunctionAsync("location.pathname === '/inbox' && performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd > 0");
        return visit;
    }

    /// <summary>A browser that signs in to an account that is there.</summary>
    public static async Task<Visit> SignInAsync(Browser browser, TestSystem system, string email)
    {
        IBrowserContext context = await browser.NewContextAsync();
        var visit = new Visit(browser, system, context, await context.NewPageAsync());
        await visit.Page.GotoAsync(new Uri(system.Frontend.Url, "/sign-in").ToString(), Ready);
        await visit.Page.Locator("#email").FillAsync(email);
        await visit.Page.Locator("#password").FillAsync(Person.Password);
        await visit.Page.Locator("button.primary").ClickAsync();
        await Expect(visit.Page.Locator("#side")).ToBeAttachedAsync();
        return visit;
    }

    /// <summary>A browser of nobody.</summary>
    public async Task<Visit> StrangerAsync()
    {
        IBrowserContext context = await _browser.NewContextAsync();
        return new Visit(_browser, _system, context, await context.NewPageAsync());
    }

    /// <summary>Another tab of this browser.</summary>
    public async Task<Visit> TabAsync()
    {
        var visit = new Visit(_browser, _system, Context, await Context.NewPageAsync());
        await visit.OpenAsync("/inbox");
        return visit;
    }

    /// <summary>Another browser of the same person.</summary>
    public async Task<Visit> AgainAsync(BrowserNewContextOptions? options = null)
    {
        IBrowserContext context = await _browser.NewContextAsync(options);
        await context.AddCookiesAsync((await Context.CookiesAsync()).Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path }));
        var visit = new Visit(_browser, _system, context, await context.NewPageAsync());
        await visit.Page.GotoAsync(new Uri(_system.Frontend.Url, "/inbox").ToString(), Ready);
        return visit;
    }

    public ILocator Row(string title) => Page.Locator("main .task:not(.leaving)").Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = title, Exact = true }) });

    public ILocator Card(string title) => Page.Locator("main .card").Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = title, Exact = true }) });

    /// <summary>A button by its name, which is unique on the page.</summary>
    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public async Task OpenAsync(string path)
    {
        IResponse? response = await Page.GotoAsync(new Uri(_system.Frontend.Url, path).ToString(), Ready);
        Assert.True(response!.Ok, $"{path}: {response.Status}");
    }

    /// <summary>Fails with each of the <see cref="Complaints"/>.</summary>
    public void ExpectNoComplaints() => Assert.True(Complaints.Count == 0, string.Join('\n', Complaints));

    /// <summary>Waits until nothing is being read or saved.</summary>
    public Task IdleAsync() => Expect(Page.Locator("html:not([data-busy])")).ToHaveCountAsync(1);

    /// <summary>Waits until nothing is being read or saved, and tells whether somebody with a keyboard knows where he is.</summary>
    public async Task ExpectFocusAsync()
    {
        await IdleAsync();
        Assert.NotEqual("BODY", await Page.EvaluateAsync<string>("document.activeElement.tagName"));
    }

    /// <summary>Calls the API as the pages' scripts do.</summary>
    public async Task<JsonElement> ApiAsync(string path, HttpMethod? method = null, object? body = null)
    {
        await using IAPIResponse response = await Page.APIRequest.FetchAsync(new Uri(_system.Frontend.Url, path).ToString(), new()
        {
            Method = (method ?? HttpMethod.Get).Method,
            DataObject = body,
            Headers = [KeyValuePair.Create("Origin", _system.Frontend.Url.GetLeftPart(UriPartial.Authority))],
        });
        Assert.True(response.Ok, await response.TextAsync());
        return (await response.JsonAsync())!.Value;
    }

    public async Task AddAsync(params string[] lines)
    {
        int before = await Rows.CountAsync();
        for (int i = 0; i < lines.Length; i++)
        {
            await Page.Locator("#add-text").FillAsync(lines[i]);
            await Page.Locator("#add-text").PressAsync("Enter");
            await Expect(Rows).ToHaveCountAsync(before + i + 1);
        }
    }

    public async ValueTask DisposeAsync() => await Context.CloseAsync();
}
