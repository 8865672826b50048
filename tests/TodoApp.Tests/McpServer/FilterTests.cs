using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class FilterTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    private static async Task<string> FindAsync(Api api, string filter, string more = "") =>
        string.Join(',', (await api.GetAsync($"/tasks?filter={Uri.EscapeDataString(filter)}{more}")).Expect(200).Names);

    [Fact]
    public async Task Terms_select_what_they_say_and_are_put_together_by_operators()
    {
        // At noon there, whenever this runs: two hours before and after are the same day.
        string zone = Enumerable.Range(-11, 23).Select(hour => $"Etc/GMT{hour:+0;-0;+0}")
            .First(name => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(name)).Hour is 11 or 12);
        DateTime now = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime;
        using Api api = Api(new TestIdentity { TimeZone = zone });
        await api.PostAsync("/lists", """{"name": "Work"}""");
        await api.PostAsync("/lists", """{"name": "Work & play", "parent": "Work"}""");
        foreach ((string title, string more) in new[]
        {
            ("A", $$""" "due": "{{now:yyyy-MM-dd}}", "priority": "p1", "labels": ["home"] """),
            ("B", $$""" "due": "{{now.AddHours(-2):yyyy-MM-ddTHH:mm}}", "list": "Work", "labels": ["waiting"] """),
            ("C", $$""" "due": "{{now.AddDays(-1):yyyy-MM-dd}}", "list": "Work & play", "labels": ["home", "home office"] """),
            ("D", $$""" "due": "{{now.AddDays(1):yyyy-MM-dd}}", "recurrence": "FREQ=DAILY", "notes": "buy milk" """),
            ("E", $$""" "due": "{{now.AddDays(8):yyyy-MM-dd}}", "priority": "p3" """),
            ("F", """ "notes": "milk & honey", "list": "Work" """),
            ("G", """ "parentId": 6 """),
        })
        {
            (await api.PostAsync("/tasks", $$"""{"title": "{{title}}", {{more}}}""")).Expect(201);
        }

        foreach ((string filter, string expected) in new[]
        {
            ("all", "A,B,C,D,E,F,G"), ("today", "A,B"), ("tomorrow", "D"), ("overdue", "B,C"), ("upcoming", "D,E"), ("no date", "F,G"), ("no time", "A,C,D,E"),
            ("7 days", "A,B,D"), ("next 9 days", "A,B,D,E"), ("due: tomorrow", "D"), ("due before: today", "C"), ("due after: today", "D,E"), ("yesterday", "C"),
            ($"due before: {now:yyyy-MM-ddTHH:mm}", "B,C"), ($"due after: {now:yyyy-MM-dd}T01:00", "A,B,D,E"),
            ("#work", "B,F,G"), ("##work", "B,C,F,G"), ("#\"Work & play\"", "C"), ("#Work*", "B,C,F,G"), ("#none*", ""), ("#inbox", "A,D,E"),
            ("@home", "A,C"), ("@home*", "A,C"), ("@home office", "C"), ("@*", "A,B,C"), ("no labels", "D,E,F,G"), ("@x*", ""),
            ("p1", "A"), ("p3", "E"), ("no priority", "B,C,D,F,G"), ("recurring", "D"), ("subtask", "G"),
            ("search: milk", "D,F"), ("search: mi", "D,F"), ("search: milk honey", "F"), ("search: \"milk & honey\"", "F"), ("search: office", "C"), ("search: home & !p1", "C"),
            ("search: milk | @home", "A,C,D,F"), ("!search: milk", "A,B,C,E,G"), ("search: milk & search: honey", "F"), ("(search: milk) & (search: honey | today)", "F"),
            ("today | overdue & #Work", "A,B"), ("(today | overdue) & #Work", "B"), ("!today & !overdue & !no date", "D,E"), ("!(today | overdue | no date)", "D,E"),
            ("created: today", "A,B,C,D,E,F,G"), ("created before: today", ""), ("created after: yesterday & p1", "A"), ("updated: today & p1", "A"), ("!completed: today", "A,B,C,D,E,F,G"),
        })
        {
            Assert.Equal((filter, expected), (filter, await FindAsync(api, filter, "&sort=created")));
        }

        await api.PostAsync("/tasks/1/complete");
        Assert.Equal("A", await FindAsync(api, "completed: today", "&status=all"));
        Assert.Equal("B,C,D,E,F,G", await FindAsync(api, "!completed before: tomorrow", "&status=all&sort=created"));
        Assert.Equal("C", await FindAsync(api, "@home", "&q=office"));
        Assert.Equal("F", await FindAsync(api, "search: honey", "&q=milk&list=Work"));
        Assert.Equal("", await FindAsync(api, "search: honey", "&q=milk&list=Inbox"));
    }

    [Fact]
    public async Task Names_that_do_not_exist_and_mistakes_are_explained()
    {
        using Api api = Api();
        await api.PostAsync("/lists", """{"name": "Work"}""");
        foreach ((string filter, string what) in new[]
        {
            ("#Wrok", "at position 0 names the list 'Wrok', which does not exist. Did you mean 'Work'?"), ("today & @home", "at position 8 names the label 'home', which does not exist. There are no labels."),
            ("today | ovedue", "is wrong at position 8: 'ovedue' is not a term. Did you mean 'overdue'?"), (new string('(', 2500), "at most 1000 characters"), (new string('(', 999), "at most 50 parentheses"),
            ("a\0", "U+0000"), ("019a0000-0000-7000-8000-000000000001", "names the filter"), ($"search: {string.Join(' ', Enumerable.Range(100, 40))}", "at most 32 words"),
        })
        {
            Assert.Contains(what, (await api.GetAsync($"/tasks?filter={Uri.EscapeDataString(filter)}")).ExpectProblem(422, "invalid", "filter").Json["errors"]!["filter"]![0]!.ToString(), StringComparison.Ordinal);
        }

        await FindAsync(api, string.Join(" | ", Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? "p1" : "!today")));
        await FindAsync(api, new string('(', 50) + "today" + new string(')', 50));
        await FindAsync(api, new string('!', 995) + "today");
    }

    [Fact]
    public async Task Filters_are_saved_changed_used_and_deleted()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A", "priority": "p1"}""");
        await api.PostAsync("/tasks", """{"title": "B"}""");
        Reply saved = (await api.PostAsync("/filters", """{"name": "Urgent", "query": " p1 & !#Later "}""", ("Idempotency-Key", "f"))).Expect(201);
        Assert.Equal(saved.Text, (await api.PostAsync("/filters", """{"name": "Urgent", "query": " p1 & !#Later "}""", ("Idempotency-Key", "f"))).Text);
        Assert.Equal("p1 & !#Later", saved.Get("query"));
        (await api.PostAsync("/filters", """{"name": "ＵＲＧＥＮＴ", "query": "p1"}""")).ExpectProblem(409, "conflict");
        (await api.GetAsync($"/tasks?filter={saved.Get("id")}")).ExpectProblem(422, "invalid", "filter");
        Reply changed = (await api.PatchAsync("/filters/urgent", """{"query": "p1"}""", ("If-Match", saved.Header("ETag")!))).Expect(200);
        Assert.Equal(["A"], (await api.GetAsync($"/tasks?filter={saved.Get("id")}")).Names);
        (await api.PatchAsync("/filters/urgent", """{"name": "x"}""", ("If-Match", saved.Header("ETag")!))).ExpectProblem(412, "precondition-failed");
        Assert.Equal(changed.Text, (await api.GetAsync($"/filters/{saved.Get("id")}")).Expect(200).Text);
        await api.PostAsync("/filters", """{"name": "Second", "query": "today"}""");
        Assert.Equal(["Urgent", "Second"], (await api.GetAsync("/filters")).Names);
        (await api.PatchAsync("/filters/second", """{"position": "000000000001"}""")).Expect(200);
        Assert.Equal(["Second", "Urgent"], (await api.GetAsync("/filters")).Names);
        Assert.Equal(["Second", "Urgent"], (await api.GetAsync("/snapshot")).Json["filters"]!.AsArray().Select(filter => (string)filter!["name"]!));
        (await api.DeleteAsync("/filters/second", ("If-Match", "\"1\""))).ExpectProblem(412, "precondition-failed");
        (await api.DeleteAsync("/filters/second")).Expect(204);
        JsonNode[] log = [.. (await api.GetAsync("/changes?limit=1000")).Items.Where(change => change["filter"] is not null)];
        Assert.Equal(["created", "updated", "created", "moved", "deleted"], log.Select(change => (string)change["kind"]!));
        Assert.Equal(changed.Json.ToJsonString(), log[1]["after"]!.ToJsonString());
        Assert.Equal("""{"query":"p1 \u0026 !#Later"}""", log[1]["before"]!.ToJsonString());
        foreach ((string body, string field) in new[]
        {
            ("""{"query": "p1"}""", "name"), ("""{"name": "x"}""", "query"), ("""{"name": "x", "query": "ovedue"}""", "query"), ("""{"name": "x", "query": ""}""", "query"), ("""{"name": "", "query": "p1"}""", "name"),
            ("""{"name": "x", "query": null}""", "query"), ("""{"name": "x", "query": "search: a\u0000"}""", "query"), ("""{"name": "x", "query": "p1", "position": "!"}""", "position"),
        })
        {
            (await api.PostAsync("/filters", body)).ExpectProblem(422, "invalid", field);
        }

        (await api.PostAsync("/filters", """{"name": "x", "query": "p1", "color": "#000000"}""")).ExpectProblem(400, "malformed-request", "color");
        (await api.GetAsync("/filters/nope")).ExpectProblem(404, "not-found");
        (await api.PatchAsync("/filters/nope", """{"name": "x"}""")).ExpectProblem(404, "not-found");
        (await api.DeleteAsync("/filters/nope")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task A_filter_is_put_before_or_after_another()
    {
        using Api api = Api();
        foreach (string name in new[] { "First", "Second" })
        {
            (await api.PostAsync("/filters", $$"""{"name": "{{name}}", "query": "today"}""")).Expect(201);
        }

        (await api.PatchAsync("/filters/second", """{"before": "first"}""")).Expect(200);
        Assert.Equal(["Second", "First"], (await api.GetAsync("/filters")).Names);
        (await api.PostAsync("/filters", """{"name": "Between", "query": "p2", "after": "second"}""")).Expect(201);
        Assert.Equal(["Second", "Between", "First"], (await api.GetAsync("/filters")).Names);
        (await api.PatchAsync("/filters/second", """{"after": "nope"}""")).ExpectProblem(422, "invalid", "after");
        (await api.PatchAsync("/filters/second", """{"after": "second"}""")).ExpectProblem(422, "invalid", "after");
        (await api.PatchAsync("/filters/second", """{"after": "first", "position": "1"}""")).ExpectProblem(422, "invalid", "after");
        Assert.Equal(["Second", "Between", "First"], (await api.GetAsync("/filters")).Names);
    }

    [Fact]
    public async Task At_most_200_filters_are_saved()
    {
        using Api api = Api();
        for (int i = 0; i < 200; i++)
        {
            (await api.PostAsync("/filters", $$"""{"name": "F{{i}}", "query": "p1"}""")).Expect(201);
        }

        Assert.Contains("200", (await api.PostAsync("/filters", """{"name": "One more", "query": "p1"}""")).ExpectProblem(409, "conflict").Get("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_filter_is_used_by_its_name_unless_the_name_is_a_filter_itself()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "now", "due": "2020-01-01", "priority": "p1"}""");
        await api.PostAsync("/tasks", """{"title": "then"}""");
        (await api.PostAsync("/filters", """{"name": "Burning things", "query": "p1"}""")).Expect(201);
        (await api.PostAsync("/filters", """{"name": "no date", "query": "p1"}""")).Expect(201);
        Assert.Equal(["now"], (await api.GetAsync("/tasks?filter=burning%20Things")).Names);
        Assert.Equal(["then"], (await api.GetAsync("/tasks?filter=no%20date")).Names);
        Assert.Contains("is not a term", (await api.GetAsync("/tasks?filter=burning")).Expect(422).Text, StringComparison.Ordinal);
    }
}

public sealed class FilterOnSqlite(OnSqlite fixture) : FilterTests(fixture), IClassFixture<OnSqlite>;

public sealed class FilterOnPostgres(OnPostgres fixture) : FilterTests(fixture), IClassFixture<OnPostgres>;
