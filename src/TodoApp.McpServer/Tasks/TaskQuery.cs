using System.Security.Cryptography;
using System.Text;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Tasks;

/// <summary>Which tasks, in which order, from where on.</summary>
internal sealed record TaskQuery
{
    public const int DefaultLimit = 50;
    public const int MostPerPage = 200;

    /// <summary>The most characters of <see cref="Text"/>.</summary>
    public const int TextLength = 500;

    public static readonly string[] Parameters =
        ["status", "list", "label", "priority", "parent", "due", "dueBefore", "dueAfter", "q", "filter", "sort", "limit", "cursor"];

    public static readonly string[] Statuses = ["open", "completed", "trashed", "all"];
    public static readonly string[] Dues = ["today", "overdue", "upcoming", "none"];
    public static readonly string[] Sorts = ["position", "due", "priority", "created", "updated"];

    /// <summary>A status for tasks that are named: the trash is no place to hide from that.</summary>
    public const string AnyStatus = "any";

    /// <summary>One of <see cref="Statuses"/>, or <see cref="AnyStatus"/>.</summary>
    public string Status { get; init; } = "open";

    /// <summary>Name or id.</summary>
    public string? List { get; init; }

    /// <summary>Name or id.</summary>
    public string? Label { get; init; }

    /// <summary>Only tasks that have no label.</summary>
    public bool WithoutLabels { get; init; }

    public IReadOnlyList<Priority> Priorities { get; init; } = [];

    /// <summary>Some of these tasks, and no others; empty for any.</summary>
    public IReadOnlyList<TaskReference> Tasks { get; init; } = [];

    /// <summary>The task whose subtasks are meant.</summary>
    public TaskReference? Parent { get; init; }

    /// <summary>Only tasks that are no subtasks.</summary>
    public bool TopLevel { get; init; }

    /// <summary>One of <see cref="Dues"/>.</summary>
    public string? Due { get; init; }

    /// <summary>Exclusive.</summary>
    public DueDate? DueBefore { get; init; }

    /// <summary>Exclusive.</summary>
    public DueDate? DueAfter { get; init; }

    /// <summary>Words that title, notes or labels have; the last one may be unfinished.</summary>
    public string? Text { get; init; }

    /// <summary>The name that callers give <see cref="Text"/>, for errors.</summary>
    public string TextField { get; init; } = "q";

    /// <summary>A filter in the filter language, or the name or id of a saved one.</summary>
    public string? Filter { get; init; }

    /// <summary>
    /// One of <see cref="Sorts"/>; null for the query's own: by relevance with a <see cref="Text"/>, else open tasks by position and
    /// others by the last change, newest first.
    /// </summary>
    public string? Sort { get; init; }

    public bool Descending { get; init; }

    public int Limit { get; init; } = DefaultLimit;

    public string? Cursor { get; init; }

    /// <summary>The same for every page of one query, so that a cursor can be told to belong to it.</summary>
    public string Fingerprint()
    {
        string text = string.Join(
            '\n', Status, List, Label, WithoutLabels, string.Join(',', Priorities), Parent?.ToString(), TopLevel, string.Join(',', Tasks), Due, DueBefore?.ToString(), DueAfter?.ToString(), Text, Filter, Sort, Descending);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }

    /// <summary>Reports what no task can be found by, whichever way the query came.</summary>
    public void Check(FieldErrors errors)
    {
        if (Text is { Length: > TextLength })
        {
            errors.Invalid(TextField, $"must have at most {TextLength} characters.");
        }

        foreach ((string name, string? text) in new[] { (TextField, Text), ("list", List), ("label", Label), ("filter", Filter) })
        {
            if (text is not null && text.Contains('\0', StringComparison.Ordinal))
            {
                errors.Invalid(name, "has the control character U+0000.");
            }
        }
    }
}
