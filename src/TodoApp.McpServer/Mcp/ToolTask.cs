using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Mcp;

/// <summary>A task as tools give it: names instead of ids, and only what is set.</summary>
internal sealed record ToolTask
{
    // In bytes, as parts of a page of tasks.
    private const int MostText = 600;
    private const int MostLabels = 400;
    private const int MostName = 200;

    // In bytes, as one of very many.
    private const int LeastText = 40;
    private const int LeastName = 20;

    public required long Number { get; init; }

    public required string Title { get; init; }

    public required string Status { get; init; }

    public required string List { get; init; }

    public string? Due { get; init; }

    public string? DueTimeZone { get; init; }

    public string? Priority { get; init; }

    public string[]? Labels { get; init; }

    public string? Recurrence { get; init; }

    public string? Id { get; init; }

    public string? ParentId { get; init; }

    public string? Notes { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The JSON Schema of a task in tools' results.</summary>
    public const string Schema = """
        {"type":"object","required":["number","title","status","list"],"additionalProperties":false,"properties":{
        "number":{"type":"integer"},"title":{"type":"string"},"status":{"enum":["open","completed","trashed"]},"list":{"type":"string"},
        "due":{"type":"string"},"due_time_zone":{"type":"string"},"priority":{"type":"string"},"labels":{"type":"array","items":{"type":"string"}},
        "recurrence":{"type":"string"},"id":{"type":"string"},"parent_id":{"type":"string"},"notes":{"type":"string"},
        "completed_at":{"type":"string"},"created_at":{"type":"string"},"updated_at":{"type":"string"}}}
        """;

    public static ToolTask From(TaskItem task, IReadOnlyList<TaskList> lists, IReadOnlyList<Label> labels, bool isDetailed) => new()
    {
        Number = task.Number,
        Title = task.Title,
        Status = task.DeletedAt is not null ? "trashed" : task.CompletedAt is not null ? "completed" : "open",
        List = lists.FirstOrDefault(list => list.Id == task.ListId)?.Name ?? "",
        Due = task.Due,
        DueTimeZone = task.DueTimeZone,
        Priority = task.Priority == Contracts.Priority.None ? null : task.Priority.ToString().ToLowerInvariant(),
        Labels = task.LabelIds.Length == 0 ? null : [.. task.LabelIds.Select(id => labels.FirstOrDefault(label => label.Id == id)?.Name ?? "")],
        Recurrence = task.Recurrence,
        Id = isDetailed ? task.Id.ToString() : null,
        ParentId = isDetailed ? task.ParentId?.ToString() : null,
        Notes = isDetailed ? task.Notes : null,
        CompletedAt = isDetailed ? task.CompletedAt : null,
        CreatedAt = isDetailed ? task.CreatedAt : null,
        UpdatedAt = isDetailed ? task.UpdatedAt : null,
    };

    /// <summary>The bytes that it takes in an answer, as a line and as JSON.</summary>
    public int Size() => AnswerSize.Of(ToLine()) + JsonSerializer.SerializeToUtf8Bytes(this, ToolJson.Readable.ToolTask).Length + 2;

    /// <summary>Without what is too long for a page of tasks; find_tasks gives the whole of a single task.</summary>
    public ToolTask Clip() => ClipLabels() with
    {
        Title = AnswerSize.Cut(Title, MostText),
        List = AnswerSize.Cut(List, MostName),
        Notes = Notes is null ? null : AnswerSize.Cut(Notes, MostText),
    };

    /// <summary>Without labels that are too long all together; the notes stay.</summary>
    public ToolTask ClipLabels() => Labels is null || Labels.Sum(AnswerSize.Of) <= MostLabels
        ? this
        : this with { Labels = [.. Labels.Take(AnswerSize.Fit(Labels.Select(AnswerSize.Of), MostLabels)), "…"] };

    /// <summary>Notes of at most so many bytes.</summary>
    public ToolTask ClipNotes(int bytes) => this with { Notes = Notes is null ? null : AnswerSize.Cut(Notes, bytes) };

    /// <summary>What is needed to know which one it is and when it is due.</summary>
    public ToolTask Shrink() => new()
    {
        Number = Number,
        Title = AnswerSize.Cut(Title, LeastText),
        Status = Status,
        List = AnswerSize.Cut(List, LeastName),
        Due = Due,
    };

    /// <summary>One line to read, with the notes under it.</summary>
    public string ToLine()
    {
        var line = new StringBuilder($"#{Number} {Title.Replace('\n', ' ')}");
        if (Due is not null)
        {
            line.Append(" | due ").Append(Due.Replace('T', ' '));
            if (DueTimeZone is not null)
            {
                line.Append(' ').Append(DueTimeZone);
            }
        }

        if (Recurrence is not null)
        {
            line.Append(" | repeats ").Append(Recurrence);
        }

        if (Priority is not null)
        {
            line.Append(" | ").Append(Priority);
        }

        line.Append(" | in ").Append(List);
        if (Labels is not null)
        {
            line.Append(" | ").AppendJoin(' ', Labels.Select(label => "@" + label));
        }

        if (Status != "open")
        {
            line.Append(" | ").Append(Status);
        }

        if (Notes is not null)
        {
            line.Append("\n  ").Append(Notes.Replace("\n", "\n  ", StringComparison.Ordinal));
        }

        return line.ToString();
    }
}

/// <summary>What <c>find_tasks</c> found.</summary>
internal sealed record FoundTasks(ToolTask[] Tasks, string? NextCursor = null);

/// <summary>What became of each item of a write, and the group of its changes, by which it can be undone.</summary>
internal sealed record ToolResults(ToolResult[] Results, string? Group = null)
{
    // In bytes, as one of very many.
    private const int LeastError = 150;

    /// <summary>With shorter titles and errors where they are too many.</summary>
    public ToolResults Fit()
    {
        ToolResults fit = this;
        foreach (Func<ToolTask, ToolTask> shorten in (Func<ToolTask, ToolTask>[])[task => task.Clip(), task => task.Shrink()])
        {
            if (fit.Results.Sum(result => result.Task?.Size() ?? 2 * AnswerSize.Of(result.Error!)) > AnswerSize.Most)
            {
                fit = this with { Results = [.. Results.Select(result => result.Task is null ? result with { Error = AnswerSize.Cut(result.Error!, LeastError) } : result with { Task = shorten(result.Task) })] };
            }
        }

        return fit;
    }
}

/// <summary>What became of one item: the task as it is now, or the error.</summary>
internal sealed record ToolResult(bool Ok, ToolTask? Task = null, string? Error = null);

/// <summary>How tools' results are written: only what is set, and readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(Board))]
[JsonSerializable(typeof(FoundTasks))]
[JsonSerializable(typeof(OrganizeResults))]
[JsonSerializable(typeof(ToolOverview))]
[JsonSerializable(typeof(ToolResults))]
[JsonSerializable(typeof(TaskResource))]
[JsonSerializable(typeof(ToolActivity))]
[JsonSerializable(typeof(ToolRemoved))]
[JsonSerializable(typeof(ToolUndone))]
internal sealed partial class ToolJson : JsonSerializerContext
{
    /// <summary>For texts that a model reads: letters stay letters instead of being escaped.</summary>
    public static ToolJson Readable => Lazily.Readable;

    // A class of its own: the generated part's static fields must be there first.
    private static class Lazily
    {
        internal static readonly ToolJson Readable = new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
