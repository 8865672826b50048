using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Storage;

/// <summary>Lists as rows.</summary>
internal static class ListRows
{
    public const string Columns = "id, name, color, parent_id, position, is_inbox, archived_at, version";

    /// <summary>The ids of archived lists, as a subquery; $1 is the space.</summary>
    public const string Archived = "SELECT a.id FROM tasks.lists a WHERE a.space_id = $1 AND a.archived_at IS NOT NULL";

    public static TaskList Read(Row row) => new()
    {
        Id = row.Uuid(0),
        Name = row.Text(1),
        Color = row.TextOrNull(2),
        ParentId = row.UuidOrNull(3),
        Position = row.Text(4),
        IsInbox = row.Boolean(5),
        ArchivedAt = row.TimestampOrNull(6),
        Version = row.Long(7),
    };

    public static Statement SelectAll(Guid space) =>
        new Statement($"SELECT {Columns} FROM tasks.lists WHERE space_id = $1 ORDER BY position, id").Add(space);

    public static Statement Insert(Guid space, TaskList list) =>
        new Statement("INSERT INTO tasks.lists (space_id, id, name, name_key, color, parent_id, position, is_inbox, archived_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
            .Add(space).Add(list.Id).Add(list.Name).Add(Rules.NameKey(list.Name)).Add(list.Color).Add(list.ParentId).Add(list.Position)
            .Add(list.IsInbox).Add(list.ArchivedAt).Add(list.Version);

    public static Statement Update(Guid space, TaskList list) =>
        new Statement("UPDATE tasks.lists SET name = $3, name_key = $4, color = $5, parent_id = $6, position = $7, archived_at = $8, version = $9 WHERE space_id = $1 AND id = $2")
            .Add(space).Add(list.Id).Add(list.Name).Add(Rules.NameKey(list.Name)).Add(list.Color).Add(list.ParentId).Add(list.Position)
            .Add(list.ArchivedAt).Add(list.Version);

    public static Statement Delete(Guid space, Guid list) =>
        new Statement("DELETE FROM tasks.lists WHERE space_id = $1 AND id = $2").Add(space).Add(list);

    public static string Image(TaskList list) => JsonSerializer.Serialize(list, StorageJson.Default.TaskList);
}
