using TodoApp.Contracts;
using TodoApp.McpServer.Dates;

namespace TodoApp.McpServer.Transfer;

/// <summary>A date that a file has in words.</summary>
internal readonly record struct PhraseDate(string? Due, string? TimeZone, string? Recurrence, RecurrenceFrom RecurrenceFrom)
{
    /// <summary>Reads it as quick add does.</summary>
    /// <param name="phrase">The words.</param>
    /// <param name="language">Their language, as two letters; English when empty.</param>
    /// <param name="zone">The zone of its time; the caller's when empty or not known.</param>
    /// <param name="context">Who imports, and when.</param>
    /// <param name="date">What they mean.</param>
    public static bool TryRead(string phrase, string language, string zone, ImportContext context, out PhraseDate date)
    {
        date = default;
        TimeZoneInfo? known = zone.Length > 0 ? Zones.TryFind(zone) : null;
        if (language.Length > 0 && !language.StartsWith("en", StringComparison.OrdinalIgnoreCase) && !char.IsAsciiDigit(phrase[0]))
        {
            return false;
        }

        TimeZoneInfo reader = known ?? context.Caller.Zone;
        var now = new DateContext(Zones.ToLocal(context.Now, reader), context.Caller.WeekStart, reader);
        if (RecurrencePhrase.TryParse(phrase, now, null, out RecurrencePhrase? repetition))
        {
            date = new PhraseDate(
                repetition.First.ToString(), repetition.First.Time is null ? null : known?.Id, repetition.Rule,
                repetition.FromCompletion ? RecurrenceFrom.Completion : RecurrenceFrom.Due);
            return true;
        }

        if (!DatePhrase.TryParse(phrase, now, out DueDate due))
        {
            return false;
        }

        date = new PhraseDate(due.ToString(), due.Time is null ? null : known?.Id, null, RecurrenceFrom.Due);
        return true;
    }
}
