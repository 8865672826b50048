using System.Globalization;
using System.Text;
using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Mcp;

/// <summary>A change of the log as tools give it: names instead of ids, and only the fields that people know.</summary>
internal sealed record ToolChange
{
    private const int LongestText = 60;

    private static readonly (string Name, string Shown)[] Fields =
    [
        ("title", "title"), ("name", "name"), ("query", "query"), ("due", "due"), ("dueTimeZone", "zone"), ("recurrence", "repeats"), ("priority", "priority"), ("listId", "list"),
        ("parentId", "parent"), ("labelIds", "labels"), ("notes", "notes"), ("color", "color"), ("archivedAt", "archived"),
    ];

    public required long Version { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    /// <summary>For <c>actor</c> arguments, when names are not enough.</summary>
    public required string ActorId { get; init; }

    public required string Kind { get; init; }

    /// <summary><c>task</c>, <c>list</c>, <c>label</c>, <c>filter</c>, or <c>completion</c> for an entry of a task's history.</summary>
    public required string Item { get; init; }

    public long? Number { get; init; }

    public required string Name { get; init; }

    /// <summary>What was replaced by what; null for what came, went or only moved.</summary>
    public string? Details { get; init; }

    public required string Group { get; init; }

    public long? Undoes { get; init; }

    /// <summary>The JSON Schema of a change in tools' results.</summary>
    public const string Schema = """
        {"type":"object","required":["version","at","actor","actor_id","kind","item","name","group"],"properties":{"version":{"type":"integer"},"number":{"type":"integer"},"details":{"type":"string"}}}
        """;

    public static ToolChange From(Change change, IReadOnlyList<TaskList> lists, IReadOnlyList<Label> labels)
    {
        JsonElement item = change.After ?? change.Before ?? default;
        bool isTask = change.Task is not null;
        return new ToolChange
        {
            Version = change.Version,
            At = change.At,
            Actor = change.Actor.Name,
            ActorId = change.Actor.Id,
            Kind = change.Kind,
            Item = isTask ? "task" : change.List is not null ? "list" : change.Label is not null ? "label" : change.Filter is not null ? "filter" : "completion",
            Number = isTask && item.ValueKind == JsonValueKind.Object && item.TryGetProperty("number", out JsonElement number) ? number.GetInt64() : null,
            Name = Shorten(Text(item, isTask ? "title" : change.Completion is not null ? "due" : "name") ?? ""),
            Details = change.Before is JsonElement before && change.After is JsonElement after ? Compare(before, after, lists, labels) : null,
            Group = change.GroupId.ToString(),
            Undoes = change.Undoes,
        };
    }

    /// <summary>The bytes that it takes in an answer, as a line and as JSON.</summary>
    public int Size(TimeZoneInfo zone) => AnswerSize.Of(ToLine(zone)) + JsonSerializer.SerializeToUtf8Bytes(this, ToolJson.Readable.ToolChange).Length + 2;

    /// <summary>One line to read, with times of the reader's clock.</summary>
    public string ToLine(TimeZoneInfo zone)
    {
        string at = Zones.ToLocal(At, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var line = new StringBuilder($"{Version} | {at} | {Actor} | {(Undoes is null ? Kind : $"undid {Undoes}:")} ");
        line.Append(Number is long number ? $"#{number} " : Item == "task" ? "a task " : Item + " ").Append(Name);
        if (Details is not null)
        {
            line.Append(" | ").Append(Details);
        }

        return line.ToString();
    }

    private static string? Compare(JsonElement before, JsonElement after, IReadOnlyList<TaskList> lists, IReadOnlyList<Label> labels)
    {
        var parts = new List<string>();
        foreach ((string name, string shown) in Fields)
        {
            if (before.TryGetProperty(name, out JsonElement old) && after.TryGetProperty(name, out JsonElement now) && !JsonElement.DeepEquals(old, now))
            {
                parts.Add(name == "notes" ? "notes" : $"{shown} {Show(name, old, lists, labels)} → {Show(name, now, lists, labels)}");
            }
        }

        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    private static string Show(string name, JsonElement value, IReadOnlyList<TaskList> lists, IReadOnlyList<Label> labels) => value.ValueKind switch
    {
        JsonValueKind.Null => "none",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "none" : Shorten(string.Join(' ', value.EnumerateArray().Select(id => "@" + (labels.FirstOrDefault(label => label.Id == id.GetGuid())?.Name ?? "deleted")))),
        _ when name == "listId" => Shorten(lists.FirstOrDefault(list => list.Id == value.GetGuid())?.Name ?? "a deleted list"),
        _ when name == "parentId" => "another task",
        _ => Shorten(value.ToString().Replace('\n', ' ')),
    };

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shorten(string text)
    {
        if (text.Length <= LongestText)
        {
            return text;
        }

        int length = char.IsHighSurrogate(text[LongestText - 2]) ? LongestText - 2 : LongestText - 1;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}

/// <summary>A page of <c>get_activity</c>.</summary>
internal sealed record ToolActivity(ToolChange[] Changes, string? NextCursor = null);
