using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>find_tasks</c>.</summary>
internal sealed class FindTasksTool(SpaceWrites writes, IHttpContextAccessor http) : TodoTool(writes, http)
{
    private const int DefaultLimit = 20;
    private const int MostPerPage = 100;

    // In bytes: what a single task's notes take in the text, when they would take too much there and in the structured content.
    private const int MostNotesInText = 2_000;

    private static readonly string[] Fields = ["tasks", "text", "filter", "status", "list", "label", "priority", "parent", "due", "due_before", "due_after", "sort", "limit", "cursor", "detail"];

    protected override bool IsWrite => false;

    protected override Tool Define() => new()
    {
        Name = "find_tasks",
        Title = "Find tasks",
        Description = "Finds tasks by text, list, label, priority, due date or status. Without arguments: the open tasks, in their order. Tasks are named by their number (#42) in all tools.",
        Annotations = new ToolAnnotations { Title = "Find tasks", ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
        InputSchema = Schema("""
            {"type":"object","additionalProperties":false,"properties":{
            "tasks":{"type":"array","maxItems":100,"items":{"type":"string"},"description":"Just these, whatever their status, by number or id, e.g. [\"#42\"]. A single one comes with its subtasks."},
            "text":{"type":"string","description":"Words in title, notes or labels, in any order, best first; the last may be unfinished; e.g. \"rent\"."},
            "filter":{"type":"string","description":"Terms with & | ! ( ): today, overdue, upcoming, 7 days, no date, due before: friday, #List, ##List (with sublists), @label, p1 to p4, recurring, subtask, search: words; or a saved filter's name. E.g. \"(today | overdue) & #Work & !@waiting\"."},
            "status":{"enum":["open","completed","trashed","all"],"default":"open","description":"all leaves out the trash."},
            "list":{"type":"string","description":"Name or id of a list, e.g. \"Work\"."},
            "label":{"type":"string","description":"Name or id of a label, e.g. \"errand\"."},
            "priority":{"type":"array","items":{"enum":["none","low","medium","high","urgent"]},"description":"Any of these, e.g. [\"high\",\"urgent\"]."},
            "parent":{"type":"string","description":"Number or id of a task whose subtasks are meant, e.g. \"#42\"; \"none\" leaves subtasks out."},
            "due":{"enum":["today","overdue","upcoming","none"],"description":"In the account's time zone; upcoming begins tomorrow."},
            "due_before":{"type":"string","description":"Exclusive: 2026-12-01, 2026-12-01T09:00 or e.g. next monday."},
            "due_after":{"type":"string","description":"Exclusive: 2026-12-01, 2026-12-01T09:00 or e.g. next monday."},
            "sort":{"enum":["position","due","priority","created","updated","-position","-due","-priority","-created","-updated"],"description":"- reverses. priority begins with urgent."},
            "limit":{"type":"integer","minimum":1,"maximum":100,"default":20},
            "cursor":{"type":"string","description":"next_cursor of the page before, with the same other arguments."},
            "detail":{"enum":["concise","detailed"],"default":"concise","description":"detailed adds notes, ids and times."}}}
            """),
        OutputSchema = Schema("""{"type":"object","required":["tasks"],"properties":{"next_cursor":{"type":"string"},"tasks":{"type":"array","items":""" + ToolTask.Schema + "}}}"),
    };

    protected override async Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        (TaskQuery query, bool isDetailed) = Read(arguments, Dates, errors);
        if (errors.ToProblem() is Problem problem)
        {
            return Error(problem, arguments);
        }

        Outcome<TaskPage> page = await ListTasks.FindAsync(Writes, caller, query, cancellationToken);
        if (!page.IsDone)
        {
            return Error(page.Problem, arguments);
        }

        List<TaskList> lists = await GetLists.ReadAsync(Writes, caller, cancellationToken);
        List<Label> labels = await GetLabels.ReadAsync(Writes.Database, caller, cancellationToken);
        IReadOnlyList<TaskItem> items = page.Value.Items;
        if (query.Tasks.Count == 1 && items.Count == 1)
        {
            Outcome<TaskPage> subtasks = await ListTasks.FindAsync(
                Writes, caller, new TaskQuery { Parent = new TaskReference(items[0].Id, 0), Status = "all", Sort = "position", Limit = MostPerPage - 1 }, cancellationToken);
            items = [.. items, .. subtasks.Value!.Items];
        }

        bool isSingle = items.Count == 1 || query.Tasks.Count == 1;
        ToolTask[] tasks = [.. items.Select(task => ToolTask.From(task, lists, labels, isDetailed)).Select((task, i) => i == 0 && isSingle ? task.ClipLabels() : task.Clip())];
        bool isComplete = query.Cursor is null && page.Value.NextCursor is null;
        string missing = isComplete ? string.Join(", ", query.Tasks.Where(task => !items.Any(item => task.Id == item.Id || task.Number == item.Number))) : "";
        int fit = AnswerSize.Fit(tasks.Select(task => task.Size()));
        int left = 0;
        if (isSingle)
        {
            left = tasks.Length - fit;
            tasks = tasks[..fit];
        }
        else if (fit < tasks.Length)
        {
            // The page ends early, so that no answer fills an agent's context.
            page = await ListTasks.FindAsync(Writes, caller, query with { Limit = fit }, cancellationToken);
            if (!page.IsDone)
            {
                return Error(page.Problem, arguments);
            }

            tasks = tasks[..fit];
        }

        var found = new FoundTasks(tasks, page.Value.NextCursor);
        string text = Describe(found, lists);
        text += left == 0 ? "" : $"\nThere are {left} more subtasks: find_tasks with parent \"#{tasks[0].Number}\".";
        text += missing.Length == 0 ? "" : $"\nNot found: {missing}.";
        return Done(text, JsonSerializer.SerializeToElement(found, ToolJson.Default.FoundTasks));
    }

    private static string Describe(FoundTasks found, List<TaskList> lists)
    {
        if (found.Tasks.Length == 0)
        {
            return $"No task fits. Leave an argument out, or try status \"all\". There are the lists {string.Join(", ", lists.Take(20).Select(list => list.Name))}.";
        }

        if (found.Tasks.Length == 1 && found.Tasks[0].Size() > AnswerSize.Most)
        {
            return $"{found.Tasks[0].ClipNotes(MostNotesInText).ToLine()}\nThe notes are longer: the structured content has them whole, as has the resource todo://tasks/{found.Tasks[0].Number}.";
        }

        string lines = string.Join('\n', found.Tasks.Select(task => task.ToLine()));
        return found.NextCursor is null ? lines : $"{lines}\nThere are more: call again with cursor \"{found.NextCursor}\".";
    }

    private static (TaskQuery Query, bool IsDetailed) Read(IReadOnlyDictionary<string, JsonElement> arguments, DateContext dates, FieldErrors errors)
    {
        var fields = new JsonFields(arguments, Fields, errors);
        string? sort = Choice("sort", [.. TaskQuery.Sorts, .. TaskQuery.Sorts.Select(name => "-" + name)]);
        TaskReference[] tasks = fields.Has("tasks") ? [.. WriteTool.ReadTasks(fields, errors)] : [];
        string? parent = fields.Reference("parent").Value;
        var reference = default(TaskReference);
        if (parent is not null and not "none" && !TaskReference.TryParse(parent, out reference))
        {
            errors.Invalid("parent", "must be a task's number such as \"#42\", its id, or \"none\".");
        }

        var query = new TaskQuery
        {
            Text = NotEmpty(fields.Text("text").Value),
            TextField = "text",
            Filter = NotEmpty(fields.Text("filter").Value),
            Tasks = tasks,
            Status = Choice("status", TaskQuery.Statuses) ?? (tasks.Length > 0 ? TaskQuery.AnyStatus : "open"),
            List = NotEmpty(fields.Reference("list").Value),
            Label = NotEmpty(fields.Reference("label").Value),
            Priorities = [.. (fields.Texts("priority", 5).Value ?? []).Select(text => Rules.Priority(text, "priority", errors)).Distinct()],
            Parent = parent is null or "none" ? null : reference,
            TopLevel = parent == "none",
            Due = Choice("due", TaskQuery.Dues),
            DueBefore = Date("due_before"),
            DueAfter = Date("due_after"),
            Sort = sort is ['-', .. string plain] ? plain : sort,
            Descending = sort is ['-', ..],
            Limit = fields.Number("limit", 1, MostPerPage).Or(tasks.Length > 0 ? MostPerPage : DefaultLimit),
            Cursor = NotEmpty(fields.Text("cursor").Value),
        };
        query.Check(errors);
        return (query, Choice("detail", ["concise", "detailed"]) == "detailed");

        static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

        string? Choice(string name, string[] choices)
        {
            string? value = NotEmpty(fields.Text(name).Value);
            if (value is not null && !choices.Contains(value, StringComparer.Ordinal))
            {
                errors.Invalid(name, $"must be one of {string.Join(", ", choices)}.");
                return null;
            }

            return value;
        }

        DueDate? Date(string name)
        {
            string? text = DatePhrase.Read(fields.Text(name).Value, dates, name, errors);
            return text is not null && DueDate.TryParse(text, out DueDate due) ? due : null;
        }
    }
}
