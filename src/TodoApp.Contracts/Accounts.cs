using System.ComponentModel;

namespace TodoApp.Contracts;

/// <summary>What <c>POST /api/auth/register</c> takes.</summary>
/// <param name="Email">The address to sign in with; at most 254 characters.</param>
/// <param name="Password">12 to 128 characters; no rules about which.</param>
/// <param name="Name">What others see; the address's local part when left out.</param>
/// <param name="TimeZone">IANA name; UTC when left out.</param>
/// <param name="Invite">The invitation's code, where registration is by invitation.</param>
/// <param name="Locale">Language tag, for example de-DE; en when left out.</param>
public sealed record Registration(string Email, string Password, string? Name = null, string? TimeZone = null, string? Invite = null, string? Locale = null);

/// <summary>What <c>POST /api/auth/login</c> takes.</summary>
public sealed record Credentials(string Email, string Password);

/// <summary>A session, as registration and sign-in answer it.</summary>
/// <param name="Token">Sent as <c>Authorization: Bearer</c>; shown only here.</param>
/// <param name="ExpiresAt">When it ends unless used: 30 days, moved on by use up to 180 days after sign-in.</param>
/// <param name="User">The account.</param>
public sealed record SignedIn(string Token, DateTimeOffset ExpiresAt, Account User);

/// <summary>An account.</summary>
public sealed record Account
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The address to sign in with.</summary>
    public required string Email { get; init; }

    /// <summary>What others see.</summary>
    public required string Name { get; init; }

    /// <summary>IANA name of the zone that dates are meant in.</summary>
    public required string TimeZone { get; init; }

    /// <summary>BCP 47 tag of the language and the form of dates.</summary>
    public required string Locale { get; init; }

    /// <summary><c>monday</c>, <c>saturday</c> or <c>sunday</c>.</summary>
    public required string WeekStart { get; init; }

    /// <summary><c>system</c>, <c>light</c>, <c>dark</c> or <c>contrast</c>.</summary>
    public required string Theme { get; init; }

    /// <summary>Whether the account may manage the others.</summary>
    public bool IsAdministrator { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A sign-in that is still valid.</summary>
public sealed record Session(
    Guid Id, string? UserAgent, string? Address, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, bool Current);

/// <summary>What <c>POST /api/tokens</c> takes.</summary>
/// <param name="Name">1 to 100 characters; changes made with the token carry it.</param>
/// <param name="Scopes"><c>tasks:read</c>, <c>tasks:write</c>.</param>
/// <param name="ExpiresAt">When it ends; never when left out.</param>
public sealed record CreateToken(string Name, string[] Scopes, DateTimeOffset? ExpiresAt = null);

/// <summary>A personal access token, for scripts and agents.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">What its changes are signed with.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
/// <param name="Token">The secret; only in the answer that makes it.</param>
public sealed record PersonalToken(
    Guid Id, string Name, string[] Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, string? Token = null);

/// <summary>The secret address at which a calendar program finds the account's tasks that are due.</summary>
/// <param name="Exists">Whether there is one.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">When it was last read, to the minute.</param>
/// <param name="Address">The address; only in the answer that makes it.</param>
public sealed record CalendarAddress(bool Exists, DateTimeOffset? CreatedAt = null, DateTimeOffset? LastUsedAt = null, string? Address = null);

/// <summary>What <c>PATCH /api/account</c> takes: a merge patch, so what is left out stays.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Email">The new address to sign in with; asks for <paramref name="CurrentPassword"/>.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Locale">BCP 47 tag.</param>
/// <param name="WeekStart"><c>monday</c>, <c>saturday</c> or <c>sunday</c>.</param>
/// <param name="Theme"><c>system</c>, <c>light</c>, <c>dark</c> or <c>contrast</c>.</param>
/// <param name="CurrentPassword">Needed to change the address.</param>
public sealed record UpdateAccount(
    string? Name = null, string? Email = null, string? TimeZone = null, string? Locale = null, string? WeekStart = null, string? Theme = null,
    string? CurrentPassword = null);

/// <summary>What <c>DELETE /api/account</c> takes.</summary>
public sealed record DeleteAccount(string Password);

/// <summary>What <c>POST /api/account/password</c> takes.</summary>
public sealed record ChangePassword(string CurrentPassword, string NewPassword);

/// <summary>One line of an account's security log.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What happened: <c>registered</c>, <c>signed-in</c>, <c>sign-in-failed</c>, <c>signed-out</c>, <c>session-ended</c>, <c>password-changed</c>, <c>email-changed</c>, <c>token-created</c>, <c>token-revoked</c>, <c>calendar-created</c>, <c>calendar-removed</c>, <c>deletion-requested</c>; more may be added.</param>
/// <param name="Address">The network address it came from.</param>
/// <param name="UserAgent">The program it came from, in that program's own words.</param>
/// <param name="Detail">For token events the token's name.</param>
public sealed record SecurityEvent(Guid Id, DateTimeOffset At, string Kind, string? Address, string? UserAgent, string? Detail);

/// <summary>One page of the security log.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next page; null on the last.</param>
public sealed record SecurityEventPage(IReadOnlyList<SecurityEvent> Items, string? NextCursor);

/// <summary>What <c>POST /api/tokens/{id}/take-back</c> takes.</summary>
public sealed record TakeBackToken
{
    /// <summary>From when on to undo what was done with the token, inclusive; since it was made, unless given.</summary>
    [Description("From when on to undo what was done with the token, inclusive; since it was made, unless given.")]
    public DateTimeOffset? Since { get; init; }
}
