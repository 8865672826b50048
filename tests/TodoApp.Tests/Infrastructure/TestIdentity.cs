using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TodoApp.Contracts;

namespace TodoApp.Tests.Infrastructure;

/// <summary>Who asks mcp-server, as the backend would sign it. Unless something is set, a new person with a new space of their own.</summary>
public sealed record TestIdentity
{
    /// <summary>The space's id.</summary>
    public string Space { get; init; } = Guid.CreateVersion7().ToString();

    /// <summary>The account's id.</summary>
    public string Subject { get; init; } = Guid.CreateVersion7().ToString();

    /// <summary>The account's name.</summary>
    public string Name { get; init; } = "Ada";

    /// <summary>The account's zone.</summary>
    public string TimeZone { get; init; } = "Europe/Berlin";

    /// <summary>The first day of the account's week.</summary>
    public string WeekStart { get; init; } = "monday";

    /// <summary>What is allowed.</summary>
    public string Scope { get; init; } = $"{Scopes.TasksRead} {Scopes.TasksWrite}";

    /// <summary>The agent's name when an agent acts; null when the person does.</summary>
    public string? Agent { get; init; }

    /// <summary>Signs it.</summary>
    /// <param name="key">The key's bytes.</param>
    /// <param name="now">When it is issued.</param>
    /// <param name="change">Last changes to the header and the claims, for tests of what must be refused.</param>
    /// <returns>A JWT.</returns>
    public string Sign(byte[] key, DateTimeOffset now, Action<JsonObject, JsonObject>? change = null)
    {
        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = InternalIdentity.Type };
        var claims = new JsonObject
        {
            ["iss"] = InternalIdentity.Issuer,
            ["aud"] = InternalIdentity.Audience,
            [InternalIdentity.Subject] = Subject,
            [InternalIdentity.Space] = Space,
            [InternalIdentity.Name] = Name,
            [InternalIdentity.TimeZone] = TimeZone,
            [InternalIdentity.Locale] = "en",
            [InternalIdentity.WeekStart] = WeekStart,
            [InternalIdentity.Scope] = Scope,
            [InternalIdentity.Actor] = new JsonObject { ["kind"] = Agent is null ? "person" : "agent", ["id"] = Subject, ["name"] = Agent ?? Name },
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + InternalIdentity.Lifetime).ToUnixTimeSeconds(),
        };
        change?.Invoke(header, claims);
        string signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";

        static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
    }

    /// <summary>A client of mcp-server that sends this identity, freshly signed, with each request.</summary>
    /// <param name="server">Where it is.</param>
    /// <param name="key">The key's bytes.</param>
    /// <param name="time">The server's clock, where it is not the system's.</param>
    public HttpClient Client(Uri server, byte[] key, TimeProvider? time = null) =>
        new(new Signer(this, key, time ?? TimeProvider.System)) { BaseAddress = server, Timeout = ServiceProcess.Patience };

    private sealed class Signer(TestIdentity identity, byte[] key, TimeProvider time) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", identity.Sign(key, time.GetUtcNow()));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
