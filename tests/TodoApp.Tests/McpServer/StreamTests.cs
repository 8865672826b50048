using System.Diagnostics.Metrics;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using TodoApp.Contracts;
using TodoApp.McpServer;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>The change log as it grows.</summary>
public abstract class StreamTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity identity) => new(System.McpServerClient(identity));

    [Fact]
    public async Task Every_change_arrives_once_and_in_order_while_several_write_and_the_reader_comes_again()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        using HttpClient client = System.McpServerClient(identity);
        await api.PostAsync("/tasks", """{"title": "first"}""");
        var seen = new List<long>();
        string last = "0";
#pragma warning disable CA2025 // All are awaited below, before the client goes.
        Task[] writers = [.. Enumerable.Range(0, 4).Select(_ => WriteAsync(api, 25))];
#pragma warning restore CA2025
        while (seen.Count < 102)
        {
            // Comes again after every tenth event, as a browser does after a cut.
            await using EventReader reader = await EventReader.OpenAsync(client, ("Last-Event-ID", last));
            for (int i = 0; i < 10 && seen.Count < 102; i++)
            {
                SseItem<string> change = await reader.NextAsync();
                Assert.Equal("change", change.EventType);
                JsonNode body = JsonNode.Parse(change.Data)!;
                Assert.Equal(change.EventId, body["version"]!.ToString());
                seen.Add((long)body["version"]!);
                last = change.EventId!;
            }
        }

        await Task.WhenAll(writers);
        Assert.Equal(Enumerable.Range(1, 102).Select(version => (long)version), seen);
        await using EventReader whole = await EventReader.OpenAsync(client, ("Last-Event-ID", "0"));
        foreach (JsonNode change in (await api.GetAsync("/changes?limit=1000")).Items)
        {
            Assert.Equal(change.ToJsonString(), JsonNode.Parse((await whole.NextAsync()).Data)!.ToJsonString());
        }
    }

    [Fact]
    public async Task Without_a_version_it_begins_now_and_shows_nobody_elses()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        using Api other = Api(new TestIdentity());
        using HttpClient client = System.McpServerClient(identity);
        await api.PostAsync("/tasks", """{"title": "before"}""");
        await using EventReader reader = await EventReader.OpenAsync(client);
        Assert.Equal("no-store", reader.Header("Cache-Control"));
        Assert.Equal("text/event-stream", reader.Header("Content-Type"));
        await other.PostAsync("/tasks", """{"title": "not yours"}""");
        await api.PostAsync("/tasks", """{"title": "after"}""");
        Assert.Equal("after", (string)JsonNode.Parse((await reader.NextAsync()).Data)!["after"]!["title"]!);
    }

    [Theory]
    [InlineData("?since=x", 422)]
    [InlineData("?since=-1", 422)]
    [InlineData("?snice=1", 400)]
    [InlineData("?since=99", 410)]
    public async Task A_place_in_the_log_that_is_none_is_explained(string query, int status)
    {
        using Api api = Api(new TestIdentity());
        await api.PostAsync("/tasks", """{"title": "A"}""");
        (await api.GetAsync("/changes/stream" + query)).Expect(status);
    }

    [Fact]
    public async Task A_space_has_a_limited_number_of_streams()
    {
        var identity = new TestIdentity();
        using HttpClient client = System.McpServerClient(identity);
        using Api api = Api(identity);
        var readers = new List<EventReader>();
        try
        {
            for (int i = 0; i < TodoApp.McpServer.Changes.ChangeSignals.MostOfSpace; i++)
            {
                readers.Add(await EventReader.OpenAsync(client));
            }

            Reply refused = (await api.GetAsync("/changes/stream")).ExpectProblem(429, "too-many-requests");
            Assert.NotNull(refused.Header("Retry-After"));
            await api.PostAsync("/tasks", """{"title": "A"}""");
            await readers[^1].NextAsync();
        }
        finally
        {
            foreach (EventReader reader in readers)
            {
                await reader.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task It_ends_when_the_account_is_deleted()
    {
        var identity = new TestIdentity();
        using HttpClient client = System.McpServerClient(identity);
        using Api api = Api(identity);
        using Api backend = Api(identity with { Scope = "space:delete" });
        await api.PostAsync("/tasks", """{"title": "A"}""");
        await using EventReader reader = await EventReader.OpenAsync(client);
        (await backend.DeleteAsync("/space")).Expect(204);
        await reader.EndAsync();
        (await api.GetAsync("/changes/stream")).ExpectProblem(410, "gone");
    }

    [Fact]
    public async Task It_ends_at_once_when_the_service_stops_and_goes_on_on_another()
    {
        var identity = new TestIdentity();
        await using TestService replica = Replica();
        await replica.StartAsync();
        using HttpClient client = identity.Client(replica.Url, System.Key);
        using Api api = Api(identity);
        await api.PostAsync("/tasks", """{"title": "A"}""");
        EventReader reader = await EventReader.OpenAsync(client, ("Last-Event-ID", "1"));
        string last = (await reader.NextAsync()).EventId!;
        Task stopped = replica.StopAsync();
        await reader.EndAsync();
        await stopped;
        await reader.DisposeAsync();
        await api.PostAsync("/tasks", """{"title": "B"}""");
        using HttpClient again = System.McpServerClient(identity);
        await using EventReader next = await EventReader.OpenAsync(again, ("Last-Event-ID", last));
        Assert.Equal("B", (string)JsonNode.Parse((await next.NextAsync()).Data)!["after"]!["title"]!);
    }

    [Fact]
    public async Task A_signal_that_was_lost_is_made_good_at_the_heartbeat()
    {
        var identity = new TestIdentity();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using TestService replica = Replica(builder => builder.Services.AddSingleton<TimeProvider>(time));
        await replica.StartAsync();
        using HttpClient client = identity.Client(replica.Url, System.Key);
        await using EventReader reader = await EventReader.OpenAsync(client, ("Last-Event-ID", "0"));
        await reader.NextAsync();

        // A commit that nobody tells of.
        Database database = replica.Services.GetRequiredService<Database>();
        using var silent = new ChangeSignals(replica.Services.GetRequiredService<IMeterFactory>());
        Caller caller = Caller.System(Guid.Parse(identity.Space), TimeZoneInfo.Utc);
        await new SpaceWrites(database, TimeProvider.System, silent).RunAsync(
            caller,
            null,
            (space, _) =>
            {
                space.Insert(new Label { Id = Guid.CreateVersion7(), Name = "silent", Version = 0 });
                return Task.FromResult(WriteResult.NoContent);
            },
            Cancel);
        Task<SseItem<string>> next = reader.NextAsync();
        while (!next.IsCompleted)
        {
            time.Advance(StreamChanges.Heartbeat); // The stream may not wait yet: again.
            await Task.WhenAny(next, Task.Delay(20, Cancel));
        }

        Assert.Equal("silent", (string)JsonNode.Parse((await next).Data)!["after"]!["name"]!);
    }

    /// <summary>Another mcp-server on the same database.</summary>
    protected TestService Replica(Action<WebApplicationBuilder>? configure = null) => new(FreePort.Next(), port => McpServerService.Build(new Dictionary<string, string?>
    {
        ["PORT"] = $"{port}",
        ["BIND"] = "127.0.0.1",
        ["DATABASE_URL"] = Database.Url,
        ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(System.Key),
        ["SHUTDOWN_DELAY"] = "0",
        ["LOG_LEVEL"] = "error",
        ["METRICS_PORT"] = null,
    }, configure));

    private static async Task WriteAsync(Api api, int count)
    {
        for (int i = 0; i < count; i++)
        {
            (await api.PostAsync("/tasks", """{"title": "T"}""")).Expect(201);
        }
    }
}

public sealed class StreamOnSqlite(OnSqlite fixture) : StreamTests(fixture), IClassFixture<OnSqlite>;

public sealed class StreamOnPostgres(OnPostgres fixture) : StreamTests(fixture), IClassFixture<OnPostgres>
{
    [Fact]
    public async Task A_change_made_on_one_replica_reaches_readers_of_another()
    {
        var identity = new TestIdentity();
        await using TestService replica = Replica();
        await replica.StartAsync();
        using var there = new Api(identity.Client(replica.Url, System.Key));
        using HttpClient here = System.McpServerClient(identity);
        await using EventReader reader = await EventReader.OpenAsync(here, ("Last-Event-ID", "0"));
        await reader.NextAsync(); // The Inbox: reading made the space.

        // Well before the heartbeat, by which the reader would see it as well.
        for (int i = 0; i < 5; i++)
        {
            await there.PostAsync("/tasks", $$"""{"title": "T{{i}}"}""");
            Assert.Equal($"T{i}", (string)JsonNode.Parse((await reader.NextAsync(TimeSpan.FromSeconds(10))).Data)!["after"]!["title"]!);
        }
    }

    [Fact]
    public async Task Replicas_are_told_of_any_number_of_spaces_at_once_in_notifications_that_fit()
    {
        await using var listener = new NpgsqlConnection(DatabaseUrl.Parse(Database.Url).ConnectionString);
        await listener.OpenAsync(Cancel);
        var payloads = new List<string>();
        listener.Notification += (_, notification) => payloads.Add(notification.Payload);
        await using (var listen = new NpgsqlCommand("LISTEN todo_changes", listener))
        {
            await listen.ExecuteNonQueryAsync(Cancel);
        }

        ChangeSignals signals = System.McpServer.Services.GetRequiredService<ChangeSignals>();
        HashSet<Guid> spaces = [.. Enumerable.Range(0, 1000).Select(_ => Guid.CreateVersion7())];
        foreach (Guid space in spaces)
        {
            signals.Publish(space);
            signals.Publish(space);
        }

        Guid[] told;
        while ((told = [.. payloads.SelectMany(payload => payload.Split(' ')[1..]).Select(part => new Guid(Convert.FromBase64String(part)))]).Intersect(spaces).Count() < spaces.Count)
        {
            await listener.WaitAsync(Cancel);
        }

        Assert.All(payloads, payload => Assert.InRange(payload.Length, 1, 7999));
    }

    [Fact]
    public async Task Listening_goes_on_after_its_connection_was_cut()
    {
        var identity = new TestIdentity();
        await using TestService replica = Replica();
        await replica.StartAsync();
        using var there = new Api(identity.Client(replica.Url, System.Key));
        using HttpClient here = System.McpServerClient(identity);
        await using EventReader reader = await EventReader.OpenAsync(here, ("Last-Event-ID", "0"));
        await reader.NextAsync();
        await using var admin = new NpgsqlConnection(DatabaseUrl.Parse(Database.Url).ConnectionString);
        await admin.OpenAsync(Cancel);
        for (int i = 0; i < 3; i++)
        {
            await using var cut = new NpgsqlCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'", admin);
            Assert.NotEqual(0L, await cut.ExecuteScalarAsync(Cancel));
            await there.PostAsync("/tasks", $$"""{"title": "T{{i}}"}""");
            Assert.Equal($"T{i}", (string)JsonNode.Parse((await reader.NextAsync(TimeSpan.FromSeconds(10))).Data)!["after"]!["title"]!);
            await using var listening = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'", admin);
            while (await listening.ExecuteScalarAsync(Cancel) is < 2L)
            {
                await Task.Delay(20, Cancel); // Both replicas listen again.
            }
        }
    }
}

/// <summary>Reads server-sent events of <c>/changes/stream</c>.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    public static Task<EventReader> OpenAsync(HttpClient client, params (string Name, string Value)[] headers) => OpenAsync("/changes/stream", client, headers);

    public static async Task<EventReader> OpenAsync(string path, HttpClient client, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        return new EventReader(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    public string Header(string name) => string.Join(",", (name == "Content-Type" ? _response.Content.Headers.GetValues(name) : _response.Headers.GetValues(name)));

    /// <summary>The next event; fails when none comes in time.</summary>
    public async Task<SseItem<string>> NextAsync(TimeSpan? within = null)
    {
        Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(within ?? ServiceProcess.Patience, TestContext.Current.CancellationToken), "The stream ended.");
        return _events.Current;
    }

    /// <summary>Waits for the end of the stream.</summary>
    public async Task EndAsync()
    {
        try
        {
            Assert.False(await _events.MoveNextAsync().AsTask().WaitAsync(ServiceProcess.Patience, TestContext.Current.CancellationToken));
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // Cut off is an end as well.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // It waits for the next event, which the response's end has ended.
        }
    }
}
