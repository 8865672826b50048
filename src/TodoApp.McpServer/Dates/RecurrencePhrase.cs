namespace TodoApp.McpServer.Dates;

/// <summary>Repetitions as people write them: "every other friday 9am", "monthly", "every! 3 days".</summary>
internal static class RecurrencePhrase
{
    // Longer texts are no repetitions.
    private const int LongestPhrase = 200;

    /// <summary>Reads a text that is nothing but a repetition.</summary>
    /// <param name="text">The text.</param>
    /// <param name="context">What it is relative to.</param>
    /// <param name="rule">What it says.</param>
    /// <param name="first">Its first occurrence that is not past.</param>
    public static bool TryParse(string text, DateContext context, out RecurrenceRule rule, out DueDate first)
    {
        (rule, first) = (null!, default);
        if (text.Length > LongestPhrase)
        {
            return false;
        }

        DateTokens tokens = DateTokens.Of(text, DateWords.English);
        var dates = new DateReader(tokens, context, inText: false);
        if (!new RecurrenceReader(tokens, dates, inText: false).TryRead(0, out Recurrence recurrence) || recurrence.End != tokens.Count)
        {
            return false;
        }

        rule = recurrence.Rule;
        return rule.TryFirst(context, out first);
    }
}
