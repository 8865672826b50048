using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>A range of keys of due dates (<see cref="DueDate.Key(string?, string?, TimeZoneInfo)"/>).</summary>
/// <param name="From">The first key; null for no limit.</param>
/// <param name="Before">The key after the last; null for no limit.</param>
internal readonly record struct DueRange(string? From, string? Before)
{
    /// <summary>Tasks without a due date.</summary>
    public static DueRange None => new(DueDate.NoKey, null);

    /// <summary>Some days, the first one included.</summary>
    public static DueRange Days(DateOnly first, int count) => new(DueDate.Key(first), StartAfter(first, count));

    /// <summary>What is past: a day when it is over, a time when the clock shows a later minute.</summary>
    public static DueRange Overdue(DateTimeOffset now, TimeZoneInfo zone) => new(null, DueDate.Key(now, zone));

    /// <summary>From tomorrow on.</summary>
    public static DueRange Upcoming(DateOnly today) => new(StartAfter(today, 1), DueDate.NoKey);

    /// <summary>On a day, at any time; or at a time exactly.</summary>
    public static DueRange On(DueDate due) => due.Time is null ? Days(due.Date, 1) : new(due.ToString(), due + " ");

    /// <summary>Before a day, or a time.</summary>
    public static DueRange Earlier(DueDate due) => new(null, due.ToString());

    /// <summary>After a day, or a time; a day without a time is after every time of it.</summary>
    public static DueRange Later(DueDate due) => new(due.Time is null ? StartAfter(due.Date, 1) : due + " ", DueDate.NoKey);

    /// <summary>The condition on the row <c>t</c>.</summary>
    public string Condition(Statement statement)
    {
        string from = From is null ? "" : $"t.due_key >= {statement.Place(SqlType.Text, From)}";
        string before = Before is null ? "" : $"t.due_key < {statement.Place(SqlType.Text, Before)}";
        return from.Length > 0 && before.Length > 0 ? $"({from} AND {before})" : from + before;
    }

    // After the calendar's end there are only tasks without a date.
    private static string StartAfter(DateOnly first, int count) =>
        first.DayNumber + count > DateOnly.MaxValue.DayNumber ? DueDate.NoKey : DueDate.Key(first.AddDays(count));
}
