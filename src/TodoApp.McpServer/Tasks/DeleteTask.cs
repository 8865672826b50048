using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Moves a task with its subtasks to the trash. Doing it twice changes nothing the second time.</summary>
internal static class DeleteTask
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await ChangeTask.RunAsync(writes, request, id, ChangeTask.InOneTrip(request, "deleted"), Delete, context.RequestAborted));

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
