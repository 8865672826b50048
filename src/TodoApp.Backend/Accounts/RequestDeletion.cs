using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary><c>DELETE /api/account</c>: in one transaction the account is marked and its sessions and tokens end; <see cref="AccountDeletion"/> does the rest.</summary>
internal static class RequestDeletion
{
    internal static async Task<IResult> Handle(
        HttpContext context, Caller caller, AccountsDb db, Passwords passwords, SignInLimits limits, AccountDeletion deletion,
        TimeProvider time, CancellationToken cancellation)
    {
        JsonBody body = await JsonBody.Read(context.Request);
        string? password = body.Text("password", required: true);
        if (body.Refusal is IResult refusal)
        {
            return refusal;
        }

        AccountRow? account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == caller.AccountId, cancellation);
        if (account is null)
        {
            return Answers.Problem(ProblemKind.Unauthorized, "The account has just been deleted.");
        }

        if (await CurrentPassword.Check(context, account, "password", password!, passwords, limits, cancellation) is IResult wrong)
        {
            return wrong;
        }

        await Mark(db, account.Id, context, time.GetUtcNow(), cancellation);
        deletion.Wake();
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    internal static async Task Mark(AccountsDb db, Guid accountId, HttpContext? context, DateTimeOffset now, CancellationToken cancellation)
    {
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Accounts.Where(a => a.Id == accountId && a.DeletionRequestedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.DeletionRequestedAt, now), cancellation);
        await db.Sessions.Where(s => s.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await db.Tokens.Where(t => t.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        SecurityLog.Add(db, accountId, SecurityLog.DeletionRequested, context, now);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
