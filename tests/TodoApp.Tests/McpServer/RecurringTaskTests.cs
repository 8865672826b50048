using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;
using TodoApp.Tests.Infrastructure;
using TodoApp.Tests.Recurrence;

namespace TodoApp.Tests.McpServer;

/// <summary>Recurring tasks over HTTP. Most are due far ahead, so that "now" does not matter; the dates themselves are tested in Recurrence/.</summary>
public abstract class RecurringTaskTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private const string WithSubtasks = """{"withSubtasks": true}""";
    private const string WithoutSubtasks = """{"withSubtasks": false}""";

    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    private static async Task<Reply> CreateAsync(Api api, string due, string recurrence, string? zone = null) =>
        (await api.PostAsync("/tasks", new JsonObject { ["title"] = "A", ["due"] = due, ["recurrence"] = recurrence, ["dueTimeZone"] = zone })).Expect(201);

    [Fact]
    public async Task Completing_moves_to_the_next_occurrence_until_the_last_is_completed_and_keeps_the_history()
    {
        var person = new TestIdentity();
        using Api api = Api(person);
        using Api agent = Api(person with { Agent = "Assistant", Subject = "token-1" });
        await CreateAsync(api, "2099-12-30", "FREQ=DAILY;COUNT=3");
        Reply first = (await api.PostAsync("/tasks/1/complete")).Expect(200);
        Assert.Equal(("2099-12-31", "FREQ=DAILY;COUNT=2", null), (first.Get("due"), first.Get("recurrence"), (string?)first.Json["completedAt"]));
        Assert.Equal(first.Text, (await api.GetAsync("/tasks/1")).Text);
        Reply second = (await agent.PostAsync("/tasks/1/complete")).Expect(200);
        Assert.Equal(("2100-01-01", "FREQ=DAILY;COUNT=1"), (second.Get("due"), second.Get("recurrence")));
        Reply last = (await api.PostAsync("/tasks/1/complete")).Expect(200);
        Assert.Equal("2100-01-01", last.Get("due"));
        Assert.NotNull(last.Json["completedAt"]);
        Assert.Equal(last.Text, (await api.PostAsync("/tasks/1/complete")).Expect(200).Text);

        Reply history = (await api.GetAsync("/tasks/1/completions")).Expect(200);
        Assert.Equal(["2100-01-01", "2099-12-31", "2099-12-30"], history.Items.Select(item => (string)item["due"]!));
        Assert.Equal([last.Number("version") + 1, second.Number("version") + 1, first.Number("version") + 1], history.Items.Select(item => (long)item["version"]!));
        Assert.Equal(["person", "agent", "person"], history.Items.Select(item => (string)item["actor"]!["kind"]!));
        Assert.Equal(last.Get("completedAt"), (string)history.Items[0]["completedAt"]!);
        Assert.Null(history.Json["nextCursor"]);
        JsonNode[] changes = (await api.GetAsync("/changes?since=2")).Items;
        Assert.Equal(["completed", "created", "completed", "created", "completed", "created"], changes.Select(change => (string)change["kind"]!));
        Assert.Equal(history.Items.Reverse().Select(item => item.ToJsonString()), changes.Where(change => change["completion"] is not null).Select(change => change["after"]!.ToJsonString()));
        Assert.Equal("""{"due":"2099-12-30","recurrence":"FREQ=DAILY;COUNT=3"}""", changes[0]["before"]!.ToJsonString());
        Assert.Equal(first.Text, changes[0]["after"]!.ToJsonString());
        Assert.Equal(history.Items.Reverse().Select(item => item.ToJsonString()), (await api.GetAsync("/snapshot")).Json["completions"]!.AsArray().Select(item => item!.ToJsonString()));

        // Reopened, it is at its last occurrence again.
        Reply reopened = (await api.PostAsync("/tasks/1/reopen")).Expect(200);
        Assert.Equal(("2100-01-01", "FREQ=DAILY;COUNT=1", null), (reopened.Get("due"), reopened.Get("recurrence"), (string?)reopened.Json["completedAt"]));
        (await api.PostAsync("/tasks/1/complete")).Expect(200);
        (await api.DeleteAsync("/tasks/1")).Expect(200);
        Assert.Equal(4, (await api.GetAsync("/tasks/1/completions")).Items.Length);
    }

    [Fact]
    public async Task Every_kind_of_rule_works_over_REST()
    {
        using HttpClient http = System.McpServerClient();
        await RecurrenceOverRest.CheckAsync(http);
    }

    [Fact]
    public async Task The_history_is_read_in_pages()
    {
        using Api api = Api();
        string id = (await CreateAsync(api, "2099-01-01", "FREQ=DAILY")).Get("id");
        await api.PostAsync("/tasks/batch", new JsonObject { ["operations"] = new JsonArray([.. Enumerable.Range(0, 7).Select(_ => new JsonObject { ["op"] = "complete", ["id"] = 1 })]) });
        var dues = new List<string>();
        string cursor = "";
        do
        {
            Reply page = (await api.GetAsync($"/tasks/{id}/completions?limit=3{(cursor.Length == 0 ? "" : "&cursor=" + cursor)}")).Expect(200);
            dues.AddRange(page.Items.Select(item => (string)item["due"]!));
            cursor = (string?)page.Json["nextCursor"] ?? "";
        }
        while (cursor.Length > 0);
        Assert.Equal(Enumerable.Range(1, 7).Reverse().Select(day => $"2099-01-0{day}"), dues);
        (await api.GetAsync("/tasks/1/completions?limit=0")).ExpectProblem(422, "invalid", "limit");
        (await api.GetAsync("/tasks/1/completions?cursor=x")).ExpectProblem(422, "invalid", "cursor");
        (await api.GetAsync("/tasks/1/completions?lmit=1")).ExpectProblem(400, "malformed-request", "lmit");
        (await api.GetAsync("/tasks/2/completions")).ExpectProblem(404, "not-found");
        (await api.GetAsync("/tasks/x/completions")).ExpectProblem(404, "not-found");
        using Api other = Api();
        (await other.GetAsync($"/tasks/{id}/completions")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Of_clients_that_complete_the_same_occurrence_with_If_Match_one_does()
    {
        using Api api = Api();
        Reply task = await CreateAsync(api, "2099-12-01", "FREQ=DAILY");
        for (int round = 1; round <= 3; round++)
        {
            string tag = task.Header("ETag")!;
            Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => api.PostAsync("/tasks/1/complete", null, ("If-Match", tag))));
            Assert.Equal(1, replies.Count(reply => (int)reply.Status == 200));
            Assert.Equal(5, replies.Count(reply => (int)reply.Status == 412));
            task = (await api.GetAsync("/tasks/1")).Expect(200);
            Assert.Equal($"2099-12-0{round + 1}", task.Get("due"));
        }

        Assert.Equal(3, (await api.GetAsync("/tasks/1/completions")).Items.Length);
    }

    [Fact]
    public async Task COUNT_runs_out_once_however_many_complete_at_once()
    {
        using Api api = Api();
        await CreateAsync(api, "2099-12-01", "FREQ=DAILY;COUNT=4");
        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.PostAsync("/tasks/1/complete")));
        Assert.All(replies, reply => reply.Expect(200));
        Reply task = await api.GetAsync("/tasks/1");
        Assert.Equal(("2099-12-04", "FREQ=DAILY;COUNT=1"), (task.Get("due"), task.Get("recurrence")));
        Assert.NotNull(task.Json["completedAt"]);
        Assert.Equal(["2099-12-04", "2099-12-03", "2099-12-02", "2099-12-01"], (await api.GetAsync("/tasks/1/completions")).Items.Select(item => (string)item["due"]!));
    }

    [Fact]
    public async Task A_retry_with_the_same_key_completes_one_occurrence()
    {
        using Api api = Api();
        await CreateAsync(api, "2099-12-01", "FREQ=DAILY");
        Reply first = (await api.PostAsync("/tasks/1/complete", null, ("Idempotency-Key", "k"))).Expect(200);
        Reply second = (await api.PostAsync("/tasks/1/complete", null, ("Idempotency-Key", "k"))).Expect(200);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal("2099-12-02", (await api.GetAsync("/tasks/1")).Get("due"));
    }

    [Fact]
    public async Task Completing_a_task_with_open_subtasks_needs_an_answer()
    {
        using Api api = Api();
        foreach (string body in new[] { """{"title": "Parent"}""", """{"title": "Child", "parentId": 1}""", """{"title": "Grandchild", "parentId": 2}""", """{"title": "Deleted", "parentId": 1}""", """{"title": "Done", "parentId": 1}""", """{"title": "Again", "parentId": 1, "due": "2099-12-01", "recurrence": "FREQ=DAILY"}""" })
        {
            (await api.PostAsync("/tasks", body)).Expect(201);
        }

        await api.DeleteAsync("/tasks/4");
        await api.PostAsync("/tasks/5/complete");
        Reply refused = (await api.PostAsync("/tasks/1/complete")).ExpectProblem(409, "conflict");
        Assert.Contains("3 open subtasks", refused.Get("detail"), StringComparison.Ordinal);
        Assert.Contains("withSubtasks true", refused.Get("detail"), StringComparison.Ordinal);
        (await api.PostAsync("/tasks/1/complete", """{"withSubtask": true}""")).ExpectProblem(400, "malformed-request", "withSubtask");
        (await api.PostAsync("/tasks/1/complete", """{"withSubtasks": "yes"}""")).ExpectProblem(400, "malformed-request", "withSubtasks");

        (await api.PostAsync("/tasks/1/complete", WithoutSubtasks)).Expect(200);
        Assert.Equal(["Child", "Grandchild", "Again"], (await api.GetAsync("/tasks")).Names);
        await api.PostAsync("/tasks/1/reopen");
        long version = (await api.PostAsync("/tasks/1/complete", WithSubtasks)).Expect(200).Number("version");
        Assert.Empty((await api.GetAsync("/tasks")).Items);
        Assert.Equal(["Deleted"], (await api.GetAsync("/tasks?status=trashed")).Names);
        JsonNode[] changes = (await api.GetAsync($"/changes?since={version - 5}")).Items;
        Assert.Equal(5, changes.Length);
        Assert.Single(changes.Select(change => (string)change["groupId"]!).Distinct());
        Assert.All(changes.Where(change => change["task"] is not null), change => Assert.Equal("completed", (string)change["kind"]!));
        Assert.Equal("2099-12-01", (string)changes.Single(change => change["completion"] is not null)["after"]!["due"]!);
        Assert.Equal(["2099-12-01"], (await api.GetAsync("/tasks/6/completions")).Items.Select(item => (string)item["due"]!));
        (await api.PostAsync("/tasks/1/complete")).Expect(200); // Completed already: nothing to ask.
        (await api.PostAsync("/tasks/5/complete", WithoutSubtasks)).Expect(200); // No subtasks: nothing to ask.
    }

    [Fact]
    public async Task A_checklist_starts_afresh_with_the_next_occurrence()
    {
        using Api api = Api();
        await CreateAsync(api, "2099-12-01", "FREQ=WEEKLY;COUNT=3");
        await api.PostAsync("/tasks", """{"title": "B", "parentId": 1}""");
        await api.PostAsync("/tasks", """{"title": "C", "parentId": 2}""");
        await api.PostAsync("/tasks", """{"title": "D", "parentId": 1, "due": "2099-12-01", "recurrence": "FREQ=DAILY"}""");
        await api.PostAsync("/tasks/2/complete", WithSubtasks);
        (await api.PostAsync("/tasks/1/complete")).ExpectProblem(409, "conflict");
        Reply next = (await api.PostAsync("/tasks/1/complete", WithSubtasks)).Expect(200);
        Assert.Equal("2099-12-08", next.Get("due"));
        Assert.Equal(["A", "B", "C", "D"], (await api.GetAsync("/tasks")).Names);
        Assert.Equal("2099-12-02", (await api.GetAsync("/tasks/4")).Get("due"));
        JsonNode[] changes = (await api.GetAsync($"/changes?since={next.Number("version") - 3}")).Items;
        Assert.Equal(["completed", "created", "completed", "created", "reopened", "reopened"], changes.Select(change => (string)change["kind"]!));
        Assert.Single(changes.Select(change => (string)change["groupId"]!).Distinct());

        await api.PostAsync("/tasks/2/complete", WithSubtasks);
        (await api.PostAsync("/tasks/1/skip")).Expect(200);
        Assert.Equal(4, (await api.GetAsync("/tasks")).Items.Length);
        await api.PostAsync("/tasks/2/complete", WithSubtasks);
        (await api.PostAsync("/tasks/1/complete", WithSubtasks)).Expect(200); // The last one: all is done.
        Assert.Empty((await api.GetAsync("/tasks")).Items);
    }

    [Fact]
    public async Task Skipping_moves_on_without_a_completion_but_not_past_the_last()
    {
        using Api api = Api();
        await CreateAsync(api, "2099-11-27", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=2");
        Reply skipped = (await api.PostAsync("/tasks/1/skip")).Expect(200);
        Assert.Equal(("2099-12-25", "FREQ=MONTHLY;COUNT=1;BYDAY=-1FR"), (skipped.Get("due"), skipped.Get("recurrence")));
        Reply refused = (await api.PostAsync("/tasks/1/skip")).ExpectProblem(409, "conflict");
        Assert.Contains("last occurrence", refused.Get("detail"), StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync("/tasks/1/completions")).Items);
        Assert.Equal("skipped", (string)(await api.GetAsync("/changes?since=2")).Items.Single()["kind"]!);
        await api.PostAsync("/tasks/1/complete");
        (await api.PostAsync("/tasks/1/skip")).ExpectProblem(409, "conflict");
        await api.DeleteAsync("/tasks/1");
        (await api.PostAsync("/tasks/1/skip")).ExpectProblem(409, "conflict");
        await api.PostAsync("/tasks", """{"title": "Once", "due": "2099-12-01"}""");
        (await api.PostAsync("/tasks/2/skip")).ExpectProblem(409, "conflict");
        (await api.PostAsync("/tasks/9/skip")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Rescheduling_moves_one_occurrence_and_changing_due_moves_the_series()
    {
        using Api api = Api();
        await CreateAsync(api, "2099-12-01T09:00", "FREQ=WEEKLY", "Europe/Berlin");
        Reply moved = (await api.PostAsync("/tasks/1/reschedule", """{"due": "2099-12-03T15:00"}""")).Expect(200);
        Assert.Equal(("2099-12-03T15:00", "2099-12-01T09:00", "FREQ=WEEKLY"), (moved.Get("due"), moved.Get("originalDue"), moved.Get("recurrence")));
        Assert.Equal(moved.Text, (await api.GetAsync("/tasks/1")).Text);
        Assert.Equal(moved.Text, (await api.GetAsync("/changes?since=2")).Items.Single()["after"]!.ToJsonString());
        moved = (await api.PostAsync("/tasks/1/reschedule", """{"due": "2099-12-04", "dueTimeZone": "Asia/Tokyo"}""")).Expect(200);
        Assert.Equal(("2099-12-04", "2099-12-01T09:00", "Europe/Berlin"), (moved.Get("due"), moved.Get("originalDue"), moved.Get("dueTimeZone")));
        moved = (await api.PostAsync("/tasks/1/reschedule", """{"due": "2099-12-04T23:00", "dueTimeZone": "Asia/Tokyo"}""")).Expect(200);
        Assert.Equal(("2099-12-04T15:00", "Europe/Berlin"), (moved.Get("due"), moved.Get("dueTimeZone")));
        Reply titled = (await api.PatchAsync("/tasks/1", """{"title": "B", "due": "2099-12-04T15:00"}""")).Expect(200);
        Assert.Equal("2099-12-01T09:00", titled.Get("originalDue")); // The due date did not change.
        Reply next = (await api.PostAsync("/tasks/1/complete")).Expect(200);
        Assert.Equal(("2099-12-08T09:00", null), (next.Get("due"), (string?)next.Json["originalDue"]));
        Assert.Equal("2099-12-04T15:00", (string)(await api.GetAsync("/tasks/1/completions")).Items[0]["due"]!);

        (await api.PostAsync("/tasks/1/reschedule", """{"due": "2099-12-09T09:00"}""")).Expect(200);
        Assert.Null((await api.PostAsync("/tasks/1/reschedule", """{"due": "2099-12-08T09:00"}""")).Expect(200).Json["originalDue"]);
        (await api.PostAsync("/tasks/1/reschedule", """{"due": "2099-12-09T09:00"}""")).Expect(200);
        Reply series = (await api.PatchAsync("/tasks/1", """{"due": "2099-12-10T10:00"}""")).Expect(200);
        Assert.Null(series.Json["originalDue"]);
        Assert.Equal("2099-12-17T10:00", (await api.PostAsync("/tasks/1/complete")).Get("due"));

        (await api.PostAsync("/tasks/1/reschedule", """{"due": null}""")).ExpectProblem(422, "invalid", "due");
        (await api.PostAsync("/tasks/1/reschedule", "{}")).ExpectProblem(422, "invalid", "due");
        (await api.PostAsync("/tasks/1/reschedule")).ExpectProblem(400, "malformed-request");
        (await api.PostAsync("/tasks/1/reschedule", """{"due": "soon"}""")).ExpectProblem(422, "invalid", "due");
        (await api.PostAsync("/tasks/1/reschedule", """{"due": "2099-12-10", "title": "x"}""")).ExpectProblem(400, "malformed-request", "title");

        await api.PostAsync("/tasks", """{"title": "Once", "due": "2099-12-01"}""");
        Reply once = (await api.PostAsync("/tasks/2/reschedule", """{"due": "2099-12-02T10:00", "dueTimeZone": "Asia/Tokyo"}""")).Expect(200);
        Assert.Equal(("2099-12-02T10:00", "Asia/Tokyo", null), (once.Get("due"), once.Get("dueTimeZone"), (string?)once.Json["originalDue"]));
        Assert.Null((await api.PostAsync("/tasks/2/reschedule", """{"due": null}""")).Expect(200).Json["due"]);
        Assert.Equal("rescheduled", (string)(await api.GetAsync("/changes?task=2")).Items[^1]["kind"]!);
    }

    [Fact]
    public async Task Ending_the_recurrence_leaves_an_ordinary_task_with_its_history()
    {
        using Api api = Api();
        await CreateAsync(api, "2099-12-01", "FREQ=DAILY");
        await api.PostAsync("/tasks/1/complete");
        await api.PostAsync("/tasks/1/reschedule", """{"due": "2099-12-05"}""");
        Reply ended = (await api.PostAsync("/tasks/1/end-recurrence")).Expect(200);
        Assert.Equal(("2099-12-05", null, null), (ended.Get("due"), (string?)ended.Json["recurrence"], (string?)ended.Json["originalDue"]));
        Assert.Equal(ended.Text, (await api.PostAsync("/tasks/1/end-recurrence", "{}")).Expect(200).Text);
        Assert.NotNull((await api.PostAsync("/tasks/1/complete")).Expect(200).Json["completedAt"]);
        Assert.Single((await api.GetAsync("/tasks/1/completions")).Items);
    }

    [Fact]
    public async Task Due_date_and_recurrence_must_go_together()
    {
        using Api api = Api();
        foreach ((string due, string recurrence, string field, string said) in new[]
        {
            ("2099-12-01", "FREQ=HOURLY", "due", "2099-12-01T09:00"), ("2099-12-01", "FREQ=DAILY;BYHOUR=9", "due", "must have a time"), ("2099-12-01", "FREQ=DAILY;BYMINUTE=9", "due", "must have a time"),
            ("", "FREQ=HOURLY", "due", "with a time"), ("", "FREQ=DAILY;UNTIL=20200101", "recurrence", "UNTIL"), ("", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "recurrence", "400 years"),
            ("2099-12-01", "FREQ=DAILY;UNTIL=20991130", "recurrence", "UNTIL"), ("2099-12-01", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "recurrence", "400 years"),
            ("2099-12-01", "FREQ=DAILY;COUNT=2;UNTIL=20991231", "recurrence", "only one"), ("2099-12-01", "FREQ=SECONDLY", "recurrence", "MINUTELY"),
            ("2099-12-01", "FREQ=WEEKLY;BYDAY=MX", "recurrence", "MO, TU"), ("2099-12-01T09:00", "FREQ=HOURLY;INTERVAL=2;BYHOUR=10", "recurrence", "400 years"),
        })
        {
            Reply reply = (await api.PostAsync("/tasks", new JsonObject { ["title"] = "A", ["due"] = due, ["recurrence"] = recurrence, ["labels"] = new JsonArray("l") })).ExpectProblem(422, "invalid", field);
            Assert.Contains(said, reply.Get("detail"), StringComparison.Ordinal);
        }

        Assert.Empty((await api.GetAsync("/labels")).Items);
        await CreateAsync(api, "2099-12-01", "FREQ=DAILY;UNTIL=20991231");
        Reply refused = (await api.PatchAsync("/tasks/1", """{"due": null}""")).ExpectProblem(422, "invalid", "due");
        Assert.Contains("skip", refused.Get("detail"), StringComparison.Ordinal);
        (await api.PatchAsync("/tasks/1", """{"recurrence": "FREQ=HOURLY"}""")).ExpectProblem(422, "invalid", "due");
        (await api.PatchAsync("/tasks/1", """{"due": "2100-01-01"}""")).ExpectProblem(422, "invalid", "recurrence");
        (await api.PatchAsync("/tasks/1", """{"recurrence": "FREQ=HOURLY", "due": "2099-12-01T08:00"}""")).Expect(200);
        Assert.Equal("2099-12-01T09:00", (await api.PostAsync("/tasks/1/complete")).Get("due"));
        (await api.PatchAsync("/tasks/1", """{"due": "2099-12-01"}""")).ExpectProblem(422, "invalid", "due");
        Reply ordinary = (await api.PatchAsync("/tasks/1", """{"due": null, "recurrence": null}""")).Expect(200);
        Assert.Null(ordinary.Json["due"]);
        Assert.Null(ordinary.Json["recurrence"]);
        (await api.PostAsync("/tasks/batch", """{"operations": [{"op": "create", "body": {"title": "a", "recurrence": "FREQ=HOURLY"}}]}""")).Expect(200);
    }

    [Fact]
    public async Task Without_a_due_date_a_series_begins_today_in_the_zone_of_the_account()
    {
        foreach (string zone in new[] { "Pacific/Kiritimati", "Pacific/Pago_Pago" })
        {
            using Api api = Api(new TestIdentity { TimeZone = zone });
            DateTime before = Zones.ToLocal(TimeProvider.System.GetUtcNow(), Zones.TryFind(zone)!);
            Reply task = (await api.PostAsync("/tasks", """{"title": "A", "recurrence": "FREQ=DAILY", "dueTimeZone": "UTC"}""")).Expect(201);
            DateTime after = Zones.ToLocal(TimeProvider.System.GetUtcNow(), Zones.TryFind(zone)!);
            Assert.Contains(task.Get("due"), new[] { before, after }.Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
            Reply first = (await api.PostAsync("/tasks", """{"title": "A", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=1"}""")).Expect(201);
            Assert.EndsWith("-01", first.Get("due"), StringComparison.Ordinal);
            Reply timed = (await api.PostAsync("/tasks", """{"title": "A", "recurrence": "FREQ=DAILY;BYHOUR=9"}""")).Expect(201);
            Assert.EndsWith("T09:00", timed.Get("due"), StringComparison.Ordinal);
            await api.PostAsync("/tasks", """{"title": "Later"}""");
            Assert.Equal(task.Get("due"), (await api.PatchAsync("/tasks/4", """{"recurrence": "FREQ=DAILY"}""")).Expect(200).Get("due"));
        }
    }

    [Fact]
    public async Task From_completion_the_next_occurrence_is_counted_from_today()
    {
        using Api api = Api();
        Reply task = (await api.PostAsync("/tasks", """{"title": "A", "due": "2099-12-01T09:00", "recurrence": "FREQ=DAILY;INTERVAL=10", "recurrenceFrom": "completion"}""")).Expect(201);
        DateTimeOffset completed = DateTimeOffset.Parse((await api.PostAsync("/tasks/1/complete")).Expect(200).Get("updatedAt"), CultureInfo.InvariantCulture);
        string expected = Zones.ToLocal(completed, Zones.TryFind("Europe/Berlin")!).AddDays(10).ToString("yyyy-MM-dd'T'", CultureInfo.InvariantCulture) + "09:00";
        Assert.Equal(expected, (await api.GetAsync("/tasks/1")).Get("due"));
        Assert.Equal("2099-12-01T09:00", task.Get("due"));
    }

    [Fact]
    public async Task Batches_reschedule_skip_and_complete()
    {
        using Api api = Api();
        await CreateAsync(api, "2099-12-01", "FREQ=DAILY");
        await api.PostAsync("/tasks", """{"title": "B", "parentId": 1}""");
        Reply reply = (await api.PostAsync("/tasks/batch", """
            {"operations": [
              {"op": "reschedule", "id": 1, "body": {"due": "2099-12-03"}},
              {"op": "skip", "id": 1},
              {"op": "complete", "id": 1},
              {"op": "complete", "id": 1, "body": {"withSubtasks": false}},
              {"op": "complete", "id": 1, "body": {"withSubtasks": 1}},
              {"op": "skip", "id": 2},
              {"op": "skip", "id": 1, "body": {"x": 1}}
            ]}
            """)).Expect(200);
        JsonNode[] results = [.. reply.Json["results"]!.AsArray().Select(result => result!)];
        Assert.Equal([200, 200, 409, 200, 400, 409, 422], results.Select(result => (int)result["status"]!));
        Assert.Equal(["2099-12-03", "2099-12-02", "2099-12-03"], new[] { 0, 1, 3 }.Select(i => (string)results[i]["body"]!["due"]!));
        Assert.Contains("body.withSubtasks", (string)results[2]["body"]!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_user_moves_a_floating_time_moves_along_and_one_with_a_zone_stays()
    {
        var inBerlin = new TestIdentity { TimeZone = "Europe/Berlin" };
        using Api berlin = Api(inBerlin);
        using Api tokyo = Api(inBerlin with { TimeZone = "Asia/Tokyo" });
        await CreateAsync(berlin, "2099-03-28T09:00", "FREQ=DAILY");
        await CreateAsync(berlin, "2099-03-28T09:00", "FREQ=DAILY", "Europe/Berlin");
        Assert.Equal(["2099-03-28T09:00", "2099-03-28T09:00"], (await tokyo.GetAsync("/tasks")).Items.Select(task => (string)task["due"]!));

        // 09:00 in Berlin is 17:00 in Tokyo (16:00 after the clock is changed on the 29th); floating, it is 09:00 there.
        await ExpectDueBefore(tokyo, "2099-03-28T09:01", 1);
        await ExpectDueBefore(tokyo, "2099-03-28T17:00", 1);
        await ExpectDueBefore(tokyo, "2099-03-28T17:01", 2);
        await ExpectDueBefore(berlin, "2099-03-28T09:00", 0);
        await ExpectDueBefore(berlin, "2099-03-28T09:01", 2);
        foreach (int task in new[] { 1, 2 })
        {
            Assert.Equal("2099-03-29T09:00", (await tokyo.PostAsync($"/tasks/{task}/complete")).Expect(200).Get("due"));
        }

        await ExpectDueBefore(tokyo, "2099-03-29T16:00", 1);
        await ExpectDueBefore(tokyo, "2099-03-29T16:01", 2);
        await ExpectDueBefore(berlin, "2099-03-29T09:01", 2);

        static async Task ExpectDueBefore(Api api, string time, int count) => Assert.Equal(count, (await api.GetAsync($"/tasks?dueBefore={time}")).Expect(200).Items.Length);
    }

    [Fact]
    public async Task Deleting_the_space_deletes_the_history()
    {
        var person = new TestIdentity();
        using Api api = Api(person);
        using Api backend = Api(person with { Scope = Scopes.SpaceDelete });
        await CreateAsync(api, "2099-12-01", "FREQ=DAILY");
        await api.PostAsync("/tasks/1/complete");
        Assert.Equal(1, await CountAsync());
        (await backend.DeleteAsync("/space")).Expect(204);
        Assert.Equal(0, await CountAsync());

        async Task<int> CountAsync() => (await System.McpServer.Services.GetRequiredService<Database>().ReadAsync(
            new Statement($"SELECT {CompletionRows.Columns} FROM tasks.completions WHERE space_id = $1").Add(Guid.Parse(person.Space)), CompletionRows.Read, Cancel)).Count;
    }
}

public sealed class RecurringTaskOnSqlite(OnSqlite fixture) : RecurringTaskTests(fixture), IClassFixture<OnSqlite>;

public sealed class RecurringTaskOnPostgres(OnPostgres fixture) : RecurringTaskTests(fixture), IClassFixture<OnPostgres>;
