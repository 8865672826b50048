using TodoApp.Contracts;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Changes;

/// <summary>Who has changed anything, as far as the log goes back.</summary>
internal static class ListActors
{
    /// <summary>Others are still found by their id.</summary>
    private const int Most = 1000;

    /// <summary>Each once, with the latest name. Costs one look into an index for each, however long the log is.</summary>
    public static Task<List<Actor>> ReadAsync(Database database, Caller caller, CancellationToken cancellationToken) => database.ReadAsync(
        new Statement(
            "WITH RECURSIVE a(id, place) AS (SELECT (SELECT min(c.actor_id) FROM tasks.changes c WHERE c.space_id = $1), 1 "
            + "UNION ALL SELECT (SELECT min(c.actor_id) FROM tasks.changes c WHERE c.space_id = $1 AND c.actor_id > a.id), a.place + 1 "
            + $"FROM a WHERE a.id IS NOT NULL AND a.place < {Most}) "
            + "SELECT c.actor_kind, c.actor_id, c.actor_name FROM a JOIN tasks.changes c ON c.space_id = $1 AND c.actor_id = a.id "
            + "AND c.version = (SELECT max(l.version) FROM tasks.changes l WHERE l.space_id = $1 AND l.actor_id = a.id)").Add(caller.Space),
        row => new Actor(row.Text(0), row.Text(1), row.Text(2)),
        cancellationToken);
}
