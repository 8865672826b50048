using System.Globalization;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using TodoApp.McpServer.Recurrence;
using TodoApp.Tests.Infrastructure;
using Rule = TodoApp.McpServer.Recurrence.RecurrenceRule;

namespace TodoApp.Tests.Recurrence;

/// <summary>Random rules against Ical.Net (which mcp-server can't use: as a native program it gives wrong dates).</summary>
public sealed class OccurrencesOracleTests
{
    private static readonly string[] Days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
    private static readonly string[] Frequencies = ["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Ical_Net_names_the_same_dates(int seed)
    {
        var random = new Random(seed);
        int compared = 0;
        for (int round = 0; round < (Requirements.Full ? 5000 : 400); round++)
        {
            string text = RandomRule(random);
            if (IsUnclear(text))
            {
                continue;
            }

            var anchor = new DateTime(random.Next(2000, 2030), random.Next(1, 13), random.Next(1, 29), random.Next(24), random.Next(60), 0);
            DateTime end = anchor.AddYears(text.Contains("MINUTELY", StringComparison.Ordinal) ? 1 : text.Contains("HOURLY", StringComparison.Ordinal) ? 2 : 6);
            DateTime[] ours = [.. Occurrences.After(Rule.Parse(text), anchor, anchor).TakeWhile(at => at <= end).Take(12)];
            var theirs = new CalendarEvent
            {
                Start = new CalDateTime(anchor.Year, anchor.Month, anchor.Day, anchor.Hour, anchor.Minute, 0),
                RecurrenceRule = new Ical.Net.DataTypes.RecurrenceRule($"{text};UNTIL={end.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}"),
            };
            IEnumerable<DateTime> expected = theirs.GetOccurrences().Select(occurrence => occurrence.Period.StartTime.Value).Where(at => at > anchor).Distinct().Take(12); // Two numbers of one week name its days twice there.
            Assert.True(expected.SequenceEqual(ours), $"{text} from {anchor:s}: {string.Join(' ', ours.Select(at => at.ToString("s", CultureInfo.InvariantCulture)))}");
            compared++;
        }

        Assert.True(compared > 200, $"Only {compared} rules were compared.");
    }

    // Where Ical.Net differs, and why it is left out:
    // - YEARLY with BYMONTHDAY and without BYMONTH: it stays in the first date's month. The RFC's table says that BYMONTHDAY expands a year.
    // - YEARLY with BYMONTH and BYYEARDAY or BYWEEKNO: it ignores BYMONTH, or names days twice. Here all parts must fit.
    private static bool IsUnclear(string rule)
    {
        bool months = Has("BYMONTH");
        bool weeksOrYearDays = Has("BYWEEKNO") || Has("BYYEARDAY");
        return rule.StartsWith("FREQ=YEARLY", StringComparison.Ordinal) && ((months && weeksOrYearDays) || (Has("BYMONTHDAY") && !months));

        bool Has(string part) => rule.Contains($";{part}=", StringComparison.Ordinal);
    }

    private static string RandomRule(Random random)
    {
        string frequency = Frequencies[random.Next(Frequencies.Length)];
        bool isYearly = frequency == "YEARLY";
        var parts = new List<string> { "FREQ=" + frequency };
        if (random.Next(2) == 0)
        {
            parts.Add($"INTERVAL={random.Next(1, 8)}");
        }

        if (random.Next(4) == 0)
        {
            parts.Add("WKST=" + Days[random.Next(7)]);
        }

        bool hasWeeks = isYearly && random.Next(4) == 0;
        Add(3, "BYMONTH", 3, () => random.Next(1, 13));
        Add(hasWeeks ? 1 : 0, "BYWEEKNO", 3, () => Signed(1, 54));
        Add(isYearly || frequency is "HOURLY" or "MINUTELY" ? 5 : 0, "BYYEARDAY", 4, () => Signed(1, 367));
        Add(frequency == "WEEKLY" ? 0 : 4, "BYMONTHDAY", 3, () => Signed(1, 32));
        Add(3, "BYDAY", 3, () => (((isYearly && !hasWeeks) || frequency == "MONTHLY") && random.Next(2) == 0 ? $"{Signed(1, 5)}" : "") + Days[random.Next(7)]);
        Add(4, "BYHOUR", 3, () => random.Next(24));
        Add(4, "BYMINUTE", 3, () => random.Next(60));
        if (parts.Exists(part => part.StartsWith("BY", StringComparison.Ordinal)))
        {
            Add(5, "BYSETPOS", 2, () => Signed(1, 4));
        }

        return string.Join(';', parts);

        int Signed(int least, int end) => random.Next(least, end) * (random.Next(3) == 0 ? -1 : 1);

        void Add<T>(int oneIn, string name, int most, Func<T> value)
        {
            if (oneIn > 0 && random.Next(oneIn) == 0)
            {
                parts.Add($"{name}={string.Join(',', Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => value()).Distinct())}");
            }
        }
    }
}
