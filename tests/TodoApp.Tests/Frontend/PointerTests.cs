using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TodoApp.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Frontend;

/// <summary>The pages with a mouse, and with a finger on a phone.</summary>
public abstract class PointerTests(SystemFixture fixture, Browser browser) : EngineTests(fixture, Services.Frontend)
{
    [Fact]
    public async Task Rows_are_dragged_to_another_place_to_a_list_to_a_label_and_to_a_day()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.ApiAsync("/api/lists", HttpMethod.Post, new { name = "Home" });
        await ann.AddAsync("First @errands", "Second", "Third");
        await DragAsync(ann, ann.Row("Third"), ann.Row("First"), 0.1f);
        await Expect(ann.Rows.Locator(".title")).ToHaveTextAsync(["Third", "First", "Second"]);
        await ann.Page.ReloadAsync();
        await Expect(ann.Rows.Locator(".title")).ToHaveTextAsync(["Third", "First", "Second"]);

        await DragAsync(ann, ann.Row("Third"), ann.Page.Locator("#side [data-drop^='add-label:']"));
        await Expect(ann.Row("Third").Locator(".label")).ToHaveTextAsync("errands");
        await DragAsync(ann, ann.Row("Second"), ann.Page.Locator("#side [data-drop='due:today']"));
        await Expect(ann.Row("Second").Locator("time")).ToHaveTextAsync("Today");
        await DragAsync(ann, ann.Row("First"), ann.Page.Locator("#side-lists li"));
        await Expect(ann.Rows).ToHaveCountAsync(2);
        await ann.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).Last.ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(3);

        // What is let go beside everything, or taken back by Escape, changes nothing.
        await DragAsync(ann, ann.Row("First"), ann.Main.Locator("h1"));
        await Expect(ann.Page.Locator("#toasts")).ToContainTextAsync("Nothing was moved");
        await Expect(ann.Rows).ToHaveCountAsync(3);
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task Chosen_rows_are_changed_together_by_the_bar()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.ApiAsync("/api/lists", HttpMethod.Post, new { name = "Home" });
        await ann.OpenAsync("/inbox");
        await ann.AddAsync("One", "Two", "Three", "Four", "Five");
        ILocator bar = ann.Page.Locator("#bulk");
        await Expect(bar).Not.ToBeVisibleAsync();

        await ChooseAsync("One", "Two");
        await bar.Locator("[name=due]").FillAsync("next friday");
        await bar.Locator("[name=due]").PressAsync("Enter");
        await Expect(ann.Page.Locator("main .task time")).ToHaveCountAsync(2);
        await ChooseAsync("One", "Two");
        await bar.Locator("[name=priority]").SelectOptionAsync("high");
        await ann.Button("Set priority").ClickAsync();
        await Expect(ann.Page.Locator("main .task[data-priority=high]")).ToHaveCountAsync(2);
        await ChooseAsync("Two", "Three");
        await bar.Locator("[name=add-label]").FillAsync("errands");
        await ann.Button("Add label").ClickAsync();
        await Expect(ann.Page.Locator("main .task .label")).ToHaveCountAsync(2);
        await ChooseAsync("Three", "Four");
        await bar.Locator("[name=list]").SelectOptionAsync(new SelectOptionValue { Label = "Home" });
        await bar.GetByRole(AriaRole.Button, new() { Name = "Move" }).ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(3);

        // From one box to another with Shift.
        await ChooseAsync("One");
        await ann.Row("Five").Locator(".pick").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(ann.Page.Locator(".pick:checked")).ToHaveCountAsync(3);
        await bar.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(0);
        await ann.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).Last.ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(3);

        await ChooseAsync("One", "Two");
        await bar.Locator("[name=due]").FillAsync("soon, perhaps");
        await ann.Button("Set date").ClickAsync();
        await Expect(ann.Page.Locator("#toasts")).ToContainTextAsync("date");
        await Expect(ann.Rows).ToHaveCountAsync(3);
        ann.ExpectNoComplaints();

        async Task ChooseAsync(params string[] titles)
        {
            if (!await ann.Page.Locator("#selecting").IsCheckedAsync())
            {
                await ann.Page.Locator("label.selecting").ClickAsync();
            }

            foreach (string title in titles)
            {
                await ann.Row(title).Locator(".pick").CheckAsync();
            }

            await Expect(ann.Page.Locator("#selected")).ToContainTextAsync($"{titles.Length}");
        }
    }

    [Fact]
    public async Task Cards_are_dragged_on_boards_and_in_calendars_and_moved_by_a_form()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System, new BrowserNewContextOptions { ViewportSize = new() { Width = 1600, Height = 1000 } });
        await ann.ApiAsync("/api/lists", HttpMethod.Post, new { name = "Home" });
        await ann.AddAsync("Milk @errands p2 today", "Report @work", "Walk");
        await ann.OpenAsync("/inbox?view=board&by=priority");
        ILocator urgent = ann.Page.Locator("section.column[data-drop=urgent]");
        await DragCardAsync(ann.Card("Walk"), urgent);
        await Expect(urgent.Locator(".card")).ToHaveCountAsync(1);
        await ann.Page.ReloadAsync();
        await Expect(urgent.Locator(".card .title")).ToHaveTextAsync("Walk");

        await ann.OpenAsync("/inbox?view=board&by=label");
        await DragCardAsync(ann.Card("Walk"), ann.Page.Locator("section.column").Filter(new() { HasText = "work" }).First);
        await Expect(ann.Page.Locator("section.column").Filter(new() { HasText = "work" }).First.Locator(".card")).ToHaveCountAsync(2);

        // By keyboard, and without scripts: the form in each card.
        await ann.OpenAsync("/inbox?view=board&by=priority");
        await ann.Page.GetByRole(AriaRole.Link, new() { Name = "Move: Walk" }).PressAsync("Enter");
        await Expect(ann.Page.Locator("#place-value")).ToBeFocusedAsync();
        await ann.Page.Locator("#place-value").SelectOptionAsync("low");
        await ann.Page.Locator("form.place button").PressAsync("Enter");
        await Expect(ann.Page.Locator("section.column[data-drop=low] .card .title")).ToHaveTextAsync("Walk");
        await ann.ExpectFocusAsync();

        await ann.OpenAsync("/today?view=board&by=date");
        await Expect(ann.Card("Milk")).ToHaveCountAsync(1);
        await ann.OpenAsync("/inbox?view=board&by=list");
        await Expect(ann.Card("Milk")).ToHaveCountAsync(1);

        foreach (string scale in (string[])["month", "week"])
        {
            await ann.OpenAsync("/upcoming?view=calendar&" + (scale == "week" ? "week=" + await ann.Page.EvaluateAsync<string>("document.body.dataset.today") : "month=" + (await ann.Page.EvaluateAsync<string>("document.body.dataset.today"))[..7]));
            ILocator other = ann.Page.Locator($"td[data-drop]:not([aria-current]):not(:has(.card)) >> nth={(scale == "month" ? 3 : 2)}");
            string day = (await other.GetAttributeAsync("data-drop"))!;
            await DragCardAsync(ann.Card("Milk").First, ann.Page.Locator($"#day-{day}"));
            await Expect(ann.Page.Locator($"#day-{day} .card")).ToHaveCountAsync(1);
            await ann.IdleAsync();
            JsonElement milk = await ann.ApiAsync("/api/tasks/1");
            Assert.StartsWith(day, milk.GetProperty("due").GetString(), StringComparison.Ordinal);
            await ann.ApiAsync("/api/tasks/1", HttpMethod.Patch, new { due = await ann.Page.EvaluateAsync<string>("document.body.dataset.today") });
        }

        await ann.Page.GetByRole(AriaRole.Link, new() { Name = "Later" }).ClickAsync();
        await Expect(ann.Page.Locator("td[aria-current=date]")).ToHaveCountAsync(0);
        await ann.Page.Locator("#period").GetByRole(AriaRole.Link, new() { Name = "Today" }).ClickAsync();
        await Expect(ann.Page.Locator("td[aria-current=date]")).ToHaveCountAsync(1);
        ann.ExpectNoComplaints();

        async Task DragCardAsync(ILocator card, ILocator place)
        {
            await ann.IdleAsync();
            await place.ScrollIntoViewIfNeededAsync();
            await card.ScrollIntoViewIfNeededAsync();
            LocatorBoundingBoxResult from = (await card.BoundingBoxAsync())!;
            LocatorBoundingBoxResult to = (await place.BoundingBoxAsync())!;
            await ann.Page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + from.Height - 3);
            await ann.Page.Mouse.DownAsync();
            await ann.Page.Mouse.MoveAsync(from.X + (from.Width / 2) + 10, from.Y + from.Height, new() { Steps = 3 });
            await ann.Page.Mouse.MoveAsync(to.X + (to.Width / 2), to.Y + (to.Height / 2), new() { Steps = 8 });
            await ann.Page.Mouse.UpAsync();
        }
    }

    [Fact]
    public async Task On_a_phone_everything_is_within_reach_of_a_finger()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System, new BrowserNewContextOptions { ViewportSize = new() { Width = 360, Height = 640 }, HasTouch = true, IsMobile = true });
        await ann.AddAsync("First", "Second", "Third");
        await ann.Page.Locator("nav.bar").GetByRole(AriaRole.Link, new() { Name = "Today" }).TapAsync();
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Today"));
        await ann.Page.Locator("nav.bar").GetByRole(AriaRole.Link, new() { Name = "More" }).TapAsync();
        await Expect(ann.Page.Locator("#side")).ToBeInViewportAsync();
        await ann.Page.Locator("#side").GetByRole(AriaRole.Link, new() { Name = "Inbox" }).TapAsync();
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Inbox"));

        // WCAG 2.2, 2.5.8: what is pressed is at least 24 by 24, and what is pressed most is larger.
        foreach (ILocator pressed in await ann.Page.Locator("main button:visible, nav.bar a:visible, main .tick:visible").AllAsync())
        {
            LocatorBoundingBoxResult box = (await pressed.BoundingBoxAsync())!;
            Assert.True(box.Width >= 24 && box.Height >= 24, await pressed.EvaluateAsync<string>("each => each.outerHTML"));
        }

        await ann.Button("Complete: Second").TapAsync();
        await Expect(ann.Rows).ToHaveCountAsync(2);
        await ann.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).TapAsync();
        await Expect(ann.Rows).ToHaveCountAsync(3);

        await ann.Row("First").Locator(".title").TapAsync();
        await Expect(ann.Page.Locator("#task-title")).ToHaveValueAsync("First");
        await ann.Page.Locator("#task-date").FillAsync("2099-12-01");
        await ann.Page.Locator("#save").TapAsync();
        await Expect(ann.Toast.Last).ToContainTextAsync("First");
        await ann.OpenAsync("/inbox");

        ICDPSession devTools = await ann.Context.NewCDPSessionAsync(ann.Page);
        LocatorBoundingBoxResult grip = (await ann.Row("Third").Locator("[data-grip]").BoundingBoxAsync())!;
        LocatorBoundingBoxResult first = (await ann.Row("First").BoundingBoxAsync())!;
        (double x, double y) = (grip.X + (grip.Width / 2), grip.Y + (grip.Height / 2));
        await TouchAsync("touchStart", x, y);
        for (int i = 1; i <= 8; i++)
        {
            await TouchAsync("touchMove", x - i, y + ((first.Y + 2 - y) * i / 8));
        }

        await devTools.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object> { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await Expect(ann.Rows.Locator(".title")).ToHaveTextAsync(["Third", "First", "Second"]);

        await ann.Row("Second").Locator(".title").ClickAsync();
        await Expect(ann.Page.Locator("#task-title")).ToHaveValueAsync("Second");
        ann.ExpectNoComplaints();

        Task TouchAsync(string type, double left, double top) => devTools.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
        {
            ["type"] = type,
            ["touchPoints"] = new[] { new Dictionary<string, object> { ["x"] = left, ["y"] = top } },
        });
    }

    private static async Task DragAsync(Visit visit, ILocator row, ILocator place, float height = 0.5f)
    {
        await visit.IdleAsync();
        await row.HoverAsync();
        LocatorBoundingBoxResult from = (await row.Locator("[data-grip]").BoundingBoxAsync())!;
        LocatorBoundingBoxResult to = (await place.BoundingBoxAsync())!;
        await visit.Page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + (from.Height / 2));
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(to.X + Math.Min(to.Width / 2, 100), to.Y + (to.Height * height), new() { Steps = 8 });
        await visit.Page.Mouse.UpAsync();
    }
}

public sealed class PointerOnSqlite(OpenToAll fixture, Browser browser) : PointerTests(fixture, browser), IClassFixture<OpenToAll>, IClassFixture<Browser>;

public sealed class PointerOnPostgres(OpenToAllOnPostgres fixture, Browser browser) : PointerTests(fixture, browser), IClassFixture<OpenToAllOnPostgres>, IClassFixture<Browser>;
