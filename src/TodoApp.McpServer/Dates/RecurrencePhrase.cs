using System.Diagnostics.CodeAnalysis;

namespace TodoApp.McpServer.Dates;

/// <summary>A repetition as people write it: "every other friday 9am", "monthly", "every! 3 days".</summary>
/// <param name="Rule">As an RFC 5545 rule.</param>
/// <param name="First">The first occurrence that is not past.</param>
/// <param name="FromCompletion">Whether the next occurrence is counted from completion.</param>
internal sealed record RecurrencePhrase(string Rule, DueDate First, bool FromCompletion)
{
    // Longer texts are no repetitions.
    private const int LongestPhrase = 200;

    /// <summary>Reads a text that is nothing but a repetition.</summary>
    /// <param name="text">The text.</param>
    /// <param name="context">What it is relative to.</param>
    /// <param name="due">Where it begins unless it says so itself, as a task's field has it.</param>
    /// <param name="phrase">What it means.</param>
    /// <returns>False when it is not understood, or has no occurrence.</returns>
    public static bool TryParse(string text, DateContext context, string? due, [NotNullWhen(true)] out RecurrencePhrase? phrase)
    {
        phrase = null;
        if (text.Length > LongestPhrase)
        {
            return false;
        }

        DateTokens tokens = DateTokens.Of(text, DateWords.English);
        var dates = new DateReader(tokens, context, inText: false);
        if (!new RecurrenceReader(tokens, dates, inText: false).TryRead(0, out RecurrenceReading recurrence) || recurrence.End != tokens.Count)
        {
            return false;
        }

        PhraseRule rule = recurrence.Rule;
        if (due is not null && DueDate.TryParse(due, out DueDate start))
        {
            rule = rule with { Start = rule.Start ?? start.Date, Time = rule.Time ?? start.Time };
        }

        if (rule.TryFirst(context, out DueDate first))
        {
            phrase = new RecurrencePhrase(rule.ToRule(context.WeekStart), first, rule.FromCompletion);
        }

        return phrase is not null;
    }
}
