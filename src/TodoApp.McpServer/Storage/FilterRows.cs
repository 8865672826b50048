using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Storage;

/// <summary>Saved filters as rows.</summary>
internal static class FilterRows
{
    public const string Columns = "id, name, query, position, version";

    public static SavedFilter Read(Row row) =>
        new() { Id = row.Uuid(0), Name = row.Text(1), Query = row.Text(2), Position = row.Text(3), Version = row.Long(4) };

    public static Statement SelectAll(Guid space) => new Statement($"SELECT {Columns} FROM tasks.filters WHERE space_id = $1 ORDER BY position, id").Add(space);

    public static Statement Insert(Guid space, SavedFilter filter) =>
        new Statement("INSERT INTO tasks.filters (space_id, id, name, name_key, query, position, version) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .Add(space).Add(filter.Id).Add(filter.Name).Add(Rules.NameKey(filter.Name)).Add(filter.Query).Add(filter.Position).Add(filter.Version);

    public static Statement Update(Guid space, SavedFilter filter) =>
        new Statement("UPDATE tasks.filters SET name = $3, name_key = $4, query = $5, position = $6, version = $7 WHERE space_id = $1 AND id = $2")
            .Add(space).Add(filter.Id).Add(filter.Name).Add(Rules.NameKey(filter.Name)).Add(filter.Query).Add(filter.Position).Add(filter.Version);

    public static Statement Delete(Guid space, Guid filter) =>
        new Statement("DELETE FROM tasks.filters WHERE space_id = $1 AND id = $2").Add(space).Add(filter);

    public static string Image(SavedFilter filter) => JsonSerializer.Serialize(filter, StorageJson.Default.SavedFilter);
}
