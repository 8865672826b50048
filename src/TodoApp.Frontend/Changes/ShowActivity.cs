using System.Globalization;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Changes;

/// <summary>Which part of the activity is looked at, as the page's address says.</summary>
public sealed record ActivityQuery
{
    /// <summary>The id or number of a task.</summary>
    public string Task { get; init; } = "";

    /// <summary>The id of an account or a token.</summary>
    public string Actor { get; init; } = "";

    /// <summary><c>person</c>, <c>agent</c>, or empty for anybody.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The changes of one request.</summary>
    public string Group { get; init; } = "";

    /// <summary>Only what comes before this version; empty for the newest.</summary>
    public string Before { get; init; } = "";

    /// <summary>Whether changes stand for themselves instead of in what was done in one go.</summary>
    public bool IsFlat => Task.Length > 0 || Group.Length > 0;

    /// <summary>Reads a path with its query.</summary>
    internal static ActivityQuery Of(string path)
    {
        int sign = path.IndexOf('?', StringComparison.Ordinal);
        Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(sign < 0 ? "" : path[sign..]);
        return new ActivityQuery { Task = Get("task"), Actor = Get("actor"), Kind = Get("kind"), Group = Get("group"), Before = Get("before") };

        string Get(string name) => query.GetValueOrDefault(name).ToString();
    }

    /// <summary>The page's address.</summary>
    public string Path => "/activity" + Parameters([("task", Task), ("actor", Actor), ("kind", Kind), ("group", Group), ("before", Before)]);

    /// <summary>The query of <c>GET /api/changes</c>.</summary>
    internal string ForApi(int limit) => Parameters(
        [("order", "desc"), ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("task", Task), ("actor", Actor), ("actorKind", Kind), ("group", Group), ("before", Before)]);

    private static string Parameters((string Name, string Value)[] parameters)
    {
        string query = string.Join('&', parameters.Where(each => each.Value.Length > 0).Select(each => $"{each.Name}={Uri.EscapeDataString(each.Value)}"));
        return query.Length == 0 ? "" : "?" + query;
    }
}

/// <summary>What somebody did in one go: the changes of one request, or of an agent's requests shortly after one another.</summary>
/// <param name="Changes">The changes that are shown, the newest first.</param>
/// <param name="Ranges">The versions of all changes, the newest first.</param>
/// <param name="IsUndone">Whether later changes took all of it back.</param>
public sealed record ActivityEntry(IReadOnlyList<Change> Changes, IReadOnlyList<(long First, long Last)> Ranges, bool IsUndone)
{
    /// <summary>Who.</summary>
    public Actor Actor => Changes[0].Actor;

    /// <summary>How many changes there are.</summary>
    public long Count => Ranges.Sum(range => range.Last - range.First + 1);

    /// <summary>Whether it can be taken back: not what was removed for good.</summary>
    public bool CanUndo => !IsUndone && Actor.Kind != "system" && Count <= Tasks.TaskActions.MostVersions && Changes.All(change => change.Kind != "purged");

    /// <summary>The versions as the form for undoing sends them.</summary>
    public string Versions => string.Join(',', Ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));
}

/// <summary>What was done, the newest first.</summary>
internal static class ShowActivity
{
    private const int PageSize = 200;
    private const int MostLater = 1000;

    // An agent's work is many requests; what comes within so long of the one before belongs together.
    private static readonly TimeSpan OneGo = TimeSpan.FromMinutes(10);

    public static void MapActivity(this RouteGroupBuilder pages) =>
        pages.MapPage("/activity", (context, frame) => Async(context, frame, ActivityQuery.Of(context.Request.Path + context.Request.QueryString)));

    /// <summary>Shows it, also after an undo that was refused.</summary>
    public static async Task<IResult> Async(HttpContext context, Frame frame, ActivityQuery query, Problem? problem = null)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        Answer<ChangePage> answer = await backend.Get(context, "/api/changes" + query.ForApi(PageSize), ContractsJson.Client.ChangePage);
        problem ??= answer.Problem;
        IReadOnlyList<Change> changes = answer.Value?.Items ?? [];
        long next = answer.Value?.More == true ? changes[^1].Version : 0;
        HashSet<long> undone = await UndoneAsync(context, backend, query, changes);
        List<ActivityEntry> entries = [];
        if (!query.IsFlat && changes.Count > 0)
        {
            // Versions of one request follow one another, so its first one says how many there are beyond the page.
            long first = changes[^1].Version;
            if (next > 0)
            {
                Answer<ChangePage> rest = await backend.Get(context, $"/api/changes?group={changes[^1].GroupId}&limit=1", ContractsJson.Client.ChangePage);
                first = rest.Value?.Items is [Change earliest] ? earliest.Version : first;
                next = first;
            }

            entries = Entries(changes, first, undone);
        }

        return Pages.Show<ActivityPage>(
            frame,
            new()
            {
                ["Query"] = query,
                ["Changes"] = changes,
                ["Entries"] = entries,
                ["Undone"] = undone,
                ["Next"] = next > 1 ? next : null,
                ["Problem"] = problem,
            },
            problem is null ? StatusCodes.Status200OK : Accounts.SignIn.FormStatus(problem));
    }

    /// <summary>The versions that others of the changes took back.</summary>
    public static HashSet<long> Undone(IEnumerable<Change> changes) => [.. changes.Select(change => change.Undoes).OfType<long>()];

    // What one actor did is often taken back by another, whose changes are not on the page.
    private static async Task<HashSet<long>> UndoneAsync(HttpContext context, BackendClient backend, ActivityQuery query, IReadOnlyList<Change> changes)
    {
        if (changes.Count == 0 || (query.Kind.Length == 0 && query.Actor.Length == 0 && query.Group.Length == 0))
        {
            return Undone(changes);
        }

        Answer<ChangePage> later = await backend.Get(context, $"/api/changes?since={changes[^1].Version}&order=desc&limit={MostLater}", ContractsJson.Client.ChangePage);
        return Undone(later.Value?.Items ?? []);
    }

    /// <summary>Puts together what was done in one go.</summary>
    /// <param name="changes">The newest first.</param>
    /// <param name="first">The first version of the last change's request, which may lie beyond the page.</param>
    /// <param name="undone">The versions that were taken back.</param>
    internal static List<ActivityEntry> Entries(IReadOnlyList<Change> changes, long first, IReadOnlySet<long> undone)
    {
        var entries = new List<ActivityEntry>();
        for (int start = 0; start < changes.Count;)
        {
            int end = start + 1;
            while (end < changes.Count && IsOneGo(changes[end - 1], changes[end]))
            {
                end++;
            }

            Change[] together = [.. changes.Skip(start).Take(end - start)];
            List<(long First, long Last)> ranges = [];
            foreach (Change change in together)
            {
                if (ranges.Count > 0 && ranges[^1].First == change.Version + 1)
                {
                    ranges[^1] = (change.Version, ranges[^1].Last);
                }
                else
                {
                    ranges.Add((change.Version, change.Version));
                }
            }

            if (end == changes.Count)
            {
                ranges[^1] = (Math.Min(first, ranges[^1].First), ranges[^1].Last);
            }

            entries.Add(new ActivityEntry(together, ranges, together.All(change => undone.Contains(change.Version))));
            start = end;
        }

        return entries;
    }

    private static bool IsOneGo(Change later, Change earlier) => later.GroupId == earlier.GroupId
        || (later.Actor.Kind == "agent" && later.Actor.Id == earlier.Actor.Id && later.Undoes is null && earlier.Undoes is null && later.At - earlier.At <= OneGo);
}
