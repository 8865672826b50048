using System.Data.Common;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;
using TodoApp.Backend.Storage;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Tokens;

/// <summary>
/// Finds out who sent a request. Every request asks the database, so that a token stops working the moment it is revoked; it
/// is one prepared statement in one round trip, written by hand because it is on the way of every request.
/// </summary>
internal sealed class CallerReader(AccountsDatabase database, LastUse lastUse, TimeProvider time)
{
    private const string Everything = Scopes.TasksRead + " " + Scopes.TasksWrite;

    private readonly string _sessionSql = $"""
        SELECT a.id, a.space_id, a.name, a.time_zone, a.locale, a.week_start, c.id, c.last_used_at, c.expires_at
        FROM {database.TablePrefix}sessions c JOIN {database.TablePrefix}accounts a ON a.id = c.account_id
        WHERE c.token_hash = @hash AND a.disabled_at IS NULL AND a.deletion_requested_at IS NULL
        """;

    private readonly string _tokenSql = $"""
        SELECT a.id, a.space_id, a.name, a.time_zone, a.locale, a.week_start, c.id, c.last_used_at, c.expires_at, c.name, c.scopes
        FROM {database.TablePrefix}tokens c JOIN {database.TablePrefix}accounts a ON a.id = c.account_id
        WHERE c.token_hash = @hash AND a.disabled_at IS NULL AND a.deletion_requested_at IS NULL
        """;

    /// <summary>Reads the request's token.</summary>
    /// <returns>Null when there is none, or it is wrong, expired or revoked, or its account is disabled.</returns>
    internal ValueTask<Caller?> Read(HttpRequest request, CancellationToken cancellation) =>
        BearerToken(request) is string token ? Read(token, cancellation) : ValueTask.FromResult<Caller?>(null);

    /// <summary>The token that the request carries, if it has a form that can be one.</summary>
    internal static string? BearerToken(HttpRequest request)
    {
        StringValues header = request.Headers.Authorization;
        return header.Count == 1 && AuthenticationHeaderValue.TryParse(header, out AuthenticationHeaderValue? value)
            && value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? value.Parameter : null;
    }

    internal async ValueTask<Caller?> Read(string token, CancellationToken cancellation)
    {
        bool isSession = Secret.HasForm(token, Secret.SessionPrefix);
        if (!isSession && !Secret.HasForm(token, Secret.PersonalPrefix))
        {
            return null;
        }

        await using DbCommand command = database.DataSource.CreateCommand(isSession ? _sessionSql : _tokenSql);
        DbParameter hash = command.CreateParameter();
        hash.ParameterName = "hash";
        hash.Value = Secret.Hash(token);
        command.Parameters.Add(hash);
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        if (Instant(row, 8) <= now)
        {
            return null;
        }

        Guid credential = row.GetGuid(6);
        lastUse.Note(credential, isSession, Instant(row, 7), now);
        string scopes = isSession ? Everything : row.GetString(10);
        return new Caller
        {
            AccountId = row.GetGuid(0),
            SpaceId = row.GetGuid(1),
            AccountName = row.GetString(2),
            TimeZone = row.GetString(3),
            Locale = row.GetString(4),
            WeekStart = row.GetString(5),
            CredentialId = credential,
            TokenName = isSession ? null : row.GetString(9),
            Scopes = scopes,
            CanRead = scopes.Contains(Scopes.TasksRead, StringComparison.Ordinal),
            CanWrite = scopes.Contains(Scopes.TasksWrite, StringComparison.Ordinal),
        };
    }

    private DateTimeOffset? Instant(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null
        : database.Engine == DatabaseEngine.Sqlite ? DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column))
        : row.GetFieldValue<DateTimeOffset>(column);
}
