using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Accounts;
using TodoApp.Backend.Storage;
using TodoApp.Contracts;

namespace TodoApp.Backend.Tokens;

/// <summary><c>GET /api/tokens</c> and <c>DELETE /api/tokens/{id}</c>.</summary>
internal static class PersonalTokens
{
    internal static async Task<IResult> List(Caller caller, AccountsDb db, CancellationToken cancellation)
    {
        List<TokenRow> tokens = await db.Tokens.AsNoTracking().Where(t => t.AccountId == caller.AccountId).OrderBy(t => t.Id).ToListAsync(cancellation);
        return Answers.Json(new ItemList<PersonalToken>([.. tokens.Select(token => ToContract(token))]), ContractsJson.Readable.ItemListPersonalToken);
    }

    internal static async Task<IResult> Revoke(
        string id, HttpContext context, Caller caller, AccountsDb db, TimeProvider time, CancellationToken cancellation)
    {
        return Guid.TryParse(id, out Guid token) && await RevokeAsync(token, context, caller, db, time, cancellation) is not null
            ? Answers.NoContent
            : Unknown();
    }

    /// <summary>Revokes a token of the caller's account.</summary>
    /// <returns>The token; null when there is none with this id.</returns>
    internal static async Task<TokenRow?> RevokeAsync(
        Guid id, HttpContext context, Caller caller, AccountsDb db, TimeProvider time, CancellationToken cancellation)
    {
        TokenRow? token = await db.Tokens.SingleOrDefaultAsync(t => t.Id == id && t.AccountId == caller.AccountId, cancellation);
        if (token is null)
        {
            return null;
        }

        db.Tokens.Remove(token);
        SecurityLog.Add(db, caller.AccountId, SecurityLog.TokenRevoked, context, time.GetUtcNow(), token.Name);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another request has revoked it in the meantime, and logged it.
        }

        return token;
    }

    internal static IResult Unknown() => Answers.Problem(ProblemKind.NotFound, "You have no token with this id.");

    internal static PersonalToken ToContract(TokenRow token, string? secret = null) =>
        new(token.Id, token.Name, token.Scopes.Split(' '), token.CreatedAt, token.ExpiresAt, token.LastUsedAt, secret);
}
