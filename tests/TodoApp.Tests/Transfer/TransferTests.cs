using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;
using TodoApp.Tests.McpServer;

namespace TodoApp.Tests.Transfer;

public abstract class TransferTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private static readonly string[] Texts =
    [
        "Buy milk", "=1+1", "+49 30", "-", "@home", "\ttab", "'quoted'", "a,b;\"c\"", "two\nlines", "שלום", "👩‍👩‍👧", "日本語", "<b>&amp;</b>", "\\ back/slash, comma", " x", "e\u0301",
    ];

    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_account_that_is_exported_and_imported_is_exported_as_the_same_bytes(int seed)
    {
        using Api api = Api();
        await FillAsync(api, new Random(seed));
        string json = (await api.GetAsync("/export")).Expect(200).Text;
        Assert.Equal(json, (await api.GetAsync("/export?format=json")).Text);
        using Api other = Api();
        Reply report = await ImportAsync(other, json);
        Assert.Equal("json", report.Get("format"));
        Assert.Empty(report.Json["warnings"]!.AsArray());
        Assert.Equal(json, (await other.GetAsync("/export")).Text);
        Assert.Equal(JsonNode.Parse(json)!["completions"]!.AsArray().Count, (int)report.Json["created"]!["completions"]!);
        Assert.True((int)report.Json["created"]!["completions"]! > 15, report.Text);

        // Once more: all of it is there already.
        long version = (await other.GetAsync("/snapshot")).Number("version");
        Reply again = await ImportAsync(other, json);
        Assert.Equal("""{"lists":0,"labels":0,"filters":0,"tasks":0,"completions":0}""", again.Json["created"]!.ToJsonString());
        Assert.Equal(Count(report) + report.Number("skipped"), again.Number("skipped"));
        Assert.Null(again.Json["groupId"]);
        Assert.Equal(version, (await other.GetAsync("/snapshot")).Number("version"));
        Assert.Equal(json, (await other.GetAsync("/export")).Text);
    }

    [Fact]
    public async Task An_imported_history_is_followed_by_the_log_undone_with_the_import_and_brought_back()
    {
        using Api source = Api();
        await FillAsync(source, new Random(4));
        using Api api = Api();
        await api.GetAsync("/lists");
        AccountCopy from = await AccountCopy.TakeAsync(api);
        string json = (await source.GetAsync("/export")).Text;
        Reply report = await ImportAsync(api, json);
        AccountCopy imported = await AccountCopy.TakeAsync(api);
        await from.FollowAsync(api, withGaps: true);
        imported.AssertEquals(from);
        imported.AssertSound();
        JsonNode log = (await api.GetAsync("/changes?kind=created&limit=1000")).Items.Last(change => change["completion"] is not null);
        Assert.Equal((long)log["version"]!, (long)log["after"]!["version"]!);
        Assert.Single((await api.GetAsync($"/changes?task={log["completion"]}&limit=1000")).Items, change => (long)change["version"]! == (long)log["version"]!);

        // Undone, done again, undone again and done again: the history has gone and come with its own times, actors and order.
        string group = report.Get("groupId");
        for (int i = 0; i < 4; i++)
        {
            Reply undone = (await api.PostAsync("/changes/undo", $$"""{"groupId": "{{group}}"}""")).Expect(200);
            group = undone.Get("groupId");
            AccountCopy now = await AccountCopy.TakeAsync(api);
            await from.FollowAsync(api);
            now.AssertEquals(from);
            JsonArray completions = (await api.GetAsync("/snapshot")).Json["completions"]!.AsArray();
            if (i % 2 == 0)
            {
                Assert.Empty(completions);
            }
            else
            {
                Assert.Equal(imported.Plain(), now.Plain());
                Assert.Equal(JsonNode.Parse(json)!["completions"]!.ToJsonString(), JsonNode.Parse((await api.GetAsync("/export")).Text)!["completions"]!.ToJsonString());
            }
        }

        // What is gone from the trash for good does not come back as a history without its task.
        await api.DeleteAsync($"/tasks/{log["completion"]}");
        await api.DeleteAsync("/trash");
        Assert.Contains("not in the history any more", (await api.PostAsync($"/changes/{log["version"]}/undo")).ExpectProblem(409, "conflict").Get("detail"), StringComparison.Ordinal);
        JsonNode removed = (await api.GetAsync("/changes?kind=deleted&limit=1000")).Items.Last(change => (string?)change["completion"] == (string)log["completion"]!);
        Assert.Contains("removed for good", (await api.PostAsync($"/changes/{removed["version"]}/undo")).ExpectProblem(409, "conflict").Get("detail"), StringComparison.Ordinal);
        await from.FollowAsync(api);
        (await AccountCopy.TakeAsync(api)).AssertEquals(from);
    }

    [Fact]
    public async Task Thousands_of_completions_of_one_task_are_exported_and_imported_in_their_order_and_the_same_twice_stays_twice()
    {
        const string id = "0197a1b2-0000-7000-8000-000000000001";
        string Completion(int i) => $$$"""{"taskId":"{{{id}}}","due":"2026-01-01T{{{i / 60 % 24:00}}}:{{{i % 60:00}}}","completedAt":"2026-01-0{{{1 + (i / 1440)}}}T00:00:00.{{{i % 1000:000}}}Z","actor":{"kind":"agent","id":"a","name":""}}""";
        string completions = string.Join(",\n", Enumerable.Range(0, 3000).Select(i => Completion(i == 1 ? 0 : i)));
        using Api api = Api();
        Reply report = await ImportAsync(api, $$"""{"format":"todo-app","formatVersion":1,"tasks":[{"id":"{{id}}","title":"A"}],"completions":[{{completions}}]}""");
        Assert.Equal(3000, (int)report.Json["created"]!["completions"]!);
        string json = (await api.GetAsync("/export")).Expect(200).Text;
        Assert.Contains($"\"completions\":[\n{completions}\n]}}", json, StringComparison.Ordinal);
        using Api other = Api();
        await ImportAsync(other, json);
        Assert.Equal(json, (await other.GetAsync("/export")).Text);
        Assert.Equal("2026-01-01T01:59", (string)(await other.GetAsync($"/tasks/{id}/completions?limit=1")).Items.Single()["due"]!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_table_that_is_exported_and_imported_is_exported_as_the_same_bytes(int seed)
    {
        using Api api = Api();
        await FillAsync(api, new Random(seed));
        Reply export = (await api.GetAsync("/export?format=csv")).Expect(200);
        Assert.StartsWith("text/csv", export.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Matches("^attachment; filename=\"?todo-app-[0-9-]+\\.csv\"?$", export.Header("Content-Disposition"));
        using Api other = Api();
        Reply report = await ImportAsync(other, export.Text);
        Assert.Equal("csv", report.Get("format"));
        Assert.Equal(export.Text, (await other.GetAsync("/export?format=csv")).Text);
        Assert.Equal(Count(report), Count(await ImportAsync(other, export.Text, "?dryRun=true")) + (await ImportAsync(other, export.Text)).Number("skipped"));
    }

    [Fact]
    public async Task No_cell_of_a_table_begins_like_a_formula()
    {
        using Api api = Api();
        foreach (string title in new[] { "=1+1", "+1", "-1", "@SUM(A1)", "'=1", "＝1", "=HYPERLINK(\"http://x\",\"y\")" })
        {
            (await api.PostAsync("/tasks", new JsonObject { ["title"] = title, ["notes"] = title, ["list"] = null, ["labels"] = new JsonArray(title) })).Expect(201);
        }

        string csv = (await api.GetAsync("/export?format=csv")).Text;
        Assert.DoesNotMatch("(^|,|\r\n)\"?[=+@＝-]", csv);
        using Api other = Api();
        await ImportAsync(other, csv);
        Assert.Equal((await api.GetAsync("/tasks")).Names, (await other.GetAsync("/tasks")).Names);
        Assert.Equal((await api.GetAsync("/labels")).Names, (await other.GetAsync("/labels")).Names);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_changes_nothing()
    {
        using Api source = Api();
        await FillAsync(source, new Random(5));
        string json = (await source.GetAsync("/export")).Text;
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "Mine"}""");
        string before = (await api.GetAsync("/snapshot")).Text;
        Reply dry = await ImportAsync(api, json, "?dryRun=true");
        Assert.True((bool)dry.Json["dryRun"]!);
        Assert.Null(dry.Json["groupId"]);
        Assert.Equal(before, (await api.GetAsync("/snapshot")).Text);
        Reply wet = await ImportAsync(api, json);
        foreach (string field in new[] { "format", "created", "skipped", "warningCount", "warnings", "problems" })
        {
            Assert.Equal(dry.Json[field]!.ToJsonString(), wet.Json[field]!.ToJsonString());
        }

        // Number 1 was taken.
        Assert.Contains("new number", wet.Json["warnings"]![0]!["text"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("Mine", (await api.GetAsync("/tasks/1")).Get("title"));
    }

    [Fact]
    public async Task An_import_is_in_the_change_log_as_one_group_and_what_comes_later_comes_after_it()
    {
        using Api source = Api();
        for (int i = 0; i < 30; i++)
        {
            await source.PostAsync("/tasks", $$"""{"title": "T{{i}}"}""");
            await source.PatchAsync($"/tasks/{i + 1}", """{"notes": "n"}""");
        }

        using Api api = Api();
        Reply report = await ImportAsync(api, (await source.GetAsync("/export")).Text);
        JsonNode[] changes = (await api.GetAsync("/changes?since=1&limit=1000")).Items;
        Assert.Equal(30, changes.Length);
        Assert.All(changes, change => Assert.Equal(report.Get("groupId"), (string)change["groupId"]!));
        Assert.Equal((await api.GetAsync("/snapshot")).Json["tasks"]!.AsArray().Select(item => item!.ToJsonString()), changes.Select(change => change["after"]!.ToJsonString()));
        Reply task = (await api.PostAsync("/tasks", """{"title": "Later"}""")).Expect(201);
        Assert.Equal(31, task.Number("number"));
        Assert.Equal("Later", (await api.GetAsync("/tasks?limit=200")).Names[^1]);
    }

    [Fact]
    public async Task The_same_key_imports_once()
    {
        using Api api = Api();
        Reply first = (await api.SendAsync("POST", "/import?format=todotxt", "Buy milk", ("Idempotency-Key", "k"))).Expect(200);
        Reply second = (await api.SendAsync("POST", "/import?format=todotxt", "Buy milk", ("Idempotency-Key", "k"))).Expect(200);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(first.Text, second.Text);
        (await api.SendAsync("POST", "/import?format=todotxt", "Buy bread", ("Idempotency-Key", "k"))).ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_file_that_is_imported_several_times_at_once_is_there_once()
    {
        using Api source = Api();
        await FillAsync(source, new Random(9));
        string json = (await source.GetAsync("/export")).Text;
        var identity = new TestIdentity();
        using Api api = Api(identity);
        Reply[] reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using Api one = Api(identity);
            return await ImportAsync(one, json);
        }));
        Assert.Single(reports, report => (long)report.Json["created"]!["tasks"]! > 0);
        Assert.Equal(json, (await api.GetAsync("/export")).Text);
    }

    [Fact]
    public async Task An_upload_that_is_cut_off_leaves_nothing()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        string before = (await api.GetAsync("/snapshot")).Text;
        using var cut = new CancellationTokenSource();
        using HttpClient client = System.McpServerClient(identity);
        using var body = new EndlessTable(cut);
        await Assert.ThrowsAnyAsync<Exception>(() => client.PostAsync("/import", body, cut.Token));
        Assert.Equal(before, (await api.GetAsync("/snapshot")).Text);
    }

    [Fact]
    public async Task New_subtasks_of_tasks_that_are_there_join_them_and_their_list()
    {
        using Api api = Api();
        await api.PostAsync("/lists", """{"name": "Work"}""");
        string parent = (await api.PostAsync("/tasks", """{"title": "Parent", "list": "Work"}""")).Get("id");
        string json = $$$"""{"format":"todo-app","formatVersion":1,"lists":[],"labels":[],"filters":[],"tasks":[{"id":"0197a1b2-0000-7000-8000-000000000001","title":"Child","parentId":"{{{parent}}}","listId":"inbox"}]}""";
        Reply report = await ImportAsync(api, json);
        Assert.Equal("list", (string)report.Json["warnings"]![0]!["field"]!);
        Reply child = (await api.GetAsync("/tasks/2")).Expect(200);
        Assert.Equal(parent, child.Get("parentId"));
        Assert.Equal((await api.GetAsync("/tasks/1")).Get("listId"), child.Get("listId"));
    }

    [Fact]
    public async Task Broken_files_are_refused_with_their_place_and_change_nothing()
    {
        using Api source = Api();
        await FillAsync(source, new Random(7));
        string json = (await source.GetAsync("/export")).Text;
        string csv = (await source.GetAsync("/export?format=csv")).Text;
        using Api api = Api();
        string before = (await api.GetAsync("/snapshot")).Text;
        for (int cut = json.Length - 2; cut > 40; cut -= json.Length / 23)
        {
            Reply reply = await SendAsync(api, Encoding.UTF8.GetBytes(json[..cut]), "");
            reply.ExpectProblem(400, "malformed-request");
            Assert.Matches("line [0-9]+, column [0-9]+|UTF-8", reply.Get("detail"));
        }

        const string one = "0197a1b2-0000-7000-8000-000000000001";
        const string two = "0197a1b2-0000-7000-8000-000000000002";
        string Completion(string task = one, string due = "2026-12-01", string at = "2026-12-01T09:00:00.000Z", string actor = """{"kind":"person","id":"i","name":"n"}""") =>
            $$"""
            {"format":"todo-app","formatVersion":1,"tasks":[{"id":"{{one}}","title":"a"}],
            "completions":[{"taskId":"{{task}}","due":"{{due}}","completedAt":"{{at}}","actor":{{actor}}}]}
            """;
        string Tasks(string tasks) => $$"""{"format":"todo-app","formatVersion":1,"tasks":[{{tasks}}]}""";
        foreach ((string body, int status, string text) in new[]
        {
            ("", 400, "empty"), ("{", 400, "line 1"), ("[1", 400, "line 1"), ("nonsense", 400, "format="), ("{\"format\":\"x\"}", 400, "todo-app"),
            ("""{"format":"todo-app","formatVersion":2}""", 400, "version 2"),
            ("""{"format":"todo-app","formatVersion":1,"tsaks":[]}""", 400, "tasks"),
            ("""{"format":"todo-app","formatVersion":1,"tasks":[],"lists":[]}""", 400, "order"),
            ("""{"format":"todo-app","formatVersion":1,"tasks":[]} x""", 400, "line 1"),
            (Tasks("1"), 422, "object"), (Tasks("{}"), 422, "id"),
            (Tasks($$"""{"id":"{{one}}"}"""), 422, "title"),
            (Tasks($$"""{"id":"{{one}}","title":"a\u0000b"}"""), 422, "U+0000"), (Tasks($$"""{"id":"{{one}}","title":"\ud800"}"""), 422, "surrogate"),
            (Tasks($$"""{"id":"{{one}}","title":"a","number":99999999999999999999}"""), 422, "number"), (Tasks($$"""{"id":"{{one}}","title":"a","number":-1}"""), 422, "number"),
            (Tasks($$"""{"id":"{{one}}","title":"a","due":"tomorrow"}"""), 422, "due"), (Tasks($$"""{"id":"{{one}}","title":"a","titel":"b"}"""), 422, "titel"),
            (Tasks($$"""{"id":"{{one}}","title":"a","listId":"{{two}}"}"""), 422, "list"), (Tasks($$"""{"id":"{{one}}","title":"a","labelIds":["{{two}}"]}"""), 422, "label"),
            (Tasks($$"""{"id":"{{one}}","title":"a","completedAt":"0001-01-01T00:00:00Z"}"""), 422, "completedAt"),
            (Tasks($$"""{"id":"{{one}}","title":"a"},{"id":"{{one}}","title":"b"}"""), 422, "line 1"),
            (Tasks($$"""{"id":"{{one}}","title":"a","number":5},{"id":"{{two}}","title":"b","number":5}"""), 422, "number"),
            (Tasks($$"""{"id":"{{one}}","title":"a","parentId":"{{one}}"}"""), 422, "circle"),
            (Tasks($$"""{"id":"{{one}}","title":"a","parentId":"{{two}}"},{"id":"{{two}}","title":"b","parentId":"{{one}}"}"""), 422, "circle"),
            (Tasks(string.Join(',', Enumerable.Range(1, 1000).Select(i => $$"""{"id":"0197a1b2-0000-7000-8000-{{i:x12}}","title":"a","parentId":"0197a1b2-0000-7000-8000-{{i - 1:x12}}"}""")).Replace("\"parentId\":\"0197a1b2-0000-7000-8000-000000000000\"", "\"parentId\":null", StringComparison.Ordinal)), 422, "levels"),
            (Tasks(string.Concat(Enumerable.Repeat("[", 2000))), 400, "line 1"),
            (Tasks($$"""{"id":"{{one}}","title":"{{new string('x', 2_000_000)}}"}"""), 400, "larger"),
            (Completion(task: two), 422, "line 2, taskId"), (Completion(task: "1"), 422, "line 2, taskId"), (Completion(due: ""), 422, "line 2, due"), (Completion(due: "2026-02-30"), 422, "line 2, due"),
            (Completion(due: " "), 422, "line 2, due"), (Completion(at: ""), 422, "line 2, completedAt"), (Completion(at: "2026-12-01"), 422, "line 2, completedAt"), (Completion(at: "0001-01-01T00:00:00Z"), 422, "line 2, completedAt"),
            (Completion(actor: "null"), 422, "line 2, actor"), (Completion(actor: "1"), 422, "line 2, actor"), (Completion(actor: """{"kind":"system","id":"i","name":"n"}"""), 422, "line 2, actor.kind"),
            (Completion(actor: """{"kind":"person","id":"","name":"n"}"""), 422, "line 2, actor.id"), (Completion(actor: """{"kind":"person","id":"i","name":"\u0000"}"""), 422, "line 2, actor.name"),
            (Completion(actor: """{"kind":"person","id":"i","name":"n","email":"e"}"""), 422, "actor.email"), (Completion().Replace("\"due\"", "\"version\":1,\"due\"", StringComparison.Ordinal), 422, "version"),
            ("""{"format":"todo-app","formatVersion":1,"completions":[],"tasks":[]}""", 400, "order"),
            ("title,due\r\n\"a,2026-12-01\r\n", 400, "closed"), ("title,due\r\n\"a\"b,\r\n", 400, "closing quote"), ("title,due\r\na\r\n", 422, "cells"), ("title,duu\r\na,b\r\n", 400, "due"),
            ("title,id\r\na,5\r\n", 422, "UUID"), ("title,due\r\n,\r\n=1,x\r\n", 422, "due"),
            ("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1\r\n", 400, "cut off"), ("BEGIN:VCALENDAR\r\nnothing\r\nEND:VCALENDAR\r\n", 400, "property"),
            ("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:a\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", 422, "UID"),
            ("[{\"uuid\":\"x\"}]", 422, "uuid"), ("[{}", 400, "line 1"), ("TYPE,CONTENT\r\ntusk,a\r\n", 422, "TYPE"), ("TYPE,CONTENT,PRIORITY\r\ntask,a,7\r\n", 422, "PRIORITY"),
        })
        {
            Reply reply = await SendAsync(api, Encoding.UTF8.GetBytes(body), "");
            Assert.True((int)reply.Status == status, $"{(body.Length < 300 ? body : body[..300])}: {reply.Text}");
            Assert.Contains(text, reply.Text, StringComparison.Ordinal);
            Assert.True(reply.Text.Length < 60_000);
        }

        for (int cut = csv.Length - 5; cut > 300; cut -= csv.Length / 11)
        {
            if (csv[cut - 1] is '\n' or '\r' or 'Z')
            {
                continue; // Whole rows are a whole table.
            }

            Assert.InRange((int)(await SendAsync(api, Encoding.UTF8.GetBytes(csv[..cut]), "")).Status, 400, 422);
        }

        Assert.Equal(before, (await api.GetAsync("/snapshot")).Text);
        (await api.PostAsync("/import?dryrun=true", "x")).ExpectProblem(400, "malformed-request", "dryrun");
        (await api.PostAsync("/import?format=xml", "x")).ExpectProblem(422, "invalid", "format");
        (await api.SendAsync("POST", "/import", "x", ("Content-Encoding", "gzip"))).ExpectProblem(415, "unsupported-media-type");
    }

    [Theory]
    [InlineData("""{"due": "2026-12-01", "recurrence": "FREQ=HOURLY"}""", "due")]
    [InlineData("""{"due": "2026-12-01", "recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}""", "recurrence")]
    [InlineData("""{"due": "2026-12-01T09:00", "recurrence": "FREQ=DAILY;BYHOUR=1;BYSETPOS=2"}""", "recurrence")]
    public async Task A_recurrence_that_does_not_fit_its_due_date_is_refused_with_the_words_of_the_api(string fields, string field)
    {
        using Api api = Api();
        var task = JsonNode.Parse(fields)!.AsObject();
        string due = (string)task["due"]!;
        string rule = (string)task["recurrence"]!;
        task["title"] = "a";
        string words = (string)(await api.PostAsync("/tasks", task)).ExpectProblem(422, "invalid", field).Json["errors"]![field]![0]!;
        task["id"] = "0197a1b2-0000-7000-8000-000000000001";
        string basic = due.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal) + (due.Length > 10 ? "00" : "");
        foreach ((string file, long line, string name) in new[]
        {
            ($$"""{"format":"todo-app","formatVersion":1,"tasks":[{{"\n"}}{{task.ToJsonString()}}]}""", 2L, field),
            ($"title,due,recurrence\r\na,{due},{rule}\r\n", 2, field),
            ($"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1\r\nSUMMARY:a\r\nDUE{(due.Length > 10 ? "" : ";VALUE=DATE")}:{basic}\r\nRRULE:{rule}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", 2, field == "due" ? "DUE" : "RRULE"),
        })
        {
            JsonNode problem = (await ImportAsync(api, file, "?dryRun=true")).Json["problems"]!.AsArray().Single()!;
            Assert.Equal((line, name, words), ((long)problem["line"]!, (string)problem["field"]!, (string)problem["text"]!));
            Assert.Equal(422, (int)(await SendAsync(api, Encoding.UTF8.GetBytes(file), "")).Status);
        }

        Assert.Empty((await api.GetAsync("/tasks")).Items);
    }

    [Theory]
    [InlineData("""{"id":"0197a1b2-0000-7000-8000-000000000001","title":"a","recurrence":"FREQ=DAILY"}""")]
    [InlineData("""{"id":"0197a1b2-0000-7000-8000-000000000001","title":"a","recurrence":"FREQ=DAILY","originalDue":"2026-12-01"}""")]
    [InlineData("""{"id":"0197a1b2-0000-7000-8000-000000000001","title":"a","recurrence":"FREQ=DAILY","completedAt":"2026-12-01T09:00:00Z"}""")]
    public async Task A_recurrence_without_a_due_date_is_refused(string task)
    {
        using Api api = Api();
        Reply report = await ImportAsync(api, $$"""{"format":"todo-app","formatVersion":1,"tasks":[{{task}}]}""", "?dryRun=true");
        Assert.Equal("due", (string)report.Json["problems"]!.AsArray().Single()!["field"]!);
    }

    [Fact]
    public async Task Series_that_are_over_are_exported_and_imported_also_where_another_zone_puts_their_end_before_their_last_date()
    {
        var identity = new TestIdentity { TimeZone = "Europe/Berlin" };
        using Api api = Api(identity);
        foreach (string end in (string[])["COUNT=1", "UNTIL=20991201T083000Z", "UNTIL=20991201T083000Z", "UNTIL=20991201T083000Z"])
        {
            (await api.PostAsync("/tasks", $$"""{"title": "a", "due": "2099-12-01T09:30", "recurrence": "FREQ=DAILY;{{end}}"}""")).Expect(201);
        }

        (await api.PostAsync("/tasks/1/complete")).Expect(200);
        (await api.PostAsync("/tasks/2/complete")).Expect(200);
        await api.DeleteAsync("/tasks/3");
        Assert.NotNull((await api.GetAsync("/tasks/2")).Json["completedAt"]);
        string json = (await api.GetAsync("/export")).Text;
        foreach (string zone in (string[])["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
        {
            using Api other = Api(new TestIdentity { TimeZone = zone });
            Assert.Equal(4, (int)(await ImportAsync(other, json)).Json["created"]!["tasks"]!);
            Assert.Equal(json, (await other.GetAsync("/export")).Text);
        }
    }

    [Fact]
    public async Task A_dry_run_reports_problems_by_line()
    {
        using Api api = Api();
        Reply report = await ImportAsync(api, "title,due,priority\r\nfine,,\r\n,2026-02-30,p9\r\n", "?dryRun=true");
        Assert.Equal(["due", "priority", "title"], report.Json["problems"]!.AsArray().Select(problem => (string)problem!["field"]!).Order());
        Assert.All(report.Json["problems"]!.AsArray(), problem => Assert.Equal(3, (long)problem!["line"]!));
        Assert.Equal(0, (long)report.Json["created"]!["tasks"]!);
    }

    [Fact]
    public async Task Other_encodings_are_read_or_named()
    {
        using Api api = Api();
        await SendAsync(api, [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("title\r\nGrüße 👋\r\n")], "");
        await SendAsync(api, [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("title\r\nGrüße zwei\r\n")], "");
        Assert.Equal(["Grüße 👋", "Grüße zwei"], (await api.GetAsync("/tasks")).Names);
        Reply latin = await SendAsync(api, Encoding.Latin1.GetBytes("title\r\nGrüße\r\n"), "");
        Assert.Contains("byte 9 ", latin.ExpectProblem(400, "malformed-request").Get("detail"), StringComparison.Ordinal);
        (await SendAsync(api, [0xFF, 0xFE, 0x00, 0xD8], "")).ExpectProblem(400, "malformed-request");
        (await SendAsync(api, [0xFF, 0xFE, 0, 0], "")).ExpectProblem(400, "malformed-request");
        (await SendAsync(api, [0xEF, 0xBB, 0xBF], "")).ExpectProblem(400, "malformed-request");
        (await SendAsync(api, [.. Encoding.UTF8.GetBytes("title\r\na"), 0xC3], "")).ExpectProblem(400, "malformed-request");
    }

    protected static async Task<Reply> ImportAsync(Api api, string file, string query = "") => (await SendAsync(api, Encoding.UTF8.GetBytes(file), query)).Expect(200);

    protected static Task<Reply> SendAsync(Api api, byte[] file, string query, string type = "application/octet-stream") =>
        api.SendAsync("POST", "/import" + query, new ByteArrayContent(file) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } });

    // Rows without end, until somebody hangs up.
    private sealed class EndlessTable(CancellationTokenSource cut) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, global::System.Net.TransportContext? context)
        {
            await stream.WriteAsync("title\r\n"u8.ToArray(), cut.Token);
            for (int i = 0; i < 100; i++)
            {
                await stream.WriteAsync("a task\r\n"u8.ToArray(), cut.Token);
                await stream.FlushAsync(cut.Token);
            }

            await cut.CancelAsync();
            cut.Token.ThrowIfCancellationRequested();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private static long Count(Reply report) => report.Json["created"]!.AsObject().Sum(pair => (long)pair.Value!);

    /// <summary>An account with something of everything.</summary>
    internal static async Task FillAsync(Api api, Random random)
    {
        string? outer = null;
        for (int i = 0; i < 5; i++)
        {
            Reply list = await api.PostAsync("/lists", new JsonObject { ["name"] = $"{Texts[random.Next(Texts.Length)].Trim()} {i}", ["color"] = i == 1 ? "#3366cc" : null, ["parentId"] = i is 2 or 3 ? outer : null, ["archived"] = i == 4 });
            outer = list.Expect(201).Get("id");
        }

        await api.PatchAsync("/lists/Inbox", """{"color": "#ff0000"}""");
        foreach (string query in (string[])["today | overdue", "@x & !p1", "search: milk"])
        {
            (await api.PostAsync("/filters", new JsonObject { ["name"] = $"{Texts[random.Next(Texts.Length)].Trim()} {query}", ["query"] = query })).Expect(201);
        }

        string[] lists = [.. (await api.GetAsync("/lists")).Items.Where(list => list["archivedAt"] is null).Select(list => (string)list["id"]!)];
        for (int i = 0; i < 80; i++)
        {
            var task = new JsonObject
            {
                ["title"] = Texts[random.Next(Texts.Length)],
                ["notes"] = random.Next(3) == 0 ? Texts[random.Next(Texts.Length)] : null,
                ["priority"] = new[] { "none", "low", "medium", "high", "urgent" }[random.Next(5)],
                ["due"] = new[] { null, "2026-12-01", "2027-01-31T09:30" }[random.Next(3)],
                ["dueTimeZone"] = random.Next(4) == 0 ? "America/New_York" : null,
                ["labels"] = new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => (JsonNode)Texts[random.Next(Texts.Length)].Trim())]),
            };
            if (i > 0 && random.Next(3) == 0)
            {
                task["parentId"] = random.Next(1, i + 1);
            }
            else
            {
                task["listId"] = lists[random.Next(lists.Length)];
            }

            await api.PostAsync("/tasks", task);
        }

        await api.PatchAsync("/tasks/3", """{"due": "2026-12-01", "recurrence": "FREQ=WEEKLY;BYDAY=MO"}""");
        string[] recurring = ["FREQ=DAILY", "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;UNTIL=20991220T090000Z", "FREQ=HOURLY;INTERVAL=5"];
        for (int i = 0; i < recurring.Length; i++)
        {
            (await api.PostAsync("/tasks", new JsonObject { ["title"] = $"Again {i}", ["due"] = "2099-12-01T09:00", ["recurrence"] = recurring[i], ["dueTimeZone"] = i == 2 ? "Europe/Berlin" : null })).Expect(201);
        }

        // Histories: completed again and again, one to its end, one whose recurrence was ended, one in the trash.
        for (int i = 0; i < 30; i++)
        {
            (await api.PostAsync($"/tasks/{81 + random.Next(4)}/complete")).Expect(200);
        }

        await api.PostAsync("/tasks/81/end-recurrence");
        await api.DeleteAsync("/tasks/84");
        for (int i = 0; i < 30; i++)
        {
            int number = random.Next(1, 80);
            _ = random.Next(5) switch
            {
                0 => await api.PostAsync($"/tasks/{number}/complete"),
                1 => await api.DeleteAsync($"/tasks/{number}"),
                2 => await api.PostAsync($"/tasks/{number}/restore"),
                3 => await api.PatchAsync($"/tasks/{number}", new JsonObject { ["after"] = random.Next(1, 80) }),
                _ => await api.PatchAsync($"/tasks/{number}", new JsonObject { ["list"] = lists[random.Next(lists.Length)] }),
            };
        }
    }
}

public sealed class TransferOnSqlite(OnSqlite fixture) : TransferTests(fixture), IClassFixture<OnSqlite>;

public sealed class TransferOnPostgres(OnPostgres fixture) : TransferTests(fixture), IClassFixture<OnPostgres>;

public sealed class TransferBetweenEnginesTests(OnSqlite sqlite, OnPostgres postgres) : IClassFixture<OnSqlite>, IClassFixture<OnPostgres>
{
    [Fact]
    public async Task What_SQLite_exports_PostgreSQL_exports_after_an_import_and_back()
    {
        (_, TestSystem one) = await sqlite.StartAsync(Services.McpServer);
        (_, TestSystem other) = await postgres.StartAsync(Services.McpServer);
        using var first = new Api(one.McpServerClient());
        using var second = new Api(other.McpServerClient());
        using var third = new Api(one.McpServerClient());
        await TransferTests.FillAsync(first, new Random(11));
        string json = (await first.GetAsync("/export")).Expect(200).Text;
        (await second.PostAsync("/import", json)).Expect(200);
        Assert.Equal(json, (await second.GetAsync("/export")).Text);
        (await third.PostAsync("/import", (await second.GetAsync("/export")).Text)).Expect(200);
        Assert.Equal(json, (await third.GetAsync("/export")).Text);
        Assert.Equal((await first.GetAsync("/export?format=csv")).Text, (await second.GetAsync("/export?format=csv")).Text);
    }
}
