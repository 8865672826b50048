using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;
using TodoApp.Tests.Recurrence;

namespace TodoApp.Tests.Native;

/// <summary>
/// The main path on the published native mcp-server and PostgreSQL. What is special about a native program is what it lacks
/// (reflection, code made at run time), which shows only when it runs; the rules themselves are tested elsewhere.
/// </summary>
public sealed class NativeMcpServerTests
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly int _port = FreePort.Next();
    private readonly int _metricsPort = FreePort.Next();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_tasks_from_PostgreSQL_and_obeys_SIGTERM()
    {
        Requirements.NeedNativeMcpServer();
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.PostgreSql);
        for (int time = 1; time <= 2; time++)
        {
            (int code, string output) = await RunAsync(["migrate"], database.Url);
            Assert.True(code == 0, $"migrate exited with {code} at time {time}: {output}");
        }

        await using ServiceProcess server = ServiceProcess.Start(Requirements.NeedNativeMcpServer(), [], Settings(database.Url));
        var url = new Uri($"http://127.0.0.1:{_port}");
        await server.WaitForHealthAsync(new Uri(url, "/health"));
        var identity = new TestIdentity();
        using HttpClient http = identity.Client(url, _key);

        await WriteAndReadTasksAsync(http);
        await UseMcpAsync(http);
        using HttpClient repeating = new TestIdentity().Client(url, _key);
        await RecurrenceOverRest.CheckAsync(repeating); // A library gave wrong dates as a native program.

        using var anyone = new HttpClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await anyone.GetAsync(new Uri(url, "/tasks"), Cancel)).StatusCode);
        string metrics = await anyone.GetStringAsync(new Uri($"http://127.0.0.1:{_metricsPort}/metrics"), Cancel);
        Assert.Contains("http_server_request_duration_seconds_bucket", metrics, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(["check", $"{url}health"], "")).Code);
        Assert.Equal(1, (await RunAsync(["check", $"{url}nothing"], "")).Code);

        server.Terminate();
        Assert.Equal(0, await server.WaitForExitAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("mysql://todo@127.0.0.1/todo")]
    [InlineData("postgresql://todo@127.0.0.1:no/todo")]
    [InlineData("postgresql://todo@127.0.0.1/todo?unknown=1")]
    public async Task A_wrong_DATABASE_URL_ends_the_start_with_one_line(string databaseUrl)
    {
        Requirements.NeedNativeMcpServer();
        (int code, string output) = await RunAsync([], databaseUrl);
        Assert.Equal(2, code);
        Assert.StartsWith("DATABASE_URL ", Assert.Single(output.Split('\n')), StringComparison.Ordinal);
    }

    private static async Task WriteAndReadTasksAsync(HttpClient http)
    {
        TaskItem task = await SendAsync(HttpMethod.Post, "/tasks", """{"title": "Buy milk 🥛", "priority": "p1", "due": "2026-12-01T09:00", "dueTimeZone": "Europe/Berlin"}""", HttpStatusCode.Created);
        Assert.Equal((1, Priority.Urgent, "2026-12-01T09:00"), (task.Number, task.Priority, task.Due));
        Assert.Equal(task.Id, (await http.GetFromJsonAsync("/tasks/1", ContractsJson.Default.TaskItem, Cancel))!.Id);

        TaskItem changed = await SendAsync(HttpMethod.Patch, $"/tasks/{task.Id}", """{"notes": "Two bottles"}""", HttpStatusCode.OK, task.Version);
        Assert.Equal("Two bottles", changed.Notes);
        await SendAsync(HttpMethod.Patch, $"/tasks/{task.Id}", """{"notes": "Three bottles"}""", HttpStatusCode.PreconditionFailed, task.Version);
        TaskItem completed = await SendAsync(HttpMethod.Post, $"/tasks/{task.Id}/complete", null, HttpStatusCode.OK);
        Assert.NotNull(completed.CompletedAt);

        using HttpResponseMessage batch = await http.PostAsync("/tasks/batch", Json("""{"operations": [{"op": "create", "body": {"title": "a"}}, {"op": "create", "body": {"title": "b"}}, {"op": "complete", "id": "99"}]}"""), Cancel);
        JsonElement results = (await ReadAsync(batch)).GetProperty("results");
        Assert.Equal([201, 201, 404], results.EnumerateArray().Select(result => result.GetProperty("status").GetInt32()));

        using HttpResponseMessage list = await http.PostAsync("/lists", Json("""{"name": "Work"}"""), Cancel);
        Assert.Equal(HttpStatusCode.Created, list.StatusCode);
        await SendAsync(HttpMethod.Post, "/tasks", """{"title": "Write a report", "list": "work"}""", HttpStatusCode.Created);

        TaskPage open = (await http.GetFromJsonAsync("/tasks?sort=created&limit=2", ContractsJson.Default.TaskPage, Cancel))!;
        Assert.Equal(["a", "b"], open.Items.Select(item => item.Title));
        TaskPage next = (await http.GetFromJsonAsync($"/tasks?sort=created&limit=2&cursor={Uri.EscapeDataString(open.NextCursor!)}", ContractsJson.Default.TaskPage, Cancel))!;
        Assert.Equal(["Write a report"], next.Items.Select(item => item.Title));

        ChangePage changes = (await http.GetFromJsonAsync("/changes", ContractsJson.Default.ChangePage, Cancel))!;
        Snapshot snapshot = (await http.GetFromJsonAsync("/snapshot", ContractsJson.Default.Snapshot, Cancel))!;
        Assert.Equal(Enumerable.Range(1, changes.Items.Count).Select(version => (long)version), changes.Items.Select(change => change.Version));
        Assert.Equal(changes.Version, snapshot.Version);
        Assert.Equal(4, snapshot.Tasks.Count);

        async Task<TaskItem> SendAsync(HttpMethod method, string path, string? body, HttpStatusCode status, long? ifMatch = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
            if (ifMatch is long version)
            {
                request.Headers.IfMatch.ParseAdd($"\"{version}\"");
            }

            using HttpResponseMessage response = await http.SendAsync(request, Cancel);
            string text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True(response.StatusCode == status, $"{method} {path} was answered {(int)response.StatusCode}: {text}");
            return response.IsSuccessStatusCode ? JsonSerializer.Deserialize(text, ContractsJson.Default.TaskItem)! : null!;
        }
    }

    private static async Task UseMcpAsync(HttpClient http)
    {
        await using var transport = new HttpClientTransport(
            new HttpClientTransportOptions { Endpoint = new Uri(http.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }, http);
        await using McpClient mcp = await McpClient.CreateAsync(transport, cancellationToken: Cancel);
        IList<McpClientTool> tools = await mcp.ListToolsAsync(cancellationToken: Cancel);
        Assert.Contains("find_tasks", tools.Select(tool => tool.Name));
        CallToolResult found = await mcp.CallToolAsync("find_tasks", new Dictionary<string, object?>(), cancellationToken: Cancel);
        Assert.True(found.IsError is not true, JsonSerializer.Serialize(found.Content));
        Assert.Contains("Write a report", found.StructuredContent!.Value.GetRawText(), StringComparison.Ordinal);
        CallToolResult board = await mcp.CallToolAsync("show_board", new Dictionary<string, object?> { ["group_by"] = "label" }, cancellationToken: Cancel);
        Assert.Contains("Write a report", board.StructuredContent!.Value.GetRawText(), StringComparison.Ordinal);
        ReadResourceResult view = await mcp.ReadResourceAsync("ui://todo/board", cancellationToken: Cancel);
        Assert.StartsWith("<!doctype html>", Assert.IsType<TextResourceContents>(Assert.Single(view.Contents)).Text, StringComparison.Ordinal);
        Assert.Contains("io.modelcontextprotocol/ui", mcp.ServerCapabilities.Extensions!.Keys);
    }

    private static StringContent Json(string json) => new(json, null, "application/json");

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).Clone();

    private async Task<(int Code, string Output)> RunAsync(string[] arguments, string databaseUrl)
    {
        await using ServiceProcess process = ServiceProcess.Start(Requirements.NeedNativeMcpServer(), arguments, Settings(databaseUrl));
        return (await process.WaitForExitAsync(), process.Output);
    }

    private Dictionary<string, string?> Settings(string databaseUrl) => new()
    {
        ["DATABASE_URL"] = databaseUrl,
        ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(_key),
        ["PORT"] = $"{_port}",
        ["METRICS_PORT"] = $"{_metricsPort}",
        ["SHUTDOWN_DELAY"] = "0",
    };
}
