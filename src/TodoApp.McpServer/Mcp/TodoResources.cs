using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// Tasks as resources, for clients that put them into a conversation: <c>todo://today</c>, <c>todo://overdue</c>,
/// <c>todo://lists/{name}</c>, <c>todo://filters/{name}</c>, <c>todo://tasks/{number}</c>. Each is read twice over, as Markdown and as JSON.
/// </summary>
internal static class TodoResources
{
    /// <summary>How many tasks a resource holds; the text says how to read the others.</summary>
    private const int MostTasks = 100;

    /// <summary>What the URIs of saved filters begin with.</summary>
    public const string FilterPrefix = "todo://filters/";

    // In bytes: what a task's notes take in the JSON, when they would take too much there and in the Markdown.
    private const int MostNotesInJson = 2_000;

    private const int CheckboxLength = 6;

    private const string ListPrefix = "todo://lists/";
    private const string TaskPrefix = "todo://tasks/";
    private const string Markdown = "text/markdown";

    private static readonly Resource[] Fixed =
    [
        new() { Uri = "todo://today", Name = "today", Title = "Today", Description = "Tasks that are due today, and those that are overdue.", MimeType = Markdown },
        new() { Uri = "todo://overdue", Name = "overdue", Title = "Overdue", Description = "Tasks whose due date is past.", MimeType = Markdown },
    ];

    private static readonly ResourceTemplate[] Templates =
    [
        new() { UriTemplate = ListPrefix + "{name}", Name = "list", Title = "A list", Description = "The open tasks of a list, by its name.", MimeType = Markdown },
        new() { UriTemplate = FilterPrefix + "{name}", Name = "filter", Title = "A saved filter", Description = "The tasks that a saved filter finds, by its name.", MimeType = Markdown },
        new() { UriTemplate = TaskPrefix + "{number}", Name = "task", Title = "A task", Description = "A task with its notes and subtasks, by its number.", MimeType = Markdown },
    ];

    public static void AddTodoResources(this IMcpServerBuilder builder) => builder
        .WithListResourcesHandler((_, _) => ValueTask.FromResult(new ListResourcesResult { Resources = [.. Fixed, BoardApp.Resource] }))
        .WithListResourceTemplatesHandler((_, _) => ValueTask.FromResult(new ListResourceTemplatesResult { ResourceTemplates = [.. Templates] }))
        .WithReadResourceHandler(async (request, cancellationToken) =>
        {
            HttpContext context = request.Services!.GetRequiredService<IHttpContextAccessor>().HttpContext!;
            string uri = request.Params!.Uri;
            Outcome<ResourceContents[]> contents = await ReadAsync(request.Services!.GetRequiredService<SpaceWrites>(), context.GetCaller(), uri, cancellationToken);
            return contents.IsDone
                ? new ReadResourceResult { Contents = contents.Value }
                : throw new McpProtocolException(Explain(contents.Problem), McpErrorCode.InvalidParams) { Data = { ["uri"] = uri } };
        });

    /// <summary>Reads a resource; a problem when there is none such, or when a filter names a list or label that is gone.</summary>
    public static async Task<Outcome<ResourceContents[]>> ReadAsync(SpaceWrites writes, Caller caller, string uri, CancellationToken cancellationToken)
    {
        switch (uri)
        {
            case "todo://today":
                return await ReadTasksAsync(writes, caller, uri, "Today", new TaskQuery { DueBefore = Tomorrow(writes, caller), Sort = "due" }, cancellationToken);
            case "todo://overdue":
                return await ReadTasksAsync(writes, caller, uri, "Overdue", new TaskQuery { Due = "overdue", Sort = "due" }, cancellationToken);
        }

        if (Rest(uri, ListPrefix) is string name)
        {
            TaskList? list = Names.Find(await GetLists.ReadAsync(writes, caller, cancellationToken), name);
            return list is null ? None(uri) : await ReadTasksAsync(writes, caller, uri, list.Name, new TaskQuery { List = list.Id.ToString() }, cancellationToken);
        }

        if (Rest(uri, FilterPrefix) is string filterName)
        {
            SavedFilter? filter = Names.Find(await GetFilters.ReadAsync(writes.Database, caller, cancellationToken), filterName);
            return filter is null ? None(uri) : await ReadTasksAsync(writes, caller, uri, filter.Name, new TaskQuery { Filter = filter.Query }, cancellationToken);
        }

        if (Rest(uri, TaskPrefix) is string number && TaskReference.TryParse(number, out TaskReference reference))
        {
            List<TaskItem> tasks = await writes.Database.ReadAsync(TaskRows.Select(caller.Space, reference), TaskRows.Read, cancellationToken);
            return tasks.Count == 0 ? None(uri) : await ReadTaskAsync(writes, caller, uri, tasks[0], cancellationToken);
        }

        return None(uri);
    }

    private static Problem None(string uri) => ProblemKind.NotFound.Because(
        $"There is no resource {(uri.Length <= 200 ? uri : uri[..197] + "...")}. There are {string.Join(", ", Fixed.Select(resource => resource.Uri).Concat(Templates.Select(template => template.UriTemplate)))}.");

    private static async Task<Outcome<ResourceContents[]>> ReadTaskAsync(SpaceWrites writes, Caller caller, string uri, TaskItem task, CancellationToken cancellationToken)
    {
        List<TaskList> lists = await GetLists.ReadAsync(writes, caller, cancellationToken);
        List<Label> labels = await GetLabels.ReadAsync(writes.Database, caller, cancellationToken);
        Outcome<TaskPage> subtasks = await ListTasks.FindAsync(
            writes, caller, new TaskQuery { Parent = new TaskReference(task.Id, 0), Status = "all", Sort = "position", Limit = MostTasks }, cancellationToken);
        if (!subtasks.IsDone)
        {
            return subtasks.Problem;
        }

        ToolTask whole = ToolTask.From(task, lists, labels, isDetailed: true).ClipLabels();
        ToolTask[] below = [.. subtasks.Value.Items.Select(subtask => ToolTask.From(subtask, lists, labels, isDetailed: false).Clip())];
        below = below[..(AnswerSize.Fit(below.Select(subtask => subtask.Size()).Prepend(whole.Size())) - 1)];
        var text = new StringBuilder("# ").Append(whole.ToLine());
        foreach (ToolTask subtask in below)
        {
            text.Append('\n').Append(Item(subtask));
        }

        text.Append(below.Length < subtasks.Value.Items.Count || subtasks.Value.NextCursor is not null ? $"\n\nThere are more subtasks; find_tasks with parent \"#{task.Number}\" gives them." : "");
        ToolTask brief = whole.Size() > AnswerSize.Most ? whole.ClipNotes(MostNotesInJson) : whole;
        string json = JsonSerializer.Serialize(new TaskResource(brief, below), ToolJson.Readable.TaskResource);
        return Contents(uri, text.ToString(), json);
    }

    private static async Task<Outcome<ResourceContents[]>> ReadTasksAsync(SpaceWrites writes, Caller caller, string uri, string title, TaskQuery query, CancellationToken cancellationToken)
    {
        Outcome<TaskPage> page = await ListTasks.FindAsync(writes, caller, query with { Limit = MostTasks }, cancellationToken);
        if (!page.IsDone)
        {
            return page.Problem;
        }

        List<TaskList> lists = await GetLists.ReadAsync(writes, caller, cancellationToken);
        List<Label> labels = await GetLabels.ReadAsync(writes.Database, caller, cancellationToken);
        ToolTask[] tasks = [.. page.Value.Items.Select(task => ToolTask.From(task, lists, labels, isDetailed: false).Clip())];
        int all = tasks.Length;
        tasks = [.. tasks.Take(AnswerSize.Fit(tasks.Select(task => task.Size() + CheckboxLength)))];
        var text = new StringBuilder("# ").Append(title).Append('\n');
        foreach (ToolTask task in tasks)
        {
            text.Append('\n').Append(Item(task));
        }

        text.Append(tasks.Length == 0 ? "\nNothing." : page.Value.NextCursor is null && tasks.Length == all ? "" : "\n\nThere are more; find_tasks gives them.");
        return Contents(uri, text.ToString(), JsonSerializer.Serialize(new FoundTasks(tasks), ToolJson.Readable.FoundTasks));
    }

    private static string Explain(Problem problem) => problem.Errors is null
        ? problem.Detail ?? problem.Title
        : string.Join(' ', problem.Errors.SelectMany(pair => pair.Value.Select(text => $"The {pair.Key} {text}")));

    private static string Item(ToolTask task) => $"- [{(task.Status == "completed" ? 'x' : ' ')}] {task.ToLine()}";

    private static ResourceContents[] Contents(string uri, string markdown, string json) =>
    [
        new TextResourceContents { Uri = uri, MimeType = Markdown, Text = markdown },
        new TextResourceContents { Uri = uri, MimeType = "application/json", Text = json },
    ];

    private static DueDate Tomorrow(SpaceWrites writes, Caller caller)
    {
        var today = DateOnly.FromDateTime(Zones.ToLocal(writes.Time.GetUtcNow(), caller.Zone));
        return new DueDate(today == DateOnly.MaxValue ? today : today.AddDays(1), null);
    }

    private static string? Rest(string uri, string prefix) =>
        uri.StartsWith(prefix, StringComparison.Ordinal) && uri.Length > prefix.Length ? Uri.UnescapeDataString(uri[prefix.Length..]) : null;
}

/// <summary>A task with its subtasks.</summary>
internal sealed record TaskResource(ToolTask Task, ToolTask[] Subtasks);
