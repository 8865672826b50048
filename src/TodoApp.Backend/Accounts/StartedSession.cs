using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;

namespace TodoApp.Backend.Accounts;

/// <summary>Starts sessions, for registration and sign-in.</summary>
internal static class StartedSession
{
    /// <summary>How long a session lasts without being used.</summary>
    internal static readonly TimeSpan Sliding = TimeSpan.FromDays(30);

    /// <summary>How long it lasts at most.</summary>
    internal static readonly TimeSpan Absolute = TimeSpan.FromDays(180);

    /// <summary>Adds a session to what will be saved.</summary>
    internal static SignedIn Add(AccountsDb db, AccountRow account, HttpContext context, DateTimeOffset now)
    {
        string token = Secret.Make(Secret.SessionPrefix);
        var session = new SessionRow
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account.Id,
            TokenHash = Secret.Hash(token),
            CreatedAt = now,
            LastUsedAt = now,
            ExpiresAt = now + Sliding,
            EndsAt = now + Absolute,
            Address = ClientAddress.Of(context),
            UserAgent = ClientAddress.UserAgent(context),
        };
        db.Sessions.Add(session);
        return new SignedIn(token, session.ExpiresAt, account.ToContract());
    }

    /// <summary>The account as callers see it.</summary>
    internal static Account ToContract(this AccountRow account) => new()
    {
        Id = account.Id,
        Email = account.Email!,
        Name = account.Name,
        TimeZone = account.TimeZone,
        Locale = account.Locale,
        WeekStart = account.WeekStart,
        Theme = account.Theme,
        IsAdministrator = account.IsAdministrator,
        CreatedAt = account.CreatedAt,
    };
}
