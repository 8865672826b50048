using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Tasks;

/// <summary>Which tasks, in which order, from where on.</summary>
internal sealed record TaskQuery
{
    public const int DefaultLimit = 50;
    public const int MostPerPage = 200;

    /// <summary>The most characters of <see cref="Text"/>.</summary>
    public const int TextLength = 500;

    public static readonly string[] Parameters =
        ["status", "list", "label", "priority", "parent", "due", "dueBefore", "dueAfter", "q", "sort", "limit", "cursor"];

    public static readonly string[] Statuses = ["open", "completed", "trashed", "all"];
    public static readonly string[] Dues = ["today", "overdue", "upcoming", "none"];
    public static readonly string[] Sorts = ["position", "due", "priority", "created", "updated"];

    /// <summary>One of <see cref="Statuses"/>.</summary>
    public string Status { get; init; } = "open";

    /// <summary>Name or id.</summary>
    public string? List { get; init; }

    /// <summary>Name or id.</summary>
    public string? Label { get; init; }

    public IReadOnlyList<Priority> Priorities { get; init; } = [];

    /// <summary>The task whose subtasks are meant.</summary>
    public TaskReference? Parent { get; init; }

    /// <summary>Only tasks that are no subtasks.</summary>
    public bool TopLevel { get; init; }

    /// <summary>One of <see cref="Dues"/>.</summary>
    public string? Due { get; init; }

    /// <summary>Exclusive.</summary>
    public DueDate? DueBefore { get; init; }

    /// <summary>Exclusive.</summary>
    public DueDate? DueAfter { get; init; }

    /// <summary>A text that the title or the notes contain.</summary>
    public string? Text { get; init; }

    /// <summary>One of <see cref="Sorts"/>; null for the status's own: open tasks by position, others by the last change, newest first.</summary>
    public string? Sort { get; init; }

    public bool Descending { get; init; }

    public int Limit { get; init; } = DefaultLimit;

    public string? Cursor { get; init; }

    /// <summary>Whether due dates select or sort, so that it matters in which zone their reader is.</summary>
    public bool AsksForDue => Due is not null || DueBefore is not null || DueAfter is not null || Sort == "due";

    /// <summary>The same for every page of one query, so that a cursor can be told to belong to it.</summary>
    public string Fingerprint()
    {
        string text = string.Join('\n', Status, List, Label, string.Join(',', Priorities), Parent?.ToString(), TopLevel, Due, DueBefore?.ToString(), DueAfter?.ToString(), Text, Sort, Descending);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }
}

/// <summary>Lists tasks, a page at a time. Every page costs the same, however many come before it.</summary>
internal static class ListTasks
{
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
        var order = new Order(query);
        string fingerprint = query.Fingerprint();
        string[]? after = query.Cursor is null ? null : Cursors.Read(query.Cursor, fingerprint, order.KeyCount, errors);
        if (errors.ToProblem() is Problem problem)
        {
            return problem;
        }

        if (query.AsksForDue)
        {
            await writes.FollowZoneAsync(caller, cancellationToken);
        }

        Statement statement = Select(writes, caller, query, order, after);
        var dueKeys = new List<string>();
        List<TaskItem> tasks = await writes.Database.ReadAsync(
            statement,
            row =>
            {
                dueKeys.Add(row.Text(TaskRows.ColumnCount));
                return TaskRows.Read(row);
            },
            cancellationToken);
        if (tasks.Count == 0 && await CheckNamesAsync(writes, caller, query, cancellationToken) is Problem unknown)
        {
            return unknown;
        }

        bool more = tasks.Count > query.Limit;
        if (more)
        {
            tasks.RemoveAt(query.Limit);
        }

        return new TaskPage(tasks, more ? Cursors.Write(fingerprint, order.Keys(tasks[^1], dueKeys[tasks.Count - 1])) : null);
    }

    /// <summary>The columns that a query is ordered by, with the id or another unique column last.</summary>
    private readonly struct Order
    {
        private readonly string _sort;
        private readonly bool _descending;

        public Order(TaskQuery query)
        {
            _sort = query.Sort ?? (query.Status == "open" ? "position" : "updated");
            _descending = query.Sort is null ? query.Status != "open" : query.Descending;
        }

        public int KeyCount => Columns.Length;

        private (string Column, SqlType Type)[] Columns => _sort switch
        {
            "position" => [("t.position", SqlType.Text), ("t.id", SqlType.Uuid)],
            "due" => [("t.due_key", SqlType.Text), ("t.position", SqlType.Text), ("t.id", SqlType.Uuid)],
            "priority" => [("t.priority", SqlType.Small), ("t.position", SqlType.Text), ("t.id", SqlType.Uuid)],
            "created" => [("t.number", SqlType.Long)],
            _ => [("t.version", SqlType.Long)],
        };

        public void Append(Statement statement, string[]? after, int limit)
        {
            (string Column, SqlType Type)[] columns = Columns;
            if (after is not null)
            {
                string places = string.Join(", ", columns.Select((column, i) => statement.Place(column.Type, Value(column.Type, after[i]))));
                string names = string.Join(", ", columns.Select(column => column.Column));
                statement.Append($" AND ({names}) {(_descending ? "<" : ">")} ({places})");
            }

            bool descending = _descending;
            statement.Append(" ORDER BY " + string.Join(", ", columns.Select(column => column.Column + (descending ? " DESC" : ""))));
            statement.Append($" LIMIT {statement.Place(SqlType.Long, limit + 1L)}");
        }

        public string[] Keys(TaskItem task, string dueKey) => _sort switch
        {
            "position" => [task.Position, task.Id.ToString()],
            "due" => [dueKey, task.Position, task.Id.ToString()],
            "priority" => [TaskRows.FromPriority(task.Priority).ToString(CultureInfo.InvariantCulture), task.Position, task.Id.ToString()],
            "created" => [task.Number.ToString(CultureInfo.InvariantCulture)],
            _ => [task.Version.ToString(CultureInfo.InvariantCulture)],
        };

        private static object? Value(SqlType type, string text) => type switch
        {
            SqlType.Uuid => Guid.TryParseExact(text, "D", out Guid id) ? id : Guid.Empty,
            SqlType.Long => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0L,
            SqlType.Small => short.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out short number) ? number : (short)0,
            _ => text,
        };
    }

    private static Statement Select(SpaceWrites writes, Caller caller, TaskQuery query, Order order, string[]? after)
    {
        Statement statement = new Statement($"SELECT {TaskRows.Columns}, t.due_key FROM tasks.tasks t WHERE t.space_id = $1").Add(caller.Space);
        statement.Append(query.Status switch
        {
            "open" => " AND t.completed_at IS NULL AND t.deleted_at IS NULL",
            "completed" => " AND t.completed_at IS NOT NULL AND t.deleted_at IS NULL",
            "trashed" => " AND t.deleted_at IS NOT NULL",
            _ => " AND t.deleted_at IS NULL",
        });
        if (query.List is not null)
        {
            statement.Append($" AND t.list_id = {Named(statement, "tasks.lists", query.List)}");
        }

        if (query.Label is not null)
        {
            statement.Append($" AND {writes.Database.HasLabel(Named(statement, "tasks.labels", query.Label))}");
        }

        if (query.Priorities.Count > 0)
        {
            string places = string.Join(", ", query.Priorities.Select(priority => statement.Place(SqlType.Small, TaskRows.FromPriority(priority))));
            statement.Append($" AND t.priority IN ({places})");
        }

        if (query.Parent is TaskReference parent)
        {
            statement.Append(parent.Id is Guid id
                ? $" AND t.parent_id = {statement.Place(SqlType.Uuid, id)}"
                : $" AND t.parent_id = (SELECT p.id FROM tasks.tasks p WHERE p.space_id = $1 AND p.number = {statement.Place(SqlType.Long, parent.Number)})");
        }
        else if (query.TopLevel)
        {
            statement.Append(" AND t.parent_id IS NULL");
        }

        AppendDue(statement, query, Zones.ToLocal(writes.Time.GetUtcNow(), caller.Zone));
        if (query.Text is not null)
        {
            string pattern = "%" + query.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
            string place = statement.Place(SqlType.Text, pattern.ToLowerInvariant());
            statement.Append($" AND ({writes.Database.Lower("t.title")} LIKE {place} ESCAPE '\\' OR {writes.Database.Lower("t.notes")} LIKE {place} ESCAPE '\\')");
        }

        order.Append(statement, after, query.Limit);
        return statement;
    }

    private static string Named(Statement statement, string table, string reference) => Guid.TryParseExact(reference, "D", out Guid id)
        ? statement.Place(SqlType.Uuid, id)
        : $"(SELECT n.id FROM {table} n WHERE n.space_id = $1 AND n.name_key = {statement.Place(SqlType.Text, Rules.NameKey(reference))})";

    private static void AppendDue(Statement statement, TaskQuery query, DateTime now)
    {
        string today = DueDate.Key(DateOnly.FromDateTime(now));
        string tomorrow = now.Date == DateTime.MaxValue.Date ? DueDate.NoKey : DueDate.Key(DateOnly.FromDateTime(now).AddDays(1));
        switch (query.Due)
        {
            case "today":
                From(today);
                Before(tomorrow);
                break;
            case "overdue":
                Before(DueDate.Key(now));
                break;
            case "upcoming":
                From(tomorrow);
                Before(DueDate.NoKey);
                break;
            case "none":
                From(DueDate.NoKey);
                break;
            default:
                break;
        }

        if (query.DueBefore is DueDate before)
        {
            Before(before.ToString());
        }

        if (query.DueAfter is DueDate after)
        {
            string key = after.Time is null ? after + DueDate.NoKey : after.ToString();
            statement.Append($" AND t.due_key > {statement.Place(SqlType.Text, key)}");
            Before(DueDate.NoKey);
        }

        void From(string key) => statement.Append($" AND t.due_key >= {statement.Place(SqlType.Text, key)}");
        void Before(string key) => statement.Append($" AND t.due_key < {statement.Place(SqlType.Text, key)}");
    }

    // An empty page for a name that was mistyped would say that there is nothing to do.
    private static async Task<Problem?> CheckNamesAsync(SpaceWrites writes, Caller caller, TaskQuery query, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (query.List is not null)
        {
            List<TaskList> lists = await GetLists.ReadAsync(writes, caller, cancellationToken);
            if (ApplyTaskInput.Find(lists, query.List) is null)
            {
                errors.Invalid("list", $"names the list '{query.List}', which does not exist. There are {string.Join(", ", lists.Take(20).Select(list => $"'{list.Name}'"))}.");
            }
        }

        if (query.Label is not null)
        {
            List<Label> labels = await GetLabels.ReadAsync(writes.Database, caller, cancellationToken);
            string key = Rules.NameKey(query.Label);
            if (!labels.Exists(label => label.Id.ToString() == query.Label || Rules.NameKey(label.Name) == key))
            {
                errors.Invalid("label", labels.Count == 0
                    ? $"names the label '{query.Label}', which does not exist. There are no labels."
                    : $"names the label '{query.Label}', which does not exist. There are {string.Join(", ", labels.Take(20).Select(label => $"'{label.Name}'"))}.");
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
                errors.Malformed(name.Length <= 60 ? name : name[..60], $"is not a known parameter. {JsonFields.Suggest(name, TaskQuery.Parameters)}");
            }
            else if (parameters[name].Count > 1)
            {
                errors.Malformed(name, "is given twice.");
            }
            else if (parameters[name].ToString().Contains('\0', StringComparison.Ordinal))
            {
                errors.Invalid(name, "has the control character U+0000.");
            }
        }

        if (Value("q") is { Length: > TaskQuery.TextLength })
        {
            errors.Invalid("q", $"must have at most {TaskQuery.TextLength} characters.");
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
            Descending = sort is ['-', ..],
            Sort = sort is ['-', .. string plain] ? plain : sort,
            Cursor = Value("cursor"),
        };
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
