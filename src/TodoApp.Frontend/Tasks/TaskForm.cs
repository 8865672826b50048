using System.Globalization;
using TodoApp.Contracts;

namespace TodoApp.Frontend.Tasks;

/// <summary>The fields of a task's page as a person types them: all text, right or wrong.</summary>
public sealed record TaskForm
{
    /// <summary>The choice of a rule that stands in a field of its own.</summary>
    public const string OwnRule = "own";

    /// <summary>The fields that a change can be told by: their names in the API, what they hold, and how one is taken over from another form.</summary>
    internal static readonly IReadOnlyList<(string Name, Func<TaskForm, string> Get, Func<TaskForm, TaskForm, TaskForm> Take)> Fields =
    [
        ("title", form => form.Title, (to, from) => to with { Title = from.Title }),
        ("notes", form => form.Notes, (to, from) => to with { Notes = from.Notes }),
        ("listId", form => form.List, (to, from) => to with { List = from.List }),
        ("parentId", form => form.Parent, (to, from) => to with { Parent = from.Parent }),
        ("priority", form => form.Priority, (to, from) => to with { Priority = from.Priority }),
        ("due", form => Due(form.Date, form.Time) + form.Words, (to, from) => to with { Date = from.Date, Time = from.Time, Words = from.Words }),
        ("dueTimeZone", form => form.Zone, (to, from) => to with { Zone = from.Zone }),
        ("recurrence", form => form.Rule, (to, from) => to with { Rule = from.Rule }),
        ("recurrenceFrom", form => form.From, (to, from) => to with { From = from.From }),
        ("labelIds", form => string.Join(' ', form.Labels.Order(StringComparer.Ordinal)) + form.NewLabels, (to, from) => to with { Labels = from.Labels, NewLabels = from.NewLabels }),
    ];

    /// <summary>In one line.</summary>
    public string Title { get; init; } = "";

    /// <summary>Markdown.</summary>
    public string Notes { get; init; } = "";

    /// <summary>The list's id.</summary>
    public string List { get; init; } = "";

    /// <summary>The parent's number; empty for none.</summary>
    public string Parent { get; init; } = "";

    /// <summary><c>none</c> to <c>urgent</c>.</summary>
    public string Priority { get; init; } = "none";

    /// <summary><c>2026-12-01</c>.</summary>
    public string Date { get; init; } = "";

    /// <summary><c>09:00</c>.</summary>
    public string Time { get; init; } = "";

    /// <summary>IANA name; empty for the person's.</summary>
    public string Zone { get; init; } = "";

    /// <summary>The due date in words, which go before <see cref="Date"/>.</summary>
    public string Words { get; init; } = "";

    /// <summary>The rule, or a repetition in words; empty for none.</summary>
    public string Rule { get; init; } = "";

    /// <summary><c>due</c> or <c>completion</c>.</summary>
    public string From { get; init; } = "due";

    /// <summary>Ids of labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Names of more labels, with commas between them.</summary>
    public string NewLabels { get; init; } = "";

    /// <summary>Where it is moved to: <c>before:7</c> or <c>after:7</c>; empty to leave it where it is.</summary>
    public string Place { get; init; } = "";

    /// <summary>The due date in the API's form; empty for none.</summary>
    internal static string Due(string date, string time) => time.Length == 0 ? date : $"{date}T{(time.Length > 5 ? time[..5] : time)}";

    /// <summary>The fields as they are stored.</summary>
    /// <param name="task">The task.</param>
    /// <param name="parent">The number of its parent.</param>
    internal static TaskForm Of(TaskItem task, long? parent)
    {
        string[] due = (task.Due ?? "").Split('T');
        return new TaskForm
        {
            Title = task.Title,
            Notes = task.Notes ?? "",
            List = task.ListId.ToString(),
            Parent = parent?.ToString(CultureInfo.InvariantCulture) ?? "",
            Priority = task.Priority.ToString().ToLowerInvariant(),
            Date = due[0],
            Time = due.Length > 1 ? due[1] : "",
            Zone = task.DueTimeZone ?? "",
            Rule = task.Recurrence ?? "",
            From = task.RecurrenceFrom.ToString().ToLowerInvariant(),
            Labels = [.. task.LabelIds.Select(id => id.ToString())],
        };
    }

    /// <summary>The fields as they came from a browser.</summary>
    internal static TaskForm Read(IFormCollection form) => new()
    {
        Title = form["title"].ToString().ReplaceLineEndings(" ").Trim(),
        Notes = form["notes"].ToString().ReplaceLineEndings("\n").TrimEnd(),
        List = form["listId"].ToString(),
        Parent = form["parentId"].ToString().Trim().TrimStart('#'),
        Priority = form["priority"].ToString(),
        Date = form["date"].ToString().Trim(),
        Time = form["time"].ToString().Trim(),
        Zone = form["dueTimeZone"].ToString().Trim(),
        Words = form["words"].ToString().Trim(),
        Rule = ReadRule(form["repeat"].ToString(), form["rule"].ToString().Trim(), form["ruleWas"].ToString()),
        From = form["recurrenceFrom"].ToString() is { Length: > 0 } from ? from : "due",
        Labels = [.. form["labels"].OfType<string>().Where(id => id.Length > 0)],
        NewLabels = form["newLabels"].ToString().Trim(),
        Place = form["place"].ToString(),
    };

    // There are two fields for one thing. What was typed goes before what was chosen; a field that was not touched says nothing.
    private static string ReadRule(string chosen, string typed, string was) =>
        typed != was ? typed : chosen == OwnRule ? was : chosen;
}
