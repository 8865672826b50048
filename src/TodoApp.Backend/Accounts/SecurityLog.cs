using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary>What happened around an account's security; kept 90 days.</summary>
internal static class SecurityLog
{
    internal const string Registered = "registered";
    internal const string SignedIn = "signed-in";
    internal const string SignInFailed = "sign-in-failed";
    internal const string SignedOut = "signed-out";
    internal const string SessionEnded = "session-ended";
    internal const string PasswordChanged = "password-changed";
    internal const string EmailChanged = "email-changed";
    internal const string TokenCreated = "token-created";
    internal const string TokenRevoked = "token-revoked";
    internal const string CalendarCreated = "calendar-created";
    internal const string CalendarRemoved = "calendar-removed";
    internal const string DeletionRequested = "deletion-requested";

    internal static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const int UsualLimit = 50;
    private const int MostLimit = 200;

    /// <summary>Adds an entry to what will be saved.</summary>
    /// <param name="db">Where.</param>
    /// <param name="accountId">Whose.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="context">The request that did it; null for the operator's commands.</param>
    /// <param name="now">When.</param>
    /// <param name="detail">Never a secret.</param>
    internal static void Add(AccountsDb db, Guid accountId, string kind, HttpContext? context, DateTimeOffset now, string? detail = null) =>
        db.SecurityEvents.Add(new SecurityEventRow
        {
            Id = Guid.CreateVersion7(now),
            AccountId = accountId,
            At = now,
            Kind = kind,
            Address = context is null ? null : ClientAddress.Of(context),
            UserAgent = context is null ? null : ClientAddress.UserAgent(context),
            Detail = detail,
        });

    /// <summary><c>GET /api/account/security-log</c>.</summary>
    internal static async Task<IResult> Read(HttpRequest request, Caller caller, AccountsDb db, CancellationToken cancellation)
    {
        var malformed = new Dictionary<string, string[]>();
        var invalid = new Dictionary<string, string[]>();
        int limit = UsualLimit;
        Guid? before = null;
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Query)
        {
            switch (name)
            {
                case "limit" when !int.TryParse(values, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out limit):
                    malformed[name] = [$"It must be a number from 1 to {MostLimit}."];
                    break;
                case "limit" when limit is < 1 or > MostLimit:
                    invalid[name] = [$"It must be from 1 to {MostLimit}."];
                    break;
                case "limit":
                    break;
                case "cursor" when !Guid.TryParseExact(values, "N", out Guid cursor):
                    malformed[name] = ["It must be the nextCursor of a page of this log."];
                    break;
                case "cursor":
                    before = Guid.ParseExact(values.ToString(), "N");
                    break;
                default:
                    malformed[name] = ["There is no such parameter. The parameters are limit, cursor."];
                    break;
            }
        }

        if (malformed.Count + invalid.Count > 0)
        {
            return malformed.Count > 0 ? Answers.Problem(ProblemKind.Malformed, malformed) : Answers.Problem(ProblemKind.Invalid, invalid);
        }

        IQueryable<SecurityEventRow> events = db.SecurityEvents.AsNoTracking().Where(e => e.AccountId == caller.AccountId);
        if (before is Guid id)
        {
            events = events.Where(e => e.Id.CompareTo(id) < 0);
        }

        List<SecurityEvent> page = await events.OrderByDescending(e => e.Id).Take(limit + 1)
            .Select(e => new SecurityEvent(e.Id, e.At, e.Kind, e.Address, e.UserAgent, e.Detail)).ToListAsync(cancellation);
        bool more = page.Count > limit;
        if (more)
        {
            page.RemoveAt(limit);
        }

        return Answers.Json(new SecurityEventPage(page, more ? page[^1].Id.ToString("N") : null), ContractsJson.Readable.SecurityEventPage);
    }
}
