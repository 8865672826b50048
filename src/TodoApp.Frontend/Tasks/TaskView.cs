using TodoApp.Contracts;

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

    /// <summary>Which tasks, as the query of <c>GET /api/tasks</c>, without an order and a limit.</summary>
    public required string Query { get; init; }

    /// <summary>What the list reads, one after the other; <see cref="Query"/> in its usual order unless set.</summary>
    public IReadOnlyList<TaskPart> Parts
    {
        get => field ?? [new TaskPart("", Query)];
        init;
    }

    /// <summary>A key of the texts: what is said when there is nothing.</summary>
    public required string Empty { get; init; }

    /// <summary>How the tasks are told apart by headings.</summary>
    public TaskGroups Groups { get; init; }

    /// <summary>The columns of the page's board unless the address says others; null for a page that is only a list.</summary>
    public BoardBy? Board { get; init; }

    /// <summary>What the page's calendar shows unless the address says otherwise.</summary>
    public CalendarScale Scale { get; init; } = CalendarScale.Month;

    /// <summary>Which tasks the calendar shows, in place of <see cref="Query"/>: Today's and Upcoming's has all that are due.</summary>
    public string? CalendarQuery { get; init; }

    /// <summary>What new tasks of the page have unless they say otherwise, as a text for quick add; null where none are added.</summary>
    public string? AddHint { get; init; } = "";

    /// <summary>The list of new tasks.</summary>
    public TaskList? List { get; init; }

    /// <summary>The task that new ones become subtasks of.</summary>
    public Guid? Parent { get; init; }

    /// <summary>What was searched for.</summary>
    public string? Search { get; init; }

    /// <summary>The filter that finds the same words among open tasks.</summary>
    public static string FilterOf(string words) => $"search: \"{words.Replace("\"", " ", StringComparison.Ordinal).Trim()}\"";

    /// <summary>Whether the list's name is shown in each row.</summary>
    public bool ShowsList { get; init; } = true;
}

/// <summary>Some of a page's tasks, in an order of their own.</summary>
/// <param name="Name">What the address calls it, when it goes on from a cursor.</param>
/// <param name="Query">The query of <c>GET /api/tasks</c>, without a limit.</param>
public sealed record TaskPart(string Name, string Query)
{
    /// <summary>Whether the parts behind it do not wait for its end.</summary>
    public bool StandsAlone { get; init; }
}

/// <summary>What was read of a part.</summary>
public sealed record TaskPartPage(TaskPart Part, TaskPage Page);

/// <summary>Headings among the tasks of a page.</summary>
public enum TaskGroups
{
    /// <summary>None.</summary>
    None,

    /// <summary>Overdue, and today.</summary>
    Today,

    /// <summary>By the day that they are due, and later by the month.</summary>
    Days,

    /// <summary>By the day that they were completed.</summary>
    Completed,
}
