namespace TodoApp.Contracts;

/// <summary>
/// The names in the signed identity (a JWT, RFC 7519) that the backend sends to mcp-server with every request.
/// It is made with HS256, carries <see cref="Type"/> in its header, and is valid for <see cref="Lifetime"/>.
/// </summary>
public static class InternalIdentity
{
    /// <summary>The header's <c>typ</c>, so that no other token signed with the same key can stand in for it.</summary>
    public const string Type = "internal+jwt";

    /// <summary>The <c>iss</c> claim.</summary>
    public const string Issuer = "todo-backend";

    /// <summary>The <c>aud</c> claim.</summary>
    public const string Audience = "mcp-server";

    /// <summary>The account's id, a UUID.</summary>
    public const string Subject = "sub";

    /// <summary>The id of the space whose tasks the request may reach, a UUID.</summary>
    public const string Space = "space";

    /// <summary>The account's name.</summary>
    public const string Name = "name";

    /// <summary>IANA name of the account's zone.</summary>
    public const string TimeZone = "zoneinfo";

    /// <summary>BCP 47 tag.</summary>
    public const string Locale = "locale";

    /// <summary><c>monday</c>, <c>saturday</c> or <c>sunday</c>.</summary>
    public const string WeekStart = "weekStart";

    /// <summary>Scopes, separated by spaces.</summary>
    public const string Scope = "scope";

    /// <summary>Who acts: an object with <c>kind</c> (<c>person</c> or <c>agent</c>), <c>id</c> and <c>name</c>.</summary>
    public const string Actor = "act";

    /// <summary>How long an identity is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>How far the clocks of two machines may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);
}

/// <summary>What a token may allow.</summary>
public static class Scopes
{
    /// <summary>To read tasks, lists, labels, filters and changes.</summary>
    public const string TasksRead = "tasks:read";

    /// <summary>To change them.</summary>
    public const string TasksWrite = "tasks:write";

    /// <summary>To delete the whole space; only the backend gives it, when an account is deleted.</summary>
    public const string SpaceDelete = "space:delete";
}
