using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;
using TodoApp.Tests.McpServer;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Frontend;

/// <summary>The stream of changes the whole way: frontend, backend, mcp-server.</summary>
public abstract class LiveChangesTests(SystemFixture fixture) : EngineTests(fixture, Services.Frontend)
{
    private const string Stream = "/api/changes/stream";

    [Fact]
    public async Task A_change_reaches_an_open_page_and_a_reader_who_lost_the_server_goes_on_where_it_was()
    {
        using HttpClient client = await RegisterAsync();
        using var api = new Api(client);
        string last;
        await using (EventReader reader = await EventReader.OpenAsync(Stream, client))
        {
            await api.PostAsync("/api/tasks", """{"title": "A"}""");
            last = (await reader.NextAsync()).EventId!;
            await System.McpServer.StopAsync();
            await reader.EndAsync();
        }

        await System.McpServer.StartAsync();
        await api.PostAsync("/api/tasks", """{"title": "B"}""");
        await using EventReader again = await EventReader.OpenAsync(Stream, client, ("Last-Event-ID", last));
        Assert.Equal("B", (string)JsonNode.Parse((await again.NextAsync()).Data)!["after"]!["title"]!);
        (await api.GetAsync(Stream + "?since=99")).ExpectProblem(410, "gone");
    }

    [Theory]
    [InlineData(Services.Backend)]
    [InlineData(Services.Frontend)]
    public async Task It_ends_at_once_when_a_service_on_the_way_stops(Services which)
    {
        using HttpClient client = await RegisterAsync();
        TestService service = which == Services.Backend ? System.Backend : System.Frontend;
        await using EventReader reader = await EventReader.OpenAsync(Stream, client);
        Task stopped = service.StopAsync();
        try
        {
            await reader.EndAsync();
            await stopped;
        }
        finally
        {
            await service.StartAsync();
        }
    }

    [Fact]
    public async Task Undoing_and_emptying_the_trash_go_the_whole_way()
    {
        using HttpClient client = await RegisterAsync();
        using var api = new Api(client);
        long version = (await api.PostAsync("/api/tasks", """{"title": "A"}""")).Number("version");
        (await api.PostAsync($"/api/changes/{version}/undo")).Expect(200);
        (await api.PostAsync("/api/changes/undo", $$"""{"versions": [{{version}}]}""")).ExpectProblem(409, "conflict", $"{version}");
        Assert.Equal(1, (await api.DeleteAsync("/api/trash")).Expect(200).Number("purged"));
    }

    private async Task<HttpClient> RegisterAsync()
    {
        using HttpClient anyone = System.Backend.Client();
        using HttpResponseMessage response = await anyone.PostAsync("/api/auth/register", Json(new { email = NewEmail(), password = Password }), Cancel);
        HttpClient client = System.Frontend.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await ReadAsync<SignedIn>(response, 201)).Token);
        return client;
    }
}

public sealed class LiveChangesOnSqlite(OnSqlite fixture) : LiveChangesTests(fixture), IClassFixture<OnSqlite>;

public sealed class LiveChangesOnPostgres(OnPostgres fixture) : LiveChangesTests(fixture), IClassFixture<OnPostgres>;
