namespace TodoApp.McpServer.Filters;

/// <summary>What a term of a filter asks for.</summary>
internal enum FilterKind
{
    All,
    Today,
    Tomorrow,
    Overdue,
    Upcoming,
    NoDate,
    NoTime,
    NextDays,
    Due,
    Created,
    Updated,
    Completed,
    Label,
    NoLabels,
    List,
    ListWithSublists,
    Priority,
    Recurring,
    Subtask,
    Search,
}

/// <summary>On which side of a date.</summary>
internal enum FilterSide
{
    On,
    Before,
    After,
}

/// <summary>One term of a filter.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Start">Where it begins in the filter, in UTF-16 units.</param>
internal sealed record FilterTerm(FilterKind Kind, int Start)
{
    /// <summary>A list's or label's name, or the words to search for.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether each <c>*</c> in the name stands for any characters.</summary>
    public bool IsPattern { get; init; }

    public DueDate Date { get; init; }

    public FilterSide Side { get; init; }

    /// <summary>A priority as it is stored, or a number of days.</summary>
    public int Number { get; init; }
}

/// <summary>An operator or a term; in the order of evaluation, operands before their operator.</summary>
/// <param name="Operator"><c>&amp;</c>, <c>|</c> or <c>!</c>; null for a term.</param>
/// <param name="Term">The term.</param>
internal readonly record struct FilterStep(char? Operator, FilterTerm? Term);
