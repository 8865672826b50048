using TodoApp.McpServer.Recurrence;

namespace TodoApp.Tests.Recurrence;

public sealed class RecurrenceRuleTests
{
    [Theory]
    [InlineData("freq=daily", "FREQ=DAILY")]
    [InlineData("RRULE:FREQ=WEEKLY;BYDAY=FR,MO,WE,MO", "FREQ=WEEKLY;BYDAY=MO,WE,FR")]
    [InlineData(" FREQ = WEEKLY ; BYDAY = SU , MO ", "FREQ=WEEKLY;BYDAY=MO,SU")]
    [InlineData("BYMONTHDAY=-1,31,1;COUNT=3;INTERVAL=1;WKST=MO;FREQ=MONTHLY", "FREQ=MONTHLY;COUNT=3;BYMONTHDAY=1,31,-1")]
    [InlineData("FREQ=MONTHLY;BYDAY=-1FR,+2MO", "FREQ=MONTHLY;BYDAY=2MO,-1FR")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR")]
    [InlineData("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231")]
    [InlineData("FREQ=DAILY;UNTIL=20261231T170000", "FREQ=DAILY;UNTIL=20261231T170000")]
    [InlineData("FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0")]
    [InlineData("FREQ=YEARLY;BYMONTH=1;BYWEEKNO=-1,1;BYYEARDAY=-366,366;BYMONTHDAY=-31;BYDAY=SU;BYSETPOS=-366", "FREQ=YEARLY;BYMONTH=1;BYWEEKNO=1,-1;BYYEARDAY=366,-366;BYMONTHDAY=-31;BYDAY=SU;BYSETPOS=-366")]
    public void A_rule_has_one_form(string text, string canonical)
    {
        Assert.Equal(canonical, RecurrenceRule.Parse(text).ToString());
        Assert.Equal(canonical, RecurrenceRule.Parse(canonical).ToString());
    }

    [Theory]
    [InlineData("", "FREQ=WEEKLY")]
    [InlineData("every day", "FREQ=WEEKLY")]
    [InlineData("INTERVAL=2", "FREQ=")]
    [InlineData("FREQ", "NAME=VALUE")]
    [InlineData("FREQ=", "DAILY")]
    [InlineData("FREQ=FORTNIGHTLY", "WEEKLY")]
    [InlineData("FREQ=SECONDLY", "FREQ=MINUTELY")]
    [InlineData("FREQ=DAILY;", "NAME=VALUE")]
    [InlineData("FREQ=DAILY;COUNT", "NAME=VALUE")]
    [InlineData("FREQ=DAILY;BYDAYS=MO", "Did you mean BYDAY?")]
    [InlineData("FREQ=DAILY;COUNT=1;COUNT=2", "COUNT twice")]
    [InlineData("FREQ=DAILY;COUNT=0", "from 1 to")]
    [InlineData("FREQ=DAILY;COUNT=-1", "from 1 to")]
    [InlineData("FREQ=DAILY;INTERVAL=0", "from 1 to")]
    [InlineData("FREQ=DAILY;INTERVAL=99999999999999999999", "from 1 to")]
    [InlineData("FREQ=DAILY;COUNT=1;UNTIL=20261231", "only one of them")]
    [InlineData("FREQ=DAILY;UNTIL=2026-12-31", "20261231")]
    [InlineData("FREQ=DAILY;UNTIL=20260230", "20261231")]
    [InlineData("FREQ=DAILY;UNTIL=20261231T250000Z", "20261231T160000Z")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=0", "1 to 31, or -1 to -31")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=32", "1 to 31")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=1,,2", "1 to 31")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=", "1 to 31")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-2147483648", "1 to 31")]
    [InlineData("FREQ=YEARLY;BYMONTH=13", "1 to 12")]
    [InlineData("FREQ=YEARLY;BYMONTH=-1", "1 to 12")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=54", "1 to 53")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=367", "1 to 366")]
    [InlineData("FREQ=DAILY;BYHOUR=24", "0 to 23")]
    [InlineData("FREQ=DAILY;BYMINUTE=60", "0 to 59")]
    [InlineData("FREQ=DAILY;BYSECOND=30", "whole minutes")]
    [InlineData("FREQ=DAILY;BYSECOND=0,30", "whole minutes")]
    [InlineData("FREQ=DAILY;BYSECOND=61", "0 to 60")]
    [InlineData("FREQ=MONTHLY;BYSETPOS=1", "another BY part")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "1 to 366")]
    [InlineData("FREQ=WEEKLY;BYDAY=XX", "2MO is the second Monday")]
    [InlineData("FREQ=WEEKLY;BYDAY=MONDAY", "MO, TU")]
    [InlineData("FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY and FREQ=YEARLY")]
    [InlineData("FREQ=MONTHLY;BYDAY=0MO", "2MO")]
    [InlineData("FREQ=MONTHLY;BYDAY=6MO", "more than 5 times")]
    [InlineData("FREQ=YEARLY;BYDAY=54MO", "2MO")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "do not go with BYWEEKNO")]
    [InlineData("FREQ=MONTHLY;BYWEEKNO=1", "only with FREQ=YEARLY")]
    [InlineData("FREQ=MONTHLY;BYYEARDAY=1", "does not go with FREQ=MONTHLY")]
    [InlineData("FREQ=DAILY;BYYEARDAY=1", "does not go with FREQ=DAILY")]
    [InlineData("FREQ=WEEKLY;BYMONTHDAY=1", "does not go with FREQ=WEEKLY")]
    [InlineData("FREQ=WEEKLY;WKST=X", "WKST=X")]
    [InlineData("FREQ=DAILY;DTSTART=20260101", "unknown part 'DTSTART'")]
    public void What_is_wrong_is_said_with_what_would_be_right(string text, string said)
    {
        var errors = new List<string>();
        Assert.Null(RecurrenceRule.Parse(text, errors));
        Assert.Contains(said, string.Join('\n', errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_part_that_is_wrong_is_told()
    {
        var errors = new List<string>();
        Assert.Null(RecurrenceRule.Parse("FREQ=WEEKLY;COUNT=0;BYMONTHDAY=99;BYHOUR=x;FOO=1", errors));
        Assert.Equal(4, errors.Count);
    }

    [Fact]
    public void Anything_else_is_refused_and_never_throws()
    {
        var random = new Random(1);
        string[] bits = ["FREQ=", "DAILY", "YEARLY", ";", "=", ",", "BYDAY", "BYMONTHDAY=", "COUNT=", "1", "-1", "MO", "UNTIL=", "20261231", "T", "Z", " ", "\0", "é", "RRULE:", "99999999999"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => bits[random.Next(bits.Length)]));
            var errors = new List<string>();
            if (RecurrenceRule.Parse(text, errors) is RecurrenceRule rule)
            {
                Assert.Equal(rule.ToString(), RecurrenceRule.Parse(rule.ToString()).ToString());
            }
            else
            {
                Assert.NotEmpty(errors);
            }
        }

        var tooLong = new List<string>();
        Assert.Null(RecurrenceRule.Parse("FREQ=DAILY;BYMONTHDAY=" + string.Join(',', Enumerable.Repeat("1", 1000)), tooLong));
        Assert.Contains("500 characters", Assert.Single(tooLong), StringComparison.Ordinal);
    }
}
