using System.Runtime.CompilerServices;
using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Storage;

/// <summary>Completed occurrences of recurring tasks as rows.</summary>
internal static class CompletionRows
{
    public const string Columns = "task_id, version, due, completed_at, actor_kind, actor_id, actor_name";

    private const int PartSize = 500;

    public static TaskCompletion Read(Row row) =>
        new(row.Uuid(0), row.Long(1), row.Text(2), row.Timestamp(3), new Actor(row.Text(4), row.Text(5), row.Text(6)));

    /// <summary>All of a space by task and version, a part at a time: there may be very many.</summary>
    public static async IAsyncEnumerable<List<TaskCompletion>> InPartsAsync(SqlTransaction transaction, Guid space, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Guid task, long version) = (Guid.Empty, 0);
        List<TaskCompletion> part;
        do
        {
            part = await transaction.ReadAsync(
                new Statement($"SELECT {Columns} FROM tasks.completions WHERE space_id = $1 AND (task_id, version) > ($2, $3) ORDER BY task_id, version LIMIT {PartSize}")
                    .Add(space).Add(task).Add(version),
                Read,
                cancellationToken);
            if (part.Count > 0)
            {
                (task, version) = (part[^1].TaskId, part[^1].Version);
                yield return part;
            }
        }
        while (part.Count == PartSize);
    }

    public static Statement Insert(Guid space, TaskCompletion completion) =>
        new Statement($"INSERT INTO tasks.completions (space_id, {Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .Add(space).Add(completion.TaskId).Add(completion.Version).Add(completion.Due).Add(completion.CompletedAt)
            .Add(completion.Actor.Kind).Add(completion.Actor.Id).Add(completion.Actor.Name);

    public static Statement Delete(Guid space, Guid task, long version) =>
        new Statement("DELETE FROM tasks.completions WHERE space_id = $1 AND task_id = $2 AND version = $3").Add(space).Add(task).Add(version);

    public static Statement DeleteAll(Guid space, Guid task) =>
        new Statement("DELETE FROM tasks.completions WHERE space_id = $1 AND task_id = $2").Add(space).Add(task);

    public static string Image(TaskCompletion completion) => JsonSerializer.Serialize(completion, StorageJson.Default.TaskCompletion);
}
