using TodoApp.Contracts;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// Puts a checked file into a space. What is there already stays as it is: lists and labels are found by id or name, tasks by
/// id, each with its history. Tasks and
/// completed occurrences go through in parts, so that memory does not grow with the file.
/// </summary>
internal sealed class ImportWriter(SpaceWriter space, ImportPlan plan, ImportNotes notes)
{
    private const int TasksAtOnce = 250;

    private readonly Dictionary<string, Guid> _lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Guid> _labels = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> _existing = []; // Tasks of the file that the space has.
    private readonly Dictionary<Guid, (Guid List, Guid? Parent)> _places = []; // Tasks of the space above tasks of the file.
    private Guid _inbox;
    private bool _hasTasks;
    private long _newLists;
    private long _newLabels;
    private long _newFilters;
    private long _newTasks;
    private long _newCompletions;
    private long _renumbered;

    /// <summary>How much was there already.</summary>
    public long Skipped { get; private set; }

    /// <summary>How much is new.</summary>
    public ImportCounts Created => new(_newLists, _newLabels, _newFilters, _newTasks, _newCompletions);

    /// <summary>Writes everything, unless there is a problem; then the transaction must not be committed.</summary>
    /// <param name="items">The file once more.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task RunAsync(IEnumerable<ImportItem> items, CancellationToken cancellationToken)
    {
        _hasTasks = await space.HasTasksAsync(cancellationToken);
        await FindExistingAsync(cancellationToken);
        if (_existing.Count < plan.Tasks.Count)
        {
            space.SkipTo(plan.HighestVersion, plan.HighestNumber);
        }

        await AddListsAsync(cancellationToken);
        await AddLabelsAsync(cancellationToken);
        await AddFiltersAsync(cancellationToken);
        if (notes.IsRefused)
        {
            return;
        }

        var part = new List<ImportTask>(TasksAtOnce);
        foreach (ImportItem item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_existing.Contains(TaskOf(item)))
            {
                Skipped++;
                continue;
            }

            if (item is ImportTask task)
            {
                part.Add(task);
            }

            if (part.Count == TasksAtOnce || (item is ImportCompletion && part.Count > 0))
            {
                await AddTasksAsync(part, cancellationToken);
                part.Clear();
            }

            if (item is ImportCompletion completion)
            {
                space.Insert(completion.Completion);
                _newCompletions++;
                await space.FlushWhenLargeAsync(cancellationToken);
            }
        }

        await AddTasksAsync(part, cancellationToken);
        if (_renumbered > 0)
        {
            notes.Warn(0, "number", _renumbered == 1 ? "1 task has a new number, because another task has theirs." : $"{_renumbered} tasks have a new number, because another task has theirs.");
        }
    }

    private static Guid TaskOf(ImportItem item) => item switch
    {
        ImportTask task => task.Task.Id,
        ImportCompletion completion => completion.Completion.TaskId,
        _ => Guid.Empty,
    };

    private async Task FindExistingAsync(CancellationToken cancellationToken)
    {
        if (!_hasTasks)
        {
            return;
        }

        foreach (Guid[] ids in plan.Tasks.Keys.Chunk(1000))
        {
            foreach ((Guid id, _, _) in await space.FindPlacesAsync(ids, cancellationToken))
            {
                _existing.Add(id);
            }
        }

        // New tasks may hang below tasks that are there: up to the top, to know their list and how deep that is.
        HashSet<Guid> above = [.. plan.Tasks.Where(task => !_existing.Contains(task.Key) && task.Value.Parent != Guid.Empty)
            .Select(task => task.Value.Parent).Where(parent => _existing.Contains(parent) || !plan.Tasks.ContainsKey(parent))];
        while (above.Count > 0)
        {
            HashSet<Guid> next = [];
            foreach (Guid[] ids in above.Chunk(1000))
            {
                foreach ((Guid id, Guid list, Guid? parent) in await space.FindPlacesAsync(ids, cancellationToken))
                {
                    _places[id] = (list, parent);
                    if (parent is Guid further && !_places.ContainsKey(further))
                    {
                        next.Add(further);
                    }
                }
            }

            above = next;
        }
    }

    private async Task AddListsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskList> present = await space.ListsAsync(cancellationToken);
        bool isEmpty = !_hasTasks && present.Count == 1;
        TaskList inbox = present.First(list => list.IsInbox);
        _inbox = inbox.Id;
        var byId = present.ToDictionary(list => list.Id);
        var byName = present.ToDictionary(list => Rules.NameKey(list.Name), StringComparer.Ordinal);
        foreach (ImportList list in plan.Lists.Values.Where(list => list.IsInbox))
        {
            _lists.Add(list.Key, inbox.Id);
            if (isEmpty)
            {
                space.Update(inbox, inbox with { Name = list.Name, Color = list.Color, Position = list.Position.Length > 0 ? list.Position : inbox.Position }, "updated");
                byName = new Dictionary<string, TaskList>(StringComparer.Ordinal) { [Rules.NameKey(list.Name)] = inbox };
            }
        }

        int count = present.Count;
        foreach (ImportList list in plan.Lists.Values)
        {
            Add(list);
        }

        void Add(ImportList list)
        {
            if (_lists.ContainsKey(list.Key))
            {
                return;
            }

            TaskList? same = list.Id is Guid id && byId.TryGetValue(id, out TaskList? found) ? found : byName.GetValueOrDefault(Rules.NameKey(list.Name));
            if (same is not null)
            {
                _lists.Add(list.Key, same.Id);
                Skipped++;
                return;
            }

            if (list.ParentKey is not null)
            {
                Add(plan.Lists[list.ParentKey]); // The file may have it later.
            }

            Guid? parent = list.ParentKey is null ? null : _lists[list.ParentKey];
            if (++count > ListInput.MostLists)
            {
                notes.Refuse(list.Line, null, $"would be one list too many: there are at most {ListInput.MostLists}.");
                _lists.Add(list.Key, inbox.Id);
                return;
            }

            int level = 1;
            for (Guid? above = parent; above is Guid next; level++)
            {
                above = byId[next].IsInbox ? next : byId[next].ParentId;
                if (byId[next].IsInbox)
                {
                    notes.Refuse(list.Line, "parentId", "names the Inbox, which holds no other lists.");
                    break;
                }
            }

            if (level > ListInput.MostLevels)
            {
                notes.Refuse(list.Line, "parentId", $"makes {level} levels of lists, since the list that it names is inside of others in this account; there are at most {ListInput.MostLevels}.");
            }

            TaskList added = space.Insert(new TaskList
            {
                Id = list.Id is Guid given && !byId.ContainsKey(given) ? given : Guid.CreateVersion7(space.Now),
                Name = list.Name,
                Color = list.Color,
                ParentId = parent,
                Position = list.Position,
                ArchivedAt = list.ArchivedAt,
                Version = 0,
            });
            byId.Add(added.Id, added);
            byName.Add(Rules.NameKey(added.Name), added);
            _lists.Add(list.Key, added.Id);
            _newLists++;
        }
    }

    private async Task AddLabelsAsync(CancellationToken cancellationToken)
    {
        var byName = new Dictionary<string, Label>(await space.LabelsByNameAsync(cancellationToken), StringComparer.Ordinal);
        var byId = byName.Values.ToDictionary(label => label.Id);
        foreach (ImportLabel label in plan.Labels.Values)
        {
            Label? same = label.Id is Guid id && byId.TryGetValue(id, out Label? found) ? found : byName.GetValueOrDefault(Rules.NameKey(label.Name));
            if (same is not null)
            {
                _labels.Add(label.Key, same.Id);
                Skipped++;
                continue;
            }

            if (byName.Count >= LabelInput.MostLabels)
            {
                notes.Refuse(label.Line, null, $"would be one label too many: there are at most {LabelInput.MostLabels}.");
                return;
            }

            Label added = space.Insert(new Label { Id = label.Id ?? Guid.CreateVersion7(space.Now), Name = label.Name, Color = label.Color, Version = 0 });
            byName.Add(Rules.NameKey(added.Name), added);
            byId.Add(added.Id, added);
            _labels.Add(label.Key, added.Id);
            _newLabels++;
        }
    }

    private async Task AddFiltersAsync(CancellationToken cancellationToken)
    {
        foreach (ImportFilter filter in plan.Filters)
        {
            IReadOnlyList<SavedFilter> present = await space.FiltersAsync(cancellationToken);
            if (present.Any(other => other.Id == filter.Id || Rules.NameKey(other.Name) == Rules.NameKey(filter.Name)))
            {
                Skipped++;
                continue;
            }

            if (present.Count >= FilterInput.MostFilters)
            {
                notes.Refuse(filter.Line, null, $"would be one filter too many: there are at most {FilterInput.MostFilters}.");
                return;
            }

            space.Insert(new SavedFilter { Id = filter.Id, Name = filter.Name, Query = filter.Query, Position = filter.Position, Version = 0 });
            _newFilters++;
        }
    }

    private async Task AddTasksAsync(List<ImportTask> part, CancellationToken cancellationToken)
    {
        HashSet<long> taken = [];
        long[] numbers = _hasTasks ? [.. part.Where(task => task.Task.Number > 0).Select(task => task.Task.Number)] : [];
        if (numbers.Length > 0)
        {
            taken = [.. await space.FindNumbersAsync(numbers, cancellationToken)];
        }

        foreach (ImportTask task in part)
        {
            bool isTaken = taken.Contains(task.Task.Number);
            _renumbered += isTaken ? 1 : 0;
            Guid? parent = FindParent(task);
            space.Import(task.Task with
            {
                Number = isTaken ? 0 : task.Task.Number,
                ParentId = parent,
                ListId = FindList(task, parent),
                LabelIds = [.. task.LabelKeys.Select(label => _labels[label]).Distinct()],
            });
            _newTasks++;
        }

        await space.FlushWhenLargeAsync(cancellationToken);
    }

    private Guid? FindParent(ImportTask task)
    {
        if (task.Task.ParentId is not Guid parent)
        {
            return null;
        }

        if (!plan.Tasks.ContainsKey(parent) && !_places.ContainsKey(parent))
        {
            notes.Warn(task.Line, "parentId", "names a task that is neither in the file nor in the account. The task is taken as one of its own.");
            return null;
        }

        int level = 1;
        Guid? above = parent;
        while (above is Guid next && level <= ApplyTaskInput.MostLevels)
        {
            above = _places.TryGetValue(next, out (Guid List, Guid? Parent) place) ? place.Parent
                : plan.Tasks.TryGetValue(next, out ImportPlan.Place planned) && planned.Parent != Guid.Empty ? planned.Parent : null;
            level++;
        }

        if (level > ApplyTaskInput.MostLevels)
        {
            notes.Refuse(task.Line, "parentId", $"makes more than {ApplyTaskInput.MostLevels} levels of tasks, since the task that it names is a subtask in this account.");
        }

        return parent;
    }

    // A subtask lives where its parent does; what is in the trash stays where it was.
    private Guid FindList(ImportTask task, Guid? parent)
    {
        Guid own = task.ListKey is null ? _inbox : _lists[task.ListKey];
        if (parent is not Guid above || task.Task.DeletedAt is not null)
        {
            return own;
        }

        Guid list = own;
        for (int level = 1; level <= ApplyTaskInput.MostLevels; level++)
        {
            if (_places.TryGetValue(above, out (Guid List, Guid? Parent) place))
            {
                list = place.List;
                break;
            }

            ImportPlan.Place planned = plan.Tasks[above];
            list = planned.List is null ? _inbox : _lists[planned.List];
            if (planned.IsDeleted || planned.Parent == Guid.Empty || (!plan.Tasks.ContainsKey(planned.Parent) && !_places.ContainsKey(planned.Parent)))
            {
                break;
            }

            above = planned.Parent;
        }

        if (list != own)
        {
            notes.Warn(task.Line, "list", "It is not its parent's. The subtask is put where its parent is.");
        }

        return list;
    }
}
