using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Changes;

/// <summary>Which changes are asked for.</summary>
internal sealed record ChangeQuery
{
    public const int DefaultLimit = 100;
    public const int MostPerPage = 1000;

    public static readonly string[] Kinds =
        ["created", "updated", "moved", "completed", "skipped", "rescheduled", "reopened", "deleted", "restored", "purged"];

    /// <summary>Only those after this version.</summary>
    public long Since { get; init; }

    /// <summary>Only those before this version; null for no bound.</summary>
    public long? Before { get; init; }

    /// <summary>Only those from this moment on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only those before this moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>None: only the version that the log has now.</summary>
    public bool IsFromNow { get; init; }

    public TaskReference? Task { get; init; }

    /// <summary>The id of an account or a token; empty for anybody.</summary>
    public string Actor { get; init; } = "";

    /// <summary><c>person</c>, <c>agent</c> or <c>system</c>; empty for anybody.</summary>
    public string ActorKind { get; init; } = "";

    public Guid? Group { get; init; }

    /// <summary>Some of <see cref="Kinds"/>; empty for all.</summary>
    public IReadOnlyList<string> OfKinds { get; init; } = [];

    /// <summary>The newest first.</summary>
    public bool IsDescending { get; init; }

    public int Limit { get; init; } = DefaultLimit;
}

/// <summary>
/// The change log from a version on. Who applies every entry to a copy taken at that version has an exact copy: entries appear in
/// the order of their versions, and never before an earlier one. Backwards and filtered, it is the activity of a task or account.
/// </summary>
internal static class ListChanges
{
    private static readonly string[] Parameters = ["since", "before", "task", "actor", "actorKind", "group", "kind", "order", "limit"];

    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        var errors = new FieldErrors();
        ChangeQuery query = Read(context.Request.Query, errors);
        if (errors.ToProblem() is Problem problem)
        {
            await context.WriteProblem(problem);
            return;
        }

        Outcome<ChangePage> page = await ReadAsync(writes, context.GetCaller(), query, context.RequestAborted);
        await (page.IsDone ? Answers.WriteAsync(context, page.Value, ContractsJson.Readable.ChangePage) : context.WriteProblem(page.Problem));
    }

    /// <summary>Reads a page. Whoever asks for more passes its version as <c>since</c>; backwards, the last entry's as <c>before</c>.</summary>
    public static async Task<Outcome<ChangePage>> ReadAsync(SpaceWrites writes, Caller caller, ChangeQuery query, CancellationToken cancellationToken)
    {
        long version = query.Since;
        long oldest = 0;
        List<Change> changes = query.IsFromNow
            ? []
            : await writes.Database.ReadAsync(
                Select(caller, query),
                row =>
                {
                    version = row.Long(12);
                    oldest = row.Long(13);
                    return Read(row);
                },
                cancellationToken);
        if (changes.Count == 0)
        {
            List<(long Version, long Oldest, bool IsDeleted)> space = await writes.Database.ReadAsync(
                new Statement("SELECT version, oldest_version, deleted_at FROM tasks.spaces WHERE id = $1").Add(caller.Space),
                row => (row.Long(0), row.Long(1), !row.IsNull(2)),
                cancellationToken);
            if (space.Count == 0)
            {
                await writes.CreateSpaceAsync(caller, cancellationToken);
                return await ReadAsync(writes, caller, query, cancellationToken);
            }

            if (space[0].IsDeleted)
            {
                return ProblemKind.Gone.Because("The account was deleted.");
            }

            oldest = space[0].Oldest;
            if (query.IsFromNow)
            {
                return new ChangePage([], space[0].Version, false);
            }

            if (query.Since > space[0].Version)
            {
                return ProblemKind.Gone.Because($"The log ends at version {space[0].Version}: it was restored from a backup. Start again from the snapshot.") with { Snapshot = "/snapshot" };
            }
        }

        // Forwards, a reader must not take the rest of the log for all of it. Backwards, what is there is what there is to see.
        if (query.Since < oldest && !query.IsDescending)
        {
            return ProblemKind.Gone.Because($"The log begins after version {oldest}. Start again from the snapshot.") with { Snapshot = "/snapshot" };
        }

        bool more = changes.Count > query.Limit;
        if (more)
        {
            changes.RemoveAt(query.Limit);
        }

        return new ChangePage(changes, more && !query.IsDescending ? changes[^1].Version : version, more);
    }

    /// <summary>The columns that <see cref="Read(Row)"/> reads, of the table named <c>c</c>.</summary>
    public const string Columns =
        "c.version, c.group_id, c.at, c.actor_kind, c.actor_id, c.actor_name, c.kind, c.item_kind, c.item_id, c.before, c.after, c.undoes";

    private static Statement Select(Caller caller, ChangeQuery query)
    {
        Statement statement = new Statement(
            $"SELECT {Columns}, s.version, s.oldest_version FROM tasks.spaces s JOIN tasks.changes c ON c.space_id = s.id WHERE s.id = $1 AND c.version > $2")
            .Add(caller.Space).Add(query.Since);
        if (query.Before is long before)
        {
            statement.Append($" AND c.version < {statement.Place(SqlType.Long, before)}");
        }

        // Times go with versions, and only versions have an index: what is looked through is what is newer than the moment.
        if (query.From is DateTimeOffset from)
        {
            statement.Append($" AND c.version > {LastBefore(statement, from)}");
        }

        if (query.Until is DateTimeOffset until)
        {
            statement.Append($" AND c.version <= {LastBefore(statement, until)}");
        }

        if (query.Task is TaskReference task)
        {
            statement.Append(task.Id is Guid id
                ? $" AND c.item_id = {statement.Place(SqlType.Uuid, id)}"
                : $" AND c.item_id = (SELECT t.id FROM tasks.tasks t WHERE t.space_id = $1 AND t.number = {statement.Place(SqlType.Long, task.Number)})");
        }

        if (query.Actor.Length > 0)
        {
            statement.Append($" AND c.actor_id = {statement.Place(SqlType.Text, query.Actor)}");
        }

        if (query.ActorKind.Length > 0)
        {
            statement.Append($" AND c.actor_kind = {statement.Place(SqlType.Text, query.ActorKind)}");
        }

        if (query.Group is Guid group)
        {
            statement.Append($" AND c.group_id = {statement.Place(SqlType.Uuid, group)}");
        }

        if (query.OfKinds.Count > 0)
        {
            string places = string.Join(", ", query.OfKinds.Select(kind => statement.Place(SqlType.Text, kind)));
            statement.Append($" AND c.kind IN ({places})");
        }

        return statement.Append($" ORDER BY c.version{(query.IsDescending ? " DESC" : "")} LIMIT {statement.Place(SqlType.Long, query.Limit + 1L)}");
    }

    private static string LastBefore(Statement statement, DateTimeOffset moment) =>
        $"coalesce((SELECT e.version FROM tasks.changes e WHERE e.space_id = $1 AND e.at < {statement.Place(SqlType.Timestamp, moment)} ORDER BY e.version DESC LIMIT 1), 0)";

    private static ChangeQuery Read(IQueryCollection parameters, FieldErrors errors)
    {
        foreach (string name in parameters.Keys)
        {
            if (!Parameters.Contains(name, StringComparer.Ordinal))
            {
                errors.Malformed(Excerpt.Of(name), $"is not a known parameter. {JsonFields.Suggest(name, Parameters)}");
            }
            else if (parameters[name].Count > 1)
            {
                errors.Malformed(name, "is given twice.");
            }
        }

        var query = new ChangeQuery
        {
            Since = Number("since", 0, long.MaxValue) ?? 0,
            Before = Number("before", 0, long.MaxValue),
            Actor = parameters["actor"].ToString(),
            ActorKind = parameters["actorKind"].ToString(),
            OfKinds = parameters["kind"].ToString() is { Length: > 0 } kinds ? [.. kinds.Split(',', StringSplitOptions.TrimEntries).Distinct()] : [],
            IsDescending = parameters["order"] == "desc",
            Limit = (int)(Number("limit", 1, ChangeQuery.MostPerPage) ?? ChangeQuery.DefaultLimit),
        };
        if (parameters["order"].ToString() is not ("" or "asc" or "desc"))
        {
            errors.Invalid("order", "must be asc (the oldest first) or desc (the newest first).");
        }

        if (query.ActorKind is not ("" or "person" or "agent" or "system"))
        {
            errors.Invalid("actorKind", "must be person, agent or system.");
        }

        if (query.Actor.Contains('\0', StringComparison.Ordinal))
        {
            errors.Invalid("actor", "has the control character U+0000.");
        }

        if (query.OfKinds.FirstOrDefault(kind => !ChangeQuery.Kinds.Contains(kind, StringComparer.Ordinal)) is string unknown)
        {
            errors.Invalid("kind", $"is '{Excerpt.Of(unknown)}', which is none. {JsonFields.Suggest(unknown, ChangeQuery.Kinds)}");
        }

        if (parameters["group"].ToString() is { Length: > 0 } group)
        {
            if (Guid.TryParseExact(group, "D", out Guid id))
            {
                query = query with { Group = id };
            }
            else
            {
                errors.Invalid("group", "must be the groupId of a change: a UUID.");
            }
        }

        if (parameters["task"].ToString() is { Length: > 0 } task)
        {
            if (TaskReference.TryParse(task, out TaskReference reference))
            {
                query = query with { Task = reference };
            }
            else
            {
                errors.Invalid("task", "must be the id or the number of a task.");
            }
        }

        return query;

        long? Number(string name, long least, long most)
        {
            string value = parameters[name].ToString();
            if (value.Length == 0)
            {
                return null;
            }

            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most)
            {
                return number;
            }

            errors.Invalid(name, most == long.MaxValue ? "must be a version: a whole number from 0 on." : $"must be a whole number from {least} to {most}.");
            return null;
        }
    }

    /// <summary>Reads a row with <see cref="Columns"/>.</summary>
    public static Change Read(Row row)
    {
        Guid item = row.Uuid(8);
        string kind = row.Text(7);
        return new Change
        {
            Version = row.Long(0),
            GroupId = row.Uuid(1),
            At = row.Timestamp(2),
            Actor = new Actor(row.Text(3), row.Text(4), row.Text(5)),
            Kind = row.Text(6),
            Task = kind == "task" ? item : null,
            List = kind == "list" ? item : null,
            Label = kind == "label" ? item : null,
            Filter = kind == "filter" ? item : null,
            Completion = kind == "completion" ? item : null,
            Before = row.TextOrNull(9) is not string before ? null : row.IsNull(10) ? ParseItem(kind, before) : Parse(before), // The whole item, or the fields replaced.
            After = row.TextOrNull(10) is string after ? ParseItem(kind, after) : null,
            Undoes = row.LongOrNull(11),
        };
    }

    // Through the types, so that an item here is written exactly as everywhere else, whichever way it was stored.
    private static JsonElement ParseItem(string kind, string json) => kind switch
    {
        "task" => JsonSerializer.SerializeToElement(JsonSerializer.Deserialize(json, StorageJson.Default.TaskItem)!, ContractsJson.Readable.TaskItem),
        "list" => JsonSerializer.SerializeToElement(JsonSerializer.Deserialize(json, StorageJson.Default.TaskList)!, ContractsJson.Readable.TaskList),
        "label" => JsonSerializer.SerializeToElement(JsonSerializer.Deserialize(json, StorageJson.Default.Label)!, ContractsJson.Readable.Label),
        "filter" => JsonSerializer.SerializeToElement(JsonSerializer.Deserialize(json, StorageJson.Default.SavedFilter)!, ContractsJson.Readable.SavedFilter),
        "completion" => JsonSerializer.SerializeToElement(JsonSerializer.Deserialize(json, StorageJson.Default.TaskCompletion)!, ContractsJson.Readable.TaskCompletion),
        _ => Parse(json),
    };

    private static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
