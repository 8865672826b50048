using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TodoApp.Contracts;

/// <summary>How urgent a task is. Written in lower case; <c>p1</c> to <c>p4</c> are read as urgent to low.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Priority>))]
public enum Priority
{
    /// <summary>No priority; sorts after all others.</summary>
    [JsonStringEnumMemberName("none")] None = 0,

    /// <summary>Also <c>p4</c>.</summary>
    [JsonStringEnumMemberName("low")] Low = 1,

    /// <summary>Also <c>p3</c>.</summary>
    [JsonStringEnumMemberName("medium")] Medium = 2,

    /// <summary>Also <c>p2</c>.</summary>
    [JsonStringEnumMemberName("high")] High = 3,

    /// <summary>Also <c>p1</c>.</summary>
    [JsonStringEnumMemberName("urgent")] Urgent = 4,
}

/// <summary>From which date the next occurrence of a recurring task is counted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecurrenceFrom>))]
public enum RecurrenceFrom
{
    /// <summary>From the date it was due.</summary>
    [JsonStringEnumMemberName("due")] Due = 0,

    /// <summary>From the date it was completed.</summary>
    [JsonStringEnumMemberName("completion")] Completion = 1,
}

/// <summary>A task. Unset fields are <c>null</c>, never absent.</summary>
public sealed record TaskItem
{
    /// <summary>UUIDv7, the same for the life of the task.</summary>
    public required Guid Id { get; init; }

    /// <summary>Counts the tasks of a space from 1 and is never used again; a digits-only id in a path means this.</summary>
    [Description("What people and agents say: #42. Counts the tasks of an account and is never used again.")]
    public required long Number { get; init; }

    /// <summary>The list that holds the task.</summary>
    public required Guid ListId { get; init; }

    /// <summary>The task that this one is a subtask of.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>1 to 500 Unicode scalar values, in normalization form C, without surrounding white space.</summary>
    [Description("1 to 500 characters.")]
    public required string Title { get; init; }

    /// <summary>Markdown, at most 16 KiB of UTF-8; never the empty string.</summary>
    [Description("Markdown, at most 16 KiB of UTF-8.")]
    public string? Notes { get; init; }

    /// <summary>How urgent the task is.</summary>
    public Priority Priority { get; init; }

    /// <summary><c>2026-12-01</c>, or <c>2026-12-01T09:00</c> in <see cref="DueTimeZone"/>.</summary>
    [Description("A date (2026-12-01), or a date and time (2026-12-01T09:00) in dueTimeZone.")]
    public string? Due { get; init; }

    /// <summary>IANA name of the zone that <see cref="Due"/>'s time is in; null means the zone of whoever looks.</summary>
    [Description("IANA name, for example Europe/Berlin; null means the account's zone.")]
    public string? DueTimeZone { get; init; }

    /// <summary>Where the rule put this occurrence of a recurring task, when it was rescheduled alone; in the form of <see cref="Due"/>.</summary>
    [Description("Where the rule put this occurrence, when it alone was rescheduled; else null. The next one follows from here.")]
    public string? OriginalDue { get; init; }

    /// <summary>RFC 5545 recurrence rule without the leading <c>RRULE:</c>. Its COUNT is how many occurrences are left, the current one included.</summary>
    [Description("RFC 5545 recurrence rule, for example FREQ=WEEKLY;BYDAY=MO. COUNT is how many occurrences are left, the current one included.")]
    public string? Recurrence { get; init; }

    /// <summary>From which date the next occurrence is counted.</summary>
    public RecurrenceFrom RecurrenceFrom { get; init; }

    /// <summary>The task's labels, in the order they were given.</summary>
    public Guid[] LabelIds { get; init; } = [];

    /// <summary>Rank among the tasks of the same list and parent; compared byte by byte.</summary>
    [Description("Rank among the tasks of the same list and parent; compare byte by byte.")]
    public required string Position { get; init; }

    /// <summary>When it was completed.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When it was moved to the trash.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The space's version of the last change to this task; the strong ETag is this number in quotes.</summary>
    public required long Version { get; init; }
}

/// <summary>What has an id and a name that is unique among its kind: lists, labels, filters.</summary>
public interface INamedItem
{
    /// <summary>UUIDv7.</summary>
    Guid Id { get; }

    /// <summary>Unique in the space without regard to case and width.</summary>
    string Name { get; }
}

/// <summary>A list of tasks.</summary>
public sealed record TaskList : INamedItem
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>1 to 100 Unicode scalar values, unique in the space without regard to case and width.</summary>
    [Description("1 to 100 characters, unique in the account without regard to case.")]
    public required string Name { get; init; }

    /// <summary>A color as <c>#rrggbb</c>.</summary>
    [Description("#rrggbb")]
    public string? Color { get; init; }

    /// <summary>The list that this one is inside of; at most three levels.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Rank among the lists of the same parent; compared byte by byte.</summary>
    public required string Position { get; init; }

    /// <summary>Whether this is the space's Inbox, which can't be deleted, archived or moved.</summary>
    public bool IsInbox { get; init; }

    /// <summary>When it was archived: since then its open tasks are found only where the list is named.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The space's version of the last change to this list.</summary>
    public required long Version { get; init; }
}

/// <summary>A label.</summary>
public sealed record Label : INamedItem
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>1 to 100 Unicode scalar values, unique in the space without regard to case and width.</summary>
    [Description("1 to 100 characters, unique in the account without regard to case.")]
    public required string Name { get; init; }

    /// <summary>A color as <c>#rrggbb</c>.</summary>
    [Description("#rrggbb")]
    public string? Color { get; init; }

    /// <summary>The space's version of the last change to this label.</summary>
    public required long Version { get; init; }
}

/// <summary>A saved filter.</summary>
public sealed record SavedFilter : INamedItem
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>1 to 100 Unicode scalar values, unique in the space without regard to case and width.</summary>
    public required string Name { get; init; }

    /// <summary>The filter in the filter language.</summary>
    public required string Query { get; init; }

    /// <summary>Rank among the filters; compared byte by byte.</summary>
    public required string Position { get; init; }

    /// <summary>The space's version of the last change to this filter.</summary>
    public required long Version { get; init; }
}

/// <summary>One page of tasks.</summary>
/// <param name="Items">The tasks, in the order asked for.</param>
/// <param name="NextCursor">What to send as <c>cursor</c>, with the same other parameters, for the next page; null on the last.</param>
public sealed record TaskPage(IReadOnlyList<TaskItem> Items, string? NextCursor);

/// <summary>All lists, or all labels, or all filters, of a space: they are few.</summary>
public sealed record ItemList<T>(IReadOnlyList<T> Items);

/// <summary>Who made a change.</summary>
/// <param name="Kind"><c>person</c>, <c>agent</c>, or <c>system</c> for what is removed after its time.</param>
/// <param name="Id">The account's id for a person, the token's for an agent, <c>system</c> for the service.</param>
/// <param name="Name">The name at the time of the change.</param>
public sealed record Actor(string Kind, string Id, string Name);

/// <summary>One entry of the change log.</summary>
public sealed record Change
{
    /// <summary>Strictly increasing within a space, one for each change.</summary>
    public required long Version { get; init; }

    /// <summary>The same for everything that one request, batch, cascade or import changed.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required Actor Actor { get; init; }

    /// <summary>What happened: <c>created</c>, <c>updated</c>, <c>completed</c>, <c>skipped</c>, <c>rescheduled</c>, <c>reopened</c>, <c>deleted</c>, <c>restored</c>, <c>moved</c>, <c>purged</c>. One that completed a recurring task left its <c>completedAt</c> null, unless it was the last occurrence.</summary>
    public required string Kind { get; init; }

    /// <summary>The task's id, when a task was changed.</summary>
    public Guid? Task { get; init; }

    /// <summary>The list's id, when a list was changed.</summary>
    public Guid? List { get; init; }

    /// <summary>The label's id, when a label was changed.</summary>
    public Guid? Label { get; init; }

    /// <summary>The filter's id, when a filter was changed.</summary>
    public Guid? Filter { get; init; }

    /// <summary>The task's id, when a completed occurrence came into its history or left it: see <see cref="TaskCompletion"/>.</summary>
    public Guid? Completion { get; init; }

    /// <summary>The fields that the change replaced, with the values they had; null for a creation.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>The whole item after the change; null when it was removed for good.</summary>
    public JsonElement? After { get; init; }

    /// <summary>The version that this change undid.</summary>
    public long? Undoes { get; init; }
}

/// <summary>A part of the change log.</summary>
/// <param name="Items">In the order of their versions.</param>
/// <param name="Version">What to send as <c>since</c> next.</param>
/// <param name="More">Whether there are more right now.</param>
public sealed record ChangePage(IReadOnlyList<Change> Items, long Version, bool More);

/// <summary>What became of the trash.</summary>
/// <param name="Count">How many tasks were removed for good.</param>
public sealed record Purged([property: JsonPropertyName("purged")] long Count);

/// <summary>What <c>POST /changes/undo</c> takes: one of <c>versions</c>, <c>groupId</c>, or <c>actor</c> with <c>since</c>.</summary>
public sealed record UndoChanges
{
    /// <summary>The versions of up to 10,000 changes.</summary>
    [Description("The versions of up to 10,000 changes.")]
    public IReadOnlyList<long>? Versions { get; init; }

    /// <summary>The changes of one request.</summary>
    [Description("The groupId of the changes of one request.")]
    public Guid? GroupId { get; init; }

    /// <summary>The id of an account or a token.</summary>
    [Description("The id of an account or a token: everything that it did since, and that still stands.")]
    public string? Actor { get; init; }

    /// <summary>With an actor: from when on, inclusive.</summary>
    [Description("With actor: from when on, inclusive; RFC 3339.")]
    public DateTimeOffset? Since { get; init; }
}

/// <summary>What was undone.</summary>
/// <param name="GroupId">The group of the changes that did it: with it they can be read, and be undone in turn. Null when there was nothing to undo.</param>
/// <param name="Version">The version of the last of them.</param>
/// <param name="Undone">How many changes were undone.</param>
public sealed record UndoResult(Guid? GroupId, long Version, int Undone);

/// <summary>Everything in a space at one version.</summary>
public sealed record Snapshot(
    long Version,
    IReadOnlyList<TaskList> Lists,
    IReadOnlyList<Label> Labels,
    IReadOnlyList<SavedFilter> Filters,
    IReadOnlyList<TaskItem> Tasks,
    IReadOnlyList<TaskCompletion> Completions);

/// <summary>
/// One occurrence of a recurring task that was completed. In the change log it is an item of its own, named by <c>completion</c>: a
/// change whose <c>after</c> it is adds it, one whose <c>before</c> it is removes it. It is kept as long as the task: <c>purged</c>
/// removes all of the task.
/// </summary>
/// <param name="TaskId">The task.</param>
/// <param name="Version">The version of the change that added it first. No other has the same, and they order the history.</param>
/// <param name="Due">When the occurrence was due, as the task had it.</param>
/// <param name="CompletedAt">When it was completed.</param>
/// <param name="Actor">Who completed it.</param>
public sealed record TaskCompletion(Guid TaskId, long Version, string Due, DateTimeOffset CompletedAt, Actor Actor);

/// <summary>One page of a task's completions, the latest first.</summary>
/// <param name="Items">The completions.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next page; null on the last.</param>
public sealed record CompletionPage(IReadOnlyList<TaskCompletion> Items, string? NextCursor);

/// <summary>What <c>POST /tasks/{id}/complete</c> may take.</summary>
/// <param name="WithSubtasks">For a task with open subtasks: true completes them too, false leaves them open.</param>
public sealed record CompleteTaskOptions(bool? WithSubtasks = null);

/// <summary>What <c>POST /tasks/{id}/reschedule</c> takes.</summary>
/// <param name="Due">The new due date; null, for a task that does not repeat, takes it away.</param>
/// <param name="DueTimeZone">The zone that the time is meant in. A task that repeats keeps its own zone, and the time is converted to it.</param>
public sealed record Reschedule(string? Due, string? DueTimeZone = null);

/// <summary>What <c>POST /tasks</c> takes. Every field but <c>title</c> may be left out.</summary>
public sealed record CreateTask
{
    /// <inheritdoc cref="TaskItem.Title" />
    [Description("1 to 500 characters.")]
    public required string Title { get; init; }

    /// <inheritdoc cref="TaskItem.Notes" />
    [Description("Markdown, at most 16 KiB of UTF-8.")]
    public string? Notes { get; init; }

    /// <summary>The list's id; the Inbox when neither this nor <see cref="List"/> is given.</summary>
    public Guid? ListId { get; init; }

    /// <summary>The list's name or id, instead of <see cref="ListId"/>.</summary>
    [Description("The list's name or id, instead of listId. Without either, the task goes to the Inbox.")]
    public string? List { get; init; }

    /// <inheritdoc cref="TaskItem.ParentId" />
    public Guid? ParentId { get; init; }

    /// <inheritdoc cref="TaskItem.Priority" />
    [Description("none, low, medium, high or urgent; p4 to p1 are low to urgent.")]
    public string? Priority { get; init; }

    /// <inheritdoc cref="TaskItem.Due" />
    [Description("A date (2026-12-01), or a date and time (2026-12-01T09:00) in dueTimeZone.")]
    public string? Due { get; init; }

    /// <inheritdoc cref="TaskItem.DueTimeZone" />
    [Description("IANA name, for example Europe/Berlin; null means the account's zone.")]
    public string? DueTimeZone { get; init; }

    /// <inheritdoc cref="TaskItem.Recurrence" />
    [Description("RFC 5545 recurrence rule, for example FREQ=WEEKLY;BYDAY=MO. The due date is the first occurrence, whether the rule names it or not; without one, it becomes the first that the rule names from today on in the account's zone.")]
    public string? Recurrence { get; init; }

    /// <inheritdoc cref="TaskItem.RecurrenceFrom" />
    [Description("due or completion.")]
    public string? RecurrenceFrom { get; init; }

    /// <summary>Ids of labels.</summary>
    public Guid[]? LabelIds { get; init; }

    /// <summary>Names or ids of labels, instead of <see cref="LabelIds"/>.</summary>
    [Description("Names or ids of labels, instead of labelIds.")]
    public string[]? Labels { get; init; }
}

/// <summary>How many open tasks there are, and where. The counts leave out the tasks of archived lists.</summary>
public sealed record Overview
{
    /// <summary>Today's date in the account's zone.</summary>
    public required string Today { get; init; }

    /// <summary>The account's zone: an IANA name.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The version of the latest change that is counted in: from here <c>GET /changes?since=</c> goes on. 0 before the first.</summary>
    public long Version { get; init; }

    /// <summary>All open tasks.</summary>
    public required long Open { get; init; }

    /// <summary>Those due before now; one that is due at an earlier time of today counts here and as due today.</summary>
    public required long Overdue { get; init; }

    /// <summary>Those of today whose time is over, which count as overdue and as due today.</summary>
    public long OverdueToday { get; init; }

    /// <summary>Those due at any time of today.</summary>
    public required long DueToday { get; init; }

    /// <summary>Those due after today.</summary>
    public required long Upcoming { get; init; }

    /// <summary>Those without a due date.</summary>
    public required long NoDate { get; init; }

    /// <summary>Tasks in the trash.</summary>
    public required long Trashed { get; init; }

    /// <summary>Every list, archived ones too, in their order.</summary>
    public required IReadOnlyList<OverviewList> Lists { get; init; }

    /// <summary>Every label, in the order of their names.</summary>
    public required IReadOnlyList<OverviewLabel> Labels { get; init; }
}

/// <summary>A list and how many of its tasks are open, and overdue.</summary>
public sealed record OverviewList(TaskList List, long Open, long Overdue);

/// <summary>A label and how many open tasks have it.</summary>
public sealed record OverviewLabel(Label Label, long Open);

/// <summary>What <c>POST /tasks/batch</c> takes.</summary>
/// <param name="Operations">1 to 100, done in this order.</param>
/// <param name="Atomic">Whether nothing is done when one operation fails; otherwise each has a result of its own.</param>
public sealed record Batch(IReadOnlyList<BatchOperation> Operations, bool Atomic = false);

/// <summary>One operation of a batch.</summary>
/// <param name="Op"><c>create</c>, <c>update</c>, <c>complete</c>, <c>reopen</c>, <c>reschedule</c>, <c>skip</c>, <c>delete</c> or <c>restore</c>.</param>
/// <param name="Id">The task's id or number; not for <c>create</c>.</param>
/// <param name="IfMatch">The version that the task must have.</param>
/// <param name="Body">The fields, for <c>create</c>, <c>update</c>, <c>reschedule</c> and <c>complete</c>.</param>
public sealed record BatchOperation(string Op, string? Id = null, long? IfMatch = null, JsonElement? Body = null);

/// <summary>What became of a batch's operations, in their order.</summary>
public sealed record BatchResults(IReadOnlyList<BatchResult> Results);

/// <summary>What became of one operation.</summary>
/// <param name="Status">The HTTP status that the operation would have had alone.</param>
/// <param name="Body">The task, or the problem.</param>
public sealed record BatchResult(int Status, JsonElement Body);

/// <summary>What <c>POST /lists</c> takes; <c>PATCH /lists/{id}</c> takes the same fields, each optional.</summary>
public sealed record CreateList
{
    /// <inheritdoc cref="TaskList.Name" />
    [Description("1 to 100 characters, unique in the account without regard to case.")]
    public required string Name { get; init; }

    /// <inheritdoc cref="TaskList.Color" />
    [Description("#rrggbb")]
    public string? Color { get; init; }

    /// <inheritdoc cref="TaskList.ParentId" />
    public Guid? ParentId { get; init; }

    /// <summary>The name or id of the list that it is inside of, instead of <see cref="ParentId"/>.</summary>
    [Description("The name or id of the list that it is inside of, instead of parentId.")]
    public string? Parent { get; init; }

    /// <inheritdoc cref="TaskList.Position" />
    public string? Position { get; init; }

    /// <summary>A list's name or id.</summary>
    [Description("A list before which this one shall stand; instead of position.")]
    public string? Before { get; init; }

    /// <summary>A list's name or id.</summary>
    [Description("A list after which this one shall stand; instead of position.")]
    public string? After { get; init; }

    /// <summary>Whether the list is archived.</summary>
    [Description("Puts the list and its open tasks aside: no tasks can be added, and they are found only where the list is named, or with status=all.")]
    public bool? Archived { get; init; }
}

/// <summary>What <c>POST /labels</c> takes; <c>PATCH /labels/{id}</c> takes the same fields, each optional.</summary>
public sealed record CreateLabel
{
    /// <inheritdoc cref="Label.Name" />
    [Description("1 to 100 characters, unique in the account without regard to case.")]
    public required string Name { get; init; }

    /// <inheritdoc cref="Label.Color" />
    [Description("#rrggbb")]
    public string? Color { get; init; }
}

/// <summary>What <c>POST /filters</c> takes; <c>PATCH /filters/{id}</c> takes the same fields, each optional.</summary>
public sealed record CreateFilter
{
    /// <inheritdoc cref="SavedFilter.Name" />
    [Description("1 to 100 characters, unique in the account without regard to case.")]
    public required string Name { get; init; }

    /// <inheritdoc cref="SavedFilter.Query" />
    [Description("In the filter language, at most 1,000 characters, for example (today | overdue) & #Work.")]
    public required string Query { get; init; }

    /// <inheritdoc cref="SavedFilter.Position" />
    [Description("Rank among the filters; the last place unless given.")]
    public string? Position { get; init; }

    /// <summary>A filter's name or id.</summary>
    [Description("A filter before which this one shall stand; instead of position.")]
    public string? Before { get; init; }

    /// <summary>A filter's name or id.</summary>
    [Description("A filter after which this one shall stand; instead of position.")]
    public string? After { get; init; }
}

/// <summary>What <c>POST /labels/{id}/merge</c> takes.</summary>
/// <param name="Into">Name or id of the label that takes its place.</param>
public sealed record MergeLabel(string Into);
