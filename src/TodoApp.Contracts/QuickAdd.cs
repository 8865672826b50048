using System.ComponentModel;

namespace TodoApp.Contracts;

/// <summary>What <c>POST /tasks</c> takes instead of fields, and <c>POST /tasks/parse</c>.</summary>
public sealed record QuickAdd
{
    /// <summary>Tasks as people write them, a line each, at most 100; at most 64 KiB of UTF-8. See docs/quick-add.md.</summary>
    [Description("Tasks as people write them, a line each: Pay rent every month on the 1st 9am #Home @bills p1 // from the joint account. Lines further in are subtasks. At most 100 lines and 64 KiB of UTF-8.")]
    public required string Text { get; init; }

    /// <summary>Whether a list that does not exist is created; otherwise it is an error.</summary>
    [Description("Whether lists that do not exist are created. Without it, they are an error.")]
    public bool? CreateLists { get; init; }

    /// <summary>The list of tasks that name none, by its id.</summary>
    [Description("The list of the tasks that name none.")]
    public Guid? ListId { get; init; }

    /// <summary>The same by its name or id.</summary>
    [Description("The same by its name or id, instead of listId.")]
    public string? List { get; init; }

    /// <summary>The task that all become subtasks of.</summary>
    [Description("The task that they become subtasks of.")]
    public Guid? ParentId { get; init; }
}

/// <summary>What <c>POST /tasks</c> made of a text.</summary>
/// <param name="Task">The first task.</param>
/// <param name="Tasks">All tasks, in the order of their lines.</param>
/// <param name="Understood">What was understood in which place.</param>
public sealed record QuickAdded(TaskItem Task, IReadOnlyList<TaskItem> Tasks, IReadOnlyList<Understood> Understood);

/// <summary>What <c>POST /tasks</c> would make of a text.</summary>
/// <param name="Task">The first task.</param>
/// <param name="Tasks">All tasks, in the order of their lines.</param>
/// <param name="Understood">What was understood in which place.</param>
public sealed record QuickAddPreview(TaskDraft Task, IReadOnlyList<TaskDraft> Tasks, IReadOnlyList<Understood> Understood);

/// <summary>A task that is not there yet: no id, and lists and labels by name.</summary>
public sealed record TaskDraft
{
    /// <summary>The line of the text that it comes from, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Which of the tasks in this answer it is a subtask of, from 0; null for none.</summary>
    public int? Parent { get; init; }

    /// <inheritdoc cref="TaskItem.Title" />
    public required string Title { get; init; }

    /// <inheritdoc cref="TaskItem.Notes" />
    public string? Notes { get; init; }

    /// <summary>The list's name; null for the parent's, or the Inbox.</summary>
    public string? List { get; init; }

    /// <summary>The labels' names.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <inheritdoc cref="TaskItem.Priority" />
    public Priority Priority { get; init; }

    /// <inheritdoc cref="TaskItem.Due" />
    public string? Due { get; init; }

    /// <inheritdoc cref="TaskItem.Recurrence" />
    public string? Recurrence { get; init; }

    /// <inheritdoc cref="TaskItem.RecurrenceFrom" />
    public RecurrenceFrom RecurrenceFrom { get; init; }
}

/// <summary>A part of a quick add text and what it was understood as.</summary>
/// <param name="Kind"><c>date</c>, <c>time</c>, <c>recurrence</c>, <c>list</c>, <c>label</c>, <c>priority</c>, <c>notes</c> or <c>quoted</c>; more may be added.</param>
/// <param name="Start">Where it begins, in UTF-16 units of the whole text.</param>
/// <param name="Length">In UTF-16 units.</param>
/// <param name="Text">The part itself.</param>
/// <param name="Value">What it means: a date or a date and time, a time, a recurrence rule, a name, a priority, or the text without its signs.</param>
/// <param name="Exists">For lists and labels, whether there was one of this name before.</param>
public sealed record Understood(string Kind, int Start, int Length, string Text, string Value, bool? Exists = null);
