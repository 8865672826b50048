using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>All three services, with registration open.</summary>
public sealed class OpenToAll() : SystemFixture(DatabaseEngine.Sqlite)
{
    protected override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?> { ["REGISTRATION"] = "open" };
}

/// <summary>The pages without JavaScript, from the browser to the database.</summary>
public sealed partial class PagesTests(OpenToAll fixture) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>
{
    [Fact]
    public async Task The_app_can_be_installed_with_icons_of_the_sizes_that_are_said()
    {
        using HttpClient browser = System.Frontend.Client();
        using JsonDocument manifest = JsonDocument.Parse(await browser.GetStringAsync(new Uri("/manifest.webmanifest", UriKind.Relative), Cancel));
        JsonElement[] icons = [.. manifest.RootElement.GetProperty("icons").EnumerateArray()];
        Assert.Contains(icons, icon => icon.GetProperty("purpose").GetString() == "maskable");
        foreach (JsonElement icon in icons)
        {
            using HttpResponseMessage response = await browser.GetAsync(new Uri(icon.GetProperty("src").GetString()!, UriKind.Relative), Cancel);
            Assert.Equal(icon.GetProperty("type").GetString(), response.Content.Headers.ContentType?.MediaType);
            byte[] image = await response.Content.ReadAsByteArrayAsync(Cancel);
            if (icon.GetProperty("type").GetString() == "image/png")
            {
                // The header chunk of a PNG (ISO/IEC 15948, 11.2.2) begins with width and height.
                Assert.Equal(icon.GetProperty("sizes").GetString(), $"{BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(16))}x{BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(20))}");
            }
        }
    }

    [Fact]
    public async Task Sign_up_add_complete_reopen_sign_out_sign_in()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.Open("/");
        Assert.Equal("/sign-in", ann.Address!.AbsolutePath);

        await ann.SignUp();
        Assert.Equal("/inbox", ann.Address!.AbsolutePath);
        Assert.Contains("The Inbox is empty.", ann.Page, StringComparison.Ordinal);
        Assert.Contains("<span dir=\"auto\">Ann</span>", ann.Page, StringComparison.Ordinal);

        await ann.Add("Buy milk");
        await ann.Add("Écrire <b>à</b> Ömer & \"מיכאל\"");
        Assert.Equal("/inbox", ann.Address!.AbsolutePath);
        Assert.Contains("Écrire &lt;b&gt;à&lt;/b&gt; Ömer &amp; מיכאל</a>", ann.Page, StringComparison.Ordinal);

        await ann.Press("Complete: Buy milk");
        Assert.DoesNotContain("Complete: Buy milk", ann.Page, StringComparison.Ordinal);
        Assert.Contains("Completed Buy milk", ann.Page, StringComparison.Ordinal);
        await ann.Open("/completed");
        await ann.Press("Reopen: Buy milk");
        await ann.Open("/inbox");
        Assert.Contains("Complete: Buy milk", ann.Page, StringComparison.Ordinal);

        await ann.Send("/sign-out");
        Assert.Equal("/sign-in", ann.Address!.AbsolutePath);
        Assert.Empty(ann.Cookies);
        await ann.Send("/sign-in", ("email", ann.Email), ("password", Person.Password));
        await ann.Open("/inbox");
        Assert.Contains("Complete: Buy milk", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_sent_twice_adds_one_task()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        string key = ann.Key();
        await ann.Send("/tasks", ("key", key), ("return", "/inbox"), ("text", "Once"));
        await ann.Send("/tasks", ("key", key), ("return", "/inbox"), ("text", "Once"));
        Assert.Single(Regex.Matches(ann.Page, "Complete: Once"));
    }

    [Fact]
    public async Task A_double_click_completes_one_occurrence_and_leaves_subtasks_open()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        foreach (string task in new[] { """{"title": "Water plants", "due": "2099-12-01", "recurrence": "FREQ=DAILY"}""", """{"title": "Fern", "parentId": 1}""" })
        {
            using var body = new StringContent(task, null, "application/json");
            using HttpResponseMessage response = await ann.Browser.PostAsync(new Uri("/api/tasks", UriKind.Relative), body, Cancel);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        }

        await ann.Open("/inbox");
        Match form = Regex.Match(ann.Page, "action=\"(/tasks/[^\"]+/complete)\"[^>]*>\\s*<input type=\"hidden\" name=\"version\" value=\"(\\d+)\"[^>]*>\\s*<input[^>]*>\\s*<button class=\"tick\" aria-label=\"Complete: Water plants\"");
        Assert.True(form.Success);
        await ann.Send(form.Groups[1].Value, ("version", form.Groups[2].Value), ("return", "/inbox"));
        await ann.Send(form.Groups[1].Value, ("version", form.Groups[2].Value), ("return", "/inbox"));
        Assert.Contains("<time datetime=\"2099-12-02\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("Complete: Fern", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_stands_at_the_field_and_what_was_typed_stays()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.Send("/sign-up", ("email", ann.Email), ("password", "short<1>"), ("name", "Ann \"A\""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("id=\"password-error\"", ann.Page, StringComparison.Ordinal);
        Assert.Matches("<input id=\"password\"[^>]*aria-invalid=\"true\"", ann.Page);
        Assert.Contains($"value=\"{ann.Email}\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("value=\"Ann &quot;A&quot;\"", ann.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("short", ann.Page, StringComparison.Ordinal);

        await ann.SignUp();
        await ann.Add("   ");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("id=\"text-error\"", ann.Page, StringComparison.Ordinal);
        await ann.Add(new string('x', 501));
        Assert.Contains("id=\"text-error\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains(new string('x', 501), ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_and_a_taken_address_are_said()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        using var other = new Person(System.Frontend.Url);
        await other.Send("/sign-up", ("email", ann.Email), ("password", Person.Password));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        Assert.Contains("class=\"error\"", other.Page, StringComparison.Ordinal);
        await other.Send("/sign-in", ("email", ann.Email), ("password", "wrong horse battery staple"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        Assert.Contains("role=\"alert\"", other.Page, StringComparison.Ordinal);
        Assert.Empty(other.Cookies);
    }

    [Fact]
    public async Task The_sessions_token_speaks_for_the_api_and_never_for_mcp()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        await ann.Open("/api/tasks");
        Assert.Equal(HttpStatusCode.OK, ann.Status);

        using var other = new Person(System.Frontend.Url);
        await other.Open("/api/tasks");
        Assert.Equal(HttpStatusCode.Unauthorized, other.Status);

        using HttpResponseMessage mcp = await ann.Browser.PostAsync(
            new Uri("/mcp", UriKind.Relative), new StringContent("{}", null, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, mcp.StatusCode);
    }

    [Fact]
    public async Task Another_sites_form_does_nothing()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        foreach ((string name, string value) in new[] { ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example"), ("Origin", "null") })
        {
            foreach (string path in new[] { "/tasks", "/sign-out", "/api/tasks" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([KeyValuePair.Create("text", "Evil")]) };
                request.Headers.Add(name, value);
                using HttpResponseMessage response = await ann.Browser.SendAsync(request, Cancel);
                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            }
        }

        await ann.Open("/inbox");
        Assert.DoesNotContain("Evil", ann.Page, StringComparison.Ordinal);
        Assert.Contains("Ann", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ended_session_leads_to_sign_in()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        using HttpResponseMessage ended = await ann.Browser.PostAsync(new Uri("/api/auth/logout", UriKind.Relative), null, Cancel);
        Assert.True(ended.IsSuccessStatusCode);
        await ann.Open("/");
        Assert.Equal("/sign-in", ann.Address!.AbsolutePath);
        Assert.Empty(ann.Cookies);
    }

    [Fact]
    public async Task Pages_are_private_and_carry_no_inline_script_or_style()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        await ann.Add("One");
        using HttpResponseMessage response = await ann.Browser.GetAsync(new Uri("/inbox", UriKind.Relative), Cancel);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        string page = await response.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotMatch("<script(?![^>]*(?:src=|type=\"application/json\"))|<style|\\sstyle=|\\son[a-z]+=", page);
    }

    [Fact]
    public async Task Every_file_that_a_page_names_is_there_and_kept_for_good()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.Open("/sign-up");
        string[] files = [.. Files().Matches(ann.Page).Select(match => match.Groups[1].Value)];
        Assert.True(files.Length >= 6);
        foreach (string file in files)
        {
            using HttpResponseMessage response = await ann.Browser.GetAsync(new Uri(file, UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", response.Headers.CacheControl!.ToString());
            Assert.NotNull(response.Headers.ETag);

            // Another version's page, during a rollout.
            using HttpResponseMessage other = await ann.Browser.GetAsync(new Uri("/v/000000000000/" + file.Split('/', 4)[3], UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
            Assert.DoesNotContain("immutable", other.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }

        using HttpResponseMessage nothing = await ann.Browser.GetAsync(new Uri("/v/000000000000/nothing.js", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    [Theory]
    [InlineData("/nothing", "text/html", 404, "text/html")]
    [InlineData("/nothing", "*/*", 404, "application/problem+json")]
    [InlineData("/.well-known/oauth-protected-resource", "*/*", 404, "application/problem+json")]
    [InlineData("/api/nothing", "text/html", 404, "application/problem+json")]
    [InlineData("/api/space", "*/*", 404, "application/problem+json")]
    [InlineData("/health", "*/*", 200, "application/json")]
    public async Task Other_paths(string path, string accept, int status, string type)
    {
        using HttpClient client = System.Frontend.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", accept } } };
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
    }

    [GeneratedRegex("(?:src|rel=\"(?:stylesheet|icon|manifest|modulepreload)\" href)=\"([^\"]+)\"")]
    private static partial Regex Files();
}
