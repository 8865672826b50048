using System.Globalization;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// What a file holds as far as its items depend on each other: checked before anything is locked or written. Of each task it keeps
/// some 60 bytes.
/// </summary>
internal sealed class ImportPlan
{
    /// <summary>The most tasks in one file.</summary>
    public const int MostTasks = 500_000;

    /// <summary>The most completed occurrences in one file.</summary>
    public const int MostCompletions = 1_000_000;

    // The versions of an account that anybody has used are far below it; above it a rank says nothing that could be kept.
    private const long HighestSensibleVersion = 1L << 40;

    private readonly Dictionary<string, ImportList> _lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImportLabel> _labels = new(StringComparer.Ordinal);
    private readonly List<ImportFilter> _filters = [];
    private readonly Dictionary<Guid, Place> _tasks = [];
    private readonly HashSet<long> _numbers = [];
    private readonly ImportNotes _notes;
    private int _completions;
    private long _problemsBefore; // How many there were before the first completed occurrence.

    private ImportPlan(ImportNotes notes) => _notes = notes;

    /// <summary>The lists by their keys, in the order of the file.</summary>
    public IReadOnlyDictionary<string, ImportList> Lists => _lists;

    /// <summary>The labels by their keys, in the order of the file.</summary>
    public IReadOnlyDictionary<string, ImportLabel> Labels => _labels;

    /// <summary>The saved filters, in the order of the file.</summary>
    public IReadOnlyList<ImportFilter> Filters => _filters;

    /// <summary>The tasks by their ids.</summary>
    public IReadOnlyDictionary<Guid, Place> Tasks => _tasks;

    /// <summary>The highest number of a task.</summary>
    public long HighestNumber { get; private set; }

    /// <summary>The highest version that a rank was made from.</summary>
    public long HighestVersion { get; private set; }

    /// <summary>What other tasks must know of a task.</summary>
    /// <param name="Line">Where it begins in the file.</param>
    /// <param name="Parent">Its parent, which may not be in the file; empty for none.</param>
    /// <param name="List">The key of its list; null for the Inbox.</param>
    /// <param name="IsDeleted">Whether it is in the trash.</param>
    internal readonly record struct Place(int Line, Guid Parent, string? List, bool IsDeleted);

    /// <summary>Reads the whole file.</summary>
    public static ImportPlan Make(IEnumerable<ImportItem> items, ImportNotes notes, CancellationToken cancellationToken)
    {
        var plan = new ImportPlan(notes);
        foreach (ImportItem item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (item)
            {
                case ImportList list:
                    plan.Add(list);
                    break;
                case ImportLabel label:
                    plan.Add(label);
                    break;
                case ImportFilter filter:
                    plan.Add(filter);
                    break;
                case ImportTask task:
                    plan.Add(task);
                    break;
                case ImportCompletion completion:
                    plan.Add(completion);
                    break;
            }

            if (notes.Failure is not null)
            {
                return plan;
            }
        }

        if (notes.Failure is null)
        {
            plan.CheckLists();
            plan.CheckTasks();
        }

        return plan;
    }

    private void Add(ImportList list)
    {
        if (_lists.Count > ListInput.MostLists)
        {
            _notes.Fail(list.Line, 1, $"there are more lists than an account has, which are at most {ListInput.MostLists}.");
        }
        else if (!_lists.TryAdd(list.Key, list))
        {
            _notes.Refuse(list.Line, "id", $"is that of the list in line {_lists[list.Key].Line} already.");
        }

        Note(list.Position);
    }

    private void Add(ImportLabel label)
    {
        if (_labels.Count > LabelInput.MostLabels)
        {
            _notes.Fail(label.Line, 1, $"there are more labels than an account has, which are at most {LabelInput.MostLabels}.");
        }
        else if (!_labels.TryAdd(label.Key, label))
        {
            _notes.Refuse(label.Line, "id", $"is that of the label in line {_labels[label.Key].Line} already.");
        }
    }

    private void Add(ImportFilter filter)
    {
        if (_filters.Count >= FilterInput.MostFilters)
        {
            _notes.Fail(filter.Line, 1, $"there are more filters than an account has, which are at most {FilterInput.MostFilters}.");
        }
        else if (_filters.Find(other => other.Id == filter.Id) is ImportFilter same)
        {
            _notes.Refuse(filter.Line, "id", $"is that of the filter in line {same.Line} already.");
        }

        _filters.Add(filter);
        Note(filter.Position);
    }

    private void Add(ImportTask task)
    {
        if (_tasks.Count == MostTasks)
        {
            _notes.Fail(task.Line, 1, $"a file has at most {MostTasks} tasks. Import it in parts.");
            return;
        }

        var place = new Place((int)Math.Min(task.Line, int.MaxValue), task.Task.ParentId ?? Guid.Empty, task.ListKey, task.Task.DeletedAt is not null);
        if (task.ListKey is not null && _lists.TryGetValue(task.ListKey, out ImportList? list))
        {
            place = place with { List = list.Key }; // The same text for all, instead of one for each task.
        }

        if (!_tasks.TryAdd(task.Task.Id, place))
        {
            _notes.Refuse(task.Line, "id", $"is that of the task in line {_tasks[task.Task.Id].Line} already.");
        }

        long number = task.Task.Number;
        if (number > 0 && !_numbers.Add(number))
        {
            _notes.Refuse(task.Line, "number", $"{number} is another task's of this file already.");
        }

        if (RecurringTask.Check(task.Task) is Mismatch mismatch)
        {
            _notes.Refuse(task.Line, mismatch.IsOfDue ? task.DueField : task.RecurrenceField, mismatch.Text);
        }

        HighestNumber = Math.Max(HighestNumber, number);
        Note(task.Task.Position);
        foreach (string label in task.LabelKeys)
        {
            if (!_labels.ContainsKey(label))
            {
                _notes.Refuse(task.Line, "labelIds", $"names the label {Excerpt.Of(label)}, which the file does not have (labels come before tasks).");
            }
        }
    }

    private void Add(ImportCompletion completion)
    {
        if (_completions == MostCompletions)
        {
            _notes.Fail(completion.Line, 1, $"a file has at most {MostCompletions} completions. Import it in parts, each with its tasks.");
            return;
        }

        _problemsBefore = _completions++ == 0 ? _notes.ProblemCount : _problemsBefore;

        // When tasks were refused it may be one of them; that is said already.
        if (_problemsBefore == 0 && !_tasks.ContainsKey(completion.Completion.TaskId))
        {
            _notes.Refuse(completion.Line, "taskId", $"names the task {completion.Completion.TaskId}, which the file does not have (tasks come before completions).");
        }
    }

    // What is added at the end later must come after it.
    private void Note(string position)
    {
        if (position.Length >= 12 && long.TryParse(position.AsSpan(0, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long version)
            && version <= HighestSensibleVersion)
        {
            HighestVersion = Math.Max(HighestVersion, version);
        }
    }

    private void CheckLists()
    {
        var names = new Dictionary<string, ImportList>(StringComparer.Ordinal);
        foreach (ImportList list in _lists.Values)
        {
            if (!names.TryAdd(Rules.NameKey(list.Name), list))
            {
                _notes.Refuse(list.Line, "name", $"'{list.Name}' is the name of the list in line {names[Rules.NameKey(list.Name)].Line} already; names differ by more than case and width.");
            }

            int level = 1;
            string? parent = list.ParentKey;
            while (parent is not null && level <= ListInput.MostLevels)
            {
                if (!_lists.TryGetValue(parent, out ImportList? above))
                {
                    _notes.Refuse(list.Line, "parentId", $"names the list {Excerpt.Of(parent)}, which the file does not have.");
                    break;
                }

                parent = above.ParentKey;
                level++;
            }

            if (level > ListInput.MostLevels)
            {
                _notes.Refuse(list.Line, "parentId", $"makes more than {ListInput.MostLevels} levels of lists, or a circle.");
            }
        }

        var labels = new Dictionary<string, ImportLabel>(StringComparer.Ordinal);
        foreach (ImportLabel label in _labels.Values)
        {
            if (!labels.TryAdd(Rules.NameKey(label.Name), label))
            {
                _notes.Refuse(label.Line, "name", $"'{label.Name}' is the name of the label in line {labels[Rules.NameKey(label.Name)].Line} already; names differ by more than case and width.");
            }
        }

        if (_lists.Values.Count(list => list.IsInbox) > 1)
        {
            _notes.Refuse(_lists.Values.Last(list => list.IsInbox).Line, "isInbox", "is true a second time; there is one Inbox.");
        }
    }

    private void CheckTasks()
    {
        foreach ((Guid id, Place task) in _tasks)
        {
            if (task.List is not null && !_lists.ContainsKey(task.List))
            {
                _notes.Refuse(task.Line, "listId", $"names the list {Excerpt.Of(task.List)}, which the file does not have.");
            }

            int level = 1;
            Guid above = task.Parent;
            while (above != Guid.Empty && level <= ApplyTaskInput.MostLevels && above != id)
            {
                above = _tasks.TryGetValue(above, out Place parent) ? parent.Parent : Guid.Empty;
                level++;
            }

            if (above == id)
            {
                _notes.Refuse(task.Line, "parentId", "makes a circle: the task is inside of itself.");
            }
            else if (level > ApplyTaskInput.MostLevels)
            {
                _notes.Refuse(task.Line, "parentId", $"makes more than {ApplyTaskInput.MostLevels} levels of tasks, or a circle.");
            }
        }
    }
}
