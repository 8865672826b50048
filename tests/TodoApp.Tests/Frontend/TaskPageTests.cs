using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>The pages of one task, of lists, labels and filters, and of the activity, without JavaScript.</summary>
public sealed partial class TaskPageTests(OpenToAll fixture) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>
{
    [Fact]
    public async Task A_tasks_page_is_its_form()
    {
        using Person ann = await SignedUp();
        await Api(ann, HttpMethod.Post, "/api/lists", """{"name": "Home"}""");
        await Api(ann, HttpMethod.Post, "/api/tasks", """{"title": "Rent", "notes": "**now** <script>x</script>", "labels": ["bills"]}""");
        await ann.Open("/tasks/1");
        Assert.Contains("<strong>now</strong> &lt;script&gt;", ann.Page, StringComparison.Ordinal);
        string home = Regex.Match(ann.Page, "<option value=\"([^\"]+)\"[^>]*>Home").Groups[1].Value;

        await Save(ann, ("title", "Pay rent"), ("listId", home), ("priority", "high"), ("date", "2099-12-01"), ("time", "09:00"), ("repeat", "FREQ=MONTHLY"), ("newLabels", "bank, @home office"), ("notes", "one\r\ntwo"));
        Assert.Equal("/tasks/1", ann.Address!.AbsolutePath);
        Assert.Contains("Saved Pay rent", ann.Page, StringComparison.Ordinal);
        JsonNode task = await Api(ann, HttpMethod.Get, "/api/tasks/1");
        Assert.Equal(("Pay rent", home, "high", "2099-12-01T09:00", "FREQ=MONTHLY", "one\ntwo"), ((string)task["title"]!, (string)task["listId"]!, (string)task["priority"]!, (string)task["due"]!, (string)task["recurrence"]!, (string)task["notes"]!));
        Assert.Equal(3, task["labelIds"]!.AsArray().Count);

        // Nothing was touched, so nothing is written.
        await Save(ann);
        Assert.Equal((long)task["version"]!, (long)(await Api(ann, HttpMethod.Get, "/api/tasks/1"))["version"]!);

        await Save(ann, ("words", "next friday 8am"), ("rule", "every 2 weeks on friday"), ("date", ""), ("time", ""));
        task = await Api(ann, HttpMethod.Get, "/api/tasks/1");
        Assert.Equal("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", (string)task["recurrence"]!);
        Assert.EndsWith("T08:00", (string)task["due"]!, StringComparison.Ordinal);
        Assert.Contains("every 2 weeks on Friday", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_stands_at_its_field_and_what_was_typed_stays()
    {
        using Person ann = await SignedUp();
        await Api(ann, HttpMethod.Post, "/api/tasks", """{"title": "Rent"}""");
        await ann.Open("/tasks/1");
        await Save(ann, ("title", "Changed \"title\""), ("words", "blue moon"), ("parentId", "#77"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("id=\"words-error\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("value=\"blue moon\"", ann.Page, StringComparison.Ordinal);
        await Save(ann, ("words", ""));
        Assert.Contains("id=\"parentId-error\"", ann.Page, StringComparison.Ordinal);
        await Save(ann, ("parentId", ""), ("time", "09:00"));
        Assert.Contains("id=\"due-error\"", ann.Page, StringComparison.Ordinal);
        await Save(ann, ("time", ""), ("dueTimeZone", "Mars/Olympus"));
        Assert.Contains("id=\"dueTimeZone-error\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("Changed &quot;title&quot;</textarea>", ann.Page, StringComparison.Ordinal);
        Assert.Equal("Rent", (string)(await Api(ann, HttpMethod.Get, "/api/tasks/1"))["title"]!);
        await Save(ann, ("dueTimeZone", ""));
        Assert.Equal("Changed \"title\"", (string)(await Api(ann, HttpMethod.Get, "/api/tasks/1"))["title"]!);
    }

    [Fact]
    public async Task Changes_of_others_are_kept_and_told()
    {
        using Person ann = await SignedUp();
        await Api(ann, HttpMethod.Post, "/api/tasks", """{"title": "Rent"}""");
        await ann.Open("/tasks/1");
        string before = ann.Page;
        await Api(ann, HttpMethod.Patch, "/api/tasks/1", """{"priority": "urgent"}""");
        await Save(ann, ("notes", "by hand"));
        Assert.Contains("What others changed meanwhile was kept", ann.Page, StringComparison.Ordinal);
        JsonNode task = await Api(ann, HttpMethod.Get, "/api/tasks/1");
        Assert.Equal(("urgent", "by hand"), ((string)task["priority"]!, (string)task["notes"]!));

        await Api(ann, HttpMethod.Patch, "/api/tasks/1", """{"title": "Rent of May", "due": "2099-05-01"}""");
        await Save(ann, ("title", "Rent of June"));
        Assert.Equal(HttpStatusCode.Conflict, ann.Status);
        Assert.Contains("id=\"meanwhile\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("Rent of May", Regex.Match(ann.Page, "id=\"title-now\".*?</p>", RegexOptions.Singleline).Value, StringComparison.Ordinal);
        Assert.Contains("Rent of June</textarea>", ann.Page, StringComparison.Ordinal);
        Assert.Contains("value=\"2099-05-01\"", ann.Page, StringComparison.Ordinal);
        Assert.Equal("Rent of May", (string)(await Api(ann, HttpMethod.Get, "/api/tasks/1"))["title"]!);
        await Save(ann);
        task = await Api(ann, HttpMethod.Get, "/api/tasks/1");
        Assert.Equal(("Rent of June", "2099-05-01"), ((string)task["title"]!, (string)task["due"]!));
        Assert.NotEqual(before, ann.Page);
    }

    [Fact]
    public async Task Subtasks_are_added_and_a_parent_asks_what_becomes_of_them()
    {
        using Person ann = await SignedUp();
        await Api(ann, HttpMethod.Post, "/api/tasks", """{"title": "Trip"}""");
        await ann.Open("/tasks/1");
        (string, string)[] quickAdd = Fields(Form(ann, "id=\"quick-add\""));
        await ann.Send("/tasks", [.. quickAdd.Where(field => field.Item1 != "text"), ("text", "Tickets p1")]);
        Assert.Equal("/tasks/1", ann.Address!.AbsolutePath);
        Assert.Equal("urgent", (string)(await Api(ann, HttpMethod.Get, "/api/tasks?parent=1"))["items"]![0]!["priority"]!);
        Assert.Contains("One subtask is open", ann.Page, StringComparison.Ordinal);

        await ann.Send("/tasks", [.. Fields(Form(ann, "id=\"quick-add\"")).Where(field => field.Item1 != "text"), ("text", "Hotel #Nowhere")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("value=\"Hotel #Nowhere\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("id=\"task-form\"", ann.Page, StringComparison.Ordinal);

        await ann.Send("/tasks/1/complete", [.. Fields(Form(ann, "action=\"/tasks/1/complete\"")), ("subtasks", "true")]);
        Assert.Contains("Reopen: Tickets", ann.Page, StringComparison.Ordinal);
        Assert.NotNull((await Api(ann, HttpMethod.Get, "/api/tasks/1"))["completedAt"]);
    }

    [Fact]
    public async Task One_of_a_series_is_skipped_or_moved_alone_and_each_change_is_undone_from_the_history()
    {
        using Person ann = await SignedUp();
        await Api(ann, HttpMethod.Post, "/api/tasks", """{"title": "Water", "due": "2099-12-01", "recurrence": "FREQ=DAILY"}""");
        await ann.Open("/tasks/1");
        await ann.Send("/tasks/1/reschedule", [.. Fields(Form(ann, "action=\"/tasks/1/reschedule\"")).Where(field => field.Item1 is not ("date" or "time")), ("date", "2099-12-20"), ("time", "")]);
        Assert.Equal("2099-12-20", (string)(await Api(ann, HttpMethod.Get, "/api/tasks/1"))["due"]!);
        Assert.Contains("this one was moved from", ann.Page, StringComparison.Ordinal);
        await ann.Press("Undo: Ann rescheduled Water");
        Assert.Equal("2099-12-01", (string)(await Api(ann, HttpMethod.Get, "/api/tasks/1"))["due"]!);
        Assert.Contains("taken back", ann.Page, StringComparison.Ordinal);
        await ann.Send("/tasks/1/skip", Fields(Form(ann, "action=\"/tasks/1/skip\"")));
        Assert.Equal("2099-12-02", (string)(await Api(ann, HttpMethod.Get, "/api/tasks/1"))["due"]!);
        await ann.Send("/tasks/1/end-recurrence", Fields(Form(ann, "action=\"/tasks/1/end-recurrence\"")));
        Assert.Null((await Api(ann, HttpMethod.Get, "/api/tasks/1"))["recurrence"]);

        await ann.Send("/tasks/1/delete", Fields(Form(ann, "action=\"/tasks/1/delete\"")));
        Assert.Contains("id=\"in-trash\"", ann.Page, StringComparison.Ordinal);
        await ann.Send("/tasks/1/restore", Fields(Form(ann, "action=\"/tasks/1/restore\"")));
        Assert.DoesNotContain("id=\"in-trash\"", ann.Page, StringComparison.Ordinal);
        await ann.Open("/tasks/99");
        Assert.Equal(HttpStatusCode.NotFound, ann.Status);
    }

    [Fact]
    public async Task Lists_labels_and_filters_are_made_put_in_order_and_deleted()
    {
        using Person ann = await SignedUp();
        foreach (string name in new[] { "Home", "Work" })
        {
            await ann.Send("/lists", ("form", "list"), ("return", "/lists"), ("name", name), ("color", "#2b7bba"));
        }

        Assert.Contains("Created the list Work", ann.Page, StringComparison.Ordinal);
        await ann.Send("/lists", ("form", "list"), ("return", "/lists"), ("name", "WORK"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("value=\"WORK\"", ann.Page, StringComparison.Ordinal);
        Match up = Regex.Match(ann.Page, "<form method=\"post\" action=\"([^\"]+/place)\"[^>]*>(?:(?!</form>).)*value=\"(before:[^\"]+)\" aria-label=\"Move up: Work\"", RegexOptions.Singleline);
        await ann.Send(up.Groups[1].Value, ("place", up.Groups[2].Value), ("return", "/lists"));
        JsonNode lists = await Api(ann, HttpMethod.Get, "/api/lists");
        Assert.Equal(["Inbox", "Work", "Home"], lists["items"]!.AsArray().Select(list => (string)list!["name"]!));
        string work = (string)lists["items"]![1]!["id"]!;

        await Api(ann, HttpMethod.Post, "/api/tasks", $$"""{"title": "Report", "listId": "{{work}}", "labels": ["phone", "calls"]}""");
        await ann.Open($"/lists/{work}/edit");
        Assert.Contains("It has an open task.", ann.Page, StringComparison.Ordinal);
        await ann.Send($"/lists/{work}/edit", ("form", "edit"), ("name", "Office"), ("color", ""), ("parentId", work), ("return", $"/lists/{work}"));
        Assert.Contains("id=\"parentId-error\"", ann.Page, StringComparison.Ordinal);
        await ann.Send($"/lists/{work}/archive", ("return", "/lists"));
        Assert.Contains("Take back from the archive: Work", ann.Page, StringComparison.Ordinal);
        await ann.Press("Take back from the archive: Work");
        await ann.Send($"/lists/{work}/delete", ("was", "Work"), ("tasks", "trash"));
        Assert.Equal("/lists", ann.Address!.AbsolutePath);
        Assert.NotNull((await Api(ann, HttpMethod.Get, "/api/tasks/1"))["deletedAt"]);
        await ann.Send("/undo", Fields(Form(ann, "action=\"/undo\"")));
        Assert.Null((await Api(ann, HttpMethod.Get, "/api/tasks/1"))["deletedAt"]);

        JsonArray labels = (await Api(ann, HttpMethod.Get, "/api/labels"))["items"]!.AsArray();
        await ann.Open($"/labels/{labels[0]!["id"]}/edit");
        await ann.Send($"/labels/{labels[0]!["id"]}/merge", ("into", (string)labels[1]!["id"]!));
        Assert.Contains("Merged into the label phone", ann.Page, StringComparison.Ordinal);

        await ann.Send("/filters", ("form", "filter"), ("return", "/lists"), ("name", "Soon"), ("query", "today & & p1"));
        Assert.Contains("id=\"query-error\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("today &amp; <mark>&amp;</mark> p1", ann.Page, StringComparison.Ordinal);
        await ann.Send("/filters", ("form", "filter"), ("return", "/lists"), ("name", "Soon"), ("query", "7 days"));
        await ann.Send("/filters", ("form", "filter"), ("return", "/lists"), ("name", "Sooner"), ("query", "today"));
        await ann.Open("/lists");
        Match down = Regex.Match(ann.Page, "action=\"(/filters/[^\"]+/place)\"[^>]*>(?:(?!</form>).)*value=\"(after:[^\"]+)\" aria-label=\"Move down: Soon\"", RegexOptions.Singleline);
        await ann.Send(down.Groups[1].Value, ("place", down.Groups[2].Value), ("return", "/lists"));
        Assert.Equal(["Sooner", "Soon"], (await Api(ann, HttpMethod.Get, "/api/filters"))["items"]!.AsArray().Select(filter => (string)filter!["name"]!));
    }

    [Fact]
    public async Task What_an_agent_did_in_one_go_is_one_entry_and_is_undone_in_one_press()
    {
        using Person ann = await SignedUp();
        JsonNode token = await Api(ann, HttpMethod.Post, "/api/tokens", """{"name": "Laptop assistant", "scopes": ["tasks:read", "tasks:write"]}""");
        await Api(ann, HttpMethod.Post, "/api/tasks", """{"title": "Mine"}""");
        foreach (string title in new[] { "One", "Two", "Three" })
        {
            await Api(ann, HttpMethod.Post, "/api/tasks", $$"""{"title": "{{title}}"}""", (string)token["token"]!);
        }

        await ann.Open("/activity");
        Assert.Contains("<b class=\"actor\" dir=\"auto\">Ann</b>", ann.Page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Undo: Laptop assistant added 3 tasks\"", ann.Page, StringComparison.Ordinal);
        await ann.Open("/activity?kind=person");
        Assert.DoesNotContain("Laptop assistant", MainPart(ann), StringComparison.Ordinal);
        await ann.Open("/activity?kind=agent");
        Assert.DoesNotContain("Mine", MainPart(ann), StringComparison.Ordinal);
        await ann.Press("Undo: Laptop assistant added 3 tasks");
        Assert.Equal("/activity?kind=agent", ann.Address!.PathAndQuery);
        Assert.Contains("taken back", ann.Page, StringComparison.Ordinal);
        Assert.Equal(["Mine"], (await Api(ann, HttpMethod.Get, "/api/tasks"))["items"]!.AsArray().Select(task => (string)task!["title"]!));

        // What was changed since can't be undone, and the page says so.
        await Api(ann, HttpMethod.Patch, "/api/tasks/1", """{"title": "Ours"}""");
        await ann.Open("/activity?task=1");
        string undo = Form(ann, "aria-label=\"Undo: Ann changed Ours\"");
        await Api(ann, HttpMethod.Patch, "/api/tasks/1", """{"title": "Theirs"}""");
        await ann.Send("/undo", Fields(undo));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("role=\"alert\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("<h1>Activity</h1>", ann.Page, StringComparison.Ordinal);
    }

    private async Task<Person> SignedUp()
    {
        var person = new Person(System.Frontend.Url);
        await person.SignUp();
        return person;
    }

    private static async Task<JsonNode> Api(Person person, HttpMethod method, string path, string? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body, null, "application/json") };
        if (token is not null)
        {
            request.Headers.Add("Authorization", "Bearer " + token);
        }

        using HttpResponseMessage response = await person.Browser.SendAsync(request, Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {await response.Content.ReadAsStringAsync(Cancel)}");
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    // Sends the task's form as it stands on the page, with some fields typed anew.
    private static Task Save(Person person, params (string Name, string Value)[] typed) =>
        person.Send("/tasks/1", [.. Fields(Form(person, "id=\"task-form\"")).Where(field => !typed.Any(each => each.Name == field.Name)), .. typed]);

    private static string MainPart(Person person) => Regex.Match(person.Page, "<main.*</main>", RegexOptions.Singleline).Value;

    private static string Form(Person person, string mark) =>
        FormElement().Matches(person.Page).Select(match => match.Value).First(form => form.Contains(mark, StringComparison.Ordinal));

    // What a browser would send.
    private static (string Name, string Value)[] Fields(string form) =>
    [
        .. Input().Matches(form).Select(match => match.Value)
            .Where(input => !input.Contains("type=\"checkbox\"", StringComparison.Ordinal) || input.Contains(" checked", StringComparison.Ordinal))
            .Select(input => (Attribute(input, "name"), Attribute(input, "value"))),
        .. TextArea().Matches(form).Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value))),
        .. Select().Matches(form).Select(match => (match.Groups[1].Value, Attribute(
            Option().Matches(match.Value).Select(option => option.Value).OrderBy(option => option.Contains(" selected", StringComparison.Ordinal) ? 0 : 1).First(), "value"))),
    ];

    private static string Attribute(string element, string name) => WebUtility.HtmlDecode(Regex.Match(element, $" {name}=\"([^\"]*)\"").Groups[1].Value);

    [GeneratedRegex("<form .*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormElement();

    [GeneratedRegex("<input [^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex("<textarea [^>]*name=\"([^\"]+)\"[^>]*>(.*?)</textarea>", RegexOptions.Singleline)]
    private static partial Regex TextArea();

    [GeneratedRegex("<select [^>]*name=\"([^\"]+)\".*?</select>", RegexOptions.Singleline)]
    private static partial Regex Select();

    [GeneratedRegex("<option [^>]*>")]
    private static partial Regex Option();
}
