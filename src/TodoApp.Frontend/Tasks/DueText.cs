using System.Globalization;

namespace TodoApp.Frontend.Tasks;

/// <summary>A due date in words, and whether it has passed in the person's zone.</summary>
internal readonly record struct DueText(string Text, bool IsOverdue)
{
    /// <param name="due">As the contract has it: a date, or a date and time.</param>
    /// <param name="zone">IANA name of the zone it is meant in.</param>
    /// <param name="now">The instant to compare with.</param>
    public static DueText Of(string due, string zone, DateTimeOffset now)
    {
        DateTime today = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found) ? TimeZoneInfo.ConvertTime(now, found).DateTime : now.UtcDateTime;
        if (DateOnly.TryParseExact(due, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
        {
            return new DueText(Day(date, today), date < DateOnly.FromDateTime(today));
        }

        return DateTime.TryParseExact(due, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at)
            ? new DueText($"{Day(DateOnly.FromDateTime(at), today)} {at.ToString("HH:mm", CultureInfo.InvariantCulture)}", at < today)
            : new DueText(due, false);
    }

    private static string Day(DateOnly date, DateTime today) =>
        date.ToString(date.Year == today.Year ? "ddd d MMM" : "ddd d MMM yyyy", CultureInfo.InvariantCulture);
}
