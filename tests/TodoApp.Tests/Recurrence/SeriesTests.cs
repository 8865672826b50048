using System.Globalization;
using TodoApp.McpServer.Recurrence;

namespace TodoApp.Tests.Recurrence;

/// <summary>Series against tables that are known to be right. Each is walked as a task does it: one occurrence at a time, the rule counting down.</summary>
public sealed class SeriesTests
{
    private const string NewYork = "America/New_York";
    private const string Berlin = "Europe/Berlin";
    private const string LordHowe = "Australia/Lord_Howe";

    /// <summary>
    /// The examples of RFC 5545, section 3.8.5.3, all in New York at 09:00. Dates are days of a month, "1997-09:2,4..6". An end that is
    /// missing is one of the rule; where the RFC goes on with "…", the table has as many as the RFC writes out.
    /// (FREQ=HOURLY's UNTIL is corrected as in erratum 3883; two rules with EXDATE begin at their first date instead.)
    /// </summary>
    [Theory]
    [InlineData("FREQ=DAILY;COUNT=10", "1997-09:2..11")]
    [InlineData("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09:2..30 1997-10:1..31 1997-11:1..30 1997-12:1..23")]
    [InlineData("FREQ=DAILY;INTERVAL=2", "1997-09:2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 1997-10:2,4,6 …")]
    [InlineData("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09:2,12,22 1997-10:2,12")]
    [InlineData("FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998-01:1..31 1999-01:1..31 2000-01:1..31")]
    [InlineData("FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998-01:1..31 1999-01:1..31 2000-01:1..31")]
    [InlineData("FREQ=WEEKLY;COUNT=10", "1997-09:2,9,16,23,30 1997-10:7,14,21,28 1997-11:4")]
    [InlineData("FREQ=WEEKLY;UNTIL=19971224T000000Z", "1997-09:2,9,16,23,30 1997-10:7,14,21,28 1997-11:4,11,18,25 1997-12:2,9,16,23")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09:2,16,30 1997-10:14,28 1997-11:11,25 1997-12:9,23 1998-01:6,20 1998-02:3,17 …")]
    [InlineData("FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "1997-09:2,4,9,11,16,18,23,25,30 1997-10:2")]
    [InlineData("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09:2,4,9,11,16,18,23,25,30 1997-10:2")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "1997-09:1,3,5,15,17,19,29 1997-10:1,3,13,15,17,27,29,31 1997-11:10,12,14,24,26,28 1997-12:8,10,12,22")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09:2,4,16,18,30 1997-10:2,14,16")]
    [InlineData("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09:5 1997-10:3 1997-11:7 1997-12:5 1998-01:2 1998-02:6 1998-03:6 1998-04:3 1998-05:1 1998-06:5")]
    [InlineData("FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997-09:5 1997-10:3 1997-11:7 1997-12:5")]
    [InlineData("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09:7,28 1997-11:2,30 1998-01:4,25 1998-03:1,29 1998-05:3,31")]
    [InlineData("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09:22 1997-10:20 1997-11:17 1997-12:22 1998-01:19 1998-02:16")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09:28 1997-10:29 1997-11:28 1997-12:29 1998-01:29 1998-02:26 …")]
    [InlineData("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997-09:2,15 1997-10:2,15 1997-11:2,15 1997-12:2,15 1998-01:2,15")]
    [InlineData("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09:30 1997-10:1,31 1997-11:1,30 1997-12:1,31 1998-01:1,31 1998-02:1")]
    [InlineData("FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997-09:10..15 1999-03:10..13")]
    [InlineData("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997-09:2,9,16,23,30 1997-11:4,11,18,25 1998-01:6,13,20,27 1998-03:3,10,17,24,31 …")]
    [InlineData("FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06:10 1997-07:10 1998-06:10 1998-07:10 1999-06:10 1999-07:10 2000-06:10 2000-07:10 2001-06:10 2001-07:10")]
    [InlineData("FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997-03:10 1999-01:10 1999-02:10 1999-03:10 2001-01:10 2001-02:10 2001-03:10 2003-01:10 2003-02:10 2003-03:10")]
    [InlineData("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997-01:1 1997-04:10 1997-07:19 2000-01:1 2000-04:9 2000-07:18 2003-01:1 2003-04:10 2003-07:19 2006-01:1")]
    [InlineData("FREQ=YEARLY;BYDAY=20MO", "1997-05:19 1998-05:18 1999-05:17 …")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05:12 1998-05:11 1999-05:17 …")]
    [InlineData("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03:13,20,27 1998-03:5,12,19,26 1999-03:4,11,18,25 …")]
    [InlineData("FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "1997-06:5,12,19,26 1997-07:3,10,17,24,31 1997-08:7,14,21,28 1998-06:4,11,18,25 1998-07:2,9,16,23,30 1998-08:6,13,20,27 …")]
    [InlineData("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02:13 1998-03:13 1998-11:13 1999-08:13 2000-10:13 …")]
    [InlineData("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09:13 1997-10:11 1997-11:8 1997-12:13 1998-01:10 1998-02:7 1998-03:7 1998-04:11 1998-05:9 1998-06:13 …")]
    [InlineData("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11:5 2000-11:7 2004-11:2 …")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09:4 1997-10:7 1997-11:6")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09:29 1997-10:30 1997-11:27 1997-12:30 1998-01:29 1998-02:26 1998-03:30 …")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08:5,10,19,24")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08:5,17,19,31")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01:15,30 2007-02:15 2007-03:15,30")]
    public void The_examples_of_the_RFC(string rule, string dates)
    {
        string[] expected = [.. Days(dates).Select(day => $"{day}T09:00")];
        Assert.Equal(expected, Walk(rule, expected[0], NewYork, Most(expected, dates)));
        string[] withoutTime = [.. Days(dates)];
        Assert.Equal(withoutTime, Walk(rule, withoutTime[0], NewYork, Most(withoutTime, dates)));
    }

    [Theory]
    [InlineData("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "1997-09-02T09:00", "09:00 12:00 15:00")]
    [InlineData("FREQ=MINUTELY;INTERVAL=15;COUNT=6", "1997-09-02T09:00", "09:00 09:15 09:30 09:45 10:00 10:15")]
    [InlineData("FREQ=MINUTELY;INTERVAL=90;COUNT=4", "1997-09-02T09:00", "09:00 10:30 12:00 13:30")]
    [InlineData("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", "1997-09-02T15:40", "15:40 16:00 16:20 16:40 09:00 09:20 09:40 10:00 …")]
    [InlineData("FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", "1997-09-02T15:40", "15:40 16:00 16:20 16:40 09:00 09:20 09:40 10:00 …")]
    public void The_examples_of_the_RFC_within_a_day(string rule, string first, string times)
    {
        string[] expected = times.TrimEnd('…', ' ').Split(' ');
        Assert.Equal(expected, Walk(rule, first, NewYork, Most(expected, times)).Select(due => due[11..]));
    }

    [Theory]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11:26,27,30 2026-12:1 …")] // Every weekday.
    [InlineData("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-11:26,27,30 2026-12:1 …")]
    [InlineData("FREQ=MONTHLY;BYDAY=-1FR", "2026-11:27 2026-12:25 2027-01:29 2027-02:26 …")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11:30 2026-12:31 2027-01:29 2027-02:26 2027-03:31 …")]
    [InlineData("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", "2026-01:31 2026-07:31 2026-10:31 2027-01:31 2027-07:31 …")]
    [InlineData("FREQ=MONTHLY;INTERVAL=3", "2026-01:31 2026-07:31 2026-10:31 2027-01:31 …")]
    [InlineData("FREQ=MONTHLY", "2026-01:31 2026-03:31 2026-05:31 2026-07:31 2026-08:31 …")] // The RFC leaves out months without the day.
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-12:31 2028-01:31 2028-02:29 2028-03:31 …")]
    [InlineData("FREQ=YEARLY", "2096-02:29 2104-02:29 2108-02:29 …")] // 2100 is no leap year.
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "2027-02:28 2028-02:29 2029-02:28 …")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=366", "2024-12:31 2028-12:31 …")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=-1", "2024-12:31 2025-12:31 …")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=53", "2026-12:30 2032-12:29 2037-12:30 …")] // The weekday is the first date's.
    [InlineData("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", "2027-01:3 2028-01:2 2028-12:31 …")]
    [InlineData("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO", "2025-12:29 2028-01:3 2029-12:31 …")] // Years of weeks: 2026, 2028, 2030.
    [InlineData("FREQ=YEARLY;BYMONTHDAY=1", "2026-11:1 2026-12:1 2027-01:1 …")]
    [InlineData("FREQ=DAILY;COUNT=1", "2026-11:25")]
    [InlineData("FREQ=DAILY;UNTIL=20261127", "2026-11:25,26,27")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO", "2026-11:25,30 2026-12:7 …")] // A first date that the rule does not name is one nevertheless.
    [InlineData("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", "2032-02:29 2060-02:29 2088-02:29 2128-02:29 …")]
    public void What_people_ask_for(string rule, string dates)
    {
        string[] expected = [.. Days(dates)];
        Assert.Equal(expected, Walk(rule, expected[0], Berlin, Most(expected, dates)));
    }

    /// <summary>The wall clock's time, and what time that is in UTC.</summary>
    [Theory]
    // The clock goes from 02:00 to 03:00: 02:30 is as late as it would have been, and the day after it is 02:30 again.
    [InlineData("FREQ=DAILY", Berlin, "2026-03-28T02:30 01:30", "2026-03-29T02:30 01:30", "2026-03-30T02:30 00:30")]
    [InlineData("FREQ=DAILY", NewYork, "2026-03-07T02:30 07:30", "2026-03-08T02:30 07:30", "2026-03-09T02:30 06:30")]
    [InlineData("FREQ=DAILY", LordHowe, "2026-10-03T02:10 15:40", "2026-10-04T02:10 15:40", "2026-10-05T02:10 15:10")]
    // It goes back from 03:00 to 02:00: what happens twice is meant once, the first time.
    [InlineData("FREQ=DAILY", Berlin, "2026-10-24T02:30 00:30", "2026-10-25T02:30 00:30", "2026-10-26T02:30 01:30")]
    [InlineData("FREQ=DAILY", NewYork, "2026-10-31T01:30 05:30", "2026-11-01T01:30 05:30", "2026-11-02T01:30 06:30")]
    [InlineData("FREQ=DAILY", LordHowe, "2026-04-04T01:45 14:45", "2026-04-05T01:45 14:45", "2026-04-06T01:45 15:15")]
    // 02:00 and 03:00 would be the same moment; each occurrence is later than the one before.
    [InlineData("FREQ=HOURLY", Berlin, "2026-03-29T01:00 00:00", "2026-03-29T02:00 01:00", "2026-03-29T04:00 02:00")]
    [InlineData("FREQ=HOURLY", Berlin, "2026-10-25T01:00 23:00", "2026-10-25T02:00 00:00", "2026-10-25T03:00 02:00")]
    [InlineData("FREQ=MINUTELY;INTERVAL=15", LordHowe, "2026-10-04T01:45 15:15", "2026-10-04T02:00 15:30", "2026-10-04T02:15 15:45", "2026-10-04T03:00 16:00")]
    [InlineData("FREQ=MINUTELY;INTERVAL=30", NewYork, "2026-11-01T01:30 05:30", "2026-11-01T02:00 07:00", "2026-11-01T02:30 07:30")]
    // Samoa left out 30 December 2011.
    [InlineData("FREQ=DAILY", "Pacific/Apia", "2011-12-29T09:00 19:00", "2011-12-30T09:00 19:00", "2012-01-01T09:00 19:00")]
    [InlineData("FREQ=WEEKLY;BYDAY=FR", "Pacific/Apia", "2011-12-23T09:00 19:00", "2011-12-30T09:00 19:00", "2012-01-06T09:00 19:00")]
    [InlineData("FREQ=HOURLY;INTERVAL=6", "Pacific/Apia", "2011-12-29T18:00 04:00", "2011-12-30T00:00 10:00", "2011-12-30T06:00 16:00", "2011-12-30T12:00 22:00", "2011-12-30T18:00 04:00", "2012-01-01T00:00 10:00")]
    public void Clocks_that_are_changed(string rule, string zone, params string[] expected)
    {
        string[] walked = Walk(rule, expected[0][..16], zone, expected.Length);
        Assert.Equal(expected, walked.Select(due => $"{due} {Zones.ToInstant(Local(due), Zones.TryFind(zone)!).UtcDateTime:HH:mm}"));
    }

    [Theory]
    [InlineData("FREQ=DAILY;UNTIL=20260102T080000Z", "2026-01-01T09:00", Berlin, 2)] // 09:00 in Berlin is 08:00 UTC: included.
    [InlineData("FREQ=DAILY;UNTIL=20260102T075900Z", "2026-01-01T09:00", Berlin, 1)]
    [InlineData("FREQ=DAILY;UNTIL=20260102T090000", "2026-01-01T09:00", NewYork, 2)]
    [InlineData("FREQ=DAILY;UNTIL=20260102T085959", "2026-01-01T09:00", NewYork, 1)]
    [InlineData("FREQ=DAILY;UNTIL=20260102", "2026-01-01T09:00", Berlin, 2)]
    [InlineData("FREQ=DAILY;UNTIL=20260102T000000", "2026-01-01", Berlin, 2)]
    [InlineData("FREQ=DAILY;UNTIL=20260101T230000Z", "2026-01-01", Berlin, 2)] // It is the 2nd in Berlin then.
    [InlineData("FREQ=DAILY;UNTIL=20260102T040000Z", "2026-01-01", NewYork, 1)] // It is still the 1st in New York.
    public void UNTIL_is_included_and_compared_as_far_as_both_go(string rule, string first, string zone, int count) =>
        Assert.Equal(count, Walk(rule, first, zone, 10).Length);

    [Theory]
    [InlineData("FREQ=DAILY", "2026-11-20", "2026-11-25T10:00Z", "2026-11-26")] // Today's is done with it.
    [InlineData("FREQ=DAILY", "2026-12-01", "2026-11-25T10:00Z", "2026-12-02")] // Done early, the next is the one after it.
    [InlineData("FREQ=DAILY", "2026-11-25", "2026-11-25T23:30Z", "2026-11-27")] // It is the 26th in Berlin already.
    [InlineData("FREQ=WEEKLY;BYDAY=MO,WE", "2026-11-02", "2026-11-25T10:00Z", "2026-11-30")]
    [InlineData("FREQ=DAILY", "2026-11-20T18:00", "2026-11-25T10:00Z", "2026-11-25T18:00")]
    [InlineData("FREQ=DAILY", "2026-11-20T11:00", "2026-11-25T10:00Z", "2026-11-26T11:00")] // 11:00 in Berlin is now, so over.
    [InlineData("FREQ=DAILY;INTERVAL=3", "2026-11-20", "2026-11-25T10:00Z", "2026-11-26")]
    [InlineData("FREQ=HOURLY", "2026-11-25", "2026-11-25T10:00Z", "2026-11-26")] // A date without a time never moves to itself (one may come so from an import).
    [InlineData("FREQ=MINUTELY", "1990-01-01T00:00", "2026-11-25T10:00Z", "2026-11-25T11:01")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=31", "0001-01-01", "2026-11-25T10:00Z", "2026-12-31")]
    public void The_next_occurrence_lies_ahead(string rule, string due, string now, string next) =>
        Assert.Equal(next, Read(rule, Berlin).Next(Due(due), Instant(now)).ToString());

    [Theory]
    [InlineData("FREQ=DAILY", "2026-11-24", "2026-11-25")] // Yesterday's is skipped, today's is there.
    [InlineData("FREQ=DAILY", "2026-11-25", "2026-11-26")]
    [InlineData("FREQ=DAILY", "2026-12-01", "2026-12-02")]
    [InlineData("FREQ=DAILY", "2026-11-24T11:00", "2026-11-26T11:00")]
    [InlineData("FREQ=DAILY", "2026-11-24T11:01", "2026-11-25T11:01")]
    public void Skipping_leads_to_what_is_not_over(string rule, string due, string next) =>
        Assert.Equal(next, Read(rule, Berlin).NextNotOver(Due(due), Instant("2026-11-25T10:00Z")).ToString());

    [Theory]
    [InlineData("FREQ=DAILY;INTERVAL=3", "2026-11-10", "2026-11-28")]
    [InlineData("FREQ=DAILY;INTERVAL=3", "2026-12-24", "2026-11-28")] // Done early.
    [InlineData("FREQ=DAILY;INTERVAL=3", "2026-11-10T09:00", "2026-11-28T09:00")] // The time stays.
    [InlineData("FREQ=DAILY", "2026-11-25T18:00", "2026-11-26T18:00")]
    [InlineData("FREQ=MONTHLY", "2026-11-01", "2026-12-25")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2", "2026-11-02", "2026-12-09")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO", "2026-11-02", "2026-11-30")]
    [InlineData("FREQ=HOURLY;INTERVAL=8", "2026-11-25T06:00", "2026-11-25T19:00")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=1", "2026-12-01", "2027-01-01")] // Done early, so not the same again.
    public void From_completion_the_series_begins_anew(string rule, string due, string next) =>
        Assert.Equal(next, Read(rule, Berlin).NextFromCompletion(Due(due), Instant("2026-11-25T10:00Z")).ToString());

    [Theory]
    [InlineData("FREQ=DAILY", "2026-11-25")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO", "2026-11-30")]
    [InlineData("FREQ=WEEKLY;BYDAY=WE", "2026-11-25")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=1", "2026-12-01")]
    [InlineData("FREQ=DAILY;BYHOUR=9", "2026-11-26T09:00")]
    [InlineData("FREQ=DAILY;BYHOUR=12;BYMINUTE=30", "2026-11-25T12:30")]
    [InlineData("FREQ=HOURLY", null)]
    [InlineData("FREQ=DAILY;BYMINUTE=30", null)]
    [InlineData("FREQ=DAILY;UNTIL=20260101", null)]
    public void Without_a_due_date_it_begins_with_the_first_from_today_on(string rule, string? first) =>
        Assert.Equal(first, Read(rule, Berlin).First(Instant("2026-11-25T10:00Z"))?.ToString());

    [Theory]
    [InlineData("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,31")]
    [InlineData("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2")]
    [InlineData("FREQ=DAILY;BYHOUR=1;BYSETPOS=2")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=1;BYMONTH=2")]
    [InlineData("FREQ=HOURLY;INTERVAL=2;BYHOUR=10")]
    [InlineData("FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1")]
    [InlineData("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=MINUTELY;BYMINUTE=1;BYSETPOS=2")]
    [InlineData("FREQ=YEARLY;INTERVAL=1000")]
    public void Rules_that_name_nothing_end(string rule)
    {
        Assert.False(Series.NamesDates(RecurrenceRule.Parse(rule), Due("2026-11-25T09:00")));
        Assert.Null(Read(rule, Berlin).Next(Due("2026-11-25T09:00"), default));
    }

    [Fact]
    public void Both_ends_of_the_calendar()
    {
        foreach (string rule in new[] { "FREQ=YEARLY", "FREQ=YEARLY;BYWEEKNO=1", "FREQ=MONTHLY", "FREQ=WEEKLY;WKST=SU", "FREQ=WEEKLY", "FREQ=DAILY", "FREQ=HOURLY", "FREQ=MINUTELY" })
        {
            foreach (string zone in new[] { "Pacific/Kiritimati", "Pacific/Pago_Pago" })
            {
                Assert.NotNull(Read(rule, zone).Next(Due("0001-01-01T00:00"), DateTimeOffset.MinValue));
                Assert.Null(Read(rule, zone).Next(Due("9999-12-31T23:59"), DateTimeOffset.MinValue));
                Assert.Null(Read(rule, zone).Next(Due("0001-01-01T00:00"), DateTimeOffset.MaxValue));
            }
        }
    }

    private static string[] Walk(string rule, string first, string zone, int most)
    {
        var walked = new List<string> { first };
        var left = RecurrenceRule.Parse(rule);
        while (walked.Count < most && new Series(left, Zones.TryFind(zone)!).Next(Due(walked[^1]), DateTimeOffset.MinValue) is DueDate next)
        {
            walked.Add(next.ToString());
            left = new Series(left, Zones.TryFind(zone)!).Rest;
        }

        return [.. walked];
    }

    // One more than expected, so that a series that should have ended shows.
    private static int Most(string[] expected, string dates) => dates.EndsWith('…') ? expected.Length : expected.Length + 1;

    private static IEnumerable<string> Days(string dates)
    {
        foreach (string month in dates.TrimEnd('…', ' ').Split(' '))
        {
            string[] parts = month.Split(':');
            foreach (string days in parts[1].Split(','))
            {
                int[] ends = [.. days.Split("..").Select(day => int.Parse(day, CultureInfo.InvariantCulture))];
                for (int day = ends[0]; day <= ends[^1]; day++)
                {
                    yield return $"{parts[0]}-{day:00}";
                }
            }
        }
    }

    private static Series Read(string rule, string zone) => new(RecurrenceRule.Parse(rule), Zones.TryFind(zone)!);

    private static DueDate Due(string text) => DueDate.TryParse(text, out DueDate due) ? due : throw new FormatException(text);

    private static DateTime Local(string due) => Due(due).Date.ToDateTime(Due(due).Time!.Value);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
