using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TodoApp.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Frontend;

/// <summary>What can be done on one task's page, with lists, labels and filters, and in the settings; by clicks.</summary>
public abstract class PageActionTests(SystemFixture fixture, Browser browser) : EngineTests(fixture, Services.Frontend)
{
    private const string WithScripts = "with scripts";

    public static TheoryData<string> Scripts => [WithScripts, "without scripts"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_task_is_all_that_it_can_be(string scripts)
    {
        await using Visit ann = await SignUpAsync(scripts);
        await AddAsync(ann, "Trip @travel");
        await ann.OpenAsync("/tasks/1");
        await ann.Page.Locator("#task-title").FillAsync("Trip to the sea");
        await ann.Page.Locator("#notes-edit summary").ClickAsync();
        await ann.Page.Locator("#task-notes").FillAsync("**Pack** early\n\n- sun hat\n\n<script>alert(1)</script> [bad](javascript:alert(1))");
        await ann.Page.Locator("#task-date").FillAsync("2099-12-01");
        await ann.Page.Locator("#task-time").FillAsync("09:30");
        await ann.Page.Locator("#task-priority").SelectOptionAsync("high");
        await ann.Page.Locator("#task-repeat").SelectOptionAsync("FREQ=WEEKLY");
        await ann.Page.Locator("#task-new-labels").FillAsync("summer, family");
        await SaveAsync(ann);
        await Expect(ann.Page.Locator("#notes-shown strong")).ToHaveTextAsync("Pack");
        await Expect(ann.Page.Locator("#notes-shown li")).ToHaveTextAsync("sun hat");
        await Expect(ann.Page.Locator("#notes-shown script")).ToHaveCountAsync(0);
        await Expect(ann.Page.Locator("#notes-shown [href^=javascript]")).ToHaveCountAsync(0);
        await Expect(ann.Page.Locator("fieldset.labels input:checked")).ToHaveCountAsync(3);
        JsonElement task = await ann.ApiAsync("/api/tasks/1");
        Assert.Equal("2099-12-01T09:30", task.GetProperty("due").GetString());
        Assert.Equal("FREQ=WEEKLY", task.GetProperty("recurrence").GetString());

        // One occurrence elsewhere, one left out, the end of it.
        await ann.Page.Locator("#only-this summary").ClickAsync();
        await ann.Page.Locator("#only-date").FillAsync("2099-12-03");
        await ann.Page.Locator("#only-this button").ClickAsync();
        await Expect(ann.Page.Locator("#task-date")).ToHaveValueAsync("2099-12-03");
        await ann.Button("Skip this one").ClickAsync();
        await Expect(ann.Page.Locator("#task-date")).ToHaveValueAsync("2099-12-08");
        await ann.Button("End the series").ClickAsync();
        await Expect(ann.Page.Locator(".repetition")).ToHaveCountAsync(0);

        // Subtasks, and what becomes of them.
        foreach (string subtask in (string[])["Book the train", "Book a room"])
        {
            int before = await ann.Page.Locator("main .task").CountAsync();
            await ann.Page.Locator("main [name=text]").FillAsync(subtask);
            await ann.Page.Locator("main [name=text]").PressAsync("Enter");
            await Expect(ann.Page.Locator("main .task")).ToHaveCountAsync(before + 1);
        }

        await ann.Button("Complete: Book the train").ClickAsync();
        await Expect(ann.Page.Locator("#subtasks .count")).ToHaveTextAsync("1/2");
        await ann.Page.Locator("#ask summary").ClickAsync();
        await ann.Button("Complete them too").ClickAsync();
        await Expect(ann.Page.Locator("#state")).ToContainTextAsync("Reopen");
        await Expect(ann.Page.Locator("#subtasks .count")).ToHaveTextAsync("2/2");
        await ann.Page.Locator("#state button").ClickAsync();
        await Expect(ann.Page.Locator("#state")).Not.ToContainTextAsync("Reopen");

        // Every change stands in its history and can be taken back.
        ILocator renamed = ann.Page.Locator("section[aria-labelledby=history] .change").Filter(new() { HasText = "Trip to the sea" }).Last;
        await Expect(renamed).ToBeVisibleAsync();
        await ann.Button("Delete it and its subtasks").ClickAsync();
        await ann.OpenAsync("/trash");
        await Expect(ann.Page.Locator("main .task")).ToHaveCountAsync(3);
        await ann.Button("Restore: Trip to the sea").ClickAsync();
        await ann.OpenAsync("/tasks/1");
        await Expect(ann.Page.Locator("#save")).ToBeVisibleAsync();
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task What_two_people_change_at_once_is_shown_side_by_side_and_nothing_typed_is_lost()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Trip");
        await ann.OpenAsync("/tasks/1");
        await ann.Page.Locator("#task-title").FillAsync("Trip, as one likes it");
        await using Visit again = await ann.AgainAsync();
        await again.OpenAsync("/tasks/1");
        await again.Page.Locator("#task-title").FillAsync("Trip, as the other likes it");
        await SaveAsync(again);

        // It is said, and the field that somebody is writing in stays.
        await Expect(ann.Page.Locator("section[aria-labelledby=history]")).ToContainTextAsync("as the other likes it");
        await Expect(ann.Page.Locator("#task-title")).ToHaveValueAsync("Trip, as one likes it");
        await ann.Page.Locator("#save").ClickAsync();
        await Expect(ann.Page.Locator("#meanwhile")).ToBeVisibleAsync();
        await Expect(ann.Page.Locator("#title-now")).ToContainTextAsync("as the other likes it");
        await Expect(ann.Page.Locator("#task-title")).ToHaveValueAsync("Trip, as one likes it");
        await ann.Page.Locator("#save").ClickAsync();
        await Expect(ann.Page.Locator("#meanwhile")).ToHaveCountAsync(0);
        Assert.Equal("Trip, as one likes it", (await ann.ApiAsync("/api/tasks/1")).GetProperty("title").GetString());
        ann.ExpectNoComplaints();
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Lists_labels_and_filters_are_made_changed_ordered_put_aside_and_deleted(string scripts)
    {
        await using Visit ann = await SignUpAsync(scripts);
        await ann.OpenAsync("/lists");
        foreach (string name in (string[])["Home", "Work", "Garden"])
        {
            await ann.Page.Locator("#new-list summary").ClickAsync();
            await ann.Page.Locator("#list-name").FillAsync(name);
            if (name == "Garden")
            {
                await ann.Page.Locator("#list-parent").SelectOptionAsync(new SelectOptionValue { Label = "Home" });
            }

            await ann.Button("Create list").ClickAsync();
            await Expect(ann.Page.Locator("#side-lists")).ToContainTextAsync(name);
            await ann.OpenAsync("/lists");
        }

        await Expect(ann.Page.Locator("#side-lists li")).ToHaveTextAsync(["Home", "Garden", "Work"]);
        await ann.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Work.*up|up.*Work", RegexOptions.IgnoreCase) }).ClickAsync();
        await Expect(ann.Page.Locator("#side-lists li")).ToHaveTextAsync(["Work", "Home", "Garden"]);

        // The same name twice is refused where it stands, and what was typed stays.
        await ann.Page.Locator("#new-list summary").ClickAsync();
        await ann.Page.Locator("#list-name").FillAsync("Home");
        await ann.Button("Create list").ClickAsync();
        await Expect(ann.Main.Locator(".error").First).ToBeVisibleAsync();
        await Expect(ann.Page.Locator("#list-name")).ToHaveValueAsync("Home");

        await ann.OpenAsync("/lists");
        await ann.Page.GetByRole(AriaRole.Link, new() { Name = "Edit: Work" }).ClickAsync();
        await ann.Page.Locator("#name").FillAsync("Office");
        await ann.Button("Save").ClickAsync();
        await Expect(ann.Main.Locator("h1")).ToHaveTextAsync("Office");
        await AddAsync(ann, "Report @urgent");
        await AddAsync(ann, "Mail @slow");

        await ann.Page.GetByRole(AriaRole.Link, new() { Name = "Edit: Office" }).ClickAsync();
        await ann.Button("Archive this list").ClickAsync();
        await Expect(ann.Page.Locator("#side-lists")).Not.ToContainTextAsync("Office");
        await ann.OpenAsync("/lists");
        await ann.Page.Locator("#archived summary").ClickAsync();
        await ann.Button("Take back from the archive: Office").ClickAsync();
        await Expect(ann.Page.Locator("#side-lists")).ToContainTextAsync("Office");

        await ann.OpenAsync("/lists");
        await ann.Page.GetByRole(AriaRole.Link, new() { Name = "Edit: urgent" }).ClickAsync();
        await ann.Page.Locator("#name").FillAsync("at once");
        await ann.Button("Save").ClickAsync();
        await Expect(ann.Main.Locator("h1")).ToContainTextAsync("at once");
        await Expect(ann.Row("Report")).ToHaveCountAsync(1);
        await ann.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Edit: .*at once") }).ClickAsync();
        await ann.Page.Locator("form[action$='/merge'] select").SelectOptionAsync(new SelectOptionValue { Label = "slow" });
        await ann.Page.Locator("form[action$='/merge'] button").ClickAsync();
        await Expect(ann.Page.Locator("#side")).Not.ToContainTextAsync("at once");
        await ann.Page.Locator("#side").GetByRole(AriaRole.Link, new() { Name = "slow 2" }).ClickAsync();
        await Expect(ann.Page.Locator("main .task")).ToHaveCountAsync(2);

        await ann.OpenAsync("/lists");
        await ann.Page.Locator("#new-filter summary").ClickAsync();
        await ann.Page.Locator("#filter-name").FillAsync("Soon");
        await ann.Page.Locator("#new-filter [name=query]").FillAsync("@slow & (no date");
        await ann.Button("Save filter").ClickAsync();
        await Expect(ann.Main.Locator(".error").First).ToBeVisibleAsync();
        await Expect(ann.Page.Locator("#new-filter [name=query]")).ToHaveValueAsync("@slow & (no date");
        await ann.Page.Locator("#new-filter [name=query]").FillAsync("@slow & no date");
        await ann.Button("Save filter").ClickAsync();
        await ann.Page.Locator("#side").GetByRole(AriaRole.Link, new() { Name = "Soon" }).ClickAsync();
        await Expect(ann.Main.Locator("h1")).ToHaveTextAsync("Soon");
        await Expect(ann.Page.Locator("main .task")).ToHaveCountAsync(2);
        await ann.Page.GetByRole(AriaRole.Link, new() { Name = "Edit: Soon" }).ClickAsync();
        await ann.Page.Locator("form[action$='/delete'] button").ClickAsync();
        await Expect(ann.Page.Locator("#side")).Not.ToContainTextAsync("Soon");

        // A list goes, its tasks stay.
        await ann.OpenAsync("/lists");
        await ann.Page.GetByRole(AriaRole.Link, new() { Name = "Edit: Office" }).ClickAsync();
        await ann.Page.Locator("#delete-to").SelectOptionAsync(new SelectOptionValue { Label = "Inbox" });
        await ann.Button("Delete this list").ClickAsync();
        await Expect(ann.Page.Locator("#side-lists")).Not.ToContainTextAsync("Office");
        await ann.OpenAsync("/inbox");
        await Expect(ann.Page.Locator("main .task")).ToHaveCountAsync(2);
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task What_was_done_is_seen_and_taken_back_in_the_activity_and_the_trash_is_emptied()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        ann.Page.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await ann.AddAsync("Milk", "Bread");
        await ann.Button("Complete: Milk").ClickAsync();
        await Expect(ann.Rows).ToHaveCountAsync(1);
        await ann.OpenAsync("/completed");
        await ann.Button("Reopen: Milk").ClickAsync();
        await ann.OpenAsync("/activity");
        ILocator latest = ann.Main.Locator(".change").First;
        await Expect(latest).ToContainTextAsync("reopened");
        await latest.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(ann.Main.Locator(".change").Filter(new() { HasText = "taken back" })).Not.ToHaveCountAsync(0);
        Assert.NotEqual(JsonValueKind.Null, (await ann.ApiAsync("/api/tasks/1")).GetProperty("completedAt").ValueKind);

        await ann.ApiAsync("/api/tasks/1", HttpMethod.Delete);
        await ann.ApiAsync("/api/tasks/2", HttpMethod.Delete);
        await ann.OpenAsync("/trash");
        await Expect(ann.Page.Locator("main .task")).ToHaveCountAsync(2);
        await ann.Button("Empty the trash").ClickAsync();
        await Expect(ann.Page.Locator("main .task")).ToHaveCountAsync(0);
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task Settings_are_changed_data_leaves_and_comes_back_and_the_account_goes()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        ann.Page.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await ann.AddAsync("Milk today", "Bread");
        await ann.OpenAsync("/settings");
        await ann.Page.Locator("#name").FillAsync("Anna");
        await ann.Page.Locator("#time-zone").FillAsync("Asia/Kathmandu");
        await ann.Page.Locator("#week-start").SelectOptionAsync("sunday");
        await ann.Page.Locator("[name=theme][value=dark]").CheckAsync();
        await ann.Page.Locator("form.form[action='/settings'] button").ClickAsync();
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(ann.Page.Locator("#side .account")).ToContainTextAsync("Anna");
        await Expect(ann.Page.Locator("body")).ToHaveAttributeAsync("data-zone", "Asia/Kathmandu");
        await ann.Page.Locator("#time-zone").FillAsync("Mars/Olympus");
        await ann.Page.Locator("form.form[action='/settings'] button").ClickAsync();
        await Expect(ann.Page.Locator("#timeZone-error, #time-zone-error").First).ToBeVisibleAsync();
        await Expect(ann.Page.Locator("#time-zone")).ToHaveValueAsync("Mars/Olympus");

        await using Visit again = await SignInAgainAsync(ann);
        await ann.OpenAsync("/settings/security");
        await Expect(ann.Main.Locator("li[id^=session-]")).ToHaveCountAsync(2);
        await ann.Page.Locator("#current-password").FillAsync(Person.Password);
        await ann.Page.Locator("#new-password").FillAsync(Person.Password + ", and more");
        await ann.Button("Change the password").ClickAsync();
        await Expect(ann.Main.Locator("li[id^=session-]")).ToHaveCountAsync(1);
        await again.Page.ReloadAsync();
        await Expect(again.Page).ToHaveTitleAsync(new Regex("Sign in"));

        await ann.OpenAsync("/settings/calendar");
        await ann.Button("Make an address").ClickAsync();
        string address = (await ann.Page.Locator("#calendar-address").TextContentAsync())!.Trim();
        await using (IAPIResponse calendar = await ann.Page.APIRequest.GetAsync(address))
        {
            Assert.Contains("SUMMARY:Milk", await calendar.TextAsync(), StringComparison.Ordinal);
        }

        await ann.OpenAsync("/settings/calendar");
        await ann.Button("Remove the address").ClickAsync();
        await Expect(ann.Button("Make an address")).ToBeVisibleAsync();

        await ann.OpenAsync("/settings/data");
        IDownload download = await ann.Page.RunAndWaitForDownloadAsync(() => ann.Page.GetByRole(AriaRole.Link, new() { Name = "Download JSON" }).ClickAsync());
        string file = await download.PathAsync();
        Assert.Contains("Bread", await File.ReadAllTextAsync(file, Cancel), StringComparison.Ordinal);
        await ann.Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "more.csv", MimeType = "text/csv", Buffer = "title,due\nFrom a file,2099-12-01\n"u8.ToArray() });
        await ann.Button("Check the file").ClickAsync();
        await Expect(ann.Page.Locator("#import-outcome")).ToContainTextAsync("1 task");
        Assert.Equal(2, (await ann.ApiAsync("/api/tasks")).GetProperty("items").GetArrayLength());
        if (await ann.Page.Locator("#file").EvaluateAsync<int>("each => each.files.length") == 0)
        {
            await ann.Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "more.csv", MimeType = "text/csv", Buffer = "title,due\nFrom a file,2099-12-01\n"u8.ToArray() });
        }

        await ann.Button("Import").ClickAsync();
        await ann.IdleAsync();
        await Expect(ann.Page.Locator("#import-outcome")).ToContainTextAsync("added", new() { IgnoreCase = true });
        Assert.Equal(3, (await ann.ApiAsync("/api/tasks")).GetProperty("items").GetArrayLength());

        await ann.Page.Locator("#password").FillAsync(Person.Password + ", and more");
        await ann.Button("Delete the account for good").ClickAsync();
        await Expect(ann.Page.Locator("h1")).ToContainTextAsync("deleted");
        await ann.Page.GotoAsync(new Uri(System.Frontend.Url, "/inbox").ToString());
        await Expect(ann.Page).ToHaveTitleAsync(new Regex("Sign in"));
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task A_refused_form_leads_to_what_is_wrong_and_who_presses_twice_means_it_once()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.OpenAsync("/settings");
        await ann.Page.Locator("#time-zone").FillAsync("Mars/Olympus");
        await ann.Page.Locator("form.form[action='/settings'] button").ClickAsync();
        await Expect(ann.Page.Locator("#time-zone")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(ann.Page.Locator("#time-zone")).ToBeFocusedAsync();

        await ann.OpenAsync("/connect");
        await ann.Page.Locator("#token-name").FillAsync("Claude");
        await ann.Button("Make a token").DblClickAsync();
        await Expect(ann.Page.Locator("#token")).ToBeVisibleAsync();
        Assert.Equal(1, (await ann.ApiAsync("/api/tokens")).GetProperty("items").GetArrayLength());

        await ann.OpenAsync("/lists");
        await ann.Page.Locator("#new-list summary").ClickAsync();
        await ann.Page.Locator("#list-name").FillAsync("Home");
        await ann.Button("Create list").DblClickAsync();
        await Expect(ann.Page.Locator("#side-lists")).ToContainTextAsync("Home");
        await ann.IdleAsync();
        await Expect(ann.Main.Locator(".error")).ToHaveCountAsync(0);
        ann.ExpectNoComplaints();
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task What_was_searched_for_is_kept_as_a_filter(string scripts)
    {
        await using Visit ann = await SignUpAsync(scripts);
        await ann.AddAsync("Buy milk", "Bread");
        await ann.OpenAsync("/search?q=milk");
        await ann.Page.Locator("#save-filter").ClickAsync();
        await Expect(ann.Page.Locator("#query")).ToHaveValueAsync("search: \"milk\"");
        await ann.Page.Locator("#filter-name").FillAsync("Milk");
        await ann.Button("Save filter").ClickAsync();
        await ann.Page.Locator("#filters + .items, .items").GetByRole(AriaRole.Link, new() { Name = "Milk", Exact = true }).ClickAsync();
        await Expect(ann.Rows.Locator(".title")).ToHaveTextAsync(["Buy milk"]);
        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task An_agent_is_connected_seen_at_work_and_taken_back()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Mine");
        await ann.OpenAsync("/connect");
        await ann.Page.Locator("#token-name").FillAsync("Claude on my laptop");
        await ann.Button("Make a token").ClickAsync();
        string token = (await ann.Page.Locator("#token").TextContentAsync())!.Trim();
        Assert.StartsWith("todo_pat_", token, StringComparison.Ordinal);
        await ann.Page.Locator("details.client summary").First.ClickAsync();
        await Expect(ann.Page.Locator("details.client[open]")).ToContainTextAsync("/mcp");

        await ann.OpenAsync("/inbox");
        using HttpClient agent = System.Frontend.Client();
        agent.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using (HttpResponseMessage added = await agent.PostAsync("/api/tasks", JsonContent.Create(new { title = "Its own" }), Cancel))
        {
            Assert.True(added.IsSuccessStatusCode);
        }

        await Expect(ann.Row("Its own")).ToHaveCountAsync(1);
        await Expect(ann.Row("Its own")).ToContainTextAsync("Claude on my laptop");
        await Expect(ann.Page.Locator("#toasts")).ToContainTextAsync("Claude on my laptop changed a task");

        await ann.OpenAsync("/connect");
        await ann.Main.Locator("li[id^=token-]").GetByRole(AriaRole.Link, new() { Name = "Take back…" }).ClickAsync();
        await Expect(ann.Main.Locator(".change")).ToContainTextAsync("Its own");
        await ann.Button("Take it back").ClickAsync();
        await Expect(ann.Page.Locator("#outcome")).ToContainTextAsync("1 change");
        using (HttpResponseMessage refused = await agent.GetAsync("/api/tasks", Cancel))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        await ann.OpenAsync("/inbox");
        await Expect(ann.Rows.Locator(".title")).ToHaveTextAsync(["Mine"]);
        ann.ExpectNoComplaints();
    }

    private Task<Visit> SignUpAsync(string scripts) =>
        Visit.SignUpAsync(browser, System, new BrowserNewContextOptions { JavaScriptEnabled = scripts == WithScripts });

    private static async Task AddAsync(Visit visit, string line)
    {
        int before = await visit.Page.Locator("main .task").CountAsync();
        await visit.Page.Locator("#add-text").FillAsync(line);
        await visit.Page.Locator("#add-text").PressAsync("Enter");
        await Expect(visit.Page.Locator("main .task")).ToHaveCountAsync(before + 1);
    }

    private static async Task SaveAsync(Visit visit)
    {
        await visit.Page.Locator("#save").ClickAsync();
        await Expect(visit.Toast.Last).ToBeVisibleAsync();
    }

    // Another session of the same person.
    private async Task<Visit> SignInAgainAsync(Visit visit)
    {
        string email = (await visit.ApiAsync("/api/account")).GetProperty("email").GetString()!;
        return await Visit.SignInAsync(browser, System, email);
    }
}

public sealed class PageActionsOnSqlite(OpenToAll fixture, Browser browser) : PageActionTests(fixture, browser), IClassFixture<OpenToAll>, IClassFixture<Browser>;

public sealed class PageActionsOnPostgres(OpenToAllOnPostgres fixture, Browser browser) : PageActionTests(fixture, browser), IClassFixture<OpenToAllOnPostgres>, IClassFixture<Browser>;
