using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using TodoApp.Frontend.Settings;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>The settings without JavaScript, from the browser to the database.</summary>
public sealed partial class SettingsTests(OpenToAll fixture) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>
{
    [Fact]
    public async Task What_is_saved_shows_at_once_and_what_is_wrong_stands_at_its_field()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        (string, string)[] profile = [("name", "Anna <A>"), ("locale", "de-AT"), ("timeZone", "Nowhere/Else"), ("weekStart", "sunday"), ("theme", "dark")];
        await ann.Send("/settings", profile);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("id=\"timeZone-error\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("value=\"Anna &lt;A&gt;\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("data-theme=\"system\"", ann.Page, StringComparison.Ordinal);

        profile[2] = ("timeZone", "Pacific/Auckland");
        await ann.Send("/settings", profile);
        Assert.Equal("/settings", ann.Address!.AbsolutePath);
        Assert.Matches("<html lang=\"de-AT\"[^>]*data-theme=\"dark\"", ann.Page);
        Assert.Contains("Einstellungen", ann.Page, StringComparison.Ordinal);
        Assert.Contains("data-zone=\"Pacific/Auckland\"", ann.Page, StringComparison.Ordinal);
        Assert.Matches("<option value=\"sunday\" selected", ann.Page);
        Assert.Contains("Anna &lt;A&gt;", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_and_the_password_change_with_the_password_and_other_sessions_end()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        using var elsewhere = new Person(System.Frontend.Url);
        await elsewhere.Send("/sign-in", ("email", ann.Email), ("password", Person.Password));
        string email = "new." + ann.Email;

        await ann.Send("/settings/email", ("email", email), ("currentPassword", "not the one at all"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("id=\"currentPassword-error\"", ann.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("not the one at all", ann.Page, StringComparison.Ordinal);
        await ann.Send("/settings/email", ("email", email), ("currentPassword", Person.Password));
        Assert.Equal("/settings", ann.Address!.AbsolutePath);
        Assert.Contains(email, ann.Page, StringComparison.Ordinal);

        await ann.Send("/settings/password", ("currentPassword", Person.Password), ("newPassword", "short"));
        Assert.Contains("id=\"newPassword-error\"", ann.Page, StringComparison.Ordinal);
        await ann.Send("/settings/password", ("currentPassword", Person.Password), ("newPassword", "quite another horse"));
        Assert.Equal("/settings/security", ann.Address!.AbsolutePath);
        await elsewhere.Open("/today");
        Assert.Equal("/sign-in", elsewhere.Address!.AbsolutePath);
        await elsewhere.Send("/sign-in", ("email", email), ("password", "quite another horse"));
        Assert.Equal("/today", elsewhere.Address!.AbsolutePath);

        await ann.Open("/settings/security/log");
        Assert.Contains("Changed the password", ann.Page, StringComparison.Ordinal);
        Assert.Contains("Changed the e-mail address", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_are_ended_one_by_one_or_all_others_at_once()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        using var second = new Person(System.Frontend.Url);
        using var third = new Person(System.Frontend.Url);
        second.Browser.DefaultRequestHeaders.Add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await second.Send("/sign-in", ("email", ann.Email), ("password", Person.Password));
        await third.Send("/sign-in", ("email", ann.Email), ("password", Person.Password));

        await ann.Open("/settings/security");
        Match session = SessionOfFirefox().Match(ann.Page);
        Assert.True(session.Success, ann.Page);
        await ann.Send("/settings/sessions/end", ("id", session.Groups[1].Value));
        Assert.DoesNotContain("Firefox", ann.Page, StringComparison.Ordinal);
        await second.Open("/today");
        Assert.Equal("/sign-in", second.Address!.AbsolutePath);
        await third.Open("/today");
        Assert.Equal("/today", third.Address!.AbsolutePath);

        await ann.Send("/settings/sessions/end-others");
        Assert.Equal("/settings/security", ann.Address!.AbsolutePath);
        await third.Open("/today");
        Assert.Equal("/sign-in", third.Address!.AbsolutePath);
    }

    [Fact]
    public async Task A_calendar_address_works_is_shown_once_and_is_removed()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        await ann.Send("/settings/calendar");
        string address = WebUtility.HtmlDecode(CalendarAddress().Match(ann.Page).Groups[1].Value);
        using (HttpResponseMessage calendar = await ann.Browser.GetAsync(new Uri(address), Cancel))
        {
            Assert.Equal("text/calendar", calendar.Content.Headers.ContentType!.MediaType);
        }

        await ann.Open("/settings/calendar");
        Assert.DoesNotContain(address, WebUtility.HtmlDecode(ann.Page), StringComparison.Ordinal);
        Assert.Contains("Replace the address", ann.Page, StringComparison.Ordinal);
        await ann.Send("/settings/calendar/remove");
        Assert.Contains("Make an address", ann.Page, StringComparison.Ordinal);
        using HttpResponseMessage gone = await ann.Browser.GetAsync(new Uri(address), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_file_is_checked_then_imported_once_and_undone()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        await ann.Open("/settings/data");
        string key = ann.Key();
        const string File = "title,list\nBuy milk,Home\nCall <mum>,Home\n";

        await Upload(ann, "/settings/import/check", key, "csv", File);
        Assert.Equal(HttpStatusCode.OK, ann.Status);
        Assert.Contains("It would add: 2 tasks, 1 list.", ann.Page, StringComparison.Ordinal);
        await ann.Open("/search?q=milk");
        Assert.DoesNotContain("Complete: Buy milk", ann.Page, StringComparison.Ordinal);

        await Upload(ann, "/settings/import", key, "csv", File);
        Assert.Contains("Added: 2 tasks, 1 list.", ann.Page, StringComparison.Ordinal);
        Match undo = Regex.Match(ann.Page, "name=\"group\" value=\"([^\"]+)\"");
        await Upload(ann, "/settings/import", key, "csv", File);
        Assert.Contains("Added: 2 tasks, 1 list.", ann.Page, StringComparison.Ordinal); // Sent twice: the first answer.
        await ann.Open("/search?q=milk");
        Assert.Single(Regex.Matches(ann.Page, "Complete: Buy milk"));

        await ann.Send("/undo", ("group", undo.Groups[1].Value), ("return", "/settings/data"));
        Assert.Equal("/settings/data", ann.Address!.AbsolutePath);
        await ann.Open("/search?q=milk");
        Assert.DoesNotContain("Complete: Buy milk", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_said_by_line()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        const string File = "title,due\nBuy milk,2026-12-01\n<i>,2026-13-01\n,2026-12-02\n";
        await Upload(ann, "/settings/import/check", "", "", File);
        Assert.Equal(HttpStatusCode.OK, ann.Status);
        Assert.Contains("Line 3, due:", ann.Page, StringComparison.Ordinal);
        Assert.Contains("Line 4, title:", ann.Page, StringComparison.Ordinal);
        await Upload(ann, "/settings/import", "", "", File);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("Nothing was imported.", ann.Page, StringComparison.Ordinal);
        await Upload(ann, "/settings/import", "", "json", File);
        Assert.Contains("be read on from line 1, column", ann.Page, StringComparison.Ordinal);

        await Upload(ann, "/settings/import", "", "", null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("Choose a file.", ann.Page, StringComparison.Ordinal);
        await ann.Send("/settings/import", ("format", "csv"));
        Assert.Equal(HttpStatusCode.BadRequest, ann.Status);
        using var nobody = new Person(System.Frontend.Url);
        await Upload(nobody, "/settings/import", "", "", File);
        Assert.Equal("/sign-in", nobody.Address!.AbsolutePath);
    }

    [Fact]
    public async Task Files_larger_than_other_forms_pass_and_those_over_the_limit_are_refused_before_they_are_sent()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        var large = new StringBuilder("title,notes\n");
        for (int task = 0; task < 300; task++)
        {
            large.Append("Task ").Append(task).Append(',').Append('x', 10_000).Append('\n'); // 3 MB, of 1 MiB that other forms may have.
        }

        await Upload(ann, "/settings/import/check", "", "", large.ToString());
        Assert.Contains("It would add: 300 tasks.", ann.Page, StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/settings/import") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        request.Content.Headers.ContentLength = 300L * 1024 * 1024;
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await ann.Browser.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("The file is too large.", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_is_deleted_with_its_password_only()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        await ann.Send("/settings/delete", ("password", "not the one at all"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("id=\"password-error\"", ann.Page, StringComparison.Ordinal);
        await ann.Send("/settings", ("name", "Ann"), ("locale", "de-DE"), ("timeZone", "Europe/Berlin"), ("weekStart", "monday"), ("theme", "system"));
        await ann.Send("/settings/delete", ("password", Person.Password));
        Assert.Contains("<html lang=\"de-DE\"", ann.Page, StringComparison.Ordinal);
        Assert.Empty(ann.Cookies);
        await ann.Send("/sign-in", ("email", ann.Email), ("password", Person.Password));
        Assert.Equal("/sign-in", ann.Address!.AbsolutePath);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("curl/8.5.0", "curl/8.5.0", null)]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge", "Windows")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome", "Android")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari", "iPhone")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "macOS")]
    public void Programs_are_told_by_what_they_call_themselves(string? userAgent, string? program, string? system) =>
        Assert.Equal((program, system), UserAgents.Read(userAgent));

    private static async Task Upload(Person person, string path, string key, string format, string? file)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(key), "key" },
            { new StringContent(format), "format" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(file ?? "")), "file", file is null ? "\"\"" : "tasks.csv" },
        };
        await person.Send(path, form);
    }

    [GeneratedRegex("<li id=\"session-([0-9a-f-]+)\">(?:(?!</li>).)*Firefox on Linux", RegexOptions.Singleline)]
    private static partial Regex SessionOfFirefox();

    [GeneratedRegex("<pre id=\"calendar-address\"[^>]*><code>([^<]+)</code>")]
    private static partial Regex CalendarAddress();
}
