using System.Globalization;
using TodoApp.Contracts;

namespace TodoApp.Frontend.Tasks;

/// <summary>When a task is due, on the person's calendar and clock.</summary>
/// <param name="Day">The day.</param>
/// <param name="Time">The time of that day; null for any time.</param>
internal readonly record struct LocalDue(DateOnly Day, TimeOnly? Time)
{
    private const string DateFormat = "yyyy-MM-dd";
    private const string DateTimeFormat = "yyyy-MM-dd'T'HH:mm";

    /// <param name="task">The task.</param>
    /// <param name="timeZone">IANA name of the person's zone.</param>
    /// <returns>Null when the task has no due date.</returns>
    public static LocalDue? Of(TaskItem task, string timeZone) => task.Due is string due ? Read(due, task.DueTimeZone, timeZone) : null;

    /// <param name="due">As the contract has it: a date, or a date and time.</param>
    /// <param name="dueTimeZone">IANA name of the zone that its time is in; null for the person's.</param>
    /// <param name="timeZone">IANA name of the person's zone.</param>
    /// <returns>Null when it is neither.</returns>
    public static LocalDue? Read(string due, string? dueTimeZone, string timeZone)
    {
        if (TryReadDay(due, out DateOnly day))
        {
            return new LocalDue(day, null);
        }

        if (!DateTime.TryParseExact(due, DateTimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at))
        {
            return null;
        }

        at = Convert(at, dueTimeZone ?? timeZone, timeZone);
        return new LocalDue(DateOnly.FromDateTime(at), TimeOnly.FromDateTime(at));
    }

    /// <summary>Whether it has passed: a day when it is over, a time when the clock shows a later minute.</summary>
    /// <param name="local">The person's clock.</param>
    public bool IsOverdue(DateTime local) => Time is TimeOnly time ? Day.ToDateTime(time) < local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute)) : Day < DateOnly.FromDateTime(local);

    /// <summary>The due date that puts a task on another day of the person's calendar, at the time that it has there.</summary>
    /// <returns>In the form of the contract, in the zone that the task has.</returns>
    public static string OnDay(TaskItem task, DateOnly day, string timeZone) =>
        Of(task, timeZone)?.Time is TimeOnly time
            ? Convert(day.ToDateTime(time), timeZone, task.DueTimeZone ?? timeZone).ToString(DateTimeFormat, CultureInfo.InvariantCulture)
            : Write(day);

    /// <summary>A day as addresses and the contract have it.</summary>
    public static string Write(DateOnly day) => day.ToString(DateFormat, CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Write"/>
    public static bool TryReadDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static DateTime Convert(DateTime at, string from, string to)
    {
        if (from == to || !TimeZoneInfo.TryFindSystemTimeZoneById(from, out TimeZoneInfo? given) || !TimeZoneInfo.TryFindSystemTimeZoneById(to, out TimeZoneInfo? wanted))
        {
            return at;
        }

        // A time that clocks skip in spring is an hour later, as on the server.
        return TimeZoneInfo.ConvertTime(given.IsInvalidTime(at) ? at.AddHours(1) : at, given, wanted);
    }
}
