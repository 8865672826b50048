using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Identity;

/// <summary>What a route asks of the caller's token.</summary>
internal sealed record RequiredScope(string Scope);

/// <summary>
/// Lets nothing pass without an identity that the backend signed, but the health routes. The caller is put into the
/// request's features. A checked identity is remembered until it expires, because one that is sent again need not be checked again.
/// </summary>
internal sealed class InternalIdentityMiddleware(RequestDelegate next, IReadOnlyList<byte[]> keys, TimeProvider time)
{
    private const int MostRemembered = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly TokenValidationParameters _parameters = new()
    {
        ValidTypes = [InternalIdentity.Type],
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidIssuer = InternalIdentity.Issuer,
        ValidAudience = InternalIdentity.Audience,
        IssuerSigningKeys = keys.Select(key => new SymmetricSecurityKey(key)).ToArray(),
        TryAllIssuerSigningKeys = true,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = InternalIdentity.ClockSkew,
        LifetimeValidator = (_, expires, _, parameters) => expires is not null && expires.Value + parameters.ClockSkew > time.GetUtcNow().UtcDateTime,
    };

    public async Task InvokeAsync(HttpContext context)
    {
        if (Health.IsProbe(context.Request))
        {
            await next(context);
            return;
        }

        Caller? caller = await AuthenticateAsync(context.Request.Headers.Authorization.ToString());
        if (caller is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await context.WriteProblem(ProblemKind.Unauthorized, "Requests come through the backend, which signs who is asking.");
            return;
        }

        context.Features.Set(caller);
        string? scope = context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;
        if (scope is not null && !caller.Scopes.Contains(scope))
        {
            await context.WriteProblem(ProblemKind.Forbidden, $"This needs the scope {scope}.");
            return;
        }

        await next(context);
    }

    private async ValueTask<Caller?> AuthenticateAsync(string header)
    {
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string token = header["Bearer ".Length..];
        DateTimeOffset now = time.GetUtcNow();
        if (_known.TryGetValue(token, out Known? known))
        {
            if (known.Expires > now)
            {
                return known.Caller;
            }

            _known.TryRemove(token, out _);
        }

        TokenValidationResult result = await _handler.ValidateTokenAsync(token, _parameters);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt || jwt.ValidTo - jwt.IssuedAt > InternalIdentity.Lifetime
            || jwt.IssuedAt > (now + InternalIdentity.ClockSkew).UtcDateTime || ReadCaller(jwt) is not Caller caller)
        {
            return null;
        }

        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        _known[token] = new Known(caller, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero) + InternalIdentity.ClockSkew);
        return caller;
    }

    private static Caller? ReadCaller(JsonWebToken jwt)
    {
        if (!jwt.TryGetPayloadValue(InternalIdentity.Space, out string? space) || !Guid.TryParse(space, out Guid spaceId)
            || !jwt.TryGetPayloadValue(InternalIdentity.Scope, out string? scope)
            || !jwt.TryGetPayloadValue(InternalIdentity.Actor, out JsonElement actor) || actor.ValueKind != JsonValueKind.Object
            || ReadText(actor, "kind") is not ("person" or "agent") || ReadText(actor, "id") is not string id)
        {
            return null;
        }

        jwt.TryGetPayloadValue(InternalIdentity.TimeZone, out string? zone);
        jwt.TryGetPayloadValue(InternalIdentity.WeekStart, out string? weekStart);
        return new Caller
        {
            Space = spaceId,
            Actor = new Actor(ReadText(actor, "kind")!, id, ReadText(actor, "name") ?? ""),
            Zone = string.IsNullOrEmpty(zone) ? TimeZoneInfo.Utc : Zones.TryFind(zone) ?? TimeZoneInfo.Utc,
            WeekStart = weekStart switch { "sunday" => DayOfWeek.Sunday, "saturday" => DayOfWeek.Saturday, _ => DayOfWeek.Monday },
            Scopes = scope!.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static string? ReadText(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Known(Caller Caller, DateTimeOffset Expires);
}

internal static class CallerExtensions
{
    /// <summary>The caller; there is always one behind <see cref="InternalIdentityMiddleware"/>.</summary>
    public static Caller GetCaller(this HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}
