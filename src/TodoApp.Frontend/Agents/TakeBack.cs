using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;
using TodoApp.ServiceDefaults;

namespace TodoApp.Frontend.Agents;

/// <summary>
/// For an agent gone wrong: revokes its token and undoes what it did, in one action. Works as well for a token that is revoked
/// already, when something stood in the way before.
/// </summary>
internal static class TakeBack
{
    private const int Shown = 20;

    // The backend gives up after two minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2.5);

    public static void MapTakeBack(this RouteGroupBuilder pages)
    {
        const string Path = "/connect/{id:guid}/take-back";
        pages.MapPage(Path, (context, frame) => ShowAsync(context, frame, ""));
        pages.MapPost(Path, (Delegate)((HttpContext context) => Pages.ForPerson(context, frame => SubmitAsync(context, frame), context.Request.Path)));
    }

    private static async Task<IResult> SubmitAsync(HttpContext context, Frame frame)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        string typed = form["since"].ToString();
        if (!TryReadTime(typed, frame, out DateTimeOffset? since))
        {
            return await ShowAsync(context, frame, typed, problem: ProblemKind.Invalid.Because(null, new Dictionary<string, string[]> { ["since"] = ["It must be a date and a time."] }));
        }

        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new TakeBackToken { Since = since }, ContractsJson.Client.TakeBackToken);
        try
        {
            Answer<UndoResult> answer = await backend.Send(context, HttpMethod.Post, $"/api/tokens/{Id(context)}/take-back", body, null, ContractsJson.Client.UndoResult, patience: Patience);
            // Nothing that was done with it stands, and it was revoked before.
            return answer.Status == StatusCodes.Status404NotFound
                ? await ShowAsync(context, frame, typed, new UndoResult(null, 0, 0))
                : await Pages.ForPerson(context, now => ShowAsync(context, now, typed, answer.Value, answer.Problem), frame.Here); // Counts have changed.
        }
        catch (ServiceUnavailableException)
        {
            return await ShowAsync(context, frame, typed, problem: ProblemKind.Unavailable.Because(null));
        }
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Frame frame, string since, UndoResult? result = null, Problem? problem = null)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        Guid id = Id(context);
        Task<Answer<ItemList<PersonalToken>>> tokens = backend.Get(context, "/api/tokens", ContractsJson.Client.ItemListPersonalToken);
        Task<Answer<ChangePage>> did = backend.Get(context, $"/api/changes?actor={id}&order=desc&limit={Shown}", ContractsJson.Client.ChangePage);
        Task<Answer<ChangePage>> latest = backend.Get(context, $"/api/changes?order=desc&limit={Shown}", ContractsJson.Client.ChangePage);
        await Task.WhenAll(tokens, did, latest);
        PersonalToken? token = (await tokens).Get().Items.FirstOrDefault(each => each.Id == id);
        IReadOnlyList<Change> changes = (await did).Get().Items;
        string? name = token?.Name ?? changes.Where(change => change.Actor.Kind == "agent").Select(change => change.Actor.Name).FirstOrDefault();
        return name is null ? Pages.Show<NotFoundPage>([], StatusCodes.Status404NotFound) : Pages.Show<TakeBackPage>(
            frame,
            new()
            {
                ["Id"] = id,
                ["Name"] = name,
                ["IsRevoked"] = token is null,
                ["Changes"] = changes,
                ["Since"] = since,
                ["Result"] = result,
                ["Undone"] = (await latest).Get().Items.Where(change => change.GroupId == result?.GroupId).ToArray(),
                ["Problem"] = problem,
            },
            problem is null ? StatusCodes.Status200OK : SignIn.FormStatus(problem));
    }

    /// <summary>Reads what a field for date and time has: the person's clock. Of two instants that it can mean when clocks are set back, the earlier, which undoes more.</summary>
    /// <param name="text">Empty for none.</param>
    /// <param name="frame">Whose clock.</param>
    /// <param name="since">The instant; null for none.</param>
    private static bool TryReadTime(string text, Frame frame, out DateTimeOffset? since)
    {
        since = null;
        if (text.Length == 0)
        {
            return true;
        }

        if (!DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local) || local.Year is < 2000 or > 9000)
        {
            return false;
        }

        TimeZoneInfo zone = TimeZoneInfo.TryFindSystemTimeZoneById(frame.Account.TimeZone, out TimeZoneInfo? found) ? found : TimeZoneInfo.Utc;
        since = new DateTimeOffset(local, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local));
        return true;
    }

    private static Guid Id(HttpContext context) => Guid.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);
}
