using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Search;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Storage;

/// <summary>Tasks as rows.</summary>
internal static class TaskRows
{
    /// <summary>In the order that <see cref="Read(Row)"/> reads them; the table is named <c>t</c>.</summary>
    public const string Columns =
        "t.id, t.number, t.list_id, t.parent_id, t.title, t.notes, t.priority, t.due, t.due_time_zone, t.original_due, t.recurrence, t.recurrence_from, "
        + "t.label_ids, t.position, t.completed_at, t.deleted_at, t.created_at, t.updated_at, t.version";

    /// <summary>How many they are.</summary>
    public const int ColumnCount = 19;

    public static TaskItem Read(Row row) => Read(row, 0);

    public static TaskItem Read(Row row, int first) => new()
    {
        Id = row.Uuid(first),
        Number = row.Long(first + 1),
        ListId = row.Uuid(first + 2),
        ParentId = row.UuidOrNull(first + 3),
        Title = row.Text(first + 4),
        Notes = row.TextOrNull(first + 5),
        Priority = ToPriority(row.Small(first + 6)),
        Due = row.TextOrNull(first + 7),
        DueTimeZone = row.TextOrNull(first + 8),
        OriginalDue = row.TextOrNull(first + 9),
        Recurrence = row.TextOrNull(first + 10),
        RecurrenceFrom = (RecurrenceFrom)row.Small(first + 11),
        LabelIds = row.Uuids(first + 12),
        Position = row.Text(first + 13),
        CompletedAt = row.TimestampOrNull(first + 14),
        DeletedAt = row.TimestampOrNull(first + 15),
        CreatedAt = row.Timestamp(first + 16),
        UpdatedAt = row.Timestamp(first + 17),
        Version = row.Long(first + 18),
    };

    public static Statement Insert(Guid space, TaskItem task, string dueKey) => Values(
        new Statement(
            "INSERT INTO tasks.tasks (space_id, id, number, created_at, list_id, parent_id, title, notes, priority, due, due_time_zone, due_key, "
            + "original_due, recurrence, recurrence_from, label_ids, position, completed_at, deleted_at, updated_at, version, search) "
            + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)")
            .Add(space).Add(task.Id).Add(task.Number).Add(task.CreatedAt),
        task,
        dueKey);

    public static Statement Update(Guid space, TaskItem task, string dueKey) => Values(
        new Statement(
            "UPDATE tasks.tasks SET list_id = $3, parent_id = $4, title = $5, notes = $6, priority = $7, due = $8, due_time_zone = $9, due_key = $10, "
            + "original_due = $11, recurrence = $12, recurrence_from = $13, label_ids = $14, position = $15, completed_at = $16, deleted_at = $17, updated_at = $18, version = $19, search = $20 "
            + "WHERE space_id = $1 AND id = $2")
            .Add(space).Add(task.Id),
        task,
        dueKey);

    public static Statement Delete(Guid space, Guid task) =>
        new Statement("DELETE FROM tasks.tasks WHERE space_id = $1 AND id = $2").Add(space).Add(task);

    public static Statement SelectByIds(Guid space, Guid[] ids, Database database) => database.In(
        new Statement($"SELECT {Columns} FROM tasks.tasks t WHERE t.space_id = $1 AND t.id ").Add(space), ids);

    /// <summary>How many tasks of a list are not in the trash.</summary>
    public static Statement CountOfList(Guid space, Guid list) =>
        new Statement("SELECT count(*) FROM tasks.tasks WHERE space_id = $1 AND list_id = $2 AND deleted_at IS NULL").Add(space).Add(list);

    /// <summary>The condition that a task, <c>t</c>, is one of some that were named: at least one.</summary>
    public static string AnyOf(Statement statement, IReadOnlyList<TaskReference> tasks)
    {
        string[] numbers = [.. tasks.Where(task => task.Id is null).Select(task => statement.Place(SqlType.Long, task.Number))];
        string[] ids = [.. tasks.Where(task => task.Id is not null).Select(task => statement.Place(SqlType.Uuid, task.Id))];
        string byNumber = $"t.number IN ({string.Join(", ", numbers)})";
        string byId = $"t.id IN ({string.Join(", ", ids)})";
        return ids.Length == 0 ? byNumber : numbers.Length == 0 ? byId : $"({byNumber} OR {byId})";
    }

    public static Statement SelectByNumber(Guid space, long number) =>
        new Statement($"SELECT {Columns} FROM tasks.tasks t WHERE t.space_id = $1 AND t.number = $2").Add(space).Add(number);

    public static Statement SelectById(Guid space, Guid id) =>
        new Statement($"SELECT {Columns} FROM tasks.tasks t WHERE t.space_id = $1 AND t.id = $2").Add(space).Add(id);

    public static Statement Select(Guid space, TaskReference reference) =>
        reference.Id is Guid id ? SelectById(space, id) : SelectByNumber(space, reference.Number);

    /// <summary>Stored as people say it: 1 is urgent, 4 is low, 5 is none; so the most urgent sorts first.</summary>
    public static short FromPriority(Priority priority) => (short)(5 - (int)priority);

    public static Priority ToPriority(short stored) => (Priority)(5 - stored);

    public static string Image(TaskItem task) => JsonSerializer.Serialize(task, StorageJson.Default.TaskItem);

    private static Statement Values(Statement statement, TaskItem task, string dueKey) => statement
        .Add(task.ListId).Add(task.ParentId).Add(task.Title).Add(task.Notes).Add(FromPriority(task.Priority))
        .Add(task.Due).Add(task.DueTimeZone).Add(dueKey).Add(task.OriginalDue).Add(task.Recurrence).Add((short)task.RecurrenceFrom)
        .Add(task.LabelIds).Add(task.Position).Add(task.CompletedAt).Add(task.DeletedAt).Add(task.UpdatedAt).Add(task.Version)
        .AddSearchWords(SearchText.Of(task.Title, task.Notes));
}
