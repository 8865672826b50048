using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary><c>GET /api/account</c>.</summary>
internal static class ReadAccount
{
    internal static async Task<IResult> Handle(Caller caller, AccountsDb db, CancellationToken cancellation) =>
        await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == caller.AccountId, cancellation) is AccountRow account
            ? Answers.Json(account.ToContract(), ContractsJson.Readable.Account)
            : Answers.Problem(ProblemKind.Unauthorized, "The account has just been deleted.");
}
