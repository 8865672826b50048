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
        bool isKnown = zone.Length > 0 && Zones.TryFind(zone) is not null;
        DateTime now = Zones.ToLocal(context.Now, isKnown ? Zones.TryFind(zone)! : context.Caller.Zone);
        if (language.Length > 0 && !language.StartsWith("en", StringComparison.OrdinalIgnoreCase) && !char.IsAsciiDigit(phrase[0]))
        {
            return false;
        }

        if (!DatePhrase.TryParse(phrase, now, DayOfWeek.Monday, out DueDate due))
        {
            return false;
        }

        date = new PhraseDate(due.ToString(), due.Time is not null && isKnown ? zone : null, null, RecurrenceFrom.Due);
        return true;
    }
}
