using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>One of the pages that list tasks: what it asks for, and what it is called.</summary>
public sealed record TaskView
{
    /// <summary>How many tasks a page has; a link leads to the next ones.</summary>
    public const int PageSize = 100;

    /// <summary>A key of the texts, or a name that a person gave when <see cref="IsNamed"/>.</summary>
    public required string Title { get; init; }

    /// <summary>Whether the title is a person's own word.</summary>
    public bool IsNamed { get; init; }

    /// <summary>The page's path.</summary>
    public required string Path { get; init; }

    /// <summary>Where the list, label or filter itself is changed; null for other pages.</summary>
    public string? EditPath => IsNamed ? Path + "/edit" : null;

    /// <summary>The query of <c>GET /api/tasks</c>, without a limit.</summary>
    public required string Query { get; init; }

    /// <summary>A key of the texts: what is said when there is nothing.</summary>
    public required string Empty { get; init; }

    /// <summary>How the tasks are told apart by headings.</summary>
    public TaskGroups Groups { get; init; }

    /// <summary>What new tasks of the page have unless they say otherwise, as a text for quick add; null where none are added.</summary>
    public string? AddHint { get; init; } = "";

    /// <summary>The list of new tasks.</summary>
    public TaskList? List { get; init; }

    /// <summary>The task that new ones become subtasks of.</summary>
    public Guid? Parent { get; init; }

    /// <summary>What was searched for.</summary>
    public string? Search { get; init; }

    /// <summary>Whether the list's name is shown in each row.</summary>
    public bool ShowsList { get; init; } = true;
}

/// <summary>Headings among the tasks of a page.</summary>
public enum TaskGroups
{
    /// <summary>None.</summary>
    None,

    /// <summary>Overdue, and today.</summary>
    Today,

    /// <summary>By the day that they are due.</summary>
    Days,

    /// <summary>By the day that they were completed.</summary>
    Completed,
}
