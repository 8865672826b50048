using System.Text.Json;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Changes;

/// <summary>
/// Takes changes back, one after the other, the last first. A change is taken back only while every field has the value that the
/// change gave it; and afterwards everything must fit together as after any write (parents, lists, depth, names).
/// </summary>
/// <param name="space">The write that it is part of.</param>
/// <param name="changes">What to undo, the last first.</param>
internal sealed class Undo(SpaceWriter space, IReadOnlyList<Change> changes)
{
    private const int PrefetchedAtOnce = 500;
    private const int LaterNamed = 5;

    private readonly HashSet<long> _versions = [.. changes.Select(change => change.Version)];
    private readonly HashSet<Guid> _moved = [];
    private readonly HashSet<Guid> _touched = [];

    /// <summary>How many changes were undone.</summary>
    public int Count { get; private set; }

    /// <summary>What stood in the way.</summary>
    public List<UndoConflict> Conflicts { get; } = [];

    /// <summary>Whether everything fits together; if not, nothing may be committed.</summary>
    public bool IsSound { get; private set; } = true;

    /// <param name="goOn">Whether to go on after a conflict.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(bool goOn, CancellationToken cancellationToken)
    {
        for (int i = 0; i < changes.Count && (goOn || Conflicts.Count < LaterNamed); i++)
        {
            if (i % PrefetchedAtOnce == 0)
            {
                await space.PrefetchAsync(changes.Skip(i).Take(PrefetchedAtOnce).Where(change => change.Task is not null).Select(change => new TaskReference(change.Task!.Value, 0)), cancellationToken);
            }

            if (await ApplyAsync(changes[i], cancellationToken) is (string reason, bool isLater))
            {
                IReadOnlyList<Change> later = isLater ? await LaterAsync(changes[i], cancellationToken) : [];
                Conflicts.Add(new UndoConflict(changes[i].Version, Explain(reason, later), [.. later.Select(change => change.Version)]));
            }
            else
            {
                Count++;
            }

            await space.FlushWhenLargeAsync(cancellationToken);
        }

        if (goOn || Conflicts.Count == 0)
        {
            await CheckAsync(cancellationToken);
        }
    }

    private async Task<(string Reason, bool IsLater)?> ApplyAsync(Change change, CancellationToken cancellationToken)
    {
        if (change.Kind == "purged")
        {
            return ("it was removed from the trash for good.", false);
        }

        object? item = await FindAsync(change, cancellationToken);
        if (change.After is null)
        {
            return await InsertAsync(change, item, cancellationToken);
        }

        if (item is null)
        {
            return (change.Task is null ? "it was deleted since." : "the task was removed for good since.", true);
        }

        JsonObject current = Image(item);
        IEnumerable<string> fields = change.Before is JsonElement before
            ? before.EnumerateObject().Select(property => property.Name)
            : change.After.Value.EnumerateObject().Select(property => property.Name).Except(ItemJson.Derived);
        string[] changed = [.. fields.Where(field => !JsonNode.DeepEquals(current[field], ToNode(change.After.Value.GetProperty(field))))];
        if (changed.Length > 0)
        {
            return ($"{Describe(item)}: {string.Join(", ", changed)} {(changed.Length == 1 ? "was" : "were")} changed since", true);
        }

        if (change.Before is null)
        {
            return await RemoveAsync(change, item, cancellationToken);
        }

        foreach (JsonProperty property in change.Before.Value.EnumerateObject())
        {
            current[property.Name] = ToNode(property.Value);
        }

        return await UpdateAsync(change, item, current, cancellationToken);
    }

    private async Task<(string Reason, bool IsLater)?> UpdateAsync(Change change, object item, JsonObject restored, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case TaskItem task:
                TaskItem after = restored.Deserialize(StorageJson.Default.TaskItem)!;
                Touch(space.Update(task, after, Inverse(change.Kind), change.Version), task);
                return null;
            case TaskList list:
                TaskList changedList = restored.Deserialize(StorageJson.Default.TaskList)!;
                if (await ListConflictAsync(changedList, cancellationToken) is string listConflict)
                {
                    return (listConflict, false);
                }

                space.Update(list, changedList, Inverse(change.Kind), change.Version);
                return null;
            case Label label:
                Label changedLabel = restored.Deserialize(StorageJson.Default.Label)!;
                if (await LabelConflictAsync(changedLabel, cancellationToken) is string labelConflict)
                {
                    return (labelConflict, false);
                }

                space.Update(label, changedLabel, change.Version);
                return null;
            default:
                throw new InvalidOperationException($"Undo does not know {item.GetType().Name}.");
        }
    }

    /// <summary>Undoes a creation.</summary>
    private async Task<(string Reason, bool IsLater)?> RemoveAsync(Change change, object item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case TaskItem task:
                if ((await space.SubtasksAsync(task.Id, cancellationToken)).Any(subtask => subtask.DeletedAt is null))
                {
                    return ($"{Describe(item)} has subtasks, which are not undone with it.", false);
                }

                Touch(space.Update(task, task with { DeletedAt = space.Now }, "deleted", change.Version), task);
                return null;
            case TaskList list:
                if (list.IsInbox)
                {
                    return ("the Inbox is always there.", false);
                }

                IReadOnlyList<TaskList> lists = await space.ListsAsync(cancellationToken);
                if (lists.Any(other => other.ParentId == list.Id) || await space.CountTasksOfListAsync(list.Id, cancellationToken) > 0)
                {
                    return ($"{Describe(item)} holds tasks or lists, which are not undone with it.", false);
                }

                Guid inbox = lists.First(other => other.IsInbox).Id;
                await foreach (TaskItem trashed in space.TasksOfListAsync(list.Id, cancellationToken))
                {
                    space.Update(trashed, trashed with { ListId = inbox }, "moved");
                }

                space.Remove(list, change.Version);
                return null;
            case Label label:
                await foreach (TaskItem tagged in space.TasksWithLabelAsync(label.Id, cancellationToken))
                {
                    if (tagged.DeletedAt is null)
                    {
                        return ($"{Describe(item)} is used by the task #{tagged.Number}.", false);
                    }
                }

                await foreach (TaskItem trashed in space.TasksWithLabelAsync(label.Id, cancellationToken))
                {
                    space.Update(trashed, trashed with { LabelIds = [.. trashed.LabelIds.Where(id => id != label.Id)] }, "updated");
                }

                space.Remove(label, change.Version);
                return null;
            default:
                throw new InvalidOperationException($"Undo does not know {item.GetType().Name}.");
        }
    }

    /// <summary>Undoes the deletion of a list, label or filter.</summary>
    private async Task<(string Reason, bool IsLater)?> InsertAsync(Change change, object? item, CancellationToken cancellationToken)
    {
        if (item is not null)
        {
            return ($"{Describe(item)} is there again.", true);
        }

        if (change.List is not null)
        {
            TaskList list = change.Before!.Value.Deserialize(StorageJson.Default.TaskList)!;
            if (await ListConflictAsync(list, cancellationToken) is string conflict)
            {
                return (conflict, false);
            }

            space.Insert(list, change.Version);
            return null;
        }

        if (change.Label is not null)
        {
            Label label = change.Before!.Value.Deserialize(StorageJson.Default.Label)!;
            if (await LabelConflictAsync(label, cancellationToken) is string conflict)
            {
                return (conflict, false);
            }

            space.Insert(label, change.Version);
            return null;
        }

        throw new InvalidOperationException($"Undo does not know what version {change.Version} removed.");
    }

    private async Task<string?> ListConflictAsync(TaskList list, CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskList> others = [.. (await space.ListsAsync(cancellationToken)).Where(other => other.Id != list.Id)];
        if (others.FirstOrDefault(other => Rules.NameKey(other.Name) == Rules.NameKey(list.Name)) is TaskList same)
        {
            return $"there is another list named '{same.Name}' now.";
        }

        return others.Count >= Lists.ListInput.MostLists
            ? $"there are {Lists.ListInput.MostLists} lists already, which is the most."
            : list.ParentId is Guid parent ? Lists.ListInput.CheckParent(others, list, parent) : null;
    }

    private async Task<string?> LabelConflictAsync(Label label, CancellationToken cancellationToken)
    {
        IReadOnlyList<Label> others = [.. (await space.LabelsAsync(cancellationToken)).Where(other => other.Id != label.Id)];
        if (others.FirstOrDefault(other => Rules.NameKey(other.Name) == Rules.NameKey(label.Name)) is Label same)
        {
            return $"there is another label named '{same.Name}' now.";
        }

        return others.Count >= Labels.LabelInput.MostLabels ? $"there are {Labels.LabelInput.MostLabels} labels already, which is the most." : null;
    }

    /// <summary>Checks that what was touched fits together with what was not.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var lists = (await space.ListsAsync(cancellationToken)).Select(list => list.Id).ToHashSet();
        var labels = (await space.LabelsAsync(cancellationToken)).Select(label => label.Id).ToHashSet();
        foreach (Guid id in _touched)
        {
            TaskItem task = (await space.FindTaskAsync(new TaskReference(id, 0), cancellationToken))!;
            string? wrong = !lists.Contains(task.ListId) && task.DeletedAt is null ? "its list does not exist any more."
                : !task.LabelIds.All(labels.Contains) ? "one of its labels does not exist any more."
                : _moved.Contains(id) ? await CheckFamilyAsync(task, cancellationToken) : null;
            if (wrong is not null)
            {
                IsSound = false;
                Conflicts.Add(new UndoConflict(task.Version, $"{Describe(task)}: {wrong}", []));
                if (Conflicts.Count >= LaterNamed)
                {
                    return;
                }
            }
        }
    }

    private async Task<string?> CheckFamilyAsync(TaskItem task, CancellationToken cancellationToken)
    {
        if (task.DeletedAt is null && task.ParentId is Guid parentId)
        {
            TaskItem? parent = await space.FindTaskAsync(new TaskReference(parentId, 0), cancellationToken);
            if (parent is null || parent.DeletedAt is not null)
            {
                return "the task that it was a subtask of is gone or in the trash.";
            }

            if (parent.ListId != task.ListId)
            {
                return $"the task #{parent.Number} that it was a subtask of is in another list.";
            }

            if (await ApplyTaskInput.CheckParentAsync(space, task, parent, cancellationToken) is string wrong)
            {
                return "being a subtask as before " + wrong;
            }
        }

        IReadOnlyList<TaskItem> below = [.. (await space.SubtasksAsync(task.Id, cancellationToken)).Where(subtask => subtask.DeletedAt is null)];
        return below.Count == 0 ? null
            : task.DeletedAt is not null ? $"it has subtasks that would not go to the trash with it: #{below[0].Number}."
            : below.FirstOrDefault(subtask => subtask.ListId != task.ListId) is TaskItem other ? $"its subtask #{other.Number} is in another list." : null;
    }

    private void Touch(TaskItem after, TaskItem before)
    {
        _touched.Add(after.Id);
        if (after.ListId != before.ListId || after.ParentId != before.ParentId || after.DeletedAt != before.DeletedAt)
        {
            _moved.Add(after.Id);
        }
    }

    private async Task<object?> FindAsync(Change change, CancellationToken cancellationToken) =>
        change.Task is Guid task ? await space.FindTaskAsync(new TaskReference(task, 0), cancellationToken)
        : change.List is Guid list ? (await space.ListsAsync(cancellationToken)).FirstOrDefault(other => other.Id == list)
        : change.Label is Guid label ? (await space.LabelsAsync(cancellationToken)).FirstOrDefault(other => other.Id == label)
        : null;

    private async Task<IReadOnlyList<Change>> LaterAsync(Change change, CancellationToken cancellationToken)
    {
        Guid item = change.Task ?? change.List ?? change.Label ?? change.Filter ?? Guid.Empty;
        List<Change> later = await space.ChangesAsync(
            statement => $"c.item_id = {statement.Place(SqlType.Uuid, item)} AND c.version > {statement.Place(SqlType.Long, change.Version)}", UndoChanges.Most, cancellationToken);
        return [.. later.Where(other => other.GroupId != space.Group && !_versions.Contains(other.Version)).Reverse<Change>().Take(LaterNamed)];
    }

    private static string Explain(string reason, IReadOnlyList<Change> later) => later.Count == 0
        ? reason.EndsWith('.') ? reason : reason + "."
        : $"{reason.TrimEnd('.')} ({string.Join(", ", later.Select(change => $"version {change.Version}: {change.Kind} by {change.Actor.Name}"))}).";

    private static string Inverse(string kind) => kind switch
    {
        "created" or "restored" => "deleted",
        "deleted" => "restored",
        "completed" => "reopened",
        "reopened" => "completed",
        _ => kind,
    };

    private static JsonObject Image(object item) => (item switch
    {
        TaskItem task => JsonSerializer.SerializeToNode(task, StorageJson.Default.TaskItem),
        TaskList list => JsonSerializer.SerializeToNode(list, StorageJson.Default.TaskList),
        Label label => JsonSerializer.SerializeToNode(label, StorageJson.Default.Label),
        SavedFilter filter => JsonSerializer.SerializeToNode(filter, StorageJson.Default.SavedFilter),
        _ => null,
    })!.AsObject();

    private static string Describe(object item) => item switch
    {
        TaskItem task => $"the task #{task.Number}",
        TaskList list => $"the list '{list.Name}'",
        Label label => $"the label '{label.Name}'",
        SavedFilter filter => $"the filter '{filter.Name}'",
        _ => "it",
    };

    private static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        _ => JsonValue.Create(element),
    };
}
