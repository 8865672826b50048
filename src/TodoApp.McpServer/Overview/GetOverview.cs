using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Overview;

/// <summary>
/// How many open tasks there are, and where: what a side bar shows, and what an agent asks first. One round trip that reads every
/// open task of the space, so it costs more the more of them there are (completed ones cost nothing).
/// </summary>
internal static class GetOverview
{
    public static void Map(RouteGroupBuilder read) => read.MapGet("/overview", Handle).WithTags("Tasks")
        .WithName("getOverview").WithSummary("Count the open tasks")
        .WithDescription("In all, overdue, due today and later, by list and by label, in the account's time zone. Tasks of archived lists count only for their list.")
        .Produces<Contracts.Overview>().Problems();

    public static async Task Handle(HttpContext context, SpaceWrites writes) => await Answers.WriteAsync(
        context, await ReadAsync(writes, context.GetCaller(), context.RequestAborted), ContractsJson.Readable.Overview);

    public static async Task<Contracts.Overview> ReadAsync(SpaceWrites writes, Caller caller, CancellationToken cancellationToken)
    {
        DateTimeOffset now = writes.Time.GetUtcNow();
        var today = DateOnly.FromDateTime(Zones.ToLocal(now, caller.Zone));
        string tomorrow = today == DateOnly.MaxValue ? DueDate.NoKey : DueDate.Key(today.AddDays(1));
        const string open = "t.space_id = $1 AND t.completed_at IS NULL AND t.deleted_at IS NULL";
        Statement[] statements =
        [
            ListRows.SelectAll(caller.Space),
            LabelRows.SelectAll(caller.Space),
            new Statement(
                "SELECT t.list_id, count(*), count(*) FILTER (WHERE t.due_key < $2), count(*) FILTER (WHERE t.due_key >= $3 AND t.due_key < $4), "
                + $"count(*) FILTER (WHERE t.due_key >= $4 AND t.due_key < $5), count(*) FILTER (WHERE t.due_key = $5), count(*) FILTER (WHERE t.due_key >= $3 AND t.due_key < $2) FROM tasks.tasks t WHERE {open} GROUP BY t.list_id")
                .Add(caller.Space).Add(DueDate.Key(now, caller.Zone)).Add(DueDate.Key(today)).Add(tomorrow).Add(DueDate.NoKey),
            new Statement(
                $"SELECT l.label_id, count(*) FROM tasks.tasks t {writes.Database.JoinLabels} WHERE {open} "
                + $"AND t.list_id NOT IN ({ListRows.Archived}) GROUP BY l.label_id").Add(caller.Space),
            new Statement("SELECT count(*) FROM tasks.tasks t WHERE t.space_id = $1 AND t.deleted_at IS NOT NULL").Add(caller.Space),
            new Statement("SELECT s.time_zone, s.version FROM tasks.spaces s WHERE s.id = $1").Add(caller.Space),
        ];
        List<TaskList> lists = [];
        List<Label> labels = [];
        Dictionary<Guid, long[]> byList = [];
        Dictionary<Guid, long> byLabel = [];
        long trashed = 0;
        string? zone = null;
        long version = 0;
        await using (SqlTransaction transaction = await writes.Database.BeginSnapshotAsync(cancellationToken))
        {
            await transaction.ExecuteAsync(
                statements,
                (statement, row) =>
                {
                    switch (statement)
                    {
                        case 0:
                            lists.Add(ListRows.Read(row));
                            break;
                        case 1:
                            labels.Add(LabelRows.Read(row));
                            break;
                        case 2:
                            byList[row.Uuid(0)] = [row.Long(1), row.Long(2), row.Long(3), row.Long(4), row.Long(5), row.Long(6)];
                            break;
                        case 3:
                            byLabel[row.Uuid(0)] = row.Long(1);
                            break;
                        case 4:
                            trashed = row.Long(0);
                            break;
                        default:
                            (zone, version) = (row.Text(0), row.Long(1));
                            break;
                    }
                },
                cancellationToken);
        }

        if (zone is not null && await writes.HaveMovedAsync(caller, zone, cancellationToken))
        {
            return await ReadAsync(writes, caller, cancellationToken);
        }

        if (lists.Count == 0)
        {
            lists = await GetLists.ReadAsync(writes, caller, cancellationToken); // Makes the space when there is none yet.
        }

        long[] sums = new long[6];
        foreach (TaskList list in lists.Where(list => list.ArchivedAt is null && byList.ContainsKey(list.Id)))
        {
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += byList[list.Id][i];
            }
        }

        return new Contracts.Overview
        {
            Today = DueDate.Key(today),
            TimeZone = caller.Zone.Id,
            Version = version,
            Open = sums[0],
            Overdue = sums[1],
            OverdueToday = sums[5],
            DueToday = sums[2],
            Upcoming = sums[3],
            NoDate = sums[4],
            Trashed = trashed,
            Lists = [.. lists.Select(list => new OverviewList(list, byList.TryGetValue(list.Id, out long[]? counts) ? counts[0] : 0, counts is null ? 0 : counts[1]))],
            Labels = [.. labels.Select(label => new OverviewLabel(label, byLabel.GetValueOrDefault(label.Id)))],
        };
    }
}
