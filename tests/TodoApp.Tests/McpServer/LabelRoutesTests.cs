using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class LabelRoutesTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task Labels_are_created_renamed_and_have_etags()
    {
        using Api api = Api();
        Reply label = (await api.PostAsync("/labels", """{"name": "Errand", "color": "#ABCDEF"}""", ("Idempotency-Key", "l"))).Expect(201);
        Assert.Equal(label.Text, (await api.PostAsync("/labels", """{"name": "Errand", "color": "#ABCDEF"}""", ("Idempotency-Key", "l"))).Text);
        (await api.PostAsync("/labels", """{"name": "ｅｒｒａｎｄ"}""")).ExpectProblem(409, "conflict");
        Assert.Equal(label.Text, (await api.GetAsync("/labels/errand")).Expect(200).Text);
        Reply renamed = (await api.PatchAsync("/labels/Errand", """{"name": "errands", "color": null}""", ("If-Match", label.Header("ETag")!))).Expect(200);
        Assert.Null(renamed.Json["color"]);
        (await api.PatchAsync($"/labels/{label.Get("id")}", """{"name": "x"}""", ("If-Match", label.Header("ETag")!))).ExpectProblem(412, "precondition-failed");
        (await api.PostAsync("/labels", "{}")).ExpectProblem(422, "invalid", "name");
        (await api.PostAsync("/labels", """{"name": "x", "colour": "#000000"}""")).ExpectProblem(400, "malformed-request", "colour");
        (await api.GetAsync("/labels/nope")).ExpectProblem(404, "not-found");
        (await api.DeleteAsync("/labels/nope")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Deleting_a_label_takes_it_off_its_tasks_and_merging_puts_another_in_its_place()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "A", "labels": ["a", "b", "c"]}""");
        await api.PostAsync("/tasks", """{"title": "B", "labels": ["a"]}""");
        await api.PostAsync("/tasks", """{"title": "C", "labels": ["c"]}""");
        await api.DeleteAsync("/tasks/2");
        (await api.PostAsync("/labels/a/merge", """{"into": "a"}""")).ExpectProblem(422, "invalid", "into");
        (await api.PostAsync("/labels/a/merge", """{"into": "nope"}""")).ExpectProblem(422, "invalid", "into");
        (await api.PostAsync("/labels/a/merge", "{}")).ExpectProblem(422, "invalid", "into");
        Reply merged = (await api.PostAsync("/labels/a/merge", """{"into": "B"}""", ("Idempotency-Key", "m"))).Expect(200);
        Assert.Equal("b", merged.Get("name"));
        Assert.Equal(merged.Text, (await api.PostAsync("/labels/a/merge", """{"into": "B"}""", ("Idempotency-Key", "m"))).Text);
        Assert.Equal(["b", "c"], (await api.GetAsync("/labels")).Names);
        Assert.Equal(["A"], (await api.GetAsync("/tasks?label=b")).Names);
        Assert.Equal(["B"], (await api.GetAsync("/tasks?label=b&status=trashed")).Names);
        (await api.DeleteAsync("/labels/c")).Expect(204);
        Assert.Equal([merged.Get("id")], (await api.GetAsync("/tasks/1")).Json["labelIds"]!.AsArray().Select(id => (string)id!));
        Assert.Empty((await api.GetAsync("/tasks/3")).Json["labelIds"]!.AsArray());
        Reply log = await api.GetAsync("/changes?limit=1000");
        Assert.Equal(["updated", "deleted"], log.Items.TakeLast(3).Select(change => (string)change["kind"]!).Distinct());
        Assert.Single(log.Items.TakeLast(3).Select(change => (string)change["groupId"]!).Distinct());
    }
}

public sealed class LabelRoutesOnSqlite(OnSqlite fixture) : LabelRoutesTests(fixture), IClassFixture<OnSqlite>;

public sealed class LabelRoutesOnPostgres(OnPostgres fixture) : LabelRoutesTests(fixture), IClassFixture<OnPostgres>;
