using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Accounts;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Calendar;

/// <summary><c>/api/account/calendar</c>: makes, replaces and removes the secret address of the account's calendar.</summary>
internal static class CalendarAddresses
{
    internal static async Task<IResult> Read(Caller caller, AccountsDb db, CancellationToken cancellation)
    {
        CalendarRow? row = await db.Calendars.AsNoTracking().SingleOrDefaultAsync(c => c.AccountId == caller.AccountId, cancellation);
        return Answers.Json(row is null ? new CalendarAddress(false) : new CalendarAddress(true, row.CreatedAt, row.LastUsedAt), ContractsJson.Readable.CalendarAddress);
    }

    /// <summary>An address that was there before stops working.</summary>
    internal static async Task<IResult> Make(
        HttpContext context, Caller caller, AccountsDb db, BackendSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        string secret = Secret.Make(Secret.CalendarPrefix);
        CalendarRow? row = await db.Calendars.SingleOrDefaultAsync(c => c.AccountId == caller.AccountId, cancellation);
        if (row is null)
        {
            db.Calendars.Add(row = new CalendarRow { AccountId = caller.AccountId });
        }

        (row.SecretHash, row.CreatedAt, row.LastUsedAt) = (Secret.Hash(secret), now, null);
        SecurityLog.Add(db, caller.AccountId, SecurityLog.CalendarCreated, context, now);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException exception) when (AccountsDatabase.IsDuplicate(exception))
        {
            return Answers.Problem(ProblemKind.Conflict, "Another request has made an address at the same time. Try again.");
        }

        HttpRequest request = context.Request;
        string origin = settings.Origin.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host}";
        return Answers.Json(
            new CalendarAddress(true, now, null, $"{origin}{SecretPaths.Calendar}/{secret}.ics"), ContractsJson.Readable.CalendarAddress, StatusCodes.Status201Created);
    }

    internal static async Task<IResult> Remove(HttpContext context, Caller caller, AccountsDb db, TimeProvider time, CancellationToken cancellation)
    {
        if (await db.Calendars.Where(c => c.AccountId == caller.AccountId).ExecuteDeleteAsync(cancellation) > 0)
        {
            SecurityLog.Add(db, caller.AccountId, SecurityLog.CalendarRemoved, context, time.GetUtcNow());
            await db.SaveChangesAsync(cancellation);
        }

        return Answers.NoContent;
    }
}
