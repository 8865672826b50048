namespace TodoApp.Backend.Tokens;

/// <summary>Who sent a request, as its token says.</summary>
internal sealed record Caller
{
    internal required Guid AccountId { get; init; }

    internal required Guid SpaceId { get; init; }

    internal required string AccountName { get; init; }

    internal required string TimeZone { get; init; }

    internal required string Locale { get; init; }

    internal required string WeekStart { get; init; }

    /// <summary>The session's id, or the personal token's.</summary>
    internal required Guid CredentialId { get; init; }

    /// <summary>The personal token's name; null for a session.</summary>
    internal string? TokenName { get; init; }

    /// <summary>Separated by spaces.</summary>
    internal required string Scopes { get; init; }

    internal required bool CanRead { get; init; }

    internal required bool CanWrite { get; init; }

    internal bool IsSession => TokenName is null;

    /// <summary>Gives handlers the caller as a parameter. <see cref="Authentication"/> has put it there.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Caller>());
}
