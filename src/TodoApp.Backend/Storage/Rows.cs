using Microsoft.AspNetCore.Identity;

namespace TodoApp.Backend.Storage;

/// <summary>An account, as ASP.NET Core Identity's user store keeps it.</summary>
internal sealed class AccountRow : IdentityUser<Guid>
{
    /// <summary>The key of all task data of this account.</summary>
    public Guid SpaceId { get; set; }

    public string Name { get; set; } = "";

    public string TimeZone { get; set; } = "UTC";

    public string Locale { get; set; } = "en";

    public string WeekStart { get; set; } = "monday";

    public string Theme { get; set; } = "system";

    public bool IsAdministrator { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Set while the operator keeps the account from signing in.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Set from the moment the account is to be deleted until its tasks, and then this row, are gone.</summary>
    public DateTimeOffset? DeletionRequestedAt { get; set; }
}

/// <summary>A sign-in. Only the hash of its token is kept.</summary>
internal sealed class SessionRow
{
    public Guid Id { get; set; }

    public Guid AccountId { get; set; }

    /// <summary>SHA-256 of the token.</summary>
    public byte[] TokenHash { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset LastUsedAt { get; set; }

    /// <summary>When it ends unless used; use moves it on, up to <see cref="EndsAt"/>.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it ends however much it is used.</summary>
    public DateTimeOffset EndsAt { get; set; }

    public string? UserAgent { get; set; }

    public string? Address { get; set; }
}

/// <summary>A personal access token. Only its hash is kept.</summary>
internal sealed class TokenRow
{
    public Guid Id { get; set; }

    public Guid AccountId { get; set; }

    /// <summary>SHA-256 of the token.</summary>
    public byte[] TokenHash { get; set; } = [];

    public string Name { get; set; } = "";

    /// <summary>Separated by spaces.</summary>
    public string Scopes { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>An invitation to register, good for one account.</summary>
internal sealed class InviteRow
{
    public Guid Id { get; set; }

    /// <summary>SHA-256 of the code.</summary>
    public byte[] CodeHash { get; set; } = [];

    /// <summary>When set, only this address may use it.</summary>
    public string? NormalizedEmail { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>The secret address of an account's calendar: at most one. Only the hash of its secret is kept.</summary>
internal sealed class CalendarRow
{
    public Guid AccountId { get; set; }

    /// <summary>SHA-256 of the secret.</summary>
    public byte[] SecretHash { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>One line of an account's security log.</summary>
internal sealed class SecurityEventRow
{
    /// <summary>UUIDv7: its order is the order of time.</summary>
    public Guid Id { get; set; }

    public Guid AccountId { get; set; }

    public DateTimeOffset At { get; set; }

    public string Kind { get; set; } = "";

    public string? Address { get; set; }

    public string? UserAgent { get; set; }

    /// <summary>For token events the token's name; never a secret.</summary>
    public string? Detail { get; set; }
}
