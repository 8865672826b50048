using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TodoApp.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Frontend;

/// <summary>Several browsers at once, slow and broken lines, and servers that go away and come back.</summary>
public abstract class TogetherTests(SystemFixture fixture, Browser browser) : EngineTests(fixture, Services.Frontend)
{
    [Fact]
    public async Task Whatever_one_browser_changes_the_other_shows()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("First", "Second", "Third");
        await using Visit again = await ann.AgainAsync();
        await Expect(again.Rows).ToHaveCountAsync(3);
        await again.Row("Second").Locator(".title").FocusAsync();

        await ann.Row("Third").Locator(".title").FocusAsync();
        await ann.Page.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(again.Rows.Locator(".title")).ToHaveTextAsync(["First", "Third", "Second"]);
        await Expect(again.Row("Second").Locator(".title")).ToBeFocusedAsync();
        await ann.ApiAsync("/api/tasks/2", HttpMethod.Patch, new { title = "Second, renamed", priority = "high", due = "2099-12-01" });
        await Expect(again.Row("Second, renamed").Locator("time")).ToHaveCountAsync(1);
        await Expect(again.Row("Second, renamed")).ToHaveAttributeAsync("data-priority", "high");
        await ann.ApiAsync("/api/lists", HttpMethod.Post, new { name = "Home" });
        await Expect(again.Page.Locator("#side-lists")).ToContainTextAsync("Home");
        await ann.ApiAsync("/api/tasks/1", HttpMethod.Delete);
        await Expect(again.Rows).ToHaveCountAsync(2);

        // The row that was used is where one goes on when another browser takes it away.
        await again.Row("Third").Locator(".title").FocusAsync();
        await ann.Button("Complete: Third").ClickAsync();
        await Expect(again.Rows).ToHaveCountAsync(1);
        await again.ExpectFocusAsync();
        ann.ExpectNoComplaints();
        again.ExpectNoComplaints();
    }

    [Fact]
    public async Task Tabs_of_one_browser_share_one_stream()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        var streams = new List<IPage>();
        ann.Context.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath == "/api/changes/stream")
            {
                streams.Add(request.Frame.Page);
            }
        };
        Visit second = await ann.TabAsync();
        Visit third = await ann.TabAsync();
        await ann.ApiAsync("/api/tasks", HttpMethod.Post, new { title = "Milk" });
        foreach (Visit tab in (Visit[])[ann, second, third])
        {
            await tab.Page.BringToFrontAsync();
            await Expect(tab.Row("Milk")).ToHaveCountAsync(1);
        }

        Assert.All(streams, page => Assert.Same(ann.Page, page)); // Or none, when the first tab's began before anybody listened here.
        streams.Clear();
        await ann.Page.CloseAsync();
        await second.ApiAsync("/api/tasks", HttpMethod.Post, new { title = "Bread" });
        foreach (Visit tab in (Visit[])[second, third])
        {
            await tab.Page.BringToFrontAsync();
            await Expect(tab.Row("Bread")).ToHaveCountAsync(1);
        }

        Assert.Single(streams.Distinct());
    }

    [Fact]
    public async Task A_check_shows_in_the_same_frame_and_is_taken_back_when_the_server_refuses()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk", "Bread");
        string[] classes = await ann.Page.EvaluateAsync<string[]>("""
            () => {
                const row = document.querySelector('main .task');
                row.querySelector('.tick').click();
                return [...row.classList];
            }
            """);
        Assert.Contains("done", classes);
        await Expect(ann.Rows).ToHaveCountAsync(1);

        foreach (int status in (int[])[500, 503, 409])
        {
            await ann.Page.RouteAsync("**/complete", route => route.FulfillAsync(new() { Status = status, ContentType = "text/html", Body = "<!doctype html><title>No</title><main><p class=error>Not now.</p></main>" }));
            await ann.Button("Complete: Bread").ClickAsync();
            await Expect(ann.Page.Locator("#toasts")).ToContainTextAsync(status == 409 ? "Not now" : "away");
            await Expect(ann.Row("Bread")).Not.ToHaveClassAsync(new Regex(@"\bdone\b"));
            await ann.Page.UnrouteAsync("**/complete");
            await ann.Page.ReloadAsync();
        }

        await ann.Button("Complete: Bread").ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(0);
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task Who_goes_on_while_something_is_saved_is_not_fetched_back_and_what_was_saved_is_told()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk");
        var held = new TaskCompletionSource();
        await ann.Page.RouteAsync("**/tasks/change", async route =>
        {
            await held.Task;
            await route.FulfillAsync(new() { Response = await route.FetchAsync() }); // To continue a request that outlives its page is not supported.
        });
        await ann.Row("Milk").Locator(".title").FocusAsync();
        Task<IRequest> sent = ann.Page.WaitForRequestAsync("**/tasks/change");
        await ann.Page.Keyboard.PressAsync("2");
        await sent;
        await ann.Page.Keyboard.PressAsync("g");
        await ann.Page.Keyboard.PressAsync("s");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Settings"));
        held.SetResult();
        await Expect(ann.Toast).ToContainTextAsync("Changed Milk");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Settings"));
        Assert.EndsWith("/settings", ann.Page.Url, StringComparison.Ordinal);
        Assert.Equal("high", (await ann.ApiAsync("/api/tasks/1")).GetProperty("priority").GetString());
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task What_waits_for_its_turn_is_sent_when_the_page_is_left()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk", "Bread");
        var held = new TaskCompletionSource();
        await ann.Page.RouteAsync("**/tasks/1/complete", async route =>
        {
            await held.Task;
            await route.AbortAsync();
        });
        Task<IRequest> sent = ann.Page.WaitForRequestAsync("**/tasks/1/complete");
        await ann.Button("Complete: Milk").ClickAsync();
        await sent;
        await ann.Button("Complete: Bread").ClickAsync();
        await ann.OpenAsync("/completed");
        await Expect(ann.Row("Bread")).ToHaveCountAsync(1);
        held.SetResult();
    }

    [Theory]
    [InlineData(Services.McpServer)]
    [InlineData(Services.Backend)]
    public async Task While_a_killed_service_is_gone_it_is_said_nothing_typed_is_lost_and_all_goes_on_after_its_return(Services which)
    {
        await using ServiceProcess victim = await System.ReplaceAsync(which);
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk");
        await using Visit plain = await ann.AgainAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        victim.Kill();
        await victim.WaitForExitAsync();
        try
        {
            await ann.Page.Locator("#add-text").FillAsync("Bread tomorrow");
            await ann.Page.Locator("#add-text").PressAsync("Enter");
            await Expect(ann.Page.Locator("#toasts")).ToContainTextAsync("away");
            await Expect(ann.Page.Locator("#add-text")).ToHaveValueAsync("Bread tomorrow");
            await ann.Button("Complete: Milk").ClickAsync();
            await Expect(ann.Row("Milk")).Not.ToHaveClassAsync(new Regex(@"\bdone\b"));

            await plain.Page.Locator("#add-text").FillAsync("Without scripts");
            await plain.Page.Locator("#add-text").PressAsync("Enter");
            await Expect(plain.Page.Locator("h1")).ToContainTextAsync("away");
            await Expect(plain.Button("Send it again")).ToBeVisibleAsync();
        }
        finally
        {
            await (which == Services.Backend ? System.Backend : System.McpServer).StartAsync();
        }

        // The same line, once more: it is saved once.
        await UntilAsync(async () =>
        {
            await ann.Page.Locator("#add-text").PressAsync("Enter");
            await ann.IdleAsync();
            return await ann.Rows.CountAsync() == 2;
        });
        await Expect(ann.Row("Bread").Locator("time")).ToHaveTextAsync("Tomorrow");
        await plain.Button("Send it again").ClickAsync();
        await Expect(plain.Page.Locator("main .task")).ToHaveCountAsync(3);
        await plain.Page.Locator("#add-text").FillAsync("And live again");
        await plain.Page.Locator("#add-text").PressAsync("Enter");
        await Expect(ann.Row("And live again")).ToHaveCountAsync(1);
        ann.ExpectNoComplaints();
    }

    // Until it holds: a circuit takes a moment to close.
    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(ServiceProcess.Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!await holds())
        {
            await pause.WaitForNextTickAsync(patience.Token);
        }
    }
}

public sealed class TogetherOnSqlite(OpenToAll fixture, Browser browser) : TogetherTests(fixture, browser), IClassFixture<OpenToAll>, IClassFixture<Browser>;

public sealed class TogetherOnPostgres(OpenToAllOnPostgres fixture, Browser browser) : TogetherTests(fixture, browser), IClassFixture<OpenToAllOnPostgres>, IClassFixture<Browser>;
