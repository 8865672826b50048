using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Changes fields of a task (RFC 7396 merge patch: an absent field stays, null unsets).</summary>
internal static class UpdateTask
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        TaskInput input = TaskInput.Read(request.Body, TaskInput.UpdateFields, isNew: false, errors);
        if (errors.ToProblem() is Problem problem)
        {
            return problem;
        }

        return await ChangeTask.RunAsync(
            writes,
            request,
            id,
            task => PostgresTaskWrites.TryUpdate(request.Caller, request.Key, task, request.IfMatch, input),
            Operation(input),
            context.RequestAborted);
    });

    public static ChangeTask.Operation Operation(TaskInput input) => async (space, task, cancellationToken) =>
    {
        if (ChangeTask.CheckNotInTrash(task) is Problem problem)
        {
            return problem;
        }

        Outcome<TaskItem> after = await input.ApplyAsync(space, task, cancellationToken);
        if (!after.IsDone)
        {
            return after;
        }

        TaskItem changed = after.Value;
        bool toOtherList = changed.ListId != task.ListId;
        if (toOtherList && changed.ParentId is not null && !input.Parent.IsSet)
        {
            changed = changed with { ParentId = null }; // Moved out of its parent's list, it stands for itself.
        }

        bool moved = toOtherList || changed.ParentId != task.ParentId || changed.Position != task.Position;
        changed = space.Update(task, changed, moved ? "moved" : "updated");
        if (toOtherList)
        {
            foreach (TaskItem subtask in await space.SubtasksAsync(task.Id, cancellationToken))
            {
                space.Update(subtask, subtask with { ListId = changed.ListId, Position = "" }, "moved"); // After it, in their order.
                await space.FlushWhenLargeAsync(cancellationToken);
            }
        }

        return changed;
    };
}
