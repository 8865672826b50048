using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Backend;

/// <summary>Revoking a token and undoing what was done with it in one action, with the real mcp-server behind.</summary>
public abstract class TakeBackTests(SystemFixture fixture) : EngineTests(fixture, Services.Backend)
{
    [Fact]
    public async Task An_agent_gone_wrong_is_stopped_and_what_it_did_is_undone()
    {
        using HttpClient person = await RegisterAsync();
        using var api = new Api(person);
        await api.PostAsync("/api/tasks", """{"title": "mine"}""");
        PersonalToken token = await TokenAsync(person);
        using HttpClient agentClient = Client(token.Token!);
        using var agent = new Api(agentClient);
        await agent.PatchAsync("/api/tasks/1", """{"title": "spoiled"}""");
        Reply tool = await agent.PostAsync(
            "/mcp", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_tasks","arguments":{"tasks":[{"title":"junk"}]}}}""",
            ("Accept", "application/json, text/event-stream"), ("MCP-Protocol-Version", "2025-11-25"));
        tool.Expect(200);
        JsonNode[] done = (await api.GetAsync($"/api/changes?actor={token.Id}")).Items;
        Assert.Equal(["updated", "created"], done.Select(change => (string)change["kind"]!));
        Assert.All(done, change => Assert.Equal($$"""{"kind":"agent","id":"{{token.Id}}","name":"Assistant"}""", change["actor"]!.ToJsonString()));

        Reply undone = (await api.PostAsync($"/api/tokens/{token.Id}/take-back")).Expect(200);
        Assert.Equal(2, undone.Number("undone"));
        Assert.Equal(["mine"], (await api.GetAsync("/api/tasks")).Names);
        (await agent.GetAsync("/api/tasks")).ExpectProblem(401, "unauthorized");
        Assert.Empty((await api.GetAsync("/api/tokens")).Items);
        Assert.Equal("person", (string)(await api.GetAsync($"/api/changes?group={undone.Get("groupId")}")).Items[0]["actor"]!["kind"]!);

        // Undone again, and taken back again, though the token is long gone.
        (await api.PostAsync("/api/changes/undo", $$"""{"groupId": "{{undone.Get("groupId")}}"}""")).Expect(200);
        Assert.Equal("spoiled", (await api.GetAsync("/api/tasks/1")).Get("title"));
        Assert.Equal(2, (await api.PostAsync($"/api/tokens/{token.Id}/take-back")).Expect(200).Number("undone"));
        (await api.PostAsync($"/api/tokens/{token.Id}/take-back")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Since_a_time_only_and_later_changes_in_the_way_are_named_while_the_token_stays_revoked()
    {
        using HttpClient person = await RegisterAsync();
        using var api = new Api(person);
        PersonalToken token = await TokenAsync(person);
        using HttpClient agentClient = Client(token.Token!);
        using var agent = new Api(agentClient);
        await agent.PostAsync("/api/tasks", """{"title": "good"}""");
        string since = $$"""{"since": "{{await api.NextMomentAsync("/api")}}"}""";
        await agent.PatchAsync("/api/tasks/1", """{"title": "bad"}""");
        long version = (await api.PatchAsync("/api/tasks/1", """{"title": "better"}""")).Number("version");

        Reply refused = (await api.PostAsync($"/api/tokens/{token.Id}/take-back", since)).ExpectProblem(409, "conflict");
        Assert.StartsWith("The token is revoked. Nothing was undone.", refused.Get("detail"), StringComparison.Ordinal);
        Assert.Equal([version], refused.Json["versions"]!.AsArray().Select(later => (long)later!));
        (await agent.GetAsync("/api/tasks")).ExpectProblem(401, "unauthorized");

        (await api.PostAsync($"/api/changes/{version}/undo")).Expect(200);
        Assert.Equal(1, (await api.PostAsync($"/api/tokens/{token.Id}/take-back", since)).Expect(200).Number("undone"));
        Assert.Equal(["good"], (await api.GetAsync("/api/tasks")).Names);
    }

    [Fact]
    public async Task Nobody_elses_token_and_no_account_is_taken_back_and_no_token_does_it()
    {
        using HttpClient person = await RegisterAsync();
        using HttpClient strangerClient = await RegisterAsync();
        using var api = new Api(person);
        using var stranger = new Api(strangerClient);
        PersonalToken token = await TokenAsync(person);
        using HttpClient agentClient = Client(token.Token!);
        using var agent = new Api(agentClient);
        await api.PostAsync("/api/tasks", """{"title": "mine"}""");
        string account = (string)(await api.GetAsync("/api/changes")).Items[0]["actor"]!["id"]!;
        (await api.PostAsync($"/api/tokens/{account}/take-back")).ExpectProblem(404, "not-found");
        (await api.PostAsync("/api/tokens/system/take-back")).ExpectProblem(404, "not-found");
        (await stranger.PostAsync($"/api/tokens/{token.Id}/take-back")).ExpectProblem(404, "not-found");
        (await agent.PostAsync($"/api/tokens/{token.Id}/take-back")).ExpectProblem(403, "forbidden");
        (await api.PostAsync($"/api/tokens/{token.Id}/take-back", """{"since": "yesterday"}""")).ExpectProblem(422, "invalid", "since");
        (await api.PostAsync($"/api/tokens/{token.Id}/take-back", """{"until": "2027-01-01T00:00:00Z"}""")).ExpectProblem(400, "malformed-request", "until");
        Assert.Equal(["mine"], (await agent.GetAsync("/api/tasks")).Names);
    }

    [Fact]
    public async Task The_token_is_revoked_also_when_the_task_service_is_away()
    {
        using HttpClient person = await RegisterAsync();
        using var api = new Api(person);
        PersonalToken token = await TokenAsync(person);
        using HttpClient agentClient = Client(token.Token!);
        using var agent = new Api(agentClient);
        (await agent.PostAsync("/api/tasks", """{"title": "junk"}""")).Expect(201);
        await System.McpServer.StopAsync();
        try
        {
            Reply away = (await api.PostAsync($"/api/tokens/{token.Id}/take-back")).ExpectProblem(503, "unavailable");
            Assert.NotNull(away.Header("Retry-After"));
            Assert.StartsWith("The token is revoked.", away.Get("detail"), StringComparison.Ordinal);
            (await agent.GetAsync("/api/tasks")).ExpectProblem(401, "unauthorized");
        }
        finally
        {
            await System.McpServer.StartAsync();
        }

        Assert.Equal(1, (await api.PostAsync($"/api/tokens/{token.Id}/take-back")).Expect(200).Number("undone"));
    }

    private static async Task<PersonalToken> TokenAsync(HttpClient person)
    {
        using HttpResponseMessage made = await person.PostAsync("/api/tokens", Json(new { name = "Assistant", scopes = new[] { "tasks:read", "tasks:write" } }), Cancel);
        return await ReadAsync<PersonalToken>(made, 201);
    }

    private async Task<HttpClient> RegisterAsync()
    {
        using HttpClient anyone = System.Backend.Client();
        using HttpResponseMessage response = await anyone.PostAsync("/api/auth/register", Json(new { email = NewEmail(), password = Password }), Cancel);
        return Client((await ReadAsync<SignedIn>(response, 201)).Token);
    }

    private HttpClient Client(string token)
    {
        HttpClient client = System.Backend.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}

public sealed class TakeBackOnSqlite(OnSqlite fixture) : TakeBackTests(fixture), IClassFixture<OnSqlite>;

public sealed class TakeBackOnPostgres(OnPostgres fixture) : TakeBackTests(fixture), IClassFixture<OnPostgres>;
