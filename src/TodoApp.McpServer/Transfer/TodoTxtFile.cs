using System.Globalization;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// todo.txt as https://github.com/todotxt/todo.txt defines it: a task on each line, with <c>x</c>, priority and dates at its
/// beginning, +projects, @contexts and key:value anywhere. The first project becomes the list, contexts become labels,
/// <c>due:</c> and <c>pri:</c> are read; other keys stay in the title.
/// </summary>
internal static class TodoTxtFile
{
    public static IEnumerable<ImportItem> Read(ImportFile file, ImportContext context)
    {
        using StreamReader text = file.OpenText();
        var lines = new TextLines(text, context.Notes);
        var names = new ImportNames();
        var repeated = new Repeats("todotxt");
        while (lines.Read() is string line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var errors = new FieldErrors();
            ImportTask task = ReadTask(line, lines.Number, names, repeated, context, errors);
            if (errors.Any)
            {
                context.Notes.Refuse(lines.Number, errors);
                continue;
            }

            foreach (ImportItem added in names.TakeAdded())
            {
                yield return added;
            }

            yield return task;
        }
    }

    private static ImportTask ReadTask(string line, long number, ImportNames names, Repeats repeated, ImportContext context, FieldErrors errors)
    {
        string rest = line;
        bool isCompleted = rest.StartsWith("x ", StringComparison.Ordinal);
        if (isCompleted)
        {
            rest = rest[2..];
        }

        Priority? priority = null;
        if (rest is ['(', >= 'A' and <= 'Z', ')', ' ', ..])
        {
            priority = ToPriority(rest[1]);
            rest = rest[4..];
        }

        DateOnly? first = TakeDate(ref rest);
        DateOnly? second = isCompleted && first is not null ? TakeDate(ref rest) : null;
        DateOnly? created = isCompleted ? second : first;

        var words = new List<string>();
        var projects = new List<string>();
        var labels = new List<string>();
        string? due = null;
        foreach (string word in rest.Split(' '))
        {
            if (word is ['+', _, ..])
            {
                projects.Add(word[1..]);
            }
            else if (word is ['@', _, ..])
            {
                labels.Add(word[1..]);
            }
            else if (due is null && word.StartsWith("due:", StringComparison.Ordinal) && DueDate.TryParse(word[4..], out DueDate date))
            {
                due = date.ToString();
            }
            else if (priority is null && word is ['p', 'r', 'i', ':', >= 'A' and <= 'Z'])
            {
                priority = ToPriority(word[4]);
            }
            else
            {
                if (word.StartsWith("due:", StringComparison.Ordinal))
                {
                    context.Notes.Warn(number, "due", "It is not a date such as due:2026-12-01, and stays in the title.");
                }

                words.Add(word);
            }
        }

        if (projects.Count > 1)
        {
            context.Notes.Warn(number, "project", $"A task is in one list here: +{Excerpt.Of(projects[0])}. Its other projects become labels.");
        }

        string title = string.Join(' ', words).Trim();
        string? listKey = projects.Count == 0 ? null : names.List(projects[0], number, "project", errors);
        List<string> labelKeys = names.Labels(labels.Concat(projects.Skip(1)), number, "context", errors);
        DateTimeOffset createdAt = Instant(created, context) ?? default;
        DateTimeOffset? completedAt = isCompleted ? Instant(first, context) ?? context.Now : null;
        return new ImportTask
        {
            Line = number,
            ListKey = listKey,
            LabelKeys = labelKeys,
            Task = new TaskItem
            {
                Id = repeated.DeriveId(line),
                Number = 0,
                ListId = default,
                Title = Rules.Title(title.Length > 0 ? title : rest, "title", errors) ?? "",
                Priority = priority ?? Priority.None,
                Due = due,
                Position = "",
                CompletedAt = completedAt,
                CreatedAt = createdAt,
                UpdatedAt = completedAt ?? createdAt,
                Version = 0,
            },
        };
    }

    private static Priority ToPriority(char letter) => letter switch
    {
        'A' => Priority.Urgent,
        'B' => Priority.High,
        'C' => Priority.Medium,
        _ => Priority.Low,
    };

    private static DateOnly? TakeDate(ref string rest)
    {
        if (rest.Length >= 10 && (rest.Length == 10 || rest[10] == ' ')
            && DateOnly.TryParseExact(rest.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) && date.Year is >= 1900 and < 9999)
        {
            rest = rest.Length == 10 ? "" : rest[11..];
            return date;
        }

        return null;
    }

    // A day without a time: its beginning where the caller is.
    private static DateTimeOffset? Instant(DateOnly? date, ImportContext context) =>
        date is DateOnly day ? Zones.ToInstant(day.ToDateTime(TimeOnly.MinValue), context.Caller.Zone) : null;
}
