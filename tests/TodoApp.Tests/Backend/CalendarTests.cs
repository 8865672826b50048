using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Backend;

/// <summary>The calendar at its secret address, through frontend, backend and mcp-server.</summary>
public abstract partial class CalendarTests(SystemFixture fixture) : EngineTests(fixture, Services.Frontend)
{
    [Fact]
    public async Task Due_tasks_are_events_at_an_address_that_needs_no_token()
    {
        using HttpClient person = await RegisterAsync();
        await AddAsync(person, new { title = "Plain; day, with\\signs", due = "2026-12-01", notes = "one\ntwo", labels = new[] { "home, sweet" }, priority = "urgent" });
        await AddAsync(person, new { title = "Standup", due = "2026-12-07T09:00", dueTimeZone = "America/New_York", recurrence = "FREQ=WEEKLY;BYDAY=MO;COUNT=3" });
        await AddAsync(person, new { title = "In my zone", due = "2026-12-02T18:30" });
        await AddAsync(person, new { title = "No date" });
        await AddAsync(person, new { title = string.Concat(Enumerable.Repeat("Grüße 👋 ", 20)), due = "2026-12-03" });
        await AddAsync(person, new { title = "Done", due = "2026-12-01" });
        using HttpResponseMessage done = await person.PostAsync("/api/tasks/6/complete", null, Cancel);
        Assert.False((await StateAsync(person)).Exists);
        Uri address = await MakeAsync(person);

        using HttpClient anyone = System.Frontend.Client();
        using HttpResponseMessage response = await anyone.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/calendar; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache, private", response.Headers.CacheControl!.ToString());
        string text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.All(text.Split("\r\n"), line => Assert.InRange(global::System.Text.Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.DoesNotContain("\n", text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        string unfolded = text.Replace("\r\n ", "", StringComparison.Ordinal);
        Assert.Equal(4, Events().Count(unfolded));
        foreach (string line in new[]
        {
            "DTSTART;VALUE=DATE:20261201", "SUMMARY:Plain\\; day\\, with\\\\signs", "DESCRIPTION:one\\ntwo", "CATEGORIES:home\\, sweet", "PRIORITY:1",
            "DTSTART;TZID=America/New_York:20261207T090000", "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO", "DTSTART;TZID=Europe/Berlin:20261202T183000",
            "TZID:America/New_York", "TZID:Europe/Berlin", $"SUMMARY:{string.Concat(Enumerable.Repeat("Grüße 👋 ", 20)).Trim()}", "END:VCALENDAR",
        })
        {
            Assert.Contains(line + "\r\n", unfolded, StringComparison.Ordinal);
        }

        // In 2027 Berlin's clocks go on at 02:00 on March 28 and back at 03:00 on October 31.
        Assert.Matches("BEGIN:DAYLIGHT\r\nDTSTART:[0-9T]+\r\nRDATE:[0-9T,]*20270328T020000[0-9T,]*\r\nTZOFFSETFROM:\\+0100\r\nTZOFFSETTO:\\+0200", unfolded);
        Assert.Matches("BEGIN:STANDARD\r\nDTSTART:[0-9T]+\r\nRDATE:[0-9T,]*20271031T030000[0-9T,]*\r\nTZOFFSETFROM:\\+0200\r\nTZOFFSETTO:\\+0100", unfolded);

        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using HttpResponseMessage unchanged = await anyone.SendAsync(again, Cancel);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        await AddAsync(person, new { title = "New", due = "2026-12-24" });
        using var changed = new HttpRequestMessage(HttpMethod.Get, address);
        changed.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using HttpResponseMessage fresh = await anyone.SendAsync(changed, Cancel);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
        CalendarAddress state = await StateAsync(person);
        Assert.True(state.Exists);
        Assert.NotNull(state.LastUsedAt);
        Assert.Null(state.Address);
    }

    [Fact]
    public async Task Files_pass_frontend_and_backend_up_to_their_limit()
    {
        using HttpClient person = await RegisterAsync();
        string table = "title\r\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"\"Task {i} {new string('x', 200)}\n{new string('y', 200)}\"\r\n"));
        string body = table + new string('\n', 2_000_000); // More than other routes take.
        using HttpResponseMessage imported = await person.PostAsync("/api/import?dryRun=false", Text(body, "text/csv"), Cancel);
        Assert.Equal(400, (await ReadAsync<ImportReport>(imported)).Created.Tasks);
        using HttpResponseMessage export = await person.GetAsync("/api/export?format=csv", Cancel);
        Assert.StartsWith("attachment; filename=", export.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        using var tooLarge = new HttpRequestMessage(HttpMethod.Post, "/api/import") { Content = new ByteArrayContent([]) };
        tooLarge.Content.Headers.ContentLength = (256L * 1024 * 1024) + 1;
        tooLarge.Headers.ExpectContinue = true;
        using HttpResponseMessage refused = await person.SendAsync(tooLarge, Cancel);
        await ProblemAsync(refused, ProblemKind.TooLarge);
    }

    [Fact]
    public async Task An_address_that_was_replaced_or_removed_shows_nothing_and_neither_do_others()
    {
        using HttpClient person = await RegisterAsync();
        using HttpClient stranger = await RegisterAsync();
        await AddAsync(person, new { title = "Mine", due = "2026-12-01" });
        Uri first = await MakeAsync(person);
        Uri second = await MakeAsync(person);
        Assert.NotEqual(first, second);
        using HttpClient anyone = System.Frontend.Client();
        await GoneAsync(anyone, first);
        Assert.Contains("SUMMARY:Mine", await anyone.GetStringAsync(second, Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("SUMMARY:", await anyone.GetStringAsync(await MakeAsync(stranger), Cancel), StringComparison.Ordinal);
        foreach (string path in new[] { "/api/calendar/x.ics", second.AbsolutePath[..^4], second.AbsolutePath[..^5] + "x.ics", second.AbsolutePath.ToUpperInvariant(), second.AbsolutePath + "/" + "x" })
        {
            await GoneAsync(anyone, new Uri(path, UriKind.Relative));
        }

        using HttpResponseMessage post = await anyone.PostAsync(second, null, Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        using HttpResponseMessage removed = await person.DeleteAsync("/api/account/calendar", Cancel);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await GoneAsync(anyone, second);
        Assert.False((await StateAsync(person)).Exists);
        using HttpResponseMessage log = await person.GetAsync("/api/account/security-log", Cancel);
        SecurityEventPage events = await ReadAsync<SecurityEventPage>(log);
        Assert.Equal(["calendar-removed", "calendar-created", "calendar-created"], events.Items.Select(entry => entry.Kind).Take(3));
    }

    private static async Task GoneAsync(HttpClient anyone, Uri address)
    {
        using HttpResponseMessage response = await anyone.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static async Task<Uri> MakeAsync(HttpClient person)
    {
        using HttpResponseMessage made = await person.PostAsync("/api/account/calendar", null, Cancel);
        string address = (await ReadAsync<CalendarAddress>(made, 201)).Address!;
        Assert.StartsWith(person.BaseAddress!.GetLeftPart(UriPartial.Authority) + "/api/calendar/todo_cal_", address, StringComparison.Ordinal);
        return new Uri(address);
    }

    private static async Task<CalendarAddress> StateAsync(HttpClient person)
    {
        using HttpResponseMessage state = await person.GetAsync("/api/account/calendar", Cancel);
        return await ReadAsync<CalendarAddress>(state);
    }

    private static async Task AddAsync(HttpClient person, object task)
    {
        using HttpResponseMessage made = await person.PostAsync("/api/tasks", Json(task), Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
    }

    private async Task<HttpClient> RegisterAsync()
    {
        HttpClient client = System.Frontend.Client();
        using HttpResponseMessage response = await client.PostAsync("/api/auth/register", Json(new { email = NewEmail(), password = Password, timeZone = "Europe/Berlin" }), Cancel);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await ReadAsync<SignedIn>(response, 201)).Token);
        return client;
    }

    [GeneratedRegex("BEGIN:VEVENT\r\n")]
    private static partial Regex Events();
}

public sealed class CalendarOnSqlite(OnSqlite fixture) : CalendarTests(fixture), IClassFixture<OnSqlite>;

public sealed class CalendarOnPostgres(OnPostgres fixture) : CalendarTests(fixture), IClassFixture<OnPostgres>;

public sealed class CalendarSecretTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_address_is_in_no_log_at_any_level(bool isAway)
    {
        using var lines = new Lines();
        await using BackendApp app = await StartAsync(
            DatabaseEngine.Sqlite, new Dictionary<string, string?> { ["LOG_LEVEL"] = "trace" }, builder => builder.Logging.ClearProviders().AddProvider(lines));
        Person person = await app.RegisterAsync();
        using HttpResponseMessage made = await person.Client.PostAsync("/api/account/calendar", null, TestContext.Current.CancellationToken);
        string address = (await ReadAsync<CalendarAddress>(made, 201)).Address!;
        if (isAway)
        {
            await app.McpServer.DisposeAsync();
        }

        using HttpClient anyone = app.Client();
        using HttpResponseMessage response = await anyone.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        Assert.Equal(isAway ? 503 : 200, (int)response.StatusCode);
        using HttpResponseMessage wrong = await anyone.GetAsync(new Uri(address.Replace(".ics", ".icz", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        Assert.NotEmpty(lines.Written);
        string secret = address[(address.IndexOf(Secret.CalendarPrefix, StringComparison.Ordinal) + Secret.CalendarPrefix.Length)..^4];
        Assert.True(secret.Length > 20, secret);
        Assert.DoesNotContain(lines.Written, line => line.Contains(secret, StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
