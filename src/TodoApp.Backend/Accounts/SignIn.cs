using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Storage;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary><c>POST /api/auth/login</c>.</summary>
internal static class SignIn
{
    private const string Wrong = "The e-mail address or the password is wrong.";

    internal static async Task<IResult> Handle(
        HttpContext context, AccountsDb db, UserManager<AccountRow> users, Passwords passwords, SignInLimits limits, BackendMetrics metrics,
        IServiceScopeFactory scopes, TimeProvider time, CancellationToken cancellation)
    {
        JsonBody body = await JsonBody.Read(context.Request);
        string? email = body.Text("email", required: true, AccountRules.Email);
        string? password = body.Text("password", required: true, Limit);
        if (body.Refusal is IResult refusal)
        {
            return refusal;
        }

        string normalized = users.NormalizeEmail(email)!;
        string address = ClientAddress.LimitKey(context);
        SignInGate gate = limits.Begin(normalized, address, out TimeSpan retryAfter);
        if (gate == SignInGate.Closed)
        {
            metrics.SignInFailed("limited");
            return TooMany(retryAfter);
        }

        AccountRow? account = await users.FindByEmailAsync(email!);
        if (gate == SignInGate.KnownAddressOnly && !await IsKnown(db, account, context, cancellation))
        {
            metrics.SignInFailed("limited");
            return TooMany(retryAfter);
        }

        PasswordVerificationResult result = await passwords.Check(account, password!, cancellation);
        if (account is null || result == PasswordVerificationResult.Failed)
        {
            metrics.SignInFailed("wrong");
            if (account is not null)
            {
                LogAfterwards(context, scopes, account.Id, time.GetUtcNow());
            }

            return gate == SignInGate.Open ? Answers.Problem(ProblemKind.Unauthorized, Wrong) : TooMany(retryAfter);
        }

        limits.Succeeded(normalized, address);
        if (account.DisabledAt is not null || account.DeletionRequestedAt is not null)
        {
            metrics.SignInFailed("disabled");
            return Answers.Problem(ProblemKind.AccountDisabled, account.DisabledAt is not null ? "The administrator has disabled this account." : "This account is being deleted.");
        }

        if (result == PasswordVerificationResult.SuccessRehashNeeded)
        {
            account.PasswordHash = await passwords.Hash(account, password!, cancellation);
        }

        DateTimeOffset now = time.GetUtcNow();
        SignedIn signedIn = StartedSession.Add(db, account, context, now);
        SecurityLog.Add(db, account.Id, SecurityLog.SignedIn, context, now);
        await db.SaveChangesAsync(cancellation);
        return Answers.Json(signedIn, ContractsJson.Readable.SignedIn);
    }

    private static IResult TooMany(TimeSpan retryAfter) =>
        Answers.TooMany(retryAfter, "Too many sign-ins failed. Wait, or sign in from where you have signed in before.");

    // Hashing a megabyte is work that a caller should not be able to ask for.
    private static string? Limit(ref string text) => text.Length > 4 * AccountRules.LongestPassword ? $"It is longer than {AccountRules.LongestPassword} characters." : null;

    private static async Task<bool> IsKnown(AccountsDb db, AccountRow? account, HttpContext context, CancellationToken cancellation)
    {
        string address = ClientAddress.Of(context);
        return account is not null && await db.SecurityEvents.AnyAsync(
            e => e.AccountId == account.Id && e.Address == address && (e.Kind == SecurityLog.SignedIn || e.Kind == SecurityLog.Registered), cancellation);
    }

    /// <summary>Writes the failure down when the answer is out: an address without an account has nothing to write, and must not answer sooner for that.</summary>
    private static void LogAfterwards(HttpContext context, IServiceScopeFactory scopes, Guid accountId, DateTimeOffset now)
    {
        var entry = new { Address = ClientAddress.Of(context), UserAgent = ClientAddress.UserAgent(context) };
        context.Response.OnCompleted(async () =>
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            AccountsDb db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
            db.SecurityEvents.Add(new SecurityEventRow
            {
                Id = Guid.CreateVersion7(now),
                AccountId = accountId,
                At = now,
                Kind = SecurityLog.SignInFailed,
                Address = entry.Address,
                UserAgent = entry.UserAgent,
            });
            await db.SaveChangesAsync(CancellationToken.None);
        });
    }
}
