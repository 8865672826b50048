using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Overview;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// <c>show_board</c>: open tasks in columns. Clients with MCP Apps show the result in the view of <see cref="BoardApp"/>, which also
/// calls the tool itself to refresh; others show the text (docs/adr/0033).
/// </summary>
internal sealed class ShowBoardTool(SpaceWrites writes, IHttpContextAccessor http) : TodoTool(writes, http)
{
    private const int MostTasks = 100;
    private const int MostColumns = 12;

    // What a column or a card has in the JSON beside names and texts, in bytes.
    private const int AroundColumn = 80;
    private const int AroundCard = 30;

    private static readonly string[] Fields = ["list", "filter", "group_by"];
    private static readonly string[] Groupings = ["list", "priority", "label", "date"];

    protected override bool IsWrite => false;

    protected override Tool Define() => new()
    {
        Name = "show_board",
        Title = "Show a board",
        Description = "Shows the user open tasks as a board, where they can complete and move them; as text in clients without MCP Apps. To look up tasks yourself, use find_tasks.",
        Annotations = new ToolAnnotations { Title = "Show a board", ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
        InputSchema = Schema("""
            {"type":"object","additionalProperties":false,"properties":{
            "list":{"type":"string","description":"Name or id."},
            "filter":{"type":"string","description":"As in find_tasks, or the name of a saved filter."},
            "group_by":{"enum":["list","priority","label","date"],"description":"Unless given: list, or for one list date."}}}
            """),
        // What a column and a task hold beside this is for the view; every tool's schema costs each conversation its tokens.
        OutputSchema = Schema("""
            {"type":"object","required":["title","group_by","columns"],"properties":{"title":{"type":"string"},"group_by":{"type":"string"},"more_columns":{"type":"integer"},
            "columns":{"type":"array","items":{"type":"object","required":["name","tasks"],"properties":{"name":{"type":"string"},"more":{"type":"boolean"},
            "tasks":{"type":"array","items":{"type":"object","required":["number","title","list"]}}}}}}}
            """),
        Meta = BoardApp.ToolMeta(),
    };

    protected override async Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(arguments, Fields, errors);
        string? listName = NotEmpty(fields.Reference("list").Value);
        string? filterText = NotEmpty(fields.Text("filter").Value);
        string? grouping = NotEmpty(fields.Text("group_by").Value);
        if (grouping is not null && !Groupings.Contains(grouping, StringComparer.Ordinal))
        {
            errors.Invalid("group_by", $"must be one of {string.Join(", ", Groupings)}.");
        }

        var query = new TaskQuery { List = listName, Filter = filterText, Limit = MostTasks };
        query.Check(errors);
        List<TaskList> lists = await GetLists.ReadAsync(Writes, caller, cancellationToken);
        TaskList? list = listName is null || errors.Any ? null : Names.Find(lists, listName);
        if (listName is not null && list is null && !errors.Any)
        {
            errors.Invalid("list", Names.Unknown(lists, listName, "list"));
        }

        if (errors.ToProblem() is Problem problem)
        {
            return Error(problem, arguments);
        }

        SavedFilter? saved = filterText is null ? null : Names.Find(await GetFilters.ReadAsync(Writes.Database, caller, cancellationToken), filterText);
        query = query with { List = list?.Id.ToString(), Filter = saved?.Query ?? filterText };
        grouping ??= list is null ? "list" : "date";
        List<Label> labels = await GetLabels.ReadAsync(Writes.Database, caller, cancellationToken);
        (Plan[] plans, int moreColumns) = grouping switch
        {
            "date" => (ByDate(caller), 0),
            "priority" => (ByPriority(), 0),
            "label" => await ByLabelAsync(caller, labels, cancellationToken),
            _ when list is not null => ([new Plan(list.Name, null, query => query)], 0),
            _ => await ByListAsync(caller, lists, cancellationToken),
        };
        var found = new List<(Plan Plan, ToolTask[] Tasks, bool HasMore)>();
        foreach (Plan plan in plans)
        {
            Outcome<TaskPage> page = await ListTasks.FindAsync(Writes, caller, plan.Narrow(query), cancellationToken);
            if (!page.IsDone)
            {
                return Error(page.Problem, arguments);
            }

            // A column that nothing is in and nothing can be moved to says nothing.
            if (page.Value.Items.Count > 0 || plan.Change is not null)
            {
                found.Add((plan, [.. page.Value.Items.Select(task => ToolTask.From(task, lists, labels, isDetailed: false).Clip())], page.Value.NextCursor is not null));
            }
        }

        string title = string.Join(" / ", new[] { list?.Name, saved?.Name ?? filterText }.OfType<string>());

        // A column's name stands in the text, in the JSON, and in what moves a task there.
        int around = (2 * AnswerSize.Of(title)) + found.Sum(column => (3 * AnswerSize.Of(column.Plan.Name)) + AroundColumn);
        int[] shown = Share([.. found.Select(column => column.Tasks)], AnswerSize.Most - around);
        string now = DueDate.Key(Writes.Time.GetUtcNow(), caller.Zone);
        var board = new Board(
            title.Length == 0 ? "Open tasks" : title,
            grouping,
            [
                .. found.Select((column, i) => new BoardColumn(
                    column.Plan.Name,
                    column.Plan.Change,
                    column.HasMore || shown[i] < column.Tasks.Length ? true : null,
                    [.. column.Tasks[..shown[i]].Select(task => BoardTask.From(task, string.CompareOrdinal(DueDate.Key(task.Due, task.DueTimeZone, caller.Zone), now) < 0))])),
            ],
            moreColumns == 0 ? null : moreColumns);
        return Done(Describe(board, [.. found.Select((column, i) => column.Tasks[..shown[i]])]), JsonSerializer.SerializeToElement(board, ToolJson.Readable.Board));

        static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>A column: its name, what makes a task belong to it, and the tasks in it.</summary>
    private sealed record Plan(string Name, BoardChange? Change, Func<TaskQuery, TaskQuery> Narrow);

    private async Task<(Plan[] Plans, int More)> ByListAsync(Caller caller, List<TaskList> lists, CancellationToken cancellationToken)
    {
        TaskList[] all = [.. lists.Where(list => list.ArchivedAt is null)];
        IEnumerable<TaskList> chosen = all.Length <= MostColumns ? all
            : Choose(all, (await GetOverview.ReadAsync(Writes, caller, cancellationToken)).Lists.Where(entry => entry.Open > 0).Select(entry => entry.List.Id));
        return ([.. chosen.Select(list => new Plan(list.Name, new BoardChange { List = list.Name }, query => query with { List = list.Id.ToString() }))], Math.Max(0, all.Length - MostColumns));
    }

    private async Task<(Plan[] Plans, int More)> ByLabelAsync(Caller caller, List<Label> labels, CancellationToken cancellationToken)
    {
        IEnumerable<Label> chosen = labels.Count <= MostColumns ? labels
            : Choose(labels, (await GetOverview.ReadAsync(Writes, caller, cancellationToken)).Labels.Where(entry => entry.Open > 0).Select(entry => entry.Label.Id));
        return (
            [
                .. chosen.Select(label => new Plan("@" + label.Name, new BoardChange { Labels = [label.Name] }, query => query with { Label = label.Id.ToString() })),
                new Plan("No label", new BoardChange { Labels = [] }, query => query with { WithoutLabels = true }),
            ],
            Math.Max(0, labels.Count - MostColumns));
    }

    private static Plan[] ByPriority() =>
    [
        .. Enum.GetValues<Priority>().OrderDescending().Select(priority => new Plan(
            priority == Priority.None ? "No priority" : priority.ToString(),
            new BoardChange { Priority = priority.ToString().ToLowerInvariant() },
            query => query with { Priorities = [priority] })),
    ];

    private Plan[] ByDate(Caller caller)
    {
        DateTime now = Zones.ToLocal(Writes.Time.GetUtcNow(), caller.Zone);
        var today = DateOnly.FromDateTime(now);
        var minuteBefore = DateTime.MinValue.AddMinutes(1) > now ? now : now.AddMinutes(-1);
        return
        [
            new("Overdue", null, query => query with { Due = "overdue", Sort = "due" }),
            new("Today", new BoardChange { Due = Day(0).ToString() }, query => query with
            {
                Due = "today",
                DueAfter = new DueDate(DateOnly.FromDateTime(minuteBefore), TimeOnly.FromDateTime(minuteBefore)), // What is earlier is overdue.
                Sort = "due",
            }),
            new("Tomorrow", new BoardChange { Due = Day(1).ToString() }, query => query with { DueAfter = Day(0), DueBefore = Day(2), Sort = "due" }),
            new("Next 7 days", null, query => query with { DueAfter = Day(1), DueBefore = Day(8), Sort = "due" }),
            new("Later", null, query => query with { DueAfter = Day(7), Sort = "due" }),
            new("No date", new BoardChange { Due = "" }, query => query with { Due = "none" }),
        ];

        DueDate Day(int days) => new(today.AddDays(Math.Min(days, DateOnly.MaxValue.DayNumber - today.DayNumber)), null);
    }

    /// <summary>As many as there may be columns, those with open tasks first, in the order that they came in.</summary>
    private static IEnumerable<T> Choose<T>(IReadOnlyList<T> items, IEnumerable<Guid> withTasks)
        where T : INamedItem
    {
        HashSet<Guid> preferred = [.. withTasks];
        return Enumerable.Range(0, items.Count).OrderBy(i => !preferred.Contains(items[i].Id)).Take(MostColumns).Order().Select(i => items[i]);
    }

    /// <summary>How many tasks of each column are shown: the first of each, then the second of each, until the board is full.</summary>
    private static int[] Share(ToolTask[][] columns, int bytes)
    {
        int[] shown = new int[columns.Length];
        int tasks = 0;
        for (int row = 0; Array.Exists(columns, column => row < column.Length); row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                if (row >= columns[i].Length)
                {
                    continue;
                }

                bytes -= columns[i][row].Size() + AroundCard;
                if (tasks == MostTasks || (tasks > 0 && bytes < 0))
                {
                    return shown;
                }

                tasks++;
                shown[i]++;
            }
        }

        return shown;
    }

    private static string Describe(Board board, ToolTask[][] columns)
    {
        if (columns.All(column => column.Length == 0))
        {
            return $"{board.Title}: no open task fits. Leave an argument out, or add some with add_tasks.";
        }

        var text = new StringBuilder("# ").Append(board.Title).Append(", by ").Append(board.GroupBy);
        foreach ((BoardColumn column, ToolTask[] tasks) in board.Columns.Zip(columns).Where(pair => pair.Second.Length > 0 || pair.First.More == true))
        {
            text.Append("\n\n## ").Append(column.Name);
            foreach (ToolTask task in tasks)
            {
                text.Append("\n- ").Append(task.ToLine());
            }

            text.Append(column.More == true ? "\n(and more: narrow the board by list or filter, or use find_tasks)" : "");
        }

        return text.Append(board.MoreColumns is int more ? $"\n\n({more} more {board.GroupBy}s have no column here)" : "").ToString();
    }
}

/// <summary>Open tasks in columns.</summary>
/// <param name="Title">What was asked for, in words.</param>
/// <param name="GroupBy">What the columns are: list, priority, label or date.</param>
/// <param name="Columns">In their order. By label, a task is in the column of each of its labels.</param>
/// <param name="MoreColumns">How many lists or labels have no column here, if any.</param>
internal sealed record Board(string Title, string GroupBy, BoardColumn[] Columns, int? MoreColumns);

/// <summary>A column of a board.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Change">What moves a task into it; null when nothing can be moved there.</param>
/// <param name="More">True when there are tasks that are not shown.</param>
/// <param name="Tasks">Its first tasks.</param>
internal sealed record BoardColumn(string Name, BoardChange? Change, bool? More, BoardTask[] Tasks);

/// <summary>
/// The field that moves a task into a column, for <c>update_tasks</c>; a day goes to <c>reschedule_tasks</c>, which leaves the task's time
/// as it is. <see cref="Labels"/> take the place of those of the column that the task comes from.
/// </summary>
internal sealed record BoardChange
{
    public string? List { get; init; }

    public string? Priority { get; init; }

    public string? Due { get; init; }

    public string[]? Labels { get; init; }
}

/// <summary>A task on a board: what a card shows.</summary>
internal sealed record BoardTask(
    long Number, string Title, string List, string? Due, string? DueTimeZone, bool? Overdue, string? Priority, string[]? Labels, string? Recurrence)
{
    public static BoardTask From(ToolTask task, bool isOverdue) =>
        new(task.Number, task.Title, task.List, task.Due, task.DueTimeZone, isOverdue ? true : null, task.Priority, task.Labels, task.Recurrence);
}
