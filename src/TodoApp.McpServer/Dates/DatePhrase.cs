namespace TodoApp.McpServer.Dates;

/// <summary>Dates as people write them: "tomorrow", "next friday", "in 3 days", "1 dec 9am", and the forms of <see cref="DueDate"/>.</summary>
internal static class DatePhrase
{
    // Longer texts are no dates.
    private const int LongestPhrase = 100;

    /// <summary>Reads a text that is nothing but a date, a date and a time, or a time, which means its next occurrence.</summary>
    /// <returns>False when it is not understood, or means no day of the calendar.</returns>
    public static bool TryParse(string text, DateTime localNow, DayOfWeek weekStart, out DueDate due) =>
        TryParse(text, new DateContext(localNow, weekStart), out due);

    /// <inheritdoc cref="TryParse(string, DateTime, DayOfWeek, out DueDate)" />
    public static bool TryParse(string text, DateContext context, out DueDate due)
    {
        text = text.Trim();
        if (DueDate.TryParse(text, out due))
        {
            return true;
        }

        if (text.Length > LongestPhrase)
        {
            return false;
        }

        DateTokens tokens = DateTokens.Of(text, DateWords.English);
        return new DateReader(tokens, context, inText: false).TryRead(0, out Moment moment)
            && moment.End == tokens.Count
            && TryResolve(moment, context, out due);
    }

    /// <summary>Reads a field as <see cref="DueDate.Read"/> does, and phrases too.</summary>
    public static string? Read(string? text, DateContext context, string field, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (TryParse(text, context, out DueDate due))
        {
            return due.ToString();
        }

        errors.Invalid(field, "must be a date such as 2026-12-01, 2026-12-01T09:00, tomorrow, next friday or 1 dec 9am.");
        return null;
    }

    private static bool TryResolve(Moment moment, DateContext context, out DueDate due)
    {
        if (moment.Date is not DateOnly date)
        {
            return context.TryNext(moment.Time!.Value, out due);
        }

        due = new DueDate(date, moment.Time);
        return true;
    }
}
