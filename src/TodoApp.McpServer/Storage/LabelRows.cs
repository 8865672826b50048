using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Storage;

/// <summary>Labels as rows.</summary>
internal static class LabelRows
{
    public const string Columns = "id, name, color, version";

    public static Label Read(Row row) => new() { Id = row.Uuid(0), Name = row.Text(1), Color = row.TextOrNull(2), Version = row.Long(3) };

    public static Statement SelectAll(Guid space) => new Statement($"SELECT {Columns} FROM tasks.labels WHERE space_id = $1 ORDER BY name_key").Add(space);

    public static Statement Insert(Guid space, Label label) =>
        new Statement("INSERT INTO tasks.labels (space_id, id, name, name_key, color, version) VALUES ($1, $2, $3, $4, $5, $6)")
            .Add(space).Add(label.Id).Add(label.Name).Add(Rules.NameKey(label.Name)).Add(label.Color).Add(label.Version);

    public static Statement Update(Guid space, Label label) =>
        new Statement("UPDATE tasks.labels SET name = $3, name_key = $4, color = $5, version = $6 WHERE space_id = $1 AND id = $2")
            .Add(space).Add(label.Id).Add(label.Name).Add(Rules.NameKey(label.Name)).Add(label.Color).Add(label.Version);

    public static Statement Delete(Guid space, Guid label) =>
        new Statement("DELETE FROM tasks.labels WHERE space_id = $1 AND id = $2").Add(space).Add(label);

    public static string Image(Label label) => JsonSerializer.Serialize(label, StorageJson.Default.Label);
}
