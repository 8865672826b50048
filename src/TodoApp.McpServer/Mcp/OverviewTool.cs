using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Overview;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>get_overview</c>.</summary>
internal sealed class OverviewTool(SpaceWrites writes, IHttpContextAccessor http) : TodoTool(writes, http)
{
    /// <summary>How many lists or labels are named; the others are counted.</summary>
    private const int MostNames = 100;

    // In bytes, in text and structured content together.
    private const int MostOfLists = 13_000;
    private const int MostOfLabels = 7_000;
    private const int MostOfFilters = 3_000;

    protected override bool IsWrite => false;

    protected override Tool Define() => new()
    {
        Name = "get_overview",
        Title = "See what there is",
        Description = "Today's date, counts of open, overdue and due tasks, every list and label with its open tasks, and the saved filters. A good first call.",
        Annotations = new ToolAnnotations { Title = "See what there is", ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
        InputSchema = Schema("""{"type":"object","additionalProperties":false,"properties":{}}"""),
        OutputSchema = Schema("""
            {"type":"object","required":["today","time_zone","open","overdue","due_today","upcoming","no_date","trashed","lists","labels","filters"],"properties":{
            "today":{"type":"string"},"time_zone":{"type":"string"},"open":{"type":"integer"},"overdue":{"type":"integer"},"due_today":{"type":"integer"},
            "upcoming":{"type":"integer"},"no_date":{"type":"integer"},"trashed":{"type":"integer"},
            "lists":{"type":"array","items":{"type":"object","required":["name","open"]}},"labels":{"type":"array","items":{"type":"object","required":["name","open"]}},
            "filters":{"type":"array","items":{"type":"string"}}}}
            """),
    };

    protected override async Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        _ = new JsonFields(arguments, [], errors);
        if (errors.ToProblem() is Problem problem)
        {
            return Error(problem, arguments);
        }

        Contracts.Overview overview = await GetOverview.ReadAsync(Writes, caller, cancellationToken);
        List<SavedFilter> filters = await GetFilters.ReadAsync(Writes.Database, caller, cancellationToken);
        var names = overview.Lists.ToDictionary(entry => entry.List.Id, entry => entry.List.Name);
        var result = new ToolOverview
        {
            Today = overview.Today,
            TimeZone = overview.TimeZone,
            Open = overview.Open,
            Overdue = overview.Overdue,
            DueToday = overview.DueToday,
            Upcoming = overview.Upcoming,
            NoDate = overview.NoDate,
            Trashed = overview.Trashed,
            Lists = Fit(
                overview.Lists.Select(entry => new ToolOverviewList(
                    entry.List.Name,
                    entry.Open,
                    entry.Overdue,
                    entry.List.ParentId is Guid parent ? names.GetValueOrDefault(parent) : null,
                    entry.List.ArchivedAt is null ? null : true)),
                list => (2 * AnswerSize.Of(list.Name + list.Parent)) + 80,
                MostOfLists),
            Filters = Fit(filters.Select(filter => filter.Name), name => (2 * AnswerSize.Of(name)) + 10, MostOfFilters),
            Labels = Fit(overview.Labels.Select(entry => new ToolOverviewLabel(entry.Label.Name, entry.Open)), label => (2 * AnswerSize.Of(label.Name)) + 40, MostOfLabels),
        };
        return Done(Describe(result, overview), JsonSerializer.SerializeToElement(result, ToolJson.Default.ToolOverview));
    }

    private static T[] Fit<T>(IEnumerable<T> items, Func<T, int> size, int most)
    {
        T[] named = [.. items.Take(MostNames)];
        return named[..AnswerSize.Fit(named.Select(size), most)];
    }

    private static string Describe(ToolOverview overview, Contracts.Overview all)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Today is {overview.Today} ({overview.TimeZone}). {overview.Open} open: {overview.Overdue} overdue, {overview.DueToday} due today, {overview.Upcoming} later, {overview.NoDate} without a date. {overview.Trashed} in the trash.");
        foreach (ToolOverviewList list in overview.Lists)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nlist {(list.Parent is null ? "" : list.Parent + " / ")}{list.Name}: {list.Open} open");
            text.Append(list.Overdue > 0 ? $", {list.Overdue} overdue" : "").Append(list.Archived == true ? " (archived)" : "");
        }

        text.Append(all.Lists.Count > overview.Lists.Length ? $"\n… and {all.Lists.Count - overview.Lists.Length} more lists" : "");
        text.Append(overview.Labels.Length == 0 ? "\nno labels" : $"\nlabels {string.Join(", ", overview.Labels.Select(label => $"@{label.Name} {label.Open}"))}");
        text.Append(all.Labels.Count > overview.Labels.Length ? $" … and {all.Labels.Count - overview.Labels.Length} more" : "");
        return text.Append(overview.Filters.Length == 0 ? "" : $"\nsaved filters {string.Join(", ", overview.Filters)}").ToString();
    }
}

/// <summary>What <c>get_overview</c> gives.</summary>
internal sealed record ToolOverview
{
    public required string Today { get; init; }

    public required string TimeZone { get; init; }

    public required long Open { get; init; }

    public required long Overdue { get; init; }

    public required long DueToday { get; init; }

    public required long Upcoming { get; init; }

    public required long NoDate { get; init; }

    public required long Trashed { get; init; }

    public required ToolOverviewList[] Lists { get; init; }

    public required ToolOverviewLabel[] Labels { get; init; }

    public required string[] Filters { get; init; }
}

/// <summary>A list in the overview.</summary>
internal sealed record ToolOverviewList(string Name, long Open, long Overdue, string? Parent, bool? Archived);

/// <summary>A label in the overview.</summary>
internal sealed record ToolOverviewLabel(string Name, long Open);
