using System.Text.Json;
using Microsoft.Extensions.Localization;
using TodoApp.Contracts;
using TodoApp.Frontend.Lists;
using TodoApp.Frontend.Shell;
using TodoApp.Frontend.Tasks;

namespace TodoApp.Frontend.Changes;

/// <summary>What a change changed, in words.</summary>
/// <param name="Sentence">A key of the texts: who at {0}, what at {1}.</param>
/// <param name="Kind">A key of the texts before the name, such as "the list"; null for a task.</param>
/// <param name="Name">The name of the item.</param>
/// <param name="Path">Its page; null for one that was removed for good.</param>
/// <param name="Fields">The fields that got another value.</param>
public sealed record ChangeText(string Sentence, string? Kind, string Name, string? Path, IReadOnlyList<FieldChange> Fields)
{
    private const int LongestValue = 120;

    // Told by the sentence, or of no use to people.
    private static readonly HashSet<string> Untold =
        ["id", "number", "version", "createdAt", "updatedAt", "position", "completedAt", "deletedAt", "originalDue", "isInbox"];

    private static readonly Dictionary<string, string> FieldNames = new()
    {
        ["title"] = "Title",
        ["name"] = "Name",
        ["notes"] = "Notes",
        ["priority"] = "Priority",
        ["due"] = "Due",
        ["dueTimeZone"] = "Time zone",
        ["recurrence"] = "Repeats",
        ["recurrenceFrom"] = "Counted from",
        ["listId"] = "List",
        ["parentId"] = "Inside",
        ["labelIds"] = "Labels",
        ["color"] = "Color",
        ["query"] = "Filter",
        ["archivedAt"] = "Archived",
    };

    internal static ChangeText Of(Change change, Frame frame, IStringLocalizer texts)
    {
        JsonElement item = change.After ?? change.Before ?? default;
        string name = Text(item, change.Task is null ? "name" : "title") ?? "";
        string? path = change switch
        {
            { Task: not null, After: not null } => $"/tasks/{Text(item, "number")}",
            { List: Guid list } when frame.List(list) is TaskList found => ListText.PathOf(found),
            { Label: Guid label } when frame.Label(label) is not null => $"/labels/{label}",
            { Filter: Guid filter } when frame.Filters.Any(each => each.Id == filter) => $"/filters/{filter}",
            _ => null,
        };
        string? kind = change switch { { List: not null } => "the list", { Label: not null } => "the label", { Filter: not null } => "the filter", _ => null };
        return new ChangeText(SentenceOf(change), kind, name, path, FieldsOf(change, frame, texts));
    }

    /// <summary>The name of a field as a key of the texts.</summary>
    public static string FieldName(string field) => FieldNames.GetValueOrDefault(field, field);

    private static string SentenceOf(Change change) => (change.Undoes is not null, change.Kind) switch
    {
        (true, _) => "{0} took back a change: {1}",
        (_, "created") => "{0} added {1}",
        (_, "completed") => "{0} completed {1}",
        (_, "reopened") => "{0} reopened {1}",
        (_, "skipped") => "{0} skipped one of {1}",
        (_, "rescheduled") => "{0} rescheduled {1}",
        (_, "moved") => "{0} moved {1}",
        (_, "deleted") => "{0} deleted {1}",
        (_, "restored") => "{0} restored {1}",
        (_, "purged") => "{0} removed {1} for good",
        _ => "{0} changed {1}",
    };

    private static List<FieldChange> FieldsOf(Change change, Frame frame, IStringLocalizer texts)
    {
        var fields = new List<FieldChange>();
        if (change.Before is not JsonElement before || change.After is not JsonElement after)
        {
            return fields; // Of what was added or removed, the name says enough.
        }

        foreach (JsonProperty field in before.EnumerateObject())
        {
            if (Untold.Contains(field.Name))
            {
                continue;
            }

            JsonElement now = after.TryGetProperty(field.Name, out JsonElement value) ? value : default;
            if (field.Name == "labelIds")
            {
                string[] had = [.. Names(field.Value, frame, texts)];
                string[] has = [.. Names(now, frame, texts)];
                fields.Add(new FieldChange(FieldName(field.Name), string.Join(", ", had.Except(has)), string.Join(", ", has.Except(had))));
            }
            else
            {
                fields.Add(new FieldChange(FieldName(field.Name), Shown(field.Name, field.Value, before, frame, texts), Shown(field.Name, now, after, frame, texts)));
            }
        }

        return fields;
    }

    private static string Shown(string field, JsonElement value, JsonElement item, Frame frame, IStringLocalizer texts)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return field == "archivedAt" ? texts["no"] : "";
        }

        string text = value.ToString();
        return field switch
        {
            "priority" => texts[PriorityName(text)],
            "due" => DueText.Of(text, Text(item, "dueTimeZone"), frame.Account.TimeZone, frame.Now, texts).Text,
            "recurrence" => RecurrenceText.Of(text, texts),
            "recurrenceFrom" => texts[text == "completion" ? "when it was completed" : "when it was due"],
            "listId" or "parentId" when Guid.TryParse(text, out Guid id) => frame.List(id) is TaskList list ? ListText.NameOf(list, texts) : texts[field == "listId" ? "a deleted list" : "another task"],
            "archivedAt" => texts["yes"],
            _ => text.Length <= LongestValue ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[LongestValue - 1]) ? LongestValue - 1 : LongestValue), "…"),
        };
    }

    private static IEnumerable<string> Names(JsonElement ids, Frame frame, IStringLocalizer texts) => ids.ValueKind != JsonValueKind.Array ? [] :
        ids.EnumerateArray().Select(id => id.TryGetGuid(out Guid label) ? frame.Label(label)?.Name ?? texts["a deleted label"] : "");

    private static string PriorityName(string priority) => priority switch { "urgent" => "Urgent", "high" => "High", "medium" => "Medium", "low" => "Low", _ => "None" };

    private static string? Text(JsonElement item, string field) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(field, out JsonElement value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : null;
}

/// <summary>A field that got another value.</summary>
/// <param name="Name">A key of the texts.</param>
/// <param name="Before">The value that it had; empty for none.</param>
/// <param name="After">The value that it got; empty for none.</param>
public sealed record FieldChange(string Name, string Before, string After);
