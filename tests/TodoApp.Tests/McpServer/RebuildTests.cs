using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>
/// Who follows the change log has an exact copy of the account, whatever several writers do at once; and whatever they undo, the
/// account stays sound.
/// </summary>
public abstract class RebuildTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private static readonly int WritesOfEach = Requirements.Full ? 1500 : 120;

    private Api Api(TestIdentity identity) => new(System.McpServerClient(identity));

    [Fact]
    public async Task Copies_kept_up_by_the_log_and_by_the_stream_equal_the_account_bit_by_bit_while_it_is_written_to()
    {
        var identity = new TestIdentity();
        using Api api = Api(identity);
        using HttpClient client = System.McpServerClient(identity);
        await api.PostAsync("/lists", """{"name": "Work"}""");
        long from = (await api.GetAsync("/changes")).Number("version");
        var lastVersion = new TaskCompletionSource<long>();
#pragma warning disable CA2025 // Both are awaited below, before the client goes.
        Task<AccountCopy> streamed = StreamAsync(api, client, lastVersion.Task);
#pragma warning restore CA2025
        Task[] writers =
        [
            .. Enumerable.Range(0, 3).Select(seed => WriteAsync(identity, new Random(seed), WritesOfEach)),
            WriteAsync(identity with { Agent = "Assistant", Subject = "token-1" }, new Random(3), WritesOfEach),
        ];
        var followed = new AccountCopy();
        var snapshots = new List<AccountCopy>();
        do
        {
            await followed.FollowAsync(api);
            snapshots.Add(await AccountCopy.TakeAsync(api));
        }
        while (!Array.TrueForAll(writers, writer => writer.IsCompleted));

        await Task.WhenAll(writers);
        AccountCopy last = await AccountCopy.TakeAsync(api);
        Assert.True(last.Version > from + (WritesOfEach / 2), "Nearly nothing was written.");
        await followed.FollowAsync(api);
        last.AssertEquals(followed);
        foreach (AccountCopy snapshot in snapshots.Where((_, i) => i % Math.Max(1, snapshots.Count / 10) == 0))
        {
            await snapshot.FollowAsync(api);
            last.AssertEquals(snapshot);
        }

        lastVersion.SetResult(last.Version);
        AccountCopy live = await streamed;
        last.AssertEquals(live);
        last.AssertSound();
        JsonNode[] all = await ChangesAsync(api);
        Assert.Contains(all, change => change["undoes"] is not null);
        Assert.Contains(all, change => (string)change["kind"]! == "purged");
        Assert.Contains(all, change => change["completion"] is not null);
    }

    [Fact]
    public async Task Undoing_everything_that_an_agent_did_alone_brings_back_what_was_there_before()
    {
        var person = new TestIdentity();
        using Api api = Api(person);
        await WriteAsync(person, new Random(7), 120, withoutPurge: true);
        AccountCopy before = await AccountCopy.TakeAsync(api);
        string since = (string)(await ChangesAsync(api))[^1]["at"]!; // The agent has done nothing up to then.
        await WriteAsync(person with { Agent = "Assistant", Subject = "token-1" }, new Random(8), 120, withoutPurge: true);
        AccountCopy after = await AccountCopy.TakeAsync(api);
        Reply undone = (await api.PostAsync("/changes/undo", $$"""{"actor": "token-1", "since": "{{since}}"}""")).Expect(200);
        Assert.True(undone.Number("undone") > 30, undone.Text);
        AccountCopy restored = await AccountCopy.TakeAsync(api);
        restored.AssertSound();
        Assert.Equal(before.Plain(), restored.Plain(except: after.CreatedSince(before)));

        // And once more the other way.
        (await api.PostAsync("/changes/undo", $$"""{"groupId": "{{undone.Get("groupId")}}"}""")).Expect(200);
        Assert.Equal(after.Plain(), (await AccountCopy.TakeAsync(api)).Plain());
    }

    // A copy that only the stream keeps up, by a reader who is cut off again and again.
    private static async Task<AccountCopy> StreamAsync(Api api, HttpClient client, Task<long> lastVersion)
    {
        AccountCopy copy = await AccountCopy.TakeAsync(api);
        var random = new Random(0);
        while (true)
        {
            await using EventReader reader = await EventReader.OpenAsync(client, ("Last-Event-ID", copy.Version.ToString(CultureInfo.InvariantCulture)));
            for (int i = random.Next(1, 60); i > 0; i--)
            {
                Task<SseItem<string>> next = reader.NextAsync();
                if (await Task.WhenAny(next, lastVersion) == lastVersion && copy.Version >= await lastVersion)
                {
                    return copy;
                }

                SseItem<string> change = await next;
                copy.Apply(JsonNode.Parse(change.Data)!);
                Assert.Equal(copy.Version.ToString(CultureInfo.InvariantCulture), change.EventId);
            }
        }
    }

    private async Task WriteAsync(TestIdentity identity, Random random, int count, bool withoutPurge = false)
    {
        using Api api = Api(identity);
        for (int i = 0; i < count; i++)
        {
            Reply reply = await WriteAsync(api, identity, random, withoutPurge);
            Assert.True((int)reply.Status is >= 200 and <= 422, reply.Text);
        }
    }

    private static async Task<Reply> WriteAsync(Api api, TestIdentity identity, Random random, bool withoutPurge)
    {
        int task = random.Next(1, 40);
        string list = $"L{random.Next(4)}";
        string label = $"l{random.Next(5)}";
        switch (random.Next(26))
        {
            case 0 or 1 or 2:
                return await api.PostAsync("/tasks", new JsonObject { ["title"] = $"T{random.Next()}", ["parentId"] = random.Next(2) == 0 ? task : null });
            case 3:
                return await api.PostAsync("/tasks", new JsonObject { ["title"] = "In a list", ["list"] = list, ["labels"] = new JsonArray(label) });
            case 4:
                return await api.PatchAsync($"/tasks/{task}", new JsonObject { ["title"] = $"T{random.Next(5)}", ["due"] = "2026-12-01T09:00" });
            case 5:
                return await api.PatchAsync($"/tasks/{task}", new JsonObject { ["list"] = random.Next(2) == 0 ? list : "Inbox", ["labels"] = new JsonArray(label) });
            case 6:
                return await api.PatchAsync($"/tasks/{task}", new JsonObject { ["parentId"] = random.Next(2) == 0 ? random.Next(1, 40) : null });
            case 7:
                return await api.PatchAsync($"/tasks/{task}", new JsonObject { [random.Next(2) == 0 ? "after" : "before"] = random.Next(1, 40) });
            case 8:
                return await api.PostAsync($"/tasks/{task}/{(random.Next(2) == 0 ? "complete" : "reopen")}");
            case 9:
                return await api.DeleteAsync($"/tasks/{task}");
            case 10:
                return await api.PostAsync($"/tasks/{task}/restore");
            case 11:
                return await api.PostAsync("/tasks/batch", $$$"""{"atomic": {{{(random.Next(2) == 0 ? "true" : "false")}}}, "operations": [{"op": "create", "body": {"title": "b"}}, {"op": "delete", "id": "{{{task}}}"}, {"op": "complete", "id": "{{{random.Next(1, 40)}}}"}]}""");
            case 12:
                return await api.PostAsync("/lists", new JsonObject { ["name"] = list, ["parent"] = random.Next(2) == 0 ? $"L{random.Next(4)}" : null });
            case 13:
                return await api.PatchAsync($"/lists/{list}", random.Next(3) switch
                {
                    0 => new JsonObject { ["name"] = $"L{random.Next(4)}" },
                    1 => new JsonObject { ["parent"] = random.Next(2) == 0 ? $"L{random.Next(4)}" : null },
                    _ => new JsonObject { ["archived"] = random.Next(2) == 0 },
                });
            case 14:
                return await api.DeleteAsync($"/lists/{list}?tasks={(random.Next(2) == 0 ? "trash" : "move:Inbox")}");
            case 15:
                return random.Next(3) switch
                {
                    0 => await api.DeleteAsync($"/labels/{label}"),
                    1 => await api.PatchAsync($"/labels/{label}", new JsonObject { ["name"] = $"l{random.Next(5)}", ["color"] = "#00ff00" }),
                    _ => await api.PostAsync($"/labels/{label}/merge", new JsonObject { ["into"] = $"l{random.Next(5)}" }),
                };
            case 16 when !withoutPurge && random.Next(4) == 0:
                return await api.DeleteAsync("/trash");
            case 17 or 18:
                // A recent change, the agent's own when it is one, so that undoing all that it did concerns nobody else.
                JsonNode[] recent = (await api.GetAsync($"/changes?order=desc&limit=20&actor={identity.Subject}")).Items;
                return recent.Length == 0 ? await api.GetAsync("/lists") : await api.PostAsync($"/changes/{recent[random.Next(recent.Length)]["version"]}/undo");
            case 19:
                JsonNode[] groups = (await api.GetAsync($"/changes?order=desc&limit=30&actor={identity.Subject}")).Items;
                return groups.Length == 0 ? await api.GetAsync("/lists") : await api.PostAsync("/changes/undo", $$"""{"groupId": "{{groups[random.Next(groups.Length)]["groupId"]}}"}""");
            case 20:
                string filter = $"F{random.Next(3)}";
                return random.Next(3) switch
                {
                    0 => await api.PostAsync("/filters", new JsonObject { ["name"] = filter, ["query"] = "p1" }),
                    1 => await api.PatchAsync($"/filters/{filter}", new JsonObject { ["name"] = $"F{random.Next(3)}", ["query"] = $"p{random.Next(1, 5)}" }),
                    _ => await api.DeleteAsync($"/filters/{filter}"),
                };
            case 21:
                return await api.PatchAsync($"/tasks/{task}", new JsonObject { ["recurrence"] = "FREQ=DAILY;COUNT=4", ["due"] = "2099-12-01" });
            case 22 or 23:
                return random.Next(4) switch
                {
                    0 => await api.PostAsync($"/tasks/{task}/skip"),
                    1 => await api.PostAsync($"/tasks/{task}/reschedule", new JsonObject { ["due"] = $"2099-12-{random.Next(10, 30)}" }),
                    _ => await api.PostAsync($"/tasks/{task}/complete", """{"withSubtasks": true}"""),
                };
            case 24:
                string id = Guid.CreateVersion7().ToString();
                string completion = $$$"""{"taskId": "{{{id}}}", "due": "2025-12-01", "completedAt": "2025-12-01T09:00:00Z", "actor": {"kind": "person", "id": "a", "name": "Before"}}""";
                return await api.PostAsync("/import", $$$"""{"format": "todo-app", "formatVersion": 1, "tasks": [{"id": "{{{id}}}", "title": "Imported", "due": "2099-12-01", "recurrence": "FREQ=DAILY"}], "completions": [{{{completion}}}, {{{completion}}}]}""");
            default:
                return await api.PostAsync("/changes/undo", $$"""{"actor": "{{identity.Subject}}", "since": "{{TimeProvider.System.GetUtcNow().AddMilliseconds(-random.Next(60)):O}}"}""");
        }
    }

    private static async Task<JsonNode[]> ChangesAsync(Api api)
    {
        var all = new List<JsonNode>();
        Reply page;
        long since = 0;
        do
        {
            page = (await api.GetAsync($"/changes?since={since}&limit=1000")).Expect(200);
            all.AddRange(page.Items);
            since = page.Number("version");
        }
        while ((bool)page.Json["more"]!);
        return [.. all];
    }
}

/// <summary>A reader's copy of an account.</summary>
internal sealed class AccountCopy
{
    private static readonly string[] Kinds = ["list", "label", "filter", "task"];

    private readonly SortedDictionary<string, JsonNode> _items = new(StringComparer.Ordinal);

    /// <summary>Up to which change it is.</summary>
    public long Version { get; private set; }

    public static async Task<AccountCopy> TakeAsync(Api api)
    {
        Reply snapshot = (await api.GetAsync("/snapshot")).Expect(200);
        var copy = new AccountCopy { Version = snapshot.Number("version") };
        foreach (string kind in Kinds)
        {
            foreach (JsonNode? item in snapshot.Json[kind + "s"]!.AsArray())
            {
                copy._items.Add($"{kind} {item!["id"]}", item);
            }
        }

        foreach (JsonNode? completion in snapshot.Json["completions"]!.AsArray())
        {
            copy._items.Add($"completion {completion!["version"]}", completion);
        }

        return copy;
    }

    /// <summary>Applies the log from here on.</summary>
    /// <param name="api">The account.</param>
    /// <param name="withGaps">Whether versions may be missing, as before what an import brings along.</param>
    public async Task FollowAsync(Api api, bool withGaps = false)
    {
        Reply page;
        do
        {
            page = (await api.GetAsync($"/changes?since={Version}&limit=37")).Expect(200);
            foreach (JsonNode change in page.Items)
            {
                Version = withGaps ? (long)change["version"]! - 1 : Version;
                Apply(change);
            }

            Assert.Equal(Version, page.Number("version"));
        }
        while ((bool)page.Json["more"]!);
    }

    /// <summary>Applies the next change: no hole, no disorder, and it must say rightly what it replaces.</summary>
    public void Apply(JsonNode change)
    {
        Assert.Equal(++Version, (long)change["version"]!);
        if (change["completion"] is not null)
        {
            ApplyCompletion(change);
            return;
        }

        string kind = Kinds.Single(name => change[name] is not null);
        string key = $"{kind} {change[kind]}";
        JsonNode? present = _items.GetValueOrDefault(key);
        if (change["after"] is not JsonNode after)
        {
            Assert.Equal(present!.ToJsonString(), change["before"]!.ToJsonString());
            _items.Remove(key);
            foreach (string completion in Completions((string?)change["task"]))
            {
                _items.Remove(completion);
            }

            return;
        }

        foreach ((string field, JsonNode? before) in change["before"]?.AsObject() ?? [])
        {
            Assert.Equal(present![field]?.ToJsonString(), before?.ToJsonString());
        }

        Assert.Equal(present is null, change["before"] is null);
        _items[key] = after;
    }

    private void ApplyCompletion(JsonNode change)
    {
        JsonNode completion = (change["after"] ?? change["before"])!;
        string key = $"completion {completion["version"]}";
        Assert.Equal((string)change["completion"]!, (string)completion["taskId"]!);
        if (change["after"] is null)
        {
            Assert.True(_items.Remove(key, out JsonNode? removed));
            Assert.Equal(completion.ToJsonString(), removed!.ToJsonString());
        }
        else
        {
            Assert.Contains($"task {completion["taskId"]}", _items.Keys);
            _items.Add(key, completion);
        }
    }

    public void AssertEquals(AccountCopy other)
    {
        Assert.Equal(Version, other.Version);
        Assert.Equal(_items.Select(item => $"{item.Key} {item.Value.ToJsonString()}"), other._items.Select(item => $"{item.Key} {item.Value.ToJsonString()}"));
    }

    /// <summary>What must hold of every account.</summary>
    public void AssertSound()
    {
        Dictionary<string, JsonNode> tasks = Of("task");
        Assert.All(Of("completion").Values, completion => Assert.Contains((string)completion["taskId"]!, tasks.Keys));
        Dictionary<string, JsonNode> lists = Of("list");
        Dictionary<string, JsonNode> labels = Of("label");
        foreach (Dictionary<string, JsonNode> named in (Dictionary<string, JsonNode>[])[lists, labels, Of("filter")])
        {
            Assert.Distinct(named.Values.Select(item => ((string)item["name"]!).ToUpperInvariant()));
        }

        Assert.Single(lists.Values, list => (bool)list["isInbox"]!);
        Assert.All(lists.Values, list => Assert.InRange(Level(list, lists), 1, 3));
        foreach (JsonNode task in tasks.Values)
        {
            Assert.Contains((string)task["listId"]!, lists.Keys);
            Assert.All(task["labelIds"]!.AsArray(), label => Assert.Contains((string)label!, labels.Keys));
            if (task["deletedAt"] is null && task["parentId"] is JsonNode parent)
            {
                Assert.Null(tasks[(string)parent!]["deletedAt"]);
                Assert.Equal((string)task["listId"]!, (string)tasks[(string)parent!]["listId"]!);
                Assert.InRange(Level(task, tasks), 1, 5);
            }
        }
    }

    /// <summary>The items without what follows from a change; of going to the trash only that, not when.</summary>
    public string[] Plain(IReadOnlySet<string>? except = null) =>
    [
        .. _items.Where(item => except?.Contains(item.Key) != true).Select(item =>
        {
            JsonObject plain = item.Value.DeepClone().AsObject();
            plain.Remove("version");
            plain.Remove("updatedAt");
            if (plain["deletedAt"] is not null)
            {
                plain["deletedAt"] = "then";
            }

            return $"{item.Key} {plain.ToJsonString()}";
        }).Order(StringComparer.Ordinal),
    ];

    /// <summary>The tasks that are here and were not there: undone, they are in the trash.</summary>
    public IReadOnlySet<string> CreatedSince(AccountCopy before) =>
        _items.Keys.Where(key => key.StartsWith("task ", StringComparison.Ordinal) && !before._items.ContainsKey(key)).ToHashSet();

    private List<string> Completions(string? task) =>
        [.. _items.Where(item => item.Key.StartsWith("completion ", StringComparison.Ordinal) && (string)item.Value["taskId"]! == task).Select(item => item.Key)];

    private Dictionary<string, JsonNode> Of(string kind) =>
        _items.Where(item => item.Key.StartsWith(kind + " ", StringComparison.Ordinal)).ToDictionary(item => item.Key[(kind.Length + 1)..], item => item.Value);

    private static int Level(JsonNode item, Dictionary<string, JsonNode> all)
    {
        int level = 1;
        for (JsonNode? parent = item["parentId"]; parent is not null && level < 10; parent = all[(string)parent!]["parentId"])
        {
            level++;
        }

        return level;
    }
}

public sealed class RebuildOnSqlite(OnSqlite fixture) : RebuildTests(fixture), IClassFixture<OnSqlite>;

public sealed class RebuildOnPostgres(OnPostgres fixture) : RebuildTests(fixture), IClassFixture<OnPostgres>;
