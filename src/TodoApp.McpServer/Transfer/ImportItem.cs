using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>What a file holds, whatever its format. Lists and labels are named by keys that are unique in the file and mean nothing outside of it.</summary>
internal abstract record ImportItem
{
    /// <summary>The line where it begins, from 1.</summary>
    public required long Line { get; init; }
}

internal sealed record ImportList : ImportItem
{
    public required string Key { get; init; }

    /// <summary>Null when the format has no ids.</summary>
    public Guid? Id { get; init; }

    public required string Name { get; init; }

    public string? Color { get; init; }

    public string? ParentKey { get; init; }

    /// <summary>Empty for the last place.</summary>
    public string Position { get; init; } = "";

    public bool IsInbox { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }
}

internal sealed record ImportLabel : ImportItem
{
    public required string Key { get; init; }

    /// <summary>Null when the format has no ids.</summary>
    public Guid? Id { get; init; }

    public required string Name { get; init; }

    public string? Color { get; init; }
}

internal sealed record ImportFilter : ImportItem
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string Query { get; init; }

    public required string Position { get; init; }
}

internal sealed record ImportTask : ImportItem
{
    /// <summary>
    /// The task, its parent named by the id it has in the file. What the file does not say is 0, empty or the default and is filled
    /// in when it is written; list, labels and version are always.
    /// </summary>
    public required TaskItem Task { get; init; }

    /// <summary>Null for the Inbox.</summary>
    public string? ListKey { get; init; }

    public IReadOnlyList<string> LabelKeys { get; init; } = [];

    /// <summary>What the format calls the due date, for errors.</summary>
    public string DueField { get; init; } = "due";

    /// <summary>What the format calls the recurrence, for errors.</summary>
    public string RecurrenceField { get; init; } = "recurrence";
}

/// <summary>A completed occurrence of a task of the file.</summary>
internal sealed record ImportCompletion : ImportItem
{
    /// <summary>The occurrence; its version is 0.</summary>
    public required TaskCompletion Completion { get; init; }
}
