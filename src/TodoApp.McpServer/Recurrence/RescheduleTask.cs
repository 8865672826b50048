using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Recurrence;

/// <summary>
/// Gives a task another due date. Of a recurring one it moves this occurrence alone: the next follows from where the rule put it.
/// (Changing <c>due</c> with PATCH moves the series.)
/// </summary>
internal static class RescheduleTask
{
    /// <summary>The fields that it takes.</summary>
    public static readonly string[] Fields = ["due", "dueTimeZone"];

    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        TaskInput input = TaskInput.Read(request.Body, Fields, isNew: false, errors);
        return errors.ToProblem() is Problem problem
            ? problem
            : await ChangeTask.RunAsync(writes, request, id, ChangeTask.NeverSimple, Operation(input), context.RequestAborted);
    });

    public static ChangeTask.Operation Operation(TaskInput input) => (space, task, _) => Task.FromResult(Reschedule(input, space, task));

    private static Outcome<TaskItem> Reschedule(TaskInput input, SpaceWriter space, TaskItem task)
    {
        if (ChangeTask.CheckNotInTrash(task) is Problem problem)
        {
            return problem;
        }

        var errors = new FieldErrors();
        bool repeats = RecurringTask.Repeats(task);
        if (!input.Due.IsSet || (repeats && input.Due.Value is null))
        {
            errors.Invalid(input.DueField, repeats
                ? "must be the date to which this occurrence is moved. To leave it out, skip it."
                : "must be given: a date, a date and time, or null to take it away.");
            return errors.ToProblem()!;
        }

        if (!repeats)
        {
            return space.Update(task, task with { Due = input.Due.Value, DueTimeZone = input.DueTimeZone.Or(task.DueTimeZone) }, "rescheduled");
        }

        string due = input.DueTimeZone.IsSet ? InZoneOf(task, input, space.Caller.Zone) : input.Due.Value!;
        string anchor = RecurringTask.Anchor(task)!;
        return space.Update(task, task with { Due = due, OriginalDue = due == anchor ? null : anchor }, "rescheduled");
    }

    // The series stays in its own zone, so the time is converted to that.
    private static string InZoneOf(TaskItem task, TaskInput input, TimeZoneInfo reader)
    {
        string due = input.Due.Value!;
        TimeZoneInfo own = task.DueTimeZone is string name ? Zones.TryFind(name) ?? reader : reader;
        TimeZoneInfo given = input.DueTimeZone.Value is string other ? Zones.TryFind(other) ?? reader : reader;
        if (!DueDate.TryParse(due, out DueDate parsed) || parsed.Time is not TimeOnly time || own.Id == given.Id)
        {
            return due;
        }

        DateTime local = Zones.ToLocal(Zones.ToInstant(parsed.Date.ToDateTime(time), given), own);
        return new DueDate(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local)).ToString();
    }
}
