using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Changes;

/// <summary>
/// The change log from a version on. Who applies every entry to a copy taken at that version has an exact copy: entries appear in
/// the order of their versions, and never before an earlier one.
/// </summary>
internal static class ListChanges
{
    public const int DefaultLimit = 100;
    public const int MostPerPage = 1000;

    private static readonly string[] Parameters = ["since", "task", "actor", "limit"];

    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        var errors = new FieldErrors();
        IQueryCollection query = context.Request.Query;
        foreach (string name in query.Keys)
        {
            if (!Parameters.Contains(name, StringComparer.Ordinal))
            {
                errors.Malformed(name.Length <= 60 ? name : name[..60], $"is not a known parameter. {JsonFields.Suggest(name, Parameters)}");
            }
        }

        long since = Number("since", 0, long.MaxValue, 0);
        int limit = (int)Number("limit", 1, MostPerPage, DefaultLimit);
        TaskReference? task = null;
        if (query["task"].ToString() is { Length: > 0 } text)
        {
            if (TaskReference.TryParse(text, out TaskReference reference))
            {
                task = reference;
            }
            else
            {
                errors.Invalid("task", "must be the id or the number of a task.");
            }
        }

        string actor = query["actor"].ToString();
        if (actor.Contains('\0', StringComparison.Ordinal))
        {
            errors.Invalid("actor", "has the control character U+0000.");
        }

        if (errors.ToProblem() is Problem problem)
        {
            await context.WriteProblem(problem);
            return;
        }

        Outcome<ChangePage> page = await ReadAsync(writes, context.GetCaller(), since, task, actor, limit, context.RequestAborted);
        await (page.IsDone ? Answers.WriteAsync(context, page.Value, ContractsJson.Readable.ChangePage) : context.WriteProblem(page.Problem));

        long Number(string name, long least, long most, long otherwise)
        {
            string value = query[name].ToString();
            if (value.Length == 0)
            {
                return otherwise;
            }

            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most)
            {
                return number;
            }

            errors.Invalid(name, most == long.MaxValue ? "must be a version: a whole number from 0 on." : $"must be a whole number from {least} to {most}.");
            return otherwise;
        }
    }

    private static async Task<Outcome<ChangePage>> ReadAsync(
        SpaceWrites writes, Caller caller, long since, TaskReference? task, string actor, int limit, CancellationToken cancellationToken)
    {
        Statement statement = new Statement(
            "SELECT c.version, c.group_id, c.at, c.actor_kind, c.actor_id, c.actor_name, c.kind, c.item_kind, c.item_id, c.before, c.after, c.undoes, "
            + "s.version, s.oldest_version FROM tasks.spaces s JOIN tasks.changes c ON c.space_id = s.id WHERE s.id = $1 AND c.version > $2")
            .Add(caller.Space).Add(since);
        if (task is TaskReference reference)
        {
            statement.Append(reference.Id is Guid id
                ? $" AND c.item_id = {statement.Place(SqlType.Uuid, id)}"
                : $" AND c.item_id = (SELECT t.id FROM tasks.tasks t WHERE t.space_id = $1 AND t.number = {statement.Place(SqlType.Long, reference.Number)})");
        }

        if (actor.Length > 0)
        {
            statement.Append($" AND c.actor_id = {statement.Place(SqlType.Text, actor)}");
        }

        statement.Append($" ORDER BY c.version LIMIT {statement.Place(SqlType.Long, limit + 1L)}");
        long version = since;
        long oldest = 0;
        List<Change> changes = await writes.Database.ReadAsync(
            statement,
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
                return await ReadAsync(writes, caller, since, task, actor, limit, cancellationToken);
            }

            if (space[0].IsDeleted)
            {
                return ProblemKind.Gone.Because("The account was deleted.");
            }

            oldest = space[0].Oldest;
            if (since > space[0].Version)
            {
                return ProblemKind.Gone.Because($"The log ends at version {space[0].Version}: it was restored from a backup. Start again from the snapshot.") with { Snapshot = "/snapshot" };
            }
        }

        if (since < oldest)
        {
            return ProblemKind.Gone.Because($"The log begins after version {oldest}. Start again from the snapshot.") with { Snapshot = "/snapshot" };
        }

        bool more = changes.Count > limit;
        if (more)
        {
            changes.RemoveAt(limit);
        }

        return new ChangePage(changes, more ? changes[^1].Version : version, more);
    }

    private static Change Read(Row row)
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
            Before = row.TextOrNull(9) is string before ? Parse(before) : null,
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
        _ => Parse(json),
    };

    private static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
