using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class TaskRoutesTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task A_new_task_has_every_field_and_goes_to_the_inbox()
    {
        using Api api = Api();
        Reply reply = (await api.PostAsync("/tasks", """{"title": "  Buy milk "}""")).Expect(201);
        string[] fields =
        [
            "id", "number", "listId", "parentId", "title", "notes", "priority", "due", "dueTimeZone", "originalDue", "recurrence", "recurrenceFrom", "labelIds",
            "position", "completedAt", "deletedAt", "createdAt", "updatedAt", "version",
        ];
        Assert.Equal(fields, reply.Json.AsObject().Select(pair => pair.Key));
        Assert.Equal("Buy milk", reply.Get("title"));
        Assert.Equal(1, reply.Number("number"));
        Assert.Equal("none", reply.Get("priority"));
        Assert.Null(reply.Json["notes"]);
        Assert.Equal($"\"{reply.Number("version")}\"", reply.Header("ETag"));
        Assert.Equal('7', reply.Get("id")[14]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", reply.Get("createdAt"));
        Reply lists = (await api.GetAsync("/lists")).Expect(200);
        Assert.Equal(["Inbox"], lists.Names);
        Assert.Equal(reply.Get("listId"), (string)lists.Items[0]["id"]!);
    }

    [Fact]
    public async Task All_fields_are_kept_and_read_back_by_id_and_by_number()
    {
        using Api api = Api();
        string list = (await api.PostAsync("/lists", """{"name": "Home"}""")).Expect(201).Get("id");
        Reply parent = (await api.PostAsync("/tasks", """{"title": "Parent", "list": "ｈｏｍｅ"}""")).Expect(201);
        Reply created = (await api.PostAsync("/tasks", new JsonObject
        {
            ["title"] = "Pay rent",
            ["notes"] = "from the *joint* account\n\tnow",
            ["listId"] = list,
            ["parentId"] = parent.Get("id"),
            ["priority"] = "p1",
            ["due"] = "2026-12-01T09:00",
            ["dueTimeZone"] = "America/New_York",
            ["recurrence"] = "RRULE:freq=monthly;bymonthday=1",
            ["recurrenceFrom"] = "completion",
            ["labels"] = new JsonArray("bills", "Bills", "wichtig"),
        })).Expect(201);
        Assert.Equal("urgent", created.Get("priority"));
        Assert.Equal("FREQ=MONTHLY;BYMONTHDAY=1", created.Get("recurrence"));
        Assert.Equal(2, created.Json["labelIds"]!.AsArray().Count);
        Assert.Equal(parent.Get("id"), created.Get("parentId"));
        Assert.Equal(created.Text, (await api.GetAsync($"/tasks/{created.Get("id")}")).Expect(200).Text);
        Assert.Equal(created.Text, (await api.GetAsync("/tasks/2")).Expect(200).Text);
        Assert.Equal(["bills", "wichtig"], (await api.GetAsync("/labels")).Names);
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_null_unsets()
    {
        using Api api = Api();
        Reply created = (await api.PostAsync("/tasks", """{"title": "A", "notes": "n", "priority": "high", "due": "2026-12-01"}""")).Expect(201);
        Reply patched = (await api.PatchAsync("/tasks/1", """{"notes": null, "due": "2026-12-02T10:30"}""")).Expect(200);
        Assert.Null(patched.Json["notes"]);
        Assert.Equal("2026-12-02T10:30", patched.Get("due"));
        Assert.Equal("high", patched.Get("priority"));
        Assert.True(patched.Number("version") > created.Number("version"));
        Reply same = (await api.PatchAsync("/tasks/1", """{"title": "A"}""")).Expect(200);
        Assert.Equal(patched.Text, same.Text);
        Reply zoned = (await api.PatchAsync("/tasks/1", """{"dueTimeZone": "Asia/Tokyo", "labels": ["x"]}""")).Expect(200);
        Assert.Equal("Asia/Tokyo", zoned.Get("dueTimeZone"));
        Reply moved = (await api.PatchAsync("/tasks/1", """{"due": "2026-12-03"}""", ("Content-Type", "application/merge-patch+json"))).Expect(200);
        Assert.Equal("Asia/Tokyo", moved.Get("dueTimeZone"));
        Assert.Equal(moved.Text, (await api.GetAsync("/tasks/1")).Text);
    }

    [Fact]
    public async Task Complete_reopen_delete_and_restore_are_idempotent()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A"}""");
        foreach ((string method, string path, string field, bool isSet) in new[]
        {
            ("POST", "/tasks/1/complete", "completedAt", true), ("POST", "/tasks/1/reopen", "completedAt", false),
            ("DELETE", "/tasks/1", "deletedAt", true), ("POST", "/tasks/1/restore", "deletedAt", false),
        })
        {
            Reply first = (await api.SendAsync(method, path)).Expect(200);
            Assert.Equal(isSet, first.Json[field] is not null);
            Reply second = (await api.SendAsync(method, path, "{}")).Expect(200);
            Assert.Equal(first.Text, second.Text);
        }

        await api.DeleteAsync("/tasks/1");
        (await api.PatchAsync("/tasks/1", """{"title": "B"}""")).ExpectProblem(409, "conflict");
        (await api.PostAsync("/tasks/1/complete")).ExpectProblem(409, "conflict");
    }

    [Fact]
    public async Task Deleting_a_task_takes_its_subtasks_along_and_restoring_brings_back_the_same()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "Parent"}""");
        await api.PostAsync("/tasks", """{"title": "Child", "parentId": 1}""");
        await api.PostAsync("/tasks", """{"title": "Grandchild", "parentId": 2}""");
        await api.PostAsync("/tasks", """{"title": "Deleted before", "parentId": 1}""");
        (await api.DeleteAsync("/tasks/4")).Expect(200);
        (await api.DeleteAsync("/tasks/1")).Expect(200);
        Assert.Empty((await api.GetAsync("/tasks")).Items);
        Assert.Equal(4, (await api.GetAsync("/tasks?status=trashed")).Items.Length);
        (await api.PostAsync("/tasks/1/restore")).Expect(200);
        Assert.Equal(["Parent", "Child", "Grandchild"], (await api.GetAsync("/tasks")).Names);
        (await api.DeleteAsync("/tasks/1")).Expect(200);
        Assert.Null((await api.PostAsync("/tasks/2/restore")).Expect(200).Json["parentId"]);
    }

    [Fact]
    public async Task What_went_to_the_trash_in_the_same_moment_but_not_with_the_task_stays_there()
    {
        using Api api = Api();
        for (int round = 0; round < 10; round++)
        {
            long parent = (await api.PostAsync("/tasks", """{"title": "Parent"}""")).Number("number");
            await api.PostAsync("/tasks", $$"""{"title": "Child", "parentId": {{parent}}}""");
            Reply batch = await api.PostAsync("/tasks/batch", $$"""{"operations": [{"op": "delete", "id": {{parent + 1}}}, {"op": "delete", "id": {{parent}}}]}""");
            Assert.Equal([200, 200], batch.Json["results"]!.AsArray().Select(result => (int)result!["status"]!));
            (await api.PostAsync($"/tasks/{parent}/restore")).Expect(200);
            Assert.NotNull((await api.GetAsync($"/tasks/{parent + 1}")).Json["deletedAt"]);
        }
    }

    [Fact]
    public async Task Subtasks_have_no_cycles_and_at_most_five_levels()
    {
        using Api api = Api();
        for (int i = 1; i <= 5; i++)
        {
            (await api.PostAsync("/tasks", new JsonObject { ["title"] = $"Level {i}", ["parentId"] = i == 1 ? null : i - 1 })).Expect(201);
        }

        (await api.PostAsync("/tasks", """{"title": "Level 6", "parentId": 5}""")).ExpectProblem(422, "invalid", "parentId");
        (await api.PatchAsync("/tasks/1", """{"parentId": 3}""")).ExpectProblem(422, "invalid", "parentId");
        (await api.PatchAsync("/tasks/1", """{"parentId": 1}""")).ExpectProblem(422, "invalid", "parentId");
        await api.PostAsync("/tasks", """{"title": "Other"}""");
        (await api.PatchAsync("/tasks/1", """{"parentId": 6}""")).ExpectProblem(422, "invalid", "parentId");
        (await api.PatchAsync("/tasks/2", """{"parentId": 6}""")).Expect(200);
        (await api.PatchAsync("/tasks/2", """{"parentId": null}""")).Expect(200);
        (await api.PatchAsync("/tasks/2", """{"parentId": "no id"}""")).ExpectProblem(422, "invalid", "parentId");
        (await api.PatchAsync("/tasks/2", """{"parentId": 999}""")).ExpectProblem(422, "invalid", "parentId");
    }

    [Fact]
    public async Task Two_tasks_made_each_other_s_subtask_at_once_never_make_a_cycle()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A"}""");
        await api.PostAsync("/tasks", """{"title": "B"}""");
        for (int round = 0; round < 20; round++)
        {
            Reply[] replies = await Task.WhenAll(api.PatchAsync("/tasks/1", """{"parentId": 2}"""), api.PatchAsync("/tasks/2", """{"parentId": 1}"""));
            Assert.Equal([200, 422], replies.Select(reply => (int)reply.Status).Order());
            await api.PatchAsync("/tasks/1", """{"parentId": null}""");
            await api.PatchAsync("/tasks/2", """{"parentId": null}""");
        }
    }

    [Fact]
    public async Task Moving_a_task_to_another_list_moves_its_subtasks()
    {
        using Api api = Api();
        await api.PostAsync("/lists", """{"name": "Work"}""");
        await api.PostAsync("/tasks", """{"title": "Parent"}""");
        await api.PostAsync("/tasks", """{"title": "Child", "parentId": 1}""");
        (await api.PatchAsync("/tasks/1", """{"list": "work"}""")).Expect(200);
        Assert.Equal(["Parent", "Child"], (await api.GetAsync("/tasks?list=WORK")).Names);
        Assert.Null((await api.PatchAsync("/tasks/2", """{"list": "Inbox"}""")).Expect(200).Json["parentId"]);
        (await api.PatchAsync("/tasks/2", """{"list": "nowhere"}""")).ExpectProblem(422, "invalid", "list");
        (await api.PatchAsync("/tasks/2", """{"list": null}""")).ExpectProblem(422, "invalid", "list");
    }

    [Fact]
    public async Task Two_edits_with_the_same_etag_are_one_edit_and_one_412()
    {
        using Api api = Api();
        string etag = (await api.PostAsync("/tasks", """{"title": "A"}""")).Header("ETag")!;
        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => api.PatchAsync("/tasks/1", $$"""{"title": "B{{i}}"}""", ("If-Match", etag))));
        Assert.Single(replies, reply => (int)reply.Status == 200);
        foreach (Reply reply in replies.Where(reply => (int)reply.Status != 200))
        {
            reply.ExpectProblem(412, "precondition-failed");
            Assert.Equal([replies.Single(other => (int)other.Status == 200).Number("version")], reply.Json["versions"]!.AsArray().Select(version => (long)version!));
        }

        (await api.PatchAsync("/tasks/1", """{"title": "C"}""", ("If-Match", "*"))).Expect(200);
        (await api.PatchAsync("/tasks/1", """{"title": "D"}""", ("If-Match", "W/\"4\""))).ExpectProblem(412, "precondition-failed");
        (await api.PatchAsync("/tasks/1", """{"title": "D"}""", ("If-Match", "4"))).ExpectProblem(400, "malformed-request");
        (await api.PostAsync("/tasks/1/complete", null, ("If-Match", etag))).ExpectProblem(412, "precondition-failed");
        (await api.DeleteAsync("/tasks/1", ("If-Match", etag))).ExpectProblem(412, "precondition-failed");
        string current = (await api.GetAsync("/tasks/1")).Header("ETag")!;
        (await api.DeleteAsync("/tasks/1", ("If-Match", $"{etag}, {current}"))).Expect(200);
    }

    [Fact]
    public async Task Fifty_at_once_with_the_same_key_make_one_task()
    {
        using Api api = Api();
        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => api.PostAsync("/tasks", """{"title": "Once"}""", ("Idempotency-Key", "k1"))));
        Assert.All(replies, reply => reply.Expect(201));
        Assert.Single(replies.Select(reply => reply.Text).Distinct());
        Assert.Single(replies.Select(reply => reply.Header("ETag")).Distinct());
        Assert.Equal(49, replies.Count(reply => reply.Header("Idempotency-Replayed") == "true"));
        Assert.Equal(["Once"], (await api.GetAsync("/tasks")).Names);
    }

    [Fact]
    public async Task The_first_writes_of_many_new_spaces_at_once_give_each_task_its_own_number()
    {
        for (int round = 0; round < 20; round++)
        {
            var identity = new TestIdentity();
            Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            {
                using Api api = Api(identity);
                return await api.PostAsync("/tasks", $$"""{"title": "T{{i}}"}""");
            }));
            Assert.All(replies, reply => reply.Expect(201));
            Assert.Equal(Enumerable.Range(1, 8).Select(number => (long)number), replies.Select(reply => reply.Number("number")).Order());
        }
    }

    [Fact]
    public async Task A_replay_gives_the_first_answer_even_when_the_task_has_changed_since()
    {
        using Api api = Api();
        Reply created = await api.PostAsync("/tasks", """{"title": "A"}""", ("Idempotency-Key", "create"));
        Reply renamed = await api.PatchAsync("/tasks/1", """{"title": "B"}""", ("Idempotency-Key", "rename"));
        Reply unchanged = await api.PatchAsync("/tasks/1", """{"title": "B"}""", ("Idempotency-Key", "rename again"));
        Reply labelled = await api.PatchAsync("/tasks/1", """{"labels": ["l"]}""", ("Idempotency-Key", "label"));
        Reply completed = await api.PostAsync("/tasks/1/complete", null, ("Idempotency-Key", "complete"));
        Reply deleted = await api.DeleteAsync("/tasks/1", ("Idempotency-Key", "delete"));
        foreach ((Reply first, Reply second) in new[]
        {
            (created, await api.PostAsync("/tasks", """{"title": "A"}""", ("Idempotency-Key", "create"))),
            (renamed, await api.PatchAsync("/tasks/1", """{"title": "B"}""", ("Idempotency-Key", "rename"))),
            (unchanged, await api.PatchAsync("/tasks/1", """{"title": "B"}""", ("Idempotency-Key", "rename again"))),
            (labelled, await api.PatchAsync("/tasks/1", """{"labels": ["l"]}""", ("Idempotency-Key", "label"))),
            (completed, await api.PostAsync("/tasks/1/complete", null, ("Idempotency-Key", "complete"))),
            (deleted, await api.DeleteAsync("/tasks/1", ("Idempotency-Key", "delete"))),
        })
        {
            Assert.Equal(first.Status, second.Status);
            Assert.Equal(first.Text, second.Text);
            Assert.Equal(first.Header("ETag"), second.Header("ETag"));
            Assert.Equal("true", second.Header("Idempotency-Replayed"));
        }

        (await api.PostAsync("/tasks", """{"title": "Other"}""", ("Idempotency-Key", "create"))).ExpectProblem(422, "idempotency-key-reused");
        (await api.PatchAsync("/tasks/1", """{"labels": ["m"]}""", ("Idempotency-Key", "label"))).ExpectProblem(422, "idempotency-key-reused");
        (await api.PostAsync("/tasks/1/complete", null, ("Idempotency-Key", "complete"), ("If-Match", "\"1\""))).ExpectProblem(422, "idempotency-key-reused");
        (await api.PostAsync("/tasks", """{"title": "X"}""", ("Idempotency-Key", new string('k', 256)))).ExpectProblem(400, "malformed-request");
        using Api other = Api();
        (await other.PostAsync("/tasks", """{"title": "Elsewhere"}""", ("Idempotency-Key", "create"))).Expect(201);
    }

    [Fact]
    public async Task Nobody_reaches_the_tasks_of_another_space()
    {
        using Api mine = Api();
        using Api theirs = Api();
        Reply task = await mine.PostAsync("/tasks", """{"title": "Mine"}""");
        Reply list = await mine.PostAsync("/lists", """{"name": "Mine"}""");
        string id = task.Get("id");
        (await theirs.GetAsync($"/tasks/{id}")).ExpectProblem(404, "not-found");
        (await theirs.PatchAsync($"/tasks/{id}", """{"title": "Stolen"}""")).ExpectProblem(404, "not-found");
        (await theirs.DeleteAsync($"/tasks/{id}")).ExpectProblem(404, "not-found");
        (await theirs.PostAsync($"/tasks/{id}/complete")).ExpectProblem(404, "not-found");
        (await theirs.PostAsync("/tasks", new JsonObject { ["title"] = "X", ["listId"] = list.Get("id") })).ExpectProblem(422, "invalid", "listId");
        (await theirs.PostAsync("/tasks", new JsonObject { ["title"] = "X", ["parentId"] = id })).ExpectProblem(422, "invalid", "parentId");
        (await theirs.GetAsync($"/lists/{list.Get("id")}")).ExpectProblem(404, "not-found");
        (await theirs.PatchAsync($"/lists/{list.Get("id")}", """{"name": "X"}""")).ExpectProblem(404, "not-found");
        (await theirs.DeleteAsync($"/lists/{list.Get("id")}")).ExpectProblem(404, "not-found");
        Reply batch = await theirs.PostAsync("/tasks/batch", new JsonObject { ["operations"] = new JsonArray(new JsonObject { ["op"] = "delete", ["id"] = id }) });
        Assert.Equal(404, (int)batch.Json["results"]![0]!["status"]!);
        Assert.Equal(task.Text, (await mine.GetAsync($"/tasks/{id}")).Text);
    }

    [Fact]
    public async Task Tokens_that_only_read_do_not_write()
    {
        var identity = new TestIdentity { Scope = "tasks:read" };
        using Api api = Api(identity);
        (await api.GetAsync("/tasks")).Expect(200);
        (await api.PostAsync("/tasks", """{"title": "X"}""")).ExpectProblem(403, "forbidden");
        (await api.PostAsync("/tasks/batch", """{"operations": []}""")).ExpectProblem(403, "forbidden");
        (await api.DeleteAsync("/space")).ExpectProblem(403, "forbidden");
        using Api writer = Api(new TestIdentity { Scope = "tasks:write" });
        (await writer.GetAsync("/tasks")).ExpectProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_deleted_space_stays_deleted()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        await api.PostAsync("/tasks", """{"title": "X", "labels": ["l"]}""", ("Idempotency-Key", "k"));
        using Api backend = Api(identity with { Scope = "space:delete" });
        (await backend.DeleteAsync("/space")).Expect(204);
        (await backend.DeleteAsync("/space")).Expect(204);
        (await api.PostAsync("/tasks", """{"title": "Y"}""")).ExpectProblem(410, "gone");
        (await api.GetAsync("/snapshot")).ExpectProblem(410, "gone");
        (await api.GetAsync("/changes")).ExpectProblem(410, "gone");
        Assert.Empty((await api.GetAsync("/tasks?status=all")).Items);
        using Api never = Api(new TestIdentity { Scope = "space:delete tasks:write" });
        (await never.DeleteAsync("/space")).Expect(204);
        (await never.PostAsync("/tasks", """{"title": "Z"}""")).ExpectProblem(410, "gone");
    }
}

public sealed class TaskRoutesOnSqlite(OnSqlite fixture) : TaskRoutesTests(fixture), IClassFixture<OnSqlite>;

public sealed class TaskRoutesOnPostgres(OnPostgres fixture) : TaskRoutesTests(fixture), IClassFixture<OnPostgres>;
