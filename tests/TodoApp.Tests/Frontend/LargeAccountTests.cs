using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>
/// The pages of an account with many tasks: 10,000 with <c>TODO_FULL=1</c>, else 2,000. How large they are is bounded; how long the
/// services take for them is written to <c>docs/web-pages.md</c> with <c>UPDATE_SNAPSHOTS=1</c> as well.
/// </summary>
public abstract partial class LargeAccountTests(SystemFixture fixture, string table) : EngineTests(fixture, Services.Frontend)
{
    private const int MostHtml = 400_000; // Bytes before compression.
    private const int MostTasks = 200; // Rows, or cards of a board or a calendar.
    private const int Runs = 7; // The best counts: what else the machine does only adds.

    [Fact]
    public async Task Pages_stay_bounded_however_many_tasks_there_are()
    {
        int count = Requirements.Full ? 10_000 : 2_000;
        Assert.SkipWhen(WebPagesDocument.IsUpdate && !Requirements.Full, "the document says what 10,000 tasks take (TODO_FULL=1)");
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        (string Name, string Path)[] pages = await FillAsync(ann, count);
        ann.Browser.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        var rows = new List<string[]>();
        foreach ((string name, string path) in pages)
        {
            var times = new List<double>();
            long compressed = 0;
            for (int run = 0; run < (WebPagesDocument.IsUpdate ? Runs : 1); run++)
            {
                long start = Stopwatch.GetTimestamp();
                using HttpResponseMessage response = await ann.Browser.GetAsync(new Uri(path, UriKind.Relative), Cancel);
                compressed = (await response.Content.ReadAsByteArrayAsync(Cancel)).Length;
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                Assert.True(response.IsSuccessStatusCode, path);
            }

            ann.Browser.DefaultRequestHeaders.AcceptEncoding.Clear();
            await ann.Open(path);
            ann.Browser.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
            int bytes = Encoding.UTF8.GetByteCount(ann.Page);
            int tasks = TaskElement().Count(ann.Page);
            Assert.True(bytes < MostHtml, $"{path} has {bytes} bytes.");
            Assert.InRange(tasks, 0, MostTasks);
            rows.Add([name, Text(tasks), Text(bytes), Text(compressed), Text(times.Min())]);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', rows.Select(row => string.Join(" | ", row))));
        Assert.Contains(rows, row => int.Parse(row[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) >= 50);
        if (WebPagesDocument.IsUpdate)
        {
            WebPagesDocument.Write(table, ["page", "tasks shown", "HTML, bytes", "with Brotli, bytes", "time, ms"], rows);
        }

        static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }

    private async Task<(string Name, string Path)[]> FillAsync(Person ann, int count)
    {
        using HttpClient client = System.Frontend.Client();
        using HttpResponseMessage signedIn = await client.PostAsJsonAsync("/api/auth/login", new { email = ann.Email, password = Person.Password }, Cancel);
        SignedIn session = (await signedIn.Content.ReadFromJsonAsync(ContractsJson.Client.SignedIn, Cancel))!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
        DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var file = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            string day(int days) => today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            string due = i % 4 == 3 ? "" : $" due:{day((i * 37 % 400) - 35)}";
            string done = i % 5 == 4 ? $"x {day(-(i % 200))} " : i % 7 == 0 ? $"({(char)('A' + (i % 3))}) " : "";
            string project = i % 10 == 0 ? "" : $" +{(i % 3 == 0 ? "Work" : $"List{i % 17}")}";
            file.Append(CultureInfo.InvariantCulture, $"{done}Something to do, number {i}, in words of a usual length{project}{(i % 6 == 0 ? $" @label{i % 12}" : "")}{due}\n");
        }

        using var content = new StringContent(file.ToString(), Encoding.UTF8, "text/plain");
        using HttpResponseMessage imported = await client.PostAsync("/api/import?format=todotxt", content, Cancel);
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(Cancel));
        ItemList<TaskList> lists = (await client.GetFromJsonAsync("/api/lists", ContractsJson.Client.ItemListTaskList, Cancel))!;
        string work = $"/lists/{lists.Items.Single(list => list.Name == "Work").Id}";
        return
        [
            ("Today", "/today"), ("Inbox", "/inbox"), ("Upcoming", "/upcoming"), ("A list", work), ("A board by priority", work + "?view=board&by=priority"), ("A board by date", "/upcoming?view=board&by=date"),
            ("Calendar, a month", "/upcoming?view=calendar"), ("A list's calendar", work + "?view=calendar"), ("A task", "/tasks/150"), ("Search", "/search?q=usual"), ("Completed", "/completed"), ("Trash", "/trash"),
            ("Activity", "/activity"), ("Lists and labels", "/lists"), ("Connect an agent", "/connect"), ("Settings", "/settings"),
        ];
    }

    [GeneratedRegex("<li id=\"[^\"]+\" class=\"(task|card) ")]
    private static partial Regex TaskElement();
}

public sealed class LargeAccountOnSqlite(OpenToAll fixture) : LargeAccountTests(fixture, "large-sqlite"), IClassFixture<OpenToAll>;

public sealed class LargeAccountOnPostgres(OpenToAllOnPostgres fixture) : LargeAccountTests(fixture, "large-postgres"), IClassFixture<OpenToAllOnPostgres>;
