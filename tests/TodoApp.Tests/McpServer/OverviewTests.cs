using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class OverviewTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task Open_tasks_are_counted_by_when_they_are_due_and_where_they_are()
    {
        using Api api = Api();
        Reply empty = (await api.GetAsync("/overview")).Expect(200);
        Assert.Equal(0, empty.Number("open"));
        Assert.Equal("Inbox", (string)empty.Json["lists"]![0]!["list"]!["name"]!);
        string today = empty.Get("today");
        string Day(int days) => DateOnly.ParseExact(today, "yyyy-MM-dd").AddDays(days).ToString("yyyy-MM-dd");
        (await api.PostAsync("/lists", """{"name": "Home"}""")).Expect(201);
        (await api.PostAsync("/lists", """{"name": "Old", "parent": "Home"}""")).Expect(201);
        JsonObject[] tasks =
        [
            new() { ["title"] = "late", ["due"] = Day(-3), ["labels"] = new JsonArray("a") },
            new() { ["title"] = "today", ["due"] = Day(0), ["list"] = "Home" },
            new() { ["title"] = "later", ["due"] = Day(400), ["labels"] = new JsonArray("a", "b") },
            new() { ["title"] = "some day" },
            new() { ["title"] = "forgotten", ["list"] = "Old", ["labels"] = new JsonArray("a") },
            new() { ["title"] = "done" },
            new() { ["title"] = "gone" },
        ];
        foreach (JsonObject task in tasks)
        {
            (await api.PostAsync("/tasks", task)).Expect(201);
        }

        (await api.PostAsync("/tasks/6/complete")).Expect(200);
        (await api.DeleteAsync("/tasks/7")).Expect(200);
        (await api.PatchAsync("/lists/Old", """{"archived": true}""")).Expect(200);
        Reply overview = (await api.GetAsync("/overview")).Expect(200);
        Assert.Equal([4L, 1L, 1L, 1L, 1L, 1L], new[] { "open", "overdue", "dueToday", "upcoming", "noDate", "trashed" }.Select(overview.Number));
        Assert.Equal([("Inbox", 3L), ("Home", 1L), ("Old", 1L)], overview.Json["lists"]!.AsArray().Select(entry => ((string)entry!["list"]!["name"]!, (long)entry["open"]!)));
        Assert.Equal([("a", 2L), ("b", 1L)], overview.Json["labels"]!.AsArray().Select(entry => ((string)entry!["label"]!["name"]!, (long)entry["open"]!)));
    }
}

public sealed class OverviewOnSqlite(OnSqlite fixture) : OverviewTests(fixture), IClassFixture<OnSqlite>;

public sealed class OverviewOnPostgres(OnPostgres fixture) : OverviewTests(fixture), IClassFixture<OnPostgres>;
