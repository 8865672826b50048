using Npgsql;
using NpgsqlTypes;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Search;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Storage;

/// <summary>
/// The commonest writes on PostgreSQL in one round trip: the first statement of a batch locks the space's row, each further one, which
/// sees everything committed before the lock was had, checks, writes the task, the log entry and the idempotency key, and counts.
/// It either does the whole of a simple case, or finds the case not simple (a missing space, an unknown list, a condition that
/// fails, nothing to change, subtasks, a recurrence, a zone) and writes nothing; then <see cref="SpaceWriter"/> does it or says what is wrong.
/// </summary>
internal static class PostgresTaskWrites
{
    public const string LockSpace = "SELECT 1 FROM tasks.spaces WHERE id = $1 FOR NO KEY UPDATE";

    /// <summary>A task as the change log holds it; the same as <see cref="TaskRows.Image"/> makes.</summary>
    private const string Image =
        "jsonb_build_object('id', t.id, 'number', t.number, 'listId', t.list_id, 'parentId', t.parent_id, 'title', t.title, 'notes', t.notes, "
        + "'priority', " + Priority + ", 'due', t.due, 'dueTimeZone', t.due_time_zone, 'originalDue', t.original_due, "
        + "'recurrence', t.recurrence, 'recurrenceFrom', CASE t.recurrence_from WHEN 0 THEN 'due' ELSE 'completion' END, "
        + "'labelIds', to_jsonb(t.label_ids), 'position', t.position, 'completedAt', " + CompletedAt + ", 'deletedAt', " + DeletedAt + ", "
        + "'createdAt', to_char(t.created_at AT TIME ZONE 'UTC', " + TimeForm + "), "
        + "'updatedAt', to_char(t.updated_at AT TIME ZONE 'UTC', " + TimeForm + "), 'version', t.version)";

    private const string NoSubtasks = "NOT EXISTS (SELECT 1 FROM tasks.tasks c WHERE c.space_id = $1 AND c.parent_id = b.id)";

    private const string Priority = "(ARRAY['urgent','high','medium','low','none'])[t.priority]";
    private const string TimeForm = "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'";
    private const string CompletedAt = "to_char(t.completed_at AT TIME ZONE 'UTC', " + TimeForm + ")";
    private const string DeletedAt = "to_char(t.deleted_at AT TIME ZONE 'UTC', " + TimeForm + ")";

    /// <summary>The places of every write: $1 space, $2 idempotency key, $3 its request, $4 now, $5 group, $6 to $8 actor, $9 kind.</summary>
    private const string Answered =
        "answered AS (SELECT k.request, k.status, k.version, k.body, c.after FROM tasks.idempotency_keys k "
        + "LEFT JOIN tasks.changes c ON c.space_id = k.space_id AND c.version = k.version WHERE k.space_id = $1 AND k.key = $2)";

    private const string LogAndCount =
        "logged AS (INSERT INTO tasks.changes (space_id, version, group_id, at, actor_kind, actor_id, actor_name, kind, item_kind, item_id, before, after) "
        + "SELECT $1, t.version, $5, $4, $6, $7, $8, $9, 'task', t.id, {before}, " + Image + " FROM written t), "
        + "keyed AS (INSERT INTO tasks.idempotency_keys (space_id, key, request, status, version, created_at) "
        + "SELECT $1, $2, $3, {status}, t.version, $4 FROM written t WHERE $2 IS NOT NULL), "
        + "counted AS (UPDATE tasks.spaces s SET version = t.version, last_number = greatest(s.last_number, t.number) FROM written t WHERE s.id = $1) "
        + "SELECT " + TaskRows.Columns + ", NULL::bytea, NULL::smallint, NULL::bigint, NULL::text, NULL::jsonb FROM written t "
        + "UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
        + "request, status, version, body, after FROM answered";

    /// <summary>$10 id, $11 list's id or null, $12 list's name or null, $13 title, $14 notes, $15 priority, $16 due, $17 zone, $18 key, $19 where a recurrence would count from, $20 words to be found by.</summary>
    public static readonly string Create = Created("l.is_inbox");

    private static readonly string CreateInListById = Created("l.id = $11 AND l.archived_at IS NULL");

    private static readonly string CreateInListByName = Created("l.name_key = $12 AND l.archived_at IS NULL");

    /// <summary>$10 id or number, $11 version or null, $12 title or null, $13 whether notes, $14 notes, $15 priority or null, $16 whether due, $17 due, $18 whether zone, $19 zone, $20 key, $21 new words to be found by, $22 first letters of the words that stay.</summary>
    public static readonly string UpdateById = Changed(
        "id",
        "title = coalesce($12, b.title), notes = CASE WHEN $13 THEN $14 ELSE b.notes END, priority = coalesce($15, b.priority), "
        + "due = CASE WHEN $16 THEN $17 ELSE b.due END, due_time_zone = CASE WHEN $18 THEN $19 ELSE b.due_time_zone END, "
        + "due_key = CASE WHEN $16 THEN $20 ELSE b.due_key END, "
        + "search = CASE WHEN $12 IS NULL AND NOT $13 THEN b.search ELSE $21::tsvector || array_to_tsvector(ARRAY("
        + "SELECT w FROM unnest(tsvector_to_array(b.search)) w WHERE strpos($22, left(w, 1)) > 0)) END",
        "b.deleted_at IS NULL AND ($16 = $18 OR b.due_time_zone IS NULL AND NOT $18) AND (b.recurrence IS NULL OR NOT ($16 OR $18)) AND "
        + "(b.title, b.notes, b.priority, b.due, b.due_time_zone) IS DISTINCT FROM (coalesce($12, b.title), CASE WHEN $13 THEN $14 ELSE b.notes END, "
        + "coalesce($15, b.priority), CASE WHEN $16 THEN $17 ELSE b.due END, CASE WHEN $18 THEN $19 ELSE b.due_time_zone END)",
        "(SELECT " + string.Join(" || ", ReplacedIfChanged("title", "title"), ReplacedIfChanged("notes", "notes"),
            "CASE WHEN b.priority = t.priority THEN '{}'::jsonb ELSE jsonb_build_object('priority', " + Priority.Replace("t.", "b.", StringComparison.Ordinal) + ") END",
            ReplacedIfChanged("due", "due"), ReplacedIfChanged("dueTimeZone", "due_time_zone")) + " FROM before b)");

    public static readonly string UpdateByNumber = ByNumber(UpdateById);

    /// <summary>$10 id or number, $11 version or null.</summary>
    public static readonly string CompleteById = Changed(
        "id", "completed_at = $4", "b.deleted_at IS NULL AND b.completed_at IS NULL AND b.recurrence IS NULL AND " + NoSubtasks, "'{\"completedAt\": null}'::jsonb");

    public static readonly string CompleteByNumber = ByNumber(CompleteById);

    private static readonly string ReopenById = Changed(
        "id", "completed_at = NULL", "b.deleted_at IS NULL AND b.completed_at IS NOT NULL",
        "(SELECT jsonb_build_object('completedAt', " + CompletedAt.Replace("t.", "b.", StringComparison.Ordinal) + ") FROM before b)");

    private static readonly string ReopenByNumber = ByNumber(ReopenById);

    private static readonly string DeleteById = Changed(
        "id", "deleted_at = $4",
        "b.deleted_at IS NULL AND " + NoSubtasks,
        "'{\"deletedAt\": null}'::jsonb");

    private static readonly string DeleteByNumber = ByNumber(DeleteById);

    /// <summary>Adds a task that has neither parent nor labels, does not repeat, and has no zone of its own.</summary>
    /// <returns>Null when the case is not simple.</returns>
    public static SimpleWrite? TryCreate(Caller caller, Idempotency? key, TaskInput input)
    {
        if (input.Parent.IsSet || (input.Labels.IsSet && input.Labels.Value.Length > 0) || input.Position.IsSet || input.Place.IsSet || input.Recurrence.Value is not null
            || input.DueTimeZone.Value is not null)
        {
            return null;
        }

        Guid? listId = input.List.IsSet && Guid.TryParseExact(input.List.Value, "D", out Guid id) ? id : null;
        string sql = !input.List.IsSet ? Create : listId is null ? CreateInListByName : CreateInListById;
        string? listKey = input.List.IsSet && listId is null ? Rules.NameKey(input.List.Value) : null;
        string dueKey = DueDate.Key(input.Due.Value, input.DueTimeZone.Value, caller.Zone);
        string search = SearchText.Of(input.Title.Value, input.Notes.Value);
        return new SimpleWrite(Command, key, StatusCodes.Status201Created);

        NpgsqlBatchCommand Command(DateTimeOffset now)
        {
            NpgsqlBatchCommand command = Begin(sql, caller, key, now, "created");
            NpgsqlParameterCollection parameters = command.Parameters;
            parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(now), NpgsqlDbType = NpgsqlDbType.Uuid });
            Add(parameters, NpgsqlDbType.Uuid, listId);
            Add(parameters, NpgsqlDbType.Text, listKey);
            Add(parameters, NpgsqlDbType.Text, input.Title.Value);
            Add(parameters, NpgsqlDbType.Text, input.Notes.Value);
            Add(parameters, NpgsqlDbType.Smallint, TaskRows.FromPriority(input.Priority.Value));
            Add(parameters, NpgsqlDbType.Text, input.Due.Value);
            Add(parameters, NpgsqlDbType.Text, input.DueTimeZone.Value);
            Add(parameters, NpgsqlDbType.Text, dueKey);
            Add(parameters, NpgsqlDbType.Smallint, (short)input.RecurrenceFrom.Value);
            Add(parameters, NpgsqlDbType.Text, search);
            return command;
        }
    }

    /// <summary>Changes title, notes, priority or due date.</summary>
    /// <returns>Null when the case is not simple.</returns>
    public static SimpleWrite? TryUpdate(Caller caller, Idempotency? key, TaskReference task, IfMatch ifMatch, TaskInput input)
    {
        if (input.List.IsSet || input.Parent.IsSet || input.Labels.IsSet || input.Position.IsSet || input.Place.IsSet || input.Recurrence.IsSet || input.RecurrenceFrom.IsSet
            || input.DueTimeZone.Value is not null || ifMatch.Versions is { Length: not 1 })
        {
            return null;
        }

        string dueKey = DueDate.Key(input.Due.Value, input.DueTimeZone.Value, caller.Zone);
        string search = $"{SearchText.Of(SearchText.InTitle, input.Title.Value)} {SearchText.Of(SearchText.InNotes, input.Notes.Value)}";
        return new SimpleWrite(Command, key, StatusCodes.Status200OK);

        NpgsqlBatchCommand Command(DateTimeOffset now)
        {
            NpgsqlBatchCommand command = Begin(task.Id is null ? UpdateByNumber : UpdateById, caller, key, now, "updated");
            NpgsqlParameterCollection parameters = command.Parameters;
            AddTask(parameters, task, ifMatch);
            Add(parameters, NpgsqlDbType.Text, input.Title.IsSet ? input.Title.Value : null);
            Add(parameters, NpgsqlDbType.Boolean, input.Notes.IsSet);
            Add(parameters, NpgsqlDbType.Text, input.Notes.Value);
            Add(parameters, NpgsqlDbType.Smallint, input.Priority.IsSet ? TaskRows.FromPriority(input.Priority.Value) : null);
            Add(parameters, NpgsqlDbType.Boolean, input.Due.IsSet);
            Add(parameters, NpgsqlDbType.Text, input.Due.Value);
            Add(parameters, NpgsqlDbType.Boolean, input.DueTimeZone.IsSet);
            Add(parameters, NpgsqlDbType.Text, input.DueTimeZone.Value);
            Add(parameters, NpgsqlDbType.Text, dueKey);
            Add(parameters, NpgsqlDbType.Text, search);
            Add(parameters, NpgsqlDbType.Text, (input.Title.IsSet ? "" : $"{SearchText.InTitle}") + (input.Notes.IsSet ? "" : $"{SearchText.InNotes}"));
            return command;
        }
    }

    /// <summary>Completes, reopens or deletes a task; <paramref name="kind"/> is what the change log calls it.</summary>
    /// <returns>Null when the case is not simple.</returns>
    public static SimpleWrite? TrySetState(Caller caller, Idempotency? key, TaskReference task, IfMatch ifMatch, string kind)
    {
        if (ifMatch.Versions is { Length: not 1 })
        {
            return null;
        }

        bool byNumber = task.Id is null;
        string sql = kind switch
        {
            "completed" => byNumber ? CompleteByNumber : CompleteById,
            "reopened" => byNumber ? ReopenByNumber : ReopenById,
            "deleted" => byNumber ? DeleteByNumber : DeleteById,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return new SimpleWrite(Command, key, StatusCodes.Status200OK);

        NpgsqlBatchCommand Command(DateTimeOffset now)
        {
            NpgsqlBatchCommand command = Begin(sql, caller, key, now, kind);
            AddTask(command.Parameters, task, ifMatch);
            return command;
        }
    }

    /// <summary>A batch that locks a space, for the statements of writes to it.</summary>
    public static NpgsqlBatch Lock(Guid space)
    {
        var lockSpace = new NpgsqlBatchCommand(LockSpace);
        Add(lockSpace.Parameters, NpgsqlDbType.Uuid, space);
        return new NpgsqlBatch { BatchCommands = { lockSpace } };
    }

    /// <summary>The answer to a write, from the one row of its statement. A statement without a row was not simple.</summary>
    public static WriteResult Read(Row row, SimpleWrite write)
    {
        const int answer = TaskRows.ColumnCount; // The first column behind the task's.
        return row.IsNull(answer) ? WriteResult.Done(write.Status, TaskRows.Read(row)) : SpaceWriter.ReadAnswer(row, answer, write.Key!);
    }

    // The condition on the list is text of its own, so that each finds its index. A variant leaves $11 or $12 unused, which PostgreSQL
    // refuses for want of a type: comparing each with itself names it.
    private static string Created(string list) =>
        "WITH " + Answered + ", written AS (INSERT INTO tasks.tasks AS t (space_id, id, number, list_id, parent_id, title, notes, priority, due, due_time_zone, due_key, "
        + "recurrence_from, label_ids, position, created_at, updated_at, version, search) "
        + "SELECT $1, $10, s.last_number + 1, l.id, NULL, $13, $14, $15, $16, $17, $18, $19, '{}', lpad(to_hex(s.version + 1), 12, '0') || '1', $4, $4, s.version + 1, $20::tsvector "
        + "FROM tasks.spaces s, tasks.lists l WHERE s.id = $1 AND s.deleted_at IS NULL AND l.space_id = $1 AND "
        + list + " AND $11::uuid IS NOT DISTINCT FROM $11 AND $12::text IS NOT DISTINCT FROM $12 AND NOT EXISTS (SELECT 1 FROM answered) RETURNING t.*), "
        + LogAndCount.Replace("{before}", "NULL", StringComparison.Ordinal).Replace("{status}", "201", StringComparison.Ordinal);

    private static string Changed(string column, string assignments, string condition, string before) =>
        "WITH " + Answered + ", before AS (SELECT t.* FROM tasks.tasks t WHERE t.space_id = $1 AND t." + column + " = $10 AND NOT EXISTS (SELECT 1 FROM answered)), "
        + "written AS (UPDATE tasks.tasks t SET " + assignments + ", updated_at = $4, version = s.version + 1 FROM before b, tasks.spaces s "
        + "WHERE t.space_id = $1 AND t.id = b.id AND s.id = $1 AND s.deleted_at IS NULL AND ($11 IS NULL OR b.version = $11) AND " + condition + " RETURNING t.*), "
        + LogAndCount.Replace("{before}", before, StringComparison.Ordinal).Replace("{status}", "200", StringComparison.Ordinal);

    private static string ReplacedIfChanged(string field, string column) =>
        $"CASE WHEN b.{column} IS NOT DISTINCT FROM t.{column} THEN '{{}}'::jsonb ELSE jsonb_build_object('{field}', b.{column}) END";

    private static string ByNumber(string sql) => sql.Replace("t.id = $10", "t.number = $10", StringComparison.Ordinal);

    private static NpgsqlBatchCommand Begin(string sql, Caller caller, Idempotency? key, DateTimeOffset now, string kind)
    {
        var command = new NpgsqlBatchCommand(sql);
        NpgsqlParameterCollection parameters = command.Parameters;
        Add(parameters, NpgsqlDbType.Uuid, caller.Space);
        Add(parameters, NpgsqlDbType.Bytea, key?.Key);
        Add(parameters, NpgsqlDbType.Bytea, key?.Request);
        parameters.Add(new NpgsqlParameter<DateTime>
        {
            // Whole milliseconds, as they are stored.
            TypedValue = new DateTime(now.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc),
            NpgsqlDbType = NpgsqlDbType.TimestampTz,
        });
        Add(parameters, NpgsqlDbType.Uuid, Guid.CreateVersion7(now));
        Add(parameters, NpgsqlDbType.Text, caller.Actor.Kind);
        Add(parameters, NpgsqlDbType.Text, caller.Actor.Id);
        Add(parameters, NpgsqlDbType.Text, caller.Actor.Name);
        Add(parameters, NpgsqlDbType.Text, kind);
        return command;
    }

    private static void AddTask(NpgsqlParameterCollection parameters, TaskReference task, IfMatch ifMatch)
    {
        if (task.Id is Guid id)
        {
            Add(parameters, NpgsqlDbType.Uuid, id);
        }
        else
        {
            Add(parameters, NpgsqlDbType.Bigint, task.Number);
        }

        Add(parameters, NpgsqlDbType.Bigint, ifMatch.Versions?[0]);
    }

    private static void Add(NpgsqlParameterCollection parameters, NpgsqlDbType type, object? value) =>
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}
