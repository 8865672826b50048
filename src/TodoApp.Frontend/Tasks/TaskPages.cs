using System.Globalization;
using TodoApp.Contracts;
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
        pages.MapPage("/today", (context, frame) => ShowAsync(context, frame, Today));
        pages.MapPage("/upcoming", (context, frame) => ShowAsync(context, frame, Upcoming));
        pages.MapPage("/completed", (context, frame) => ShowAsync(context, frame, Completed));
        pages.MapPage("/trash", (context, frame) => ShowAsync(context, frame, Trash));
        pages.MapPage("/search", (context, frame) => ShowAsync(context, frame, Search(context.Request.Query["q"].ToString())));
        pages.MapPage("/lists/{id:guid}", (context, frame) => ShowAsync(context, frame, List(frame, Id(context))));
        pages.MapPage("/labels/{id:guid}", (context, frame) => ShowAsync(context, frame, Label(frame, Id(context))));
        pages.MapPage("/filters/{id:guid}", (context, frame) => ShowAsync(context, frame, Filter(frame, Id(context))));
    }

    /// <summary>Shows a page of tasks, also after something that was not accepted.</summary>
    /// <param name="context">The request.</param>
    /// <param name="frame">Whose.</param>
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
        string cursor = HttpMethods.IsPost(context.Request.Method) ? "" : context.Request.Query["cursor"].ToString();
        string query = $"/api/tasks?{view.Query}&limit={TaskView.PageSize}{(cursor.Length == 0 ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}";
        Task<Answer<TaskPage>> tasks = view.Search?.Length == 0 ? Task.FromResult(new Answer<TaskPage>(200, new TaskPage([], null), null)) : backend.Get(context, query, ContractsJson.Client.TaskPage);
        Task<Answer<ChangePage>> changes = backend.Get(context, "/api/changes?order=desc&limit=200", ContractsJson.Client.ChangePage);
        await Task.WhenAll(tasks, changes);
        Answer<TaskPage> page = await tasks;
        problem ??= page.Problem;
        return Pages.Show<TaskListPage>(
            frame,
            new()
            {
                ["View"] = view,
                ["Tasks"] = page.Value ?? new TaskPage([], null),
                ["ByAgents"] = ByAgents((await changes).Value, frame.Now),
                ["Key"] = Forms.NewKey(context.RequestServices.GetRequiredService<TimeProvider>()),
                ["Draft"] = draft,
                ["Problem"] = problem,
            },
            problem is null ? StatusCodes.Status200OK : Accounts.SignIn.FormStatus(problem));
    }

    /// <summary>The view of a path, for showing it again after a write; the Inbox for any other.</summary>
    public static TaskView Find(Frame frame, string path)
    {
        string[] parts = path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        Guid id = parts.Length == 2 && Guid.TryParseExact(parts[1], "D", out Guid given) ? given : default;
        return parts switch
        {
            ["today"] => Today,
            ["upcoming"] => Upcoming,
            ["lists", _] => List(frame, id) ?? Inbox(frame),
            ["labels", _] => Label(frame, id) ?? Inbox(frame),
            ["filters", _] => Filter(frame, id) ?? Inbox(frame),
            _ => Inbox(frame),
        };
    }

    private static TaskView Inbox(Frame frame) => new()
    {
        Title = "Inbox",
        Path = "/inbox",
        Query = $"list={frame.Inbox.Id}",
        Empty = "The Inbox is empty. What comes to mind goes here first.",
        List = frame.Inbox,
        ShowsList = false,
    };

    private static TaskView Today { get; } = new()
    {
        Title = "Today",
        Path = "/today",
        Query = "filter=" + Uri.EscapeDataString("today | overdue") + "&sort=due",
        Empty = "Nothing is due today.",
        Groups = TaskGroups.Today,
        AddHint = "today",
    };

    private static TaskView Upcoming { get; } = new()
    {
        Title = "Upcoming",
        Path = "/upcoming",
        Query = "due=upcoming&sort=due",
        Empty = "Nothing is planned after today.",
        Groups = TaskGroups.Days,
        AddHint = "tomorrow",
    };

    private static TaskView Completed { get; } = new()
    {
        Title = "Completed",
        Path = "/completed",
        Query = "status=completed&sort=-updated",
        Empty = "Nothing is completed yet.",
        Groups = TaskGroups.Completed,
        AddHint = null,
    };

    private static TaskView Trash { get; } = new()
    {
        Title = "Trash",
        Path = "/trash",
        Query = "status=trashed&sort=-updated",
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
        Empty = "No open task has this label.",
        AddHint = $"@\"{label.Name.Replace("\"", "", StringComparison.Ordinal)}\"",
    };

    private static TaskView? Filter(Frame frame, Guid id) => frame.Filters.FirstOrDefault(filter => filter.Id == id) is not SavedFilter filter ? null : new()
    {
        Title = filter.Name,
        IsNamed = true,
        Path = $"/filters/{id}",
        Query = $"filter={id}",
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
