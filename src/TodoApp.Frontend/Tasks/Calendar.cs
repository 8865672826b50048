using System.Globalization;
using TodoApp.Contracts;

namespace TodoApp.Frontend.Tasks;

/// <summary>How much of the calendar is shown.</summary>
public enum CalendarScale
{
    /// <summary>The weeks of a month.</summary>
    Month,

    /// <summary>Seven days from the person's first weekday on.</summary>
    Week,

    /// <summary>All tasks of one day.</summary>
    Day,
}

/// <summary>The days that a calendar shows.</summary>
/// <param name="Scale">How many.</param>
/// <param name="Anchor">The first of the month, or the first day of the week, or the day.</param>
/// <param name="First">The first day shown: a month begins with the days before it that belong to its first week.</param>
/// <param name="Count">How many days.</param>
public sealed record CalendarSpan(CalendarScale Scale, DateOnly Anchor, DateOnly First, int Count)
{
    /// <summary>How many tasks a calendar shows at most.</summary>
    public const int MostTasks = 1000;

    /// <summary>How many overdue tasks of earlier days stand above it.</summary>
    public const int MostOverdue = 6;

    // Days around these are in no calendar, so that none of the arithmetic leaves .NET's range.
    private static readonly DateOnly Earliest = new(1900, 1, 1);
    private static readonly DateOnly Latest = new(2199, 12, 31);

    /// <summary>The last day shown.</summary>
    public DateOnly Last => First.AddDays(Count - 1);

    /// <summary>How many tasks of a day are shown; the rest is behind a link to the day.</summary>
    public int MostOfDay => Scale == CalendarScale.Month ? 4 : 20;

    /// <summary>The span before.</summary>
    public DateOnly Previous => Scale switch { CalendarScale.Month => Anchor.AddMonths(-1), CalendarScale.Week => Anchor.AddDays(-7), _ => Anchor.AddDays(-1) };

    /// <summary>The span after.</summary>
    public DateOnly Next => Scale switch { CalendarScale.Month => Anchor.AddMonths(1), CalendarScale.Week => Anchor.AddDays(7), _ => Anchor.AddDays(1) };

    /// <summary>Whether a day is shown.</summary>
    public bool Contains(DateOnly day) => day >= First && day <= Last;

    /// <summary>The span of an address, with <c>month=2026-12</c>, <c>week=2026-12-07</c> or <c>day=2026-12-07</c>; around today where it has none that can be shown.</summary>
    public static CalendarSpan Of(IQueryCollection query, CalendarScale usual, DateOnly today, DayOfWeek weekStart)
    {
        if (LocalDue.TryReadDay(query["day"].ToString(), out DateOnly day) && IsShown(day))
        {
            return Around(day, CalendarScale.Day, weekStart);
        }

        if (LocalDue.TryReadDay(query["week"].ToString(), out DateOnly week) && IsShown(week))
        {
            return Around(week, CalendarScale.Week, weekStart);
        }

        return LocalDue.TryReadDay(query["month"] + "-01", out DateOnly month) && IsShown(month)
            ? Around(month, CalendarScale.Month, weekStart)
            : Around(today, usual, weekStart);
    }

    /// <summary>The span that a day is in.</summary>
    public static CalendarSpan Around(DateOnly day, CalendarScale scale, DayOfWeek weekStart)
    {
        switch (scale)
        {
            case CalendarScale.Week:
                DateOnly monday = StartOfWeek(day, weekStart);
                return new CalendarSpan(scale, monday, monday, 7);
            case CalendarScale.Month:
                var first = new DateOnly(day.Year, day.Month, 1);
                DateOnly start = StartOfWeek(first, weekStart);
                int days = StartOfWeek(first.AddMonths(1).AddDays(-1), weekStart).DayNumber + 7 - start.DayNumber;
                return new CalendarSpan(scale, first, start, days);
            default:
                return new CalendarSpan(scale, day, day, 1);
        }
    }

    /// <summary>What an address says for the span of a scale around a day.</summary>
    public static string Address(CalendarScale scale, DateOnly day) => scale switch
    {
        CalendarScale.Month => "month=" + day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        CalendarScale.Week => "week=" + LocalDue.Write(day),
        _ => "day=" + LocalDue.Write(day),
    };

    /// <summary>The span in words, in the current culture.</summary>
    public string Title => Scale switch
    {
        CalendarScale.Month => Anchor.ToString("Y", CultureInfo.CurrentCulture),
        CalendarScale.Week => $"{First.ToString("m", CultureInfo.CurrentCulture)} – {Last.ToString("m", CultureInfo.CurrentCulture)} {Last.Year.ToString(CultureInfo.InvariantCulture)}",
        _ => Anchor.ToString("D", CultureInfo.CurrentCulture),
    };

    private static DateOnly StartOfWeek(DateOnly day, DayOfWeek weekStart) => day.AddDays(-(((int)day.DayOfWeek - (int)weekStart + 7) % 7));

    private static bool IsShown(DateOnly day) => day >= Earliest && day <= Latest;
}

/// <summary>What a calendar shows.</summary>
/// <param name="Span">The days.</param>
/// <param name="Tasks">The tasks due on them, by day.</param>
/// <param name="Overdue">Tasks due before the first of the days, when today is one of them; else empty.</param>
/// <param name="MoreOverdue">Whether there are more of those.</param>
/// <param name="CompleteUntil">The last day of which all tasks were read; null when all were.</param>
public sealed record CalendarTasks(
    CalendarSpan Span, IReadOnlyDictionary<DateOnly, IReadOnlyList<TaskItem>> Tasks, IReadOnlyList<TaskItem> Overdue, bool MoreOverdue, DateOnly? CompleteUntil)
{
    /// <summary>Tasks of a day, in order.</summary>
    public IReadOnlyList<TaskItem> On(DateOnly day) => Tasks.TryGetValue(day, out IReadOnlyList<TaskItem>? tasks) ? tasks : [];
}
