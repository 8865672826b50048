using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using TodoApp.Contracts;
using TodoApp.Frontend.Lists;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>The pages that list tasks.</summary>
internal static class TaskPages
{
    // An agent's name stays at what it changed for that long.
    private static readonly TimeSpan MarkedFor = TimeSpan.FromDays(1);

    public static void MapTaskPages(this RouteGroupBuilder pages)
    {
        pages.MapPage("/", (context, frame) => Task.FromResult(Pages.SeeOther("/today")));
        pages.MapPage("/inbox", (context, frame) => ShowAsync(context, frame, Inbox(frame)));
        pages.MapPage("/today", (context, frame) => ShowAsync(context, frame, Today(frame)));
        pages.MapPage("/upcoming", (context, frame) => ShowAsync(context, frame, Upcoming));
        pages.MapPage("/completed", (context, frame) => ShowAsync(context, frame, Completed));
        pages.MapPage("/trash", (context, frame) => ShowAsync(context, frame, Trash));
        pages.MapPage("/search", (context, frame) => ShowAsync(context, frame, Search(context.Request.Query["q"].ToString())));
        pages.MapPage("/lists/{id:guid}", (context, frame) => ShowAsync(context, frame, List(frame, Id(context))));
        pages.MapPage("/labels/{id:guid}", (context, frame) => ShowAsync(context, frame, Label(frame, Id(context))));
        pages.MapPage("/filters/{id:guid}", (context, frame) => ShowAsync(context, frame, Filter(frame, Id(context))));
    }

    /// <summary>Shows a page of tasks as its address says, also after something that was not accepted.</summary>
    /// <param name="context">The request.</param>
    /// <param name="frame">Whose; it has the address.</param>
    /// <param name="view">Which; null for one that does not exist.</param>
    /// <param name="draft">What was typed into quick add.</param>
    /// <param name="problem">Why it was not accepted.</param>
    public static async Task<IResult> ShowAsync(HttpContext context, Frame frame, TaskView? view, string draft = "", Problem? problem = null)
    {
        if (view is null)
        {
            return Pages.Show<NotFoundPage>([], StatusCodes.Status404NotFound);
        }

        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        QueryCollection address = AddressQuery(frame.Here);
        Task<Answer<ChangePage>> changes = backend.Get(context, "/api/changes?order=desc&limit=200", ContractsJson.Client.ChangePage);
        var parameters = new Dictionary<string, object?>
        {
            ["View"] = view,
            ["Key"] = Forms.NewKey(context.RequestServices.GetRequiredService<TimeProvider>()),
            ["Draft"] = draft,
        };
        switch (view.Board is null ? "list" : address["view"].ToString())
        {
            case "board":
                BoardBy by = Enum.TryParse(address["by"].ToString(), ignoreCase: true, out BoardBy given) && Enum.IsDefined(given) ? given : view.Board!.Value;
                Answer<TaskPage> cards = await ReadAsync(context, $"{view.Query}&sort={Board.Sort(by)}", Board.MostTasks);
                parameters["By"] = by;
                parameters["Tasks"] = cards.Value ?? new TaskPage([], null);
                parameters["Moving"] = Moving(address);
                return await AnswerAsync<BoardPage>(cards.Problem);

            case "calendar":
                var span = CalendarSpan.Of(address, view.Scale, frame.Today, frame.WeekStart);
                (CalendarTasks tasks, Problem? wrong) = await ReadCalendarAsync(context, frame, view, span);
                parameters["Tasks"] = tasks;
                parameters["Moving"] = Moving(address);
                return await AnswerAsync<CalendarPage>(wrong);

            default:
                string cursor = address["cursor"].ToString();
                (List<TaskPartPage> parts, Problem? refused) = await ReadPartsAsync(context, view, address["part"].ToString(), cursor);
                parameters["Parts"] = parts;
                parameters["GoesOn"] = cursor.Length > 0;
                return await AnswerAsync<TaskListPage>(refused);
        }

        async Task<IResult> AnswerAsync<TPage>(Problem? refused)
            where TPage : Microsoft.AspNetCore.Components.IComponent
        {
            problem ??= refused;
            parameters["Problem"] = problem;
            parameters["ByAgents"] = ByAgents((await changes).Value, frame.Now);
            return Pages.Show<TPage>(frame, parameters, problem is null ? StatusCodes.Status200OK : Accounts.SignIn.FormStatus(problem));
        }
    }

    /// <summary>The view of a path, for showing it again after a write; the Inbox for any other.</summary>
    public static TaskView Find(Frame frame, string path)
    {
        string[] parts = path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        Guid id = parts.Length == 2 && Guid.TryParseExact(parts[1], "D", out Guid given) ? given : default;
        return parts switch
        {
            ["today"] => Today(frame),
            ["upcoming"] => Upcoming,
            ["completed"] => Completed,
            ["trash"] => Trash,
            ["search"] => Search(AddressQuery(path)["q"].ToString()),
            ["lists", _] => List(frame, id) ?? Inbox(frame),
            ["labels", _] => Label(frame, id) ?? Inbox(frame),
            ["filters", _] => Filter(frame, id) ?? Inbox(frame),
            _ => Inbox(frame),
        };
    }

    /// <summary>Tasks that were due on an earlier day, the oldest first. A time of today that has passed is not among them: it still stands in the day.</summary>
    public static string OverdueQuery(Frame frame) => $"due=overdue&dueBefore={LocalDue.Write(frame.Today)}&sort=due";

    private static QueryCollection AddressQuery(string address) => new(QueryHelpers.ParseQuery(address.Contains('?', StringComparison.Ordinal) ? address[address.IndexOf('?', StringComparison.Ordinal)..] : ""));

    private static long? Moving(QueryCollection address) =>
        long.TryParse(address["move"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long task) ? task : null;

    // All parts at once; one that has more than a page holds back those behind it, until it was read to its end.
    private static async Task<(List<TaskPartPage> Parts, Problem? Problem)> ReadPartsAsync(HttpContext context, TaskView view, string name, string cursor)
    {
        int first = cursor.Length == 0 ? 0 : Math.Max(0, view.Parts.ToList().FindIndex(part => part.Name == name));
        List<TaskPart> wanted = cursor.Length > 0 && view.Parts[first].StandsAlone ? [view.Parts[first]] : [.. view.Parts.Skip(first)];
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        Answer<TaskPage>[] answers = view.Search?.Length == 0
            ? [new Answer<TaskPage>(StatusCodes.Status200OK, new TaskPage([], null), null)]
            : await Task.WhenAll(wanted.Select((part, i) => backend.Get(
                context,
                $"/api/tasks?{part.Query}&limit={TaskView.PageSize}{(i == 0 && cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : "")}",
                ContractsJson.Client.TaskPage)));
        var pages = new List<TaskPartPage>();
        for (int i = 0; i < answers.Length; i++)
        {
            TaskPage page = answers[i].Value ?? new TaskPage([], null);
            pages.Add(new TaskPartPage(wanted[i], page));
            if (page.NextCursor is not null && !wanted[i].StandsAlone)
            {
                break;
            }
        }

        return (pages, answers.Select(answer => answer.Problem).FirstOrDefault(problem => problem is not null));
    }

    // One after the other, as far as wanted: the API gives at most 200 at once.
    private static async Task<Answer<TaskPage>> ReadAsync(HttpContext context, string query, int most)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        var tasks = new List<TaskItem>();
        string? cursor = null;
        do
        {
            Answer<TaskPage> answer = await backend.Get(
                context, $"/api/tasks?{query}&limit=200{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}", ContractsJson.Client.TaskPage);
            if (answer.Value is null)
            {
                return answer;
            }

            tasks.AddRange(answer.Value.Items);
            cursor = answer.Value.NextCursor;
        }
        while (cursor is not null && tasks.Count < most);
        return new Answer<TaskPage>(StatusCodes.Status200OK, new TaskPage(tasks, cursor), null);
    }

    private static async Task<(CalendarTasks Tasks, Problem? Problem)> ReadCalendarAsync(HttpContext context, Frame frame, TaskView view, CalendarSpan span)
    {
        string query = view.CalendarQuery ?? view.Query;
        string before = LocalDue.Write(span.First);
        Task<Answer<TaskPage>> inSpan = ReadAsync(context, $"{query}&dueAfter={LocalDue.Write(span.First.AddDays(-1))}&dueBefore={LocalDue.Write(span.Last.AddDays(1))}&sort=due", CalendarSpan.MostTasks);
        Task<Answer<TaskPage>> late = span.Contains(frame.Today)
            ? context.RequestServices.GetRequiredService<BackendClient>().Get(context, $"/api/tasks?{query}&due=overdue&dueBefore={before}&sort=due&limit={CalendarSpan.MostOverdue}", ContractsJson.Client.TaskPage)
            : Task.FromResult(new Answer<TaskPage>(StatusCodes.Status200OK, new TaskPage([], null), null));
        await Task.WhenAll(inSpan, late);
        TaskPage shown = (await inSpan).Value ?? new TaskPage([], null);
        TaskPage overdue = (await late).Value ?? new TaskPage([], null);
        var byDay = shown.Items
            .GroupBy(task => LocalDue.Of(task, frame.Account.TimeZone)?.Day ?? span.First)
            .ToDictionary(day => day.Key, IReadOnlyList<TaskItem> (day) => Board.InTime(frame, day));
        DateOnly? completeUntil = shown.NextCursor is null ? null : byDay.Keys.Max().AddDays(-1);
        return (new CalendarTasks(span, byDay, overdue.Items, overdue.NextCursor is not null, completeUntil), (await inSpan).Problem ?? (await late).Problem);
    }

    private static TaskView Inbox(Frame frame) => new()
    {
        Title = frame.Inbox.Name,
        IsNamed = ListText.IsNamed(frame.Inbox),
        Path = "/inbox",
        Query = $"list={frame.Inbox.Id}",
        Board = BoardBy.Priority,
        Empty = "The Inbox is empty. What comes to mind goes here first.",
        List = frame.Inbox,
        ShowsList = false,
    };

    private static TaskView Today(Frame frame) => new()
    {
        Title = "Today",
        Path = "/today",
        Query = "filter=" + Uri.EscapeDataString("today | overdue"),
        Parts =
        [
            new TaskPart("overdue", OverdueQuery(frame)) { StandsAlone = true },
            new TaskPart("timed", $"filter={Uri.EscapeDataString("today & !no time")}&sort=due"),
            new TaskPart("rest", $"filter={Uri.EscapeDataString("today & no time")}&sort=priority"),
        ],
        Board = BoardBy.List,
        CalendarQuery = "status=open",
        Scale = CalendarScale.Week,
        Empty = "Nothing is due today.",
        Groups = TaskGroups.Today,
        AddHint = "today",
    };

    private static TaskView Upcoming { get; } = new()
    {
        Title = "Upcoming",
        Path = "/upcoming",
        Query = "due=upcoming",
        Parts = [new TaskPart("", "due=upcoming&sort=due")],
        Board = BoardBy.Date,
        CalendarQuery = "status=open",
        Empty = "Nothing is planned after today.",
        Groups = TaskGroups.Days,
        AddHint = "tomorrow",
    };

    private static TaskView Completed { get; } = new()
    {
        Title = "Completed",
        Path = "/completed",
        Query = "status=completed",
        Parts = [new TaskPart("", "status=completed&sort=-updated")],
        Empty = "Nothing is completed yet.",
        Groups = TaskGroups.Completed,
        AddHint = null,
    };

    private static TaskView Trash { get; } = new()
    {
        Title = "Trash",
        Path = "/trash",
        Query = "status=trashed",
        Parts = [new TaskPart("", "status=trashed&sort=-updated")],
        Empty = "The trash is empty.",
        AddHint = null,
    };

    private static TaskView Search(string text) => new()
    {
        Title = "Search",
        Path = "/search",
        Query = "status=all&q=" + Uri.EscapeDataString(text),
        Empty = text.Length == 0 ? "Search in titles, notes and labels." : "Nothing was found.",
        AddHint = null,
        Search = text,
    };

    private static TaskView? List(Frame frame, Guid id) => frame.List(id) is not TaskList list ? null : new()
    {
        Title = list.Name,
        IsNamed = true,
        Path = $"/lists/{id}",
        Query = $"list={id}",
        Board = BoardBy.Priority,
        Empty = "This list has no open tasks.",
        AddHint = list.ArchivedAt is null ? "" : null,
        List = list,
        ShowsList = false,
    };

    private static TaskView? Label(Frame frame, Guid id) => frame.Label(id) is not Label label ? null : new()
    {
        Title = label.Name,
        IsNamed = true,
        Path = $"/labels/{id}",
        Query = $"label={id}",
        Board = BoardBy.List,
        Empty = "No open task has this label.",
        AddHint = $"@\"{label.Name.Replace("\"", "", StringComparison.Ordinal)}\"",
    };

    private static TaskView? Filter(Frame frame, Guid id) => frame.Filters.FirstOrDefault(filter => filter.Id == id) is not SavedFilter filter ? null : new()
    {
        Title = filter.Name,
        IsNamed = true,
        Path = $"/filters/{id}",
        Query = $"filter={id}",
        Board = BoardBy.List,
        Empty = "No open task fits this filter.",
    };

    private static Guid Id(HttpContext context) => Guid.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);

    // The last change of a task, when an agent made it within a day.
    private static Dictionary<Guid, Change> ByAgents(ChangePage? page, DateTimeOffset now)
    {
        var latest = new Dictionary<Guid, Change>();
        foreach (Change change in page?.Items ?? [])
        {
            if (change.Task is Guid task)
            {
                latest.TryAdd(task, change);
            }
        }

        return latest.Where(pair => pair.Value.Actor.Kind == "agent" && now - pair.Value.At < MarkedFor).ToDictionary();
    }
}
