using System.Globalization;

namespace TodoApp.McpServer.Input;

/// <summary>When a task is due: a date, or a date with a time.</summary>
internal readonly record struct DueDate(DateOnly Date, TimeOnly? Time)
{
    /// <summary>The key of a task without a due date: after every date.</summary>
    public const string NoKey = "~";

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm";

    public static bool TryParse(string text, out DueDate due)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
        {
            due = new DueDate(date, null);
            return true;
        }

        if (DateTime.TryParseExact(text, [TimeForm, "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at) && at.Second == 0)
        {
            due = new DueDate(DateOnly.FromDateTime(at), TimeOnly.FromDateTime(at));
            return true;
        }

        due = default;
        return false;
    }

    /// <summary>Reads a field; null when it is null or empty, or wrong and reported.</summary>
    public static string? Read(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (TryParse(text.Trim(), out DueDate due))
        {
            return due.ToString();
        }

        errors.Invalid(field, "must be a date such as 2026-12-01, or a date and time such as 2026-12-01T09:00 (its zone is given apart).");
        return null;
    }

    /// <summary>
    /// What orders and selects tasks by due date, compared byte by byte: <c>2026-12-01T09:00</c> as the reader's clock shows it,
    /// <c>2026-12-01~</c> for a date without time (after every time of its day), <c>~</c> for no date.
    /// </summary>
    /// <remarks>
    /// A time without a zone is what the reader's clock shows, whether it shows that once, twice or never. A time with a zone is an
    /// instant. When the reader's clock is set back, instants of the second pass stand behind the last minute of the first one:
    /// <c>2026-10-25T02:59;02:15</c>.
    /// </remarks>
    /// <param name="due">As stored.</param>
    /// <param name="dueTimeZone">The zone of its time; null means the reader's.</param>
    /// <param name="reader">The reader's zone.</param>
    public static string Key(string? due, string? dueTimeZone, TimeZoneInfo reader)
    {
        if (due is null || !TryParse(due, out DueDate parsed))
        {
            return NoKey;
        }

        if (parsed.Time is null)
        {
            return due + NoKey;
        }

        return dueTimeZone is null || Zones.TryFind(dueTimeZone) is not TimeZoneInfo zone
            ? due
            : Key(Zones.ToInstant(parsed.Date.ToDateTime(parsed.Time.Value), zone), reader);
    }

    /// <summary>The key of an instant on the reader's clock.</summary>
    public static string Key(DateTimeOffset instant, TimeZoneInfo reader)
    {
        DateTime local = Zones.ToLocal(instant, reader);
        string key = local.ToString(TimeForm, CultureInfo.InvariantCulture);
        if (Zones.ToInstant(local, reader) >= instant)
        {
            return key;
        }

        // The minute before the clock was set back; a pass is shorter than this. (At the calendar's end the clock stands still, and there is none.)
        const int longestPass = 180;
        TimeSpan offset = reader.GetUtcOffset(instant);
        for (int minutes = 1; minutes <= longestPass; minutes++)
        {
            DateTimeOffset firstPass = instant.AddMinutes(-minutes);
            if (reader.GetUtcOffset(firstPass) != offset)
            {
                DateTime last = Zones.ToLocal(firstPass, reader);
                last = last.Date == local.Date ? last : local.Date.AddDays(1).AddMinutes(-1);
                return $"{last.ToString(TimeForm, CultureInfo.InvariantCulture)};{local.ToString("HH:mm", CultureInfo.InvariantCulture)}";
            }
        }

        return key;
    }

    /// <summary>The key before every key of a day.</summary>
    public static string Key(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public override string ToString() => Time is TimeOnly time ? Date.ToDateTime(time).ToString(TimeForm, CultureInfo.InvariantCulture) : Key(Date);
}
