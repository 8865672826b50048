using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>
/// Completes a task, and opens it again. Doing either twice changes nothing the second time, but for a recurring task: completing it
/// moves it to its next occurrence, which a second time would complete too. (If-Match tells the two apart.)
/// </summary>
internal static class CompleteTask
{
    /// <summary>The field that says what becomes of open subtasks.</summary>
    public const string WithSubtasks = "withSubtasks";

    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
    {
        var errors = new FieldErrors();
        bool? withSubtasks = request.HasBody ? Read(request.Body, errors, "") : null;
        return errors.ToProblem() is Problem problem
            ? problem
            : await ChangeTask.RunAsync(writes, request, id, ChangeTask.SimpleState(request, "completed"), Complete(withSubtasks, WithSubtasks), context.RequestAborted);
    });

    public static Task HandleReopen(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await ChangeTask.RunAsync(writes, request, id, ChangeTask.SimpleState(request, "reopened"), Reopen, context.RequestAborted));

    /// <summary>Reads the body.</summary>
    public static bool? Read(JsonElement body, FieldErrors errors, string prefix)
    {
        Optional<bool> withSubtasks = new JsonFields(body, [WithSubtasks], errors, prefix).Boolean(WithSubtasks);
        return withSubtasks.IsSet ? withSubtasks.Value : null;
    }

    /// <summary>Completes a task, or the current occurrence of one that repeats.</summary>
    /// <param name="withSubtasks">What becomes of open subtasks: completed, left open, or null when nobody said, which is a conflict then.</param>
    /// <param name="field">What the caller calls that.</param>
    public static ChangeTask.Operation Complete(bool? withSubtasks, string field) => async (space, task, cancellationToken) =>
    {
        if (ChangeTask.CheckNotInTrash(task) is Problem problem)
        {
            return problem;
        }

        if (task.CompletedAt is not null)
        {
            return task;
        }

        TaskItem[] open = [.. (await space.SubtasksAsync(task.Id, cancellationToken)).Where(subtask => subtask.CompletedAt is null && subtask.DeletedAt is null)];
        if (open.Length > 0 && withSubtasks is null)
        {
            return ProblemKind.Conflict.Because(
                $"The task #{task.Number} has {open.Length} open {(open.Length == 1 ? "subtask" : "subtasks")}. Repeat this with {field} true to complete {(open.Length == 1 ? "it" : "them")} too, or false to leave {(open.Length == 1 ? "it" : "them")} open.");
        }

        TaskItem? next = Next(space, task);
        if (withSubtasks is true)
        {
            foreach (TaskItem subtask in open)
            {
                // Under a task that is done for good, a recurring one is too.
                TaskItem? nextOfSubtask = next is null ? null : Next(space, subtask);
                space.Complete(subtask, nextOfSubtask ?? subtask with { CompletedAt = space.Now });
                await space.FlushWhenLargeAsync(cancellationToken);
            }
        }

        TaskItem completed = space.Complete(task, next ?? task with { CompletedAt = space.Now });
        if (next is not null)
        {
            await RecurringTask.ReopenSubtasksAsync(space, task, cancellationToken);
        }

        return completed;
    };

    public static Task<Outcome<TaskItem>> Reopen(SpaceWriter space, TaskItem task, CancellationToken cancellationToken) => Task.FromResult<Outcome<TaskItem>>(
        ChangeTask.CheckNotInTrash(task) is Problem problem ? problem : space.Update(task, task with { CompletedAt = null }, "reopened"));

    private static TaskItem? Next(SpaceWriter space, TaskItem task) =>
        RecurringTask.Repeats(task) ? RecurringTask.AfterCompletion(task, space.Caller.Zone, space.Now) : null;
}
