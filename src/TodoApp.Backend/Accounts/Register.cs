using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Accounts;

/// <summary><c>POST /api/auth/register</c>: makes an account with its space, and signs in.</summary>
internal static class Register
{
    // Held only while there is no account yet, so that of many first registrations one is first.
    private const long FirstAccountLock = 7_205_316_918_015;

    internal static async Task<IResult> Handle(
        HttpContext context, AccountsDb db, AccountsDatabase database, UserManager<AccountRow> users, Passwords passwords,
        RegistrationLimit limit, BackendSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        JsonBody body = await JsonBody.Read(context.Request);
        string? email = body.Text("email", required: true, AccountRules.Email);
        string? password = body.Text("password", required: true, (ref string text) => AccountRules.Password(text, email));
        string? name = body.Text("name", rule: AccountRules.Name);
        string? zone = body.Text("timeZone", rule: AccountRules.TimeZone);
        string? invite = body.Text("invite");
        string? locale = body.Text("locale", rule: AccountRules.Locale);
        if (body.Refusal is IResult refusal)
        {
            return refusal;
        }

        if (limit.Take(context) is TimeSpan delay)
        {
            return Answers.TooMany(delay, "Too many registrations came from this address.");
        }

        // One that is being deleted is gone for everybody but the deletion.
        bool isFirst = !await db.Accounts.AnyAsync(a => a.DeletionRequestedAt == null, cancellation);
        if (Closed(settings.Registration, isFirst, invite is not null) is IResult closed)
        {
            return closed;
        }

        DateTimeOffset now = time.GetUtcNow();
        var account = new AccountRow
        {
            Id = Guid.CreateVersion7(now),
            SpaceId = Guid.CreateVersion7(now),
            Email = email,
            Name = name ?? email![..email!.LastIndexOf('@')],
            TimeZone = zone ?? "UTC",
            Locale = locale ?? "en",
            CreatedAt = now,
        };
        string normalized = users.NormalizeEmail(email)!;
        if (await db.Accounts.AnyAsync(a => a.NormalizedEmail == normalized, cancellation))
        {
            return Taken();
        }

        account.PasswordHash = await passwords.Hash(account, password!, cancellation);

        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (isFirst)
        {
            if (database.Engine == DatabaseEngine.PostgreSql)
            {
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({FirstAccountLock})", cancellation);
            }

            account.IsAdministrator = isFirst = !await db.Accounts.AnyAsync(a => a.DeletionRequestedAt == null, cancellation);
            if (Closed(settings.Registration, isFirst, invite is not null) is IResult late)
            {
                return late;
            }
        }

        if (NeedsInvite(settings.Registration, isFirst) && !await UseInvite(db, invite!, normalized, now, cancellation))
        {
            return Answers.Problem(ProblemKind.Invalid, "invite", "It is not an invitation, or was used, or has expired, or is for another address. Ask for a new one.");
        }

        SignedIn signedIn = StartedSession.Add(db, account, context, now);
        SecurityLog.Add(db, account.Id, SecurityLog.Registered, context, now);
        try
        {
            IdentityResult created = await users.CreateAsync(account);
            if (!created.Succeeded)
            {
                throw new InvalidOperationException("Identity refused what was validated before: " + string.Join(' ', created.Errors.Select(error => error.Code)));
            }
        }
        catch (DbUpdateException exception) when (AccountsDatabase.IsDuplicate(exception))
        {
            return Taken();
        }

        await transaction.CommitAsync(cancellation);
        return Answers.Json(signedIn, ContractsJson.Readable.SignedIn, StatusCodes.Status201Created);
    }

    private static IResult Taken() => Answers.Problem(ProblemKind.Conflict, "There is an account with this e-mail address already. Sign in instead.");

    private static bool NeedsInvite(RegistrationMode mode, bool isFirst) =>
        mode is RegistrationMode.Invite || (mode is RegistrationMode.First && !isFirst);

    private static IResult? Closed(RegistrationMode mode, bool isFirst, bool hasInvite) =>
        mode is RegistrationMode.Closed ? Answers.Problem(ProblemKind.RegistrationClosed, "Nobody can register here.")
        : NeedsInvite(mode, isFirst) && !hasInvite ? Answers.Problem(ProblemKind.RegistrationClosed, "Registration is by invitation. Ask the administrator for one, and send its code as invite.")
        : null;

    private static async Task<bool> UseInvite(AccountsDb db, string code, string normalizedEmail, DateTimeOffset now, CancellationToken cancellation)
    {
        byte[] hash = Secret.Hash(code);
        return await db.Invites
            .Where(i => i.CodeHash == hash && i.ExpiresAt > now && (i.NormalizedEmail == null || i.NormalizedEmail == normalizedEmail))
            .ExecuteDeleteAsync(cancellation) == 1;
    }
}
