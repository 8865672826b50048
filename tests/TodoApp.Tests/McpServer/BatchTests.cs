using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class BatchTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private const string Mixed = """
        {"operations": [
          {"op": "create", "body": {"title": "A", "labels": ["l"]}},
          {"op": "create", "body": {"title": ""}},
          {"op": "update", "id": 1, "body": {"title": "B"}},
          {"op": "reschedule", "id": "1", "body": {"due": "2026-12-01"}},
          {"op": "complete", "id": 1},
          {"op": "reopen", "id": 1, "ifMatch": 1},
          {"op": "delete", "id": 99},
          {"op": "delete", "id": 1},
          {"op": "restore", "id": 1},
          {"op": "burn", "id": 1},
          {"op": "complete", "id": "x"},
          {"op": "complete"},
          {"op": "create", "body": {"titel": "C"}},
          7
        ]}
        """;

    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task Each_operation_has_its_own_result_and_sees_the_earlier_ones()
    {
        using Api api = Api();
        Reply reply = (await api.PostAsync("/tasks/batch", Mixed, ("Idempotency-Key", "b"))).Expect(200);
        JsonNode[] results = [.. reply.Json["results"]!.AsArray().Select(result => result!)];
        Assert.Equal([201, 422, 200, 200, 200, 412, 404, 200, 200, 422, 404, 422, 400, 400], results.Select(result => (int)result["status"]!));
        Assert.Equal("B", (string)results[8]["body"]!["title"]!);
        Assert.Equal("/docs#problem-invalid", (string)results[1]["body"]!["type"]!);
        Assert.Equal(reply.Text, (await api.PostAsync("/tasks/batch", Mixed, ("Idempotency-Key", "b"))).Text);
        Assert.Equal(["B"], (await api.GetAsync("/tasks?status=all")).Names);
        JsonNode[] changes = [.. (await api.GetAsync("/changes?since=1")).Items];
        Assert.Single(changes.Select(change => (string)change["groupId"]!).Distinct());
        Assert.Equal(["created", "created", "updated", "rescheduled", "completed", "deleted", "restored"], changes.Select(change => (string)change["kind"]!));
    }

    [Fact]
    public async Task An_atomic_batch_does_all_or_nothing()
    {
        using Api api = Api();
        Reply failed = (await api.PostAsync("/tasks/batch", """{"atomic": true, "operations": [{"op": "create", "body": {"title": "A", "labels": ["l"]}}, {"op": "complete", "id": 99}]}"""))
            .ExpectProblem(409, "conflict", "operations[1]");
        Assert.Contains("404", failed.Text, StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync("/tasks?status=all")).Items);
        Assert.Empty((await api.GetAsync("/labels")).Items);
        (await api.PostAsync("/tasks/batch", """{"atomic": true, "operations": [{"op": "create", "body": {"title": "A"}}, {"op": "complete", "id": 1}]}""")).Expect(200);
        Assert.Equal(["A"], (await api.GetAsync("/tasks?status=completed")).Names);
    }

    [Fact]
    public async Task A_batch_has_1_to_100_operations()
    {
        using Api api = Api();
        (await api.PostAsync("/tasks/batch", """{"operations": []}""")).ExpectProblem(422, "invalid", "operations");
        (await api.PostAsync("/tasks/batch", """{"operations": {}}""")).ExpectProblem(400, "malformed-request", "operations");
        (await api.PostAsync("/tasks/batch", "{}")).ExpectProblem(400, "malformed-request", "operations");
        (await api.PostAsync("/tasks/batch", """{"operations": [], "atomci": true}""")).ExpectProblem(400, "malformed-request");
        string Many(int count) => new JsonObject { ["operations"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => new JsonObject { ["op"] = "create", ["body"] = new JsonObject { ["title"] = $"T{i}" } })]) }.ToJsonString();
        (await api.PostAsync("/tasks/batch", Many(101))).ExpectProblem(422, "invalid", "operations");
        (await api.PostAsync("/tasks/batch", Many(100))).Expect(200);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"T{i}"), (await api.GetAsync("/tasks?limit=200")).Names);
    }
}

public sealed class BatchOnSqlite(OnSqlite fixture) : BatchTests(fixture), IClassFixture<OnSqlite>;

public sealed class BatchOnPostgres(OnPostgres fixture) : BatchTests(fixture), IClassFixture<OnPostgres>;
