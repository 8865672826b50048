using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;

namespace TodoApp.Backend.Accounts;

/// <summary><c>POST /api/auth/logout</c>: ends the session that asks.</summary>
internal static class SignOut
{
    internal static async Task<IResult> Handle(HttpContext context, Caller caller, AccountsDb db, TimeProvider time, CancellationToken cancellation)
    {
        await db.Sessions.Where(s => s.Id == caller.CredentialId && s.AccountId == caller.AccountId).ExecuteDeleteAsync(cancellation);
        SecurityLog.Add(db, caller.AccountId, SecurityLog.SignedOut, context, time.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        return Answers.NoContent;
    }
}
