using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TodoApp.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Frontend;

/// <summary>The pages in Chromium, from the browser to the database.</summary>
public abstract class WebAppTests(SystemFixture fixture, Browser browser) : EngineTests(fixture, Services.Frontend)
{
    private static readonly string[] Everywhere =
    [
        "/inbox", "/today", "/upcoming", "/completed", "/trash", "/search?q=milk", "/activity", "/lists", "/tasks/1", "/settings", "/connect",
        "/inbox?view=board&by=priority", "/today?view=board&by=date", "/upcoming?view=calendar",
    ];

    [Fact]
    public async Task A_task_is_added_completed_and_taken_back_without_a_load_and_without_losing_focus()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.Page.EvaluateAsync("window.sameDocument = true");
        ILocator line = ann.Page.Locator("#add-text");
        foreach (string text in (string[])["Pay rent every month on the 1st 9am @bills p1", "Milk", "<img src=x onerror=alert(1)>"])
        {
            await line.FillAsync(text);
            await line.PressAsync("Enter");
            await Expect(line).ToBeEmptyAsync();
            await Expect(line).ToBeFocusedAsync();
        }

        await Expect(ann.Rows).ToHaveCountAsync(3);
        await Expect(ann.Row("Pay rent").Locator(".label")).ToHaveTextAsync("bills");
        await Expect(ann.Row("<img src=x onerror=alert(1)>")).ToHaveCountAsync(1);
        await ann.Row("Milk").GetByRole(AriaRole.Button, new() { Name = "Complete: Milk" }).PressAsync("Enter");
        await Expect(ann.Toast).ToContainTextAsync("Completed Milk");
        await Expect(ann.Rows).ToHaveCountAsync(2);
        Assert.NotEqual("BODY", await ann.Page.EvaluateAsync<string>("document.activeElement.tagName"));
        await ann.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(3);
        await ann.Page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).GetByRole(AriaRole.Link, new() { Name = "Upcoming" }).ClickAsync();
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Upcoming"));
        await Expect(ann.Row("Pay rent")).ToHaveCountAsync(1);
        await ann.Page.GoBackAsync();
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Inbox"));
        Assert.True(await ann.Page.EvaluateAsync<bool>("window.sameDocument === true"));
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task Everything_is_done_by_keyboard()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("First", "Second", "Third");
        IKeyboard keyboard = ann.Page.Keyboard;
        await keyboard.PressAsync("Escape");
        await ann.Page.Locator("#main").FocusAsync();
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("j");
        await Expect(ann.Row("Second").Locator(".title")).ToBeFocusedAsync();
        await keyboard.PressAsync("x");
        await Expect(ann.Toast).ToContainTextAsync("Completed Second");
        await Expect(ann.Rows).ToHaveCountAsync(2);
        await keyboard.PressAsync("z");
        await Expect(ann.Rows).ToHaveCountAsync(3);
        await ann.Row("Third").Locator(".title").FocusAsync();
        await keyboard.PressAsync("1");
        await Expect(ann.Row("Third")).ToHaveAttributeAsync("data-priority", "urgent");
        await keyboard.PressAsync("?");
        await Expect(ann.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Undo");
        await keyboard.PressAsync("Escape");
        await Expect(ann.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await keyboard.PressAsync("Control+k");
        await Expect(ann.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await keyboard.TypeAsync("upcom");
        await keyboard.PressAsync("Enter");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Upcoming"));
        await keyboard.PressAsync("g");
        await keyboard.PressAsync("i");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Inbox"));
        await ann.Row("First").Locator(".title").FocusAsync();
        await keyboard.PressAsync("Delete");
        await Expect(ann.Rows).ToHaveCountAsync(2);
        await keyboard.PressAsync("q");
        await Expect(ann.Page.Locator("#add-text")).ToBeFocusedAsync();
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task What_somebody_else_changes_appears_and_leaves_what_is_typed_alone()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await using Visit again = await ann.AgainAsync();
        await ann.Page.Locator("#add-text").FillAsync("Half a thou");
        await again.AddAsync("From the other browser");
        await Expect(ann.Row("From the other browser")).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator("#add-text")).ToHaveValueAsync("Half a thou");
        await Expect(ann.Page.Locator("#add-text")).ToBeFocusedAsync();
        await again.Row("From the other browser").GetByRole(AriaRole.Button, new() { Name = "Complete: From the other browser" }).ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_scripts_tasks_are_added_completed_edited_and_found()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System, new BrowserNewContextOptions { JavaScriptEnabled = false });
        await ann.Page.Locator("#add-text").FillAsync("Buy milk");
        await ann.Page.Locator("#add-text").PressAsync("Enter");
        await Expect(ann.Rows).ToHaveCountAsync(1);
        await ann.Page.GetByRole(AriaRole.Link, new() { Name = "Buy milk" }).ClickAsync();
        await ann.Page.Locator("[name=title]").FillAsync("Buy oat milk");
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await ann.Page.GotoAsync(new Uri(System.Frontend.Url, "/search?q=oat").ToString());
        await Expect(ann.Rows).ToHaveCountAsync(1);
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Complete: Buy oat milk" }).ClickAsync();
        await ann.Page.GotoAsync(new Uri(System.Frontend.Url, "/completed").ToString());
        await Expect(ann.Row("Buy oat milk")).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData("light", 1280)]
    [InlineData("dark", 1280)]
    [InlineData("light", 320)]
    public async Task No_page_has_a_barrier_that_axe_finds_or_is_wider_than_the_screen(string theme, int width)
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System, new BrowserNewContextOptions
        {
            ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
        });
        await ann.AddAsync("Pay rent every month on the 1st 9am @bills p1 // **soon**", "Milk today", "Report yesterday p2", $"Long {new string('x', 200)}", "Done");
        await ann.Row("Done").GetByRole(AriaRole.Button, new() { Name = "Complete: Done" }).ClickAsync();
        await Expect(ann.Toast).ToContainTextAsync("Completed Done");
        foreach (string path in Everywhere)
        {
            IResponse? response = await ann.Page.GotoAsync(new Uri(System.Frontend.Url, path).ToString());
            Assert.True(response!.Ok, path);
            int overflow = await ann.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{path} is {overflow} px too wide.");
            try
            {
                await Axe.ExpectNoViolationsAsync(ann.Page);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{path}: {exception.Message}", exception);
            }
        }

        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task The_first_page_is_light_and_asks_no_other_site()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk today");
        foreach (string path in (string[])["/sign-in", "/today"])
        {
            await using IBrowserContext fresh = await browser.NewContextAsync();
            if (path != "/sign-in")
            {
                await fresh.AddCookiesAsync((await ann.Context.CookiesAsync()).Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path }));
            }

            IPage page = await fresh.NewPageAsync();
            ICDPSession devTools = await fresh.NewCDPSessionAsync(page);
            double bytes = 0;
            devTools.Event("Network.loadingFinished").OnEvent += (_, data) => bytes += data!.Value.GetProperty("encodedDataLength").GetDouble();
            await devTools.SendAsync("Network.enable");
            var strangers = new List<string>();
            page.Request += (_, request) =>
            {
                if (new Uri(request.Url).Authority != System.Frontend.Url.Authority)
                {
                    strangers.Add(request.Url);
                }
            };
            await page.GotoAsync(new Uri(System.Frontend.Url, path).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load });
            await page.WaitForFunctionAsync("performance.getEntriesByType('resource').length > 3");
            Assert.Empty(strangers);
            Assert.InRange(bytes, 5_000, 60_000); // Of 100 kB: what the build compresses least.
        }
    }

    [Fact]
    public async Task A_server_that_is_away_is_said_and_nothing_is_pretended()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk");
        await ann.Context.SetOfflineAsync(true);
        await ann.Row("Milk").GetByRole(AriaRole.Button, new() { Name = "Complete: Milk" }).ClickAsync();
        await Expect(ann.Page.GetByText("You are offline.")).ToBeVisibleAsync();
        await Expect(ann.Row("Milk")).Not.ToHaveClassAsync(new Regex(@"\bdone\b"));
        await ann.Context.SetOfflineAsync(false);
        await Expect(ann.Page.GetByText("You are offline.")).ToHaveCountAsync(0);
        await ann.Row("Milk").GetByRole(AriaRole.Button, new() { Name = "Complete: Milk" }).ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Pages_are_in_the_person_s_language()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System, new BrowserNewContextOptions { Locale = "de-DE" });
        await ann.OpenAsync("/today");
        await Expect(ann.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Heute");
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("lang", "de-DE");
        await ann.ApiAsync("/api/account", HttpMethod.Patch, new { locale = "en-GB" });
        await ann.OpenAsync("/today");
        await Expect(ann.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Today");
    }
}

public sealed class WebAppOnSqlite(OpenToAll fixture, Browser browser) : WebAppTests(fixture, browser), IClassFixture<OpenToAll>, IClassFixture<Browser>;

public sealed class WebAppOnPostgres(OpenToAllOnPostgres fixture, Browser browser) : WebAppTests(fixture, browser), IClassFixture<OpenToAllOnPostgres>, IClassFixture<Browser>;
