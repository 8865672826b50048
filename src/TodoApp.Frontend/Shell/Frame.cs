using System.Globalization;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;

namespace TodoApp.Frontend.Shell;

/// <summary>What every page of a signed-in person shows beside its own: who it is, where they can go, what just happened.</summary>
public sealed record Frame
{
    /// <summary>Who it is.</summary>
    public required Account Account { get; init; }

    /// <summary>Lists and labels with their counts.</summary>
    public required Overview Overview { get; init; }

    /// <summary>Saved filters.</summary>
    public required IReadOnlyList<SavedFilter> Filters { get; init; }

    /// <summary>The instant that the page is made for.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The path and query of the page, to come back to after a write.</summary>
    public required string Here { get; init; }

    /// <summary>What the request before this one did, with the way to take it back; null for nothing.</summary>
    public Flash? Flash { get; init; }

    /// <summary>The person's clock.</summary>
    public DateTime Local => LocalAt(Now);

    /// <summary>The person's today.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Local);

    /// <summary>The person's Inbox.</summary>
    public TaskList Inbox => Overview.Lists.First(list => list.List.IsInbox).List;

    /// <summary>The first day of the person's week.</summary>
    public DayOfWeek WeekStart => Account.WeekStart switch { "sunday" => DayOfWeek.Sunday, "saturday" => DayOfWeek.Saturday, _ => DayOfWeek.Monday };

    /// <summary>
    /// The lists that are not put aside, each followed by those inside of it, with how deep that is; those inside of an archived one
    /// stand by themselves.
    /// </summary>
    public IReadOnlyList<(OverviewList Item, int Depth)> OpenLists
    {
        get
        {
            OverviewList[] open = [.. Overview.Lists.Where(each => each.List.ArchivedAt is null)];
            HashSet<Guid> here = [.. open.Select(each => each.List.Id)];
            ILookup<Guid?, OverviewList> inside = open.ToLookup(each => each.List.ParentId is Guid parent && here.Contains(parent) ? (Guid?)parent : null);
            List<(OverviewList, int)> ordered = [];
            Add(null, 0);
            return ordered;

            void Add(Guid? parent, int depth)
            {
                foreach (OverviewList each in inside[parent])
                {
                    ordered.Add((each, depth));
                    Add(each.List.Id, depth + 1);
                }
            }
        }
    }

    /// <summary>A list by its id; null when it is gone.</summary>
    public TaskList? List(Guid id) => Overview.Lists.FirstOrDefault(list => list.List.Id == id)?.List;

    /// <summary>A label by its id; null when it is gone.</summary>
    public Label? Label(Guid id) => Overview.Labels.FirstOrDefault(label => label.Label.Id == id)?.Label;

    /// <summary>What the person's clock shows at an instant.</summary>
    public DateTime LocalAt(DateTimeOffset instant) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(Account.TimeZone, out TimeZoneInfo? zone) ? TimeZoneInfo.ConvertTime(instant, zone).DateTime : instant.UtcDateTime;

    /// <summary>Asks the backend for all of it at once; before what the page shows, so that nothing newer than the overview's version is missed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="here">The page that is shown; unless given, the request's own, or for a form what its field <c>return</c> says.</param>
    /// <returns>Null when nobody is signed in, who is then to be led to <see cref="SignIn"/>.</returns>
    public static async Task<Frame?> LoadAsync(HttpContext context, string? here = null)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        SessionCookie cookie = context.RequestServices.GetRequiredService<SessionCookie>();
        if (cookie.Read(context.Request) is null)
        {
            return null;
        }

        Task<Answer<Account>> account = backend.Get(context, "/api/account", ContractsJson.Client.Account);
        Task<Answer<Overview>> overview = backend.Get(context, "/api/overview", ContractsJson.Client.Overview);
        Task<Answer<ItemList<SavedFilter>>> filters = backend.Get(context, "/api/filters", ContractsJson.Client.ItemListSavedFilter);
        await Task.WhenAll(account, overview, filters);
        if ((await account).IsSignedOut || (await overview).IsSignedOut || (await filters).IsSignedOut)
        {
            cookie.Delete(context);
            return null;
        }

        return new Frame
        {
            Account = (await account).Get(),
            Overview = (await overview).Get(),
            Filters = (await filters).Get().Items,
            Now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
            Here = here ?? (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
                ? context.Request.Path + context.Request.QueryString
                : Forms.Return(context.Request.HasFormContentType ? (await Forms.ReadAsync(context, context.RequestAborted))["return"].ToString() : "")),
            Flash = Flash.Take(context),
        };
    }

    /// <summary>The culture of the person's language and dates; English where the language has no texts.</summary>
    public CultureInfo Culture => Languages.Of(Account.Locale);
}
