using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TodoApp.Backend.Accounts;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;

namespace TodoApp.Backend;

/// <summary><c>todo-backend users …</c>: what the operator does with accounts, directly on the database.</summary>
internal static class UsersCommand
{
    private const int UsualDays = 7;

    internal static Command Make(IReadOnlyDictionary<string, string?>? settings, TextWriter output, TextWriter error)
    {
        var users = new Command("users", "Lists accounts, invites, resets passwords, disables, deletes.");
        var email = new Argument<string>("EMAIL") { Description = "The account's e-mail address." };

        var list = new Command("list", "One line for each account: e-mail, name, since when, and what is special about it.");
        list.SetAction((_, cancellation) => With(settings, (db, token) => List(db, output, token), cancellation));
        users.Subcommands.Add(list);

        var invitee = new Argument<string?>("EMAIL") { Description = "Only this address may use the invitation.", Arity = ArgumentArity.ZeroOrOne };
        var days = new Option<int>("--days") { Description = "How many days it is valid.", DefaultValueFactory = _ => UsualDays };
        var invite = new Command("invite", "Makes an invitation to register and prints its code, once.") { invitee, days };
        invite.SetAction((result, cancellation) => With(settings, (db, token) => Invite(db, result.GetValue(invitee), result.GetValue(days), output, error, token), cancellation));
        users.Subcommands.Add(invite);

        AddForOne("reset-password", "Sets a random password and prints it, once; ends the account's sessions.", (db, account, token) => ResetPassword(db, account, output, token));
        AddForOne("disable", "Keeps an account from signing in and stops its sessions and tokens, until it is enabled again.", (db, account, token) => SetDisabled(db, account, true, token));
        AddForOne("enable", "Takes disable back.", (db, account, token) => SetDisabled(db, account, false, token));
        AddForOne("delete", "Deletes an account with all its tasks, for good. The running backend finishes it.", Delete);
        return users;

        void AddForOne(string name, string description, Func<AccountsDb, AccountRow, CancellationToken, Task<int>> act)
        {
            var command = new Command(name, description) { email };
            command.SetAction((result, cancellation) => With(
                settings,
                async (db, token) =>
                {
                    string normalized = new UpperInvariantLookupNormalizer().NormalizeEmail(result.GetRequiredValue(email).Trim());
                    if (await db.Accounts.SingleOrDefaultAsync(a => a.NormalizedEmail == normalized, token) is AccountRow account)
                    {
                        return await act(db, account, token);
                    }

                    await error.WriteLineAsync("There is no account with this e-mail address.");
                    return 1;
                },
                cancellation));
            users.Subcommands.Add(command);
        }
    }

    private static async Task<int> With(
        IReadOnlyDictionary<string, string?>? settings, Func<AccountsDb, CancellationToken, Task<int>> act, CancellationToken cancellation)
    {
        await using AccountsDatabase database = AccountsDatabase.Open(BackendService.Configuration(settings));
        await using AccountsDb db = database.CreateContext();
        return await act(db, cancellation);
    }

    private static async Task<int> List(AccountsDb db, TextWriter output, CancellationToken cancellation)
    {
        await foreach (AccountRow account in db.Accounts.AsNoTracking().OrderBy(a => a.NormalizedEmail).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            string marks = (account.IsAdministrator ? " administrator" : "") + (account.DisabledAt is null ? "" : " disabled")
                + (account.DeletionRequestedAt is null ? "" : " being-deleted");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{account.Email}\t{account.Name}\t{account.CreatedAt:yyyy-MM-dd}\t{marks.TrimStart()}"));
        }

        return 0;
    }

    private static async Task<int> Invite(AccountsDb db, string? email, int days, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (days is < 1 or > 365)
        {
            await error.WriteLineAsync("--days must be from 1 to 365.");
            return 2;
        }

        if (email is not null && AccountRules.Email(ref email) is string wrong)
        {
            await error.WriteLineAsync("EMAIL: " + wrong);
            return 2;
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string code = Secret.Make(Secret.InvitePrefix);
        db.Invites.Add(new InviteRow
        {
            Id = Guid.CreateVersion7(now),
            CodeHash = Secret.Hash(code),
            NormalizedEmail = new UpperInvariantLookupNormalizer().NormalizeEmail(email),
            CreatedAt = now,
            ExpiresAt = now + TimeSpan.FromDays(days),
        });
        await db.SaveChangesAsync(cancellation);
        await output.WriteLineAsync(code);
        return 0;
    }

    private static async Task<int> ResetPassword(AccountsDb db, AccountRow account, TextWriter output, CancellationToken cancellation)
    {
        string password = string.Join('-', Enumerable.Range(0, 5).Select(_ => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 5)));
        var hasher = new PasswordHasher<AccountRow>(Options.Create(new PasswordHasherOptions { IterationCount = Passwords.Iterations }));
        account.PasswordHash = hasher.HashPassword(account, password);
        account.SecurityStamp = Secret.Make("");
        await db.Sessions.Where(s => s.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        SecurityLog.Add(db, account.Id, SecurityLog.PasswordChanged, null, TimeProvider.System.GetUtcNow(), "by the operator");
        await db.SaveChangesAsync(cancellation);
        await output.WriteLineAsync(password);
        return 0;
    }

    private static async Task<int> SetDisabled(AccountsDb db, AccountRow account, bool disabled, CancellationToken cancellation)
    {
        account.DisabledAt = disabled ? account.DisabledAt ?? TimeProvider.System.GetUtcNow() : null;
        await db.SaveChangesAsync(cancellation);
        return 0;
    }

    private static async Task<int> Delete(AccountsDb db, AccountRow account, CancellationToken cancellation)
    {
        await RequestDeletion.Mark(db, account.Id, null, TimeProvider.System.GetUtcNow(), cancellation);
        return 0;
    }
}
