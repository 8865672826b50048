using System.Globalization;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Agents.Errands;

/// <summary>An account, its owner, who uses REST, and its assistant with a token of its own. It is Wednesday, 2026-03-04, 10:00 in Berlin when an errand begins.</summary>
internal sealed class Household : IDisposable
{
    private readonly Clock _clock;
    private readonly HttpClient _assistant;
    private List<JsonNode> _lists = [];
    private List<JsonNode> _labels = [];

    public Household(TestSystem system, Clock clock)
    {
        var owner = new TestIdentity { Name = "Ada" };
        TestIdentity assistant = owner with { Agent = "Claude", Subject = Guid.CreateVersion7().ToString() };
        _clock = clock;
        Owner = new Api(owner.Client(system.McpServer.Url, system.Key, clock));
        _assistant = assistant.Client(system.McpServer.Url, system.Key, clock);
        Agent = new Agent(assistant.Client(system.McpServer.Url, system.Key, clock));
    }

    /// <summary>The owner's way to the account.</summary>
    public Api Owner { get; }

    /// <summary>The assistant on the errand.</summary>
    public Agent Agent { get; }

    /// <summary>Lets something happen earlier.</summary>
    public async Task AtAsync(string local, Func<Task> happens)
    {
        _clock.Set(local);
        await happens();
    }

    /// <summary>The owner adds tasks, one in each line.</summary>
    public async Task AddAsync(string text) => (await Owner.PostAsync("/tasks", new JsonObject { ["text"] = text, ["createLists"] = true })).Expect(201);

    /// <summary>The owner completes tasks.</summary>
    public async Task CompleteAsync(params int[] numbers)
    {
        foreach (int number in numbers)
        {
            (await Owner.PostAsync($"/tasks/{number}/complete")).Expect(200);
        }
    }

    /// <summary>The assistant has called a tool before; it does not belong to the errand.</summary>
    public async Task EarlierAsync(string tool, string arguments) => await new Agent(_assistant).DoAsync(tool, arguments);

    /// <summary>Checks the account's tasks, trash excepted: each as "title date #List @label, ✓ when completed", in the order of their numbers.</summary>
    public Task IsAsync(params string[] tasks) => IsAsync("status=all&sort=created", tasks);

    /// <summary>Checks the tasks of a query.</summary>
    public async Task IsAsync(string query, string[] tasks)
    {
        _lists = [.. (await Owner.GetAsync("/lists")).Items];
        _labels = [.. (await Owner.GetAsync("/labels")).Items];
        Assert.Equal(tasks, (await Owner.GetAsync($"/tasks?limit=200&{query}")).Items.Select(Show));
    }

    /// <summary>Checks the fields of a task.</summary>
    public async Task HasAsync(int number, string field, string? value) => Assert.Equal(value, (await Owner.GetAsync($"/tasks/{number}")).Json[field]?.ToString());

    /// <inheritdoc />
    public void Dispose()
    {
        Owner.Dispose();
        _assistant.Dispose();
        Agent.Dispose();
    }

    private string Show(JsonNode task)
    {
        var parts = new List<string> { (string)task["title"]! };
        if ((string?)task["due"] is string due)
        {
            parts.Add(due);
        }

        JsonNode list = _lists.Single(list => (string)list["id"]! == (string)task["listId"]!);
        parts.AddRange((bool)list["isInbox"]! ? [] : [$"#{list["name"]}"]);
        parts.AddRange(task["labelIds"]!.AsArray().Select(id => $"@{_labels.Single(label => (string)label["id"]! == (string)id!)["name"]}"));
        parts.AddRange(task["completedAt"] is null ? [] : ["✓"]);
        return string.Join(' ', parts);
    }
}

/// <summary>A clock that stands, and is set; in the zone of Berlin in winter.</summary>
internal sealed class Clock : TimeProvider
{
    private DateTimeOffset _now = Parse("2026-03-04 10:00");

    public override DateTimeOffset GetUtcNow() => _now;

    public void Set(string local) => _now = Parse(local);

    private static DateTimeOffset Parse(string local) => new(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromHours(1));
}
