using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary><c>GET /api/sessions</c> and <c>DELETE /api/sessions/{id}</c>.</summary>
internal static class Sessions
{
    internal static async Task<IResult> List(Caller caller, AccountsDb db, TimeProvider time, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<Session> sessions = await db.Sessions.AsNoTracking()
            .Where(s => s.AccountId == caller.AccountId && s.ExpiresAt > now)
            .OrderByDescending(s => s.LastUsedAt)
            .Select(s => new Session(s.Id, s.UserAgent, s.Address, s.CreatedAt, s.LastUsedAt, s.ExpiresAt, s.Id == caller.CredentialId))
            .ToListAsync(cancellation);
        return Answers.Json(new ItemList<Session>(sessions), ContractsJson.Readable.ItemListSession);
    }

    internal static async Task<IResult> End(
        string id, HttpContext context, Caller caller, AccountsDb db, TimeProvider time, CancellationToken cancellation)
    {
        if (!Guid.TryParse(id, out Guid session)
            || await db.Sessions.Where(s => s.Id == session && s.AccountId == caller.AccountId).ExecuteDeleteAsync(cancellation) == 0)
        {
            return Answers.Problem(ProblemKind.NotFound, "You have no session with this id.");
        }

        SecurityLog.Add(db, caller.AccountId, SecurityLog.SessionEnded, context, time.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        return Answers.NoContent;
    }
}
