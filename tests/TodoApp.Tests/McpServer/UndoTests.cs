using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class UndoTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task Every_kind_of_change_to_a_task_is_undone_and_redone()
    {
        using Api api = Api();
        (await api.PostAsync("/lists", """{"name": "Work"}""")).Expect(201);
        (await api.PostAsync("/tasks", """{"title": "A", "labels": ["x"], "notes": "n"}""")).Expect(201);
        (string Method, string Path, string? Body)[] changes =
        [
            ("PATCH", "/tasks/1", """{"title": "B", "due": "2026-12-01T09:00", "priority": "p1", "notes": null}"""),
            ("PATCH", "/tasks/1", """{"list": "Work"}"""),
            ("PATCH", "/tasks/1", """{"position": "5"}"""),
            ("POST", "/tasks/1/complete", null),
            ("POST", "/tasks/1/reopen", null),
            ("DELETE", "/tasks/1", null),
            ("POST", "/tasks/1/restore", null),
        ];
        foreach ((string method, string path, string? body) in changes)
        {
            JsonObject before = Plain(await api.GetAsync("/tasks/1"));
            Reply changed = (await api.SendAsync(method, path, body)).Expect(200);
            Reply undone = (await api.PostAsync($"/changes/{changed.Number("version")}/undo")).Expect(200);
            Assert.Equal(1, undone.Number("undone"));
            Assert.Equal(before.ToJsonString(), Plain(await api.GetAsync("/tasks/1")).ToJsonString());
            JsonNode log = (await api.GetAsync($"/changes?since={undone.Number("version") - 1}")).Items.Single();
            Assert.Equal(changed.Number("version"), (long)log["undoes"]!);
            (await api.PostAsync($"/changes/{undone.Number("version")}/undo")).Expect(200);
            Assert.Equal(Plain(changed).ToJsonString(), Plain(await api.GetAsync("/tasks/1")).ToJsonString());
        }
    }

    [Fact]
    public async Task A_creation_is_undone_into_the_trash_and_back()
    {
        using Api api = Api();
        Reply created = (await api.PostAsync("/tasks", """{"title": "A"}""")).Expect(201);
        Reply undone = (await api.PostAsync($"/changes/{created.Number("version")}/undo")).Expect(200);
        Assert.Equal(["A"], (await api.GetAsync("/tasks?status=trashed")).Names);
        Assert.Equal("deleted", (string)(await api.GetAsync($"/changes?since={created.Number("version")}")).Items.Single()["kind"]!);
        (await api.PostAsync($"/changes/{undone.Number("version")}/undo")).Expect(200);
        Assert.Equal(["A"], (await api.GetAsync("/tasks")).Names);
    }

    [Fact]
    public async Task What_was_changed_since_stands_in_the_way_and_is_named()
    {
        using Api api = Api();
        using Api bob = Api();
        await api.PostAsync("/tasks", """{"title": "A", "notes": "n"}""");
        long title = (await api.PatchAsync("/tasks/1", """{"title": "B"}""")).Number("version");
        long notes = (await api.PatchAsync("/tasks/1", """{"notes": "m"}""")).Number("version");
        long later = (await api.PatchAsync("/tasks/1", """{"title": "C"}""")).Number("version");
        Reply refused = (await api.PostAsync($"/changes/{title}/undo")).ExpectProblem(409, "conflict", $"{title}");
        Assert.Contains($"title was changed since (version {later}: updated by Ada)", refused.Text, StringComparison.Ordinal);
        Assert.Equal([later], refused.Json["versions"]!.AsArray().Select(version => (long)version!)); // The one that changed the notes is not in the way.
        (await api.PostAsync($"/changes/{notes}/undo")).Expect(200);
        Assert.Equal("n", (await api.GetAsync("/tasks/1")).Get("notes"));
        (await api.PostAsync($"/changes/{notes}/undo")).ExpectProblem(409, "conflict", $"{notes}");
        (await api.PostAsync("/changes/undo", new JsonObject { ["versions"] = new JsonArray(later, title) })).Expect(200);
        Assert.Equal("A", (await api.GetAsync("/tasks/1")).Get("title"));
        (await api.PostAsync("/changes/99/undo")).ExpectProblem(404, "not-found");
        (await api.PostAsync("/changes/x/undo")).ExpectProblem(404, "not-found");
        (await bob.PostAsync($"/changes/{title}/undo")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task All_of_one_request_is_undone_at_once()
    {
        using Api api = Api();
        foreach (string body in (string[])["""{"name": "Work"}""", """{"name": "Sub", "parent": "Work"}"""])
        {
            (await api.PostAsync("/lists", body)).Expect(201);
        }

        await api.PostAsync("/tasks", """{"title": "A", "list": "Work", "labels": ["x", "y"]}""");
        await api.PostAsync("/tasks", """{"title": "B", "parentId": 1}""");
        await api.PostAsync("/tasks", """{"title": "C", "list": "Sub", "labels": ["x"]}""");
        foreach ((string method, string path, string? body) in ((string, string, string?)[])
        [
            ("DELETE", "/lists/Work?tasks=move:Inbox", null), ("DELETE", "/lists/Work?tasks=trash", null), ("DELETE", "/labels/x", null),
            ("POST", "/labels/x/merge", """{"into": "y"}"""), ("DELETE", "/tasks/1", null), ("PATCH", "/tasks/1", """{"list": "Inbox"}"""),
            ("POST", "/tasks", """{"title": "new", "labels": ["fresh"]}"""),
        ])
        {
            Dictionary<string, string> before = await StateAsync(api);
            long version = (await api.GetAsync("/changes?order=desc&limit=1")).Number("version");
            Reply done = await api.SendAsync(method, path, body);
            Assert.True((int)done.Status < 300, done.Text);
            Dictionary<string, string> after = await StateAsync(api);
            Assert.NotEqual(before, after);
            string group = (string)(await api.GetAsync($"/changes?since={version}")).Items[0]["groupId"]!;
            Reply undone = (await api.PostAsync("/changes/undo", $$"""{"groupId": "{{group}}"}""")).Expect(200);
            Dictionary<string, string> restored = await StateAsync(api);
            if (method == "POST" && path == "/tasks")
            {
                Assert.Equal("new", (string)(await api.GetAsync("/tasks?status=trashed")).Items.Single()["title"]!); // A new task goes to the trash.
            }
            else
            {
                Assert.Equal(before, restored);
            }

            (await api.PostAsync("/changes/undo", $$"""{"groupId": "{{undone.Get("groupId")}}"}""")).Expect(200);
            Assert.Equal(after, await StateAsync(api));
            (await api.PostAsync("/changes/undo", $$"""{"groupId": "{{(string)(await api.GetAsync("/changes?order=desc&limit=1")).Items[0]["groupId"]!}}"}""")).Expect(200);
        }

        (await api.PostAsync("/changes/undo", $$"""{"groupId": "{{Guid.CreateVersion7()}}"}""")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task What_an_agent_did_since_a_time_is_undone_and_what_others_did_stays()
    {
        var person = new TestIdentity { Name = "Ada" };
        using Api api = Api(person);
        using Api agent = Api(person with { Agent = "Gone wrong", Subject = "token-1" });
        await agent.PostAsync("/tasks", """{"title": "before"}""");
        string since = await api.NextMomentAsync();
        await api.PostAsync("/tasks", """{"title": "mine"}""");
        await agent.PatchAsync("/tasks/2", """{"title": "spoiled"}""");
        await agent.PostAsync("/tasks", """{"title": "junk", "labels": ["junk"]}""");
        long priority = (await agent.PatchAsync("/tasks/1", """{"priority": "low"}""")).Number("version");
        (await agent.PostAsync($"/changes/{priority}/undo")).Expect(200);
        await agent.DeleteAsync("/tasks/2");
        await api.PostAsync("/tasks", """{"title": "also mine"}""");
        string body = $$"""{"actor": "token-1", "since": "{{since}}"}""";
        Reply undone = (await api.PostAsync("/changes/undo", body, ("Idempotency-Key", "u"))).Expect(200);
        Assert.Equal(6, undone.Number("undone"));
        Assert.Equal(undone.Text, (await api.PostAsync("/changes/undo", body, ("Idempotency-Key", "u"))).Text);
        Assert.Equal(["before", "mine", "also mine"], (await api.GetAsync("/tasks")).Names);
        Assert.Empty((await api.GetAsync("/labels")).Items);
        Assert.Equal(0, (await api.PostAsync("/changes/undo", body)).Expect(200).Number("undone"));

        // Again, with something in the way.
        await agent.PatchAsync("/tasks/1", """{"title": "x"}""");
        await agent.PatchAsync("/tasks/2", """{"title": "y"}""");
        await api.PatchAsync("/tasks/1", """{"title": "z"}""");
        (await api.PostAsync("/changes/undo", body)).ExpectProblem(409, "conflict");
        Assert.Equal("y", (await api.GetAsync("/tasks/2")).Get("title"));
        await api.PatchAsync("/tasks/1", """{"title": "x"}""");
        Assert.Equal(2, (await api.PostAsync("/changes/undo", body)).Expect(200).Number("undone"));
        Assert.Equal(["before", "mine"], (await api.GetAsync("/tasks")).Names[..2]);
    }

    [Fact]
    public async Task An_undo_never_breaks_what_holds_of_all_tasks_lists_and_labels()
    {
        using Api api = Api();
        await api.PostAsync("/lists", """{"name": "Work"}""");
        await api.PostAsync("/tasks", """{"title": "A"}""");
        await api.PostAsync("/tasks", """{"title": "B"}""");

        // A circle.
        long below = (await api.PatchAsync("/tasks/1", """{"parentId": 2}""")).Number("version");
        await api.PatchAsync("/tasks/1", """{"parentId": null}""");
        long back = (await api.GetAsync("/tasks/1")).Number("version");
        (await api.PatchAsync("/tasks/2", """{"parentId": 1}""")).Expect(200);
        (await api.PostAsync($"/changes/{back}/undo")).ExpectProblem(409, "conflict");
        (await api.PatchAsync("/tasks/2", """{"parentId": null}""")).Expect(200);
        (await api.PostAsync($"/changes/{back}/undo")).Expect(200);
        Assert.True(below < back);

        // A name that is taken.
        await api.PatchAsync("/lists/Work", """{"name": "Job"}""");
        long renamed = (await api.GetAsync("/lists/Job")).Number("version");
        await api.PostAsync("/lists", """{"name": "work"}""");
        (await api.PostAsync($"/changes/{renamed}/undo")).ExpectProblem(409, "conflict");
        long created = (await api.GetAsync("/lists/work")).Number("version");

        // A list in use, and one that is not.
        await api.PostAsync("/tasks", """{"title": "C", "list": "work"}""");
        (await api.PostAsync($"/changes/{created}/undo")).ExpectProblem(409, "conflict");
        await api.DeleteAsync("/tasks/3");
        (await api.PostAsync($"/changes/{created}/undo")).Expect(200);
        (await api.PostAsync("/tasks/3/restore")).Expect(200);
        (await api.PostAsync($"/changes/{renamed}/undo")).Expect(200);
        (await api.PostAsync("/changes/1/undo")).ExpectProblem(409, "conflict"); // The Inbox.

        // What is gone for good.
        long title = (await api.PatchAsync("/tasks/3", """{"title": "D"}""")).Number("version");
        await api.DeleteAsync("/tasks/3");
        Assert.Equal(1, (await api.DeleteAsync("/trash")).Expect(200).Number("purged"));
        (await api.PostAsync($"/changes/{title}/undo")).ExpectProblem(409, "conflict");
        long purged = (await api.GetAsync("/changes?kind=purged")).Items.Select(change => (long)change["version"]!).Single();
        (await api.PostAsync($"/changes/{purged}/undo")).ExpectProblem(409, "conflict");
    }

    [Theory]
    [InlineData("{}", 422)]
    [InlineData("""{"versions": []}""", 422)]
    [InlineData("""{"versions": [1], "groupId": "0192d2b6-0000-7000-8000-000000000000"}""", 422)]
    [InlineData("""{"versions": ["1"]}""", 400)]
    [InlineData("""{"groupId": "x"}""", 422)]
    [InlineData("""{"actor": "a"}""", 422)]
    [InlineData("""{"actor": "a", "since": "yesterday"}""", 422)]
    [InlineData("""{"versions": [1], "since": "2026-01-01T00:00:00Z"}""", 422)]
    [InlineData("""{"actor": "a", "since": "2026-01-01"}""", 422)]
    [InlineData("""{"actor": "a", "since": "2026-01-01T00:00:00"}""", 422)]
    [InlineData("""{"actor": "a", "since": 7}""", 400)]
    [InlineData("""{"versions": [1], "force": true}""", 400)]
    public async Task An_unclear_request_is_explained(string body, int status)
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A"}""");
        (await api.PostAsync("/changes/undo", body)).ExpectProblem(status, status == 400 ? "malformed-request" : "invalid");
    }

    [Fact]
    public async Task Emptying_the_trash_removes_what_is_in_it_for_good_and_nothing_else()
    {
        using Api api = Api();
        for (int i = 0; i < 4; i++)
        {
            await api.PostAsync("/tasks", i == 1 ? """{"title": "sub", "parentId": 1}""" : $$"""{"title": "t{{i}}"}""");
        }

        await api.DeleteAsync("/tasks/1");
        Assert.Equal(2, (await api.DeleteAsync("/trash", ("Idempotency-Key", "e"))).Expect(200).Number("purged"));
        Assert.Equal(2, (await api.DeleteAsync("/trash", ("Idempotency-Key", "e"))).Expect(200).Number("purged"));
        Assert.Equal(0, (await api.DeleteAsync("/trash")).Expect(200).Number("purged"));
        (await api.GetAsync("/tasks/1")).ExpectProblem(404, "not-found");
        Assert.Equal(["t2", "t3"], (await api.GetAsync("/tasks")).Names);
        Assert.Equal(5, (await api.PostAsync("/tasks", """{"title": "next"}""")).Number("number"));
        JsonNode[] purged = (await api.GetAsync("/changes?kind=purged")).Items;
        Assert.Equal(["sub", "t0"], purged.Select(change => (string)change["before"]!["title"]!));
        Assert.All(purged, change => Assert.Null(change["after"]));
        Assert.Equal(2, (int)purged[0]["before"]!["number"]!); // The whole item, as it is written everywhere.
    }

    [Fact]
    public async Task What_came_along_with_an_undo_of_the_actor_itself_is_undone_with_it()
    {
        using Api api = Api(new TestIdentity { Subject = "token-3", Agent = "Hasty" });
        string since = DateTimeOffset.UnixEpoch.ToString("O");
        long list = (await api.PostAsync("/lists", """{"name": "Work"}""")).Number("version");
        await api.PostAsync("/tasks", """{"title": "A", "list": "Work"}""");
        await api.DeleteAsync("/tasks/1");
        (await api.PostAsync($"/changes/{list}/undo")).Expect(200); // Moves what is in the trash to the Inbox.
        Assert.Equal(5, (await api.PostAsync("/changes/undo", $$"""{"actor": "token-3", "since": "{{since}}"}""")).Expect(200).Number("undone"));
        Assert.Equal(["Inbox"], (await api.GetAsync("/lists")).Names);
        Assert.Equal(["A"], (await api.GetAsync("/tasks?status=trashed")).Names);
    }

    [Fact]
    public async Task The_first_request_can_be_undone_though_it_made_the_inbox_too()
    {
        var person = new TestIdentity { Subject = "token-9", Agent = "First" };
        using Api api = Api(person);
        await api.PostAsync("/tasks", """{"title": "A"}""");
        string group = (string)(await api.GetAsync("/changes")).Items[0]["groupId"]!;
        Assert.Equal(group, (string)(await api.GetAsync("/changes")).Items[1]["groupId"]!);
        Assert.Equal(1, (await api.PostAsync("/changes/undo", $$"""{"groupId": "{{group}}"}""")).Expect(200).Number("undone"));
        await api.PostAsync("/tasks", """{"title": "B"}""");
        Assert.Equal(3, (await api.PostAsync("/changes/undo", """{"actor": "token-9", "since": "2026-01-01T00:00:00Z"}""")).Expect(200).Number("undone")); // A, its undoing, and B.
        Assert.Equal("Inbox", (await api.GetAsync("/lists")).Names.Single());
        Assert.Empty((await api.GetAsync("/tasks")).Items);
    }

    [Fact]
    public async Task A_list_does_not_come_back_into_one_that_is_gone_nor_a_task_to_a_parent_in_the_trash()
    {
        using Api api = Api();
        await api.PostAsync("/lists", """{"name": "Work"}""");
        await api.PostAsync("/lists", """{"name": "Sub", "parent": "Work"}""");
        await api.DeleteAsync("/lists/Sub");
        long deleted = await VersionAsync(api);
        await api.DeleteAsync("/lists/Work");
        long whole = await VersionAsync(api);
        Reply refused = (await api.PostAsync($"/changes/{deleted}/undo")).ExpectProblem(409, "conflict", $"{deleted}");
        Assert.Contains("the list that the list 'Sub' was inside of does not exist any more", refused.Text, StringComparison.Ordinal);
        (await api.PostAsync("/changes/undo", $$"""{"versions": [{{deleted}}, {{whole}}, {{deleted}}]}""")).Expect(200);
        Assert.Equal(["Inbox", "Sub", "Work"], (await api.GetAsync("/lists")).Names.Order());

        await api.PostAsync("/tasks", """{"title": "A"}""");
        await api.PostAsync("/tasks", """{"title": "B", "parentId": 1}""");
        await api.PatchAsync("/tasks/2", """{"parentId": null}""");
        long moved = await VersionAsync(api);
        await api.DeleteAsync("/tasks/1");
        Assert.Contains("#2", (await api.PostAsync($"/changes/{moved}/undo")).ExpectProblem(409, "conflict").Get("detail"), StringComparison.Ordinal);
        await api.PostAsync("/tasks/1/restore");
        await api.PatchAsync("/tasks/1", """{"list": "Work"}""");
        (await api.PostAsync($"/changes/{moved}/undo")).ExpectProblem(409, "conflict"); // It is in another list now.
        await api.PatchAsync("/tasks/1", """{"list": "Inbox"}""");
        (await api.PostAsync($"/changes/{moved}/undo")).Expect(200);
        Assert.NotNull((await api.GetAsync("/tasks/2")).Json["parentId"]);
    }

    [Fact]
    public async Task Thousands_of_changes_are_undone_in_one_request_and_more_are_refused()
    {
        using Api api = Api();
        await api.GetAsync("/lists");
        string since = DateTimeOffset.UnixEpoch.ToString("O");
        string batch = new JsonObject { ["operations"] = new JsonArray([.. Enumerable.Range(0, 100).Select(i => JsonNode.Parse($$$"""{"op": "create", "body": {"title": "t{{{i}}}"}}"""))]) }.ToJsonString();
        for (int i = 0; i < 25; i++)
        {
            (await api.PostAsync("/tasks/batch", batch)).Expect(200);
        }

        string actor = (string)(await api.GetAsync("/changes?limit=1")).Items[0]["actor"]!["id"]!;
        Assert.Equal(2500, (await api.PostAsync("/changes/undo", $$"""{"actor": "{{actor}}", "since": "{{since}}"}""")).Expect(200).Number("undone"));
        Assert.Empty((await api.GetAsync("/tasks")).Items);
        Assert.Equal(2500, (await api.DeleteAsync("/trash")).Expect(200).Number("purged"));
        string versions = string.Join(",", Enumerable.Range(1, TodoApp.McpServer.Changes.UndoChanges.Most + 1));
        (await api.PostAsync("/changes/undo", $$"""{"versions": [{{versions}}]}""")).ExpectProblem(422, "invalid", "versions");
        Assert.Equal(TodoApp.McpServer.Changes.Undo.MostConflicts, (await api.PostAsync("/changes/undo", $$"""{"versions": [{{versions[..versions.LastIndexOf(",5000,", StringComparison.Ordinal)]}}]}"""))
            .ExpectProblem(409, "conflict").Json["errors"]!.AsObject().Count);
    }

    [Fact]
    public async Task Saved_filters_are_undone_too()
    {
        using Api api = Api();
        long created = (await api.PostAsync("/filters", """{"name": "Mine", "query": "p1"}""")).Expect(201).Number("version");
        long changed = (await api.PatchAsync("/filters/Mine", """{"query": "p2"}""")).Expect(200).Number("version");
        (await api.DeleteAsync("/filters/Mine")).Expect(204);
        long deleted = await VersionAsync(api);
        (await api.PostAsync($"/changes/{changed}/undo")).ExpectProblem(409, "conflict", $"{changed}");
        (await api.PostAsync("/changes/undo", $$"""{"versions": [{{changed}}, {{deleted}}]}""")).Expect(200);
        Assert.Equal("p1", (string)(await api.GetAsync("/filters")).Items.Single()["query"]!);
        await api.DeleteAsync("/filters/Mine");
        long again = await VersionAsync(api);
        (await api.PostAsync("/filters", """{"name": "mine", "query": "p3"}""")).Expect(201);
        Assert.Contains("another filter named 'mine'", (await api.PostAsync($"/changes/{again}/undo")).ExpectProblem(409, "conflict", $"{again}").Text, StringComparison.Ordinal);
        (await api.PostAsync($"/changes/{created}/undo")).ExpectProblem(409, "conflict", $"{created}");
    }

    [Fact]
    public async Task A_completed_occurrence_leaves_the_history_when_it_is_undone_and_comes_back_when_that_is()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A", "due": "2099-12-01", "recurrence": "FREQ=DAILY;COUNT=2"}""");
        long first = (await api.PostAsync("/tasks/1/complete")).Expect(200).Number("version");
        Reply undone = (await api.PostAsync($"/changes/{first}/undo")).Expect(200);
        Assert.Equal("2099-12-01", (await api.GetAsync("/tasks/1")).Get("due"));
        Assert.Empty((await api.GetAsync("/snapshot")).Json["completions"]!.AsArray());
        (await api.PostAsync("/changes/undo", $$"""{"groupId": "{{undone.Get("groupId")}}"}""")).Expect(200);
        Assert.Equal("2099-12-02", (await api.GetAsync("/tasks/1")).Get("due"));
        Assert.Equal("2099-12-01", (string)(await api.GetAsync("/snapshot")).Json["completions"]!.AsArray().Single()!["due"]!);

        // The last one, opened again: that leaves the history as it is, and so does undoing it.
        Assert.NotNull((await api.PostAsync("/tasks/1/complete")).Expect(200).Json["completedAt"]);
        long reopened = (await api.PostAsync("/tasks/1/reopen")).Expect(200).Number("version");
        (await api.PostAsync($"/changes/{reopened}/undo")).Expect(200);
        Assert.NotNull((await api.GetAsync("/tasks/1")).Json["completedAt"]);
        Assert.Equal(2, (await api.GetAsync("/snapshot")).Json["completions"]!.AsArray().Count);
        await api.DeleteAsync("/tasks/1");
        await api.DeleteAsync("/trash");
        Assert.Empty((await api.GetAsync("/snapshot")).Json["completions"]!.AsArray());
    }

    [Fact]
    public async Task An_undo_leaves_no_recurrence_without_the_due_date_that_it_is_counted_from()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A"}""");
        long day = (await api.PatchAsync("/tasks/1", """{"due": "2099-12-01"}""")).Number("version");
        long time = (await api.PatchAsync("/tasks/1", """{"due": "2099-12-01T09:00"}""")).Number("version");
        long rule = (await api.PatchAsync("/tasks/1", """{"recurrence": "FREQ=HOURLY"}""")).Number("version");
        Assert.Contains("its due date must have a time", (await api.PostAsync($"/changes/{time}/undo")).ExpectProblem(409, "conflict").Text, StringComparison.Ordinal);
        Assert.Contains("its due date must be given", (await api.PostAsync("/changes/undo", $$"""{"versions": [{{day}}, {{time}}]}""")).ExpectProblem(409, "conflict").Text, StringComparison.Ordinal);
        (await api.PostAsync("/changes/undo", $$"""{"versions": [{{day}}, {{time}}, {{rule}}]}""")).Expect(200);
        Assert.Null((await api.GetAsync("/tasks/1")).Json["due"]);
    }

    [Fact]
    public async Task The_completion_of_an_occurrence_is_undone_whole_by_the_version_of_either_of_its_changes()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A", "due": "2099-12-01", "recurrence": "FREQ=DAILY"}""");
        JsonNode[] done = (await api.PostAsync("/tasks/batch", """{"operations": [{"op": "complete", "id": "1"}, {"op": "complete", "id": "1"}]}""")).Expect(200).Json["results"]!.AsArray().Select(item => item!).ToArray();
        Assert.Equal(2, done.Length);
        string history = (await api.GetAsync("/snapshot")).Json["completions"]!.ToJsonString();
        long last = await VersionAsync(api); // Of the history; the task's is before it.
        foreach (long version in (long[])[last - 1, last])
        {
            Reply undone = (await api.PostAsync($"/changes/{version}/undo")).Expect(200);
            Assert.Equal(2, undone.Number("undone"));
            Assert.Equal("2099-12-02", (await api.GetAsync("/tasks/1")).Get("due"));
            Assert.Equal("2099-12-01", (string)(await api.GetAsync("/snapshot")).Json["completions"]!.AsArray().Single()!["due"]!);
            foreach (long back in (long[])[undone.Number("version"), undone.Number("version") - 1])
            {
                (await api.PostAsync($"/changes/{back}/undo")).Expect(200);
                Assert.Equal("2099-12-03", (await api.GetAsync("/tasks/1")).Get("due"));
                Assert.Equal(history, (await api.GetAsync("/snapshot")).Json["completions"]!.ToJsonString());
                last = await VersionAsync(api);
                if (back == undone.Number("version"))
                {
                    undone = (await api.PostAsync($"/changes/{last}/undo")).Expect(200);
                }
            }
        }
    }

    [Fact]
    public async Task A_completed_occurrence_that_was_undone_already_is_not_left_when_both_are_undone()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A", "due": "2099-12-01", "recurrence": "FREQ=DAILY"}""");
        long completed = (await api.PostAsync("/tasks/1/complete")).Expect(200).Number("version");
        AccountCopy copy = await AccountCopy.TakeAsync(api);
        string both = $$"""{"versions": [{{completed}}, {{(await api.PostAsync($"/changes/{completed}/undo")).Expect(200).Number("version")}}]}""";
        for (int i = 0; i < 3; i++)
        {
            Reply undone = (await api.PostAsync("/changes/undo", both)).Expect(200);
            both = $$"""{"groupId": "{{undone.Get("groupId")}}"}""";
            Assert.Equal("2099-12-01", (await api.GetAsync("/tasks/1")).Get("due"));
            Assert.Empty((await api.GetAsync("/snapshot")).Json["completions"]!.AsArray());
            await copy.FollowAsync(api);
            copy.AssertEquals(await AccountCopy.TakeAsync(api));
        }
    }

    [Fact]
    public async Task The_log_is_read_backwards_and_by_group_and_kind()
    {
        using Api api = Api();
        for (int i = 0; i < 5; i++)
        {
            await api.PostAsync("/tasks", $$"""{"title": "t{{i}}"}""");
        }

        await api.PostAsync("/tasks/1/complete");
        Reply newest = await api.GetAsync("/changes?order=desc&limit=3");
        Assert.Equal([7L, 6, 5], newest.Items.Select(change => (long)change["version"]!));
        Assert.True((bool)newest.Json["more"]!);
        Reply older = await api.GetAsync("/changes?order=desc&limit=10&before=5");
        Assert.Equal([4L, 3, 2, 1], older.Items.Select(change => (long)change["version"]!));
        Assert.False((bool)older.Json["more"]!);
        Assert.Equal([7L], (await api.GetAsync("/changes?kind=completed,reopened")).Items.Select(change => (long)change["version"]!));
        Assert.Equal(2, (await api.GetAsync($"/changes?group={newest.Items[0]["groupId"]}")).Items.Length + (await api.GetAsync($"/changes?group={newest.Items[1]["groupId"]}")).Items.Length);
        (await api.GetAsync("/changes?kind=complete")).ExpectProblem(422, "invalid", "kind");
        (await api.GetAsync("/changes?order=up")).ExpectProblem(422, "invalid", "order");
        (await api.GetAsync("/changes?group=1")).ExpectProblem(422, "invalid", "group");
    }

    private static async Task<long> VersionAsync(Api api) => (await api.GetAsync("/changes?order=desc&limit=1")).Number("version");

    // Without what follows from a change.
    private static JsonObject Plain(Reply task)
    {
        JsonObject item = task.Json.AsObject().DeepClone().AsObject();
        item.Remove("version");
        item.Remove("updatedAt");
        return item;
    }

    private static async Task<Dictionary<string, string>> StateAsync(Api api)
    {
        var state = new Dictionary<string, string>();
        Reply snapshot = (await api.GetAsync("/snapshot")).Expect(200);
        foreach (string kind in (string[])["lists", "labels", "tasks"])
        {
            foreach (JsonNode? item in snapshot.Json[kind]!.AsArray())
            {
                JsonObject plain = item!.DeepClone().AsObject();
                plain.Remove("version");
                plain.Remove("updatedAt");
                if (plain["deletedAt"] is not null)
                {
                    plain["deletedAt"] = "then"; // Going to the trash again is another moment.
                }

                state.Add($"{kind} {item["id"]}", plain.ToJsonString());
            }
        }

        return state;
    }
}

public sealed class UndoOnSqlite(OnSqlite fixture) : UndoTests(fixture), IClassFixture<OnSqlite>;

public sealed class UndoOnPostgres(OnPostgres fixture) : UndoTests(fixture), IClassFixture<OnPostgres>;
