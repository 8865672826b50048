using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary><c>PATCH /api/account</c>: a merge patch. No field can be removed.</summary>
internal static class EditAccount
{
    internal static async Task<IResult> Handle(
        HttpContext context, Caller caller, AccountsDb db, UserManager<AccountRow> users, Passwords passwords, SignInLimits limits,
        TimeProvider time, CancellationToken cancellation)
    {
        JsonBody body = await JsonBody.Read(context.Request, mergePatch: true);
        string? name = body.Text("name", rule: AccountRules.Name);
        string? email = body.Text("email", rule: AccountRules.Email);
        string? zone = body.Text("timeZone", rule: AccountRules.TimeZone);
        string? locale = body.Text("locale", rule: AccountRules.Locale);
        string? weekStart = body.Text("weekStart", rule: AccountRules.WeekStart);
        string? theme = body.Text("theme", rule: AccountRules.Theme);
        string? password = body.Text("currentPassword");
        if (body.Refusal is IResult refusal)
        {
            return refusal;
        }

        AccountRow? account = await db.Accounts.SingleOrDefaultAsync(a => a.Id == caller.AccountId, cancellation);
        if (account is null)
        {
            return Answers.Problem(ProblemKind.Unauthorized, "The account has just been deleted.");
        }

        if (email is not null && email != account.Email)
        {
            if (password is null)
            {
                return Answers.Problem(ProblemKind.Invalid, "currentPassword", "It is required to change the e-mail address.");
            }

            if (await CurrentPassword.Check(context, account, "currentPassword", password, passwords, limits, cancellation) is IResult wrong)
            {
                return wrong;
            }

            account.Email = email;
            account.NormalizedEmail = users.NormalizeEmail(email);
            SecurityLog.Add(db, account.Id, SecurityLog.EmailChanged, context, time.GetUtcNow());
        }

        account.Name = name ?? account.Name;
        account.TimeZone = zone ?? account.TimeZone;
        account.Locale = locale ?? account.Locale;
        account.WeekStart = weekStart ?? account.WeekStart;
        account.Theme = theme ?? account.Theme;
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException exception) when (AccountsDatabase.IsDuplicate(exception))
        {
            return Answers.Problem(ProblemKind.Conflict, "There is an account with this e-mail address already.");
        }

        return Answers.Json(account.ToContract(), ContractsJson.Readable.Account);
    }
}
