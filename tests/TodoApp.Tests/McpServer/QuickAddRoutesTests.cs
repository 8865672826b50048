using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class QuickAddRoutesTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    private static JsonObject Body(string text, bool? createLists = null) =>
        createLists is null ? new JsonObject { ["text"] = text } : new JsonObject { ["text"] = text, ["createLists"] = createLists };

    private static string?[] Titles(Reply reply) => [.. reply.Json["tasks"]!.AsArray().Select(task => (string?)task!["title"])];

    [Fact]
    public async Task A_text_becomes_a_task_with_every_field_it_names()
    {
        using Api api = Api();
        string list = (await api.PostAsync("/lists", """{"name": "Home"}""")).Expect(201).Get("id");
        const string text = "Pay rent every month on the 1st 9am #home @bills p1 // from the joint account";
        Reply added = (await api.PostAsync("/tasks", Body(text))).Expect(201);
        JsonNode task = added.Json["task"]!;
        Assert.Equal("Pay rent", (string?)task["title"]);
        Assert.Equal("FREQ=MONTHLY;BYMONTHDAY=1", (string?)task["recurrence"]);
        Assert.Equal(list, (string?)task["listId"]);
        Assert.Equal("urgent", (string?)task["priority"]);
        Assert.Equal("from the joint account", (string?)task["notes"]);
        Assert.EndsWith("-01T09:00", (string?)task["due"], StringComparison.Ordinal);
        Assert.Equal(task.ToJsonString(), (await api.GetAsync("/tasks/1")).Expect(200).Json.ToJsonString());
        Assert.Equal(task.ToJsonString(), Assert.Single(added.Json["tasks"]!.AsArray())!.ToJsonString());
        Assert.Equal(["bills"], (await api.GetAsync("/labels")).Names);
        JsonObject[] understood = [.. added.Json["understood"]!.AsArray().Select(span => span!.AsObject())];
        Assert.Equal(["recurrence", "time", "list", "label", "priority", "notes"], understood.Select(span => (string?)span["kind"]));
        Assert.All(understood, span => Assert.Equal((string?)span["text"], text.Substring((int)span["start"]!, (int)span["length"]!)));
        Assert.Equal([null, null, true, false, null, null], understood.Select(span => (bool?)span["exists"]));
    }

    [Fact]
    public async Task Lines_become_tasks_and_subtasks_in_one_group()
    {
        using Api api = Api();
        Reply added = (await api.PostAsync("/tasks", Body("Trip #Travel\n  Hotel @ask\n    Ann\n  Passport\nMilk", createLists: true))).Expect(201);
        Assert.Equal(["Trip", "Hotel", "Ann", "Passport", "Milk"], Titles(added));
        JsonNode[] tasks = [.. added.Json["tasks"]!.AsArray().Select(task => task!)];
        Assert.Equal([null, 0, 1, 0, null], tasks.Select(task => (string?)task["parentId"] is string parent ? Array.FindIndex(tasks, other => (string?)other["id"] == parent) : (int?)null));
        Assert.Equal(2, tasks.Select(task => (string?)task["listId"]).Distinct().Count());
        Assert.Equal(["Inbox", "Travel"], (await api.GetAsync("/lists")).Names);
        JsonNode[] changes = (await api.GetAsync("/changes?since=1")).Items;
        Assert.Equal(7, changes.Length);
        Assert.Single(changes.Select(change => (string?)change["groupId"]).Distinct());
    }

    [Fact]
    public async Task An_unknown_list_is_refused_until_it_may_be_created_and_nothing_is_done_then()
    {
        using Api api = Api();
        Reply refused = (await api.PostAsync("/tasks", Body("Milk @new\nRent #Nowhere"))).ExpectProblem(422, "invalid", "text");
        Assert.Contains("line 2", refused.Text, StringComparison.Ordinal);
        Assert.Contains("'Nowhere'", refused.Text, StringComparison.Ordinal);
        Assert.Contains("createLists", refused.Text, StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync("/tasks")).Items);
        Assert.Empty((await api.GetAsync("/labels")).Items);
        (await api.PostAsync("/tasks", Body("Rent #Nowhere\nMilk #NOWHERE", createLists: true))).Expect(201);
        Assert.Equal(["Inbox", "Nowhere"], (await api.GetAsync("/lists")).Names);
    }

    [Fact]
    public async Task List_and_parent_can_be_given_for_tasks_that_name_none()
    {
        using Api api = Api();
        string list = (await api.PostAsync("/lists", """{"name": "Home"}""")).Expect(201).Get("id");
        Reply added = (await api.PostAsync("/tasks", """{"text": "A\n  B\nC #Inbox", "list": "Home"}""")).Expect(201);
        Assert.Equal([true, true, false], added.Json["tasks"]!.AsArray().Select(task => (string?)task!["listId"] == list));
        Reply below = (await api.PostAsync("/tasks", new JsonObject { ["text"] = "D\nE", ["parentId"] = 1 })).Expect(201);
        string parent = (string)added.Json["task"]!["id"]!;
        Assert.All(below.Json["tasks"]!.AsArray(), task => Assert.Equal(parent, (string?)task!["parentId"]));
        (await api.PostAsync("/tasks", """{"text": "A", "list": "No such"}""")).ExpectProblem(422, "invalid", "text");
    }

    [Fact]
    public async Task The_same_key_adds_once()
    {
        using Api api = Api();
        Reply first = (await api.PostAsync("/tasks", Body("Milk\nBread"), ("Idempotency-Key", "k"))).Expect(201);
        Reply again = (await api.PostAsync("/tasks", Body("Milk\nBread"), ("Idempotency-Key", "k"))).Expect(201);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        Assert.Equal(2, (await api.GetAsync("/tasks")).Items.Length);
    }

    [Theory]
    [InlineData("""{"text": ""}""", 422, "text")]
    [InlineData("""{"text": " \n\t\n- "}""", 422, "text")]
    [InlineData("""{"text": null}""", 422, "text")]
    [InlineData("""{"text": 7}""", 400, "text")]
    [InlineData("""{"text": "a", "title": "b"}""", 400, "title")]
    [InlineData("""{"text": "a", "createLists": "yes"}""", 400, "createLists")]
    [InlineData("""{"text": "a\u0000b"}""", 422, "text")]
    [InlineData("""{"text": "a\ud800"}""", 422, "text")]
    [InlineData("""{"text": "a\n  b\n    c\n      d\n        e\n          f"}""", 422, "text")]
    [InlineData("""{"text": "a", "list": "x", "listId": "y"}""", 422, "list", "listId")]
    public async Task Wrong_bodies_are_explained_by_both_routes(string body, int status, params string[] fields)
    {
        using Api api = Api();
        string kind = status == 400 ? "malformed-request" : "invalid";
        (await api.PostAsync("/tasks", body)).ExpectProblem(status, kind, fields);
        (await api.PostAsync("/tasks/parse", body)).ExpectProblem(status, kind, fields);
        Assert.Empty((await api.GetAsync("/tasks")).Items);
    }

    [Fact]
    public async Task The_limits_are_named()
    {
        using Api api = Api();
        string line = new('x', 640);
        Assert.Contains("65536", (await api.PostAsync("/tasks", Body(string.Join('\n', Enumerable.Repeat(line, 103))))).ExpectProblem(422, "invalid", "text").Text, StringComparison.Ordinal);
        Assert.Contains("1 to 100", (await api.PostAsync("/tasks", Body(string.Join('\n', Enumerable.Range(1, 101))))).ExpectProblem(422, "invalid", "text").Text, StringComparison.Ordinal);
        Assert.Contains("line 2", (await api.PostAsync("/tasks", Body("a\n" + line))).ExpectProblem(422, "invalid", "text").Text, StringComparison.Ordinal);
        (await api.PostAsync("/tasks", Body(string.Join('\n', Enumerable.Range(1, 100))))).Expect(201);
    }

    [Fact]
    public async Task Parsing_shows_the_same_and_creates_nothing()
    {
        var identity = new TestIdentity();
        using Api reader = Api(identity with { Scope = "tasks:read" });
        using Api api = Api(identity);
        (await api.PostAsync("/tasks", Body("Milk @known"))).Expect(201);
        JsonObject body = Body("Trip tomorrow 9am #New @known @other\n  Hotel every! 3 days p2 // n");
        Reply parsed = (await reader.PostAsync("/tasks/parse", body)).Expect(200);
        Assert.Equal(["Milk"], (await api.GetAsync("/tasks")).Names);
        Assert.Equal(["Inbox"], (await api.GetAsync("/lists")).Names);
        Assert.Equal([null, null, false, true, false, null, null, null], parsed.Json["understood"]!.AsArray().Select(span => (bool?)span!["exists"]));
        JsonNode trip = parsed.Json["task"]!;
        Assert.Equal("New", (string?)trip["list"]);
        Assert.Equal(["known", "other"], trip["labels"]!.AsArray().Select(label => (string?)label));
        JsonNode hotel = parsed.Json["tasks"]![1]!;
        Assert.Equal(0, (int?)hotel["parent"]);
        Assert.Equal("completion", (string?)hotel["recurrenceFrom"]);
        body["createLists"] = true;
        Reply added = (await api.PostAsync("/tasks", body)).Expect(201);
        foreach (string field in new[] { "title", "notes", "due", "recurrence", "recurrenceFrom", "priority" })
        {
            Assert.Equal(parsed.Json["tasks"]!.AsArray().Select(task => (string?)task![field]), added.Json["tasks"]!.AsArray().Select(task => (string?)task![field]));
        }

        Assert.Equal(parsed.Json["understood"]!.ToJsonString(), added.Json["understood"]!.ToJsonString());
        (await reader.PostAsync("/tasks", body)).ExpectProblem(403, "forbidden");
    }

    [Fact]
    public async Task Dates_are_meant_in_the_caller_s_zone_and_week()
    {
        // At any moment it is a different day in one of these zones than in the other.
        foreach (string zone in new[] { "Pacific/Kiritimati", "Pacific/Pago_Pago" })
        {
            using Api api = Api(new TestIdentity { TimeZone = zone, WeekStart = "sunday" });
            DateTime now = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime;
            Reply parsed = (await api.PostAsync("/tasks/parse", Body("Call tomorrow\nCall next week"))).Expect(200);
            DateTime after = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime;
            string[] dues = [.. parsed.Json["tasks"]!.AsArray().Select(task => (string)task!["due"]!)];
            Assert.Contains(new[] { now, after }, local => dues[0] == $"{local.AddDays(1):yyyy-MM-dd}" && dues[1] == $"{local.AddDays(7 - (int)local.DayOfWeek):yyyy-MM-dd}");
        }
    }

    [Fact]
    public async Task Fields_of_rest_take_no_phrases()
    {
        using Api api = Api();
        (await api.PostAsync("/tasks", """{"title": "a", "due": "tomorrow"}""")).ExpectProblem(422, "invalid", "due");
        (await api.PostAsync("/tasks", """{"title": "a", "recurrence": "every monday"}""")).ExpectProblem(422, "invalid", "recurrence");
    }
}

public sealed class QuickAddRoutesOnSqlite(OnSqlite fixture) : QuickAddRoutesTests(fixture), IClassFixture<OnSqlite>;

public sealed class QuickAddRoutesOnPostgres(OnPostgres fixture) : QuickAddRoutesTests(fixture), IClassFixture<OnPostgres>;
