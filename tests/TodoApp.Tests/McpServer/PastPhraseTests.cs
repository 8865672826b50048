using TodoApp.McpServer.Dates;

namespace TodoApp.Tests.McpServer;

public sealed class PastPhraseTests
{
    // A Wednesday, in winter time: an hour before UTC's clock shows the same.
    private static readonly DateContext Wednesday = new(new DateTime(2026, 11, 25, 10, 30, 0), DayOfWeek.Monday, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

    [Theory]
    [InlineData("2026-11-01", "2026-11-01T00:00")]
    [InlineData("2026-11-01T09:00", "2026-11-01T09:00")]
    [InlineData("2026-11-01T09:00:00Z", "2026-11-01T10:00")]
    [InlineData("2026-11-25T12:00:00+05:00", "2026-11-25T08:00")]
    [InlineData("today", "2026-11-25T00:00")]
    [InlineData("this morning", "2026-11-25T00:00")]
    [InlineData("Yesterday", "2026-11-24T00:00")]
    [InlineData("yesterday 9am", "2026-11-24T09:00")]
    [InlineData("9am", "2026-11-25T09:00")]
    [InlineData("8pm", "2026-11-24T20:00")]
    [InlineData("monday", "2026-11-23T00:00")]
    [InlineData("last monday", "2026-11-23T00:00")]
    [InlineData("friday", "2026-11-20T00:00")]
    [InlineData("3 days ago", "2026-11-22T00:00")]
    [InlineData("2 hours ago", "2026-11-25T08:30")]
    [InlineData("90 minutes ago", "2026-11-25T09:00")]
    [InlineData("this  week", "2026-11-23T00:00")]
    [InlineData("last week", "2026-11-16T00:00")]
    [InlineData("this month", "2026-11-01T00:00")]
    [InlineData("last month", "2026-10-01T00:00")]
    [InlineData("1 dec", "2025-12-01T00:00")]
    [InlineData("1 nov", "2026-11-01T00:00")]
    public void A_moment_is_the_last_that_it_can_mean(string text, string expected)
    {
        var errors = new FieldErrors();
        DateTimeOffset? moment = PastPhrase.Read(text, Wednesday, "since", errors);
        Assert.False(errors.Any);
        Assert.Equal(expected, TimeZoneInfo.ConvertTime(moment!.Value, Wednesday.Zone!).ToString("yyyy-MM-dd'T'HH:mm"));
    }

    [Theory]
    [InlineData("whenever")]
    [InlineData("2027-01-01")]
    [InlineData("2026-13-01")]
    [InlineData("last")]
    [InlineData("tomorrow")]
    [InlineData("in 3 days")]
    [InlineData("next week")]
    public void What_is_no_past_moment_is_refused(string text)
    {
        var errors = new FieldErrors();
        Assert.Null(PastPhrase.Read(text, Wednesday, "since", errors));
        Assert.True(errors.Any);
    }
}
