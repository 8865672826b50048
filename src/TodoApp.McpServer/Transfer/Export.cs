using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Transfer;

/// <summary>Hands out everything of an account as a file, as it was at one moment. Streamed: memory stays the same however much there is.</summary>
internal static class Export
{
    private const int TasksAtOnce = 500;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        var errors = new FieldErrors();
        foreach (string name in context.Request.Query.Keys.Where(name => name != "format"))
        {
            errors.Malformed(Excerpt.Of(name), "is not a known parameter. Known is format.");
        }

        string format = context.Request.Query["format"].ToString();
        if (format is not ("" or "json" or "csv" or "ics"))
        {
            errors.Invalid("format", "must be json, csv or ics.");
        }

        if (errors.ToProblem() is Problem problem)
        {
            await context.WriteProblem(problem);
            return;
        }

        if (format == "ics")
        {
            await ExportCalendar.Handle(context, writes);
            return;
        }

        string day = DueDate.Key(DateOnly.FromDateTime(writes.Time.GetUtcNow().UtcDateTime));
        string extension = format is "csv" ? "csv" : "json";
        await GetSnapshot.RunAsync(context, writes, (_, transaction, space, _, cancellationToken) =>
        {
            HttpResponse response = context.Response;
            response.ContentType = extension == "csv" ? "text/csv; charset=utf-8; header=present" : "application/json; charset=utf-8";
            response.Headers.ContentDisposition = $"attachment; filename=\"todo-app-{day}.{extension}\"";
            response.Headers.CacheControl = "no-store";
            return extension == "csv" ? WriteCsvAsync(response.BodyWriter, transaction, space, cancellationToken) : WriteJsonAsync(response.BodyWriter, transaction, space, cancellationToken);
        });
    }

    private static async Task WriteJsonAsync(PipeWriter output, SqlTransaction transaction, Guid space, CancellationToken cancellationToken)
    {
        List<TaskList> lists = await transaction.ReadAsync(ListRows.SelectAll(space), ListRows.Read, cancellationToken);
        List<Label> labels = await transaction.ReadAsync(LabelRows.SelectAll(space), LabelRows.Read, cancellationToken);
        List<SavedFilter> filters = await transaction.ReadAsync(FilterRows.SelectAll(space), FilterRows.Read, cancellationToken);
        Guid inbox = lists.First(list => list.IsInbox).Id;
        await using var json = new Utf8JsonWriter(output, Readable);
        output.Write(Encoding.ASCII.GetBytes($"{{\"format\":\"{TodoAppJson.Format}\",\"formatVersion\":{TodoAppJson.FormatVersion}"));
        Begin("lists");
        for (int i = 0; i < lists.Count; i++)
        {
            WriteItem(i == 0, () => TodoAppJson.Write(json, lists[i]));
        }

        Begin("labels");
        for (int i = 0; i < labels.Count; i++)
        {
            WriteItem(i == 0, () => TodoAppJson.Write(json, labels[i]));
        }

        Begin("filters");
        for (int i = 0; i < filters.Count; i++)
        {
            WriteItem(i == 0, () => TodoAppJson.Write(json, filters[i]));
        }

        Begin("tasks");
        bool isFirst = true;
        await ForEachTaskAsync(transaction, space, output, (task, _) =>
        {
            WriteItem(isFirst, () => TodoAppJson.Write(json, task, inbox));
            isFirst = false;
        }, cancellationToken);
        Begin("completions");
        isFirst = true;
        await foreach (List<TaskCompletion> part in CompletionRows.InPartsAsync(transaction, space, cancellationToken))
        {
            foreach (TaskCompletion completion in part)
            {
                WriteItem(isFirst, () => TodoAppJson.Write(json, completion));
                isFirst = false;
            }

            await output.FlushAsync(cancellationToken);
        }

        output.Write("\n]}\n"u8);
        await output.FlushAsync(cancellationToken);

        // Sections and items begin on lines of their own, so that an error can name the line.
        void Begin(string section)
        {
            output.Write(section == "lists" ? ",\n"u8 : "\n],\n"u8);
            output.Write(Encoding.ASCII.GetBytes($"\"{section}\":["));
        }

        void WriteItem(bool first, Action write)
        {
            output.Write(first ? "\n"u8 : ",\n"u8);
            write();
            json.Flush();
            json.Reset();
        }
    }

    private static async Task WriteCsvAsync(PipeWriter output, SqlTransaction transaction, Guid space, CancellationToken cancellationToken)
    {
        List<TaskList> lists = await transaction.ReadAsync(ListRows.SelectAll(space), ListRows.Read, cancellationToken);
        Dictionary<Guid, string> labels = (await transaction.ReadAsync(LabelRows.SelectAll(space), LabelRows.Read, cancellationToken)).ToDictionary(label => label.Id, label => label.Name);
        Dictionary<Guid, string> paths = Paths(lists);
        output.Write(Encoding.UTF8.GetBytes(TodoAppCsv.Header));
        var row = new StringBuilder();
        await ForEachTaskAsync(transaction, space, output, (task, parent) =>
        {
            row.Clear();
            TodoAppCsv.Write(row, task, paths.GetValueOrDefault(task.ListId, ""), parent, task.LabelIds.Where(labels.ContainsKey).Select(label => labels[label]));
            output.Write(Encoding.UTF8.GetBytes(row.ToString()));
        }, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private static Dictionary<Guid, string> Paths(List<TaskList> lists)
    {
        var byId = lists.ToDictionary(list => list.Id);
        return lists.ToDictionary(list => list.Id, list =>
        {
            var names = new List<string>();
            for (TaskList? above = list; above is not null && !above.IsInbox; above = above.ParentId is Guid parent ? byId.GetValueOrDefault(parent) : null)
            {
                names.Insert(0, above.Name);
            }

            return TodoAppCsv.Path(names, '/');
        });
    }

    /// <summary>Reads all tasks in the order of their numbers, each with its parent's number, and sends what was written of them.</summary>
    private static async Task ForEachTaskAsync(SqlTransaction transaction, Guid space, PipeWriter output, Action<TaskItem, long?> write, CancellationToken cancellationToken)
    {
        long last = 0;
        int count;
        do
        {
            count = 0;
            Statement page = new Statement(
                $"SELECT {TaskRows.Columns}, (SELECT p.number FROM tasks.tasks p WHERE p.space_id = t.space_id AND p.id = t.parent_id) FROM tasks.tasks t "
                + $"WHERE t.space_id = $1 AND t.number > $2 ORDER BY t.number LIMIT {TasksAtOnce}").Add(space).Add(last);
            await transaction.ExecuteAsync(
                [page],
                (_, row) =>
                {
                    TaskItem task = TaskRows.Read(row);
                    write(task, row.LongOrNull(TaskRows.ColumnCount));
                    last = task.Number;
                    count++;
                },
                cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
        while (count == TasksAtOnce);
    }
}
