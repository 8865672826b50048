namespace TodoApp.McpServer.Dates;

/// <summary>Moments that are over, as people write them: "today", "3 hours ago", "monday", "last week", "this morning", "2026-12-01T09:00".</summary>
internal static class PastPhrase
{
    /// <summary>
    /// Reads a moment; a day is its beginning, a week or month its first day's. What would be ahead as a due date is meant to be past
    /// here: "monday" is the last one, "9am" is today's or yesterday's.
    /// </summary>
    /// <returns>Null when nothing is given, or what is given is not understood, which is reported.</returns>
    public static DateTimeOffset? Read(string? text, DateContext context, string field, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        text = text.Trim();
        if (Rfc3339.TryParse(text, out DateTimeOffset exact))
        {
            return exact;
        }

        DateTime? moment = Span(text, context) ?? (TryParse(text, context, out DueDate date) ? Begin(date) : null);
        if (moment is null)
        {
            errors.Invalid(field, "must be a moment such as today, yesterday 9am, 3 hours ago, last week, 2026-01-31, 2026-01-31T09:00 or 2026-01-31T09:00:00Z.");
        }
        else if (moment > context.Now)
        {
            errors.Invalid(field, "must not be in the future.");
        }
        else
        {
            return Zones.ToInstant(moment.Value, context.Zone!);
        }

        return null;
    }

    // What is no date of a task, but has a beginning.
    private static DateTime? Span(string text, DateContext context)
    {
        DateOnly today = context.Today;
        var firstOfMonth = new DateOnly(today.Year, today.Month, 1);
        bool exists = true;
        DateOnly first = today;
        switch (string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant())
        {
            case "this morning" or "this afternoon" or "this evening":
                break;
            case "this week":
                exists = context.TryWeek(today, 0, out first);
                break;
            case "last week":
                exists = context.TryWeek(today, -1, out first);
                break;
            case "this month":
                first = firstOfMonth;
                break;
            case "last month":
                exists = DateContext.TryAddMonths(firstOfMonth, -1, out first);
                break;
            default:
                return null;
        }

        return exists ? first.ToDateTime(TimeOnly.MinValue) : null;
    }

    /// <summary>Reads a date, or a date and time, as the last that it can mean; what is ahead for ever ("tomorrow", "2999-01-01") stays ahead.</summary>
    public static bool TryParse(string text, DateContext context, out DueDate moment)
    {
        // "last monday" is what "monday" means here.
        text = text.StartsWith("last ", StringComparison.OrdinalIgnoreCase) ? text["last ".Length..] : text;
        if (!DatePhrase.TryParse(text, context, out moment))
        {
            return false;
        }

        if (!IsAhead(moment, context) || DueDate.TryParse(text, out _) || text.StartsWith("next ", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // A time of day.
        if (ReadAt(context.Now.Date) is DueDate time && time.Date == context.Today)
        {
            moment = IsAhead(time, context) ? time with { Date = time.Date.AddDays(-1) } : time;
            return true;
        }

        // What moves along with the clock is ahead for ever; a weekday or a day of the year was there before.
        if (ReadAt(context.Now.AddDays(-1))?.Date == moment.Date.AddDays(-1) && ReadAt(context.Now.AddDays(-2))?.Date == moment.Date.AddDays(-2))
        {
            return true;
        }

        moment = ReadAt(context.Now.AddDays(-7)) is DueDate week && !IsAhead(week, context) ? week : ReadAt(context.Now.AddYears(-1)) ?? moment;
        return true;

        DueDate? ReadAt(DateTime now) => DatePhrase.TryParse(text, context with { Now = now }, out DueDate due) ? due : null;
    }

    private static bool IsAhead(DueDate moment, DateContext context) => Begin(moment) > context.Now;

    private static DateTime Begin(DueDate moment) => moment.Date.ToDateTime(moment.Time ?? TimeOnly.MinValue);
}
