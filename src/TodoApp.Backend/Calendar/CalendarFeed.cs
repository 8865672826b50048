using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Gateway;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Calendar;

/// <summary>
/// <c>GET /api/calendar/{secret}.ics</c>: the account's due tasks, for calendar programs, which can send no token. The address is
/// the secret: it is looked up by its hash, gives nothing but this, and is kept out of logs and traces (<see cref="SecretPaths"/>).
/// </summary>
internal static class CalendarFeed
{
    private const string Extension = ".ics";

    /// <summary>How exact "last used" is.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    internal static async Task Handle(
        HttpContext context, string file, AccountsDb db, CalendarLimit limit, AccountLimits accountLimits, TaskGateway gateway, TimeProvider time)
    {
        if (limit.Take(context) is TimeSpan delay)
        {
            await Refuse(context, delay);
            return;
        }

        CancellationToken cancellation = context.RequestAborted;
        string secret = file.EndsWith(Extension, StringComparison.Ordinal) ? file[..^Extension.Length] : "";
        byte[] hash = Secret.Hash(secret);
        var found = Secret.HasForm(secret, Secret.CalendarPrefix)
            ? await (from calendar in db.Calendars.AsNoTracking()
                     join account in db.Accounts.AsNoTracking() on calendar.AccountId equals account.Id
                     where calendar.SecretHash == hash && account.DisabledAt == null && account.DeletionRequestedAt == null
                     select new { Account = account, calendar.LastUsedAt }).SingleOrDefaultAsync(cancellation)
            : null;
        if (found is null)
        {
            await context.WriteProblem(ProblemKind.NotFound, "There is no calendar at this address. It may have been replaced or removed.");
            return;
        }

        if (accountLimits.Take(found.Account.Id) is TimeSpan wait)
        {
            await Refuse(context, wait);
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        if (found.LastUsedAt is null || now - found.LastUsedAt >= Grain)
        {
            await db.Calendars.Where(c => c.SecretHash == hash).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastUsedAt, now), cancellation);
        }

        AccountRow person = found.Account;
        context.Features.Set(new Caller
        {
            AccountId = person.Id,
            SpaceId = person.SpaceId,
            AccountName = person.Name,
            TimeZone = person.TimeZone,
            Locale = person.Locale,
            WeekStart = person.WeekStart,
            CredentialId = person.Id,
            Scopes = Scopes.TasksRead,
            CanRead = true,
            CanWrite = false,
        });
        await gateway.ForwardCalendar(context);
    }

    private static Task Refuse(HttpContext context, TimeSpan delay)
    {
        context.SetRetryAfter(delay);
        return context.WriteProblem(ProblemKind.TooManyRequests, "Calendars are read more often than they may.");
    }
}
