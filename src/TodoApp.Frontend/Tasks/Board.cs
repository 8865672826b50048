using Microsoft.Extensions.Localization;
using TodoApp.Contracts;
using TodoApp.Frontend.Lists;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>What the columns of a board stand for.</summary>
public enum BoardBy
{
    /// <summary>Lists.</summary>
    List,

    /// <summary>Labels: a task stands in the column of each that it has.</summary>
    Label,

    /// <summary>Priorities.</summary>
    Priority,

    /// <summary>Overdue, each of the next seven days, later, and no date.</summary>
    Date,
}

/// <summary>A column of a board.</summary>
/// <param name="Id">Unique on the page.</param>
/// <param name="Value">What a task gets that is put here (<see cref="MoveCard"/>); null where none can be put.</param>
/// <param name="Name">Its heading.</param>
/// <param name="Tasks">Its tasks, in order.</param>
public sealed record BoardColumn(string Id, string? Value, string Name, IReadOnlyList<TaskItem> Tasks)
{
    /// <summary>A color as <c>#rrggbb</c>; null for none.</summary>
    public string? Color { get; init; }

    /// <summary>Whether it is where what is late stands.</summary>
    public bool IsOverdue { get; init; }
}

/// <summary>Sorts tasks into columns.</summary>
internal static class Board
{
    /// <summary>How many tasks a board shows at most.</summary>
    public const int MostTasks = 200;

    // So many labels without a task here have a column; those with one always do.
    private const int MostEmptyLabels = 12;
    private const int NamedDays = 7;

    /// <summary>The order in which a board reads tasks: when it can't show all, it shows those that matter first.</summary>
    public static string Sort(BoardBy by) => by switch
    {
        BoardBy.Priority => "priority",
        BoardBy.Date => "due",
        _ => "position",
    };

    /// <param name="by">What the columns stand for.</param>
    /// <param name="frame">Whose lists, labels and days.</param>
    /// <param name="tasks">The page's tasks.</param>
    /// <param name="texts">For names; days are in the current culture.</param>
    public static IReadOnlyList<BoardColumn> Columns(BoardBy by, Frame frame, IReadOnlyList<TaskItem> tasks, IStringLocalizer texts) => by switch
    {
        BoardBy.List => ByList(frame, tasks, texts),
        BoardBy.Label => ByLabel(frame, tasks, texts),
        BoardBy.Priority => ByPriority(tasks, texts),
        _ => ByDate(frame, tasks, texts),
    };

    private static List<BoardColumn> ByList(Frame frame, IReadOnlyList<TaskItem> tasks, IStringLocalizer texts)
    {
        ILookup<Guid, TaskItem> inList = tasks.ToLookup(task => task.ListId);
        return
        [
            .. frame.Overview.Lists.Select(each => each.List).Where(list => list.ArchivedAt is null || inList.Contains(list.Id)).Select(list =>
                new BoardColumn($"column-{list.Id}", list.ArchivedAt is null ? list.Id.ToString() : null, ListText.NameOf(list, texts), ByPosition(inList[list.Id])) { Color = list.Color }),
        ];
    }

    private static List<BoardColumn> ByLabel(Frame frame, IReadOnlyList<TaskItem> tasks, IStringLocalizer texts)
    {
        ILookup<Guid, TaskItem> withLabel = tasks.SelectMany(task => task.LabelIds, (task, label) => (label, task)).ToLookup(pair => pair.label, pair => pair.task);
        int empty = 0;
        return
        [
            new BoardColumn("column-none", "", texts["No label"], ByPosition(tasks.Where(task => task.LabelIds.Length == 0))),
            .. frame.Overview.Labels.Select(each => each.Label).Where(label => withLabel.Contains(label.Id) || ++empty <= MostEmptyLabels).Select(label =>
                new BoardColumn($"column-{label.Id}", label.Id.ToString(), label.Name, ByPosition(withLabel[label.Id])) { Color = label.Color }),
        ];
    }

    private static List<BoardColumn> ByPriority(IReadOnlyList<TaskItem> tasks, IStringLocalizer texts)
    {
        ILookup<Priority, TaskItem> having = tasks.ToLookup(task => task.Priority);
        return
        [
            .. new[] { Priority.Urgent, Priority.High, Priority.Medium, Priority.Low, Priority.None }.Select(priority =>
            {
                string value = priority.ToString().ToLowerInvariant();
                return new BoardColumn($"column-{value}", value, texts[priority == Priority.None ? "No priority" : priority.ToString()], ByPosition(having[priority]));
            }),
        ];
    }

    private static List<BoardColumn> ByDate(Frame frame, IReadOnlyList<TaskItem> tasks, IStringLocalizer texts)
    {
        ILookup<int, TaskItem> onDay = tasks.ToLookup(task => LocalDue.Of(task, frame.Account.TimeZone) switch
        {
            null => int.MaxValue,
            LocalDue due when due.Day < frame.Today => -1,
            LocalDue due => Math.Min(due.Day.DayNumber - frame.Today.DayNumber, NamedDays),
        });
        var columns = new List<BoardColumn>();
        if (onDay.Contains(-1))
        {
            columns.Add(new BoardColumn("column-overdue", null, texts["Overdue"], InTime(frame, onDay[-1])) { IsOverdue = true });
        }

        for (int day = 0; day < NamedDays; day++)
        {
            DateOnly date = frame.Today.AddDays(day);
            columns.Add(new BoardColumn($"column-{LocalDue.Write(date)}", LocalDue.Write(date), DueText.Day(date, frame.Today, texts), InTime(frame, onDay[day])));
        }

        columns.Add(new BoardColumn("column-later", null, texts["Later"], InTime(frame, onDay[NamedDays])));
        columns.Add(new BoardColumn("column-none", "", texts["No date"], ByPosition(onDay[int.MaxValue])));
        return columns;
    }

    private static List<TaskItem> ByPosition(IEnumerable<TaskItem> tasks) => [.. tasks.OrderBy(task => task.Position, StringComparer.Ordinal)];

    /// <summary>By the time on the person's clock; those of a day that have none come after those that have, the urgent ones first.</summary>
    public static List<TaskItem> InTime(Frame frame, IEnumerable<TaskItem> tasks) =>
    [
        .. tasks.Select(task => (Task: task, Due: LocalDue.Of(task, frame.Account.TimeZone)))
            .OrderBy(each => each.Due?.Day)
            .ThenBy(each => each.Due?.Time ?? TimeOnly.MaxValue)
            .ThenByDescending(each => each.Task.Priority)
            .ThenBy(each => each.Task.Position, StringComparer.Ordinal)
            .Select(each => each.Task),
    ];
}
