using System.Buffers;
using System.Globalization;
using System.Text;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// Todo App's table of tasks, for spreadsheets: one row for each task, with all of its fields. RFC 4180 in UTF-8 with a byte order
/// mark, without which spreadsheets take it for another encoding. What a spreadsheet would run as a formula gets an apostrophe in
/// front, and so does what begins with an apostrophe: reading takes one away from every cell that has it, and so is exact.
/// </summary>
internal static class TodoAppCsv
{
    private static readonly string[] Names =
    [
        "id", "number", "list", "parent", "title", "notes", "priority", "due", "dueTimeZone", "originalDue", "recurrence", "recurrenceFrom",
        "labels", "position", "completedAt", "deletedAt", "createdAt", "updatedAt",
    ];

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",;\"\r\n\t");

    /// <summary>What comes before the first row.</summary>
    public static string Header { get; } = "\uFEFF" + string.Join(',', Names) + "\r\n";

    /// <summary>Whether a file's first line is this format's: it has the column title.</summary>
    public static bool IsHeader(string line) =>
        line.Split(CsvReader.Separator(line)).Any(cell => cell.Trim().Trim('"').Equals("title", StringComparison.OrdinalIgnoreCase));

    /// <summary>Writes a row.</summary>
    /// <param name="csv">Where to.</param>
    /// <param name="task">The task.</param>
    /// <param name="listPath">The names of the list and those it is inside of, as <see cref="Path"/> writes them; empty for the Inbox.</param>
    /// <param name="parentNumber">The number of the task's parent.</param>
    /// <param name="labels">The names of its labels.</param>
    public static void Write(StringBuilder csv, TaskItem task, string listPath, long? parentNumber, IEnumerable<string> labels)
    {
        Cell(csv, task.Id.ToString()).Append(',');
        Cell(csv, task.Number.ToString(CultureInfo.InvariantCulture)).Append(',');
        Cell(csv, listPath).Append(',');
        Cell(csv, parentNumber?.ToString(CultureInfo.InvariantCulture)).Append(',');
        Cell(csv, task.Title).Append(',');
        Cell(csv, task.Notes).Append(',');
        Cell(csv, TransferText.Name(task.Priority)).Append(',');
        Cell(csv, task.Due).Append(',');
        Cell(csv, task.DueTimeZone).Append(',');
        Cell(csv, task.OriginalDue).Append(',');
        Cell(csv, task.Recurrence).Append(',');
        Cell(csv, TransferText.Name(task.RecurrenceFrom)).Append(',');
        Cell(csv, Path(labels, ',')).Append(',');
        Cell(csv, task.Position).Append(',');
        Cell(csv, Text(task.CompletedAt)).Append(',');
        Cell(csv, Text(task.DeletedAt)).Append(',');
        Cell(csv, Text(task.CreatedAt)).Append(',');
        Cell(csv, Text(task.UpdatedAt)).Append("\r\n");

        static string? Text(DateTimeOffset? at) => at is DateTimeOffset instant ? TransferText.Write(instant) : null;
    }

    /// <summary>Names in one cell: separated, with a backslash before a separator or backslash that is part of a name.</summary>
    public static string Path(IEnumerable<string> names, char separator) => string.Join(separator, names.Select(name =>
        name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(separator.ToString(), $"\\{separator}", StringComparison.Ordinal)));

    /// <summary>The names of <see cref="Path"/>.</summary>
    public static List<string> Split(string path, char separator)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '\\' && i + 1 < path.Length && (path[i + 1] == '\\' || path[i + 1] == separator))
            {
                name.Append(path[++i]);
            }
            else if (path[i] == separator)
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else
            {
                name.Append(path[i]);
            }
        }

        names.Add(name.ToString());
        return path.Length == 0 ? [] : names;
    }

    public static IEnumerable<ImportItem> Read(ImportFile file, ImportContext context)
    {
        ImportNotes notes = context.Notes;
        using StreamReader text = file.OpenText();
        CsvTable? table = CsvTable.Open(file, text, notes);
        if (table is null || !CheckColumns(table, notes))
        {
            yield break;
        }

        var names = new ImportNames();
        var numbers = new Dictionary<long, Guid>(); // Parents are named by number.
        ReadNumbers(table, numbers);
        if (notes.Failure is not null)
        {
            yield break;
        }

        using StreamReader again = file.OpenText();
        table = CsvTable.Open(file, again, notes)!;
        var repeated = new Repeats("csv");
        while (table.Read())
        {
            if (table.IsBlank)
            {
                continue;
            }

            if (table.CellCount != table.ColumnCount)
            {
                notes.Refuse(table.Line, null, $"has {table.CellCount} cells, but the header has {table.ColumnCount}.");
                continue;
            }

            var errors = new FieldErrors();
            ImportTask? task = ReadTask(table, numbers, names, repeated, notes, errors);
            if (errors.Any)
            {
                notes.Refuse(table.Line, errors);
                continue;
            }

            foreach (ImportItem added in names.TakeAdded())
            {
                yield return added;
            }

            yield return task!;
        }
    }

    private static bool CheckColumns(CsvTable table, ImportNotes notes)
    {
        foreach (string column in table.Columns)
        {
            if (column.Length > 0 && !Names.Contains(column, StringComparer.OrdinalIgnoreCase))
            {
                notes.Fail(1, 1, $"the column '{Excerpt.Of(column)}' is not known. {JsonFields.Suggest(column, Names)}");
                return false;
            }
        }

        if (!table.Columns.Contains("title", StringComparer.OrdinalIgnoreCase))
        {
            notes.Fail(1, 1, $"the first line must name the columns, of which title is required. Known are {string.Join(", ", Names)}.");
        }

        return notes.Failure is null;
    }

    private static void ReadNumbers(CsvTable table, Dictionary<long, Guid> numbers)
    {
        while (numbers.Count <= ImportPlan.MostTasks && table.Read())
        {
            if (long.TryParse(Value(table, "number"), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && TransferText.IsId(Value(table, "id")))
            {
                numbers.TryAdd(number, Guid.Parse(Value(table, "id")));
            }
        }
    }

    private static ImportTask? ReadTask(CsvTable table, Dictionary<long, Guid> numbers, ImportNames names, Repeats repeated, ImportNotes notes, FieldErrors errors)
    {
        Guid id = ReadId(table, repeated, errors);
        long number = ReadNumber(table, errors);
        Guid? parent = ReadParent(table, numbers, notes, errors);
        string? listKey = names.List(Split(Value(table, "list"), '/'), table.Line, "list", errors);
        List<string> labelKeys = names.Labels(Split(Value(table, "labels"), ','), table.Line, "labels", errors);
        string? title = Rules.Title(Value(table, "title"), "title", errors);
        string? text = Rules.Notes(Value(table, "notes"), "notes", errors);
        var task = new TaskItem
        {
            Id = id,
            Number = number,
            ListId = default,
            ParentId = parent,
            Title = title ?? "",
            Notes = text,
            Priority = Rules.Priority(Value(table, "priority"), "priority", errors),
            Due = DueDate.Read(Value(table, "due"), "due", errors),
            DueTimeZone = Rules.TimeZone(Value(table, "dueTimeZone"), "dueTimeZone", errors),
            OriginalDue = DueDate.Read(Value(table, "originalDue"), "originalDue", errors),
            Recurrence = Rules.Recurrence(Value(table, "recurrence"), "recurrence", errors),
            RecurrenceFrom = Rules.RecurrenceFrom(Value(table, "recurrenceFrom") is { Length: > 0 } from ? from : null, "recurrenceFrom", errors),
            Position = TransferText.Position(Value(table, "position"), errors),
            CompletedAt = TransferText.Instant(Value(table, "completedAt"), "completedAt", errors),
            DeletedAt = TransferText.Instant(Value(table, "deletedAt"), "deletedAt", errors),
            CreatedAt = TransferText.Instant(Value(table, "createdAt"), "createdAt", errors) ?? default,
            UpdatedAt = TransferText.Instant(Value(table, "updatedAt"), "updatedAt", errors) ?? default,
            Version = 0,
        };
        return errors.Any ? null : new ImportTask { Line = table.Line, Task = task, ListKey = listKey, LabelKeys = labelKeys };
    }

    private static Guid ReadId(CsvTable table, Repeats repeated, FieldErrors errors)
    {
        string text = Value(table, "id");
        if (text.Length == 0)
        {
            return repeated.DeriveId(string.Join('\u001F', Names.Select(name => table[name])));
        }

        if (TransferText.IsId(text))
        {
            return Guid.Parse(text);
        }

        errors.Invalid("id", "must be a UUID or empty.");
        return default;
    }

    private static long ReadNumber(CsvTable table, FieldErrors errors)
    {
        string text = Value(table, "number");
        if (text.Length == 0)
        {
            return 0;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number is >= 1 and <= TransferText.HighestNumber)
        {
            return number;
        }

        errors.Invalid("number", $"must be a whole number from 1 to {TransferText.HighestNumber}, or empty.");
        return 0;
    }

    private static Guid? ReadParent(CsvTable table, Dictionary<long, Guid> numbers, ImportNotes notes, FieldErrors errors)
    {
        string text = Value(table, "parent");
        if (text.Length == 0)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            errors.Invalid("parent", "must be the number of a task or empty.");
            return null;
        }

        if (numbers.TryGetValue(number, out Guid parent))
        {
            return parent;
        }

        notes.Warn(table.Line, "parent", $"No row of the file has an id and the number {number}. The task is taken as one of its own.");
        return null;
    }

    private static string Value(CsvTable table, string column)
    {
        string cell = table[column];
        return cell.StartsWith('\'') ? cell[1..] : cell;
    }

    private static StringBuilder Cell(StringBuilder csv, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return csv;
        }

        bool isMarked = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\'' or '＝' or '＋' or '－' or '＠';
        if (!text.AsSpan().ContainsAny(Quoted) && text[0] != ' ' && text[^1] != ' ')
        {
            return csv.Append(isMarked ? "'" : "").Append(text);
        }

        return csv.Append('"').Append(isMarked ? "'" : "").Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
