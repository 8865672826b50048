using TodoApp.Gateway;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend;

/// <summary>Who may make an account.</summary>
internal enum RegistrationMode
{
    /// <summary>Everybody.</summary>
    Open,

    /// <summary>Whoever is first; then only by invitation.</summary>
    First,

    /// <summary>Whoever has an invitation.</summary>
    Invite,

    /// <summary>Nobody.</summary>
    Closed,
}

/// <summary>The backend's settings, each read from the environment variable in its description. <c>DATABASE_URL</c> and what belongs to it are read where the database is opened.</summary>
internal sealed record BackendSettings
{
    /// <summary><c>MCP_SERVER_URL</c>: where the task routes go.</summary>
    public Uri McpServerUrl { get; init; } = new("http://127.0.0.1:8001");

    /// <summary><c>INTERNAL_AUTH_KEY</c>: the first one signs who is asking.</summary>
    public required IReadOnlyList<byte[]> InternalAuthKeys { get; init; }

    /// <summary><c>PUBLIC_URL</c>, <c>ALLOWED_HOSTS</c>, <c>TRUSTED_PROXIES</c>.</summary>
    public required OriginSettings Origin { get; init; }

    /// <summary><c>REGISTRATION</c>: open, first, invite or closed; first unless set.</summary>
    public RegistrationMode Registration { get; init; } = RegistrationMode.First;

    /// <summary><c>RATE_LIMIT</c>: how many requests a second an account may make; three times as many at once. 100 unless set; 0 is no limit. For each replica.</summary>
    public int RateLimit { get; init; } = 100;

    /// <summary><c>REGISTRATION_LIMIT</c>: how many registrations an hour may come from one address. 100 unless set; 0 is no limit. For each replica.</summary>
    public int RegistrationLimit { get; init; } = 100;

    /// <summary>Reads them.</summary>
    /// <exception cref="ConfigurationException">One is missing or wrong.</exception>
    public static BackendSettings Read(IConfiguration configuration) => new()
    {
        McpServerUrl = ServiceSettings.Url(configuration, "MCP_SERVER_URL") ?? new Uri("http://127.0.0.1:8001"),
        InternalAuthKeys = ServiceDefaults.InternalAuthKeys.Read(configuration),
        Origin = OriginSettings.Read(configuration),
        Registration = ReadRegistration(configuration),
        RateLimit = ServiceSettings.Number(configuration, "RATE_LIMIT", 0, 1_000_000) ?? 100,
        RegistrationLimit = ServiceSettings.Number(configuration, "REGISTRATION_LIMIT", 0, 1_000_000) ?? 100,
    };

    private static RegistrationMode ReadRegistration(IConfiguration configuration) => configuration["REGISTRATION"]?.Trim() switch
    {
        null or "" or "first" => RegistrationMode.First,
        "open" => RegistrationMode.Open,
        "invite" => RegistrationMode.Invite,
        "closed" => RegistrationMode.Closed,
        _ => throw new ConfigurationException($"REGISTRATION is '{configuration["REGISTRATION"]}': it must be open, first, invite or closed."),
    };
}
