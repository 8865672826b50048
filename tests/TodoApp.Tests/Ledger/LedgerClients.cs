using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Ledger;

/// <summary>
/// Clients that create, change and complete tasks at the same time, and note every write that was acknowledged. A write that failed
/// on the way is sent again with the same idempotency key until it is acknowledged; some are given up after their first failure
/// instead, as when a client loses its power. At the end the notes are compared with what the server has.
/// </summary>
public sealed class LedgerClients : IDisposable
{
    private const int Spaces = 3;
    private const int ClientsPerSpace = 4;

    private readonly TestIdentity[] _spaces = [.. Enumerable.Range(0, Spaces).Select(_ => new TestIdentity())];
    private readonly HttpClient[] _http;
    private readonly ConcurrentQueue<Write> _acknowledged = new();
    private readonly ConcurrentQueue<Write> _givenUp = new();
    private readonly SemaphoreSlim _acknowledgements = new(0);
    private readonly CancellationTokenSource _abort = new();
    private int _replayed;
    private int _failures;

    /// <summary>Makes them, one space for every few clients.</summary>
    /// <param name="server">mcp-server.</param>
    /// <param name="key">The key of the internal identity.</param>
    public LedgerClients(Uri server, byte[] key) => _http = [.. _spaces.Select(space => space.Client(server, key))];

    private enum Kind
    {
        Create,
        Update,
        Complete,
    }

    /// <summary>What happened, in one line.</summary>
    public string Summary =>
        $"{_acknowledged.Count} writes acknowledged, of which {_replayed} had been done before their answer was lost; {_failures} failures on the way; {_givenUp.Count} writes given up";

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (HttpClient http in _http)
        {
            http.Dispose();
        }

        _acknowledgements.Dispose();
        _abort.Dispose();
    }

    /// <summary>Runs the clients, and beside them what disturbs them.</summary>
    /// <param name="disturb">Kills and starts again; it may wait for acknowledgements in between. When it ends, each client ends after its write.</param>
    public async Task RunAsync(Func<Task> disturb)
    {
        using var stop = new CancellationTokenSource();
        Task[] clients = [.. Enumerable.Range(0, Spaces * ClientsPerSpace).Select(number => Task.Run(() => RunClientAsync(number, stop.Token)))];
        Task disturbance = disturb();
        try
        {
            // A client ends early only when it fails, and then its failure is what the test must show.
            await await Task.WhenAny([disturbance, .. clients]);
            await disturbance;
            await stop.CancelAsync();
            await Task.WhenAll(clients);
        }
        finally
        {
            await stop.CancelAsync();
            await _abort.CancelAsync();
            await Task.WhenAll([disturbance, .. clients]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until some more writes are acknowledged.</summary>
    public async Task WaitForAcknowledgementsAsync(int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        patience.CancelAfter(ServiceProcess.Patience);
        for (int i = 0; i < count; i++)
        {
            await _acknowledgements.WaitAsync(patience.Token);
        }
    }

    /// <summary>Compares what was acknowledged with what is there.</summary>
    public async Task VerifyAsync()
    {
        for (int space = 0; space < Spaces; space++)
        {
            IReadOnlyList<Change> changes = await ReadChangesAsync(_http[space]);
            Snapshot snapshot = (await _http[space].GetFromJsonAsync("/snapshot", ContractsJson.Default.Snapshot))!;

            // The log has every version once, and ends where the snapshot is.
            Assert.Equal(Enumerable.Range(1, changes.Count).Select(version => (long)version), changes.Select(change => change.Version));
            Assert.Equal(snapshot.Version, changes[^1].Version);

            // Numbers count the tasks, each once; the list has the same tasks as the snapshot.
            Assert.Equal(Enumerable.Range(1, snapshot.Tasks.Count).Select(number => (long)number), snapshot.Tasks.Select(task => task.Number).Order());
            Assert.Equal(snapshot.Tasks.Select(task => (task.Id, task.Version)).Order(), (await ReadTasksAsync(_http[space])).Select(task => (task.Id, task.Version)).Order());

            ILookup<string, Change> byMark = changes.Where(change => change.Task is not null && change.Kind != "completed")
                .ToLookup(change => change.After!.Value.GetProperty("title").GetString()!);
            ILookup<Guid, Change> completions = changes.Where(change => change.Kind == "completed").ToLookup(change => change.Task!.Value);
            var tasks = snapshot.Tasks.ToDictionary(task => task.Id);

            foreach (Write write in _acknowledged.Where(write => write.Space == space))
            {
                TaskItem answer = write.Answer!;
                Change change = Assert.Single(write.Kind == Kind.Complete ? completions[answer.Id] : byMark[write.Mark]);
                Assert.Equal(answer.Id, change.Task);
                Assert.Equal(answer.Version, change.Version);
                Assert.Equal(answer.Number, tasks[answer.Id].Number);
                Assert.True(tasks[answer.Id].Version >= answer.Version);
                if (write.Kind == Kind.Complete)
                {
                    Assert.Equal(answer.CompletedAt, tasks[answer.Id].CompletedAt);
                }
            }

            foreach (Write write in _givenUp.Where(write => write.Space == space))
            {
                Assert.True((write.Kind == Kind.Complete ? completions[write.Task!.Id] : byMark[write.Mark]).Count() <= 1, $"'{write.Mark}' was done more than once.");
            }

            // Nothing is there that nobody sent.
            Assert.Equal(
                changes.Where(change => change.Task is not null).Select(change => change.Version).Order(),
                changes.Where(change => change.Task is not null && WasSent(space, change)).Select(change => change.Version).Order());
        }

        bool WasSent(int space, Change change) => _acknowledged.Concat(_givenUp).Any(write => write.Space == space
            && (change.Kind == "completed" ? write.Kind == Kind.Complete && write.Task!.Id == change.Task : write.Mark == change.After!.Value.GetProperty("title").GetString()));
    }

    private static async Task<IReadOnlyList<Change>> ReadChangesAsync(HttpClient http)
    {
        var all = new List<Change>();
        ChangePage page;
        do
        {
            page = (await http.GetFromJsonAsync($"/changes?since={(all.Count == 0 ? 0 : all[^1].Version)}&limit=500", ContractsJson.Default.ChangePage))!;
            all.AddRange(page.Items);
        }
        while (page.More);
        return all;
    }

    private static async Task<IReadOnlyList<TaskItem>> ReadTasksAsync(HttpClient http)
    {
        var all = new List<TaskItem>();
        TaskPage? page = null;
        do
        {
            string cursor = page is null ? "" : "&cursor=" + Uri.EscapeDataString(page.NextCursor!);
            page = (await http.GetFromJsonAsync($"/tasks?status=all&limit=200{cursor}", ContractsJson.Default.TaskPage))!;
            all.AddRange(page.Items);
        }
        while (page.NextCursor is not null);
        return all;
    }

    // Creates a task, changes it once or twice, completes it, and begins again.
    private async Task RunClientAsync(int client, CancellationToken stop)
    {
        int space = client % Spaces;
        for (int round = 0; !stop.IsCancellationRequested; round++)
        {
            TaskItem? task = await SendAsync(new Write(space, Kind.Create, $"client {client} creates {round}", null));
            for (int change = 0; task is not null && change < 2 && !stop.IsCancellationRequested; change++)
            {
                task = await SendAsync(new Write(space, Kind.Update, $"client {client} changes {round}.{change}", task));
            }

            if (task is not null && !stop.IsCancellationRequested)
            {
                await SendAsync(new Write(space, Kind.Complete, $"client {client} completes {round}", task));
            }
        }
    }

    /// <returns>The task; null when the write was given up.</returns>
    private async Task<TaskItem?> SendAsync(Write write)
    {
        CancellationToken abort = _abort.Token;
        string key = Guid.CreateVersion7().ToString();
        bool givesUp = key[^1] is '0' or '1'; // One in eight.
        for (int delay = 5; ; delay = Math.Min(delay * 2, 100))
        {
            using HttpRequestMessage request = Request(write, key);
            try
            {
                using HttpResponseMessage response = await _http[write.Space].SendAsync(request, abort);
                if (response.IsSuccessStatusCode)
                {
                    TaskItem answer = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.TaskItem, abort))!;
                    if (response.Headers.Contains("Idempotency-Replayed"))
                    {
                        Interlocked.Increment(ref _replayed);
                    }

                    _acknowledged.Enqueue(write with { Answer = answer });
                    _acknowledgements.Release();
                    return answer;
                }

                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    Assert.Fail($"{write.Kind} '{write.Mark}' was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(abort)}");
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // The server is being killed: whether the write was done is unknown.
            }

            Interlocked.Increment(ref _failures);
            if (givesUp)
            {
                _givenUp.Enqueue(write);
                return null;
            }

            await Task.Delay(delay, abort);
        }
    }

    private static HttpRequestMessage Request(Write write, string key)
    {
        HttpRequestMessage request = write.Kind switch
        {
            Kind.Create => new(HttpMethod.Post, "/tasks"),
            Kind.Update => new(HttpMethod.Patch, $"/tasks/{write.Task!.Id}"),
            _ => new(HttpMethod.Post, $"/tasks/{write.Task!.Id}/complete"),
        };
        request.Headers.Add("Idempotency-Key", key);
        if (write.Kind != Kind.Complete)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(new Dictionary<string, string> { ["title"] = write.Mark }), null, "application/json");
        }

        if (write.Task is not null)
        {
            request.Headers.IfMatch.ParseAdd($"\"{write.Task.Version}\""); // Only this client changes the task.
        }

        return request;
    }

    /// <param name="Space">The index of the space.</param>
    /// <param name="Kind">What it does.</param>
    /// <param name="Mark">The title that it gives, which no other write gives.</param>
    /// <param name="Task">The task before.</param>
    private sealed record Write(int Space, Kind Kind, string Mark, TaskItem? Task)
    {
        /// <summary>The task as it was acknowledged.</summary>
        public TaskItem? Answer { get; init; }
    }
}
