namespace TodoApp.McpServer.Dates;

/// <summary>What a phrase such as "next week" is relative to.</summary>
/// <param name="Now">The reader's wall clock.</param>
/// <param name="WeekStart">The first day of the reader's week.</param>
/// <param name="Zone">The reader's zone, so that hours are counted as they pass, not as the clock shows them; without it the clock is believed.</param>
internal sealed record DateContext(DateTime Now, DayOfWeek WeekStart, TimeZoneInfo? Zone = null)
{
    public DateOnly Today => DateOnly.FromDateTime(Now);

    /// <summary>The first moment of a time of day that is not past; false at the end of the calendar.</summary>
    public bool TryNext(TimeOnly time, out DueDate due)
    {
        int days = Today.ToDateTime(time) >= Now ? 0 : 1;
        bool exists = TryAddDays(Today, days, out DateOnly date);
        due = new DueDate(date, time);
        return exists;
    }

    /// <summary>The moment after some minutes, to the minute; false outside of the calendar.</summary>
    public bool TryAddMinutes(long minutes, out DateTime moment)
    {
        // Far beyond the calendar, so that the ticks below can't overflow.
        if (Math.Abs(minutes) > 10_000L * 366 * 24 * 60)
        {
            moment = default;
            return false;
        }

        long from = Zone is null ? Now.Ticks : Zones.ToInstant(Now, Zone).UtcTicks;
        long ticks = from + (minutes * TimeSpan.TicksPerMinute);
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            moment = default;
            return false;
        }

        DateTime exact = Zone is null ? new DateTime(ticks) : Zones.ToLocal(new DateTimeOffset(ticks, TimeSpan.Zero), Zone);
        moment = exact.AddTicks(-(exact.Ticks % TimeSpan.TicksPerMinute));
        return true;
    }

    /// <summary>The first day of the week of a date, some weeks on; false outside of the calendar.</summary>
    public bool TryWeek(DateOnly date, int weeks, out DateOnly first) =>
        TryAddDays(date, (7L * weeks) - (((int)date.DayOfWeek - (int)WeekStart + 7) % 7), out first);

    public static bool TryAddDays(DateOnly date, long days, out DateOnly result)
    {
        long day = date.DayNumber + days;
        bool exists = day >= 0 && day <= DateOnly.MaxValue.DayNumber;
        result = exists ? DateOnly.FromDayNumber((int)day) : default;
        return exists;
    }

    /// <summary>Months on, the last day of the month where the day does not exist; false outside of the calendar.</summary>
    public static bool TryAddMonths(DateOnly date, long months, out DateOnly result)
    {
        long month = (date.Year * 12L) + date.Month - 1 + months;
        bool exists = month >= 12 && month < 120_000;
        result = exists ? date.AddMonths((int)months) : default;
        return exists;
    }

    /// <summary>Working days on, Monday to Friday; false outside of the calendar.</summary>
    public static bool TryAddWorkdays(DateOnly date, long days, out DateOnly result)
    {
        // Whole weeks first; the rest is less than a week.
        if (!TryAddDays(date, days / 5 * 7, out result))
        {
            return false;
        }

        long rest = days % 5;
        while (rest != 0)
        {
            if (!TryAddDays(result, Math.Sign(rest), out result))
            {
                return false;
            }

            rest -= IsWorkday(result) ? Math.Sign(rest) : 0;
        }

        while (!IsWorkday(result))
        {
            if (!TryAddDays(result, days < 0 ? -1 : 1, out result))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsWorkday(DateOnly date) => date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    public static bool TryDate(int year, int month, int day, out DateOnly date)
    {
        bool exists = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = exists ? new DateOnly(year, month, day) : default;
        return exists;
    }
}
