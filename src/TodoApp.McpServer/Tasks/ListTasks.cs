using System.Globalization;
using TodoApp.Contracts;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Search;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Tasks;

/// <summary>
/// Lists tasks, a page at a time. Every page costs the same, however many come before it, and however many there are: each order has
/// its index, and words are looked for in the way that reads less (docs/adr/0025).
/// </summary>
internal static class ListTasks
{
    private const string Open = "t.completed_at IS NULL AND t.deleted_at IS NULL";
    private const string Completed = "t.completed_at IS NOT NULL AND t.deleted_at IS NULL";
    private const string Trashed = "t.deleted_at IS NOT NULL";

    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        var errors = new FieldErrors();
        TaskQuery query = Read(context.Request.Query, errors);
        if (errors.ToProblem() is Problem malformed)
        {
            await context.WriteProblem(malformed);
            return;
        }

        Outcome<TaskPage> page = await FindAsync(writes, context.GetCaller(), query, context.RequestAborted);
        await (page.IsDone ? Answers.WriteAsync(context, page.Value, ContractsJson.Readable.TaskPage) : context.WriteProblem(page.Problem));
    }

    public static async Task<Outcome<TaskPage>> FindAsync(SpaceWrites writes, Caller caller, TaskQuery query, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var order = new TaskOrder(query);
        string fingerprint = query.Fingerprint();
        string[]? after = query.Cursor is null ? null : Cursors.Read(query.Cursor, fingerprint, order.KeyCount, errors);
        DateTimeOffset now = writes.Time.GetUtcNow();
        FilterStep[] filter = query.Filter is null ? [] : await ReadFilterAsync(writes.Database, caller, query.Filter, now, errors, cancellationToken);
        if (errors.ToProblem() is Problem problem)
        {
            return problem;
        }

        // One condition is for the caller's zone when the keys are; a page that was read by others is read again.
        bool byDueDate = order.IsDue || query.Due is not null || query.DueBefore is not null || query.DueAfter is not null || FilterCompiler.UsesDueDates(filter);
        Statement statement = await SelectAsync(writes, caller, query, now, order, after, filter, byDueDate, errors, cancellationToken);
        if (errors.ToProblem() is Problem unknownInFilter)
        {
            return unknownInFilter;
        }

        var rows = new List<(TaskItem Task, string DueKey, long Relevance)>();
        string? zone = null;
        await writes.Database.ReadAsync(
            statement,
            row =>
            {
                const int first = TaskRows.ColumnCount;
                zone = row.TextOrNull(first + 1);
                rows.Add((TaskRows.Read(row), row.Text(first), row.Long(first + 2)));
                return true;
            },
            cancellationToken);
        if (byDueDate && await writes.HaveMovedAsync(caller, zone, cancellationToken))
        {
            return await FindAsync(writes, caller, query, cancellationToken);
        }

        if (rows.Count == 0 && await CheckNamesAsync(writes, caller, query, cancellationToken) is Problem unknown)
        {
            return unknown;
        }

        bool more = rows.Count > query.Limit;
        if (more)
        {
            rows.RemoveAt(query.Limit);
        }

        return new TaskPage([.. rows.Select(row => row.Task)], more ? Cursors.Write(fingerprint, order.Keys(rows[^1].Task, rows[^1].DueKey, rows[^1].Relevance)) : null);
    }

    private static async Task<FilterStep[]> ReadFilterAsync(Database database, Caller caller, string filter, DateTimeOffset now, FieldErrors errors, CancellationToken cancellationToken)
    {
        bool isId = Guid.TryParseExact(filter.Trim(), "D", out _);
        var syntax = new FieldErrors();
        if (!isId && FilterParser.Parse(filter, caller.DatesAt(now), "filter", syntax) is FilterStep[] steps && !syntax.Any)
        {
            return steps;
        }

        // What is no filter may name a saved one.
        List<SavedFilter> saved = await GetFilters.ReadAsync(database, caller, cancellationToken);
        if (Names.Find(saved, filter.Trim()) is SavedFilter found)
        {
            return FilterParser.Parse(found.Query, caller.DatesAt(now), "filter", errors) ?? [];
        }

        if (isId)
        {
            errors.Invalid("filter", Names.Unknown(saved, filter, "filter"));
            return [];
        }

        return FilterParser.Parse(filter, caller.DatesAt(now), "filter", errors) ?? [];
    }

    private static async Task<Statement> SelectAsync(
        SpaceWrites writes, Caller caller, TaskQuery query, DateTimeOffset now, TaskOrder order, string[]? after, FilterStep[] filter, bool byDueDate, FieldErrors errors, CancellationToken cancellationToken)
    {
        Database database = writes.Database;
        Statement statement = new Statement("").Add(caller.Space);
        string conditions = Conditions(database, statement, query, now, caller.Zone);
        IReadOnlyCollection<Guid> named = [];
        SearchQuery? search = null;
        if (filter.Length > 0 || query.Text is not null || query.Label is not null)
        {
            List<Label> labels = await GetLabels.ReadAsync(database, caller, cancellationToken);
            search = query.Text is null ? null : SearchQuery.Read(query.Text, labels, query.TextField, errors);
            if (query.Label is not null)
            {
                if (Names.Find(labels, query.Label) is Label label)
                {
                    search = SearchQuery.Join(search, SearchQuery.ForLabels([label.Id]));
                }
                else
                {
                    errors.Invalid("label", Names.Unknown(labels, query.Label, "label"));
                }
            }

            if (filter.Length > 0)
            {
                List<TaskList> lists = await GetLists.ReadAsync(writes, caller, cancellationToken);
                (string condition, SearchQuery? words, named) = FilterCompiler.Compile(filter, database, statement, caller, now, lists, labels, "filter", errors);
                conditions += condition.Length == 0 ? "" : $" AND {condition}";
                search = words is null ? search : SearchQuery.Join(search, words);
            }
        }

        if (query.Status == "open" && query.List is null && query.Parent is null && query.Tasks.Count == 0)
        {
            conditions += " AND " + NotPutAside(database, statement, named);
        }

        bool[]? rare = search is null || search.IsEmpty || errors.Any
            ? null
            : await search.FindRareAsync(database, caller.Space, order.IsRelevance ? SearchQuery.MostRanked : query.Limit + 1, cancellationToken);
        if (search is not null)
        {
            conditions += " AND " + (rare is null ? search.ByRow(database, statement) : search.ByIndex(database, statement, rare));
        }

        string[] states = query.Status switch
        {
            "open" => [Open],
            "completed" => [Completed],
            "trashed" => [Trashed],
            TaskQuery.AnyStatus => [Open, Completed, Trashed],
            _ => [Open, Completed], // Each has its indexes; the two are merged.
        };
        string zone = byDueDate ? "(SELECT z.time_zone FROM tasks.spaces z WHERE z.id = $1)" : "NULL";
        string columns = $"{TaskRows.Columns}, t.due_key, {zone}";
        string? next = order.After(statement, after);
        string limit = statement.Place(SqlType.Long, query.Limit + 1L);
        if (order.IsRelevance && search is not null)
        {
            // The newest that fit are ranked, not all.
            string newest = Merge(states.Select(state => Rows("t.*", state, null) + $" ORDER BY t.number DESC LIMIT {SearchQuery.MostRanked}"), $" ORDER BY t.number DESC LIMIT {SearchQuery.MostRanked}");
            return statement.Append(
                $"SELECT {columns}, t.relevance FROM (SELECT t.*, CAST({search.Rank(database, statement)} AS bigint) AS relevance FROM ({newest}) t) t"
                + (next is null ? "" : $" WHERE {next}") + $"{order.By()} LIMIT {limit}");
        }

        string end = $"{order.By()} LIMIT {limit}";
        return statement.Append(states.Length == 1
            ? Rows($"{columns}, CAST(0 AS bigint)", states[0], next) + end
            : $"SELECT {columns}, CAST(0 AS bigint) FROM ({Merge(states.Select(state => Rows("t.*", state, next) + end), end)}) t{order.By()}");

        string Rows(string wanted, string state, string? after)
        {
            string where = $"t.space_id = $1 AND {state}{conditions}";
            return rare is null
                ? $"SELECT {wanted} FROM tasks.tasks t WHERE {where}{(after is null ? "" : $" AND {after}")}"
                : $"SELECT {wanted} FROM {database.TasksFoundBy(where)} t{(after is null ? "" : $" WHERE {after}")}";
        }
    }

    private static string Merge(IEnumerable<string> selects, string end)
    {
        string[] parts = [.. selects];
        return parts.Length == 1 ? parts[0] : $"SELECT * FROM ({string.Join(" UNION ALL ", parts.Select((part, i) => $"SELECT * FROM ({part}) part{i}"))}) t{end}";
    }

    // Who archives a list puts its open tasks aside: they are shown where that list is named, and with the status "all".
    private static string NotPutAside(Database database, Statement statement, IReadOnlyCollection<Guid> named) =>
        $"t.list_id NOT IN ({ListRows.Archived}"
        + (named.Count == 0 ? ")" : $" AND NOT (a.id {database.AnyOf(statement.Place(SqlType.UuidArray, named.ToArray()))}))");

    private static string Conditions(Database database, Statement statement, TaskQuery query, DateTimeOffset now, TimeZoneInfo zone)
    {
        var conditions = new List<string>();
        if (query.Tasks.Count > 0)
        {
            conditions.Add(TaskRows.AnyOf(statement, query.Tasks));
        }

        if (query.List is not null)
        {
            conditions.Add(Guid.TryParseExact(query.List, "D", out Guid list)
                ? $"t.list_id = {statement.Place(SqlType.Uuid, list)}"
                : $"t.list_id = (SELECT n.id FROM tasks.lists n WHERE n.space_id = $1 AND n.name_key = {statement.Place(SqlType.Text, Rules.NameKey(query.List))})");
        }

        if (query.WithoutLabels)
        {
            conditions.Add($"t.label_ids = {database.NoLabels}");
        }

        if (query.Priorities.Count > 0)
        {
            conditions.Add($"t.priority IN ({string.Join(", ", query.Priorities.Select(priority => statement.Place(SqlType.Small, TaskRows.FromPriority(priority))))})");
        }

        if (query.Parent is TaskReference parent)
        {
            conditions.Add(parent.Id is Guid id
                ? $"t.parent_id = {statement.Place(SqlType.Uuid, id)}"
                : $"t.parent_id = (SELECT p.id FROM tasks.tasks p WHERE p.space_id = $1 AND p.number = {statement.Place(SqlType.Long, parent.Number)})");
        }
        else if (query.TopLevel)
        {
            conditions.Add("t.parent_id IS NULL");
        }

        var today = DateOnly.FromDateTime(Zones.ToLocal(now, zone));
        DueRange?[] ranges =
        [
            query.Due switch
            {
                "today" => DueRange.Days(today, 1),
                "overdue" => DueRange.Overdue(now, zone),
                "upcoming" => DueRange.Upcoming(today),
                "none" => DueRange.None,
                _ => null,
            },
            query.DueBefore is DueDate before ? DueRange.Earlier(before) : null,
            query.DueAfter is DueDate after ? DueRange.Later(after) : null,
        ];
        conditions.AddRange(ranges.OfType<DueRange>().Select(range => range.Condition(statement)));
        return string.Concat(conditions.Select(condition => " AND " + condition));
    }

    // An empty page for a name that was mistyped would say that there is nothing to do.
    private static async Task<Problem?> CheckNamesAsync(SpaceWrites writes, Caller caller, TaskQuery query, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (query.List is not null)
        {
            List<TaskList> lists = await GetLists.ReadAsync(writes, caller, cancellationToken);
            if (Names.Find(lists, query.List) is null)
            {
                errors.Invalid("list", Names.Unknown(lists, query.List, "list"));
            }
        }

        return errors.ToProblem();
    }

    private static TaskQuery Read(IQueryCollection parameters, FieldErrors errors)
    {
        foreach (string name in parameters.Keys)
        {
            if (!TaskQuery.Parameters.Contains(name, StringComparer.Ordinal))
            {
                errors.Malformed(Excerpt.Of(name), $"is not a known parameter. {JsonFields.Suggest(name, TaskQuery.Parameters)}");
            }
            else if (parameters[name].Count > 1)
            {
                errors.Malformed(name, "is given twice.");
            }
        }

        string? sort = Value("sort");
        string? parent = Value("parent");
        var query = new TaskQuery
        {
            Status = Choice("status", TaskQuery.Statuses) ?? "open",
            List = Value("list"),
            Label = Value("label"),
            Priorities = Value("priority") is string priorities
                ? [.. priorities.Split(',', StringSplitOptions.TrimEntries).Select(text => Rules.Priority(text, "priority", errors)).Distinct()]
                : [],
            TopLevel = parent == "none",
            Due = Choice("due", TaskQuery.Dues),
            DueBefore = Date("dueBefore"),
            DueAfter = Date("dueAfter"),
            Text = Value("q"),
            Filter = Value("filter"),
            Descending = sort is ['-', ..],
            Sort = sort is ['-', .. string plain] ? plain : sort,
            Cursor = Value("cursor"),
        };
        query.Check(errors);
        if (query.Sort is not null && !TaskQuery.Sorts.Contains(query.Sort, StringComparer.Ordinal))
        {
            errors.Invalid("sort", $"must be {string.Join(", ", TaskQuery.Sorts)}, or one of these with a '-' before it for the opposite order.");
        }

        if (parent is not null && !query.TopLevel)
        {
            if (TaskReference.TryParse(parent, out TaskReference reference))
            {
                query = query with { Parent = reference };
            }
            else
            {
                errors.Invalid("parent", "must be the id or the number of a task, or none for tasks that are no subtasks.");
            }
        }

        if (Value("limit") is string limit)
        {
            if (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= TaskQuery.MostPerPage)
            {
                query = query with { Limit = number };
            }
            else
            {
                errors.Invalid("limit", $"must be a whole number from 1 to {TaskQuery.MostPerPage}.");
            }
        }

        return query;

        string? Value(string name) => parameters.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value) && value.ToString() is { Length: > 0 } text ? text : null;

        string? Choice(string name, string[] choices)
        {
            string? value = Value(name);
            if (value is not null && !choices.Contains(value, StringComparer.Ordinal))
            {
                errors.Invalid(name, $"must be {string.Join(", ", choices[..^1])} or {choices[^1]}.");
            }

            return value;
        }

        DueDate? Date(string name)
        {
            string? value = Value(name);
            if (value is null)
            {
                return null;
            }

            if (DueDate.TryParse(value, out DueDate date))
            {
                return date;
            }

            errors.Invalid(name, "must be a date such as 2026-12-01, or a date and time such as 2026-12-01T09:00.");
            return null;
        }
    }
}
