
namespace TodoApp.McpServer.Recurrence;

/// <summary>
/// Which dates and times a rule names (RFC 5545, section 3.3.10), on the wall clock. Memory does not grow with how many they are, and a
/// rule that names none is found out after the days of <see cref="Horizon"/> years, some milliseconds.
/// </summary>
/// <remarks>
/// Every frequency goes through days: for the ones above a day, a period's days are those that fit all BY parts; for hours and minutes,
/// each day that fits is cut into its periods. What the rule leaves open comes from the anchor: the weekday, the day of the month, the time.
/// </remarks>
internal static class Occurrences
{
    /// <summary>How many years are searched for the next occurrence. The calendar repeats after 400.</summary>
    public const int Horizon = 400;

    private const int MinutesPerDay = 24 * 60;

    /// <summary>
    /// The occurrences after a moment, in order, as far as the next is at most <see cref="Horizon"/> years away. COUNT and UNTIL do not
    /// end them, and daylight saving is not looked at: see <see cref="Series"/>.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="anchor">
    /// Where the series begins (DTSTART), to the minute. Occurrences are not before it; itself it is one only if the rule names it.
    /// </param>
    /// <param name="after">The moment, which may be before the anchor.</param>
    public static IEnumerable<DateTime> After(RecurrenceRule rule, DateTime anchor, DateTime after)
    {
        DateTime from = after < anchor ? anchor : after;
        IEnumerable<DateTime> all = rule.Frequency <= Frequency.Hourly ? WithinDays(rule, anchor, from) : InPeriodsOfDays(rule, anchor, from);
        return all.SkipWhile(at => at <= after || at < anchor);
    }

    private static IEnumerable<DateTime> InPeriodsOfDays(RecurrenceRule rule, DateTime anchor, DateTime from)
    {
        var filter = new DayFilter(rule, anchor);
        int[] hours = rule.ByHour.Length > 0 ? rule.ByHour : [anchor.Hour];
        int[] minutes = rule.ByMinute.Length > 0 ? rule.ByMinute : [anchor.Minute];
        int[] times = [.. hours.SelectMany(_ => minutes, (hour, minute) => (hour * 60) + minute)];
        var calendar = new Periods(rule, anchor);
        var days = new List<int>();
        int end = End(from);
        for (long period = calendar.IndexOf(Day(from)); calendar.TryGet(period, out int first, out int last) && first <= end; period++)
        {
            days.Clear();
            for (int day = first; day <= last; day++)
            {
                if (filter.Fits(day))
                {
                    days.Add(day);
                }
            }

            foreach (int index in Choose(days.Count * times.Length, rule.BySetPos))
            {
                end = End(At(days[index / times.Length], 0));
                yield return At(days[index / times.Length], times[index % times.Length]);
            }
        }
    }

    private static IEnumerable<DateTime> WithinDays(RecurrenceRule rule, DateTime anchor, DateTime from)
    {
        var filter = new DayFilter(rule, anchor);
        bool hourly = rule.Frequency == Frequency.Hourly;
        long step = hourly ? 60L * rule.Interval : rule.Interval;
        long origin = ((long)Day(anchor) * MinutesPerDay) + (anchor.Hour * 60) + (hourly ? 0 : anchor.Minute);
        int[] minutes = hourly ? (rule.ByMinute.Length > 0 ? rule.ByMinute : [anchor.Minute]) : [0];
        int[] chosen = [.. Choose(minutes.Length, rule.BySetPos)];
        if (chosen.Length == 0 || !CanMeet(rule, origin, step))
        {
            yield break;
        }

        int end = End(from);
        for (int day = Day(from); day <= end; day++)
        {
            if (!filter.Fits(day))
            {
                continue;
            }

            long midnight = (long)day * MinutesPerDay;
            long period = origin + (Math.Max(0, (midnight - origin + step - 1) / step) * step);
            for (; period < midnight + MinutesPerDay; period += step)
            {
                int minute = (int)(period - midnight);
                if ((rule.ByHour.Length > 0 && !rule.ByHour.Contains(minute / 60)) || (!hourly && rule.ByMinute.Length > 0 && !rule.ByMinute.Contains(minute % 60)))
                {
                    continue;
                }

                foreach (int index in chosen)
                {
                    end = End(At(day, 0));
                    yield return At(day, minute + minutes[index]);
                }
            }

            day = Math.Max(day, (int)Math.Min(end, (period / MinutesPerDay) - 1)); // To the day of the next period.
        }
    }

    // Whether the periods ever meet BYHOUR and BYMINUTE. All that they reach in a day are a multiple of the divisor apart.
    private static bool CanMeet(RecurrenceRule rule, long origin, long step)
    {
        int divisor = (int)GreatestDivisor(step, MinutesPerDay);
        IEnumerable<int> hours = rule.ByHour.Length > 0 ? rule.ByHour : Enumerable.Range(0, 24);
        int[] minutes = rule.Frequency == Frequency.Hourly ? [0] : rule.ByMinute.Length > 0 ? rule.ByMinute : [.. Enumerable.Range(0, 60)];
        return hours.Any(hour => minutes.Any(minute => ((hour * 60) + minute - (origin % MinutesPerDay)) % divisor == 0));
    }

    private static long GreatestDivisor(long a, long b) => b == 0 ? a : GreatestDivisor(b, a % b);

    /// <summary>The places of BYSETPOS among so many, in order; without BYSETPOS all of them.</summary>
    private static IEnumerable<int> Choose(int count, int[] positions) => positions.Length == 0
        ? Enumerable.Range(0, count)
        : positions.Select(position => position > 0 ? position - 1 : count + position).Where(index => index >= 0 && index < count).Distinct().Order();

    private static int End(DateTime from) => from.Year > DateTime.MaxValue.Year - Horizon ? Day(DateTime.MaxValue) : Day(from.AddYears(Horizon));

    private static int Day(DateTime at) => DateOnly.FromDateTime(at).DayNumber;

    private static DateTime At(int day, int minute) => new(((long)day * TimeSpan.TicksPerDay) + (minute * TimeSpan.TicksPerMinute));

    /// <summary>The periods of a frequency of days or more, numbered from the anchor's, only every INTERVAL-th.</summary>
    private sealed class Periods(RecurrenceRule rule, DateTime anchor)
    {
        private static readonly int LastDay = DateOnly.MaxValue.DayNumber;

        // With BYWEEKNO, years are those of the weeks: from the first day of week 1 to the last day of the last week.
        private readonly bool _weekYears = rule.ByWeekNo.Length > 0;

        /// <summary>The last period that begins on or before a day, which is not before the anchor.</summary>
        public long IndexOf(int day) => (Ordinal(day) - Ordinal(Day(anchor))) / rule.Interval;

        /// <summary>The first and the last day of a period; false behind the end of the calendar.</summary>
        public bool TryGet(long index, out int first, out int last)
        {
            long ordinal = Ordinal(Day(anchor)) + (index * rule.Interval);
            first = last = 0;
            switch (rule.Frequency)
            {
                case Frequency.Daily when ordinal <= LastDay:
                    first = last = (int)ordinal;
                    return true;
                case Frequency.Weekly when ordinal * 7 <= LastDay + 7:
                    // Weeks are counted from the first day of the calendar that is such a week's first.
                    first = WeekStart(0, rule.WeekStart) + (int)(ordinal * 7);
                    last = Math.Min(LastDay, first + 6);
                    first = Math.Max(0, first);
                    return first <= LastDay;
                case Frequency.Monthly when ordinal < 12 * 9999:
                    first = new DateOnly((int)(ordinal / 12) + 1, (int)(ordinal % 12) + 1, 1).DayNumber;
                    last = first + DateTime.DaysInMonth((int)(ordinal / 12) + 1, (int)(ordinal % 12) + 1) - 1;
                    return true;
                case Frequency.Yearly when ordinal <= 9999:
                    (first, last) = _weekYears
                        ? (FirstDayOfWeeks((int)ordinal, rule.WeekStart), FirstDayOfWeeks((int)ordinal + 1, rule.WeekStart) - 1)
                        : (new DateOnly((int)ordinal, 1, 1).DayNumber, new DateOnly((int)ordinal, 12, 31).DayNumber);
                    first = Math.Max(0, first);
                    last = Math.Min(LastDay, last);
                    return true;
                default:
                    return false;
            }
        }

        private long Ordinal(int day)
        {
            DateOnly date = DateOnly.FromDayNumber(day);
            return rule.Frequency switch
            {
                Frequency.Daily => day,
                Frequency.Weekly => (WeekStart(day, rule.WeekStart) - WeekStart(0, rule.WeekStart)) / 7,
                Frequency.Monthly => ((date.Year - 1) * 12) + date.Month - 1,
                _ => _weekYears ? YearOfWeeks(day, rule.WeekStart) : date.Year,
            };
        }
    }

    /// <summary>The first day of a day's week; may be before the calendar's first.</summary>
    private static int WeekStart(int day, DayOfWeek start) => day - (((day + 1) % 7 - (int)start + 7) % 7); // Day 0 is a Monday.

    /// <summary>The first day of week 1 of a year, which is the first week with at least four days in it.</summary>
    private static int FirstDayOfWeeks(int year, DayOfWeek start)
    {
        int fourth = year > 9999 ? DateOnly.MaxValue.DayNumber + 4 : new DateOnly(year, 1, 4).DayNumber;
        return WeekStart(fourth, start);
    }

    private static int YearOfWeeks(int day, DayOfWeek start)
    {
        int year = DateOnly.FromDayNumber(day).Year;
        return day >= FirstDayOfWeeks(year + 1, start) ? year + 1 : day < FirstDayOfWeeks(year, start) ? Math.Max(1, year - 1) : year;
    }

    /// <summary>Whether a day fits all BY parts about days, and what the anchor stands for where there are none.</summary>
    private sealed class DayFilter
    {
        private readonly RecurrenceRule _rule;
        private readonly int[] _months;
        private readonly int[] _monthDays;
        private readonly Weekday[] _days;
        private readonly bool _ordinalsInMonth;

        public DayFilter(RecurrenceRule rule, DateTime anchor)
        {
            _rule = rule;
            (_months, _monthDays, _days) = (rule.ByMonth, rule.ByMonthDay, rule.ByDay);
            _ordinalsInMonth = rule.Frequency == Frequency.Monthly || rule.ByMonth.Length > 0;
            bool namesDays = rule.ByDay.Length > 0 || rule.ByMonthDay.Length > 0 || rule.ByYearDay.Length > 0;
            Weekday[] weekday = [new Weekday(0, anchor.DayOfWeek)];
            switch (rule.Frequency)
            {
                case Frequency.Weekly when !namesDays:
                    _days = weekday;
                    break;
                case Frequency.Monthly when !namesDays:
                    _monthDays = [anchor.Day];
                    break;
                case Frequency.Yearly when !namesDays && rule.ByWeekNo.Length > 0:
                    _days = weekday;
                    break;
                case Frequency.Yearly when !namesDays:
                    _monthDays = [anchor.Day];
                    _months = rule.ByMonth.Length > 0 ? rule.ByMonth : [anchor.Month];
                    break;
                default:
                    break;
            }
        }

        public bool Fits(int day)
        {
            DateOnly date = DateOnly.FromDayNumber(day);
            (int year, int month, int ofMonth) = date;
            if (_months.Length > 0 && !_months.Contains(month))
            {
                return false;
            }

            int daysInMonth = DateTime.DaysInMonth(year, month);
            int ofYear = date.DayOfYear;
            int daysInYear = DateTime.IsLeapYear(year) ? 366 : 365;
            return IsNamed(_monthDays, ofMonth, daysInMonth)
                && IsNamed(_rule.ByYearDay, ofYear, daysInYear)
                && (_days.Length == 0 || IsNamedDay(date.DayOfWeek, _ordinalsInMonth ? ofMonth : ofYear, _ordinalsInMonth ? daysInMonth : daysInYear))
                && (_rule.ByWeekNo.Length == 0 || IsInNamedWeek(day));
        }

        private static bool IsNamed(int[] values, int place, int count) => values.Length == 0 || values.Contains(place) || values.Contains(place - count - 1);

        private bool IsNamedDay(DayOfWeek weekday, int place, int count)
        {
            foreach (Weekday named in _days)
            {
                if (named.Day == weekday && (named.Ordinal == 0 || named.Ordinal == ((place - 1) / 7) + 1 || named.Ordinal == -((count - place) / 7) - 1))
                {
                    return true;
                }
            }

            return false;
        }

        private bool IsInNamedWeek(int day)
        {
            int year = YearOfWeeks(day, _rule.WeekStart);
            int first = FirstDayOfWeeks(year, _rule.WeekStart);
            return IsNamed(_rule.ByWeekNo, ((day - first) / 7) + 1, (FirstDayOfWeeks(year + 1, _rule.WeekStart) - first) / 7);
        }
    }
}
