using System.Globalization;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>The columns that a query is ordered by, with the id or another unique column last; and its cursors.</summary>
internal readonly struct TaskOrder
{
    private readonly string _sort;
    private readonly bool _descending;

    public TaskOrder(TaskQuery query)
    {
        _sort = query.Sort ?? (query.Text is not null ? "relevance" : query.Status == "open" ? "position" : "updated");
        _descending = query.Sort is null ? query.Text is not null || query.Status != "open" : query.Descending;
    }

    /// <summary>By how well the words fit, the newest first among equals.</summary>
    public bool IsRelevance => _sort == "relevance";

    public bool IsDue => _sort == "due";

    public int KeyCount => Columns.Length;

    private (string Column, SqlType Type)[] Columns => _sort switch
    {
        "position" => [("t.position", SqlType.Text), ("t.id", SqlType.Uuid)],
        "due" => [("t.due_key", SqlType.Text), ("t.position", SqlType.Text), ("t.id", SqlType.Uuid)],
        "priority" => [("t.priority", SqlType.Small), ("t.position", SqlType.Text), ("t.id", SqlType.Uuid)],
        "relevance" => [("t.relevance", SqlType.Long), ("t.number", SqlType.Long)],
        "created" => [("t.number", SqlType.Long)],
        _ => [("t.version", SqlType.Long)],
    };

    /// <summary>The condition that a row comes after a cursor; null on the first page.</summary>
    public string? After(Statement statement, string[]? after)
    {
        if (after is null)
        {
            return null;
        }

        string places = string.Join(", ", Columns.Select((column, i) => statement.Place(column.Type, Value(column.Type, after[i]))));
        return $"({string.Join(", ", Columns.Select(column => column.Column))}) {(_descending ? "<" : ">")} ({places})";
    }

    /// <summary>The ORDER BY clause.</summary>
    public string By()
    {
        string direction = _descending ? " DESC" : "";
        return " ORDER BY " + string.Join(", ", Columns.Select(column => column.Column + direction));
    }

    /// <summary>The keys of a row, for the cursor behind it.</summary>
    public string[] Keys(TaskItem task, string dueKey, long relevance) => _sort switch
    {
        "position" => [task.Position, task.Id.ToString()],
        "due" => [dueKey, task.Position, task.Id.ToString()],
        "priority" => [TaskRows.FromPriority(task.Priority).ToString(CultureInfo.InvariantCulture), task.Position, task.Id.ToString()],
        "relevance" => [relevance.ToString(CultureInfo.InvariantCulture), task.Number.ToString(CultureInfo.InvariantCulture)],
        "created" => [task.Number.ToString(CultureInfo.InvariantCulture)],
        _ => [task.Version.ToString(CultureInfo.InvariantCulture)],
    };

    private static object? Value(SqlType type, string text) => type switch
    {
        SqlType.Uuid => Guid.TryParseExact(text, "D", out Guid id) ? id : Guid.Empty,
        SqlType.Long => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0L,
        SqlType.Small => short.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out short number) ? number : (short)0,
        _ => text,
    };
}
