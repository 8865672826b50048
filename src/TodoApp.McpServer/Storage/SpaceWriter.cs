using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Storage;

/// <summary>
/// One write to a space, of any number of items: reads what it needs under the lock of the space's row, decides, and collects
/// rows and log entries, which are then written and committed in one go. Later reads see earlier writes of the same writer.
/// </summary>
internal sealed class SpaceWriter
{
    /// <summary>The version of every space's first change, which makes its Inbox.</summary>
    public const int InboxVersion = 1;

    /// <summary>How many tasks are kept in memory when there is more to do.</summary>
    private const int MostRemembered = 2000;

    /// <summary>How many tasks are read at once where there may be very many.</summary>
    private const int PartSize = 500;

    private readonly Database _database;
    private readonly SqlTransaction _transaction;
    private readonly List<Statement> _writes = [];
    private readonly Dictionary<Guid, TaskItem> _tasks = [];
    private readonly Dictionary<long, Guid> _numbers = [];
    private List<TaskList>? _lists;
    private List<Label>? _labels;
    private List<SavedFilter>? _filters;
    private Dictionary<string, Label>? _labelsByName;
    private long _lastNumber;
    private bool _isDeleted;
    private bool _isDry;

    private SpaceWriter(Database database, SqlTransaction transaction, Caller caller, DateTimeOffset now)
    {
        _database = database;
        _transaction = transaction;
        Caller = caller;
        // What is stored has whole milliseconds, and so has what is answered.
        Now = new DateTimeOffset(now.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
        Group = Guid.CreateVersion7(now);
    }

    public Caller Caller { get; }

    /// <summary>When all of this happens.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The same for all changes of this write.</summary>
    public Guid Group { get; }

    /// <summary>The version of the last change.</summary>
    public long Version { get; private set; }

    /// <summary>Whether anything was changed.</summary>
    public bool HasChanges { get; private set; }

    /// <summary>Begins a write: locks the space, making it with its Inbox when there is none yet.</summary>
    /// <returns>The writer; or the answer, when the key was used before; or the problem, when the space was deleted.</returns>
    public static async Task<(SpaceWriter? Writer, WriteResult? Answer)> BeginAsync(
        Database database, SqlTransaction transaction, Caller caller, Idempotency? key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var writer = new SpaceWriter(database, transaction, caller, now);
        bool exists = false;
        string zone = caller.Zone.Id;
        WriteResult? replay = null;
        void Read(int statement, Row row)
        {
            if (statement == 0)
            {
                exists = true;
                writer.Version = row.Long(0);
                writer._lastNumber = row.Long(1);
                writer._isDeleted = !row.IsNull(2);
                zone = row.Text(3);
            }
            else
            {
                replay = ReadAnswer(row, 0, key!);
            }
        }

        List<Statement> first = [Lock(database, caller.Space)];
        if (key is not null)
        {
            first.Add(SelectAnswer(caller.Space, key));
        }

        await transaction.ExecuteAsync(first, Read, cancellationToken);
        if (!exists)
        {
            await transaction.ExecuteAsync(Create(caller, writer.Now, writer.Group), null, cancellationToken);
            await transaction.ExecuteAsync(first, Read, cancellationToken);
        }

        if (writer._isDeleted)
        {
            return (null, ProblemKind.Gone.Because("The account was deleted."));
        }

        if (replay is not null)
        {
            return (null, replay);
        }

        if (zone != caller.Zone.Id)
        {
            await writer.AdoptZoneAsync(cancellationToken);
        }

        return (writer, null);
    }

    /// <summary>Begins what only finds out what a write would do: it reads one moment's data without a lock, and everything it collects is dropped.</summary>
    /// <returns>The writer; or the problem, when the space is not there or was deleted.</returns>
    public static async Task<(SpaceWriter? Writer, WriteResult? Answer)> BeginDryAsync(
        Database database, SqlTransaction snapshot, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var writer = new SpaceWriter(database, snapshot, caller, now) { _isDry = true, _isDeleted = true };
        await snapshot.ExecuteAsync(
            [new Statement("SELECT version, last_number, deleted_at FROM tasks.spaces WHERE id = $1").Add(caller.Space)],
            (_, row) => (writer.Version, writer._lastNumber, writer._isDeleted) = (row.Long(0), row.Long(1), !row.IsNull(2)),
            cancellationToken);
        return writer._isDeleted ? (null, ProblemKind.Gone.Because("The account was deleted.")) : (writer, null);
    }

    /// <summary>The task, whether open, completed or in the trash; null when the space has none such.</summary>
    public async Task<TaskItem?> FindTaskAsync(TaskReference reference, CancellationToken cancellationToken)
    {
        if ((reference.Id ?? (_numbers.TryGetValue(reference.Number, out Guid known) ? known : null)) is Guid id && _tasks.TryGetValue(id, out TaskItem? task))
        {
            return task;
        }

        List<TaskItem> rows = await _transaction.ReadAsync(TaskRows.Select(Caller.Space, reference), TaskRows.Read, cancellationToken);
        return rows.Count == 0 ? null : RememberStored(rows[0]);
    }

    /// <summary>Reads several tasks at once, so that finding each costs nothing.</summary>
    public async Task PrefetchAsync(IEnumerable<TaskReference> references, CancellationToken cancellationToken)
    {
        var statements = new List<Statement>();
        Guid[] ids = [.. references.Where(reference => reference.Id is not null).Select(reference => reference.Id!.Value).Distinct()];
        if (ids.Length > 0)
        {
            statements.Add(TaskRows.SelectByIds(Caller.Space, ids, _database));
        }

        foreach (long number in references.Where(reference => reference.Id is null).Select(reference => reference.Number).Distinct())
        {
            statements.Add(TaskRows.SelectByNumber(Caller.Space, number));
        }

        if (statements.Count > 0)
        {
            await _transaction.ExecuteAsync(statements, (_, row) => RememberStored(TaskRows.Read(row)), cancellationToken);
        }
    }

    /// <summary>Every list of the space.</summary>
    public async Task<IReadOnlyList<TaskList>> ListsAsync(CancellationToken cancellationToken) =>
        _lists ??= await ReadAsync(ListRows.SelectAll(Caller.Space), ListRows.Read, cancellationToken);

    /// <summary>Every label of the space.</summary>
    public async Task<IReadOnlyList<Label>> LabelsAsync(CancellationToken cancellationToken) =>
        _labels ??= await ReadAsync(LabelRows.SelectAll(Caller.Space), LabelRows.Read, cancellationToken);

    /// <summary>Every label of the space by <see cref="Rules.NameKey"/>.</summary>
    public async Task<IReadOnlyDictionary<string, Label>> LabelsByNameAsync(CancellationToken cancellationToken) =>
        _labelsByName ??= (await LabelsAsync(cancellationToken)).ToDictionary(label => Rules.NameKey(label.Name), StringComparer.Ordinal);

    /// <summary>Every saved filter of the space.</summary>
    public async Task<IReadOnlyList<SavedFilter>> FiltersAsync(CancellationToken cancellationToken) =>
        _filters ??= await ReadAsync(FilterRows.SelectAll(Caller.Space), FilterRows.Read, cancellationToken);

    /// <summary>Changes of the log, the last first.</summary>
    /// <param name="condition">Adds a condition on the table <c>c</c>.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<Change>> ChangesAsync(Func<Statement, string> condition, int limit, CancellationToken cancellationToken) =>
        ReadChangesAsync(ListChanges.Columns, condition, limit, ListChanges.Read, cancellationToken);

    /// <summary>The changes with these versions, of which there may be some hundreds, as far as the log has them; the last first.</summary>
    public Task<List<Change>> ChangesAsync(IReadOnlyList<long> versions, CancellationToken cancellationToken) => ChangesAsync(
        statement => $"c.version IN ({string.Join(", ", versions.Select(version => statement.Place(SqlType.Long, version)))})", versions.Count, cancellationToken);

    /// <summary>
    /// The versions of changes, as far as the log has them, the last first; with that which the completion of an occurrence is together: of
    /// the task, and right beside it of its history.
    /// </summary>
    /// <param name="versions">Some hundreds of versions.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<List<long>> PairedVersionsAsync(IReadOnlyList<long> versions, CancellationToken cancellationToken)
    {
        HashSet<long> chosen = [.. versions];
        long[] near = [.. versions.SelectMany(version => (long[])[version - 1, version, version + 1]).Distinct()];
        List<LogRow> rows = await ReadChangesAsync(
            "c.version, c.group_id, c.kind, c.item_kind, c.item_id",
            statement => $"c.version IN ({string.Join(", ", near.Select(version => statement.Place(SqlType.Long, version)))})",
            near.Length,
            row => new LogRow(row.Long(0), row.Uuid(1), row.Text(2), row.Text(3), row.Uuid(4)),
            cancellationToken);
        var paired = new List<long>();
        for (int i = 0; i < rows.Count; i++)
        {
            if (chosen.Contains(rows[i].Version)
                || (i > 0 && chosen.Contains(rows[i - 1].Version) && LogRow.AreOne(rows[i], rows[i - 1]))
                || (i + 1 < rows.Count && chosen.Contains(rows[i + 1].Version) && LogRow.AreOne(rows[i + 1], rows[i])))
            {
                paired.Add(rows[i].Version);
            }
        }

        return paired;
    }

    /// <summary>The versions of changes of the log, the last first: for choosing among very many.</summary>
    /// <param name="condition">Adds a condition on the table <c>c</c>.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<VersionRow>> VersionsAsync(Func<Statement, string> condition, int limit, CancellationToken cancellationToken) =>
        ReadChangesAsync("c.version, c.undoes", condition, limit, row => new VersionRow(row.Long(0), row.LongOrNull(1)), cancellationToken);

    /// <summary>How many tasks of a list are not in the trash.</summary>
    public async Task<long> CountTasksOfListAsync(Guid list, CancellationToken cancellationToken) =>
        (await ReadAsync(TaskRows.CountOfList(Caller.Space, list), row => row.Long(0), cancellationToken))[0];

    /// <summary>The tasks of a list in the order of their numbers: open, completed and in the trash.</summary>
    public IAsyncEnumerable<TaskItem> TasksOfListAsync(Guid list, CancellationToken cancellationToken) =>
        InPartsAsync(statement => $"t.list_id = {statement.Place(SqlType.Uuid, list)}", cancellationToken);

    /// <summary>The tasks that have a label, in the order of their numbers: open, completed and in the trash.</summary>
    public IAsyncEnumerable<TaskItem> TasksWithLabelAsync(Guid label, CancellationToken cancellationToken) =>
        InPartsAsync(statement => _database.HasLabel(statement.Place(SqlType.Uuid, label)), cancellationToken);

    /// <summary>The open tasks of a task's list that stand nearest to it on one side, the nearest first.</summary>
    /// <param name="task">The task.</param>
    /// <param name="except">A task that does not count.</param>
    /// <param name="isAfter">Whether those after it; else those before it.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<TaskItem>> NeighboursAsync(TaskItem task, Guid except, bool isAfter, int limit, CancellationToken cancellationToken)
    {
        string direction = isAfter ? "" : " DESC";
        return ReadAsync(
            new Statement(
                $"SELECT {TaskRows.Columns} FROM tasks.tasks t WHERE t.space_id = $1 AND t.list_id = $2 AND t.completed_at IS NULL AND t.deleted_at IS NULL "
                + $"AND (t.position, t.id) {(isAfter ? ">" : "<")} ($3, $4) AND t.id <> $5 ORDER BY t.position{direction}, t.id{direction} LIMIT $6")
                .Add(Caller.Space).Add(task.ListId).Add(task.Position).Add(task.Id).Add(except).Add((long)limit),
            row => RememberStored(TaskRows.Read(row)),
            cancellationToken);
    }

    /// <summary>A task's subtasks at every depth, those in the trash too: parents first, else in their order.</summary>
    public async Task<IReadOnlyList<TaskItem>> SubtasksAsync(Guid task, CancellationToken cancellationToken) =>
        await ReadAsync(
            new Statement(
                "WITH RECURSIVE below(id, depth) AS (SELECT id, 1 FROM tasks.tasks WHERE space_id = $1 AND parent_id = $2 "
                + "UNION ALL SELECT c.id, b.depth + 1 FROM below b JOIN tasks.tasks c ON c.space_id = $1 AND c.parent_id = b.id WHERE b.depth < 50) "
                + $"SELECT {TaskRows.Columns} FROM below b JOIN tasks.tasks t ON t.space_id = $1 AND t.id = b.id ORDER BY b.depth, t.position, t.id").Add(Caller.Space).Add(task),
            row => RememberStored(TaskRows.Read(row)),
            cancellationToken);

    /// <summary>
    /// Of these tasks and their subtasks, those that are not in the trash but whose parent is gone, in the trash or in another
    /// list; a hundred at most.
    /// </summary>
    public async Task<IReadOnlyList<TaskItem>> MisplacedAsync(Guid[] tasks, CancellationToken cancellationToken)
    {
        Statement statement = new Statement(
            $"SELECT {TaskRows.Columns} FROM tasks.tasks t LEFT JOIN tasks.tasks p ON p.space_id = t.space_id AND p.id = t.parent_id "
            + "WHERE t.space_id = $1 AND t.parent_id IS NOT NULL AND t.deleted_at IS NULL AND (p.id IS NULL OR p.deleted_at IS NOT NULL OR p.list_id <> t.list_id) AND (t.id ").Add(Caller.Space);
        _database.In(_database.In(statement, tasks).Append(" OR t.parent_id "), tasks).Append(") ORDER BY t.number LIMIT 100");
        return await ReadAsync(statement, row => RememberStored(TaskRows.Read(row)), cancellationToken);
    }

    /// <summary>The subtasks, one level down, of these tasks.</summary>
    private Task<List<TaskItem>> ChildrenAsync(Guid[] tasks, CancellationToken cancellationToken) => ReadAsync(
        _database.In(new Statement($"SELECT {TaskRows.Columns} FROM tasks.tasks t WHERE t.space_id = $1 AND t.parent_id ").Add(Caller.Space), tasks),
        row => RememberStored(TaskRows.Read(row)),
        cancellationToken);

    /// <summary>Adds a task: gives it the next number, and the last place unless it has one.</summary>
    public TaskItem Insert(TaskItem task)
    {
        long version = ++Version;
        task = task with
        {
            Number = ++_lastNumber,
            Position = task.Position.Length > 0 ? task.Position : Rank.AtEnd(version),
            CreatedAt = Now,
            UpdatedAt = Now,
            Version = version,
        };
        _writes.Add(TaskRows.Insert(Caller.Space, task, DueKey(task)));
        Log("created", "task", task.Id, null, TaskRows.Image(task));
        return Remember(task);
    }

    /// <summary>Moves the counters on, so that what is added from now on comes after what another space has brought along. They never go back.</summary>
    /// <param name="version">The highest version in the ranks that come along. The log has a gap up to it, which no reader minds.</param>
    /// <param name="number">The highest number that comes along.</param>
    public void SkipTo(long version, long number)
    {
        Version = Math.Max(Version, version);
        _lastNumber = Math.Max(_lastNumber, number);
    }

    /// <summary>Adds a task of another space as it is there: with the number, place and times that it has; what it lacks it is given. It is not kept in memory.</summary>
    public void Import(TaskItem task)
    {
        long version = ++Version;
        task = task with
        {
            Number = task.Number > 0 ? task.Number : ++_lastNumber,
            Position = task.Position.Length > 0 ? task.Position : Rank.AtEnd(version),
            CreatedAt = task.CreatedAt == default ? Now : task.CreatedAt,
            UpdatedAt = task.UpdatedAt == default ? Now : task.UpdatedAt,
            Version = version,
        };
        _writes.Add(TaskRows.Insert(Caller.Space, task, DueKey(task)));
        Log("created", "task", task.Id, null, TaskRows.Image(task));
    }

    /// <summary>Which of these tasks the space has, with their lists and parents.</summary>
    public async Task<List<(Guid Id, Guid List, Guid? Parent)>> FindPlacesAsync(Guid[] ids, CancellationToken cancellationToken) =>
        await _transaction.ReadAsync(
            _database.In(new Statement("SELECT t.id, t.list_id, t.parent_id FROM tasks.tasks t WHERE t.space_id = $1 AND t.id ").Add(Caller.Space), ids),
            row => (row.Uuid(0), row.Uuid(1), row.UuidOrNull(2)),
            cancellationToken);

    /// <summary>Which of these numbers tasks of the space have.</summary>
    public async Task<List<long>> FindNumbersAsync(IReadOnlyList<long> numbers, CancellationToken cancellationToken)
    {
        var statement = new Statement("SELECT number FROM tasks.tasks WHERE space_id = $1 AND number IN (").Add(Caller.Space);
        statement.Append(string.Join(", ", numbers.Select(number => statement.Place(SqlType.Long, number)))).Append(")");
        return await _transaction.ReadAsync(statement, row => row.Long(0), cancellationToken);
    }

    /// <summary>Whether the space has any task, also in the trash.</summary>
    public async Task<bool> HasTasksAsync(CancellationToken cancellationToken) => (await _transaction.ReadAsync(
        new Statement("SELECT 1 FROM tasks.tasks WHERE space_id = $1 LIMIT 1").Add(Caller.Space), row => row.IsNull(0), cancellationToken)).Count > 0;

    /// <summary>Stores what became of a task: at the last place when it has none. Nothing is written when nothing differs.</summary>
    /// <param name="before">As it is stored.</param>
    /// <param name="after">As it shall be; its version and time of update are set here.</param>
    /// <param name="kind">What the change is called in the log.</param>
    /// <param name="undoes">The version that it undoes.</param>
    public TaskItem Update(TaskItem before, TaskItem after, string kind, long? undoes = null)
    {
        if (ItemJson.Replaced(before, after) is not string replaced)
        {
            return before;
        }

        long version = ++Version;
        after = after with { UpdatedAt = Now, Version = version, Position = after.Position.Length > 0 ? after.Position : Rank.AtEnd(version) };
        _writes.Add(TaskRows.Update(Caller.Space, after, DueKey(after)));
        Log(kind, "task", after.Id, replaced, TaskRows.Image(after), undoes);
        return Remember(after);
    }

    /// <summary>Stores that a task was completed. Of one that repeats, the occurrence goes into the history, in the change that follows.</summary>
    /// <param name="before">As it is stored: open.</param>
    /// <param name="after">Completed, or at its next occurrence.</param>
    public TaskItem Complete(TaskItem before, TaskItem after)
    {
        after = Update(before, after, "completed");
        if (before is { Recurrence: not null, Due: string due })
        {
            Insert(new TaskCompletion(after.Id, 0, due, Now, Caller.Actor));
        }

        return after;
    }

    /// <summary>Adds a completed occurrence to the history of its task.</summary>
    /// <param name="completion">The occurrence, with the time and the actor that it has, be it now or long ago. Its version is set here, unless it comes back.</param>
    /// <param name="undoes">The version of the change that removed it.</param>
    public void Insert(TaskCompletion completion, long? undoes = null)
    {
        Version++;
        completion = undoes is null ? completion with { Version = Version } : completion;
        _writes.Add(CompletionRows.Insert(Caller.Space, completion));
        Log(undoes is null ? "created" : "restored", "completion", completion.TaskId, null, CompletionRows.Image(completion), undoes);
    }

    /// <summary>Takes an occurrence out of the history, when its completion is undone.</summary>
    public void Remove(TaskCompletion completion, long undoes)
    {
        Version++;
        _writes.Add(CompletionRows.Delete(Caller.Space, completion.TaskId, completion.Version));
        Log("deleted", "completion", completion.TaskId, CompletionRows.Image(completion), null, undoes);
    }

    /// <summary>The completed occurrences of these tasks that have one of these versions, of which there may be some hundreds.</summary>
    public Task<List<TaskCompletion>> CompletionsAsync(Guid[] tasks, IReadOnlyList<long> versions, CancellationToken cancellationToken)
    {
        Statement statement = _database.In(new Statement($"SELECT {CompletionRows.Columns} FROM tasks.completions WHERE space_id = $1 AND task_id ").Add(Caller.Space), tasks);
        statement.Append($" AND version IN ({string.Join(", ", versions.Select(version => statement.Place(SqlType.Long, version)))})");
        return ReadAsync(statement, CompletionRows.Read, cancellationToken);
    }

    /// <summary>
    /// Removes tasks in the trash for good, with their subtasks that are there too. A subtask that is not, which should not be,
    /// becomes a task of its own.
    /// </summary>
    /// <param name="before">Only those that went there before this moment.</param>
    /// <param name="enough">Stops at about as many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many were removed.</returns>
    public async Task<long> PurgeTrashAsync(DateTimeOffset before, long enough, CancellationToken cancellationToken)
    {
        long count = 0;
        long version = 0;
        List<TaskItem> part;
        do
        {
            part = await ReadAsync(
                new Statement($"SELECT {TaskRows.Columns} FROM tasks.tasks t WHERE t.space_id = $1 AND t.deleted_at < $2 AND t.version > $3 ORDER BY t.version LIMIT {PartSize}")
                    .Add(Caller.Space).Add(before).Add(version),
                TaskRows.Read,
                cancellationToken);
            version = part.Count > 0 ? part[^1].Version : version;
            for (List<TaskItem> level = part; level.Count > 0;)
            {
                level.ForEach(Purge);
                count += level.Count;
                ILookup<bool, TaskItem> below = (await ChildrenAsync([.. level.Select(task => task.Id)], cancellationToken)).ToLookup(task => task.DeletedAt is not null);
                level = [.. below[true]];
                foreach (TaskItem task in below[false])
                {
                    Update(task, task with { ParentId = null }, "moved");
                }
            }
        }
        while (part.Count == PartSize && count < enough);

        return count;
    }

    private void Purge(TaskItem task)
    {
        Version++;
        _writes.Add(TaskRows.Delete(Caller.Space, task.Id));
        _writes.Add(CompletionRows.DeleteAll(Caller.Space, task.Id));
        Log("purged", "task", task.Id, TaskRows.Image(task), null);
        _tasks.Remove(task.Id);
        _numbers.Remove(task.Number);
    }

    /// <summary>Adds a list.</summary>
    public TaskList Insert(TaskList list, long? undoes = null)
    {
        list = list with { Version = ++Version, Position = list.Position.Length > 0 ? list.Position : Rank.AtEnd(Version) };
        _writes.Add(ListRows.Insert(Caller.Space, list));
        Log(undoes is null ? "created" : "restored", "list", list.Id, null, ListRows.Image(list), undoes);
        _lists?.Add(list);
        return list;
    }

    /// <summary>Stores what became of a list. Nothing is written when nothing differs.</summary>
    public TaskList Update(TaskList before, TaskList after, string kind, long? undoes = null)
    {
        if (ItemJson.Replaced(before, after) is not string replaced)
        {
            return before;
        }

        after = after with { Version = ++Version };
        _writes.Add(ListRows.Update(Caller.Space, after));
        Log(kind, "list", after.Id, replaced, ListRows.Image(after), undoes);
        if (_lists is not null)
        {
            _lists[_lists.FindIndex(list => list.Id == after.Id)] = after;
        }

        return after;
    }

    /// <summary>Removes a list. Its tasks must have been moved away before.</summary>
    public void Remove(TaskList list, long? undoes = null)
    {
        Version++;
        _writes.Add(ListRows.Delete(Caller.Space, list.Id));
        Log("deleted", "list", list.Id, ListRows.Image(list), null, undoes);
        _lists?.RemoveAll(other => other.Id == list.Id);
    }

    /// <summary>Adds a label.</summary>
    public Label Insert(Label label, long? undoes = null)
    {
        label = label with { Version = ++Version };
        _writes.Add(LabelRows.Insert(Caller.Space, label));
        Log(undoes is null ? "created" : "restored", "label", label.Id, null, LabelRows.Image(label), undoes);
        _labels?.Add(label);
        _labelsByName?.Add(Rules.NameKey(label.Name), label);
        return label;
    }

    /// <summary>Stores what became of a label. Nothing is written when nothing differs.</summary>
    public Label Update(Label before, Label after, long? undoes = null)
    {
        if (ItemJson.Replaced(before, after) is not string replaced)
        {
            return before;
        }

        after = after with { Version = ++Version };
        _writes.Add(LabelRows.Update(Caller.Space, after));
        Log("updated", "label", after.Id, replaced, LabelRows.Image(after), undoes);
        if (_labels is not null)
        {
            _labels[_labels.FindIndex(label => label.Id == after.Id)] = after;
        }

        _labelsByName = null;

        return after;
    }

    /// <summary>Removes a label. It must have been taken off its tasks before.</summary>
    public void Remove(Label label, long? undoes = null)
    {
        Version++;
        _writes.Add(LabelRows.Delete(Caller.Space, label.Id));
        Log("deleted", "label", label.Id, LabelRows.Image(label), null, undoes);
        _labels?.RemoveAll(other => other.Id == label.Id);
        _labelsByName = null;
    }

    /// <summary>Adds a saved filter: at the last place unless it has one.</summary>
    public SavedFilter Insert(SavedFilter filter, long? undoes = null)
    {
        filter = filter with { Version = ++Version, Position = filter.Position.Length > 0 ? filter.Position : Rank.AtEnd(Version) };
        _writes.Add(FilterRows.Insert(Caller.Space, filter));
        Log(undoes is null ? "created" : "restored", "filter", filter.Id, null, FilterRows.Image(filter), undoes);
        _filters?.Add(filter);
        return filter;
    }

    /// <summary>Stores what became of a saved filter. Nothing is written when nothing differs.</summary>
    public SavedFilter Update(SavedFilter before, SavedFilter after, long? undoes = null)
    {
        if (ItemJson.Replaced(before, after) is not string replaced)
        {
            return before;
        }

        after = after with { Version = ++Version };
        _writes.Add(FilterRows.Update(Caller.Space, after));
        Log(after with { Position = before.Position, Version = before.Version } == before ? "moved" : "updated", "filter", after.Id, replaced, FilterRows.Image(after), undoes);
        if (_filters is not null)
        {
            _filters[_filters.FindIndex(filter => filter.Id == after.Id)] = after;
        }

        return after;
    }

    /// <summary>Removes a saved filter.</summary>
    public void Remove(SavedFilter filter, long? undoes = null)
    {
        Version++;
        _writes.Add(FilterRows.Delete(Caller.Space, filter.Id));
        Log("deleted", "filter", filter.Id, FilterRows.Image(filter), null, undoes);
        _filters?.RemoveAll(other => other.Id == filter.Id);
    }

    /// <summary>Writes and commits everything, with the answer under its idempotency key.</summary>
    public async Task CommitAsync(Idempotency? key, WriteResult answer, CancellationToken cancellationToken)
    {
        if (HasChanges)
        {
            _writes.Add(new Statement("UPDATE tasks.spaces SET version = $2, last_number = $3 WHERE id = $1").Add(Caller.Space).Add(Version).Add(_lastNumber));
        }

        if (key is not null)
        {
            _writes.Add(new Statement("INSERT INTO tasks.idempotency_keys (space_id, key, request, status, version, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
                .Add(Caller.Space).Add(key.Key).Add(key.Request).Add((short)answer.Status).Add(answer.Version)
                .Add(Encoding.UTF8.GetString(answer.Body.Span)).Add(Now));
        }

        await _transaction.CommitAsync(_writes, cancellationToken);
    }

    /// <summary>What makes a space with its Inbox, unless there is one. Several may do so at once.</summary>
    public static IReadOnlyList<Statement> Create(Caller caller, DateTimeOffset now, Guid group)
    {
        var inbox = new TaskList { Id = Guid.CreateVersion7(now), Name = "Inbox", Position = Rank.AtEnd(1), IsInbox = true, Version = 1 };
        Actor actor = caller.Actor;
        return
        [
            new Statement("INSERT INTO tasks.spaces (id, version, last_number, oldest_version, time_zone, created_at) VALUES ($1, 1, 0, 0, $2, $3) ON CONFLICT DO NOTHING")
                .Add(caller.Space).Add(caller.Zone.Id).Add(now),
            new Statement(
                "INSERT INTO tasks.lists (space_id, id, name, name_key, position, is_inbox, version) SELECT id, $2, $3, $4, $5, $6, 1 FROM tasks.spaces "
                + "WHERE id = $1 AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM tasks.lists WHERE space_id = $1)")
                .Add(caller.Space).Add(inbox.Id).Add(inbox.Name).Add(Rules.NameKey(inbox.Name)).Add(inbox.Position).Add(true),
            new Statement(
                "INSERT INTO tasks.changes (space_id, version, group_id, at, actor_kind, actor_id, actor_name, kind, item_kind, item_id, after) "
                + "SELECT space_id, 1, $3, $4, $5, $6, $7, 'created', 'list', id, $8 FROM tasks.lists WHERE space_id = $1 AND id = $2")
                .Add(caller.Space).Add(inbox.Id).Add(group).Add(now).Add(actor.Kind).Add(actor.Id).Add(actor.Name).AddJson(ListRows.Image(inbox)),
        ];
    }

    private static Statement Lock(Database database, Guid space) =>
        new Statement("SELECT version, last_number, deleted_at, time_zone FROM tasks.spaces WHERE id = $1" + database.ForUpdate).Add(space);

    private static Statement SelectAnswer(Guid space, Idempotency key) => new Statement(
        "SELECT k.request, k.status, k.version, k.body, c.after FROM tasks.idempotency_keys k "
        + "LEFT JOIN tasks.changes c ON c.space_id = k.space_id AND c.version = k.version WHERE k.space_id = $1 AND k.key = $2")
        .Add(space).Add(key.Key);

    /// <summary>Reads the columns request, status, version, body and the change's item as an answer to be given again.</summary>
    internal static WriteResult ReadAnswer(Row row, int first, Idempotency key)
    {
        if (!row.Bytes(first).AsSpan().SequenceEqual(key.Request))
        {
            return Idempotency.Reused;
        }

        if (row.IsNull(first + 3) && row.IsNull(first + 4))
        {
            return ProblemKind.Gone.Because("The answer to the first request with this key is gone.");
        }

        byte[] body = !row.IsNull(first + 3)
            ? Encoding.UTF8.GetBytes(row.Text(first + 3))
            : JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(row.Text(first + 4), StorageJson.Default.TaskItem)!, ContractsJson.Readable.TaskItem);
        return WriteResult.Replay(row.Small(first + 1), body, row.LongOrNull(first + 2));
    }

    /// <summary>Sends what was collected when it is much, so that a change of very many items does not pile up in memory.</summary>
    public Task FlushWhenLargeAsync(CancellationToken cancellationToken) => FlushAsync(500, cancellationToken);

    private async Task FlushAsync(int from, CancellationToken cancellationToken)
    {
        if (_writes.Count >= from)
        {
            if (!_isDry)
            {
                await _transaction.ExecuteAsync(_writes, null, cancellationToken);
            }

            _writes.Clear();
            if (_tasks.Count > MostRemembered)
            {
                _tasks.Clear(); // The database has what this writer did to them.
                _numbers.Clear();
            }
        }
    }

    // A part at a time, and what was done to one part is sent before the next is read: there may be very many.
    private async IAsyncEnumerable<TaskItem> InPartsAsync(Func<Statement, string> condition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long number = 0;
        List<TaskItem> part;
        do
        {
            Statement statement = new Statement($"SELECT {TaskRows.Columns} FROM tasks.tasks t WHERE t.space_id = $1 AND t.number > $2").Add(Caller.Space).Add(number);
            statement.Append($" AND {condition(statement)} ORDER BY t.number LIMIT {PartSize}");
            part = await ReadAsync(statement, row => RememberStored(TaskRows.Read(row)), cancellationToken);
            foreach (TaskItem task in part)
            {
                number = task.Number;
                yield return task;
            }
        }
        while (part.Count == PartSize);
    }

    /// <summary>
    /// Makes the keys of due times that have a zone of their own anew, for the caller's zone, which the account has moved to: no
    /// change to the tasks themselves. All keys of a space are made for the one zone that the space's row names.
    /// </summary>
    private async Task AdoptZoneAsync(CancellationToken cancellationToken)
    {
        long number = 0;
        List<(Guid Id, string? Key)> part;
        do
        {
            part = await _transaction.ReadAsync(
                new Statement($"SELECT t.id, t.due, t.due_time_zone, t.due_key, t.number FROM tasks.tasks t WHERE t.space_id = $1 AND t.due_time_zone IS NOT NULL AND t.number > $2 ORDER BY t.number LIMIT {PartSize}")
                    .Add(Caller.Space).Add(number),
                row =>
                {
                    number = row.Long(4);
                    string key = DueDate.Key(row.TextOrNull(1), row.Text(2), Caller.Zone);
                    return (row.Uuid(0), key == row.Text(3) ? null : key);
                },
                cancellationToken);
            _writes.AddRange(part.Where(row => row.Key is not null)
                .Select(row => new Statement("UPDATE tasks.tasks SET due_key = $3 WHERE space_id = $1 AND id = $2").Add(Caller.Space).Add(row.Id).Add(row.Key)));
            await FlushWhenLargeAsync(cancellationToken);
        }
        while (part.Count == PartSize);
        _writes.Add(new Statement("UPDATE tasks.spaces SET time_zone = $2 WHERE id = $1").Add(Caller.Space).Add(Caller.Zone.Id));
    }

    private string DueKey(TaskItem task) => DueDate.Key(task.Due, task.DueTimeZone, Caller.Zone);

    private TaskItem Remember(TaskItem task)
    {
        _tasks[task.Id] = task;
        _numbers[task.Number] = task.Id;
        return task;
    }

    // A row that this writer has changed already is newer here than in the database.
    private TaskItem RememberStored(TaskItem task) => _tasks.TryGetValue(task.Id, out TaskItem? newer) ? newer : Remember(task);

    private Task<List<T>> ReadChangesAsync<T>(string columns, Func<Statement, string> condition, int limit, Func<Row, T> read, CancellationToken cancellationToken)
    {
        Statement statement = new Statement($"SELECT {columns} FROM tasks.changes c WHERE c.space_id = $1").Add(Caller.Space);
        statement.Append(" AND " + condition(statement)).Append($" ORDER BY c.version DESC LIMIT {statement.Place(SqlType.Long, (long)limit)}");
        return ReadAsync(statement, read, cancellationToken);
    }

    // What was written so far must be seen by a query over many rows.
    private async Task<List<T>> ReadAsync<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        await FlushAsync(1, cancellationToken);
        return await _transaction.ReadAsync(statement, read, cancellationToken);
    }

    private void Log(string kind, string itemKind, Guid item, string? before, string? after, long? undoes = null)
    {
        HasChanges = true;
        _writes.Add(
            new Statement(
                "INSERT INTO tasks.changes (space_id, version, group_id, at, actor_kind, actor_id, actor_name, kind, item_kind, item_id, before, after, undoes) "
                + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
                .Add(Caller.Space).Add(Version).Add(Group).Add(Now).Add(Caller.Actor.Kind).Add(Caller.Actor.Id).Add(Caller.Actor.Name)
                .Add(kind).Add(itemKind).Add(item).AddJson(before).AddJson(after).Add(undoes));
    }
}

/// <summary>What a change is about.</summary>
internal readonly record struct LogRow(long Version, Guid Group, string Kind, string ItemKind, Guid Item)
{
    /// <summary>Whether two changes are the completion of an occurrence and its entry in the history, or both undone.</summary>
    public static bool AreOne(LogRow first, LogRow second) => (first.Group, first.Item, first.Version + 1) == (second.Group, second.Item, second.Version)
        && (first is { ItemKind: "task", Kind: "completed" } && second is { ItemKind: "completion", Kind: "created" or "restored" }
            || first is { ItemKind: "completion", Kind: "deleted" } && second is { ItemKind: "task", Kind: "reopened" });
}

/// <summary>Which change, and which it undoes.</summary>
internal readonly record struct VersionRow(long Version, long? Undoes);
