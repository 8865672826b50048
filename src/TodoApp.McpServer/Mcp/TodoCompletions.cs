using System.Globalization;
using ModelContextProtocol.Protocol;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Mcp;

/// <summary>Completes what a user types for a variable of a resource or a prompt: names of lists and filters, numbers of open tasks.</summary>
internal static class TodoCompletions
{
    /// <summary>The protocol's limit.</summary>
    private const int MostValues = 100;

    public static void AddTodoCompletions(this IMcpServerBuilder builder) => builder.WithCompleteHandler(async (request, cancellationToken) =>
    {
        Caller caller = request.Services!.GetRequiredService<IHttpContextAccessor>().HttpContext!.GetCaller();
        SpaceWrites writes = request.Services!.GetRequiredService<SpaceWrites>();
        string typed = request.Params!.Argument.Value ?? "";
        List<string> values = request.Params.Argument.Name switch
        {
            "name" when request.Params.Ref is ResourceTemplateReference { Uri: string template } && template.StartsWith(TodoResources.FilterPrefix, StringComparison.Ordinal) =>
                Fitting((await GetFilters.ReadAsync(writes.Database, caller, cancellationToken)).Select(filter => filter.Name), typed),
            "name" => Fitting((await GetLists.ReadAsync(writes, caller, cancellationToken)).Where(list => list.ArchivedAt is null).Select(list => list.Name), typed),
            "number" or "task" => await NumbersAsync(writes, caller, typed.TrimStart('#'), cancellationToken),
            _ => [],
        };
        return new CompleteResult { Completion = new Completion { Values = [.. values.Take(MostValues)], HasMore = values.Count > MostValues } };
    });

    private static List<string> Fitting(IEnumerable<string> names, string typed)
    {
        string key = Rules.NameKey(typed);
        return [.. names.Where(name => Rules.NameKey(name).Contains(key, StringComparison.Ordinal))];
    }

    // The newest first: what somebody wants to talk about is rarely old.
    private static async Task<List<string>> NumbersAsync(SpaceWrites writes, Caller caller, string typed, CancellationToken cancellationToken)
    {
        if (typed.Length > 0 && (!long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out _) || typed[0] == '0'))
        {
            return [];
        }

        Statement statement = new Statement("SELECT t.number FROM tasks.tasks t WHERE t.space_id = $1 AND t.completed_at IS NULL AND t.deleted_at IS NULL").Add(caller.Space);
        if (typed.Length > 0)
        {
            // All numbers that begin with these digits, as ranges, so that the index is used: 4, 40 to 49, 400 to 499 …
            var ranges = new List<string>();
            for (long low = long.Parse(typed, CultureInfo.InvariantCulture), width = 1; low <= long.MaxValue / 100; low *= 10, width *= 10)
            {
                ranges.Add($"t.number BETWEEN {statement.Place(SqlType.Long, low)} AND {statement.Place(SqlType.Long, low + width - 1)}");
            }

            if (ranges.Count == 0)
            {
                return [];
            }

            statement.Append($" AND ({string.Join(" OR ", ranges)})");
        }

        statement.Append($" ORDER BY t.number DESC LIMIT {MostValues + 1}");
        return await writes.Database.ReadAsync(statement, row => row.Long(0).ToString(CultureInfo.InvariantCulture), cancellationToken);
    }
}
