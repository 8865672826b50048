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

        foreach (TaskItem subtask in await space.SubtasksAsync(task.Id, cancellationToken))
        {
            if (subtask.DeletedAt is null)
            {
                space.Update(subtask, subtask with { DeletedAt = space.Now }, "deleted");
                await space.FlushWhenLargeAsync(cancellationToken);
            }
        }

        return space.Update(task, task with { DeletedAt = space.Now }, "deleted");
    }
}
