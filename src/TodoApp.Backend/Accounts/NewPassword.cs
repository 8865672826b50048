using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;

namespace TodoApp.Backend.Accounts;

/// <summary><c>POST /api/account/password</c>: sets a new password and ends the other sessions. Personal tokens stay: they are revoked one by one.</summary>
internal static class NewPassword
{
    internal static async Task<IResult> Handle(
        HttpContext context, Caller caller, AccountsDb db, UserManager<AccountRow> users, Passwords passwords, SignInLimits limits,
        TimeProvider time, CancellationToken cancellation)
    {
        AccountRow account = await db.Accounts.SingleAsync(a => a.Id == caller.AccountId, cancellation);
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
        await users.UpdateSecurityStampAsync(account); // Saves all of it.
        await transaction.CommitAsync(cancellation);
        return Answers.NoContent;
    }
}
