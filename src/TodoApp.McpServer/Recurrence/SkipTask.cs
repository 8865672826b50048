using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Recurrence;

/// <summary>
/// Moves a recurring task to its next occurrence that is not over, without completing the current one. The last one can't be skipped:
/// whether the task is done, ended or deleted then is for its owner to say.
/// </summary>
internal static class SkipTask
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await ChangeTask.RunAsync(writes, request, id, ChangeTask.NeverSimple, Skip, context.RequestAborted));

    public static async Task<Outcome<TaskItem>> Skip(SpaceWriter space, TaskItem task, CancellationToken cancellationToken)
    {
        if (ChangeTask.CheckNotInTrash(task) is Problem problem)
        {
            return problem;
        }

        if (!RecurringTask.Repeats(task))
        {
            return ProblemKind.Conflict.Because($"The task #{task.Number} does not repeat, so it has no next occurrence. Reschedule or complete it.");
        }

        if (task.CompletedAt is not null)
        {
            return ProblemKind.Conflict.Because($"The task #{task.Number} is completed. Reopen it first.");
        }

        if (RecurringTask.AfterSkipping(task, space.Caller.Zone, space.Now) is not TaskItem next)
        {
            return ProblemKind.Conflict.Because($"This is the last occurrence of the task #{task.Number}. Complete it, end its recurrence, or delete it.");
        }

        TaskItem skipped = space.Update(task, next, "skipped");
        await RecurringTask.ReopenSubtasksAsync(space, task, cancellationToken);
        return skipped;
    }
}
