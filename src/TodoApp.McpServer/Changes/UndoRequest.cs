using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Changes;

/// <summary>Which changes are to be undone. Exactly one of the ways to say so is used.</summary>
internal sealed record UndoRequest
{
    /// <summary>The fields of REST's body.</summary>
    public static readonly string[] Fields = ["versions", "groupId", "actor", "since"];

    private static readonly string[] Ways = ["versions", "groupId", "actor"];

    // Who has undone that much in a row says what else.
    private const int MostLookedThrough = 10_000;

    /// <summary>Distinct.</summary>
    public IReadOnlyList<long> Versions { get; init; } = [];

    public Guid? Group { get; init; }

    /// <summary>The id of an account or a token.</summary>
    public string? Actor { get; init; }

    /// <summary>With an actor: from when on, inclusive.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>With an actor: the last of its requests that changed anything, undid nothing, and stands.</summary>
    public bool IsLast { get; init; }

    public static UndoRequest Read(JsonFields fields, FieldErrors errors)
    {
        int ways = Ways.Count(name => fields.TryGet(name, out _));
        if (ways != 1)
        {
            errors.Invalid("", "must have exactly one of versions (an array), groupId, and actor (with since).");
            return new UndoRequest();
        }

        long[] versions = ReadVersions(fields, errors);
        Guid? group = null;
        if (fields.Text("groupId").Value is string text)
        {
            if (Guid.TryParseExact(text, "D", out Guid id))
            {
                group = id;
            }
            else
            {
                errors.Invalid("groupId", "must be the groupId of a change: a UUID.");
            }
        }

        string? actor = fields.Text("actor").Value;
        DateTimeOffset since = default;
        if (actor is not null && !Rfc3339.TryParse(fields.Text("since").Value, out since))
        {
            errors.Invalid("since", "must be given with actor: the moment from which on, as RFC 3339 has it, for example 2026-12-01T09:00:00Z.");
        }
        else if (actor is null && fields.TryGet("since", out _))
        {
            errors.Invalid("since", "belongs to actor, which is not given.");
        }

        return new UndoRequest { Versions = versions, Group = group, Actor = actor, Since = since };
    }

    /// <summary>Reads the field <c>versions</c>; each once.</summary>
    public static long[] ReadVersions(JsonFields fields, FieldErrors errors)
    {
        if (fields.TryGet("versions", out JsonElement array))
        {
            if (array.ValueKind != JsonValueKind.Array || array.EnumerateArray().Any(element => element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out long version) || version < 1))
            {
                errors.Malformed("versions", "must be an array of versions: whole numbers from 1 on.");
            }
            else if (array.GetArrayLength() is 0 or > UndoChanges.Most)
            {
                errors.Invalid("versions", $"must have 1 to {UndoChanges.Most} entries, but has {array.GetArrayLength()}.");
            }
            else
            {
                return [.. array.EnumerateArray().Select(element => element.GetInt64()).Distinct()];
            }
        }

        return [];
    }

    /// <summary>The versions of the changes to be undone, the last first; all of them are in the log.</summary>
    public async Task<Outcome<long[]>> ChooseAsync(SpaceWriter space, CancellationToken cancellationToken)
    {
        if (Actor is not null)
        {
            return Bounded(IsLast ? await LastAsync(space, cancellationToken) : await SinceAsync(space, cancellationToken));
        }

        if (Group is Guid group)
        {
            List<VersionRow> changes = await space.VersionsAsync(
                statement => $"c.group_id = {statement.Place(SqlType.Uuid, group)} AND c.version > {SpaceWriter.InboxVersion}", UndoChanges.Most + 1, cancellationToken);
            return changes.Count == 0
                ? ProblemKind.NotFound.Because($"There is no change with the groupId {group}. The log is kept for {Housekeeping.LogDays} days.")
                : Bounded([.. changes.Select(change => change.Version)]);
        }

        var found = new HashSet<long>();
        foreach (long[] part in Versions.Chunk(500))
        {
            found.UnionWith(await space.PairedVersionsAsync(part, cancellationToken));
        }

        return Versions.FirstOrDefault(version => !found.Contains(version)) is > 0 and long unknown
            ? UnknownVersion(unknown.ToString(CultureInfo.InvariantCulture))
            : found.OrderDescending().ToArray();
    }

    public static Problem UnknownVersion(string version) =>
        ProblemKind.NotFound.Because($"There is no change with the version {(version.Length <= 20 ? version : version[..20])}. The log is kept for {Housekeeping.LogDays} days.");

    // What the actor undid is undone as any other change, and then what that had undone: to leave out both would leave what came along
    // with them, such as tasks moved out of a list that was removed.
    private async Task<long[]> SinceAsync(SpaceWriter space, CancellationToken cancellationToken) => await StandingAsync(
        space,
        await space.VersionsAsync(
            statement => $"c.actor_id = {statement.Place(SqlType.Text, Actor)} AND c.at >= {statement.Place(SqlType.Timestamp, Since)} AND c.version > {SpaceWriter.InboxVersion}",
            int.MaxValue,
            cancellationToken),
        cancellationToken);

    private async Task<long[]> LastAsync(SpaceWriter space, CancellationToken cancellationToken)
    {
        List<VersionRow> latest = await space.VersionsAsync(
            statement => $"c.actor_id = {statement.Place(SqlType.Text, Actor)} AND c.undoes IS NULL AND c.version > {SpaceWriter.InboxVersion}", MostLookedThrough, cancellationToken);
        long[] standing = await StandingAsync(space, latest, cancellationToken);
        return standing.Length == 0 ? [] : await StandingAsync(
            space,
            await space.VersionsAsync(
                statement => $"c.group_id = (SELECT g.group_id FROM tasks.changes g WHERE g.space_id = c.space_id AND g.version = {statement.Place(SqlType.Long, standing[0])}) "
                    + $"AND c.version > {SpaceWriter.InboxVersion}",
                UndoChanges.Most + 1,
                cancellationToken),
            cancellationToken);
    }

    // Those of some changes, the last first, that no other has undone.
    private static async Task<long[]> StandingAsync(SpaceWriter space, List<VersionRow> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        List<VersionRow> undoing = await space.VersionsAsync(
            statement => $"c.undoes IS NOT NULL AND c.version > {statement.Place(SqlType.Long, changes[^1].Version)}", int.MaxValue, cancellationToken);
        var own = changes.Select(change => change.Version).ToHashSet();
        var undone = new HashSet<long>();
        foreach (VersionRow undo in undoing) // The last first: one that was undone itself undoes nothing.
        {
            if (!own.Contains(undo.Version) && !undone.Contains(undo.Version))
            {
                undone.Add(undo.Undoes!.Value);
            }
        }

        return [.. changes.Select(change => change.Version).Where(version => !undone.Contains(version))];
    }

    private static Outcome<long[]> Bounded(long[] versions) => versions.Length <= UndoChanges.Most
        ? versions
        : ProblemKind.Conflict.Because($"That would undo more than {UndoChanges.Most} changes, which is the most for one request. Undo them in parts, the latest first.");
}
