using System.Globalization;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>get_activity</c>.</summary>
internal sealed class ActivityTool(SpaceWrites writes, IHttpContextAccessor http) : TodoTool(writes, http)
{
    private const int DefaultLimit = 20;
    private const int MostPerPage = 100;

    private static readonly string[] Fields = ["task", "actor", "since", "until", "kinds", "group", "limit", "cursor"];

    protected override bool IsWrite => false;

    protected override Tool Define() => new()
    {
        Name = "get_activity",
        Title = "See what was done",
        Description = "Who changed what and when, the newest first, of the last 90 days. What was finished, with occurrences of recurring tasks, is kinds [\"completed\"]. Each change has a version, and the group of all changes of one request: undo_changes takes both.",
        Annotations = new ToolAnnotations { Title = "See what was done", ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","additionalProperties":false,"properties":{
            "task":{"type":"string","description":"Number or id of a task, e.g. \"#42\"."},
            "actor":{{{ToolActor.Schema}}},
            "since":{"type":"string","description":"From when on, e.g. today, 3 hours ago, last week or 2026-12-01T09:00."},
            "until":{"type":"string","description":"Exclusive, like since; e.g. this week."},
            "kinds":{"type":"array","items":{"enum":["created","updated","moved","completed","skipped","rescheduled","reopened","deleted","restored","purged"]}},
            "group":{"type":"string"},
            "limit":{"type":"integer","minimum":1,"maximum":100,"default":20},
            "cursor":{"type":"string","description":"next_cursor of the page before, with the same other arguments."}
            }}
            """),
        OutputSchema = Schema("""{"type":"object","required":["changes"],"properties":{"next_cursor":{"type":"string"},"changes":{"type":"array","items":""" + ToolChange.Schema + "}}}"),
    };

    protected override async Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        ChangeQuery query = await ReadAsync(caller, new JsonFields(arguments, Fields, errors), errors, cancellationToken);
        if (errors.ToProblem() is Problem problem)
        {
            return Error(problem, arguments);
        }

        Outcome<ChangePage> page = await ListChanges.ReadAsync(Writes, caller, query, cancellationToken);
        if (!page.IsDone)
        {
            return Error(page.Problem, arguments);
        }

        List<TaskList> lists = await GetLists.ReadAsync(Writes, caller, cancellationToken);
        List<Label> labels = await GetLabels.ReadAsync(Writes.Database, caller, cancellationToken);
        ToolChange[] changes = [.. page.Value.Items.Select(change => ToolChange.From(change, lists, labels))];

        // The page ends early, so that no answer fills an agent's context.
        int fit = AnswerSize.Fit(changes.Select(change => change.Size(caller.Zone)));
        bool isMore = page.Value.More || fit < changes.Length;
        changes = [.. changes.Take(fit)];
        var activity = new ToolActivity(changes, isMore ? changes[^1].Version.ToString(CultureInfo.InvariantCulture) : null);
        return Done(Describe(activity, caller.Zone), JsonSerializer.SerializeToElement(activity, ToolJson.Default.ToolActivity));
    }

    private static string Describe(ToolActivity activity, TimeZoneInfo zone)
    {
        if (activity.Changes.Length == 0)
        {
            return "Nothing was changed that fits. Leave an argument out, or go further back with since.";
        }

        string lines = string.Join('\n', activity.Changes.Select(change => change.ToLine(zone)));
        return activity.NextCursor is null ? lines : $"{lines}\nThere are more: call again with cursor \"{activity.NextCursor}\".";
    }

    private async Task<ChangeQuery> ReadAsync(Caller caller, JsonFields fields, FieldErrors errors, CancellationToken cancellationToken)
    {
        DateContext dates = Dates;
        string? task = fields.Reference("task").Value;
        var reference = default(TaskReference);
        if (!string.IsNullOrWhiteSpace(task) && !TaskReference.TryParse(task, out reference))
        {
            errors.Invalid("task", "must be a task's number such as \"#42\", or its id; find_tasks gives it.");
        }

        string[] kinds = fields.Texts("kinds", ChangeQuery.Kinds.Length).Value ?? [];
        if (Array.Find(kinds, kind => !ChangeQuery.Kinds.Contains(kind, StringComparer.Ordinal)) is string unknown)
        {
            errors.Invalid("kinds", $"has '{Excerpt.Of(unknown)}', which is none. {JsonFields.Suggest(unknown, ChangeQuery.Kinds)}");
        }

        string? group = fields.Text("group").Value;
        var groupId = default(Guid);
        if (!string.IsNullOrWhiteSpace(group) && !Guid.TryParseExact(group, "D", out groupId))
        {
            errors.Invalid("group", "must be the group of a change, as get_activity gives it.");
        }

        string? cursor = fields.Reference("cursor").Value;
        long before = 0;
        if (!string.IsNullOrWhiteSpace(cursor) && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            errors.Invalid("cursor", "must be the next_cursor of the page before.");
        }

        return new ChangeQuery
        {
            Task = string.IsNullOrWhiteSpace(task) ? null : reference,
            Actor = await ToolActor.FindAsync(Writes.Database, caller, fields.Text("actor").Value, errors, cancellationToken) ?? "",
            From = PastPhrase.Read(fields.Text("since").Value, dates, "since", errors),
            Until = PastPhrase.Read(fields.Text("until").Value, dates, "until", errors),
            OfKinds = [.. kinds.Distinct(StringComparer.Ordinal)],
            Group = string.IsNullOrWhiteSpace(group) ? null : groupId,
            Before = string.IsNullOrWhiteSpace(cursor) ? null : before,
            IsDescending = true,
            Limit = fields.Number("limit", 1, MostPerPage).Or(DefaultLimit),
        };
    }
}
