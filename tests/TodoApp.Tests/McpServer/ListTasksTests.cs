using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class ListTasksTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    private static async Task<List<JsonNode>> ReadAllAsync(Api api, string query, int limit)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            Reply page = (await api.GetAsync($"/tasks?{query}&limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            all.AddRange(page.Items);
            cursor = (string?)page.Json["nextCursor"];
            Assert.True(cursor is null || page.Items.Length == limit);
        }
        while (cursor is not null);
        return all;
    }

    [Fact]
    public async Task Every_sort_pages_through_all_tasks_once_and_in_order()
    {
        using Api api = Api();
        string[] priorities = ["none", "low", "medium", "high", "urgent"];
        string?[] dues = [null, "2026-12-01", "2026-12-01T09:00", "2026-11-30T23:59", "2027-01-01"];
        for (int i = 0; i < 23; i++)
        {
            (await api.PostAsync("/tasks", new JsonObject { ["title"] = $"T{i}", ["priority"] = priorities[i * 7 % 5], ["due"] = dues[i * 3 % 5] })).Expect(201);
        }

        await api.PatchAsync("/tasks/3", """{"title": "changed last"}""");
        foreach (string sort in new[] { "position", "due", "priority", "created", "updated" })
        {
            List<JsonNode> all = await ReadAllAsync(api, $"sort={sort}", 200);
            Assert.Equal(23, all.Select(task => (long)task["number"]!).Distinct().Count());
            Assert.Equal(all.Select(task => (string)task["id"]!), (await ReadAllAsync(api, $"sort={sort}", 4)).Select(task => (string)task["id"]!));
            Assert.Equal(all.Select(task => (string)task["id"]!).Reverse(), (await ReadAllAsync(api, $"sort=-{sort}", 5)).Select(task => (string)task["id"]!));
        }

        List<JsonNode> byPriority = await ReadAllAsync(api, "sort=priority", 7);
        Assert.Equal(byPriority.Select(task => Array.IndexOf(priorities, (string)task["priority"]!)).OrderDescending(), byPriority.Select(task => Array.IndexOf(priorities, (string)task["priority"]!)));
        List<JsonNode> byDue = await ReadAllAsync(api, "sort=due", 7);
        Assert.Equal(["2026-11-30T23:59", "2026-12-01T09:00", "2026-12-01", "2027-01-01", null], byDue.Select(task => (string?)task["due"]).Distinct());
        Assert.Equal("changed last", (string)(await ReadAllAsync(api, "sort=-updated", 3))[0]["title"]!);
    }

    [Fact]
    public async Task A_page_is_not_disturbed_by_what_is_added_or_completed_meanwhile()
    {
        using Api api = Api();
        for (int i = 0; i < 10; i++)
        {
            await api.PostAsync("/tasks", $$"""{"title": "T{{i}}"}""");
        }

        Reply first = await api.GetAsync("/tasks?limit=4");
        await api.PostAsync("/tasks/2/complete");
        await api.PostAsync("/tasks/4/complete");
        await api.PostAsync("/tasks", """{"title": "New"}""");
        Reply second = await api.GetAsync($"/tasks?limit=100&cursor={first.Get("nextCursor")}");
        Assert.Equal(["T4", "T5", "T6", "T7", "T8", "T9", "New"], second.Names);
    }

    [Fact]
    public async Task Filters_select_by_list_label_priority_parent_status_and_text()
    {
        using Api api = Api();
        await api.PostAsync("/lists", """{"name": "Work"}""");
        await api.PostAsync("/tasks", """{"title": "Alpha 100%", "list": "Work", "labels": ["home", "x"], "priority": "p1"}""");
        await api.PostAsync("/tasks", """{"title": "Beta", "labels": ["home"], "notes": "alpha inside", "priority": "low"}""");
        await api.PostAsync("/tasks", """{"title": "Gamma", "parentId": 2}""");
        await api.PostAsync("/tasks", """{"title": "Delta"}""");
        await api.PostAsync("/tasks/4/complete");
        await api.PostAsync("/tasks", """{"title": "Epsilon"}""");
        await api.DeleteAsync("/tasks/5");
        string label = (string)(await api.GetAsync("/labels")).Items[0]["id"]!;
        foreach ((string query, string expected) in new[]
        {
            ("", "Alpha 100%,Beta,Gamma"), ("list=WORK", "Alpha 100%"), ("list=inbox", "Beta,Gamma"), ("label=Home", "Alpha 100%,Beta"), ("label=x&list=work", "Alpha 100%"),
            ($"label={label}", "Alpha 100%,Beta"), ("priority=urgent", "Alpha 100%"), ("priority=p1,low", "Alpha 100%,Beta"), ("parent=2", "Gamma"), ("parent=none", "Alpha 100%,Beta"),
            ("status=completed", "Delta"), ("status=trashed", "Epsilon"), ("status=all&sort=created", "Alpha 100%,Beta,Gamma,Delta"),
            ("q=ALPHA", "Alpha 100%,Beta"), ("q=100%25", "Alpha 100%"), ("q=%25%25", ""), ("q=_lpha", ""), ("parent=999", ""),
        })
        {
            Assert.Equal(expected, string.Join(',', (await api.GetAsync("/tasks?" + query)).Expect(200).Names));
        }

        (await api.GetAsync("/tasks?list=Wrok")).ExpectProblem(422, "invalid", "list");
        (await api.GetAsync("/tasks?label=nope")).ExpectProblem(422, "invalid", "label");
    }

    [Fact]
    public async Task Text_is_found_without_regard_to_case_in_every_script()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "Ärger ÉCOLE Ωμέγα"}""");
        foreach (string text in new[] { "ärger", "ÄRGER", "école", "ÉCOLE", "ωμέγα" })
        {
            Assert.Single((await api.GetAsync($"/tasks?q={Uri.EscapeDataString(text)}")).Items);
        }

        (await api.GetAsync($"/tasks?q={new string('x', 501)}")).ExpectProblem(422, "invalid", "q");
    }

    [Fact]
    public async Task Sorting_by_due_date_pages_rightly_for_an_account_that_moved_to_another_zone()
    {
        var identity = new TestIdentity { TimeZone = "Europe/Berlin" };
        using Api berlin = Api(identity);
        for (int i = 0; i < 12; i++)
        {
            await berlin.PostAsync("/tasks", $$"""{"title": "T{{i}}", "due": "2030-01-01T{{i + 8:00}}:00", "dueTimeZone": "Europe/Berlin"}""");
        }

        foreach (string zone in new[] { "America/New_York", "Asia/Tokyo" })
        {
            using Api moved = Api(identity with { TimeZone = zone });
            Assert.Equal(Enumerable.Range(0, 12).Select(i => $"T{i}"), (await ReadAllAsync(moved, "sort=due", 3)).Select(task => (string)task["title"]!));
        }
    }

    [Fact]
    public async Task A_write_after_moving_to_another_zone_takes_all_due_times_along_without_a_change()
    {
        var identity = new TestIdentity { TimeZone = "Asia/Tokyo" };
        using Api tokyo = Api(identity);
        await tokyo.PostAsync("/tasks", """{"title": "A", "due": "2030-01-01T20:00", "dueTimeZone": "America/New_York"}""");
        await tokyo.PostAsync("/tasks", """{"title": "B", "due": "2030-01-01"}""");
        Assert.Equal(["B"], (await tokyo.GetAsync("/tasks?dueAfter=2029-12-31&dueBefore=2030-01-02")).Names);
        using Api moved = Api(identity with { TimeZone = "America/New_York" });
        long version = (await moved.GetAsync("/snapshot")).Number("version");
        await moved.PostAsync("/tasks", """{"title": "C", "due": "2030-01-02T02:00", "dueTimeZone": "Europe/Berlin"}""");
        Assert.Equal(["A", "C", "B"], (await moved.GetAsync("/tasks?dueAfter=2029-12-31&dueBefore=2030-01-02&sort=due")).Names);
        Assert.Equal(["created"], (await moved.GetAsync($"/changes?since={version}")).Items.Select(change => (string)change["kind"]!));
        await tokyo.PatchAsync("/tasks/2", """{"due": "2030-01-02T02:00", "dueTimeZone": "Europe/Berlin"}""");
        Assert.Equal(["A", "B", "C"], (await tokyo.GetAsync("/tasks?dueAfter=2030-01-01&dueBefore=2030-01-03")).Names.Order());
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Pacific/Pago_Pago")]
    public async Task Due_filters_mean_the_day_of_the_account(string zone)
    {
        using Api api = Api(new TestIdentity { TimeZone = zone });
        TimeZoneInfo info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        DateTime now = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), info).DateTime;
        DateTime utc = TimeProvider.System.GetUtcNow().UtcDateTime;
        foreach ((string title, string? due, string? dueZone) in new[]
        {
            ("yesterday", $"{now.AddDays(-1):yyyy-MM-dd}", null), ("today", $"{now:yyyy-MM-dd}", null), ("tomorrow", $"{now.AddDays(1):yyyy-MM-dd}", null), ("never", null, (string?)null),
            ("minutes ago in UTC", $"{utc.AddMinutes(-2):yyyy-MM-ddTHH:mm}", "UTC"), ("in two days in Tokyo", $"{utc.AddHours(9).AddDays(2):yyyy-MM-ddTHH:mm}", "Asia/Tokyo"),
        })
        {
            (await api.PostAsync("/tasks", new JsonObject { ["title"] = title, ["due"] = due, ["dueTimeZone"] = dueZone })).Expect(201);
        }

        Assert.Equal(["yesterday", "minutes ago in UTC"], (await api.GetAsync("/tasks?due=overdue")).Names);
        Assert.Contains("today", (await api.GetAsync("/tasks?due=today")).Names);
        Assert.Equal(["tomorrow", "in two days in Tokyo"], (await api.GetAsync("/tasks?due=upcoming&sort=due")).Names);
        Assert.Equal(["never"], (await api.GetAsync("/tasks?due=none")).Names);
        Assert.Equal(["yesterday"], (await api.GetAsync($"/tasks?dueBefore={now:yyyy-MM-dd}&dueAfter={now.AddDays(-2):yyyy-MM-dd}")).Names.Where(name => name == "yesterday"));
        Assert.DoesNotContain("tomorrow", (await api.GetAsync($"/tasks?dueAfter={now.AddDays(1):yyyy-MM-dd}")).Names);
        Assert.Contains("tomorrow", (await api.GetAsync($"/tasks?dueAfter={now:yyyy-MM-dd}")).Names);
    }

    [Fact]
    public async Task Cursors_from_elsewhere_and_wrong_parameters_are_refused_with_a_reason()
    {
        using Api api = Api();
        for (int i = 0; i < 3; i++)
        {
            await api.PostAsync("/tasks", $$"""{"title": "T{{i}}"}""");
        }

        string cursor = (await api.GetAsync("/tasks?limit=1")).Get("nextCursor");
        (await api.GetAsync($"/tasks?limit=2&cursor={cursor}")).Expect(200);
        foreach ((string query, string field) in new[]
        {
            ($"sort=due&cursor={cursor}", "cursor"), ($"status=completed&cursor={cursor}", "cursor"), ("cursor=x", "cursor"), ("cursor=AAAA", "cursor"), ($"cursor={new string('A', 2000)}", "cursor"),
            ("status=done", "status"), ("due=soon", "due"), ("dueBefore=tomorrow", "dueBefore"), ("sort=title", "sort"), ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"),
            ("priority=p5", "priority"), ("parent=abc", "parent"), ("list=%00", "list"),
        })
        {
            (await api.GetAsync("/tasks?" + query)).ExpectProblem(422, "invalid", field);
        }

        Reply unknown = (await api.GetAsync("/tasks?statsu=open")).ExpectProblem(400, "malformed-request", "statsu");
        Assert.Contains("Did you mean status?", unknown.Text, StringComparison.Ordinal);
        (await api.GetAsync("/tasks?limit=1&limit=2")).ExpectProblem(400, "malformed-request", "limit");
    }

    [Fact]
    public async Task Open_tasks_of_an_archived_list_are_shown_only_where_they_are_asked_for()
    {
        using Api api = Api();
        await api.PostAsync("/lists", """{"name": "Work"}""");
        await api.PostAsync("/lists", """{"name": "Old", "parent": "Work"}""");
        (await api.PostAsync("/tasks", """{"title": "new", "list": "Work", "due": "2020-01-01"}""")).Expect(201);
        (await api.PostAsync("/tasks", """{"title": "old", "list": "Old", "due": "2020-01-01", "labels": ["x"]}""")).Expect(201);
        (await api.PostAsync("/tasks", """{"title": "old sub", "parentId": 2}""")).Expect(201);
        (await api.PostAsync("/tasks", """{"title": "old done", "list": "Old"}""")).Expect(201);
        await api.PostAsync("/tasks/4/complete");
        (await api.PatchAsync("/lists/Old", """{"archived": true}""")).Expect(200);
        foreach (string query in (string[])["", "?due=overdue", "?label=x", "?q=old", "?filter=overdue", "?filter=%40x", "?filter=%23%23Work", "?filter=%23O*", "?sort=priority"])
        {
            Assert.DoesNotContain((await api.GetAsync("/tasks" + query)).Names, name => name.StartsWith("old", StringComparison.Ordinal));
        }

        Assert.Equal(["new"], (await api.GetAsync("/tasks?filter=overdue")).Names);
        Assert.Equal(["old", "old sub"], (await api.GetAsync("/tasks?list=Old")).Names);
        Assert.Equal(["old sub"], (await api.GetAsync("/tasks?parent=2")).Names);
        Assert.Equal(["old", "old sub"], (await api.GetAsync("/tasks?filter=%23Old")).Names);
        Assert.Equal(["new", "old", "old sub"], (await api.GetAsync("/tasks?filter=%23Old%20%7C%20overdue&sort=created")).Names);
        Assert.Equal(["old", "old sub"], (await api.GetAsync("/tasks?q=old&status=all&sort=created")).Names[..2]);
        Assert.Equal(["old done"], (await api.GetAsync("/tasks?status=completed")).Names);
        (await api.PatchAsync("/lists/Old", """{"archived": false}""")).Expect(200);
        Assert.Equal(["new", "old", "old sub"], (await api.GetAsync("/tasks?sort=created")).Names);
    }
}

public sealed class ListTasksOnSqlite(OnSqlite fixture) : ListTasksTests(fixture), IClassFixture<OnSqlite>;

public sealed class ListTasksOnPostgres(OnPostgres fixture) : ListTasksTests(fixture), IClassFixture<OnPostgres>;
