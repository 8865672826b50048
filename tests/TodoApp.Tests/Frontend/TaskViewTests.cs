using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using TodoApp.Frontend.Tasks;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>Lists by day, boards and calendars, without JavaScript.</summary>
public sealed partial class TaskViewTests(OpenToAll fixture) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>
{
    [Fact]
    public async Task A_card_goes_to_another_priority_and_back()
    {
        using Person ann = await SignUp();
        await Create(ann, """{"title": "Paint", "priority": "low"}""");
        const string board = "/inbox?view=board&by=priority";
        await ann.Open(board);
        await ann.Open(WebUtility.HtmlDecode(Regex.Match(ann.Page, "class=\"move\" href=\"([^\"]+)\"").Groups[1].Value));
        Assert.Matches("<option value=\"urgent\">", ann.Page);
        Assert.DoesNotMatch("<option value=\"low\">", ann.Page);
        await ann.Send("/tasks/1/place", ("kind", "priority"), ("value", "urgent"), ("return", board));
        Assert.Equal(board, ann.Address!.PathAndQuery);
        Assert.Equal(["Paint"], Titles(Between(ann.Page, "id=\"column-urgent\"", "</section>")));
        Assert.Contains("Moved Paint", ann.Page, StringComparison.Ordinal);

        await ann.Send("/undo", ("group", Group(ann)), ("return", board));
        Assert.Equal("low", (await Read(ann, 1)).GetProperty("priority").GetString());
    }

    [Fact]
    public async Task A_card_changes_the_label_of_its_column_and_keeps_the_others()
    {
        using Person ann = await SignUp();
        string[] labels = [.. await Task.WhenAll(new[] { "red", "green", "blue" }.Select(async name => (await Post(ann, "/api/labels", $$"""{"name": "{{name}}"}""")).GetProperty("id").GetString()!))];
        await Create(ann, """{"title": "Paint", "labels": ["red", "green"]}""");
        await ann.Open("/inbox?view=board&by=label");
        Assert.Equal(2, Regex.Count(ann.Page, "aria-label=\"Complete: Paint\""));
        await ann.Send("/tasks/1/place", ("kind", "label"), ("from", labels[0]), ("value", labels[2]), ("return", "/inbox?view=board&by=label"));
        Assert.Equal([labels[1], labels[2]], LabelsOf(await Read(ann, 1)));
        await ann.Send("/tasks/1/place", ("kind", "label"), ("from", labels[1]), ("value", ""), ("return", "/inbox?view=board&by=label"));
        Assert.Equal([labels[2]], LabelsOf(await Read(ann, 1)));
    }

    [Fact]
    public async Task Another_day_moves_one_occurrence_and_keeps_the_time_and_the_zone()
    {
        using Person ann = await SignUp();
        await Create(ann, """{"title": "Run", "due": "2099-12-01T09:00", "recurrence": "FREQ=DAILY"}""");
        await Create(ann, """{"title": "Call", "due": "2099-12-01T23:00", "dueTimeZone": "America/New_York"}""");
        const string month = "/inbox?view=calendar&month=2099-12";
        await ann.Open(month);
        Assert.Equal(["Run"], Titles(Between(ann.Page, "id=\"day-2099-12-01\"", "</td>")));
        Assert.Equal(["Call"], Titles(Between(ann.Page, "id=\"day-2099-12-02\"", "</td>"))); // 5 o'clock in Berlin

        await ann.Send("/tasks/1/place", ("kind", "date"), ("value", "2099-12-05"), ("return", month));
        await ann.Send("/tasks/2/place", ("kind", "date"), ("value", "2099-12-10"), ("return", month));
        JsonElement run = await Read(ann, 1);
        Assert.Equal("2099-12-05T09:00 2099-12-01T09:00 FREQ=DAILY", $"{run.GetProperty("due")} {run.GetProperty("originalDue")} {run.GetProperty("recurrence")}");
        JsonElement call = await Read(ann, 2);
        Assert.Equal("2099-12-09T23:00 America/New_York", $"{call.GetProperty("due")} {call.GetProperty("dueTimeZone")}");
        Assert.Equal(["Call"], Titles(Between(ann.Page, "id=\"day-2099-12-10\"", "</td>")));

        // An occurrence has to be somewhere, and a place has to be one.
        await ann.Send("/tasks/1/place", ("kind", "date"), ("value", ""), ("return", month));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("role=\"alert\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("id=\"day-2099-12-05\"", ann.Page, StringComparison.Ordinal);
        await ann.Send("/tasks/1/place", ("kind", "moon"), ("value", "full"), ("return", month));
        Assert.Equal(HttpStatusCode.BadRequest, ann.Status);
        await ann.Send("/tasks/99/place", ("kind", "priority"), ("value", "low"), ("return", "//evil.example"));
        Assert.Equal("/today", ann.Address!.AbsolutePath);
    }

    [Fact]
    public async Task A_full_day_shows_some_and_leads_to_all()
    {
        using Person ann = await SignUp();
        for (int i = 0; i < 7; i++)
        {
            await Create(ann, $$"""{"title": "T{{i}}", "due": "2099-12-24{{(i == 6 ? "T08:00" : "")}}"}""");
        }

        await ann.Open("/upcoming?view=calendar&month=2099-12");
        string day = Between(ann.Page, "id=\"day-2099-12-24\"", "</td>");
        Assert.Equal(["T6", "T0", "T1"], Titles(day));
        Assert.Contains("4 more</a>", day, StringComparison.Ordinal);
        await ann.Open(WebUtility.HtmlDecode(Regex.Match(day, "class=\"more\" href=\"([^\"]+)\"").Groups[1].Value));
        Assert.Equal(["T6", "T0", "T1", "T2", "T3", "T4", "T5"], Titles(ann.Page));
    }

    [Fact]
    public async Task Today_has_overdue_then_times_then_the_urgent_and_moves_what_is_late_at_once()
    {
        using Person ann = await SignUp();
        DateOnly today = DateOnly.ParseExact((await Get(ann, "/api/overview")).GetProperty("today").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        await Create(ann, $$"""{"title": "Any", "due": "{{today:yyyy-MM-dd}}"}""");
        await Create(ann, $$"""{"title": "Evening", "due": "{{today:yyyy-MM-dd}}T23:59"}""");
        await Create(ann, $$"""{"title": "Night", "due": "{{today:yyyy-MM-dd}}T00:00"}""");
        await Create(ann, $$"""{"title": "Soon", "due": "{{today:yyyy-MM-dd}}", "priority": "urgent"}""");
        await Create(ann, $$"""{"title": "Late", "due": "{{today.AddDays(-3):yyyy-MM-dd}}T07:30"}""");
        await Create(ann, $$"""{"title": "Daily", "due": "{{today.AddDays(-1):yyyy-MM-dd}}", "recurrence": "FREQ=DAILY"}""");
        await ann.Open("/today");
        Assert.Equal(["Late", "Daily", "Night", "Evening", "Soon", "Any"], Titles(ann.Page));

        await ann.Send("/tasks/overdue/today", ("return", "/today"));
        Assert.Equal(["Night", "Late", "Evening", "Soon", "Any", "Daily"], Titles(ann.Page));
        Assert.Contains("Moved 2 to today", ann.Page, StringComparison.Ordinal);
        JsonElement daily = await Read(ann, 6);
        Assert.Equal($"FREQ=DAILY {today.AddDays(-1):yyyy-MM-dd}", $"{daily.GetProperty("recurrence")} {daily.GetProperty("originalDue")}");

        await ann.Send("/undo", ("group", Group(ann)), ("return", "/today"));
        Assert.Equal(["Late", "Daily", "Night", "Evening", "Soon", "Any"], Titles(ann.Page));
    }

    [Fact]
    public async Task Upcoming_shows_a_free_week_and_months_later()
    {
        using Person ann = await SignUp();
        DateOnly today = DateOnly.ParseExact((await Get(ann, "/api/overview")).GetProperty("today").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        await Create(ann, $$"""{"title": "Soon", "due": "{{today.AddDays(3):yyyy-MM-dd}}"}""");
        await Create(ann, """{"title": "Then", "due": "2099-12-01"}""");
        await ann.Open("/upcoming");
        Assert.Equal(
            [.. Enumerable.Range(1, 7).Select(day => $"day-{today.AddDays(day):yyyy-MM-dd}"), "month-2099-12"],
            Regex.Matches(ann.Page, "<h2 id=\"((?:day|month)-[^\"]+)\"").Select(match => match.Groups[1].Value));
        Assert.Equal(6, Regex.Count(ann.Page, "Nothing planned"));
    }

    [Theory]
    [InlineData("2026-12", DayOfWeek.Monday, "2026-11-30", 35)]
    [InlineData("2026-12", DayOfWeek.Sunday, "2026-11-29", 35)]
    [InlineData("2026-12", DayOfWeek.Saturday, "2026-11-28", 35)]
    [InlineData("2027-02", DayOfWeek.Monday, "2027-02-01", 28)]
    [InlineData("2026-08", DayOfWeek.Monday, "2026-07-27", 42)]
    [InlineData("0001-01", DayOfWeek.Monday, "2024-01-29", 35)]
    [InlineData("9999-12", DayOfWeek.Sunday, "2024-01-28", 35)]
    [InlineData("2026-13", DayOfWeek.Monday, "2024-01-29", 35)]
    public void A_month_begins_with_the_first_weekday(string month, DayOfWeek weekStart, string first, int days)
    {
        var query = new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["month"] = month });
        var span = CalendarSpan.Of(query, CalendarScale.Month, new DateOnly(2024, 2, 29), weekStart);
        Assert.Equal($"{first} {days}", $"{span.First:yyyy-MM-dd} {span.Count}");
    }

    private async Task<Person> SignUp()
    {
        var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        return ann;
    }

    private static Task<JsonElement> Create(Person person, string task) => Post(person, "/api/tasks", task);

    private static async Task<JsonElement> Post(Person person, string path, string body)
    {
        using var content = new StringContent(body, null, "application/json");
        using HttpResponseMessage response = await person.Browser.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private static Task<JsonElement> Read(Person person, long task) => Get(person, $"/api/tasks/{task}");

    private static Task<JsonElement> Get(Person person, string path) => person.Browser.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Cancel);

    private static string[] LabelsOf(JsonElement task) => [.. task.GetProperty("labelIds").EnumerateArray().Select(label => label.GetString()!)];

    private static string Group(Person person) => Regex.Match(person.Page, "name=\"group\" value=\"([^\"]+)\"").Groups[1].Value;

    private static string[] Titles(string html) => [.. TitleOf().Matches(html).Select(match => match.Groups[1].Value)];

    private static string Between(string text, string from, string to)
    {
        int start = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(start >= 0, $"{from} is missing.");
        return text[start..text.IndexOf(to, start, StringComparison.Ordinal)];
    }

    [GeneratedRegex("aria-label=\"Complete: ([^\"]+)\"")]
    private static partial Regex TitleOf();
}
