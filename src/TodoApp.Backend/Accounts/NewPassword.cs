using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary><c>POST /api/account/password</c>: sets a new password and ends the other sessions. Personal tokens stay: they are revoked one by one.</summary>
internal static class NewPassword
{
    internal static async Task<IResult> Handle(
        HttpContext context, Caller caller, AccountsDb db, UserManager<AccountRow> users, Passwords passwords, SignInLimits limits,
        TimeProvider time, CancellationToken cancellation)
    {
        AccountRow? account = await db.Accounts.SingleOrDefaultAsync(a => a.Id == caller.AccountId, cancellation);
        if (account is null)
        {
            return Answers.Problem(ProblemKind.Unauthorized, "The account has just been deleted.");
        }

        JsonBody body = await JsonBody.Read(context.Request);
        string? current = body.Text("currentPassword", required: true);
        string? next = body.Text("newPassword", required: true, (ref string text) => AccountRules.Password(text, account.Email));
        if (body.Refusal is IResult refusal)
        {
            return refusal;
        }

        if (await CurrentPassword.Check(context, account, "currentPassword", current!, passwords, limits, cancellation) is IResult wrong)
        {
            return wrong;
        }

        account.PasswordHash = await passwords.Hash(account, next!, cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Sessions.Where(s => s.AccountId == caller.AccountId && s.Id != caller.CredentialId).ExecuteDeleteAsync(cancellation);
        SecurityLog.Add(db, account.Id, SecurityLog.PasswordChanged, context, time.GetUtcNow());
        if (!(await users.UpdateSecurityStampAsync(account)).Succeeded) // It saves all of this.
        {
            return Answers.Problem(ProblemKind.Conflict, "Another request has changed the account at the same time. Try again.");
        }

        await transaction.CommitAsync(cancellation);
        return Answers.NoContent;
    }
}
