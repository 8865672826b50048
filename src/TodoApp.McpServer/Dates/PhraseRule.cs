using System.Globalization;
using System.Text;

namespace TodoApp.McpServer.Dates;

/// <summary>A repetition as a phrase can say it: a small part of RFC 5545, whose first occurrence is found by looking at days.</summary>
internal sealed record PhraseRule
{
    // The 29th of February comes after at most 8 years, the fifth Friday of a February after at most 40.
    private const int MostDays = 41 * 366;

    private static readonly string[] Days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    public static readonly DayOfWeek[] Workdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    public required DateUnit Unit { get; init; }

    public int Interval { get; init; } = 1;

    public IReadOnlyList<DayOfWeek> Weekdays { get; init; } = [];

    /// <summary>Which of the month's weekdays: 1 is the first, -1 the last; none for all.</summary>
    public IReadOnlyList<int> Ordinals { get; init; } = [];

    /// <summary>Which of the days in <see cref="Weekdays"/> of a month, counted together; 0 for all.</summary>
    public int SetPosition { get; init; }

    /// <summary>Days of the month; -1 is the last.</summary>
    public IReadOnlyList<int> MonthDays { get; init; } = [];

    /// <summary>The month of the year; 0 for all.</summary>
    public int Month { get; init; }

    /// <summary>Whether the next occurrence is counted from completion.</summary>
    public bool FromCompletion { get; init; }

    /// <summary>The time of day of each occurrence.</summary>
    public TimeOnly? Time { get; init; }

    /// <summary>The day before which there is no occurrence.</summary>
    public DateOnly? Start { get; init; }

    /// <summary>The last day.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>How many occurrences there are.</summary>
    public int? Count { get; init; }

    /// <summary>Whether it says nothing yet about which days.</summary>
    public bool IsPlain => Weekdays.Count == 0 && MonthDays.Count == 0 && Month == 0;

    /// <summary>Finds the first occurrence that is not past.</summary>
    /// <returns>False when there is none: the calendar ends, or the rule does.</returns>
    public bool TryFirst(DateContext context, out DueDate first)
    {
        first = default;
        DateOnly start = Start is DateOnly given && given > context.Today ? given : context.Today;
        if (Unit is DateUnit.Minute or DateUnit.Hour)
        {
            return TryFirstMoment(context, start, out first) && !(first.Date > Until);
        }

        DateOnly day = start;
        for (int i = 0; i < MostDays && !(day > Until); i++)
        {
            if (IsOn(day) && (Time is null || day.ToDateTime(Time.Value) >= context.Now))
            {
                first = new DueDate(day, Time);
                return true;
            }

            if (!DateContext.TryAddDays(day, 1, out day))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>The rule in RFC 5545's words, in the order in which stored rules are written.</summary>
    /// <param name="weekStart">The first day of the week, which decides where weeks are skipped.</param>
    public string ToRule(DayOfWeek weekStart)
    {
        var rule = new StringBuilder("FREQ=").Append(Unit switch
        {
            DateUnit.Minute => "MINUTELY",
            DateUnit.Hour => "HOURLY",
            DateUnit.Day => "DAILY",
            DateUnit.Week => "WEEKLY",
            DateUnit.Month => "MONTHLY",
            _ => "YEARLY",
        });
        if (Interval > 1)
        {
            rule.Append(CultureInfo.InvariantCulture, $";INTERVAL={Interval}");
        }

        if (Count is int count)
        {
            rule.Append(CultureInfo.InvariantCulture, $";COUNT={count}");
        }

        if (Until is DateOnly until)
        {
            rule.Append(CultureInfo.InvariantCulture, $";UNTIL={until:yyyyMMdd}");
        }

        if (Unit == DateUnit.Week && Interval > 1 && Weekdays.Count > 1 && weekStart != DayOfWeek.Monday)
        {
            rule.Append(";WKST=").Append(Days[(int)weekStart]);
        }

        if (Month > 0)
        {
            rule.Append(CultureInfo.InvariantCulture, $";BYMONTH={Month}");
        }

        if (MonthDays.Count > 0)
        {
            rule.Append(";BYMONTHDAY=").AppendJoin(',', MonthDays);
        }

        if (Weekdays.Count > 0)
        {
            IEnumerable<string> days = Ordinals.Count == 0
                ? Weekdays.Select(day => Days[(int)day])
                : Ordinals.Select(ordinal => string.Create(CultureInfo.InvariantCulture, $"{ordinal}{Days[(int)Weekdays[0]]}"));
            rule.Append(";BYDAY=").AppendJoin(',', days);
        }

        if (SetPosition != 0)
        {
            rule.Append(CultureInfo.InvariantCulture, $";BYSETPOS={SetPosition}");
        }

        return rule.ToString();
    }

    private bool IsOn(DateOnly day)
    {
        int length = DateTime.DaysInMonth(day.Year, day.Month);
        if (Month > 0 && day.Month != Month)
        {
            return false;
        }

        if (MonthDays.Count > 0 && !MonthDays.Contains(day.Day) && !(day.Day == length && MonthDays.Contains(-1)))
        {
            return false;
        }

        if (Weekdays.Count > 0 && !Weekdays.Contains(day.DayOfWeek))
        {
            return false;
        }

        return (Ordinals.Count == 0 || Ordinals.Contains(((day.Day - 1) / 7) + 1) || (day.Day + 7 > length && Ordinals.Contains(-1)))
            && (SetPosition == 0 || IsAtSetPosition(day, length));
    }

    private bool IsAtSetPosition(DateOnly day, int length)
    {
        (int from, int to) = SetPosition > 0 ? (1, day.Day) : (day.Day, length);
        int count = Enumerable.Range(from, to - from + 1).Count(other => Weekdays.Contains(new DateOnly(day.Year, day.Month, other).DayOfWeek));
        return count == Math.Abs(SetPosition);
    }

    // Hours begin with the next full one, minutes with the next.
    private bool TryFirstMoment(DateContext context, DateOnly start, out DueDate first)
    {
        long unit = Unit == DateUnit.Hour ? TimeSpan.TicksPerHour : TimeSpan.TicksPerMinute;
        long now = context.Now.Ticks;
        long at = start.ToDateTime(Time ?? TimeOnly.MinValue).Ticks;
        if (at < now)
        {
            long step = Time is null ? unit : unit * Interval;
            at += (now - at + step - 1) / step * step;
        }

        bool exists = at <= DateTime.MaxValue.Ticks;
        var moment = new DateTime(exists ? at : 0);
        first = new DueDate(DateOnly.FromDateTime(moment), TimeOnly.FromDateTime(moment));
        return exists;
    }
}
