using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TodoApp.Contracts;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Changes;

/// <summary>Everything in a space at one moment, with its version, from where the change log goes on. Streamed: memory stays the same however much there is.</summary>
internal static class GetSnapshot
{
    private const int TasksAtOnce = 500;

    private static readonly TimeSpan GatePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    // Each holds a connection of the pool for as long as its reader takes: slow readers must not take them all.
    private static readonly SemaphoreSlim Gate = new(2, 2);

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task Handle(HttpContext context, SpaceWrites writes) => RunAsync(context, writes, WriteAsync);

    /// <summary>Answers with what one moment's data is written as. Only a few such answers are made at once.</summary>
    /// <param name="context">The request.</param>
    /// <param name="writes">Where the data is.</param>
    /// <param name="write">Gets the request, the transaction that sees the moment, the space and its version.</param>
    public static async Task RunAsync(HttpContext context, SpaceWrites writes, Func<HttpContext, SqlTransaction, Guid, long, CancellationToken, Task> write)
    {
        Caller caller = context.GetCaller();
        await GetLists.ReadAsync(writes, caller, context.RequestAborted); // Makes the space when there is none yet.
        if (!await Gate.WaitAsync(GatePatience, context.RequestAborted))
        {
            throw new ServiceUnavailableException("Other snapshots and exports are being read.");
        }

        try
        {
            // The connection is held while the reader reads: not for longer than this.
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            deadline.CancelAfter(Deadline);
            await ReadAsync(context, writes, caller, write, deadline.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task ReadAsync(
        HttpContext context, SpaceWrites writes, Caller caller, Func<HttpContext, SqlTransaction, Guid, long, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await using SqlTransaction transaction = await writes.Database.BeginSnapshotAsync(cancellationToken);
        List<(long Version, bool IsDeleted)> space = await transaction.ReadAsync(
            new Statement("SELECT version, deleted_at FROM tasks.spaces WHERE id = $1").Add(caller.Space),
            row => (row.Long(0), !row.IsNull(1)),
            cancellationToken);
        if (space.Count == 0 || space[0].IsDeleted)
        {
            await context.WriteProblem(ProblemKind.Gone, "The account was deleted.");
            return;
        }

        await write(context, transaction, caller.Space, space[0].Version, cancellationToken);
    }

    private static async Task WriteAsync(HttpContext context, SqlTransaction transaction, Guid space, long version, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, Readable);
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, version);
        await WriteItemsAsync("lists", ListRows.SelectAll(space), ListRows.Read, ContractsJson.Readable.TaskList);
        await WriteItemsAsync("labels", LabelRows.SelectAll(space), LabelRows.Read, ContractsJson.Readable.Label);
        await WriteItemsAsync("filters", FilterRows.SelectAll(space), FilterRows.Read, ContractsJson.Readable.SavedFilter);
        writer.WriteStartArray("tasks"u8);
        long last = 0;
        int count;
        do
        {
            count = 0;
            Statement page = new Statement($"SELECT {TaskRows.Columns} FROM tasks.tasks t WHERE t.space_id = $1 AND t.number > $2 ORDER BY t.number LIMIT {TasksAtOnce}")
                .Add(space).Add(last);
            await transaction.ExecuteAsync(
                [page],
                (_, row) =>
                {
                    TaskItem task = TaskRows.Read(row);
                    JsonSerializer.Serialize(writer, task, ContractsJson.Readable.TaskItem);
                    last = task.Number;
                    count++;
                },
                cancellationToken);
            await writer.FlushAsync(cancellationToken);
            await context.Response.BodyWriter.FlushAsync(cancellationToken);
        }
        while (count == TasksAtOnce);
        writer.WriteEndArray();
        await WriteCompletionsAsync();
        writer.WriteEndObject();

        async Task WriteCompletionsAsync()
        {
            writer.WriteStartArray("completions"u8);
            await foreach (List<TaskCompletion> part in CompletionRows.InPartsAsync(transaction, space, cancellationToken))
            {
                part.ForEach(completion => JsonSerializer.Serialize(writer, completion, ContractsJson.Readable.TaskCompletion));
                await writer.FlushAsync(cancellationToken);
                await context.Response.BodyWriter.FlushAsync(cancellationToken);
            }

            writer.WriteEndArray();
        }

        async Task WriteItemsAsync<T>(string name, Statement statement, Func<Row, T> read, JsonTypeInfo<T> type)
        {
            writer.WriteStartArray(name);
            foreach (T item in await transaction.ReadAsync(statement, read, cancellationToken))
            {
                JsonSerializer.Serialize(writer, item, type);
            }

            writer.WriteEndArray();
        }
    }
}
