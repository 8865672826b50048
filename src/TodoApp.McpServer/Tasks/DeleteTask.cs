using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Moves a task with its subtasks to the trash. Doing it twice changes nothing the second time.</summary>
internal static class DeleteTask
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await ChangeTask.RunAsync(writes, request, id, ChangeTask.SimpleState(request, "deleted"), Delete, context.RequestAborted));

    /// <summary>How many tasks deleting these would move to the trash, with their subtasks.</summary>
    public static async Task<long> CountAsync(Database database, Caller caller, IReadOnlyList<TaskReference> tasks, CancellationToken cancellationToken)
    {
        if (tasks.Count == 0)
        {
            return 0;
        }

        Statement statement = new Statement("WITH RECURSIVE below(id) AS (SELECT t.id FROM tasks.tasks t WHERE t.space_id = $1 AND t.deleted_at IS NULL AND ").Add(caller.Space);
        statement.Append(TaskRows.AnyOf(statement, tasks));
        statement.Append(
            " UNION SELECT c.id FROM below b JOIN tasks.tasks c ON c.space_id = $1 AND c.parent_id = b.id WHERE c.deleted_at IS NULL) SELECT count(*) FROM below");
        return (await database.ReadAsync(statement, row => row.Long(0), cancellationToken))[0];
    }

    public static async Task<Outcome<TaskItem>> Delete(SpaceWriter space, TaskItem task, CancellationToken cancellationToken)
    {
        if (task.DeletedAt is not null)
        {
            return task;
        }

        IReadOnlyList<TaskItem> subtasks = await space.SubtasksAsync(task.Id, cancellationToken);

        // The moment is what tells restoring which subtasks went to the trash with this task: none that went before may share it.
        DateTimeOffset deletedAt = space.Now;
        while (subtasks.Any(subtask => subtask.DeletedAt == deletedAt))
        {
            deletedAt += TimeSpan.FromMilliseconds(1);
        }

        foreach (TaskItem subtask in subtasks)
        {
            if (subtask.DeletedAt is null)
            {
                space.Update(subtask, subtask with { DeletedAt = deletedAt }, "deleted");
                await space.FlushWhenLargeAsync(cancellationToken);
            }
        }

        return space.Update(task, task with { DeletedAt = deletedAt }, "deleted");
    }
}
