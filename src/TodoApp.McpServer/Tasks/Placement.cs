using TodoApp.Contracts;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>
/// Where an item shall stand: before or after another. Only the moved item is written, until the ranks at that place have become
/// long (<see cref="Rank.LongLength"/>) or are the same; then its nearest neighbours get new ranks as well.
/// </summary>
/// <param name="Other">The other item, as the sender named it.</param>
/// <param name="IsAfter">Whether after it; else before it.</param>
/// <param name="Field">The field that named it, for errors.</param>
internal sealed record Placement(string Other, bool IsAfter, string Field)
{
    /// <summary>By how much more neighbours are looked at, when there is no room among fewer.</summary>
    private const int Widening = 8;

    /// <summary>Reads the fields <c>before</c> and <c>after</c>, of which one at most may be given, and not together with a rank.</summary>
    public static Optional<Placement> Read(JsonFields fields, string prefix, FieldErrors errors)
    {
        string field = fields.TryGet("after", out _) ? "after" : "before";
        if (!fields.TryGet(field, out _))
        {
            return default;
        }

        if (fields.TryGet("position", out _) || (field == "after" && fields.TryGet("before", out _)))
        {
            errors.Invalid(prefix + field, "must be the only one of before, after and position.");
        }

        string? other = fields.Reference(field).Value;
        if (string.IsNullOrWhiteSpace(other))
        {
            errors.Invalid(prefix + field, "must name another item; leave it out to keep the place.");
            return default;
        }

        return new Placement(other, field == "after", prefix + field);
    }

    /// <summary>The rank that puts a task there, among the open tasks of a list; null when there is no such place, which is reported.</summary>
    public async Task<string?> FindAsync(SpaceWriter space, TaskItem task, Guid list, FieldErrors errors, CancellationToken cancellationToken)
    {
        TaskItem? other = TaskReference.TryParse(Other, out TaskReference reference) ? await space.FindTaskAsync(reference, cancellationToken) : null;
        if (other is null || other.DeletedAt is not null)
        {
            errors.Invalid(Field, $"names the task '{Shown}', which does not exist.");
            return null;
        }

        if (other.Id == task.Id)
        {
            errors.Invalid(Field, "must name another task than the moved one.");
            return null;
        }

        if (other.ListId != list)
        {
            errors.Invalid(Field, $"names the task #{other.Number}, which is in another list. Name a task of the same list, or that list too.");
            return null;
        }

        for (int count = 1; ; count *= Widening)
        {
            List<TaskItem> before = await space.NeighboursAsync(other, task.Id, isAfter: false, count, cancellationToken);
            List<TaskItem> after = await space.NeighboursAsync(other, task.Id, isAfter: true, count, cancellationToken);
            TaskItem[] window = [.. before.AsEnumerable().Reverse(), other, .. after];
            string[]? ranks = Arrange(
                [.. window.Select(neighbour => neighbour.Position)], before.Count + (IsAfter ? 1 : 0), before.Count < count, after.Count < count, space.Version + 1, out int place);
            if (ranks is null)
            {
                continue;
            }

            for (int i = 0; i < window.Length; i++)
            {
                space.Update(window[i], window[i] with { Position = ranks[i < place ? i : i + 1] }, "moved");
                await space.FlushWhenLargeAsync(cancellationToken);
            }

            return ranks[place];
        }
    }

    /// <summary>The rank that puts a list there; null when there is no such place, which is reported.</summary>
    public async Task<string?> FindAsync(SpaceWriter space, TaskList list, FieldErrors errors, CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskList> lists = await space.ListsAsync(cancellationToken);
        TaskList? other = Names.Find(lists, Other);
        if (other is null || other.Id == list.Id)
        {
            errors.Invalid(Field, other is null ? Names.Unknown(lists, Other, "list") : "must name another list than the moved one.");
            return null;
        }

        return ArrangeAll(
            lists.Where(each => each.Id != list.Id), other, each => each.Position, (each, position) => space.Update(each, each with { Position = position }, "moved"), space.Version + 1);
    }

    /// <summary>The rank that puts a filter there; null when there is no such place, which is reported.</summary>
    public async Task<string?> FindAsync(SpaceWriter space, SavedFilter filter, FieldErrors errors, CancellationToken cancellationToken)
    {
        IReadOnlyList<SavedFilter> filters = await space.FiltersAsync(cancellationToken);
        SavedFilter? other = Names.Find(filters, Other);
        if (other is null || other.Id == filter.Id)
        {
            errors.Invalid(Field, other is null ? $"names the filter '{Shown}', which does not exist." : "must name another filter than the moved one.");
            return null;
        }

        return ArrangeAll(
            filters.Where(each => each.Id != filter.Id), other, each => each.Position, (each, position) => space.Update(each, each with { Position = position }), space.Version + 1);
    }

    // Of lists and filters all are at hand. Those whose ranks are not renewed are left as they are by their update.
    private string ArrangeAll<T>(IEnumerable<T> others, T other, Func<T, string> position, Action<T, string> update, long version)
        where T : INamedItem
    {
        T[] ordered = [.. others.OrderBy(position, StringComparer.Ordinal).ThenBy(each => each.Id.ToString(), StringComparer.Ordinal)];
        string[] ranks = Arrange(
            [.. ordered.Select(position)], Array.FindIndex(ordered, each => each.Id == other.Id) + (IsAfter ? 1 : 0), reachesStart: true, reachesEnd: true, version, out int place)!;
        for (int i = 0; i < ordered.Length; i++)
        {
            update(ordered[i], ranks[i < place ? i : i + 1]);
        }

        return ranks[place];
    }

    private string Shown => Excerpt.Of(Other);

    /// <summary>Puts a new rank among others, which it leaves as they are when there is room.</summary>
    /// <param name="ordered">The ranks, in their order; some may be the same.</param>
    /// <param name="index">Where the new one shall be.</param>
    /// <param name="reachesStart">Whether none comes before them; else the first is left as it is.</param>
    /// <param name="reachesEnd">Whether none comes after them; else the last is left as it is.</param>
    /// <param name="version">The next version, whose <see cref="Rank.AtEnd"/> nothing here may exceed, so that what is added later comes last.</param>
    /// <param name="place">Where the new one is: <paramref name="index"/>.</param>
    /// <returns>All ranks with the new one among them; null when there is no room and more neighbours are needed.</returns>
    internal static string[]? Arrange(string[] ordered, int index, bool reachesStart, bool reachesEnd, long version, out int place)
    {
        place = index;
        if ((index == 0 && !reachesStart) || (index == ordered.Length && !reachesEnd))
        {
            return null;
        }

        string? low = index == 0 ? null : ordered[index - 1];
        if (index == ordered.Length && string.CompareOrdinal(low, Rank.AtEnd(version)) < 0)
        {
            return [.. ordered, Rank.AtEnd(version)];
        }

        string? high = index == ordered.Length ? null : ordered[index];
        if (IsBefore(low, high) && Rank.Between(low, high) is { Length: <= Rank.LongLength } rank)
        {
            return [.. ordered[..index], rank, .. ordered[index..]];
        }

        int from = reachesStart ? 0 : 1;
        int to = reachesEnd ? ordered.Length : ordered.Length - 1;
        low = reachesStart ? null : ordered[0];
        high = !reachesEnd ? ordered[^1] : IsBefore(low, Rank.AtEnd(version)) ? Rank.AtEnd(version) : null;
        if (to < from || !IsBefore(low, high))
        {
            return null;
        }

        string[] renewed = Rank.Spread(low, high, to - from + 1);
        bool isShort = (reachesStart && reachesEnd) || renewed.All(each => each.Length <= Rank.LongLength * 3 / 4);
        return isShort ? [.. ordered[..from], .. renewed, .. ordered[to..]] : null;
    }

    private static bool IsBefore(string? low, string? high) => high is null || string.CompareOrdinal(low ?? "", high) < 0;
}
