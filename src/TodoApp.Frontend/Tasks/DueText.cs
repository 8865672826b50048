using System.Globalization;
using Microsoft.Extensions.Localization;

namespace TodoApp.Frontend.Tasks;

/// <summary>A due date in words, and whether it has passed on the person's clock.</summary>
internal readonly record struct DueText(string Text, bool IsOverdue)
{
    /// <param name="due">As the contract has it: a date, or a date and time.</param>
    /// <param name="dueTimeZone">IANA name of the zone that its time is in; null for the person's.</param>
    /// <param name="timeZone">IANA name of the person's zone.</param>
    /// <param name="now">The instant to compare with.</param>
    /// <param name="texts">For "today" and its like; dates are in the current culture.</param>
    public static DueText Of(string due, string? dueTimeZone, string timeZone, DateTimeOffset now, IStringLocalizer texts)
    {
        DateTime local = ToLocal(now, timeZone);
        if (LocalDue.Read(due, dueTimeZone, timeZone) is not LocalDue at)
        {
            return new DueText(due, false);
        }

        string day = Day(at.Day, DateOnly.FromDateTime(local), texts);
        return new DueText(at.Time is TimeOnly time ? $"{day} {time.ToString("t", CultureInfo.CurrentCulture)}" : day, at.IsOverdue(local));
    }

    /// <summary>A day in words: today, tomorrow, the weekday within a week, else the date.</summary>
    public static string Day(DateOnly date, DateOnly today, IStringLocalizer texts) => (date.DayNumber - today.DayNumber) switch
    {
        -1 => texts["Yesterday"],
        0 => texts["Today"],
        1 => texts["Tomorrow"],
        > 1 and < 7 => date.ToString("dddd", CultureInfo.CurrentCulture),
        _ => date.ToString(date.Year == today.Year ? $"ddd, {DayAndMonth}" : "d", CultureInfo.CurrentCulture),
    };

    // "d. MMM", "MMM d": the culture's own order, with a short month.
    private static string DayAndMonth => CultureInfo.CurrentCulture.DateTimeFormat.MonthDayPattern.Replace("MMMM", "MMM", StringComparison.Ordinal);

    private static DateTime ToLocal(DateTimeOffset instant, string timeZone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out TimeZoneInfo? zone) ? TimeZoneInfo.ConvertTime(instant, zone).DateTime : instant.UtcDateTime;
}
