using System.Globalization;
using Microsoft.Extensions.Localization;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Rows of a page under one heading.</summary>
/// <param name="Heading">Null where none is needed.</param>
/// <param name="Id">The heading's id.</param>
/// <param name="Rows">The tasks, and how far each stands below another of them; none for a day that is free.</param>
/// <param name="More">Where it goes on, when there are more.</param>
internal sealed record TaskSection(string? Heading, string Id, IReadOnlyList<(TaskItem Task, int Depth)> Rows, string? More = null);

/// <summary>Puts the tasks of a page under headings.</summary>
internal static class TaskSections
{
    // Upcoming shows so many days even when they are free,
    private const int DaysShownFree = 7;

    // and so many under a heading each; later ones are together by month.
    private const int DaysAlone = 14;

    /// <param name="view">The page.</param>
    /// <param name="frame">Whose.</param>
    /// <param name="parts">What was read; at least one.</param>
    /// <param name="goesOn">Whether this is not the first page.</param>
    /// <param name="texts">For headings; dates are in the current culture.</param>
    public static IReadOnlyList<TaskSection> Of(TaskView view, Frame frame, IReadOnlyList<TaskPartPage> parts, bool goesOn, IStringLocalizer texts)
    {
        if (view.Groups == TaskGroups.Today)
        {
            return Today(view, parts, texts);
        }

        IReadOnlyList<TaskItem> tasks = parts[0].Page.Items;
        List<TaskSection> sections = view.Groups switch
        {
            TaskGroups.Days => Days(frame, tasks, goesOn, parts[0].Page.NextCursor is not null, texts),
            TaskGroups.Completed =>
            [
                .. tasks.OrderByDescending(task => task.CompletedAt).GroupBy(task => CompletedOn(task, frame)).Select(day =>
                    new TaskSection(DueText.Day(day.Key, frame.Today, texts), "day-" + LocalDue.Write(day.Key), Nested([.. day]))),
            ],
            _ => tasks.Count == 0 ? [] : [new TaskSection(null, "all", Nested(tasks))],
        };
        if (More(view, parts[0]) is string more && sections.Count > 0)
        {
            sections[^1] = sections[^1] with { More = more };
        }

        return sections;
    }

    // Overdue first; then what has a time, in its order; then the rest, the urgent first.
    private static List<TaskSection> Today(TaskView view, IReadOnlyList<TaskPartPage> parts, IStringLocalizer texts)
    {
        var sections = new List<TaskSection>();
        if (parts.FirstOrDefault(part => part.Part.Name == "overdue") is TaskPartPage overdue && overdue.Page.Items.Count > 0)
        {
            sections.Add(new TaskSection(texts["Overdue"], "overdue", Nested(overdue.Page.Items), More(view, overdue)));
        }

        List<(TaskItem, int)> rows = Nested([.. parts.Where(part => part.Part.Name != "overdue").SelectMany(part => part.Page.Items)]);
        if (rows.Count > 0)
        {
            sections.Add(new TaskSection(texts["Today"], "today", rows, More(view, parts[^1])));
        }

        return sections;
    }

    private static List<TaskSection> Days(Frame frame, IReadOnlyList<TaskItem> tasks, bool goesOn, bool more, IStringLocalizer texts)
    {
        ILookup<DateOnly, TaskItem> byDay = tasks.ToLookup(task => LocalDue.Of(task, frame.Account.TimeZone)?.Day ?? frame.Today);
        var days = byDay.Select(day => day.Key).Where(day => day.DayNumber - frame.Today.DayNumber <= DaysAlone).ToList();

        // What is not on this page may be on one of the days after its last.
        DateOnly last = more && tasks.Count > 0 ? byDay.Max(day => day.Key) : DateOnly.MaxValue;
        if (!goesOn && tasks.Count > 0)
        {
            days = [.. days.Union(Enumerable.Range(1, DaysShownFree).Select(frame.Today.AddDays).Where(day => day <= last)).Order()];
        }

        return
        [
            .. days.Select(day => new TaskSection(
                $"{(day == frame.Today.AddDays(1) ? texts["Tomorrow"].Value : day.ToString("dddd", CultureInfo.CurrentCulture))} · {day.ToString("m", CultureInfo.CurrentCulture)}",
                "day-" + LocalDue.Write(day),
                Nested(Board.InTime(frame, byDay[day])))),
            .. byDay.Where(day => day.Key.DayNumber - frame.Today.DayNumber > DaysAlone)
                .GroupBy(day => new DateOnly(day.Key.Year, day.Key.Month, 1))
                .Select(month => new TaskSection(
                    month.Key < frame.Today.AddDays(DaysAlone) ? texts["Later in {0}", month.Key.ToString("Y", CultureInfo.CurrentCulture)] : month.Key.ToString("Y", CultureInfo.CurrentCulture),
                    "month-" + month.Key.ToString("yyyy-MM", CultureInfo.InvariantCulture),
                    Nested(Board.InTime(frame, month.SelectMany(day => day))))),
        ];
    }

    private static DateOnly CompletedOn(TaskItem task, Frame frame)
    {
        DateTimeOffset at = task.CompletedAt ?? task.UpdatedAt;
        return DateOnly.FromDateTime(TimeZoneInfo.TryFindSystemTimeZoneById(frame.Account.TimeZone, out TimeZoneInfo? zone) ? TimeZoneInfo.ConvertTime(at, zone).DateTime : at.UtcDateTime);
    }

    private static string? More(TaskView view, TaskPartPage part) => part.Page.NextCursor is not string cursor
        ? null
        : $"{view.Path}?{(view.Search is null ? "" : $"q={Uri.EscapeDataString(view.Search)}&")}{(part.Part.Name.Length == 0 ? "" : $"part={part.Part.Name}&")}cursor={Uri.EscapeDataString(cursor)}";

    // Subtasks below their parent, where both are in the section.
    private static List<(TaskItem, int)> Nested(IReadOnlyList<TaskItem> tasks)
    {
        ILookup<Guid?, TaskItem> below = tasks.ToLookup(task => task.ParentId);
        var here = tasks.Select(task => task.Id).ToHashSet();
        var rows = new List<(TaskItem, int)>(tasks.Count);
        foreach (TaskItem task in tasks.Where(task => task.ParentId is not Guid parent || !here.Contains(parent)))
        {
            Add(task, 0);
        }

        return rows;

        void Add(TaskItem task, int depth)
        {
            rows.Add((task, depth));
            foreach (TaskItem subtask in below[task.Id])
            {
                Add(subtask, depth + 1);
            }
        }
    }
}
