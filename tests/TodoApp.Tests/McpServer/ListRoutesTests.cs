using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class ListRoutesTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task Lists_are_created_renamed_nested_archived_and_have_etags()
    {
        using Api api = Api();
        Reply list = (await api.PostAsync("/lists", """{"name": " Work ", "color": "#AABBCC"}""", ("Idempotency-Key", "l"))).Expect(201);
        Assert.Equal("Work", list.Get("name"));
        Assert.Equal("#aabbcc", list.Get("color"));
        Assert.Equal(list.Text, (await api.PostAsync("/lists", """{"name": " Work ", "color": "#AABBCC"}""", ("Idempotency-Key", "l"))).Text);
        string id = list.Get("id");
        Assert.Equal(list.Header("ETag"), (await api.GetAsync($"/lists/{id}")).Header("ETag"));
        (await api.PostAsync("/lists", """{"name": "ＷＯＲＫ"}""")).ExpectProblem(409, "conflict");
        (await api.PostAsync("/lists", """{"name": "inbox"}""")).ExpectProblem(409, "conflict");
        Reply inside = (await api.PostAsync("/lists", $$"""{"name": "Inside", "parentId": "{{id}}"}""")).Expect(201);
        Reply third = (await api.PostAsync("/lists", $$"""{"name": "Third", "parentId": "{{inside.Get("id")}}"}""")).Expect(201);
        (await api.PostAsync("/lists", $$"""{"name": "Fourth", "parentId": "{{third.Get("id")}}"}""")).ExpectProblem(422, "invalid", "parentId");
        (await api.PatchAsync($"/lists/{id}", $$"""{"parentId": "{{third.Get("id")}}"}""")).ExpectProblem(422, "invalid", "parentId");
        Reply archived = (await api.PatchAsync($"/lists/{id}", """{"name": "WORK", "archived": true}""", ("If-Match", list.Header("ETag")!))).Expect(200);
        Assert.NotNull(archived.Json["archivedAt"]);
        (await api.PatchAsync($"/lists/{id}", """{"name": "x"}""", ("If-Match", list.Header("ETag")!))).ExpectProblem(412, "precondition-failed");
        Assert.Null((await api.PatchAsync($"/lists/{id}", """{"archived": false, "color": null}""")).Expect(200).Json["archivedAt"]);
        Assert.Equal(["Inbox", "WORK", "Inside", "Third"], (await api.GetAsync("/lists")).Names);
    }

    [Fact]
    public async Task Deleting_a_list_says_what_becomes_of_its_tasks()
    {
        using Api api = Api();
        string work = (await api.PostAsync("/lists", """{"name": "Work"}""")).Get("id");
        string inside = (await api.PostAsync("/lists", $$"""{"name": "Inside", "parentId": "{{work}}"}""")).Get("id");
        string other = (await api.PostAsync("/lists", """{"name": "Other"}""")).Get("id");
        await api.PostAsync("/tasks", """{"title": "A", "list": "Work"}""");
        await api.PostAsync("/tasks", """{"title": "B", "list": "Work"}""");
        await api.DeleteAsync("/tasks/2");
        (await api.DeleteAsync($"/lists/{work}")).ExpectProblem(409, "conflict");
        (await api.DeleteAsync($"/lists/{work}?tasks=burn")).ExpectProblem(422, "invalid", "tasks");
        (await api.DeleteAsync($"/lists/{work}?tasks=move:{work}")).ExpectProblem(422, "invalid", "tasks");
        (await api.DeleteAsync($"/lists/{work}?tasks=move:{other}")).Expect(204);
        (await api.GetAsync($"/lists/{work}")).ExpectProblem(404, "not-found");
        Assert.Null((await api.GetAsync($"/lists/{inside}")).Json["parentId"]);
        Assert.Equal(["A"], (await api.GetAsync("/tasks?list=Other")).Names);
        (await api.DeleteAsync($"/lists/{other}?tasks=trash")).Expect(204);
        Assert.Equal(2, (await api.GetAsync("/tasks?status=trashed")).Items.Length);
        string inbox = (string)(await api.GetAsync("/lists")).Items.Single(list => (bool)list["isInbox"]!)["id"]!;
        Assert.Equal(inbox, (await api.PostAsync("/tasks/1/restore")).Expect(200).Get("listId"));
        Assert.Equal(inbox, (await api.PostAsync("/tasks/2/restore")).Expect(200).Get("listId"));
        (await api.DeleteAsync($"/lists/{inbox}?tasks=trash")).ExpectProblem(409, "conflict");
        (await api.PatchAsync($"/lists/{inbox}", """{"archived": true}""")).ExpectProblem(422, "invalid", "archived");
        (await api.PatchAsync($"/lists/{inbox}", """{"name": "Eingang"}""")).Expect(200);
        Assert.Equal(inbox, (await api.PostAsync("/tasks", """{"title": "C"}""")).Get("listId"));
        (await api.DeleteAsync($"/lists/{inside}")).Expect(204);
    }

    [Fact]
    public async Task Wrong_fields_are_refused()
    {
        using Api api = Api();
        (await api.PostAsync("/lists", "{}")).ExpectProblem(422, "invalid", "name");
        (await api.PostAsync("/lists", """{"name": "  "}""")).ExpectProblem(422, "invalid", "name");
        (await api.PostAsync("/lists", $$"""{"name": "{{new string('x', 101)}}"}""")).ExpectProblem(422, "invalid", "name");
        (await api.PostAsync("/lists", """{"name": "x", "color": "red"}""")).ExpectProblem(422, "invalid", "color");
        (await api.PostAsync("/lists", """{"name": "x", "parentId": "0197a1b2-0000-7000-8000-000000000000"}""")).ExpectProblem(422, "invalid", "parentId");
        (await api.PostAsync("/lists", """{"name": "x", "archived": "yes"}""")).ExpectProblem(400, "malformed-request", "archived");
        (await api.PostAsync("/lists", """{"nmae": "x"}""")).ExpectProblem(400, "malformed-request", "nmae");
    }
}

public sealed class ListRoutesOnSqlite(OnSqlite fixture) : ListRoutesTests(fixture), IClassFixture<OnSqlite>;

public sealed class ListRoutesOnPostgres(OnPostgres fixture) : ListRoutesTests(fixture), IClassFixture<OnPostgres>;
