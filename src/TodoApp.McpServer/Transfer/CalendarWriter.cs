using System.Buffers;
using System.Globalization;
using System.Text;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// Writes due tasks as the events of an iCalendar file (RFC 5545). Events and not to-dos, because most calendar programs subscribe
/// to nothing else. They take no time: they have a beginning and no end, and are transparent. A time has the name of its zone and
/// the zone's definition, so that a series stays at its time of day when clocks change.
/// </summary>
internal sealed class CalendarWriter(IBufferWriter<byte> output, DateTimeOffset now)
{
    private const int LineOctets = 75;

    // Clocks are defined for this long before and after now; programs that know the zone's name need none of it.
    private const int YearsBefore = 2;
    private const int YearsAfter = 10;

    private readonly StringBuilder _line = new();

    public void Begin(IEnumerable<TimeZoneInfo> zones)
    {
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//Todo App//Todo App//EN");
        Line("CALSCALE:GREGORIAN");
        Line("METHOD:PUBLISH");
        Line("NAME:Todo App");
        Line("X-WR-CALNAME:Todo App");
        Line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        Line("X-PUBLISHED-TTL:PT1H");
        foreach (TimeZoneInfo zone in zones.Where(zone => !IsUtc(zone)))
        {
            Define(zone);
        }
    }

    public void End() => Line("END:VCALENDAR");

    /// <summary>Writes a task. A series is written as its rule from the current occurrence on.</summary>
    /// <param name="task">An open task that is due.</param>
    /// <param name="reader">The zone of times that have none.</param>
    /// <param name="labels">The names of its labels.</param>
    public void Write(TaskItem task, TimeZoneInfo reader, IEnumerable<string> labels)
    {
        if (!DueDate.TryParse(task.Due!, out DueDate due))
        {
            return;
        }

        TimeZoneInfo zone = ZoneOf(task, reader);
        Line("BEGIN:VEVENT");
        Line($"UID:{task.Id}@todo-app");
        Line($"DTSTAMP:{Instant(task.UpdatedAt)}");
        Line($"CREATED:{Instant(task.CreatedAt)}");
        Line($"LAST-MODIFIED:{Instant(task.UpdatedAt)}");
        Line($"DTSTART{Time(due, zone)}");
        // After a completion nobody knows yet when the next one is counted from.
        if (task.Recurrence is string rule && task.RecurrenceFrom == RecurrenceFrom.Due)
        {
            Line($"RRULE:{Until(rule, due, zone)}");
        }

        Text("SUMMARY", task.Title);
        if (task.Notes is not null)
        {
            Text("DESCRIPTION", task.Notes);
        }

        string[] names = [.. labels];
        if (names.Length > 0)
        {
            Line($"CATEGORIES:{string.Join(',', names.Select(Escape))}");
        }

        if (task.Priority != Priority.None)
        {
            Line($"PRIORITY:{task.Priority switch { Priority.Urgent => 1, Priority.High => 3, Priority.Medium => 5, _ => 7 }}");
        }

        Line("TRANSP:TRANSPARENT");
        Line("END:VEVENT");
    }

    /// <summary>The zone that a task's time is in.</summary>
    public static TimeZoneInfo ZoneOf(TaskItem task, TimeZoneInfo reader) => task.DueTimeZone is string name && Zones.TryFind(name) is TimeZoneInfo zone ? zone : reader;

    // A rule's end must be of the kind of its beginning (RFC 5545, section 3.3.10): a date for a date, an instant for a time.
    private static string Until(string rule, DueDate due, TimeZoneInfo zone)
    {
        IEnumerable<string> parts = rule.Split(';').Select(part =>
        {
            if (!part.StartsWith("UNTIL=", StringComparison.Ordinal) || part.Length < "UNTIL=yyyyMMdd".Length)
            {
                return part;
            }

            string value = part["UNTIL=".Length..];
            if (due.Time is null)
            {
                return $"UNTIL={value[..8]}";
            }

            if (value.EndsWith('Z'))
            {
                return part;
            }

            string text = value.Contains('T', StringComparison.Ordinal) ? value : value + "T235959";
            return DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local)
                ? $"UNTIL={Instant(Zones.ToInstant(local, zone))}"
                : part;
        });
        return string.Join(';', parts);
    }

    private static string Time(DueDate due, TimeZoneInfo zone)
    {
        if (due.Time is not TimeOnly time)
        {
            return $";VALUE=DATE:{due.Date.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";
        }

        string local = due.Date.ToDateTime(time).ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        return IsUtc(zone) ? $":{local}Z" : $";TZID={zone.Id}:{local}";
    }

    /// <summary>
    /// A VTIMEZONE with every change of the clock in the years around now, those of the same kind together.
    /// </summary>
    private void Define(TimeZoneInfo zone)
    {
        DateTimeOffset from = new(now.Year - YearsBefore, 1, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset to = new(now.Year + YearsAfter, 1, 1, 0, 0, 0, TimeSpan.Zero);
        TimeSpan offset = zone.GetUtcOffset(from);
        Line("BEGIN:VTIMEZONE");
        Line($"TZID:{zone.Id}");
        Observance(zone.IsDaylightSavingTime(from), offset, offset, [new DateTime(1970, 1, 1)]);
        var changes = new Dictionary<(bool IsDaylight, TimeSpan Before, TimeSpan After), List<DateTime>>();
        for (DateTimeOffset day = from; day < to; day = day.AddDays(1))
        {
            TimeSpan after = zone.GetUtcOffset(day.AddDays(1));
            if (after == offset)
            {
                continue;
            }

            // To the second, by halves.
            (long low, long high) = (0, (long)TimeSpan.FromDays(1).TotalSeconds);
            while (high - low > 1)
            {
                long middle = (low + high) / 2;
                (low, high) = zone.GetUtcOffset(day.AddSeconds(middle)) == offset ? (middle, high) : (low, middle);
            }

            DateTimeOffset at = day.AddSeconds(high);
            (bool, TimeSpan, TimeSpan) kind = (zone.IsDaylightSavingTime(at), offset, after);
            if (!changes.TryGetValue(kind, out List<DateTime>? times))
            {
                changes.Add(kind, times = []);
            }

            times.Add(at.UtcDateTime + offset); // As the clock showed it that is put on or back.
            offset = after;
        }

        foreach (((bool isDaylight, TimeSpan before, TimeSpan after), List<DateTime> times) in changes)
        {
            Observance(isDaylight, before, after, times);
        }

        Line("END:VTIMEZONE");
    }

    private void Observance(bool isDaylight, TimeSpan before, TimeSpan after, List<DateTime> times)
    {
        string name = isDaylight ? "DAYLIGHT" : "STANDARD";
        Line($"BEGIN:{name}");
        Line($"DTSTART:{Local(times[0])}");
        if (times.Count > 1)
        {
            Line($"RDATE:{string.Join(',', times.Skip(1).Select(Local))}");
        }

        Line($"TZOFFSETFROM:{Offset(before)}");
        Line($"TZOFFSETTO:{Offset(after)}");
        Line($"END:{name}");

        static string Local(DateTime time) => time.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        static string Offset(TimeSpan offset) => $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset.ToString(offset.Seconds == 0 ? "hhmm" : "hhmmss", CultureInfo.InvariantCulture)}";
    }

    private void Text(string name, string value) => Line($"{name}:{Escape(value)}");

    private static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny("\\;,\n"))
        {
            return text;
        }

        return text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }

    /// <summary>Writes a line, folded so that none has more than 75 octets and no character is cut.</summary>
    private void Line(string text)
    {
        _line.Clear();
        int octets = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                _line.Append("\r\n ");
                octets = 1;
            }

            _line.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        output.Write(Encoding.UTF8.GetBytes(_line.Append("\r\n").ToString()));
    }

    private static bool IsUtc(TimeZoneInfo zone) => zone.Id is "UTC" or "Etc/UTC";

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
