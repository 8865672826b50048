using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;

namespace TodoApp.Backend.Gateway;

/// <summary>Signs who is asking, for mcp-server. Written out rather than by a library: signing is one HMAC, and it is done for every request.</summary>
internal sealed class InternalJwt(BackendSettings settings, TimeProvider time)
{
    private static readonly string Header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"HS256","typ":"{{InternalIdentity.Type}}"}"""));

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For a request that is passed on.</summary>
    internal string For(Caller caller) => Sign(
        caller.AccountId, caller.SpaceId, caller.AccountName, caller.TimeZone, caller.Locale, caller.WeekStart, caller.Scopes,
        caller.IsSession ? "person" : "agent",
        caller.IsSession ? caller.AccountId : caller.CredentialId,
        caller.TokenName ?? caller.AccountName);

    /// <summary>For the deletion of an account's space, and for nothing else.</summary>
    internal string ForDeletion(AccountRow account) => Sign(
        account.Id, account.SpaceId, account.Name, account.TimeZone, account.Locale, account.WeekStart, Scopes.SpaceDelete, "person", account.Id, account.Name);

    private string Sign(
        Guid account, Guid space, string name, string timeZone, string locale, string weekStart, string scope, string actorKind, Guid actorId, string actorName)
    {
        // To ten seconds: within them the same caller has the same identity, and mcp-server need not check it anew.
        long now = time.GetUtcNow().ToUnixTimeSeconds() / 10 * 10;
        var claims = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(claims, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, InternalIdentity.Issuer);
            json.WriteString("aud"u8, InternalIdentity.Audience);
            json.WriteString(InternalIdentity.Subject, account);
            json.WriteString(InternalIdentity.Space, space);
            json.WriteString(InternalIdentity.Name, name);
            json.WriteString(InternalIdentity.TimeZone, timeZone);
            json.WriteString(InternalIdentity.Locale, locale);
            json.WriteString(InternalIdentity.WeekStart, weekStart);
            json.WriteString(InternalIdentity.Scope, scope);
            json.WriteStartObject(InternalIdentity.Actor);
            json.WriteString("kind"u8, actorKind);
            json.WriteString("id"u8, actorId);
            json.WriteString("name"u8, actorName);
            json.WriteEndObject();
            json.WriteNumber("iat"u8, now);
            json.WriteNumber("exp"u8, now + (long)InternalIdentity.Lifetime.TotalSeconds);
            json.WriteEndObject();
        }

        string signed = $"{Header}.{Base64Url.EncodeToString(claims.WrittenSpan)}";
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(settings.InternalAuthKeys[0], Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
