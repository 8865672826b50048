using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Backend;

/// <summary>The whole way with the real mcp-server behind.</summary>
public abstract class ThroughTheBackendTests(SystemFixture fixture) : EngineTests(fixture, Services.Backend)
{
    [Fact]
    public async Task A_task_is_made_by_a_person_seen_by_an_agent_and_nobody_elses()
    {
        using HttpClient person = await RegisterAsync();
        using HttpClient stranger = await RegisterAsync();
        using HttpResponseMessage made = await person.PostAsync("/api/tasks", Json(new { title = "Water the plants 🌱" }), Cancel);
        Assert.Equal(201, (int)made.StatusCode);
        Assert.NotNull(made.Headers.ETag);
        string id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["id"]!;

        using HttpResponseMessage tokenMade = await person.PostAsync("/api/tokens", Json(new { name = "Laptop assistant", scopes = new[] { "tasks:read" } }), Cancel);
        using HttpClient agent = Client((await ReadAsync<PersonalToken>(tokenMade, 201)).Token!);
        using HttpResponseMessage seen = await agent.GetAsync("/api/tasks/1", Cancel);
        Assert.Equal(id, (string?)JsonNode.Parse(await seen.Content.ReadAsStringAsync(Cancel))!["id"]);
        using HttpResponseMessage notYours = await stranger.GetAsync($"/api/tasks/{id}", Cancel);
        await ProblemAsync(notYours, ProblemKind.NotFound);
        using HttpResponseMessage readOnly = await agent.PostAsync($"/api/tasks/{id}/complete", null, Cancel);
        await ProblemAsync(readOnly, ProblemKind.Forbidden);
        using HttpResponseMessage bad = await person.PostAsync("/api/tasks", Json(new { title = "   " }), Cancel);
        Assert.Equal(["title"], (await ProblemAsync(bad, ProblemKind.Invalid)).Errors!.Keys);
    }

    [Fact]
    public async Task Agents_call_tools_through_mcp()
    {
        using HttpClient person = await RegisterAsync();
        using HttpResponseMessage tokenMade = await person.PostAsync(
            "/api/tokens", Json(new { name = "Laptop assistant", scopes = new[] { "tasks:read", "tasks:write" } }), Cancel);
        using HttpClient agent = Client((await ReadAsync<PersonalToken>(tokenMade, 201)).Token!);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = Text("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"""),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        using HttpResponseMessage answer = await agent.SendAsync(request, Cancel);
        Assert.Contains("add_tasks", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_account_frees_its_email_and_takes_its_tasks_along()
    {
        string email = NewEmail();
        using (HttpClient person = await RegisterAsync(email))
        {
            using HttpResponseMessage made = await person.PostAsync("/api/tasks", Json(new { title = "Gone soon" }), Cancel);
            Assert.Equal(201, (int)made.StatusCode);
            using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/account") { Content = Json(new { password = Password }) };
            using HttpResponseMessage deleted = await person.SendAsync(request, Cancel);
            Assert.Equal(202, (int)deleted.StatusCode);
        }

        using HttpClient anyone = System.Backend.Client();
        HttpResponseMessage again;
        while ((int)(again = await anyone.PostAsync("/api/auth/register", Json(new { email, password = Password }), Cancel)).StatusCode == 409)
        {
            await Task.Delay(50, Cancel); // Its end has no event on this side.
        }

        using HttpClient anew = Client((await ReadAsync<SignedIn>(again, 201)).Token);
        using HttpResponseMessage tasks = await anew.GetAsync("/api/tasks?status=all", Cancel);
        Assert.Empty(JsonNode.Parse(await tasks.Content.ReadAsStringAsync(Cancel))!["items"]!.AsArray());
    }

    private async Task<HttpClient> RegisterAsync(string? email = null)
    {
        using HttpClient anyone = System.Backend.Client();
        using HttpResponseMessage response = await anyone.PostAsync("/api/auth/register", Json(new { email = email ?? NewEmail(), password = Password }), Cancel);
        return Client((await ReadAsync<SignedIn>(response, 201)).Token);
    }

    private HttpClient Client(string token)
    {
        HttpClient client = System.Backend.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}

public sealed class ThroughTheBackendTestsOnSqlite(OnSqlite fixture) : ThroughTheBackendTests(fixture), IClassFixture<OnSqlite>;

public sealed class ThroughTheBackendTestsOnPostgres(OnPostgres fixture) : ThroughTheBackendTests(fixture), IClassFixture<OnPostgres>;
