using System.Text.RegularExpressions;
using TodoApp.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Frontend;

/// <summary>The pages with nothing but a keyboard.</summary>
public abstract class KeyboardTests(SystemFixture fixture, Browser browser) : EngineTests(fixture, Services.Frontend)
{
    [Fact]
    public async Task A_task_is_dated_labelled_moved_ordered_edited_and_deleted()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.ApiAsync("/api/lists", HttpMethod.Post, new { name = "Home" });
        await ann.OpenAsync("/inbox");
        await ann.AddAsync("First", "Second", "Third");
        await PressAsync(ann, "Escape", "k", "k", "k");
        await Expect(ann.Row("First").Locator(".title")).ToBeFocusedAsync();

        await PressAsync(ann, "d");
        await Expect(ann.Page.Locator("#chooser")).ToBeVisibleAsync();
        await ann.Page.Keyboard.TypeAsync("in 3 days 9am");
        await Expect(ann.Page.Locator("#chooser-preview")).ToContainTextAsync("9:00");
        await PressAsync(ann, "Enter");
        await Expect(ann.Row("First").Locator("time")).ToHaveCountAsync(1);
        await ann.ExpectFocusAsync();
        await Expect(ann.Row("First").Locator(".title")).ToBeFocusedAsync();

        await PressAsync(ann, "l");
        await ann.Page.Keyboard.TypeAsync("errands");
        await PressAsync(ann, "Enter");
        await Expect(ann.Row("First").Locator(".label")).ToHaveTextAsync("errands");
        foreach ((string key, string? priority) in (IEnumerable<(string, string?)>)[("1", "urgent"), ("2", "high"), ("3", "medium"), ("4", "low"), ("0", null)])
        {
            await PressAsync(ann, key);
            await (priority is null
                ? Expect(ann.Row("First")).Not.ToHaveAttributeAsync("data-priority", new Regex("."))
                : Expect(ann.Row("First")).ToHaveAttributeAsync("data-priority", priority));
        }

        await PressAsync(ann, "Alt+ArrowDown");
        await Expect(ann.Rows.Locator(".title")).ToHaveTextAsync(["Second", "First", "Third"]);
        await PressAsync(ann, "Alt+ArrowUp");
        await Expect(ann.Rows.Locator(".title")).ToHaveTextAsync(["First", "Second", "Third"]);
        await ann.ExpectFocusAsync();

        await PressAsync(ann, "m");
        await ann.Page.Keyboard.TypeAsync("hom");
        await PressAsync(ann, "Enter");
        await Expect(ann.Toast).ToContainTextAsync("Moved First");
        await Expect(ann.Rows).ToHaveCountAsync(2);
        await ann.ExpectFocusAsync();
        await PressAsync(ann, "z");
        await Expect(ann.Rows).ToHaveCountAsync(3);

        await ann.Row("Second").Locator(".title").FocusAsync();
        await PressAsync(ann, "e");
        await Expect(ann.Page.Locator("#task-title")).ToBeFocusedAsync();
        await PressAsync(ann, "Control+a");
        await ann.Page.Keyboard.TypeAsync("Second, better");
        await ann.Page.Locator("#save").FocusAsync();
        await PressAsync(ann, "Enter");
        await Expect(ann.Toast).ToContainTextAsync("Second, better");
        await ann.ExpectFocusAsync();
        await PressAsync(ann, "Escape", "g", "i");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Inbox"));
        await Expect(ann.Row("Second, better")).ToHaveCountAsync(1);

        await ann.Row("Third").Locator(".title").FocusAsync();
        await PressAsync(ann, "o");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Third"));
        await PressAsync(ann, "x");
        await Expect(ann.Page.Locator("#state")).ToContainTextAsync("Reopen");
        await PressAsync(ann, "Delete");
        await Expect(ann.Toast.First).ToContainTextAsync("trash");
        await PressAsync(ann, "z");
        await Expect(ann.Page.Locator("#save")).ToBeVisibleAsync();
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task Several_tasks_are_chosen_and_changed_at_once()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("First", "Second", "Third", "Fourth");
        await PressAsync(ann, "Escape");
        await ann.Row("First").Locator(".title").FocusAsync();
        await PressAsync(ann, "v", "Shift+ArrowDown", "Shift+ArrowDown");
        await Expect(ann.Page.Locator(".pick:checked")).ToHaveCountAsync(3);
        await Expect(ann.Page.Locator("#selected")).ToContainTextAsync("3");
        await PressAsync(ann, "2");
        await Expect(ann.Page.Locator("main .task[data-priority=high]")).ToHaveCountAsync(3);
        await ann.ExpectFocusAsync();
        await PressAsync(ann, "z");
        await Expect(ann.Page.Locator("main .task[data-priority=high]")).ToHaveCountAsync(0);
        await ann.Row("Second").Locator(".title").FocusAsync();
        await PressAsync(ann, "v", "Shift+ArrowDown", "x");
        await Expect(ann.Rows.Locator(".title")).ToHaveTextAsync(["First", "Fourth"]);
        await ann.ExpectFocusAsync();
        await PressAsync(ann, "v", "Escape");
        await Expect(ann.Page.Locator(".pick:checked")).ToHaveCountAsync(0);
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task Every_page_is_reached_and_the_keys_are_told()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk yesterday");
        foreach ((string key, string title) in (IEnumerable<(string, string)>)[("t", "Today"), ("u", "Upcoming"), ("c", "Completed"), ("a", "Activity"), ("s", "Settings"), ("i", "Inbox")])
        {
            await PressAsync(ann, "Escape", "g", key);
            await Expect(ann.Page).ToHaveTitleAsync(new Regex(title));
            await ann.ExpectFocusAsync();
        }

        await PressAsync(ann, "/");
        await Expect(ann.Page.Locator("#search")).ToBeFocusedAsync();
        await ann.Page.Keyboard.TypeAsync("milk");
        await PressAsync(ann, "Enter");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Search"));
        await Expect(ann.Row("Milk")).ToHaveCountAsync(1);

        await PressAsync(ann, "Escape", "g", "s");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Settings"));
        await PressAsync(ann, "q");
        await Expect(ann.Page.Locator("#adder")).ToBeVisibleAsync();
        await ann.Page.Keyboard.TypeAsync("From anywhere");
        await PressAsync(ann, "Enter");
        await Expect(ann.Toast).ToContainTextAsync("From anywhere");
        await PressAsync(ann, "Escape", "g", "t");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Today"));

        // What is overdue, all to today.
        await Expect(ann.Page.Locator("#group-overdue .task")).ToHaveCountAsync(1);
        await ann.Row("Milk").Locator(".title").FocusAsync();
        await PressAsync(ann, "r");
        await Expect(ann.Page.Locator("#group-overdue")).ToHaveCountAsync(0);
        await Expect(ann.Rows).ToHaveCountAsync(1);
        await ann.ExpectFocusAsync();

        await PressAsync(ann, "?");
        await Expect(ann.Page.Locator("#help")).ToBeVisibleAsync();
        await ann.Page.Locator("#single-keys").FocusAsync();
        await PressAsync(ann, "Space", "Escape", "g", "i");
        await Expect(ann.Page.Locator("#help")).Not.ToBeVisibleAsync();
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Today")); // Single keys are off, Ctrl+K is not.
        await PressAsync(ann, "Control+k");
        await ann.Page.Keyboard.TypeAsync("trash");
        await PressAsync(ann, "Enter");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Trash"));
        ann.ExpectNoComplaints();
    }

    private static async Task PressAsync(Visit visit, params string[] keys)
    {
        foreach (string key in keys)
        {
            await visit.Page.Keyboard.PressAsync(key);
        }
    }
}

public sealed class KeyboardOnSqlite(OpenToAll fixture, Browser browser) : KeyboardTests(fixture, browser), IClassFixture<OpenToAll>, IClassFixture<Browser>;

public sealed class KeyboardOnPostgres(OpenToAllOnPostgres fixture, Browser browser) : KeyboardTests(fixture, browser), IClassFixture<OpenToAllOnPostgres>, IClassFixture<Browser>;
