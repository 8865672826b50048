using CsCheck;
using TodoApp.McpServer.Tasks;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>Where items stand, and that there is always room for one more.</summary>
public abstract class PlacementTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    [Fact]
    public async Task A_task_is_put_before_or_after_another_and_only_it_is_written()
    {
        using Api api = Api();
        await AddAsync(api, "A", "B", "C", "D");
        long version = (await api.GetAsync("/changes?since=0")).Number("version");
        (await api.PatchAsync("/tasks/4", """{"before": 1}""")).Expect(200);
        (await api.PatchAsync("/tasks/1", """{"after": "3"}""")).Expect(200);
        Assert.Equal(["D", "B", "C", "A"], (await api.GetAsync("/tasks")).Names);
        Reply changes = await api.GetAsync($"/changes?since={version}");
        Assert.Equal(["moved", "moved"], changes.Items.Select(change => (string)change["kind"]!));
        Assert.Equal(["position"], changes.Items[0]["before"]!.AsObject().Select(pair => pair.Key));
        await AddAsync(api, "E");
        (await api.PostAsync("/tasks", """{"title": "F", "after": 4}""")).Expect(201);
        Assert.Equal(["D", "F", "B", "C", "A", "E"], (await api.GetAsync("/tasks")).Names);
    }

    [Fact]
    public async Task A_place_that_is_none_is_explained()
    {
        using Api api = Api();
        (await api.PostAsync("/lists", """{"name": "Work"}""")).Expect(201);
        await AddAsync(api, "A", "B");
        (await api.PostAsync("/tasks", """{"title": "W", "list": "Work"}""")).Expect(201);
        (await api.PatchAsync("/tasks/1", """{"after": 99}""")).ExpectProblem(422, "invalid", "after");
        (await api.PatchAsync("/tasks/1", """{"after": 1}""")).ExpectProblem(422, "invalid", "after");
        (await api.PatchAsync("/tasks/1", """{"after": 3}""")).ExpectProblem(422, "invalid", "after");
        (await api.PatchAsync("/tasks/1", """{"after": 2, "before": 2}""")).ExpectProblem(422, "invalid", "after");
        (await api.PatchAsync("/tasks/1", """{"after": 2, "position": "5"}""")).ExpectProblem(422, "invalid", "after");
        (await api.PatchAsync("/tasks/1", """{"list": "Work", "before": 3}""")).Expect(200);
        Assert.Equal(["A", "W"], (await api.GetAsync("/tasks?list=Work")).Names);
    }

    [Fact]
    public async Task Ranks_never_run_out_however_often_tasks_are_put_at_one_place()
    {
        using Api api = Api();
        await AddAsync(api, "1", "2", "3", "4", "5", "6");
        var expected = new List<string> { "1", "2", "3", "4", "5", "6" };
        for (int i = 0; i < 400; i++)
        {
            // Always between the first two, the narrowest place there is.
            int moved = i % 4 + 3;
            int anchor = i % 2 == 0 ? 1 : 2;
            (await api.PatchAsync($"/tasks/{moved}", anchor == 1 ? """{"after": 1}""" : """{"before": 2}""")).Expect(200);
            expected.Remove($"{moved}");
            expected.Insert(expected.IndexOf($"{anchor}") + (anchor == 1 ? 1 : 0), $"{moved}");
            if (i % 50 == 49)
            {
                Reply page = await api.GetAsync("/tasks");
                Assert.Equal(expected, page.Names);
                Assert.All(page.Items, task => Assert.True(((string)task["position"]!).Length <= Rank.LongLength));
            }
        }
    }

    [Fact]
    public async Task Tasks_with_the_same_rank_or_the_longest_one_still_make_room()
    {
        using Api api = Api();
        foreach (string title in (string[])["A", "B", "C", "D"])
        {
            await AddAsync(api, title);
            await api.NextMomentAsync(); // Of one rank the older is first, by the time in its id.
        }

        string longest = new('z', Rank.MaxLength);
        foreach ((int task, string rank) in ((int, string)[])[(1, "5"), (2, "5"), (3, longest), (4, longest)])
        {
            (await api.PatchAsync($"/tasks/{task}", $$"""{"position": "{{rank}}"}""")).Expect(200);
        }

        await AddAsync(api, "E");
        (await api.PatchAsync("/tasks/5", """{"after": 1}""")).Expect(200);
        Assert.Equal(["A", "E", "B", "C", "D"], (await api.GetAsync("/tasks")).Names);
        (await api.PatchAsync("/tasks/5", """{"after": 3}""")).Expect(200);
        Assert.Equal(["A", "B", "C", "E", "D"], (await api.GetAsync("/tasks")).Names);
        (await api.PatchAsync("/tasks/5", """{"after": 4}""")).Expect(200);
        Assert.Equal(["A", "B", "C", "D", "E"], (await api.GetAsync("/tasks")).Names);
    }

    [Fact]
    public async Task Lists_are_put_before_or_after_others()
    {
        using Api api = Api();
        foreach (string name in (string[])["A", "B", "C"])
        {
            (await api.PostAsync("/lists", $$"""{"name": "{{name}}"}""")).Expect(201);
        }

        (await api.PatchAsync("/lists/C", """{"before": "A"}""")).Expect(200);
        Assert.Equal(["Inbox", "C", "A", "B"], (await api.GetAsync("/lists")).Names);
        (await api.PatchAsync("/lists/C", """{"after": "B"}""")).Expect(200);
        (await api.PostAsync("/lists", """{"name": "D", "before": "Inbox"}""")).Expect(201);
        Assert.Equal(["D", "Inbox", "A", "B", "C"], (await api.GetAsync("/lists")).Names);
        (await api.PatchAsync("/lists/C", """{"after": "C"}""")).ExpectProblem(422, "invalid", "after");
        (await api.PatchAsync("/lists/C", """{"after": "Z"}""")).ExpectProblem(422, "invalid", "after");
    }

    [Fact]
    public async Task Two_tasks_put_below_each_other_at_once_never_make_a_circle()
    {
        using Api first = Api();
        for (int round = 0; round < 10; round++)
        {
            await AddAsync(first, "A", "B");
            int a = (2 * round) + 1;
            int b = a + 1;
            Reply[] replies = await Task.WhenAll(
                first.PatchAsync($"/tasks/{a}", $$"""{"parentId": {{b}}}"""),
                first.PatchAsync($"/tasks/{b}", $$"""{"parentId": {{a}}}"""));
            Assert.Equal([200, 422], replies.Select(reply => (int)reply.Status).Order());
        }
    }

    [Fact]
    public async Task What_comes_to_another_list_comes_last_and_takes_its_subtasks_along()
    {
        using Api api = Api();
        (await api.PostAsync("/lists", """{"name": "Work"}""")).Expect(201);
        await AddAsync(api, "A");
        (await api.PostAsync("/tasks", """{"title": "sub", "parentId": 1}""")).Expect(201);
        (await api.PostAsync("/tasks", """{"title": "W", "list": "Work"}""")).Expect(201);
        (await api.PatchAsync("/tasks/1", """{"list": "Work"}""")).Expect(200);
        Assert.Equal(["W", "A", "sub"], (await api.GetAsync("/tasks?list=Work")).Names);
        Assert.Equal(["sub"], (await api.GetAsync("/tasks?parent=1")).Names);
    }

    [Fact]
    public async Task An_archived_list_takes_no_new_tasks()
    {
        using Api api = Api();
        (await api.PostAsync("/lists", """{"name": "Old"}""")).Expect(201);
        (await api.PostAsync("/tasks", """{"title": "in time", "list": "Old"}""")).Expect(201);
        (await api.PatchAsync("/lists/Old", """{"archived": true}""")).Expect(200);
        (await api.PostAsync("/tasks", """{"title": "late", "list": "Old"}""")).ExpectProblem(422, "invalid", "list");
        (await api.PatchAsync("/tasks/1", """{"list": "Old", "title": "still there"}""")).Expect(200);
        (await api.PatchAsync("/lists/Old", """{"archived": false}""")).Expect(200);
        (await api.PostAsync("/tasks", """{"title": "late", "list": "Old"}""")).Expect(201);
    }

    private static async Task AddAsync(Api api, params string[] titles)
    {
        foreach (string title in titles)
        {
            (await api.PostAsync("/tasks", $$"""{"title": "{{title}}"}""")).Expect(201);
        }
    }
}

public sealed class PlacementOnSqlite(OnSqlite fixture) : PlacementTests(fixture), IClassFixture<OnSqlite>;

public sealed class PlacementOnPostgres(OnPostgres fixture) : PlacementTests(fixture), IClassFixture<OnPostgres>;

public sealed class ArrangeTests
{
    [Fact]
    public void A_rank_put_among_any_others_stands_where_it_was_put() =>
        Gen.Select(Gen.String[Gen.Char["01iz"], 0, 40].Array[0, 12], Gen.Int[0, 12], Gen.Bool, Gen.Bool).Sample((texts, at, start, end) =>
        {
            string[] ordered = [.. texts.Select(text => text + "1").Order(StringComparer.Ordinal)];
            int index = Math.Min(at, ordered.Length);
            string[]? ranks = Placement.Arrange(ordered, index, start, end, 1000, out int place);
            if (ranks is null)
            {
                Assert.False(start && end);
                return;
            }

            Assert.Equal(index, place);
            Assert.Equal(ordered.Length + 1, ranks.Length);
            Assert.All(ranks, rank => Assert.True(Rank.IsValid(rank), rank));
            if (index > 0)
            {
                Assert.True(string.CompareOrdinal(ranks[index - 1], ranks[index]) < 0);
            }

            if (index < ordered.Length)
            {
                Assert.True(string.CompareOrdinal(ranks[index], ranks[index + 1]) < 0);
            }

            Assert.True(start || ranks[0] == ordered[0]);
            Assert.True(end || ranks[^1] == ordered[^1]);
        });
}
