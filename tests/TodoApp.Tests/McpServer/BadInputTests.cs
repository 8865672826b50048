using System.Text;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class BadInputTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    // The server answers 413 without reading on and closes the connection; a client that asks first is sure to see the answer.
    private static readonly (string, string) Patient = ("Expect", "100-continue");

    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task What_can_not_be_read_is_400_and_what_breaks_a_rule_is_422()
    {
        using Api api = Api();
        foreach ((string body, int status, string field) in new[]
        {
            ("", 400, ""), ("{", 400, ""), ("[]", 400, "body"), ("null", 400, "body"), ("\"x\"", 400, "body"), ("""{"title": "a"} x""", 400, ""), ("""{"title": "a",}""", 400, ""),
            ("""{"title": 1}""", 400, "title"), ("""{"title": ["a"]}""", 400, "title"), ("""{"titel": "a"}""", 400, "titel"), ("""{"title": "a", "title": "b"}""", 400, "title"),
            ("""{"title": "a", "labels": "x"}""", 400, "labels"), ("""{"title": "a", "labels": [{}]}""", 400, "labels"), ("""{"title": "a", "due": 5}""", 400, "due"),
            ("{}", 422, "title"), ("""{"title": null}""", 422, "title"), ("""{"title": ""}""", 422, "title"), ("""{"title": " \t\n "}""", 422, "title"),
            ("""{"title": "a\u0000b"}""", 422, "title"), ("""{"title": "a\u0007b"}""", 422, "title"), ("""{"title": "a\rb"}""", 422, "title"),
            ("""{"title": "a\ufffeb"}""", 422, "title"), ("""{"title": "a", "notes": "\ufffe"}""", 422, "notes"), ("""{"title": "a", "list": "\ufffe"}""", 422, "list"), ("""{"title": "a", "labels": ["\ufffe"]}""", 422, "labels"),
            ("""{"title": "\ud800"}""", 422, "title"), ("""{"title": "\udc00 x"}""", 422, "title"), ("""{"title": "a", "notes": "\ud800"}""", 422, "notes"),
            ("""{"title": "a", "priority": "p5"}""", 422, "priority"), ("""{"title": "a", "due": "tomorrow"}""", 422, "due"), ("""{"title": "a", "due": "2026-02-30"}""", 422, "due"),
            ("""{"title": "a", "due": "2026-12-01T25:00"}""", 422, "due"), ("""{"title": "a", "due": "2026-12-01T09:00Z"}""", 422, "due"), ("""{"title": "a", "due": "10000-01-01"}""", 422, "due"),
            ("""{"title": "a", "dueTimeZone": "Mars/Olympus"}""", 422, "dueTimeZone"), ("""{"title": "a", "dueTimeZone": "../../etc/passwd"}""", 422, "dueTimeZone"),
            ("""{"title": "a", "recurrence": "every day"}""", 422, "recurrence"), ("""{"title": "a", "recurrenceFrom": "now"}""", 422, "recurrenceFrom"),
            ("""{"title": "a", "listId": "x"}""", 422, "listId"), ("""{"title": "a", "listId": "0197a1b2-0000-7000-8000-000000000000"}""", 422, "listId"), ("""{"title": "a", "list": "nope"}""", 422, "list"), ("""{"title": "a", "list": "a\u0000b"}""", 422, "list"),
            ("""{"title": "a", "listId": "x", "list": "y"}""", 422, "list,listId"), ("""{"title": "a", "labelIds": ["x"]}""", 422, "labelIds"), ("""{"title": "a", "labelIds": ["0197a1b2-0000-7000-8000-000000000000"]}""", 422, "labelIds"),
            ("""{"title": "a", "labels": [""]}""", 422, "labels"), ("""{"title": "a", "parentId": "x"}""", 422, "parentId"), ("""{"title": "a", "position": "a"}""", 400, "position"),
        })
        {
            Reply reply = await api.PostAsync("/tasks", body);
            reply.ExpectProblem(status, status == 400 ? "malformed-request" : "invalid");
            if (field.Length > 0 && field != "body")
            {
                Assert.Equal(field, string.Join(',', reply.Json["errors"]!.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal)));
            }
        }

        Assert.Empty((await api.GetAsync("/tasks?status=all")).Items);
    }

    [Theory]
    [InlineData("/tasks?q=%EF%BF%BE", 200)]
    [InlineData("/tasks?q=%22a%EF%BF%BE%22*", 200)]
    [InlineData("/tasks?list=%EF%BF%BE", 422)]
    [InlineData("/tasks?label=%EF%BF%BE", 422)]
    [InlineData("/tasks?filter=%EF%BF%BE", 422)]
    [InlineData("/tasks?filter=%23%EF%BF%BE", 422)]
    public async Task What_is_no_character_is_looked_for_in_vain(string path, int status)
    {
        using Api api = Api();
        (await api.PostAsync("/tasks", """{"title": "a"}""")).Expect(201);
        Reply reply = (await api.GetAsync(path)).Expect(status);
        Assert.True(status != 200 || reply.Items.Length == 0, reply.Text);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_refused()
    {
        using Api api = Api();
        byte[] body = [.. Encoding.ASCII.GetBytes("""{"title": "a"""), 0xff, 0xfe, .. Encoding.ASCII.GetBytes("\"}")];
        Assert.InRange((int)(await api.PostAsync("/tasks", body)).Status, 400, 422);
    }

    [Fact]
    public async Task Titles_have_up_to_500_characters_whatever_they_are_made_of()
    {
        using Api api = Api();
        foreach (string title in new[] { new string('a', 500), string.Concat(Enumerable.Repeat("👩", 500)), "שלום עולם \u202b", "e\u0301", "日本語", "<script>alert(1)</script>", "a\tb\nc", "'; DROP TABLE tasks; --" })
        {
            Reply reply = (await api.PostAsync("/tasks", new JsonObject { ["title"] = title })).Expect(201);
            Assert.Equal(title.Trim().Normalize(), reply.Get("title"));
            Assert.Equal(reply.Text, (await api.GetAsync($"/tasks/{reply.Number("number")}")).Text);
        }

        (await api.PostAsync("/tasks", new JsonObject { ["title"] = new string('a', 501) })).ExpectProblem(422, "invalid", "title");
        (await api.PostAsync("/tasks", new JsonObject { ["title"] = string.Concat(Enumerable.Repeat("👩", 501)) })).ExpectProblem(422, "invalid", "title");
        (await api.PostAsync("/tasks", new JsonObject { ["title"] = "a", ["notes"] = new string('ü', 8192) })).Expect(201);
        (await api.PostAsync("/tasks", new JsonObject { ["title"] = "a", ["notes"] = new string('ü', 8193) })).ExpectProblem(422, "invalid", "notes");
        Assert.Equal("a\nb", (await api.PostAsync("/tasks", """{"title": "a", "notes": "a\r\nb"}""")).Expect(201).Get("notes"));
    }

    [Fact]
    public async Task Dates_at_both_ends_of_the_calendar_work_in_every_zone()
    {
        foreach (string zone in new[] { "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC" })
        {
            using Api api = Api(new TestIdentity { TimeZone = zone });
            foreach (string due in new[] { "0001-01-01", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59" })
            {
                foreach (string? dueZone in new[] { null, "Pacific/Kiritimati", "Pacific/Pago_Pago" })
                {
                    Reply reply = (await api.PostAsync("/tasks", new JsonObject { ["title"] = "a", ["due"] = due, ["dueTimeZone"] = dueZone })).Expect(201);
                    Assert.Equal(due, reply.Get("due"));
                    (await api.PatchAsync($"/tasks/{reply.Number("number")}", new JsonObject { ["due"] = "2026-03-29T02:30", ["dueTimeZone"] = "Europe/Berlin" })).Expect(200);
                }
            }

            (await api.GetAsync("/tasks?due=overdue&sort=due")).Expect(200);
            (await api.GetAsync("/tasks?dueBefore=9999-12-31T23:59&dueAfter=0001-01-01")).Expect(200);
        }
    }

    [Fact]
    public async Task Bodies_have_limits_and_must_be_json()
    {
        using Api api = Api();
        Reply large = await api.PostAsync("/tasks", new JsonObject { ["title"] = "a", ["notes"] = new string('x', 1024 * 1024) }, Patient);
        large.ExpectProblem(413, "body-too-large");
        (await api.PostAsync("/tasks/batch", new JsonObject { ["operations"] = new JsonArray(), ["x"] = new string('x', 2 * 1024 * 1024) })).ExpectProblem(400, "malformed-request");
        (await api.PostAsync("/tasks/batch", new JsonObject { ["x"] = new string('x', 4 * 1024 * 1024) }, Patient)).ExpectProblem(413, "body-too-large");
        (await api.PostAsync("/tasks", "title=a", ("Content-Type", "application/x-www-form-urlencoded"))).ExpectProblem(415, "unsupported-media-type");
        (await api.PostAsync("/tasks", """{"title": "a"}""", ("Content-Type", "application/json; charset=utf-8"))).Expect(201);
        (await api.PostAsync("/tasks", """{"title": "a"}""", ("Content-Type", "application/json; charset=utf-16"))).ExpectProblem(415, "unsupported-media-type");
        Reply many = await api.PostAsync("/tasks", new JsonObject(Enumerable.Range(0, 5000).Select(i => KeyValuePair.Create($"field{i}", (JsonNode?)i))));
        many.ExpectProblem(400, "malformed-request");
        Assert.InRange(many.Text.Length, 1, 10_000);
        (await api.PostAsync("/tasks", string.Concat(Enumerable.Repeat("[", 100_000)))).ExpectProblem(400, "malformed-request");
    }

    [Fact]
    public async Task Ids_that_are_none_and_routes_that_are_none_are_404()
    {
        using Api api = Api();
        foreach (string id in new[] { "x", "0", "-1", "99999999999999999999", "1.5", "0197a1b2-0000-7000-8000-000000000000", "1%20", "{0197a1b2-0000-7000-8000-000000000000}", new string('9', 500) })
        {
            (await api.GetAsync($"/tasks/{id}")).ExpectProblem(404, "not-found");
            (await api.PatchAsync($"/tasks/{id}", """{"title": "a"}""")).ExpectProblem(404, "not-found");
            (await api.PostAsync($"/tasks/{id}/complete")).ExpectProblem(404, "not-found");
            (await api.DeleteAsync($"/tasks/{id}")).ExpectProblem(404, "not-found");
        }

        Assert.Equal(400, (int)(await api.GetAsync("/tasks/%00")).Status);
        (await api.GetAsync("/nothing")).ExpectProblem(404, "not-found");
        (await api.SendAsync("PUT", "/tasks/1")).ExpectProblem(405, "method-not-allowed");
        (await api.PostAsync("/tasks/1/complete", """{"x": 1}""")).ExpectProblem(400, "malformed-request", "x");
    }
}

public sealed class BadInputOnSqlite(OnSqlite fixture) : BadInputTests(fixture), IClassFixture<OnSqlite>;

public sealed class BadInputOnPostgres(OnPostgres fixture) : BadInputTests(fixture), IClassFixture<OnPostgres>;
