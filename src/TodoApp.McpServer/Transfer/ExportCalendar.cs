using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// The open tasks that are due, for calendar programs, which ask again and again: the same state has the same ETag, and is not sent
/// twice. The 10,000 that are due first.
/// </summary>
internal static class ExportCalendar
{
    private const int MostTasks = 10_000;
    private const int TasksAtOnce = 500;

    // Part of the ETag: to be raised when the same data is written differently.
    private const int Writing = 1;

    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        Caller caller = context.GetCaller();
        DateTimeOffset now = writes.Time.GetUtcNow();
        List<long> version = await writes.Database.ReadAsync(
            new Statement("SELECT version FROM tasks.spaces WHERE id = $1 AND deleted_at IS NULL").Add(caller.Space), row => row.Long(0), context.RequestAborted);
        if (version.Count > 0 && Has(context.Request, Tag(caller, version[0], now)))
        {
            // Most requests end here, without waiting for a turn.
            WriteHeaders(context.Response, Tag(caller, version[0], now));
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await GetSnapshot.RunAsync(context, writes, (_, transaction, space, read, cancellationToken) =>
        {
            HttpResponse response = context.Response;
            WriteHeaders(response, Tag(caller, read, now));
            response.ContentType = "text/calendar; charset=utf-8";
            response.Headers.ContentDisposition = "inline; filename=\"todo-app.ics\"";
            return WriteAsync(response.BodyWriter, transaction, space, caller.Zone, now, cancellationToken);
        });
    }

    private static void WriteHeaders(HttpResponse response, string tag)
    {
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "private, no-cache";
    }

    private static bool Has(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Any(given => given == "*" || given == tag || given == "W/" + tag);

    private static async Task WriteAsync(PipeWriter output, SqlTransaction transaction, Guid space, TimeZoneInfo reader, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Dictionary<Guid, string> labels = (await transaction.ReadAsync(LabelRows.SelectAll(space), LabelRows.Read, cancellationToken)).ToDictionary(label => label.Id, label => label.Name);
        List<string?> names = await transaction.ReadAsync(
            new Statement(
                "SELECT DISTINCT due_time_zone FROM tasks.tasks WHERE space_id = $1 AND completed_at IS NULL AND deleted_at IS NULL AND due LIKE '%T%'").Add(space),
            row => row.TextOrNull(0),
            cancellationToken);
        var writer = new CalendarWriter(output, now);
        writer.Begin(names.Select(name => name is not null && Zones.TryFind(name) is TimeZoneInfo zone ? zone : reader).DistinctBy(zone => zone.Id).OrderBy(zone => zone.Id, StringComparer.Ordinal));
        (string Key, Guid Id) last = ("", Guid.Empty);
        int written = 0;
        int count;
        do
        {
            count = 0;
            // After '~' comes what has no date.
            Statement page = new Statement(
                $"SELECT {TaskRows.Columns}, t.due_key FROM tasks.tasks t WHERE t.space_id = $1 AND t.completed_at IS NULL AND t.deleted_at IS NULL "
                + $"AND t.list_id NOT IN ({ListRows.Archived}) AND t.due_key < '~' AND (t.due_key, t.id) > ($2, $3) ORDER BY t.due_key, t.id LIMIT {TasksAtOnce}").Add(space).Add(last.Key).Add(last.Id);
            await transaction.ExecuteAsync(
                [page],
                (_, row) =>
                {
                    TaskItem task = TaskRows.Read(row);
                    writer.Write(task, reader, task.LabelIds.Where(labels.ContainsKey).Select(label => labels[label]));
                    last = (row.Text(TaskRows.ColumnCount), task.Id);
                    count++;
                },
                cancellationToken);
            written += count;
            await output.FlushAsync(cancellationToken);
        }
        while (count == TasksAtOnce && written < MostTasks);
        writer.End();
        await output.FlushAsync(cancellationToken);
    }

    private static string Tag(Caller caller, long version, DateTimeOffset now)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{Writing} {caller.Space} {version} {caller.Zone.Id} {now.Year}"));
        return $"\"{Convert.ToHexStringLower(digest.AsSpan(0, 16))}\"";
    }
}
