using TodoApp.Contracts;

namespace TodoApp.McpServer.QuickAdd;

/// <summary>What a text of quick add says.</summary>
/// <param name="Tasks">In the order of their lines; parents stand before their subtasks.</param>
/// <param name="Understood">What was understood in which place, in the order of the text.</param>
/// <param name="Steps">The work it took: how many characters and tokens were looked at.</param>
internal sealed record ParsedText(IReadOnlyList<ParsedTask> Tasks, IReadOnlyList<Understood> Understood, long Steps);

/// <summary>One line of it. Its texts are as written; the rules of fields are not applied yet.</summary>
internal sealed record ParsedTask
{
    /// <summary>The line's number, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The index of the task that this is a subtask of.</summary>
    public int? Parent { get; init; }

    /// <summary>1 for a task that is no subtask.</summary>
    public int Level { get; init; } = 1;

    public required string Title { get; init; }

    public string? Notes { get; init; }

    /// <summary>The name of a list.</summary>
    public string? List { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];

    public Priority Priority { get; init; }

    /// <summary>Always set when <see cref="Recurrence"/> is: the first occurrence.</summary>
    public DueDate? Due { get; init; }

    /// <summary>An RFC 5545 rule.</summary>
    public string? Recurrence { get; init; }

    public RecurrenceFrom RecurrenceFrom { get; init; }
}
