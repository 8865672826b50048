using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Filters;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// Todo App's own format: everything of an account but its change log. One item on a line, so that a line says what is wrong.
/// The same account gives the same bytes: no versions, no time of export. The Inbox is named <c>"inbox"</c> instead of by its id,
/// because every account has one already.
/// </summary>
internal static class TodoAppJson
{
    public const string Format = "todo-app";
    public const int FormatVersion = 1;

    private const string Inbox = "inbox";

    private static readonly string[] Sections = ["lists", "labels", "filters", "tasks", "completions"];
    private static readonly string[] ListFields = ["id", "name", "color", "parentId", "position", "isInbox", "archivedAt"];
    private static readonly string[] LabelFields = ["id", "name", "color"];
    private static readonly string[] FilterFields = ["id", "name", "query", "position"];
    private static readonly string[] TaskFields =
    [
        "id", "number", "listId", "parentId", "title", "notes", "priority", "due", "dueTimeZone", "originalDue", "recurrence", "recurrenceFrom",
        "labelIds", "position", "completedAt", "deletedAt", "createdAt", "updatedAt",
    ];

    private static readonly string[] CompletionFields = ["taskId", "due", "completedAt", "actor"];
    private static readonly string[] ActorFields = ["kind", "id", "name"];

    // Names and ids of actors are shorter; it is a bound for files that somebody else wrote.
    private const int ActorTextLength = 500;

    /// <summary>Whether a file's beginning is this format's.</summary>
    public static bool Begins(string text) => text.Length > 1 && text[1..].TrimStart().StartsWith("\"format\"", StringComparison.Ordinal);

    public static void Write(Utf8JsonWriter json, TaskList list)
    {
        json.WriteStartObject();
        WriteList(json, "id"u8, list.Id, list.IsInbox);
        json.WriteString("name"u8, list.Name);
        json.WriteString("color"u8, list.Color);
        Write(json, "parentId"u8, list.ParentId);
        json.WriteString("position"u8, list.Position);
        json.WriteBoolean("isInbox"u8, list.IsInbox);
        Write(json, "archivedAt"u8, list.ArchivedAt);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Label label)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, label.Id);
        json.WriteString("name"u8, label.Name);
        json.WriteString("color"u8, label.Color);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, SavedFilter filter)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, filter.Id);
        json.WriteString("name"u8, filter.Name);
        json.WriteString("query"u8, filter.Query);
        json.WriteString("position"u8, filter.Position);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, TaskItem task, Guid inbox)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, task.Id);
        json.WriteNumber("number"u8, task.Number);
        WriteList(json, "listId"u8, task.ListId, task.ListId == inbox);
        Write(json, "parentId"u8, task.ParentId);
        json.WriteString("title"u8, task.Title);
        json.WriteString("notes"u8, task.Notes);
        json.WriteString("priority"u8, TransferText.Name(task.Priority));
        json.WriteString("due"u8, task.Due);
        json.WriteString("dueTimeZone"u8, task.DueTimeZone);
        json.WriteString("originalDue"u8, task.OriginalDue);
        json.WriteString("recurrence"u8, task.Recurrence);
        json.WriteString("recurrenceFrom"u8, TransferText.Name(task.RecurrenceFrom));
        json.WriteStartArray("labelIds"u8);
        foreach (Guid label in task.LabelIds)
        {
            json.WriteStringValue(label);
        }

        json.WriteEndArray();
        json.WriteString("position"u8, task.Position);
        Write(json, "completedAt"u8, task.CompletedAt);
        Write(json, "deletedAt"u8, task.DeletedAt);
        Write(json, "createdAt"u8, task.CreatedAt);
        Write(json, "updatedAt"u8, task.UpdatedAt);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, TaskCompletion completion)
    {
        json.WriteStartObject();
        json.WriteString("taskId"u8, completion.TaskId);
        json.WriteString("due"u8, completion.Due);
        json.WriteString("completedAt"u8, TransferText.Write(completion.CompletedAt));
        json.WriteStartObject("actor"u8);
        json.WriteString("kind"u8, completion.Actor.Kind);
        json.WriteString("id"u8, completion.Actor.Id);
        json.WriteString("name"u8, completion.Actor.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static IEnumerable<ImportItem> Read(ImportFile file, ImportContext context)
    {
        ImportNotes notes = context.Notes;
        var json = new JsonStream(file.OpenBytes(), notes);
        if (!ReadHeader(json, notes))
        {
            yield break;
        }

        int last = -1;
        while (json.Read() && json.Token == JsonTokenType.PropertyName)
        {
            string name = json.Text!;
            int section = Array.IndexOf(Sections, name);
            if (section <= last)
            {
                json.Fail(section < 0
                    ? $"'{Excerpt.Of(name)}' is not a part of this format. {JsonFields.Suggest(Excerpt.Of(name), Sections)}"
                    : $"'{name}' must come only once, and the parts in this order: {string.Join(", ", Sections)}.");
                yield break;
            }

            last = section;
            if (!json.Read() || json.Token != JsonTokenType.StartArray)
            {
                json.Fail($"'{name}' must be an array.");
                yield break;
            }

            while (json.ReadValue() is JsonDocument value)
            {
                using (value)
                {
                    var errors = new FieldErrors();
                    ImportItem? item = name switch
                    {
                        "lists" => ReadList(value.RootElement, json.Line, errors),
                        "labels" => ReadLabel(value.RootElement, json.Line, errors),
                        "filters" => ReadFilter(value.RootElement, json.Line, context.Caller.DatesAt(context.Now), errors),
                        "completions" => ReadCompletion(value.RootElement, json.Line, errors),
                        _ => ReadTask(value.RootElement, json.Line, errors),
                    };
                    if (errors.Any)
                    {
                        notes.Refuse(json.Line, errors);
                    }
                    else
                    {
                        yield return item!;
                    }
                }
            }

            if (json.Token != JsonTokenType.EndArray)
            {
                json.Fail("it ends in the middle.");
                yield break;
            }
        }

        if (json.Token != JsonTokenType.EndObject)
        {
            json.Fail("it ends in the middle.");
        }
        else if (json.Read())
        {
            json.Fail("nothing may follow the file's object.");
        }
    }

    private static bool ReadHeader(JsonStream json, ImportNotes notes)
    {
        bool isOurs = json.Read() && json.Token == JsonTokenType.StartObject
            && json.Read() && json.Text == "format" && json.Read() && json.Text == Format
            && json.Read() && json.Text == "formatVersion" && json.Read() && json.Token == JsonTokenType.Number;
        if (!isOurs)
        {
            json.Fail($"Todo App's JSON begins with {{\"format\":\"{Format}\",\"formatVersion\":{FormatVersion}.");
        }
        else if (json.Number != FormatVersion)
        {
            json.Fail($"this program reads version {FormatVersion} of the format, not version {json.Number}. A newer Todo App may have written it.");
        }

        return notes.Failure is null;
    }

    private static ImportList? ReadList(JsonElement element, long line, FieldErrors errors)
    {
        var fields = new JsonFields(element, ListFields, errors);
        bool isInbox = fields.Boolean("isInbox").Or(false);
        string? key = ReadKey(fields, "id", isInbox, errors);
        string? parent = fields.Text("parentId").Or(null);
        string? name = Rules.Name(fields.Text("name").Or(null), "name", errors);
        string? color = Rules.Color(fields.Text("color").Or(null), "color", errors);
        string position = TransferText.Position(fields.Text("position").Or(null), errors);
        DateTimeOffset? archivedAt = TransferText.Instant(fields.Text("archivedAt").Or(null), "archivedAt", errors);
        if (isInbox && (parent is not null || archivedAt is not null))
        {
            errors.Invalid(parent is null ? "archivedAt" : "parentId", "must be null: the Inbox is neither archived nor inside of another list.");
        }

        return errors.Any ? null : new ImportList
        {
            Line = line,
            Key = key!,
            Id = isInbox ? null : Guid.Parse(key!),
            Name = name!,
            Color = color,
            ParentKey = parent,
            Position = position,
            IsInbox = isInbox,
            ArchivedAt = archivedAt,
        };
    }

    private static ImportLabel? ReadLabel(JsonElement element, long line, FieldErrors errors)
    {
        var fields = new JsonFields(element, LabelFields, errors);
        string? key = ReadKey(fields, "id", isInbox: false, errors);
        string? name = Rules.Name(fields.Text("name").Or(null), "name", errors);
        string? color = Rules.Color(fields.Text("color").Or(null), "color", errors);
        return errors.Any ? null : new ImportLabel { Line = line, Key = key!, Id = Guid.Parse(key!), Name = name!, Color = color };
    }

    private static ImportFilter? ReadFilter(JsonElement element, long line, DateContext dates, FieldErrors errors)
    {
        var fields = new JsonFields(element, FilterFields, errors);
        string? key = ReadKey(fields, "id", isInbox: false, errors);
        string? name = Rules.Name(fields.Text("name").Or(null), "name", errors);
        string query = FilterInput.ReadQuery(fields.Text("query").Or(null), dates, errors);
        string position = TransferText.Position(fields.Text("position").Or(null), errors);
        return errors.Any ? null : new ImportFilter { Line = line, Id = Guid.Parse(key!), Name = name!, Query = query, Position = position };
    }

    private static ImportTask? ReadTask(JsonElement element, long line, FieldErrors errors)
    {
        var fields = new JsonFields(element, TaskFields, errors);
        string? id = ReadKey(fields, "id", isInbox: false, errors);
        string? list = fields.Text("listId").Or(null);
        string? parent = fields.Text("parentId").Or(null);
        Guid parentId = default;
        if (parent is not null && !Guid.TryParseExact(parent, "D", out parentId))
        {
            errors.Invalid("parentId", "must be a UUID or null.");
        }

        string[] labels = fields.Texts("labelIds", Rules.LabelsPerTask).Or([]);
        string? title = Rules.Title(fields.Text("title").Or(null), "title", errors);
        string? notes = Rules.Notes(fields.Text("notes").Or(null), "notes", errors);
        Priority priority = Rules.Priority(fields.Text("priority").Or(null), "priority", errors);
        string? due = DueDate.Read(fields.Text("due").Or(null), "due", errors);
        string? dueTimeZone = Rules.TimeZone(fields.Text("dueTimeZone").Or(null), "dueTimeZone", errors);
        string? originalDue = DueDate.Read(fields.Text("originalDue").Or(null), "originalDue", errors);
        string? recurrence = Rules.Recurrence(fields.Text("recurrence").Or(null), "recurrence", errors);
        RecurrenceFrom recurrenceFrom = Rules.RecurrenceFrom(fields.Text("recurrenceFrom").Or(null), "recurrenceFrom", errors);
        long number = ReadNumber(fields, errors);
        string position = TransferText.Position(fields.Text("position").Or(null), errors);
        DateTimeOffset? completedAt = TransferText.Instant(fields.Text("completedAt").Or(null), "completedAt", errors);
        DateTimeOffset? deletedAt = TransferText.Instant(fields.Text("deletedAt").Or(null), "deletedAt", errors);
        DateTimeOffset? createdAt = TransferText.Instant(fields.Text("createdAt").Or(null), "createdAt", errors);
        DateTimeOffset? updatedAt = TransferText.Instant(fields.Text("updatedAt").Or(null), "updatedAt", errors);
        return errors.Any ? null : new ImportTask
        {
            Line = line,
            ListKey = list == Inbox ? null : list,
            LabelKeys = labels,
            Task = new TaskItem
            {
                Id = Guid.Parse(id!),
                Number = number,
                ListId = default,
                ParentId = parent is null ? null : parentId,
                Title = title!,
                Notes = notes,
                Priority = priority,
                Due = due,
                DueTimeZone = dueTimeZone,
                OriginalDue = recurrence is null ? null : originalDue,
                Recurrence = recurrence,
                RecurrenceFrom = recurrenceFrom,
                Position = position,
                CompletedAt = completedAt,
                DeletedAt = deletedAt,
                CreatedAt = createdAt ?? default,
                UpdatedAt = updatedAt ?? default,
                Version = 0,
            },
        };
    }

    private static ImportCompletion? ReadCompletion(JsonElement element, long line, FieldErrors errors)
    {
        var fields = new JsonFields(element, CompletionFields, errors);
        string? task = ReadKey(fields, "taskId", isInbox: false, errors);
        string? due = DueDate.Read(Given("due"), "due", errors);
        DateTimeOffset? completedAt = TransferText.Instant(Given("completedAt"), "completedAt", errors);
        Actor? actor = ReadActor(fields, errors);
        return errors.Any ? null : new ImportCompletion { Line = line, Completion = new TaskCompletion(Guid.Parse(task!), 0, due!, completedAt!.Value, actor!) };

        string? Given(string name)
        {
            string? text = fields.Text(name).Or(null);
            if (string.IsNullOrWhiteSpace(text))
            {
                errors.Invalid(name, "must be given.");
            }

            return text;
        }
    }

    private static Actor? ReadActor(JsonFields fields, FieldErrors errors)
    {
        if (!fields.TryGet("actor", out JsonElement element))
        {
            errors.Invalid("actor", "must be who completed it: an object with kind, id and name.");
            return null;
        }

        var actor = new JsonFields(element, ActorFields, errors, "actor.");
        string? kind = actor.Text("kind").Or(null);
        string id = actor.Text("id").Or(null) ?? "";
        string name = actor.Text("name").Or(null) ?? "";
        if (kind is not ("person" or "agent"))
        {
            errors.Invalid("actor.kind", "must be person or agent.");
        }

        if (id.Length is 0 or > ActorTextLength || id.Any(char.IsControl))
        {
            errors.Invalid("actor.id", $"must be the id of an account or a token: 1 to {ActorTextLength} characters without control characters.");
        }

        if (name.Length > ActorTextLength || name.Any(char.IsControl))
        {
            errors.Invalid("actor.name", $"must have at most {ActorTextLength} characters, and no control characters.");
        }

        return errors.Any ? null : new Actor(kind!, id, name);
    }

    private static string? ReadKey(JsonFields fields, string name, bool isInbox, FieldErrors errors)
    {
        string? text = fields.Text(name).Or(null);
        if (isInbox ? text == Inbox : TransferText.IsId(text))
        {
            return text;
        }

        errors.Invalid(name, isInbox ? $"must be \"{Inbox}\" for the Inbox." : "must be a UUID.");
        return null;
    }

    private static long ReadNumber(JsonFields fields, FieldErrors errors)
    {
        if (!fields.TryGet("number", out JsonElement value))
        {
            return 0;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number is >= 1 and <= TransferText.HighestNumber)
        {
            return number;
        }

        errors.Invalid("number", $"must be a whole number from 1 to {TransferText.HighestNumber}, or null.");
        return 0;
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, Guid list, bool isInbox)
    {
        if (isInbox)
        {
            json.WriteString(name, Inbox);
        }
        else
        {
            json.WriteString(name, list);
        }
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, Guid? value)
    {
        if (value is Guid id)
        {
            json.WriteString(name, id);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is DateTimeOffset at)
        {
            json.WriteString(name, TransferText.Write(at));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
