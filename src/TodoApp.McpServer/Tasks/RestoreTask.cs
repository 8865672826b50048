using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>
/// Takes a task out of the trash, with the subtasks that went there with it. It comes back to its list, or to
/// the Inbox when the list is gone; when its parent is still in the trash, it comes back as a task of its own.
/// </summary>
internal static class RestoreTask
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await ChangeTask.RunAsync(writes, request, id, ChangeTask.NeverSimple, Restore, context.RequestAborted));

    public static async Task<Outcome<TaskItem>> Restore(SpaceWriter space, TaskItem task, CancellationToken cancellationToken)
    {
        if (task.DeletedAt is null)
        {
            return task;
        }

        TaskItem restored = task with { DeletedAt = null };
        if (task.ParentId is Guid parentId)
        {
            TaskItem? parent = await space.FindTaskAsync(new TaskReference(parentId, 0), cancellationToken);
            if (parent is null || parent.DeletedAt is not null)
            {
                restored = restored with { ParentId = null };
            }
        }

        IReadOnlyList<TaskList> lists = await space.ListsAsync(cancellationToken);
        if (!lists.Any(list => list.Id == task.ListId))
        {
            restored = restored with { ListId = lists.First(list => list.IsInbox).Id };
        }

        restored = space.Update(task, restored, "restored");
        foreach (TaskItem subtask in await space.SubtasksAsync(task.Id, cancellationToken))
        {
            if (subtask.DeletedAt == task.DeletedAt)
            {
                space.Update(subtask, subtask with { DeletedAt = null, ListId = restored.ListId }, "restored");
                await space.FlushWhenLargeAsync(cancellationToken);
            }
        }

        return restored;
    }
}
