using System.Globalization;
using System.Text;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// Todoist's CSV template, as https://todoist.com/help/articles/import-or-export-a-project-as-a-csv-file-in-todoist-YC8YvN defines
/// it: rows of the types task, section and note, subtasks by INDENT, labels as @words in CONTENT, DATE in words. A section becomes
/// a list, a note becomes part of the notes of the task above it. Priority 4, which Todoist gives to every task without one, is none.
/// </summary>
internal static class TodoistCsv
{
    private static readonly string[] Known =
    [
        "TYPE", "CONTENT", "DESCRIPTION", "IS_COLLAPSED", "PRIORITY", "INDENT", "AUTHOR", "RESPONSIBLE", "DATE", "DATE_LANG", "TIMEZONE",
        "DURATION", "DURATION_UNIT", "DEADLINE", "DEADLINE_LANG",
    ];

    /// <summary>Whether a file's first line is this format's: it has the columns TYPE and CONTENT.</summary>
    public static bool IsHeader(string line)
    {
        string[] cells = [.. line.Split(CsvReader.Separator(line)).Select(cell => cell.Trim().Trim('"').ToUpperInvariant())];
        return cells.Contains("TYPE") && cells.Contains("CONTENT");
    }

    public static IEnumerable<ImportItem> Read(ImportFile file, ImportContext context)
    {
        ImportNotes notes = context.Notes;
        using StreamReader text = file.OpenText();
        CsvTable? table = CsvTable.Open(file, text, notes);
        if (table is null)
        {
            yield break;
        }

        if (!table.Columns.Contains("TYPE") || !table.Columns.Contains("CONTENT"))
        {
            notes.Fail(1, 1, "the first line must name the columns, among them TYPE and CONTENT.");
            yield break;
        }

        foreach (string column in table.Columns.Where(column => column.Length > 0 && !Known.Contains(column, StringComparer.OrdinalIgnoreCase)))
        {
            notes.Warn(1, Excerpt.Of(column), "This column is not known, and is left out.");
        }

        var names = new ImportNames();
        var repeated = new Repeats("todoist");
        var above = new List<Guid>(); // The tasks that the next one can be a subtask of, by their level.
        string? section = null;
        Draft? task = null; // Held back until the notes that belong to it are read.
        while (table.Read())
        {
            string type = table["TYPE"].Trim();
            if (table.IsBlank)
            {
                continue;
            }

            if (table.CellCount > table.ColumnCount)
            {
                notes.Refuse(table.Line, null, $"has {table.CellCount} cells, but the header has {table.ColumnCount}.");
                continue;
            }

            if (type == "note")
            {
                AddNote(task, table, notes);
                continue;
            }

            if (task is not null)
            {
                if (Finish(task, notes) is ImportTask finished)
                {
                    yield return finished;
                }

                task = null;
            }

            var errors = new FieldErrors();
            switch (type)
            {
                case "section":
                    section = names.List(table["CONTENT"], table.Line, "CONTENT", errors);
                    above.Clear();
                    break;
                case "task":
                    task = ReadTask(table, section, above, names, repeated, context, errors);
                    break;
                case "meta":
                    break; // How Todoist shows the project.
                default:
                    notes.Refuse(table.Line, "TYPE", $"must be task, section or note, but is '{Excerpt.Of(type)}'.");
                    break;
            }

            if (errors.Any)
            {
                notes.Refuse(table.Line, errors);
            }

            foreach (ImportItem added in names.TakeAdded())
            {
                yield return added;
            }
        }

        if (task is not null && Finish(task, notes) is ImportTask last)
        {
            yield return last;
        }
    }

    private static Draft? ReadTask(
        CsvTable table, string? section, List<Guid> above, ImportNames names, Repeats repeated, ImportContext context, FieldErrors errors)
    {
        int level = ReadLevel(table, above, context.Notes, errors);
        (string content, List<string> labels) = SplitLabels(table["CONTENT"]);
        string? title = Rules.Title(content, "CONTENT", errors);
        List<string> labelKeys = names.Labels(labels, table.Line, "CONTENT", errors);
        Priority priority = ReadPriority(table["PRIORITY"].Trim(), errors);
        var text = new StringBuilder(table["DESCRIPTION"]);
        PhraseDate date = ReadDate(table, context, text);
        Keep(text, "Responsible", table["RESPONSIBLE"]);
        Keep(text, "Duration", table["DURATION"] is { Length: > 0 } and not "None" ? $"{table["DURATION"].Trim()} {table["DURATION_UNIT"].Trim()}" : "");
        if (errors.Any)
        {
            return null;
        }

        Guid? parent = level == 0 ? null : above[level - 1];
        Guid id = repeated.DeriveId(string.Join('\u001F', section, parent, string.Join('\u001F', Known.Select(column => table[column]))));
        above.RemoveRange(level, above.Count - level);
        above.Add(id);
        return new Draft(table.Line, section, labelKeys, text, new TaskItem
        {
            Id = id,
            Number = 0,
            ListId = default,
            ParentId = parent,
            Title = title!,
            Priority = priority,
            Due = date.Due,
            DueTimeZone = date.TimeZone,
            Recurrence = date.Recurrence,
            RecurrenceFrom = date.RecurrenceFrom,
            Position = "",
            CreatedAt = default,
            UpdatedAt = default,
            Version = 0,
        });
    }

    private static ImportTask? Finish(Draft draft, ImportNotes notes)
    {
        var errors = new FieldErrors();
        string? text = Rules.Notes(draft.Notes.ToString().Trim(), "DESCRIPTION", errors);
        if (errors.Any)
        {
            notes.Refuse(draft.Line, errors);
            return null;
        }

        return new ImportTask { Line = draft.Line, ListKey = draft.Section, LabelKeys = draft.Labels, Task = draft.Task with { Notes = text }, DueField = "DATE", RecurrenceField = "DATE" };
    }

    private static void AddNote(Draft? task, CsvTable table, ImportNotes notes)
    {
        if (task is null)
        {
            notes.Warn(table.Line, "CONTENT", "This note belongs to no task, and is left out: a list has no notes.");
            return;
        }

        if (task.Notes.Length > Rules.NotesBytes)
        {
            return; // Too long already, and refused for it.
        }

        task.Notes.Append(task.Notes.Length > 0 ? "\n\n" : "").Append(table["CONTENT"]);
    }

    private static int ReadLevel(CsvTable table, List<Guid> above, ImportNotes notes, FieldErrors errors)
    {
        string text = table["INDENT"].Trim();
        if (text.Length == 0)
        {
            return 0;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int indent) || indent < 1)
        {
            errors.Invalid("INDENT", "must be a whole number from 1 on, or empty.");
            return 0;
        }

        if (indent - 1 > above.Count)
        {
            notes.Warn(table.Line, "INDENT", $"It is indented by {indent}, but what stands above it only by {above.Count}. It is taken as indented by {above.Count + 1}.");
        }

        return Math.Min(indent - 1, above.Count);
    }

    private static Priority ReadPriority(string text, FieldErrors errors)
    {
        switch (text)
        {
            case "1":
                return Priority.Urgent;
            case "2":
                return Priority.High;
            case "3":
                return Priority.Medium;
            case "4" or "":
                return Priority.None;
            default:
                errors.Invalid("PRIORITY", "must be 1, 2, 3 or 4, or empty.");
                return Priority.None;
        }
    }

    // What is not understood goes to the notes, so that nothing is lost.
    private static PhraseDate ReadDate(CsvTable table, ImportContext context, StringBuilder text)
    {
        PhraseDate date = default;
        string zone = table["TIMEZONE"].Trim();
        string phrase = table["DATE"].Trim();
        if (phrase.Length > 0 && !PhraseDate.TryRead(phrase, table["DATE_LANG"].Trim(), zone, context, out date))
        {
            Keep(text, "Date", phrase);
            context.Notes.Warn(table.Line, "DATE", $"'{Excerpt.Of(phrase)}' is not understood. It is kept in the notes.");
        }

        string deadline = table["DEADLINE"].Trim();
        if (deadline.Length > 0 && (date.Due is not null || !PhraseDate.TryRead(deadline, table["DEADLINE_LANG"].Trim(), zone, context, out date)))
        {
            Keep(text, "Deadline", deadline);
            context.Notes.Warn(table.Line, "DEADLINE", "A task has one date here. The deadline is kept in the notes.");
        }

        return date;
    }

    // @word after a space or at the beginning. What is left without a title keeps its words.
    private static (string Title, List<string> Labels) SplitLabels(string content)
    {
        var labels = new List<string>();
        var words = new List<string>();
        foreach (string word in content.Split(' '))
        {
            if (word.Length > 1 && word[0] == '@')
            {
                labels.Add(word[1..]);
            }
            else
            {
                words.Add(word);
            }
        }

        string title = string.Join(' ', words).Trim();
        return title.Length > 0 ? (title, labels) : (content, labels);
    }

    private static void Keep(StringBuilder text, string name, string value)
    {
        if (value.Trim().Length > 0)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(name).Append(": ").Append(value.Trim());
        }
    }

    private sealed record Draft(long Line, string? Section, List<string> Labels, StringBuilder Notes, TaskItem Task);
}
