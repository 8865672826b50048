using System.Globalization;
using System.Text;
using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// What <c>task export</c> writes, as https://github.com/GothenburgBitFactory/taskwarrior/blob/develop/doc/devel/rfcs/task.md defines
/// it: an array of tasks, or one task on each line. A project becomes a list, tags become labels, annotations become notes. A task
/// that recurs is taken as one task with a rule; the occurrences that Taskwarrior made of it ahead are left out.
/// </summary>
internal static class TaskwarriorJson
{
    // Derived, or of no meaning outside of Taskwarrior.
    private static readonly string[] LeftOut = ["id", "urgency", "modified", "entry", "uuid", "status", "description", "mask", "imask", "parent", "recur", "rtype", "end"];

    public static IEnumerable<ImportItem> Read(ImportFile file, ImportContext context)
    {
        ImportNotes notes = context.Notes;
        bool isArray = Encoding.UTF8.GetString(file.Beginning(64)).TrimStart().StartsWith('[');
        var json = new JsonStream(file.OpenBytes(), notes, allowSeveralValues: !isArray);
        if (isArray)
        {
            json.Read();
        }

        var names = new ImportNames();
        while (json.ReadValue() is JsonDocument value)
        {
            using (value)
            {
                var errors = new FieldErrors();
                ImportTask? task = TryReadTask(value.RootElement, json.Line, names, context, errors);
                if (errors.Any)
                {
                    notes.Refuse(json.Line, errors);
                    continue;
                }

                foreach (ImportItem added in names.TakeAdded())
                {
                    yield return added;
                }

                if (task is not null)
                {
                    yield return task;
                }
            }
        }

        if (isArray && json.Token != JsonTokenType.EndArray)
        {
            json.Fail("it ends in the middle.");
        }
        else if (isArray && json.Read())
        {
            json.Fail("nothing may follow the array.");
        }
    }

    private static ImportTask? TryReadTask(JsonElement element, long line, ImportNames names, ImportContext context, FieldErrors errors)
    {
        try
        {
            return ReadTask(element, line, names, context, errors);
        }
        catch (InvalidOperationException)
        {
            errors.Invalid("", "has half of a surrogate pair, which is not valid Unicode.");
            return null;
        }
    }

    private static ImportTask? ReadTask(JsonElement element, long line, ImportNames names, ImportContext context, FieldErrors errors)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Malformed("", $"must be an object, but is {JsonFields.Describe(element)}.");
            return null;
        }

        string status = Text(element, "status", errors) ?? "";
        if (status is not ("pending" or "deleted" or "completed" or "waiting" or "recurring"))
        {
            errors.Invalid("status", "must be pending, deleted, completed, waiting or recurring.");
        }

        string? uuid = Text(element, "uuid", errors);
        if (!TransferText.IsId(uuid))
        {
            errors.Invalid("uuid", "must be a UUID.");
        }

        if (status is "pending" or "waiting" && Text(element, "parent", errors) is not null)
        {
            context.Notes.Warn(line, "parent", "This occurrence is left out: the task that it is an occurrence of recurs by itself.");
            return null;
        }

        string? title = Rules.Title(Text(element, "description", errors), "description", errors);
        string? list = Text(element, "project", errors) is { Length: > 0 } project ? names.List(project, line, "project", errors) : null;
        List<string> labels = names.Labels(Texts(element, "tags", errors), line, "tags", errors);
        Priority priority = ReadPriority(Text(element, "priority", errors), errors);
        DateTimeOffset? due = Instant(element, "due", errors);
        DateTimeOffset? end = Instant(element, "end", errors);
        DateTimeOffset? entry = Instant(element, "entry", errors);
        DateTimeOffset? modified = Instant(element, "modified", errors);
        var text = new StringBuilder();
        AddAnnotations(element, text, errors);
        string? recurrence = status == "recurring" ? ReadRecurrence(Text(element, "recur", errors), line, text, context.Notes) : null;
        AddOthers(element, text, line, context.Notes);
        string? notes = Rules.Notes(text.ToString().Trim(), "annotations", errors);
        if (errors.Any)
        {
            return null;
        }

        DateTime local = due is DateTimeOffset at ? Zones.ToLocal(at, context.Caller.Zone) : default;
        bool isDay = local.TimeOfDay == TimeSpan.Zero; // Taskwarrior writes a day as its beginning in the zone of its user.
        return new ImportTask
        {
            Line = line,
            ListKey = list,
            LabelKeys = labels,
            RecurrenceField = "recur",
            Task = new TaskItem
            {
                Id = Guid.Parse(uuid!),
                Number = 0,
                ListId = default,
                Title = title!,
                Notes = notes,
                Priority = priority,
                Due = due is null ? null : new DueDate(DateOnly.FromDateTime(local), isDay ? null : TimeOnly.FromDateTime(local)).ToString(),
                DueTimeZone = due is null || isDay ? null : context.Caller.Zone.Id,
                Recurrence = recurrence,
                Position = "",
                CompletedAt = status == "completed" ? end ?? context.Now : null,
                DeletedAt = status == "deleted" ? end ?? context.Now : null,
                CreatedAt = entry ?? default,
                UpdatedAt = modified ?? end ?? entry ?? default,
                Version = 0,
            },
        };
    }

    private static Priority ReadPriority(string? text, FieldErrors errors)
    {
        switch (text)
        {
            case null or "":
                return Priority.None;
            case "H":
                return Priority.High;
            case "M":
                return Priority.Medium;
            case "L":
                return Priority.Low;
            default:
                errors.Invalid("priority", "must be H, M or L.");
                return Priority.None;
        }
    }

    private static string? ReadRecurrence(string? period, long line, StringBuilder text, ImportNotes notes)
    {
        if (period is not null && ToRule(period.Trim().ToLowerInvariant()) is string rule)
        {
            return rule;
        }

        Keep(text, "recur", period ?? "");
        notes.Warn(line, "recur", "This period is not understood. It is kept in the notes, and the task does not recur.");
        return null;
    }

    private static string? ToRule(string period)
    {
        int digits = 0;
        while (digits < period.Length && char.IsAsciiDigit(period[digits]))
        {
            digits++;
        }

        int count = 1;
        if (digits > 3 || (digits > 0 && !int.TryParse(period.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out count)) || count == 0)
        {
            return null;
        }

        (string frequency, int times) = period[digits..].Trim() switch
        {
            "daily" or "days" or "day" or "d" => ("DAILY", 1),
            "weekdays" => ("WEEKDAYS", 1),
            "weekly" or "sennight" or "weeks" or "week" or "wks" or "wk" or "w" => ("WEEKLY", 1),
            "biweekly" or "fortnight" => ("WEEKLY", 2),
            "monthly" or "months" or "month" or "mnths" or "mths" or "mth" or "mos" or "mo" => ("MONTHLY", 1),
            "bimonthly" => ("MONTHLY", 2),
            "quarterly" or "quarters" or "qrtrs" or "qtrs" or "qtr" or "q" => ("MONTHLY", 3),
            "semiannual" or "biannual" => ("MONTHLY", 6),
            "annual" or "yearly" or "years" or "year" or "yrs" or "yr" or "y" => ("YEARLY", 1),
            "biyearly" => ("YEARLY", 2),
            "hours" or "hour" or "hrs" or "hr" or "h" => ("HOURLY", 1),
            _ => ("", 0),
        };
        return frequency switch
        {
            "" => null,
            "WEEKDAYS" => count == 1 ? "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR" : null,
            _ => count * times == 1 ? $"FREQ={frequency}" : $"FREQ={frequency};INTERVAL={count * times}",
        };
    }

    private static void AddAnnotations(JsonElement element, StringBuilder text, FieldErrors errors)
    {
        if (!element.TryGetProperty("annotations", out JsonElement annotations))
        {
            return;
        }

        if (annotations.ValueKind != JsonValueKind.Array)
        {
            errors.Malformed("annotations", $"must be an array, but is {JsonFields.Describe(annotations)}.");
            return;
        }

        foreach (JsonElement annotation in annotations.EnumerateArray())
        {
            if (annotation.ValueKind == JsonValueKind.Object && Text(annotation, "description", errors) is string description)
            {
                text.Append(text.Length > 0 ? "\n" : "").Append(description);
            }
        }
    }

    // Wait, scheduled, until, depends, and what users have defined themselves: kept as text, since nothing here means the same.
    private static void AddOthers(JsonElement element, StringBuilder text, long line, ImportNotes notes)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = property.Name;
            if (name is "project" or "tags" or "priority" or "due" or "annotations" || LeftOut.Contains(name, StringComparer.Ordinal))
            {
                continue;
            }

            string value = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
            Keep(text, name, value);
            notes.Warn(line, Excerpt.Of(name), "There is no such field here. It is kept in the notes.");
        }
    }

    private static void Keep(StringBuilder text, string name, string value)
    {
        if (value.Length > 0)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(name).Append(": ").Append(value);
        }
    }

    private static string? Text(JsonElement element, string name, FieldErrors errors)
    {
        if (!element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        errors.Malformed(name, $"must be a text in quotes, but is {JsonFields.Describe(value)}.");
        return null;
    }

    private static List<string> Texts(JsonElement element, string name, FieldErrors errors)
    {
        var texts = new List<string>();
        if (element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement entry in value.EnumerateArray())
            {
                if (entry.ValueKind == JsonValueKind.String)
                {
                    texts.Add(entry.GetString()!);
                }
            }
        }
        else if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            errors.Malformed(name, $"must be an array of texts, but is {JsonFields.Describe(value)}.");
        }

        return texts;
    }

    private static DateTimeOffset? Instant(JsonElement element, string name, FieldErrors errors)
    {
        if (Text(element, name, errors) is not string text)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) && at.Year is >= 1900 and < 9999)
        {
            return at;
        }

        errors.Invalid(name, "must be an instant such as 20261201T090000Z.");
        return null;
    }
}
