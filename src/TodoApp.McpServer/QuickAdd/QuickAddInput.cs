using System.Text;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.QuickAdd;

/// <summary>A text of quick add as a request gives it, read and checked by the rules of fields.</summary>
internal sealed record QuickAddInput
{
    public const int MostTasks = 100;

    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int TextBytes = 64 * 1024;

    private static readonly string[] Fields = ["text", "createLists", "listId", "list", "parentId"];

    public required ParsedText Text { get; init; }

    /// <summary>The fields of each task, in the order of <see cref="ParsedText.Tasks"/>; the parents among them are not set yet.</summary>
    public required IReadOnlyList<TaskInput> Tasks { get; init; }

    /// <summary>Whether unknown lists are created.</summary>
    public bool CreateLists { get; init; }

    /// <summary>What to send so that unknown lists are created, for errors.</summary>
    public string CreateListsField { get; init; } = "createLists";

    /// <summary>Reads REST's body.</summary>
    /// <returns>Null when something was reported.</returns>
    public static QuickAddInput? Read(JsonElement body, DateContext dates, FieldErrors errors)
    {
        var fields = new JsonFields(body, Fields, errors);
        bool listById = fields.Has("listId");
        if (listById && fields.Has("list"))
        {
            errors.Invalid("list", "and listId must not both be given.");
        }

        var names = new TaskInput.Names(listById ? "listId" : "list", "parentId", "dueTimeZone", "recurrenceFrom", "labels");
        TaskInput common = TaskInput.Read(fields, names, isNew: false, errors, "");
        bool createLists = fields.Boolean("createLists").Value;
        if (!fields.Has("text"))
        {
            errors.Invalid("text", "must be given.");
        }

        string? text = fields.Text("text").Value;
        return errors.Any ? null : Read(text, common, dates, errors) is QuickAddInput input ? input with { CreateLists = createLists } : null;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="common">The list and the parent of tasks that name none.</param>
    /// <param name="dates">What its dates are relative to.</param>
    /// <param name="errors">Where to report, as errors of the field <c>text</c> that name the line.</param>
    /// <returns>Null when something was reported.</returns>
    public static QuickAddInput? Read(string? text, TaskInput common, DateContext dates, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            errors.Invalid("text", "must not be empty: write a task in each line, for example Pay rent tomorrow 9am #Home @bills p1.");
            return null;
        }

        if (Encoding.UTF8.GetByteCount(text) is > TextBytes and int bytes)
        {
            errors.Invalid("text", $"must have at most {TextBytes} bytes of UTF-8, but has {bytes}.");
            return null;
        }

        ParsedText parsed = QuickAddParser.Parse(text, dates);
        if (parsed.Tasks.Count is 0 or > MostTasks)
        {
            errors.Invalid("text", $"must have 1 to {MostTasks} lines with a task, but has {parsed.Tasks.Count}.");
            return null;
        }

        var tasks = new List<TaskInput>(parsed.Tasks.Count);
        foreach (ParsedTask task in parsed.Tasks)
        {
            var wrong = new FieldErrors();
            tasks.Add(ToInput(task, common, wrong));
            if (wrong.ToProblem() is Problem problem)
            {
                Report(problem, task, errors);
            }
        }

        return errors.Any ? null : new QuickAddInput { Text = parsed, Tasks = tasks };
    }

    /// <summary>Reports what is wrong with a line's task as an error of the text.</summary>
    public static void Report(Problem problem, ParsedTask task, FieldErrors errors)
    {
        foreach ((string field, string[] texts) in problem.Errors ?? new Dictionary<string, string[]> { [""] = [problem.Detail ?? problem.Title] })
        {
            foreach (string what in texts)
            {
                errors.Invalid("text", $"has in line {task.Line} an error: {field}{(field.Length > 0 ? " " : "")}{what}");
            }
        }
    }

    private static TaskInput ToInput(ParsedTask task, TaskInput common, FieldErrors errors)
    {
        if (task.Level > ApplyTaskInput.MostLevels)
        {
            errors.Invalid("its indentation", $"makes {task.Level} levels of subtasks; there are at most {ApplyTaskInput.MostLevels}.");
        }

        if (task.Labels.Count > Rules.LabelsPerTask)
        {
            errors.Invalid("labels", $"must have at most {Rules.LabelsPerTask} entries.");
        }

        foreach (string label in task.Labels)
        {
            Rules.Name(label, "label", errors);
        }

        bool isTop = task.Parent is null;
        return new TaskInput
        {
            Title = Rules.Title(task.Title, "title", errors) ?? "",
            Notes = Rules.Notes(task.Notes, "notes", errors),
            List = task.List is not null ? Rules.Name(task.List, "list", errors) ?? "" : isTop ? common.List : default,
            ListField = task.List is not null || !isTop ? "list" : common.ListField,
            Parent = isTop ? common.Parent : default,
            ParentField = common.ParentField,
            Priority = task.Priority,
            Due = task.Due?.ToString(),
            Recurrence = Rules.Recurrence(task.Recurrence, "recurrence", errors),
            RecurrenceFrom = task.RecurrenceFrom,
            Labels = task.Labels.Take(Rules.LabelsPerTask).ToArray(),
        };
    }
}
