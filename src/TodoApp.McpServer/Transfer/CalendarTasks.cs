using System.Globalization;
using System.Text;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// The to-dos of an iCalendar file (RFC 5545, section 3.6.2): SUMMARY, DESCRIPTION, DUE, PRIORITY, CATEGORIES, STATUS, COMPLETED,
/// RRULE, RELATED-TO, UID, CREATED and LAST-MODIFIED. A calendar's name (NAME of RFC 7986, X-WR-CALNAME) becomes the list.
/// Events and journals are left out.
/// </summary>
internal static class CalendarTasks
{
    private const int MostProperties = 10_000;

    private static readonly string[] Kept = ["LOCATION", "URL", "COMMENT", "CONTACT", "ATTACH", "ATTENDEE", "RESOURCES", "GEO"];

    public static IEnumerable<ImportItem> Read(ImportFile file, ImportContext context)
    {
        ImportNotes notes = context.Notes;
        using StreamReader text = file.OpenText();
        var lines = new CalendarLines(text, notes);
        var names = new ImportNames();
        var open = new Stack<string>();
        string? calendar = null;
        var properties = new List<CalendarProperty>();
        long begin = 0;
        bool any = false;
        while (lines.Read() is CalendarProperty property)
        {
            string component = property.Value.Trim().ToUpperInvariant();
            if (property.Name == "BEGIN")
            {
                if (open.Count == 0 && component != "VCALENDAR")
                {
                    notes.Fail(property.Line, 1, "a calendar file begins with BEGIN:VCALENDAR.");
                    yield break;
                }

                if (open.Count > 20)
                {
                    notes.Fail(property.Line, 1, "components are inside of each other more than 20 levels deep.");
                    yield break;
                }

                any = true;
                calendar = open.Count == 0 ? null : calendar;
                open.Push(component);
                if (open.Count == 2)
                {
                    properties.Clear();
                    begin = property.Line;
                    if (component is "VEVENT" or "VJOURNAL")
                    {
                        notes.Warn(property.Line, null, $"This {component} is left out: only to-dos (VTODO) are tasks.");
                    }
                }
            }
            else if (property.Name == "END")
            {
                if (open.Count == 0 || open.Pop() != component)
                {
                    notes.Fail(property.Line, 1, $"END:{Excerpt.Of(component)} closes what is not open.");
                    yield break;
                }

                if (open.Count == 1 && component == "VTODO")
                {
                    foreach (ImportItem item in ReadTask(properties, begin, calendar, names, context))
                    {
                        yield return item;
                    }
                }
            }
            else if (open.Count == 0)
            {
                notes.Fail(property.Line, 1, "a calendar file begins with BEGIN:VCALENDAR.");
                yield break;
            }
            else if (open.Count == 1)
            {
                calendar = property.Name is "NAME" || (property.Name is "X-WR-CALNAME" && calendar is null) ? property.Text.Trim() : calendar;
            }
            else if (open.Count == 2 && open.Peek() == "VTODO")
            {
                if (properties.Count == MostProperties)
                {
                    notes.Fail(property.Line, 1, $"a to-do has at most {MostProperties} properties.");
                    yield break;
                }

                properties.Add(property);
            }
        }

        if (notes.Failure is null && (open.Count > 0 || !any))
        {
            notes.Fail(lines.Number, 1, any ? $"the file ends, but {open.Peek()} is still open; it may have been cut off." : "a calendar file begins with BEGIN:VCALENDAR.");
        }
    }

    private static IReadOnlyList<ImportItem> ReadTask(List<CalendarProperty> properties, long line, string? calendar, ImportNames names, ImportContext context)
    {
        ImportNotes notes = context.Notes;
        CalendarProperty? Find(string name) => properties.Find(property => property.Name == name);
        if (Find("RECURRENCE-ID") is not null)
        {
            notes.Warn(line, "RECURRENCE-ID", "This change to one occurrence is left out; the series is imported.");
            return [];
        }

        var errors = new FieldErrors();
        string uid = Find("UID")?.Text.Trim() ?? "";
        if (uid.Length == 0)
        {
            errors.Invalid("UID", "must be given.");
        }

        var kept = new StringBuilder(Find("DESCRIPTION")?.Text ?? "");
        (string? due, string? zone) = ReadDue(Find("DUE"), Find("DTSTART"), Find("DURATION"), line, context, errors);
        string? title = Rules.Title(Find("SUMMARY")?.Text ?? "", "SUMMARY", errors);
        string? list = string.IsNullOrEmpty(calendar) ? null : names.List(calendar, line, "NAME", errors);
        List<string> labels = names.Labels(
            properties.Where(property => property.Name == "CATEGORIES").SelectMany(property => property.Texts).Where(text => !string.IsNullOrWhiteSpace(text)), line, "CATEGORIES", errors);
        Priority priority = ReadPriority(Find("PRIORITY")?.Value.Trim(), errors);
        DateTimeOffset? completed = ReadInstant(Find("COMPLETED"), context, errors);
        string status = Find("STATUS")?.Value.Trim().ToUpperInvariant() ?? "";
        if (status == "CANCELLED")
        {
            notes.Warn(line, "STATUS", "A canceled to-do is taken as completed.");
        }

        if (status is "COMPLETED" or "CANCELLED" || (status.Length == 0 && Find("PERCENT-COMPLETE")?.Value.Trim() == "100"))
        {
            completed ??= context.Now;
        }

        string? rule = Rules.Recurrence(Find("RRULE")?.Value, "RRULE", errors);
        if (rule is not null && due is null)
        {
            notes.Warn(line, "RRULE", "Without DUE and DTSTART there is nothing to count from: the task does not recur.");
            rule = null;
        }

        Guid? parent = properties.Find(property => property.Name == "RELATED-TO" && property.Parameter("RELTYPE").ToUpperInvariant() is "" or "PARENT") is CalendarProperty related
            ? ToId(related.Text.Trim()) : null;
        DateTimeOffset? created = ReadInstant(Find("CREATED"), context, errors);
        DateTimeOffset? modified = ReadInstant(Find("LAST-MODIFIED"), context, errors);
        Keep(properties, kept, notes);
        string? text = Rules.Notes(kept.ToString().Trim(), "DESCRIPTION", errors);
        if (errors.Any)
        {
            notes.Refuse(line, errors);
            return [];
        }

        var task = new TaskItem
        {
            Id = ToId(uid),
            Number = 0,
            ListId = default,
            ParentId = parent,
            Title = title!,
            Notes = text,
            Priority = priority,
            Due = due,
            DueTimeZone = zone,
            Recurrence = rule,
            Position = "",
            CompletedAt = completed,
            CreatedAt = created ?? default,
            UpdatedAt = modified ?? completed ?? created ?? default,
            Version = 0,
        };
        return [.. names.TakeAdded(), new ImportTask { Line = line, ListKey = list, LabelKeys = labels, Task = task, DueField = "DUE", RecurrenceField = "RRULE" }];
    }

    /// <summary>A UID that is a UUID stays one; of another the id is made.</summary>
    private static Guid ToId(string uid) => TransferText.IsId(uid) ? Guid.Parse(uid) : TransferText.DeriveId("ics", uid);

    // RFC 5545, section 3.8.1.9: 1 to 4 is high, 5 medium, 6 to 9 low, 0 none.
    private static Priority ReadPriority(string? text, FieldErrors errors)
    {
        switch (text)
        {
            case null or "" or "0":
                return Priority.None;
            case "1":
                return Priority.Urgent;
            case "2" or "3" or "4":
                return Priority.High;
            case "5":
                return Priority.Medium;
            case "6" or "7" or "8" or "9":
                return Priority.Low;
            default:
                errors.Invalid("PRIORITY", "must be a number from 0 to 9.");
                return Priority.None;
        }
    }

    private static (string? Due, string? Zone) ReadDue(
        CalendarProperty? due, CalendarProperty? start, CalendarProperty? duration, long line, ImportContext context, FieldErrors errors)
    {
        if (due is null && start is null)
        {
            return (null, null);
        }

        CalendarProperty given = (due ?? start)!;
        if (ReadTime(given, context) is not { } time)
        {
            errors.Invalid(given.Name, "must be a date such as 20261201 or a time such as 20261201T090000, with TZID or Z for its zone.");
            return (null, null);
        }

        if (due is null && duration is not null)
        {
            try
            {
                TimeSpan length = System.Xml.XmlConvert.ToTimeSpan(duration.Value.Trim().TrimStart('+').Replace("W", "D", StringComparison.Ordinal));
                time.Local += duration.Value.Contains('W', StringComparison.Ordinal) ? length * 7 : length;
            }
            catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentOutOfRangeException)
            {
                context.Notes.Warn(line, "DURATION", "It is not understood; DTSTART is taken as the date.");
            }
        }
        else if (due is null)
        {
            context.Notes.Warn(line, "DTSTART", "There is no DUE: DTSTART is taken as the date.");
        }

        return (new DueDate(DateOnly.FromDateTime(time.Local), time.IsDay ? null : TimeOnly.FromDateTime(time.Local)).ToString(), time.IsDay ? null : time.Zone); // To the minute.
    }

    private static DateTimeOffset? ReadInstant(CalendarProperty? property, ImportContext context, FieldErrors errors)
    {
        if (property is null)
        {
            return null;
        }

        if (ReadTime(property, context) is { } time && time.Local.Year is >= 1900 and < 9999)
        {
            return Zones.ToInstant(time.Local, time.Zone is null ? context.Caller.Zone : Zones.TryFind(time.Zone)!);
        }

        errors.Invalid(property.Name, "must be an instant such as 20261201T090000Z, from the year 1900 on.");
        return null;
    }

    /// <summary>A DATE or DATE-TIME. An instant in UTC is put on the caller's clock, with that clock's zone, so that it stays the same instant.</summary>
    private static (DateTime Local, bool IsDay, string? Zone)? ReadTime(CalendarProperty property, ImportContext context)
    {
        string value = property.Value.Trim();
        if (DateTime.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day))
        {
            return (day, true, null);
        }

        bool isUtc = value.EndsWith('Z');
        if (!DateTime.TryParseExact(isUtc ? value[..^1] : value, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time))
        {
            return null;
        }

        if (isUtc)
        {
            TimeZoneInfo zone = context.Caller.Zone;
            return (Zones.ToLocal(new DateTimeOffset(time, TimeSpan.Zero), zone), false, zone.Id);
        }

        string name = property.Parameter("TZID");
        if (name.Length == 0)
        {
            return (time, false, null);
        }

        if (Zones.TryFind(name) is not null)
        {
            return (time, false, name);
        }

        if (TimeZoneInfo.TryConvertWindowsIdToIanaId(name, out string? iana))
        {
            return (time, false, iana);
        }

        context.Notes.Warn(property.Line, property.Name, $"The zone '{Excerpt.Of(name)}' is not known. The time is taken without one.");
        return (time, false, null);
    }

    private static void Keep(List<CalendarProperty> properties, StringBuilder text, ImportNotes notes)
    {
        foreach (CalendarProperty property in properties)
        {
            if (Kept.Contains(property.Name, StringComparer.Ordinal))
            {
                text.Append(text.Length > 0 ? "\n" : "").Append(property.Name[0]).Append(property.Name[1..].ToLowerInvariant()).Append(": ").Append(property.Text);
            }
            else if (property.Name is "EXDATE" or "RDATE" or "EXRULE" || (property.Name is "RELATED-TO" && property.Parameter("RELTYPE").ToUpperInvariant() is not ("" or "PARENT")))
            {
                notes.Warn(property.Line, property.Name, "It can't be kept, and is left out.");
            }
        }
    }
}
