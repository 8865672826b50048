using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TodoApp.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Board;

/// <summary>The view <c>ui://todo/board</c> in Chromium, inside of a host (<see cref="BoardHost"/>).</summary>
public sealed class BoardViewTests(OnSqlite fixture, Browser browser) : EngineTests(fixture, Services.McpServer), IClassFixture<OnSqlite>, IClassFixture<Browser>
{
    [Fact]
    public async Task It_shows_what_the_tool_found_and_says_hello_as_the_specification_wants()
    {
        using HttpClient server = System.McpServerClient();
        using var api = new Api(server);
        await AddAsync(api, """{"title": "Pay rent", "due": "2020-12-01T09:00", "priority": "urgent", "labels": ["bills", "home"]}""", """{"title": "Someday"}""");
        await using BoardHost host = await BoardHost.OpenAsync(browser, server, """{"group_by": "date"}""", """{"theme": "light", "locale": "en-GB"}""");
        await Expect(host.View.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Open tasks");
        await Expect(host.View.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync(["Overdue 1", "Today 0", "Tomorrow 0", "No date 1"]);
        await Expect(Column(host, "Overdue 1").GetByRole(AriaRole.Listitem)).ToContainTextAsync("Pay rent");
        await Expect(Column(host, "Overdue 1").Locator(".meta > span")).ToHaveTextAsync(["Overdue: Tue, 1 Dec 2020 09:00", "Urgent", "@bills", "@home", "Inbox", "#1"]);
        await Expect(Column(host, "No date 1").Locator(".meta > span")).ToHaveTextAsync(["Inbox", "#2"]);
        Assert.Equal(["ui/notifications/sandbox-proxy-ready", "ui/initialize", "ui/notifications/initialized"], (await host.MethodsAsync()).Take(3));
        await host.Page.WaitForFunctionAsync("received.some(message => message.method === 'ui/notifications/size-changed') && frame.offsetHeight > 120");
        Assert.Equal(new JsonObject().ToJsonString(), (await host.AskAsync("ping"))["result"]!.ToJsonString());
        Assert.Equal(-32601, (int)(await host.AskAsync("tools/list"))["error"]!["code"]!);
        Assert.Equal(new JsonObject().ToJsonString(), (await host.AskAsync("ui/resource-teardown"))["result"]!.ToJsonString());
        Assert.Empty(host.StrayRequests);
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task Completing_a_task_completes_it_on_the_server_and_can_be_undone()
    {
        using HttpClient server = System.McpServerClient(new TestIdentity { Agent = "Board" });
        using var api = new Api(server);
        await AddAsync(api, """{"title": "A"}""", """{"title": "B"}""", """{"title": "Water", "due": "2099-01-01", "recurrence": "FREQ=WEEKLY"}""");
        await using BoardHost host = await BoardHost.OpenAsync(browser, server);
        await host.View.GetByRole(AriaRole.Button, new() { Name = "Complete A" }).FocusAsync();
        await host.Page.Keyboard.PressAsync("Enter");
        await Expect(host.View.GetByRole(AriaRole.Status)).ToHaveTextAsync("Completed “A”.");
        await Expect(host.View.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await Expect(host.View.GetByRole(AriaRole.Button, new() { Name = "Complete B" })).ToBeFocusedAsync();
        Assert.NotNull((await api.GetAsync("/tasks/1")).Json["completedAt"]);
        Assert.Equal("On the task board the user completed #1.", await host.ModelContextAsync());

        await host.View.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(host.View.GetByRole(AriaRole.Status)).ToHaveTextAsync("“A” is open again.");
        Assert.Null((await api.GetAsync("/tasks/1")).Json["completedAt"]);
        Assert.Equal("On the task board the user completed #1; opened #1 again.", await host.ModelContextAsync());

        await host.View.GetByRole(AriaRole.Button, new() { Name = "Complete Water" }).ClickAsync();
        await Expect(host.View.GetByRole(AriaRole.Status)).ToContainTextAsync("Completed “Water”. It is due again");
        await Expect(host.View.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeHiddenAsync();
        Assert.Equal("2099-01-08", (await api.GetAsync("/tasks/3")).Get("due"));
        Assert.Equal("Board", (string)(await api.GetAsync("/changes?since=4")).Items.First()["actor"]!["name"]!);
    }

    [Fact]
    public async Task Open_subtasks_are_asked_about()
    {
        using HttpClient server = System.McpServerClient();
        using var api = new Api(server);
        await AddAsync(api, """{"title": "Trip"}""", """{"title": "Hotel", "parentId": 1}""");
        await using BoardHost host = await BoardHost.OpenAsync(browser, server);
        await host.View.GetByRole(AriaRole.Button, new() { Name = "Complete Trip" }).ClickAsync();
        await Expect(host.View.GetByRole(AriaRole.Alert)).ToHaveTextAsync("“Trip” has open subtasks.");
        Assert.Null((await api.GetAsync("/tasks/1")).Json["completedAt"]);
        await host.View.GetByRole(AriaRole.Button, new() { Name = "Complete them too" }).ClickAsync();
        await Expect(host.View.GetByText("No open tasks here.")).ToBeVisibleAsync();
        Assert.NotNull((await api.GetAsync("/tasks/2")).Json["completedAt"]);
    }

    [Fact]
    public async Task A_task_moves_to_another_column_by_keyboard_and_keeps_its_time_its_series_and_its_other_labels()
    {
        using HttpClient server = System.McpServerClient();
        using var api = new Api(server);
        await AddAsync(api, """{"title": "Call", "due": "2020-01-01T09:00", "recurrence": "FREQ=WEEKLY;BYDAY=WE", "labels": ["a", "b"]}""", """{"title": "Other", "labels": ["c"]}""");
        string today = (await api.GetAsync("/overview")).Get("today");
        await using (BoardHost dates = await BoardHost.OpenAsync(browser, server, """{"group_by": "date"}"""))
        {
            await dates.View.GetByRole(AriaRole.Button, new() { Name = "Move Call" }).FocusAsync();
            await dates.Page.Keyboard.PressAsync("Enter");
            await Expect(dates.View.GetByRole(AriaRole.Group, new() { Name = "Move Call to" }).GetByRole(AriaRole.Button)).ToHaveTextAsync(["Today", "Tomorrow", "No date"]);
            await dates.Page.Keyboard.PressAsync("Tab");
            await dates.Page.Keyboard.PressAsync("Escape");
            await Expect(dates.View.GetByRole(AriaRole.Button, new() { Name = "Move Call" })).ToBeFocusedAsync();
            await Expect(dates.View.GetByRole(AriaRole.Group)).ToBeHiddenAsync();
            await dates.Page.Keyboard.PressAsync("Enter");
            await dates.Page.Keyboard.PressAsync("Tab");
            await dates.Page.Keyboard.PressAsync("Tab");
            await dates.Page.Keyboard.PressAsync("Enter");
            await Expect(dates.View.GetByRole(AriaRole.Status)).ToHaveTextAsync("Moved “Call” to Tomorrow.");
            await Expect(Column(dates, "Tomorrow 1").GetByRole(AriaRole.Button, new() { Name = "Move Call" })).ToBeFocusedAsync();
            string tomorrow = DateOnly.ParseExact(today, "yyyy-MM-dd").AddDays(1).ToString("yyyy-MM-dd");
            Assert.Equal(tomorrow + "T09:00", (await api.GetAsync("/tasks/1")).Get("due"));
            Assert.Equal("FREQ=WEEKLY;BYDAY=WE", (await api.GetAsync("/tasks/1")).Get("recurrence"));
            Assert.Equal($$"""On the task board the user moved #1 to {"due":"{{tomorrow}}"}.""", await dates.ModelContextAsync());
        }

        await using BoardHost labels = await BoardHost.OpenAsync(browser, server, """{"group_by": "label"}""");
        await Column(labels, "@a 1").GetByRole(AriaRole.Button, new() { Name = "Move Call" }).ClickAsync();
        await labels.View.GetByRole(AriaRole.Group, new() { Name = "Move Call to" }).GetByRole(AriaRole.Button, new() { Name = "@c" }).ClickAsync();
        await Expect(labels.View.GetByRole(AriaRole.Status)).ToHaveTextAsync("Moved “Call” to @c.");
        await Expect(Column(labels, "@b 1").Locator(".meta")).ToContainTextAsync("@b@c");
        await Expect(Column(labels, "@a 0")).ToBeVisibleAsync();
        await Expect(Column(labels, "@c 2")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_task_is_dragged_to_another_list()
    {
        using HttpClient server = System.McpServerClient();
        using var api = new Api(server);
        (await api.PostAsync("/lists", """{"name": "Work"}""")).Expect(201);
        await AddAsync(api, """{"title": "Report"}""");
        await using BoardHost host = await BoardHost.OpenAsync(browser, server);
        await host.View.GetByRole(AriaRole.Listitem).DragToAsync(Column(host, "Work 0"));
        await Expect(host.View.GetByRole(AriaRole.Status)).ToHaveTextAsync("Moved “Report” to Work.");
        Assert.Equal("Report", Assert.Single((await api.GetAsync("/tasks?list=Work")).Names));
    }

    [Fact]
    public async Task Titles_and_names_are_text_and_no_request_leaves()
    {
        const string hostile = """<img src=https://evil.test/x onerror="document.title='owned'"><script>document.title='owned'</script>""";
        using HttpClient server = System.McpServerClient();
        using var api = new Api(server);
        (await api.PostAsync("/lists", new JsonObject { ["name"] = hostile[..40] })).Expect(201);
        await AddAsync(api, new JsonObject { ["title"] = hostile, ["labels"] = new JsonArray("<b>bold</b>"), ["list"] = hostile[..40] }.ToJsonString());
        await using BoardHost host = await BoardHost.OpenAsync(browser, server);
        await Expect(host.View.Locator(".title")).ToHaveTextAsync(hostile);
        await Expect(host.View.GetByRole(AriaRole.Heading, new() { Level = 2 }).Last).ToHaveTextAsync(hostile[..40] + " 1");
        await Expect(host.View.GetByText("@<b>bold</b>")).ToBeVisibleAsync();
        await host.View.GetByRole(AriaRole.Button, new() { Name = "Move " + hostile }).ClickAsync();
        await host.View.GetByRole(AriaRole.Button, new() { Name = "Complete " + hostile }).ClickAsync();
        await Expect(host.View.GetByRole(AriaRole.Status)).ToHaveTextAsync($"Completed “{hostile}”.");
        Assert.Equal(0, await host.View.Locator("img, b, main script").CountAsync());
        Assert.Equal("Task board", await host.Frame.TitleAsync());
        Assert.Empty(host.StrayRequests);
        Assert.Empty(host.Complaints);

        // Even if something did run there, it could reach nothing.
        string tried = await host.Frame.EvaluateAsync<string>("""
            async () => {
              const image = new Promise(resolve => Object.assign(new Image(), { onload: () => resolve('loaded'), onerror: () => resolve('blocked') }).src = 'https://evil.test/i');
              const fetched = fetch('https://evil.test/f').then(() => 'fetched', () => 'blocked');
              return `${await image} ${await fetched}`;
            }
            """);
        Assert.Equal("blocked blocked", tried);
        Assert.Empty(host.StrayRequests);
    }

    [Fact]
    public async Task It_follows_the_host_s_theme_and_variables()
    {
        using HttpClient server = System.McpServerClient();
        using var api = new Api(server);
        await AddAsync(api, """{"title": "A", "due": "2020-01-01"}""");
        await using BoardHost host = await BoardHost.OpenAsync(browser, server, hostContext: """{"theme": "dark"}""");
        await ExpectBackgroundAsync("rgb(29, 27, 24)");
        await host.NotifyAsync("ui/notifications/host-context-changed", """{"theme": "light"}""");
        await ExpectBackgroundAsync("rgb(253, 251, 247)");
        await host.NotifyAsync("ui/notifications/host-context-changed", """
            {"styles": {"variables": {"--color-background-primary": "light-dark(rgb(1, 2, 3), rgb(4, 5, 6))", "--font-sans": "serif", "color": "red"}}}
            """);
        await ExpectBackgroundAsync("rgb(1, 2, 3)");
        await host.NotifyAsync("ui/notifications/host-context-changed", """{"theme": "dark"}""");
        await ExpectBackgroundAsync("rgb(4, 5, 6)");
        await Expect(host.View.Locator("body")).ToHaveCSSAsync("font-family", "serif");

        Task ExpectBackgroundAsync(string color) => Expect(host.View.Locator("body")).ToHaveCSSAsync("background-color", color);
    }

    [Theory]
    [InlineData("light", 1200)]
    [InlineData("dark", 1200)]
    [InlineData("light", 320)]
    [InlineData("dark", 320)]
    public async Task Nothing_keeps_anybody_from_using_it(string theme, int width)
    {
        using HttpClient server = System.McpServerClient();
        using var api = new Api(server);
        (await api.PostAsync("/lists", """{"name": "Work"}""")).Expect(201);
        await AddAsync(api, """{"title": "A", "due": "2020-01-01", "priority": "high", "labels": ["x"]}""", $$"""{"title": "{{new string('w', 200)}}", "list": "Work"}""", """{"title": "مهمة جديدة"}""");
        await using BoardHost host = await BoardHost.OpenAsync(
            browser, server, hostContext: $$"""{"theme": "{{theme}}"}""", options: new() { ViewportSize = new() { Width = width, Height = 700 }, ReducedMotion = ReducedMotion.Reduce });
        await host.View.GetByRole(AriaRole.Button, new() { Name = "Move A" }).ClickAsync();
        await Axe.ExpectNoViolationsAsync(host.Page);
        Assert.True(await host.Frame.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await Expect(host.View.Locator(".done").First).ToHaveCSSAsync("transition-property", "none");
    }

    [Fact]
    public async Task Errors_and_emptiness_are_said_and_a_host_that_calls_no_tools_gets_no_buttons()
    {
        using HttpClient server = System.McpServerClient();
        using var api = new Api(server);
        await using (BoardHost wrong = await BoardHost.OpenAsync(browser, server, """{"list": "Nowhere"}"""))
        {
            await Expect(wrong.View.GetByRole(AriaRole.Alert)).ToContainTextAsync("list names the list 'Nowhere', which does not exist");
        }

        await using (BoardHost empty = await BoardHost.OpenAsync(browser, server))
        {
            await Expect(empty.View.GetByText("No open tasks here.")).ToBeVisibleAsync();
            await AddAsync(api, """{"title": "New"}""");
            await empty.View.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
            await Expect(empty.View.GetByRole(AriaRole.Listitem)).ToContainTextAsync("New");

            // Gone meanwhile: the board says so, and shows what is there.
            (await api.DeleteAsync("/tasks/1")).Expect(200);
            await empty.View.GetByRole(AriaRole.Button, new() { Name = "Complete New" }).ClickAsync();
            await Expect(empty.View.GetByRole(AriaRole.Alert)).ToContainTextAsync("“New” was not changed.");
            await Expect(empty.View.GetByText("No open tasks here.")).ToBeVisibleAsync();

            await empty.NotifyAsync("ui/notifications/tool-cancelled", """{"reason": "user action"}""");
            await Expect(empty.View.GetByRole(AriaRole.Alert)).ToContainTextAsync("cancelled");
        }

        await AddAsync(api, """{"title": "Look"}""");
        await using BoardHost still = await BoardHost.OpenAsync(browser, server, hostCapabilities: "{}");
        await Expect(still.View.GetByRole(AriaRole.Listitem)).ToContainTextAsync("Look");
        await Expect(still.View.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    private static ILocator Column(BoardHost host, string name) => host.View.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    private static async Task AddAsync(Api api, params string[] tasks)
    {
        foreach (string task in tasks)
        {
            (await api.PostAsync("/tasks", task)).Expect(201);
        }
    }
}
