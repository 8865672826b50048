using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;

namespace TodoApp.McpServer.Tasks;

/// <summary>
/// The fields of a task as a request gives them, each checked by its own rule: absent, null or a value. What needs the space
/// (which list a name means) is decided in <see cref="ApplyTaskInput"/>.
/// </summary>
internal sealed record TaskInput
{
    /// <summary>The fields that REST takes for a new task.</summary>
    public static readonly string[] CreateFields =
    [
        "title", "notes", "listId", "list", "parentId", "priority", "due", "dueTimeZone", "recurrence", "recurrenceFrom", "labelIds", "labels",
        "before", "after",
    ];

    /// <summary>The fields that REST takes for a change.</summary>
    public static readonly string[] UpdateFields = [.. CreateFields, "position"];

    public Optional<string> Title { get; init; }

    public Optional<string?> Notes { get; init; }

    /// <summary>Name or id of the list.</summary>
    public Optional<string> List { get; init; }

    /// <summary>The field that named the list, for errors.</summary>
    public string ListField { get; init; } = "list";

    public Optional<TaskReference?> Parent { get; init; }

    /// <summary>The field that named the parent, for errors.</summary>
    public string ParentField { get; init; } = "parentId";

    public Optional<Priority> Priority { get; init; }

    public Optional<string?> Due { get; init; }

    /// <summary>The field of the due date, for errors.</summary>
    public string DueField { get; init; } = "due";

    public Optional<string?> DueTimeZone { get; init; }

    public Optional<string?> Recurrence { get; init; }

    /// <summary>The field of the recurrence, for errors.</summary>
    public string RecurrenceField { get; init; } = "recurrence";

    public Optional<RecurrenceFrom> RecurrenceFrom { get; init; }

    /// <summary>Names or ids of labels, all of them.</summary>
    public Optional<string[]> Labels { get; init; }

    /// <summary>The field that named the labels, for errors.</summary>
    public string LabelsField { get; init; } = "labels";

    public Optional<string> Position { get; init; }

    /// <summary>Where it shall stand, instead of a position.</summary>
    public Optional<Placement> Place { get; init; }

    /// <summary>Reads and checks the fields of REST's body.</summary>
    public static TaskInput Read(JsonElement body, string[] known, bool isNew, FieldErrors errors, string prefix = "")
    {
        var fields = new JsonFields(body, known, errors, prefix);
        bool listById = fields.Has("listId");
        if (listById && fields.Has("list"))
        {
            errors.Invalid(prefix + "list", "and listId must not both be given.");
        }

        bool labelsById = fields.Has("labelIds");
        if (labelsById && fields.Has("labels"))
        {
            errors.Invalid(prefix + "labels", "and labelIds must not both be given.");
        }

        var names = new Names(listById ? "listId" : "list", "parentId", "dueTimeZone", "recurrenceFrom", labelsById ? "labelIds" : "labels");
        TaskInput input = Read(fields, names, isNew, errors, prefix);
        if (labelsById && input.Labels.IsSet && input.Labels.Value.FirstOrDefault(id => !Guid.TryParseExact(id, "D", out _)) is string wrong)
        {
            errors.Invalid(prefix + "labelIds", $"must be UUIDs, but '{wrong}' is none. Use labels for names.");
        }

        return input;
    }

    /// <summary>Reads and checks fields that have other names than REST's.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="names">What they are called.</param>
    /// <param name="isNew">Whether they are of a new task.</param>
    /// <param name="errors">Where to report.</param>
    /// <param name="prefix">What stands before a field's name in reports.</param>
    /// <param name="dates">What dates and repetitions in words are relative to; null takes only the forms of REST.</param>
    public static TaskInput Read(JsonFields fields, Names names, bool isNew, FieldErrors errors, string prefix, DateContext? dates = null)
    {
        if (isNew && !fields.Has("title") && !errors.Any)
        {
            errors.Invalid(prefix + "title", "must be given.");
        }

        var input = new TaskInput
        {
            Title = Map(fields.Text("title"), text => Rules.Title(text, prefix + "title", errors) ?? ""),
            Notes = Map(fields.Text("notes"), text => Rules.Notes(text, prefix + "notes", errors)),
            ListField = prefix + names.List,
            List = ReadList(fields, names.List, isNew, prefix, errors),
            ParentField = prefix + names.Parent,
            Parent = Map(fields.Reference(names.Parent), text => ReadParent(text, prefix + names.Parent, errors)),
            Priority = Map(fields.Text("priority"), text => Rules.Priority(text, prefix + "priority", errors)),
            DueField = prefix + "due",
            Due = Map(fields.Text("due"), text => dates is null ? DueDate.Read(text, prefix + "due", errors) : DatePhrase.Read(text, dates, prefix + "due", errors)),
            DueTimeZone = Map(fields.Text(names.DueTimeZone), text => Rules.TimeZone(text, prefix + names.DueTimeZone, errors)),
            RecurrenceField = prefix + "recurrence",
            RecurrenceFrom = Map(fields.Text(names.RecurrenceFrom), text => Rules.RecurrenceFrom(text, prefix + names.RecurrenceFrom, errors)),
            LabelsField = prefix + names.Labels,
            Labels = fields.Texts(names.Labels, Rules.LabelsPerTask),
            Position = Map(fields.Text("position"), text => Rules.Position(text, prefix + "position", errors) ?? ""),
            Place = Placement.Read(fields, prefix, errors),
        };
        Optional<string?> recurrence = fields.Text("recurrence");
        return recurrence.IsSet ? input.WithRecurrence(recurrence.Value, dates, prefix, errors) : input;
    }

    /// <summary>What the fields are called that have different names in REST and in tools.</summary>
    public sealed record Names(string List, string Parent, string DueTimeZone, string RecurrenceFrom, string Labels);

    // A repetition in words says when the task is due, too: its first occurrence, from the due date on if one is given.
    private TaskInput WithRecurrence(string? text, DateContext? dates, string prefix, FieldErrors errors)
    {
        if (dates is null || text is null || !RecurrencePhrase.TryParse(text, dates, Due.Value, out RecurrencePhrase? phrase))
        {
            return this with { Recurrence = Rules.Recurrence(text, prefix + "recurrence", errors) };
        }

        return this with
        {
            Recurrence = Rules.Recurrence(phrase.Rule, prefix + "recurrence", errors),
            RecurrenceFrom = RecurrenceFrom.IsSet || !phrase.FromCompletion ? RecurrenceFrom : Contracts.RecurrenceFrom.Completion,
            Due = phrase.First.ToString(),
        };
    }

    private static Optional<string> ReadList(JsonFields fields, string name, bool isNew, string prefix, FieldErrors errors)
    {
        Optional<string?> text = fields.Reference(name);
        if (!text.IsSet || (text.Value is null && isNew))
        {
            return default; // A new task without a list goes to the Inbox.
        }

        if (string.IsNullOrWhiteSpace(text.Value))
        {
            errors.Invalid(prefix + name, "must name a list.");
            return default;
        }

        if (text.Value.Length > 2 * Rules.NameLength || text.Value.Any(char.IsControl))
        {
            errors.Invalid(prefix + name, "must be the name or the id of a list.");
            return default;
        }

        if (name == "listId" && !Guid.TryParseExact(text.Value, "D", out _))
        {
            errors.Invalid(prefix + name, "must be a UUID. Use list for a name.");
            return default;
        }

        return text.Value;
    }

    private static TaskReference? ReadParent(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (TaskReference.TryParse(text, out TaskReference reference))
        {
            return reference;
        }

        errors.Invalid(field, "must be the id or the number of a task, for example 42.");
        return null;
    }

    private static Optional<TOut> Map<TIn, TOut>(Optional<TIn> field, Func<TIn, TOut> read) => field.IsSet ? read(field.Value) : default(Optional<TOut>);
}
