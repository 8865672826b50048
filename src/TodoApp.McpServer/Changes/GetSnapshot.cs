using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TodoApp.Contracts;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Changes;

/// <summary>Everything in a space at one moment, with its version, from where the change log goes on. Streamed: memory stays the same however much there is.</summary>
internal static class GetSnapshot
{
    private const int TasksAtOnce = 500;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        Caller caller = context.GetCaller();
        CancellationToken cancellationToken = context.RequestAborted;
        for (int attempt = 1; ; attempt++)
        {
            await using SqlTransaction transaction = await writes.Database.BeginSnapshotAsync(cancellationToken);
            List<(long Version, bool IsDeleted)> space = await transaction.ReadAsync(
                new Statement("SELECT version, deleted_at FROM tasks.spaces WHERE id = $1").Add(caller.Space),
                row => (row.Long(0), !row.IsNull(1)),
                cancellationToken);
            if (space.Count == 0 && attempt == 1)
            {
                await writes.CreateSpaceAsync(caller, cancellationToken);
                continue;
            }

            if (space[0].IsDeleted)
            {
                await context.WriteProblem(ProblemKind.Gone, "The account was deleted.");
                return;
            }

            await WriteAsync(context, transaction, caller.Space, space[0].Version, cancellationToken);
            return;
        }
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
        writer.WriteStartArray("filters"u8);
        writer.WriteEndArray();
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
        writer.WriteEndObject();

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
