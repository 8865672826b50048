using System.Text.Json;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Changes;

/// <summary>
/// Takes changes back, one after the other, the last first. A change is taken back only while every field has the value that the
/// change gave it; and afterwards everything must fit together as after any write (parents, lists, depth, names, limits). What
/// stands in the way is collected in <see cref="Conflicts"/>; if there is any, nothing may be committed.
/// </summary>
/// <param name="space">The write that it is part of.</param>
/// <param name="versions">The versions of the changes to undo, the last first; all of them are in the log.</param>
internal sealed class Undo(SpaceWriter space, IReadOnlyList<long> versions)
{
    /// <summary>How many conflicts are looked for; an answer names no more.</summary>
    public const int MostConflicts = 20;

    private const int ChangesAtOnce = 200;
    private const int TasksAtOnce = 500;
    private const int LaterRead = 100;
    private const int LaterNamed = 5;

    private readonly HashSet<long> _versions = [.. versions];
    private readonly HashSet<Guid> _touched = [];
    private readonly HashSet<Guid> _placed = [];
    private readonly HashSet<Guid> _stuck = [];
    private readonly Dictionary<long, TaskCompletion> _completions = []; // By version: what of the part at hand is in the history.

    /// <summary>What stands in the way.</summary>
    public List<UndoConflict> Conflicts { get; } = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (long[] part in versions.Chunk(ChangesAtOnce))
        {
            List<Change> changes = await space.ChangesAsync(part, cancellationToken);
            await PrefetchAsync(changes.Select(change => change.Task ?? change.Completion).OfType<Guid>(), cancellationToken);
            await ReadCompletionsAsync([.. changes.Where(change => change.Completion is not null)], cancellationToken);
            foreach (Change change in changes)
            {
                // What was to be undone before of the same item is in the way of this one; that is said already.
                if (!_stuck.Contains(ItemOf(change)))
                {
                    await UndoAsync(change, cancellationToken);
                }

                if (Conflicts.Count == MostConflicts)
                {
                    return;
                }

                await space.FlushWhenLargeAsync(cancellationToken);
            }
        }

        if (Conflicts.Count == 0)
        {
            await CheckAsync(cancellationToken);
        }
    }

    private async Task UndoAsync(Change change, CancellationToken cancellationToken)
    {
        if (await TryAsync(change, cancellationToken) is Obstacle obstacle)
        {
            IReadOnlyList<Change> later = obstacle.Fields is null ? [] : await LaterAsync(change, obstacle.Fields, cancellationToken);
            Conflicts.Add(new UndoConflict(change.Version, Explain(obstacle.Reason, later), [.. later.Select(other => other.Version)]));
            _stuck.Add(ItemOf(change));
        }
    }

    /// <returns>What stands in the way; null when it was undone.</returns>
    private async Task<Obstacle?> TryAsync(Change change, CancellationToken cancellationToken)
    {
        if (change.Kind == "purged")
        {
            return new Obstacle("the task was removed from the trash for good, which can't be undone");
        }

        object? item = await FindAsync(change, cancellationToken);
        if (change.After is not JsonElement after)
        {
            return await InsertAsync(change, item, cancellationToken);
        }

        if (item is null && change.Completion is not null)
        {
            return new Obstacle("the completed occurrence is not in the history any more");
        }

        if (item is null)
        {
            return new Obstacle(change.Task is null ? "it was deleted since" : "the task was removed for good since", []);
        }

        JsonObject current = Image(item);
        IEnumerable<string> given = (change.Before ?? after).EnumerateObject().Select(property => property.Name).Except(ItemJson.Derived);
        string[] changed = [.. given.Where(field => !JsonNode.DeepEquals(current[field], ToNode(after.GetProperty(field))))];
        if (changed.Length > 0)
        {
            return new Obstacle($"{Describe(item)}: {string.Join(", ", changed)} {(changed.Length == 1 ? "was" : "were")} changed since", changed);
        }

        if (change.Before is not JsonElement before)
        {
            return await RemoveAsync(change, item, cancellationToken);
        }

        foreach (JsonProperty property in before.EnumerateObject())
        {
            current[property.Name] = ToNode(property.Value);
        }

        return await UpdateAsync(change, item, current, cancellationToken);
    }

    /// <summary>Gives the fields the values that they had before.</summary>
    private async Task<Obstacle?> UpdateAsync(Change change, object item, JsonObject before, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case TaskItem task:
                Touch(task, space.Update(task, before.Deserialize(StorageJson.Default.TaskItem)!, Inverse(change.Kind), change.Version));
                return null;
            case SavedFilter filter:
                SavedFilter filterBefore = before.Deserialize(StorageJson.Default.SavedFilter)!;
                if (await CheckAsync(filterBefore, cancellationToken) is Obstacle filterObstacle)
                {
                    return filterObstacle;
                }

                space.Update(filter, filterBefore, change.Version);
                return null;
            case TaskList list:
                TaskList listBefore = before.Deserialize(StorageJson.Default.TaskList)!;
                if (await CheckAsync(listBefore, cancellationToken) is Obstacle listObstacle)
                {
                    return listObstacle;
                }

                space.Update(list, listBefore, Inverse(change.Kind), change.Version);
                return null;
            case Label label:
                Label labelBefore = before.Deserialize(StorageJson.Default.Label)!;
                if (await CheckAsync(labelBefore, cancellationToken) is Obstacle labelObstacle)
                {
                    return labelObstacle;
                }

                space.Update(label, labelBefore, change.Version);
                return null;
            default:
                throw new InvalidOperationException($"Undo does not know {item.GetType().Name}.");
        }
    }

    /// <summary>Undoes that something came into being: a task goes to the trash, anything else is removed.</summary>
    private async Task<Obstacle?> RemoveAsync(Change change, object item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case TaskItem task:
                Touch(task, space.Update(task, task with { DeletedAt = space.Now }, "deleted", change.Version));
                return null;
            case TaskList { IsInbox: true }:
                return new Obstacle("the Inbox is always there");
            case TaskList list:
                return await RemoveAsync(list, change.Version, cancellationToken);
            case Label label:
                return await RemoveAsync(label, change.Version, cancellationToken);
            case SavedFilter filter:
                space.Remove(filter, change.Version);
                return null;
            case TaskCompletion completion:
                _completions.Remove(completion.Version);
                space.Remove(completion, change.Version);
                return null;
            default:
                throw new InvalidOperationException($"Undo does not know {item.GetType().Name}.");
        }
    }

    private async Task<Obstacle?> RemoveAsync(TaskList list, long undoes, CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskList> lists = await space.ListsAsync(cancellationToken);
        if (lists.FirstOrDefault(other => other.ParentId == list.Id) is TaskList inside)
        {
            return new Obstacle($"{Describe(list)} holds {Describe(inside)}, which is not undone with it");
        }

        if (await space.CountTasksOfListAsync(list.Id, cancellationToken) is > 0 and long count)
        {
            return new Obstacle($"{Describe(list)} holds {count} task{(count == 1 ? "" : "s")} that {(count == 1 ? "is" : "are")} not undone with it");
        }

        // Those in the trash would come back to the Inbox, as after any deletion of a list.
        Guid inbox = lists.First(other => other.IsInbox).Id;
        await foreach (TaskItem trashed in space.TasksOfListAsync(list.Id, cancellationToken))
        {
            space.Update(trashed, trashed with { ListId = inbox }, "moved");
        }

        space.Remove(list, undoes);
        return null;
    }

    private async Task<Obstacle?> RemoveAsync(Label label, long undoes, CancellationToken cancellationToken)
    {
        await foreach (TaskItem task in space.TasksWithLabelAsync(label.Id, cancellationToken))
        {
            if (task.DeletedAt is null)
            {
                return new Obstacle($"{Describe(label)} is used by the task #{task.Number}, which is not undone with it");
            }

            space.Update(task, task with { LabelIds = [.. task.LabelIds.Where(id => id != label.Id)] }, "updated");
        }

        space.Remove(label, undoes);
        return null;
    }

    /// <summary>Undoes the deletion of a list, label, filter or completed occurrence.</summary>
    private async Task<Obstacle?> InsertAsync(Change change, object? item, CancellationToken cancellationToken)
    {
        if (item is not null)
        {
            return new Obstacle($"{Describe(item)} is there again", []);
        }

        JsonElement before = change.Before!.Value;
        if (change.List is not null)
        {
            TaskList list = before.Deserialize(StorageJson.Default.TaskList)!;
            Obstacle? obstacle = await CheckAsync(list, cancellationToken);
            if (obstacle is null)
            {
                space.Insert(list, change.Version);
            }

            return obstacle;
        }

        if (change.Label is not null)
        {
            Label label = before.Deserialize(StorageJson.Default.Label)!;
            Obstacle? obstacle = await CheckAsync(label, cancellationToken);
            if (obstacle is null)
            {
                space.Insert(label, change.Version);
            }

            return obstacle;
        }

        if (change.Completion is Guid completed)
        {
            if (await space.FindTaskAsync(new TaskReference(completed, 0), cancellationToken) is null)
            {
                return new Obstacle("the task was removed for good since");
            }

            TaskCompletion completion = before.Deserialize(StorageJson.Default.TaskCompletion)!;
            _completions.Add(completion.Version, completion);
            space.Insert(completion, change.Version);
            return null;
        }

        SavedFilter filter = before.Deserialize(StorageJson.Default.SavedFilter)!;
        Obstacle? taken = await CheckAsync(filter, cancellationToken);
        if (taken is null)
        {
            space.Insert(filter, change.Version);
        }

        return taken;
    }

    private async Task<Obstacle?> CheckAsync(TaskList list, CancellationToken cancellationToken)
    {
        TaskList[] others = [.. (await space.ListsAsync(cancellationToken)).Where(other => other.Id != list.Id)];
        if (CheckName("list", list.Name, others.Select(other => other.Name), ListInput.MostLists) is Obstacle obstacle)
        {
            return obstacle;
        }

        return list.ParentId is not Guid parent ? null
            : !Array.Exists(others, other => other.Id == parent) ? new Obstacle($"the list that {Describe(list)} was inside of does not exist any more")
            : ListInput.CheckParent(others, list, parent) is string wrong ? new Obstacle($"the place of {Describe(list)} {wrong.TrimEnd('.')}")
            : null;
    }

    private async Task<Obstacle?> CheckAsync(Label label, CancellationToken cancellationToken) => CheckName(
        "label", label.Name, (await space.LabelsAsync(cancellationToken)).Where(other => other.Id != label.Id).Select(other => other.Name), LabelInput.MostLabels);

    private async Task<Obstacle?> CheckAsync(SavedFilter filter, CancellationToken cancellationToken) => CheckName(
        "filter", filter.Name, (await space.FiltersAsync(cancellationToken)).Where(other => other.Id != filter.Id).Select(other => other.Name), FilterInput.MostFilters);

    private static Obstacle? CheckName(string kind, string name, IEnumerable<string> others, int most)
    {
        string key = Rules.NameKey(name);
        int count = 0;
        foreach (string other in others)
        {
            count++;
            if (Rules.NameKey(other) == key)
            {
                return new Obstacle($"there is another {kind} named '{other}' now");
            }
        }

        return count >= most ? new Obstacle($"there are {most} {kind}s already, which is the most") : null;
    }

    /// <summary>Checks that the tasks that were touched fit together with those that were not, and with lists and labels.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var lists = (await space.ListsAsync(cancellationToken)).Select(list => list.Id).ToHashSet();
        var labels = (await space.LabelsAsync(cancellationToken)).Select(label => label.Id).ToHashSet();
        foreach (Guid[] part in _touched.Chunk(TasksAtOnce))
        {
            await PrefetchAsync(part, cancellationToken);
            foreach (Guid id in part)
            {
                TaskItem task = (await space.FindTaskAsync(new TaskReference(id, 0), cancellationToken))!;
                Refuse(task, !lists.Contains(task.ListId) ? "its list does not exist any more"
                    : !task.LabelIds.All(labels.Contains) ? "one of its labels does not exist any more"
                    : RecurringTask.Check(task) is Mismatch mismatch ? (mismatch.IsOfDue ? "its due date " : "its recurrence ") + mismatch.Text.TrimEnd('.')
                    : _placed.Contains(id) ? await CheckDepthAsync(task, cancellationToken)
                    : null);
            }

            foreach (TaskItem task in await space.MisplacedAsync([.. part.Where(_placed.Contains)], cancellationToken))
            {
                Refuse(task, "the task that it is a subtask of would be gone, in the trash or in another list");
            }
        }
    }

    private async Task<string?> CheckDepthAsync(TaskItem task, CancellationToken cancellationToken) =>
        task is { DeletedAt: null, ParentId: Guid parentId } && await space.FindTaskAsync(new TaskReference(parentId, 0), cancellationToken) is TaskItem parent
            && await ApplyTaskInput.CheckParentAsync(space, task, parent, cancellationToken) is string wrong
            ? $"its place {wrong.TrimEnd('.')}"
            : null;

    private void Refuse(TaskItem task, string? reason)
    {
        if (reason is not null && Conflicts.Count < MostConflicts)
        {
            Conflicts.Add(new UndoConflict(task.Version, $"{Describe(task)}: {reason}.", []));
        }
    }

    private void Touch(TaskItem before, TaskItem after)
    {
        _touched.Add(after.Id);
        if (after.ListId != before.ListId || after.ParentId != before.ParentId || after.DeletedAt != before.DeletedAt)
        {
            _placed.Add(after.Id);
        }
    }

    private Task PrefetchAsync(IEnumerable<Guid> tasks, CancellationToken cancellationToken) =>
        space.PrefetchAsync(tasks.Select(id => new TaskReference(id, 0)), cancellationToken);

    private async Task<object?> FindAsync(Change change, CancellationToken cancellationToken) =>
        change.Task is Guid task ? await space.FindTaskAsync(new TaskReference(task, 0), cancellationToken)
        : change.List is Guid list ? (await space.ListsAsync(cancellationToken)).FirstOrDefault(other => other.Id == list)
        : change.Label is Guid label ? (await space.LabelsAsync(cancellationToken)).FirstOrDefault(other => other.Id == label)
        : change.Completion is not null ? _completions.GetValueOrDefault(VersionOf(change))
        : (await space.FiltersAsync(cancellationToken)).FirstOrDefault(other => other.Id == change.Filter);

    private async Task ReadCompletionsAsync(Change[] changes, CancellationToken cancellationToken)
    {
        _completions.Clear();
        if (changes.Length > 0)
        {
            Guid[] tasks = [.. changes.Select(change => change.Completion!.Value).Distinct()];
            foreach (TaskCompletion completion in await space.CompletionsAsync(tasks, [.. changes.Select(VersionOf).Distinct()], cancellationToken))
            {
                _completions.Add(completion.Version, completion);
            }
        }
    }

    // A completed occurrence keeps the version of the change that added it first.
    private static long VersionOf(Change change) => (change.After ?? change.Before)!.Value.GetProperty("version").GetInt64();

    /// <summary>The latest changes of the same item since that gave one of the fields another value; any since when no field is named.</summary>
    private async Task<IReadOnlyList<Change>> LaterAsync(Change change, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        List<Change> later = await space.ChangesAsync(
            statement => $"c.item_id = {statement.Place(SqlType.Uuid, ItemOf(change))} AND c.version > {statement.Place(SqlType.Long, change.Version)} AND c.item_kind <> 'completion'", LaterRead, cancellationToken);
        return
        [
            .. later.Where(other => other.GroupId != space.Group && !_versions.Contains(other.Version)
                && (fields.Count == 0 || other.Before is not JsonElement before || fields.Any(field => before.TryGetProperty(field, out _))))
                .Take(LaterNamed).Reverse(),
        ];
    }

    private static string Explain(string reason, IReadOnlyList<Change> later) => later.Count == 0
        ? reason + "."
        : $"{reason} ({string.Join(", ", later.Select(change => $"version {change.Version}: {change.Kind} by {change.Actor.Name}"))}).";

    private static string Inverse(string kind) => kind switch
    {
        "created" or "restored" => "deleted",
        "deleted" => "restored",
        "completed" => "reopened",
        "reopened" => "completed",
        _ => kind,
    };

    private static Guid ItemOf(Change change) => change.Task ?? change.List ?? change.Label ?? change.Filter ?? change.Completion ?? Guid.Empty;

    private static JsonObject Image(object item) => (item switch
    {
        TaskItem task => JsonSerializer.SerializeToNode(task, StorageJson.Default.TaskItem),
        TaskList list => JsonSerializer.SerializeToNode(list, StorageJson.Default.TaskList),
        Label label => JsonSerializer.SerializeToNode(label, StorageJson.Default.Label),
        SavedFilter filter => JsonSerializer.SerializeToNode(filter, StorageJson.Default.SavedFilter),
        TaskCompletion completion => JsonSerializer.SerializeToNode(completion, StorageJson.Default.TaskCompletion),
        _ => throw new InvalidOperationException($"Undo does not know {item.GetType().Name}."),
    })!.AsObject();

    private static string Describe(object item) => item switch
    {
        TaskItem task => $"the task #{task.Number}",
        TaskList list => $"the list '{list.Name}'",
        Label label => $"the label '{label.Name}'",
        SavedFilter filter => $"the filter '{filter.Name}'",
        TaskCompletion completion => $"the completed occurrence of {completion.Due}",
        _ => throw new InvalidOperationException($"Undo does not know {item.GetType().Name}."),
    };

    private static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        _ => JsonValue.Create(element),
    };

    /// <summary>Why a change can't be undone.</summary>
    /// <param name="Reason">In words, without a full stop.</param>
    /// <param name="Fields">The fields that later changes gave another value; none when it was the whole item; null when no later change is to blame.</param>
    private sealed record Obstacle(string Reason, IReadOnlyList<string>? Fields = null);
}

/// <summary>Why something can't be undone.</summary>
/// <param name="Version">The version of the change; or of the item that would not fit to the others.</param>
/// <param name="Reason">Why, as a sentence.</param>
/// <param name="Later">The versions of later changes that stand in the way.</param>
internal sealed record UndoConflict(long Version, string Reason, IReadOnlyList<long> Later);
