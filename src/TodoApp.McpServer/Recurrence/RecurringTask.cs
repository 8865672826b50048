using TodoApp.Contracts;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Recurrence;

/// <summary>What due date and recurrence of a task mean together (docs/adr/0023).</summary>
internal static class RecurringTask
{
    public static bool Repeats(TaskItem task) => task is { Recurrence: not null, Due: not null };

    /// <summary>Where the rule put the current occurrence, which may have been rescheduled since.</summary>
    public static string? Anchor(TaskItem task) => task.OriginalDue ?? task.Due;

    /// <summary>The zone whose wall clock the due date is on. A date without a time is the reader's day everywhere.</summary>
    public static TimeZoneInfo Zone(TaskItem task, TimeZoneInfo reader) =>
        task.DueTimeZone is null || !HasTime(Anchor(task)) ? reader : Zones.TryFind(task.DueTimeZone) ?? reader;

    /// <summary>The task at its next occurrence, when the current one was completed; null when that was the last.</summary>
    public static TaskItem? AfterCompletion(TaskItem task, TimeZoneInfo reader, DateTimeOffset now)
    {
        (Series series, DueDate current) = Read(task, reader);
        return MoveTo(task, series, task.RecurrenceFrom == RecurrenceFrom.Completion ? series.NextFromCompletion(current, now) : series.Next(current, now));
    }

    /// <summary>The task at its next occurrence that is not over yet, when the current one is left out; null when that was the last.</summary>
    public static TaskItem? AfterSkipping(TaskItem task, TimeZoneInfo reader, DateTimeOffset now)
    {
        (Series series, DueDate current) = Read(task, reader);
        return MoveTo(task, series, series.NextNotOver(current, now));
    }

    /// <summary>Opens the completed subtasks of a task that moved on, so that its checklist starts afresh.</summary>
    public static async Task ReopenSubtasksAsync(SpaceWriter space, TaskItem task, CancellationToken cancellationToken)
    {
        foreach (TaskItem subtask in await space.SubtasksAsync(task.Id, cancellationToken))
        {
            if (subtask.CompletedAt is not null && subtask.DeletedAt is null)
            {
                space.Update(subtask, subtask with { CompletedAt = null }, "reopened");
                await space.FlushWhenLargeAsync(cancellationToken);
            }
        }
    }

    /// <summary>
    /// Why due date and recurrence of a task can't go together, whatever the zone: so it is nowhere stored. A series that is over, with an
    /// UNTIL before the due date, may well be: an account that moves to another zone can come to have one.
    /// </summary>
    /// <returns>Null when they go together.</returns>
    public static Mismatch? Check(TaskItem task)
    {
        if (task.Recurrence is not string recurrence)
        {
            return null;
        }

        if (task.Due is null || Anchor(task) is not string anchor || !DueDate.TryParse(anchor, out DueDate first))
        {
            return new Mismatch(true, $"must be given, for example 2026-12-01, because {recurrence} is counted from it.");
        }

        var rule = RecurrenceRule.Parse(recurrence);
        return rule.NeedsTime && first.Time is null
            ? new Mismatch(true, $"must have a time, for example {anchor}T09:00, because {recurrence} is about times of the day.")
            : Series.NamesDates(rule, first) ? null : new Mismatch(false, $"names no date within {Occurrences.Horizon} years after the due date.");
    }

    /// <summary>
    /// Puts due date and recurrence of a request into a task, and checks that they go together. A new due date or rule begins the series
    /// anew there; a rule without a due date begins with the first date that it names from now on.
    /// </summary>
    /// <param name="input">The request.</param>
    /// <param name="task">The task before.</param>
    /// <param name="reader">The caller's zone.</param>
    /// <param name="now">Now.</param>
    /// <param name="errors">Takes what does not go together.</param>
    public static TaskItem ApplyDates(TaskInput input, TaskItem task, TimeZoneInfo reader, DateTimeOffset now, FieldErrors errors)
    {
        TaskItem dated = task with
        {
            Due = input.Due.Or(task.Due),
            DueTimeZone = input.DueTimeZone.Or(task.DueTimeZone),
            Recurrence = input.Recurrence.Or(task.Recurrence),
            RecurrenceFrom = input.RecurrenceFrom.Or(task.RecurrenceFrom),
        };
        if (dated.Due == task.Due && dated.DueTimeZone == task.DueTimeZone && dated.Recurrence == task.Recurrence)
        {
            return dated;
        }

        if (dated.Due != task.Due || dated.Recurrence != task.Recurrence)
        {
            dated = dated with { OriginalDue = null };
        }

        if (dated.Recurrence is null)
        {
            return dated;
        }

        if (dated.Due is null)
        {
            if (task.Due is not null && !input.Recurrence.IsSet)
            {
                errors.Invalid(input.DueField, "must not be unset while the task repeats. Unset recurrence with it to end that, or skip this occurrence.");
                return dated;
            }

            return ApplyFirst(input, dated, reader, now, errors);
        }

        if (Check(dated) is Mismatch mismatch)
        {
            errors.Invalid(mismatch.IsOfDue ? input.DueField : input.RecurrenceField, mismatch.Text);
            return dated;
        }

        (Series series, DueDate current) = Read(dated, reader);
        if (series.IsOverBefore(current))
        {
            errors.Invalid(input.RecurrenceField, "has an UNTIL that is before the due date.");
        }

        return dated;
    }

    private static TaskItem ApplyFirst(TaskInput input, TaskItem dated, TimeZoneInfo reader, DateTimeOffset now, FieldErrors errors)
    {
        var rule = RecurrenceRule.Parse(dated.Recurrence!);
        TimeZoneInfo zone = rule.NeedsTime && dated.DueTimeZone is not null ? Zones.TryFind(dated.DueTimeZone) ?? reader : reader;
        var series = new Series(rule, zone);
        if (series.First(now) is DueDate first)
        {
            dated = dated with { Due = first.ToString() };
            if (Check(dated) is Mismatch mismatch)
            {
                errors.Invalid(mismatch.IsOfDue ? input.DueField : input.RecurrenceField, mismatch.Text);
            }

            return dated;
        }

        if (rule.NeedsTime && (rule.ByHour.Length == 0 || rule.Frequency <= Frequency.Hourly))
        {
            errors.Invalid(input.DueField, $"must be given with a time, for example 2026-12-01T09:00, from which {dated.Recurrence} is counted.");
        }
        else
        {
            errors.Invalid(input.RecurrenceField, rule.Until is null ? $"names no date within {Occurrences.Horizon} years." : "names no date from today on until its UNTIL.");
        }

        return dated;
    }

    private static (Series Series, DueDate Current) Read(TaskItem task, TimeZoneInfo reader) =>
        (new Series(RecurrenceRule.Parse(task.Recurrence!), Zone(task, reader)),
        DueDate.TryParse(Anchor(task)!, out DueDate current) ? current : throw new FormatException($"The due date {Anchor(task)} is none."));

    private static TaskItem? MoveTo(TaskItem task, Series series, DueDate? next) => next is DueDate due
        ? task with { Due = due.ToString(), OriginalDue = null, Recurrence = series.Rest.ToString() }
        : null;

    private static bool HasTime(string? due) => due is not null && DueDate.TryParse(due, out DueDate parsed) && parsed.Time is not null;
}

/// <summary>Why due date and recurrence don't go together.</summary>
/// <param name="IsOfDue">Whether it is to be said of the due date; else of the recurrence.</param>
/// <param name="Text">What is to be said, for example <c>must have a time, …</c></param>
internal readonly record struct Mismatch(bool IsOfDue, string Text);
