using System.Globalization;
using Microsoft.Extensions.Localization;

namespace TodoApp.Frontend.Tasks;

/// <summary>A recurrence rule in words, as far as there are some; else the rule itself.</summary>
internal static class RecurrenceText
{
    /// <summary>The rules that can be chosen by name, and those names as keys of the texts.</summary>
    public static readonly IReadOnlyList<(string Rule, string Text)> Common =
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;INTERVAL=2", "every {0} weeks"),
        ("FREQ=MONTHLY", "every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=YEARLY", "every year"),
    ];

    private static readonly string[] Days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    /// <param name="rule">As the contract has it.</param>
    /// <param name="texts">The texts; names of days and months are in the current culture.</param>
    public static string Of(string rule, IStringLocalizer texts)
    {
        Dictionary<string, string> parts = [];
        foreach (string part in rule.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int sign = part.IndexOf('=', StringComparison.Ordinal);
            if (sign < 0 || !parts.TryAdd(part[..sign], part[(sign + 1)..]))
            {
                return rule;
            }
        }

        int interval = parts.Remove("INTERVAL", out string? every) && int.TryParse(every, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 1;
        string? end = End(parts, texts);
        parts.Remove("WKST");
        string? text = (parts.GetValueOrDefault("FREQ"), interval, string.Join(';', parts.Keys.Where(name => name != "FREQ").Order(StringComparer.Ordinal))) switch
        {
            ("HOURLY", 1, "") => texts["every hour"].Value,
            ("HOURLY", _, "") => texts["every {0} hours", interval].Value,
            ("DAILY", 1, "") => texts["every day"].Value,
            ("DAILY", _, "") => texts["every {0} days", interval].Value,
            ("WEEKLY", 1, "") => texts["every week"].Value,
            ("WEEKLY", _, "") => texts["every {0} weeks", interval].Value,
            ("WEEKLY", 1, "BYDAY") when parts["BYDAY"] == "MO,TU,WE,TH,FR" => texts["every weekday"].Value,
            ("WEEKLY", 1, "BYDAY") when Weekdays(parts["BYDAY"]) is string days => texts["every week on {0}", days].Value,
            ("WEEKLY", _, "BYDAY") when Weekdays(parts["BYDAY"]) is string days => texts["every {0} weeks on {1}", interval, days].Value,
            ("MONTHLY", 1, "") => texts["every month"].Value,
            ("MONTHLY", _, "") => texts["every {0} months", interval].Value,
            ("MONTHLY", 1, "BYMONTHDAY") when parts["BYMONTHDAY"] == "-1" => texts["every month on the last day"].Value,
            ("MONTHLY", 1, "BYMONTHDAY") when IsNumbers(parts["BYMONTHDAY"]) => texts["every month on day {0}", parts["BYMONTHDAY"].Replace(",", ", ", StringComparison.Ordinal)].Value,
            ("MONTHLY", _, "BYMONTHDAY") when IsNumbers(parts["BYMONTHDAY"]) => texts["every {0} months on day {1}", interval, parts["BYMONTHDAY"].Replace(",", ", ", StringComparison.Ordinal)].Value,
            ("MONTHLY", 1, "BYDAY") when NthWeekday(parts["BYDAY"], texts) is string day => texts["every month on the {0}", day].Value,
            ("YEARLY", 1, "") => texts["every year"].Value,
            ("YEARLY", _, "") => texts["every {0} years", interval].Value,
            ("YEARLY", 1, "BYMONTH;BYMONTHDAY") when Date(parts["BYMONTH"], parts["BYMONTHDAY"]) is string date => texts["every year on {0}", date].Value,
            _ => null,
        };
        return text is null ? rule : text + end;
    }

    private static string? End(Dictionary<string, string> parts, IStringLocalizer texts)
    {
        if (parts.Remove("COUNT", out string? count))
        {
            return ", " + (count == "1" ? texts["for the last time"] : texts["{0} more times", count]);
        }

        return parts.Remove("UNTIL", out string? until)
            ? ", " + texts["until {0}", DateTime.TryParseExact(until.Split('T')[0], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day) ? day.ToString("d MMM yyyy", CultureInfo.CurrentCulture) : until]
            : null;
    }

    private static string? Weekdays(string days)
    {
        int[] indexes = [.. days.Split(',').Select(day => Array.IndexOf(Days, day))];
        return indexes.Contains(-1) ? null : string.Join(", ", indexes.Select(index => CultureInfo.CurrentCulture.DateTimeFormat.GetDayName((DayOfWeek)index)));
    }

    private static string? NthWeekday(string day, IStringLocalizer texts)
    {
        if (day.Length < 3 || Weekdays(day[^2..]) is not string name)
        {
            return null;
        }

        string? place = day[..^2] switch { "1" => "first {0}", "2" => "second {0}", "3" => "third {0}", "4" => "fourth {0}", "5" => "fifth {0}", "-1" => "last {0}", _ => null };
        return place is null ? null : texts[place, name].Value;
    }

    private static string? Date(string month, string day) =>
        int.TryParse(month, NumberStyles.None, CultureInfo.InvariantCulture, out int m) && int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out int d)
            && m is >= 1 and <= 12 && d >= 1 && d <= DateTime.DaysInMonth(2000, m)
            ? new DateTime(2000, m, d).ToString("d MMMM", CultureInfo.CurrentCulture)
            : null;

    private static bool IsNumbers(string days) => days.Split(',').All(day => int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
