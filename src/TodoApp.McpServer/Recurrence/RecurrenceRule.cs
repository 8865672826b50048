using System.Globalization;
using System.Text;

namespace TodoApp.McpServer.Recurrence;

/// <summary>How often a rule's periods follow each other (FREQ). SECONDLY is known too, and refused: due dates have whole minutes.</summary>
internal enum Frequency
{
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// <summary>A weekday of BYDAY: every one of the period, or with an ordinal the first (1), the last (-1) and so on.</summary>
internal readonly record struct Weekday(int Ordinal, DayOfWeek Day);

/// <summary>The end of a series, included in it (UNTIL): a date, a local time, or an instant.</summary>
/// <param name="At">The date, the local time, or the time in UTC.</param>
/// <param name="IsDate">Whether it is a date: the whole day is included.</param>
/// <param name="IsUtc">Whether it is an instant.</param>
internal readonly record struct Until(DateTime At, bool IsDate, bool IsUtc)
{
    /// <summary>Whether an occurrence comes after the end. Values of different kinds are compared as far as both go: a date with a time by their dates.</summary>
    /// <param name="local">The occurrence on the wall clock.</param>
    /// <param name="hasTime">Whether the occurrence has a time.</param>
    /// <param name="zone">The zone of the wall clock.</param>
    public bool IsBefore(DateTime local, bool hasTime, TimeZoneInfo zone)
    {
        if (IsUtc)
        {
            var at = new DateTimeOffset(At, TimeSpan.Zero);
            return hasTime ? Zones.ToInstant(local, zone) > at : local.Date > Zones.ToLocal(at, zone).Date;
        }

        return IsDate || !hasTime ? local.Date > At.Date : local > At;
    }
}

/// <summary>
/// A recurrence rule of RFC 5545, section 3.3.10, checked. All of the RFC but what needs seconds, because due dates have whole minutes:
/// FREQ=SECONDLY is refused, and so is BYSECOND with anything but 0. Which days and times it names says <see cref="Occurrences"/>.
/// </summary>
internal sealed record RecurrenceRule
{
    /// <summary>The most characters of a rule.</summary>
    public const int MostCharacters = 500;

    private const int MostInterval = 1_000_000;
    private const int MostCount = 1_000_000;

    private static readonly string[] Parts =
        ["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS"];

    private static readonly string[] Days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    public required Frequency Frequency { get; init; }

    /// <summary>Every how many periods; at least 1.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>How many occurrences the series has, the first included; null when it is not limited so.</summary>
    public int? Count { get; init; }

    public Until? Until { get; init; }

    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Monday;

    public int[] ByMonth { get; init; } = [];

    public int[] ByWeekNo { get; init; } = [];

    public int[] ByYearDay { get; init; } = [];

    public int[] ByMonthDay { get; init; } = [];

    public Weekday[] ByDay { get; init; } = [];

    public int[] ByHour { get; init; } = [];

    public int[] ByMinute { get; init; } = [];

    public int[] BySetPos { get; init; } = [];

    /// <summary>Whether it says something about times of the day, so that a date without a time is not enough to begin with.</summary>
    public bool NeedsTime => Frequency <= Frequency.Hourly || ByHour.Length > 0 || ByMinute.Length > 0;

    /// <summary>Reads a rule, with or without <c>RRULE:</c> before it, in any case of letters.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="errors">Takes what is wrong with it, a sentence for each part.</param>
    /// <returns>Null when something is wrong.</returns>
    public static RecurrenceRule? Parse(string text, ICollection<string> errors)
    {
        text = text.Trim();
        if (text.StartsWith("RRULE:", StringComparison.OrdinalIgnoreCase))
        {
            text = text["RRULE:".Length..];
        }

        if (text.Length > MostCharacters)
        {
            errors.Add($"must have at most {MostCharacters} characters, but has {text.Length}.");
            return null;
        }

        if (!text.StartsWith("FREQ", StringComparison.OrdinalIgnoreCase) && !text.Contains("FREQ=", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add("must be an RFC 5545 recurrence rule with FREQ=, for example FREQ=WEEKLY;BYDAY=MO.");
            return null;
        }

        return new Reader(text.ToUpperInvariant(), errors).Read();
    }

    /// <summary>Reads a rule that was checked when it was stored.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static RecurrenceRule Parse(string stored)
    {
        var errors = new List<string>();
        return Parse(stored, errors) ?? throw new FormatException($"The recurrence {stored} {errors[0]}");
    }

    /// <summary>The rule in one form for all that mean the same: parts in a fixed order, values sorted, what goes without saying left out.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("FREQ=").Append(Frequency.ToString().ToUpperInvariant());
        if (Interval != 1)
        {
            text.Append(CultureInfo.InvariantCulture, $";INTERVAL={Interval}");
        }

        if (Count is int count)
        {
            text.Append(CultureInfo.InvariantCulture, $";COUNT={count}");
        }

        if (Until is Until until)
        {
            string form = until.IsDate ? "yyyyMMdd" : until.IsUtc ? "yyyyMMdd'T'HHmmss'Z'" : "yyyyMMdd'T'HHmmss";
            text.Append(";UNTIL=").Append(until.At.ToString(form, CultureInfo.InvariantCulture));
        }

        if (WeekStart != DayOfWeek.Monday)
        {
            text.Append(";WKST=").Append(Days[(int)WeekStart]);
        }

        Append("BYMONTH", ByMonth);
        Append("BYWEEKNO", ByWeekNo);
        Append("BYYEARDAY", ByYearDay);
        Append("BYMONTHDAY", ByMonthDay);
        if (ByDay.Length > 0)
        {
            text.Append(";BYDAY=").AppendJoin(',', ByDay.Select(day => (day.Ordinal == 0 ? "" : day.Ordinal.ToString(CultureInfo.InvariantCulture)) + Days[(int)day.Day]));
        }

        Append("BYHOUR", ByHour);
        Append("BYMINUTE", ByMinute);
        Append("BYSETPOS", BySetPos);
        return text.ToString();

        void Append(string name, int[] values)
        {
            if (values.Length > 0)
            {
                text.Append(';').Append(name).Append('=').AppendJoin(',', values);
            }
        }
    }

    /// <summary>Reads the parts of one rule and remembers what was wrong.</summary>
    private sealed class Reader(string text, ICollection<string> errors)
    {
        private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
        private readonly int _errorsBefore = errors.Count;

        public RecurrenceRule? Read()
        {
            ReadParts();
            if (ReadFrequency() is not Frequency frequency)
            {
                return null;
            }

            var rule = new RecurrenceRule
            {
                Frequency = frequency,
                Interval = Number("INTERVAL", MostInterval) ?? 1,
                Count = Number("COUNT", MostCount),
                Until = ReadUntil(),
                WeekStart = ReadWeekStart(),
                ByMonth = Numbers("BYMONTH", 1, 12, false, null),
                ByWeekNo = Numbers("BYWEEKNO", 1, 53, true, "of the year"),
                ByYearDay = Numbers("BYYEARDAY", 1, 366, true, "of the year"),
                ByMonthDay = Numbers("BYMONTHDAY", 1, 31, true, "of the month"),
                ByDay = ReadDays(frequency),
                ByHour = Numbers("BYHOUR", 0, 23, false, null),
                ByMinute = Numbers("BYMINUTE", 0, 59, false, null),
                BySetPos = Numbers("BYSETPOS", 1, 366, true, "of the period"),
            };
            CheckTogether(rule);
            return errors.Count == _errorsBefore ? rule : null;
        }

        private void ReadParts()
        {
            foreach (string part in text.Split(';', StringSplitOptions.TrimEntries))
            {
                int equals = part.IndexOf('=', StringComparison.Ordinal);
                string name = equals < 0 ? part : part[..equals].TrimEnd();
                if (equals < 0)
                {
                    errors.Add($"has the part '{Excerpt.Of(part)}', but each must be NAME=VALUE, separated by semicolons.");
                }
                else if (!Parts.Contains(name, StringComparer.Ordinal))
                {
                    errors.Add($"has the unknown part '{Excerpt.Of(name)}'. {JsonFields.Suggest(name, Parts)}");
                }
                else if (!_values.TryAdd(name, part[(equals + 1)..].Trim()))
                {
                    errors.Add($"has {name} twice. Give all its values in one, separated by commas.");
                }
            }
        }

        private Frequency? ReadFrequency()
        {
            string value = _values.GetValueOrDefault("FREQ", "");
            switch (value)
            {
                case "MINUTELY":
                    return Frequency.Minutely;
                case "HOURLY":
                    return Frequency.Hourly;
                case "DAILY":
                    return Frequency.Daily;
                case "WEEKLY":
                    return Frequency.Weekly;
                case "MONTHLY":
                    return Frequency.Monthly;
                case "YEARLY":
                    return Frequency.Yearly;
                case "SECONDLY":
                    errors.Add("has FREQ=SECONDLY, but due dates have whole minutes. The shortest is FREQ=MINUTELY.");
                    return null;
                default:
                    errors.Add($"has FREQ={Excerpt.Of(value)}; it must be MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY.");
                    return null;
            }
        }

        private int? Number(string name, int most)
        {
            if (!_values.TryGetValue(name, out string? value))
            {
                return null;
            }

            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most)
            {
                return number;
            }

            errors.Add($"has {name}={Excerpt.Of(value)}; it must be a whole number from 1 to {most}.");
            return null;
        }

        private int[] Numbers(string name, int least, int most, bool fromEnd, string? of)
        {
            if (!_values.TryGetValue(name, out string? value))
            {
                return [];
            }

            var numbers = new List<int>();
            foreach (string entry in value.Split(',', StringSplitOptions.TrimEntries))
            {
                bool isNumber = int.TryParse(entry, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
                int size = fromEnd && number is < 0 and > -1000 ? -number : number;
                if (!isNumber || size < least || size > most)
                {
                    string ends = fromEnd ? $", or -1 to -{most} counted from the end {of}" : "";
                    errors.Add($"has {name}={Excerpt.Of(value)}; each value must be {least} to {most}{ends}, but '{Excerpt.Of(entry)}' is not.");
                    return [];
                }

                numbers.Add(number);
            }

            return [.. numbers.Distinct().OrderBy(number => number < 0).ThenBy(number => number)];
        }

        private Weekday[] ReadDays(Frequency frequency)
        {
            if (!_values.TryGetValue("BYDAY", out string? value))
            {
                return [];
            }

            var days = new List<Weekday>();
            foreach (string entry in value.Split(',', StringSplitOptions.TrimEntries))
            {
                int day = entry.Length < 2 ? -1 : Array.IndexOf(Days, entry[^2..]);
                string ordinal = day < 0 ? "" : entry[..^2].TrimEnd();
                int number = 0;
                if (day < 0 || (ordinal.Length > 0 && (!int.TryParse(ordinal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) || number is 0 or < -53 or > 53)))
                {
                    errors.Add($"has BYDAY={Excerpt.Of(value)}; each value must be MO, TU, WE, TH, FR, SA or SU, perhaps with a number before it (2MO is the second Monday, -1FR the last Friday), but '{Excerpt.Of(entry)}' is not.");
                    return [];
                }

                days.Add(new Weekday(number, (DayOfWeek)day));
            }

            if (days.Exists(day => day.Ordinal != 0))
            {
                if (frequency is not (Frequency.Monthly or Frequency.Yearly))
                {
                    errors.Add($"has BYDAY={Excerpt.Of(value)}; numbers before weekdays go only with FREQ=MONTHLY and FREQ=YEARLY.");
                }
                else if (frequency == Frequency.Monthly && days.Exists(day => Math.Abs(day.Ordinal) > 5))
                {
                    errors.Add($"has BYDAY={Excerpt.Of(value)}; a month has no weekday more than 5 times.");
                }
                else if (_values.ContainsKey("BYWEEKNO"))
                {
                    errors.Add($"has BYDAY={Excerpt.Of(value)}; numbers before weekdays do not go with BYWEEKNO: a week has each day once.");
                }
            }

            return [.. days.Distinct().OrderBy(day => day.Ordinal < 0).ThenBy(day => day.Ordinal).ThenBy(day => ((int)day.Day + 6) % 7)];
        }

        private DayOfWeek ReadWeekStart()
        {
            if (!_values.TryGetValue("WKST", out string? value))
            {
                return DayOfWeek.Monday;
            }

            int day = Array.IndexOf(Days, value);
            if (day < 0)
            {
                errors.Add($"has WKST={Excerpt.Of(value)}; it must be MO, TU, WE, TH, FR, SA or SU.");
            }

            return (DayOfWeek)Math.Max(day, 0);
        }

        private Until? ReadUntil()
        {
            if (!_values.TryGetValue("UNTIL", out string? value))
            {
                return null;
            }

            bool isDate = DateTime.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at);
            if (!isDate && !DateTime.TryParseExact(value.TrimEnd('Z'), "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out at))
            {
                errors.Add($"has UNTIL={Excerpt.Of(value)}; it must be a date such as 20261231, a local time such as 20261231T170000, or a time in UTC such as 20261231T160000Z.");
                return null;
            }

            return new Until(at, isDate, !isDate && value.EndsWith('Z'));
        }

        // What RFC 5545 says about parts that stand together, and its table of which part goes with which frequency.
        private void CheckTogether(RecurrenceRule rule)
        {
            if (rule.Count is not null && rule.Until is not null)
            {
                errors.Add("has COUNT and UNTIL; only one of them can end it.");
            }

            if (rule.ByWeekNo.Length > 0 && rule.Frequency != Frequency.Yearly)
            {
                errors.Add($"has BYWEEKNO, which goes only with FREQ=YEARLY, not with FREQ={_values["FREQ"]}.");
            }

            if (rule.ByYearDay.Length > 0 && rule.Frequency is Frequency.Daily or Frequency.Weekly or Frequency.Monthly)
            {
                errors.Add($"has BYYEARDAY, which does not go with FREQ={_values["FREQ"]}. Use FREQ=YEARLY.");
            }

            if (rule.ByMonthDay.Length > 0 && rule.Frequency == Frequency.Weekly)
            {
                errors.Add("has BYMONTHDAY, which does not go with FREQ=WEEKLY. Use FREQ=MONTHLY, or FREQ=DAILY to mean any week.");
            }

            if (_values.TryGetValue("BYSECOND", out string? seconds) && Numbers("BYSECOND", 0, 60, false, null) is { Length: > 0 } and not [0])
            {
                errors.Add($"has BYSECOND={Excerpt.Of(seconds)}, but due dates have whole minutes: leave it out.");
            }

            if (rule.BySetPos.Length > 0 && !_values.Keys.Any(name => name.StartsWith("BY", StringComparison.Ordinal) && name != "BYSETPOS"))
            {
                errors.Add("has BYSETPOS, which chooses among what another BY part names, for example FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1.");
            }
        }
    }
}
