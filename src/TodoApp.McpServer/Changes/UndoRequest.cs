using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Changes;

/// <summary>Which changes are to be undone. Exactly one of the ways to say so is used.</summary>
internal sealed record UndoRequest
{
    /// <summary>The fields of REST's body.</summary>
    public static readonly string[] Fields = ["versions", "groupId", "actor", "since", "partial"];

    public IReadOnlyList<long> Versions { get; init; } = [];

    public Guid? Group { get; init; }

    /// <summary>The id of an account or a token.</summary>
    public string? Actor { get; init; }

    /// <summary>With an actor: from when on, inclusive.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Whether what can't be undone is left as it is; otherwise nothing is undone then.</summary>
    public bool IsPartial { get; init; }

    public static UndoRequest Read(JsonFields fields, FieldErrors errors)
    {
        int ways = new[] { "versions", "groupId", "actor" }.Count(name => fields.TryGet(name, out _));
        if (ways != 1)
        {
            errors.Invalid("", "must have exactly one of versions (an array), groupId, and actor (with since).");
            return new UndoRequest();
        }

        var versions = new List<long>();
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
                versions.AddRange(array.EnumerateArray().Select(element => element.GetInt64()).Distinct());
            }
        }

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
        if (actor is not null && !DateTimeOffset.TryParse(fields.Text("since").Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out since))
        {
            errors.Invalid("since", "must be given with actor: the moment from which on, for example 2026-12-01T09:00:00Z.");
        }
        else if (actor is null && fields.TryGet("since", out _))
        {
            errors.Invalid("since", "belongs to actor, which is not given.");
        }

        return new UndoRequest { Versions = versions, Group = group, Actor = actor, Since = since, IsPartial = fields.Boolean("partial").Value };
    }

    /// <summary>The changes to be undone, the last first.</summary>
    public async Task<Outcome<IReadOnlyList<Change>>> ChooseAsync(SpaceWriter space, CancellationToken cancellationToken)
    {
        if (Actor is not null)
        {
            return await StandingAsync(space, cancellationToken);
        }

        List<Change> changes = Group is Guid group
            ? await space.ChangesAsync(statement => $"c.group_id = {statement.Place(SqlType.Uuid, group)}", UndoChanges.Most + 1, cancellationToken)
            : await space.ChangesAsync(Versions, cancellationToken);
        if (Group is null && Versions.FirstOrDefault(version => !changes.Exists(change => change.Version == version)) is > 0 and long missing)
        {
            return UnknownVersion(missing.ToString(CultureInfo.InvariantCulture));
        }

        if (changes.Count == 0)
        {
            return ProblemKind.NotFound.Because($"There is no change with the groupId {Group}. The log is kept for {Housekeeping.LogDays} days.");
        }

        return changes.Count > UndoChanges.Most ? TooMany() : changes;
    }

    public static Problem UnknownVersion(string version) =>
        ProblemKind.NotFound.Because($"There is no change with the version {(version.Length <= 20 ? version : version[..20])}. The log is kept for {Housekeeping.LogDays} days.");

    // What somebody has undone already does not stand; nor does what the actor did and undid.
    private async Task<Outcome<IReadOnlyList<Change>>> StandingAsync(SpaceWriter space, CancellationToken cancellationToken)
    {
        List<Change> changes = await space.ChangesAsync(
            statement => $"c.actor_id = {statement.Place(SqlType.Text, Actor)} AND c.at >= {statement.Place(SqlType.Timestamp, Since)}", UndoChanges.Most + 1, cancellationToken);
        if (changes.Count > UndoChanges.Most)
        {
            return TooMany();
        }

        if (changes.Count == 0)
        {
            return changes;
        }

        List<Change> undoing = await space.ChangesAsync(
            statement => $"c.undoes IS NOT NULL AND c.version > {statement.Place(SqlType.Long, changes[^1].Version)}", int.MaxValue, cancellationToken);
        var undone = new HashSet<long>();
        foreach (Change undo in undoing) // The last first: one that was undone itself undoes nothing.
        {
            if (!undone.Contains(undo.Version))
            {
                undone.Add(undo.Undoes!.Value);
            }
        }

        var own = changes.Select(change => change.Version).ToHashSet();
        return changes.FindAll(change => !undone.Contains(change.Version) && !(change.Undoes is long target && own.Contains(target)));
    }

    private static Problem TooMany() => ProblemKind.Conflict.Because($"That would undo more than {UndoChanges.Most} changes, which is the most for one request. Undo them in parts, the latest first.");
}
