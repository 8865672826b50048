using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;
using Caller = TodoApp.McpServer.Identity.Caller;
using CreateTask = TodoApp.McpServer.Tasks.CreateTask;

namespace TodoApp.Tests.McpServer;

/// <summary>
/// Writes to one space that wait at the same time. Another transaction holds the space: two writes wait for it in the database, and
/// all further ones in the service, until it lets go.
/// </summary>
public sealed class WriteGroupTests(OnPostgres fixture) : EngineTests(fixture, Services.McpServer), IClassFixture<OnPostgres>
{
    private readonly TestIdentity _identity = new();

    [Fact]
    public async Task Writes_that_wait_go_together_and_each_has_its_own_answer()
    {
        await using var space = await HeldSpace.TakeAsync(this);
        Task<WriteResult>[] writes = [.. await space.OccupyAsync(), .. Enumerable.Range(1, 40).Select(i => space.CreateAsync($"T{i}"))];
        await space.ReleaseAsync();
        JsonNode[] tasks = [.. (await Task.WhenAll(writes)).Select(Json)];
        Assert.Equal(["A", "B", .. Enumerable.Range(1, 40).Select(i => $"T{i}")], tasks.Select(task => (string)task["title"]!));
        Assert.Equal(Enumerable.Range(1, 42), tasks.Select(task => (int)task["number"]!));

        // A row's xmin is its transaction.
        Assert.Equal(3, await space.CountAsync("SELECT count(DISTINCT xmin::text) FROM tasks.tasks WHERE space_id = $1"));
        Assert.Equal(43, await space.CountAsync("SELECT version FROM tasks.spaces WHERE id = $1"));
        Assert.Equal(0, await space.CountAsync("SELECT count(*) FROM (SELECT at, lag(at) OVER (ORDER BY version) earlier FROM tasks.changes WHERE space_id = $1) c WHERE earlier > at"));
    }

    [Fact]
    public async Task More_than_go_together_are_all_done()
    {
        await using var space = await HeldSpace.TakeAsync(this);
        Task<WriteResult>[] writes = [.. await space.OccupyAsync(), .. Enumerable.Range(1, 120).Select(i => space.CreateAsync($"T{i}"))];
        await space.ReleaseAsync();
        await Task.WhenAll(writes);
        Assert.Equal(122, await space.CountAsync("SELECT count(DISTINCT number) FROM tasks.tasks WHERE space_id = $1"));
        Assert.Equal(5, await space.CountAsync("SELECT count(DISTINCT xmin::text) FROM tasks.tasks WHERE space_id = $1"));
    }

    [Fact]
    public async Task The_same_key_twice_among_them_makes_one_task()
    {
        await using var space = await HeldSpace.TakeAsync(this);
        Idempotency key = Idempotency.For("POST", "/tasks", "k", "same"u8), other = Idempotency.For("POST", "/tasks", "k", "other"u8);
        Task<WriteResult>[] occupied = await space.OccupyAsync();
        Task<WriteResult> first = space.CreateAsync("Once", key), second = space.CreateAsync("Once", key), reused = space.CreateAsync("Twice", other);
        await space.ReleaseAsync();
        WriteResult answer = await first, again = await second;
        Assert.False(answer.IsReplay);
        Assert.True(again.IsReplay);
        Assert.Equal(Json(answer).ToJsonString(), Json(again).ToJsonString());
        Assert.Same(Idempotency.Reused, (await reused).Problem);
        await Task.WhenAll(occupied);
        Assert.Equal(["A", "B", "Once"], await space.TitlesAsync());
    }

    [Fact]
    public async Task What_is_not_simple_and_what_may_not_be_does_not_keep_the_others()
    {
        await using var space = await HeldSpace.TakeAsync(this);
        Task<WriteResult>[] occupied = await space.OccupyAsync();
        Task<WriteResult> before = space.CreateAsync("Before");
        Task<WriteResult> unknown = space.CreateAsync("Nowhere", fields: """, "list": "nowhere" """);
        Task<WriteResult> complex = space.CreateAsync("Labelled", fields: """, "labels": ["l"] """);
        Task<WriteResult> after = space.CreateAsync("After");
        await space.ReleaseAsync();
        await Task.WhenAll([.. occupied, before, after]);
        Assert.Equal(422, (await unknown).Status);
        Assert.Equal(201, (await complex).Status);
        Assert.Equal(["A", "After", "B", "Before", "Labelled"], await space.TitlesAsync());
    }

    [Fact]
    public async Task What_the_database_refuses_fails_alone()
    {
        await using var space = await HeldSpace.TakeAsync(this);
        await space.ExecuteAsync("CREATE FUNCTION tasks.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$");
        await space.ExecuteAsync("CREATE TRIGGER refuse BEFORE INSERT ON tasks.tasks FOR EACH ROW WHEN (NEW.title = 'Refused') EXECUTE FUNCTION tasks.refuse()");
        Task<WriteResult>[] occupied = await space.OccupyAsync();
        Task<WriteResult> before = space.CreateAsync("Before"), refused = space.CreateAsync("Refused"), after = space.CreateAsync("After");
        await space.ReleaseAsync();
        await Task.WhenAll([.. occupied, before, after]);
        PostgresException exception = await Assert.ThrowsAsync<PostgresException>(() => refused);
        Assert.Equal("refused", exception.MessageText);
        Assert.Equal(["A", "After", "B", "Before"], await space.TitlesAsync());
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_again_fails_alone()
    {
        Idempotency key = Idempotency.For("POST", "/tasks", "k", "same"u8);
        await using var space = await HeldSpace.TakeAsync(this);
        Task<WriteResult> first = space.CreateAsync("First", key);
        await space.ReleaseAsync();
        long version = (await first).Version!.Value;
        await space.ExecuteAsync($"UPDATE tasks.changes SET after = '[]' WHERE space_id = '{_identity.Space}' AND version = {version}");

        await using var again = await HeldSpace.TakeAsync(this);
        Task<WriteResult>[] occupied = await again.OccupyAsync();
        Task<WriteResult> before = again.CreateAsync("Before"), spoilt = again.CreateAsync("First", key), after = again.CreateAsync("After");
        await again.ReleaseAsync();
        await Task.WhenAll([.. occupied, before, after]);
        await Assert.ThrowsAsync<JsonException>(() => spoilt);
        Assert.Equal(["A", "After", "B", "Before", "First"], await again.TitlesAsync());
    }

    [Fact]
    public async Task Of_a_caller_who_has_left_nothing_is_written()
    {
        await using var space = await HeldSpace.TakeAsync(this);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<WriteResult>[] occupied = await space.OccupyAsync();
        Task<WriteResult> left = space.CreateAsync("Left", cancellationToken: leaving.Token), stays = space.CreateAsync("Stays");
        await leaving.CancelAsync();
        await space.ReleaseAsync();
        await Task.WhenAll([.. occupied, stays]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal(["A", "B", "Stays"], await space.TitlesAsync());
    }

    [Fact]
    public async Task When_the_database_goes_away_all_who_wait_hear_of_it_and_the_next_ones_are_done()
    {
        await using var space = await HeldSpace.TakeAsync(this);
        Task<WriteResult>[] occupied = await space.OccupyAsync();
        Task<WriteResult>[] waiting = [space.CreateAsync("First"), space.CreateAsync("Second")];
        await space.CutOffAsync();
        foreach (Task<WriteResult> write in occupied)
        {
            await Assert.ThrowsAsync<ServiceUnavailableException>(() => write);
        }

        await space.ReleaseAsync();
        await Task.WhenAll(waiting);
        Assert.Equal(["First", "Second"], await space.TitlesAsync());
    }

    [Fact]
    public async Task Without_a_database_all_who_wait_fail_together()
    {
        // Nothing listens there.
        await using Database database = TodoApp.McpServer.Storage.Database.Open(DatabaseUrl.Parse($"postgresql://nobody@127.0.0.1:{FreePort.Next()}/none"), 2, TimeProvider.System);
        var writes = new SpaceWrites(database, TimeProvider.System, System.McpServer.Services.GetRequiredService<ChangeSignals>());
        for (int round = 0; round < 2; round++)
        {
            Task<WriteResult>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => CreateAsync(writes, Person(), "T", null, "", Cancel))];
            foreach (Task<WriteResult> write in waiting)
            {
                await Assert.ThrowsAsync<ServiceUnavailableException>(() => write);
            }
        }
    }

    private Caller Person() => Caller.System(Guid.Parse(_identity.Space), TimeZoneInfo.Utc);

    private static JsonNode Json(WriteResult result) => JsonNode.Parse(result.Body.Span)!;

    private static Task<WriteResult> CreateAsync(SpaceWrites writes, Caller caller, string title, Idempotency? key, string fields, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse($$"""{"title": "{{title}}"{{fields}}}""");
        var errors = new FieldErrors();
        TaskInput input = TaskInput.Read(body.RootElement, TaskInput.CreateFields, isNew: true, errors);
        Assert.Null(errors.ToProblem());
        return writes.RunAsync(
            caller,
            key,
            () => PostgresTaskWrites.TryCreate(caller, key, input),
            async (space, token) => (await CreateTask.ApplyAsync(space, input, token)).ToResult(task => WriteResult.Done(201, task)),
            cancellationToken);
    }

    /// <summary>A space that a transaction of the test has locked.</summary>
    private sealed class HeldSpace : IAsyncDisposable
    {
        private readonly WriteGroupTests _test;
        private readonly NpgsqlConnection _holder;
        private readonly NpgsqlConnection _observer;
        private readonly SpaceWrites _writes;
        private NpgsqlTransaction? _lock;

        private HeldSpace(WriteGroupTests test)
        {
            _test = test;
            string connection = DatabaseUrl.Parse(test.Database.Url).ConnectionString;
            _holder = new NpgsqlConnection(connection);
            _observer = new NpgsqlConnection(connection);
            _writes = test.System.McpServer.Services.GetRequiredService<SpaceWrites>();
        }

        public static async Task<HeldSpace> TakeAsync(WriteGroupTests test)
        {
            using var api = new Api(test.System.McpServerClient(test._identity));
            (await api.GetAsync("/lists")).Expect(200); // Makes the space.
            var space = new HeldSpace(test);
            await space._holder.OpenAsync(Cancel);
            await space._observer.OpenAsync(Cancel);
            space._lock = await space._holder.BeginTransactionAsync(Cancel);
            await using var take = new NpgsqlCommand("SELECT 1 FROM tasks.spaces WHERE id = $1 FOR UPDATE", space._holder, space._lock) { Parameters = { new() { Value = test.Person().Space } } };
            Assert.Equal(1, await take.ExecuteScalarAsync(Cancel));
            return space;
        }

        public Task<WriteResult> CreateAsync(string title, Idempotency? key = null, string fields = "", CancellationToken? cancellationToken = null) =>
            WriteGroupTests.CreateAsync(_writes, _test.Person(), title, key, fields, cancellationToken ?? Cancel);

        /// <summary>Sends two writes, A and B, which wait in the database.</summary>
        public async Task<Task<WriteResult>[]> OccupyAsync()
        {
            Task<WriteResult> a = CreateAsync("A");
            await WaitAsync(1);
            Task<WriteResult> b = CreateAsync("B");
            await WaitAsync(2);
            return [a, b];
        }

        public Task ReleaseAsync() => _lock!.CommitAsync(Cancel);

        /// <summary>Ends the connections of those that wait in the database.</summary>
        public Task CutOffAsync() =>
            ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");

        public async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, _observer);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        public async Task<long> CountAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, _observer) { Parameters = { new() { Value = _test.Person().Space } } };
            return (long)(await command.ExecuteScalarAsync(Cancel))!;
        }

        public async Task<string[]> TitlesAsync()
        {
            using var api = new Api(_test.System.McpServerClient(_test._identity));
            return [.. (await api.GetAsync("/tasks")).Names.Order(StringComparer.Ordinal)];
        }

        public async ValueTask DisposeAsync()
        {
            await _holder.DisposeAsync();
            await _observer.DisposeAsync();
        }

        // PostgreSQL tells nobody that a session waits: it has to be asked.
        private async Task WaitAsync(long count)
        {
            await using var waiting = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", _observer);
            while (await waiting.ExecuteScalarAsync(Cancel) is not long found || found != count)
            {
                await Task.Delay(10, Cancel);
            }
        }
    }
}
