using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class SearchTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    private static async Task<string> FindAsync(Api api, string text, string more = "") =>
        string.Join(',', (await api.GetAsync($"/tasks?q={Uri.EscapeDataString(text)}{more}")).Expect(200).Names);

    [Fact]
    public async Task Words_are_found_in_any_order_with_the_last_one_unfinished()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "Buy milk and bread"}""");
        await api.PostAsync("/tasks", """{"title": "Milkshake", "notes": "for the bread party"}""");
        await api.PostAsync("/tasks", """{"title": "Paint", "notes": "milk white"}""");
        await api.PostAsync("/tasks", """{"title": "100% done: O'Neil \"x\" & (y) | !z"}""");
        foreach ((string text, string expected) in new[]
        {
            ("bread milk", "Buy milk and bread,Milkshake"), // "milk" is unfinished.
            ("milk bread", "Buy milk and bread"), ("milk", "Buy milk and bread,Milkshake,Paint"), ("mil", "Milkshake,Buy milk and bread,Paint"), ("milk whi", "Paint"),
            ("whi milk", ""), ("ilk", ""), ("!!!", ""), ("100%", "100% done: O'Neil \"x\" & (y) | !z"), ("o'neil", "100% done: O'Neil \"x\" & (y) | !z"),
            ("x & y | !z", "100% done: O'Neil \"x\" & (y) | !z"), ("tmilk", ""), ("' OR 1", ""), ("milk:*", "Buy milk and bread,Milkshake,Paint"),
        })
        {
            Assert.Equal((text, expected), (text, await FindAsync(api, text)));
        }
    }

    [Fact]
    public async Task The_title_comes_before_labels_before_notes()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "Garden tools"}""");
        await api.PostAsync("/tasks", """{"title": "By label", "labels": ["Garden work"]}""");
        await api.PostAsync("/tasks", """{"title": "By notes", "notes": "in the garden"}""");
        await api.PostAsync("/tasks", """{"title": "Gardening"}""");
        await api.PostAsync("/tasks", """{"title": "Nothing"}""");
        Assert.Equal("Garden tools,Gardening,By label,By notes", await FindAsync(api, "garden"));
        Assert.Equal("Garden tools,By label,By notes,Gardening", await FindAsync(api, "garden", "&sort=position"));
        Assert.Equal("By label", await FindAsync(api, "work garden"));
        Assert.Equal("By label", await FindAsync(api, "label work"));
        await api.PatchAsync("/labels/Garden%20work", """{"name": "Hof"}""");
        Assert.Equal("Garden tools,Gardening,By notes", await FindAsync(api, "garden"));
        Assert.Equal("By label", await FindAsync(api, "hof"));
    }

    [Fact]
    public async Task Changes_of_title_and_notes_are_found_at_once_by_either_way_of_writing()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "alpha", "notes": "beta"}""");
        await Changed("""{"title": "gamma"}""", "gamma", "alpha");
        await Changed("""{"notes": "delta"}""", "delta", "beta");
        Assert.Equal("gamma", await FindAsync(api, "gamma delta"));
        await Changed("""{"notes": null}""", "gamma", "delta");
        await Changed("""{"title": "epsilon", "notes": "zeta"}""", "epsilon zeta", "gamma");
        await Changed("""{"title": "eta", "labels": ["x"]}""", "eta zeta", "epsilon");
        await Changed("""{"priority": "p1"}""", "eta zeta", "epsilon");
        await api.PostAsync("/tasks/1/complete");
        Assert.Equal("", await FindAsync(api, "eta"));
        Assert.Equal("eta", await FindAsync(api, "eta", "&status=completed"));
        Assert.Equal("eta", await FindAsync(api, "eta", "&status=all"));
        await api.DeleteAsync("/tasks/1");
        Assert.Equal("eta", await FindAsync(api, "eta", "&status=trashed"));

        async Task Changed(string patch, string found, string gone)
        {
            (await api.PatchAsync("/tasks/1", patch)).Expect(200);
            Assert.NotEqual("", await FindAsync(api, found));
            Assert.Equal("", await FindAsync(api, gone));
        }
    }

    [Fact]
    public async Task Accents_case_width_and_scripts_without_spaces_are_folded()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "Crème Brûlée Straße ＡＢＣ"}""");
        await api.PostAsync("/tasks", """{"title": "牛乳を買う"}""");
        await api.PostAsync("/tasks", """{"title": "학교에 가다"}""");
        foreach (string text in new[] { "creme brulee", "BRÛLÉE CRÈME", "STRASSE", "strasse", "abc", "Straß" })
        {
            Assert.StartsWith("Crème", await FindAsync(api, text), StringComparison.Ordinal);
        }

        foreach (string text in new[] { "牛乳", "牛", "買う", "乳を買", "う", "牛乳 買" })
        {
            Assert.Equal((text, "牛乳を買う"), (text, await FindAsync(api, text)));
        }

        Assert.Equal("", await FindAsync(api, "乳牛"));
        Assert.Equal("학교에 가다", await FindAsync(api, "학교"));
    }

    [Fact]
    public async Task A_number_also_means_that_task_before_all_others()
    {
        using Api api = Api();
        await api.PostAsync("/tasks", """{"title": "First"}""");
        await api.PostAsync("/tasks", """{"title": "Second of 1"}""");
        await api.PostAsync("/tasks", """{"title": "Third of 12"}""");
        Assert.Equal("First,Second of 1,Third of 12", await FindAsync(api, "1"));
        Assert.Equal("First,Second of 1,Third of 12", await FindAsync(api, "#1"));
        Assert.Equal("Third of 12", await FindAsync(api, "3"));
        Assert.Equal("", await FindAsync(api, "2 3"));
    }

    [Fact]
    public async Task Another_space_is_never_searched()
    {
        using Api one = Api();
        using Api other = Api();
        await one.PostAsync("/tasks", """{"title": "secret word"}""");
        await other.PostAsync("/tasks", """{"title": "other"}""");
        Assert.Equal("", await FindAsync(other, "secret"));
    }

    [Fact]
    public async Task Common_and_rare_words_are_found_alike_in_every_order_and_page()
    {
        using Api api = Api();
        for (int batch = 0; batch < 13; batch++)
        {
            var operations = new JsonArray();
            for (int i = batch * 100; i < (batch + 1) * 100; i++)
            {
                operations.Add(new JsonObject
                {
                    ["op"] = "create",
                    ["body"] = new JsonObject
                    {
                        ["title"] = $"common{i % 3} word {(i % 200 == 7 ? "rare" : "")}",
                        ["notes"] = i % 5 == 0 ? "rarely" : null,
                        ["labels"] = i % 400 == 9 ? new JsonArray("Rare label") : new JsonArray(),
                    },
                });
            }

            (await api.PostAsync("/tasks/batch", new JsonObject { ["operations"] = operations })).Expect(200);
        }

        // The first 300 hold words that the newest 1,000 do not.
        foreach (int i in new[] { 1, 150, 299 })
        {
            (await api.PatchAsync($"/tasks/{i}", """{"title": "ancient common0"}""")).Expect(200);
        }

        foreach ((string text, int count) in new[]
        {
            ("rare", 7 + 260 + 4), ("rare word", 7 + 4), ("rare label word", 4), ("ancient", 3), ("ancient common0", 3), ("label", 4), ("common1 word", 432), ("word common2 rare", 1 + 2 + 87), ("1300", 1), ("common0 nothing", 0),
        })
        {
            HashSet<long>? first = null;
            foreach (string sort in new[] { "", "&sort=created", "&sort=-updated", "&sort=priority", "&status=all", "&status=all&sort=due" })
            {
                List<long> all = await ReadAllAsync(api, $"q={Uri.EscapeDataString(text)}{sort}", 200);
                Assert.Equal(all, await ReadAllAsync(api, $"q={Uri.EscapeDataString(text)}{sort}", 37));
                Assert.Equal(all.Count, all.Distinct().Count());
                Assert.Equal((text, sort, count), (text, sort, all.Count));
                first ??= [.. all];
                Assert.True(first.SetEquals(all));
            }
        }

        List<long> ranked = await ReadAllAsync(api, "q=word", 200);
        Assert.Equal(500, ranked.Count); // The newest 500 of those that fit.
        Assert.Equal(1297, (await ReadAllAsync(api, "q=word&sort=position", 200)).Count);
    }

    [Fact]
    public async Task Too_many_words_are_refused()
    {
        using Api api = Api();
        (await api.GetAsync($"/tasks?q={string.Join("+", Enumerable.Range(100, 33))}")).ExpectProblem(422, "invalid", "q");
        (await api.GetAsync($"/tasks?q={string.Join("+", Enumerable.Range(100, 32))}")).Expect(200);
        (await api.GetAsync($"/tasks?q={string.Join("+", Enumerable.Repeat("same", 99))}")).Expect(200);
    }

    private static async Task<List<long>> ReadAllAsync(Api api, string query, int limit)
    {
        var all = new List<long>();
        string? cursor = null;
        do
        {
            Reply page = (await api.GetAsync($"/tasks?{query}&limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            all.AddRange(page.Items.Select(item => (long)item["number"]!));
            cursor = (string?)page.Json["nextCursor"];
        }
        while (cursor is not null);
        return all;
    }
}

public sealed class SearchOnSqlite(OnSqlite fixture) : SearchTests(fixture), IClassFixture<OnSqlite>;

public sealed class SearchOnPostgres(OnPostgres fixture) : SearchTests(fixture), IClassFixture<OnPostgres>;
