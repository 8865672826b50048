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
        TokenRow? token = Guid.TryParse(id, out Guid tokenId)
            ? await db.Tokens.SingleOrDefaultAsync(t => t.Id == tokenId && t.AccountId == caller.AccountId, cancellation)
            : null;
        if (token is null)
        {
            return Answers.Problem(ProblemKind.NotFound, "You have no token with this id.");
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

        return Answers.NoContent;
    }

    internal static PersonalToken ToContract(TokenRow token, string? secret = null) =>
        new(token.Id, token.Name, token.Scopes.Split(' '), token.CreatedAt, token.ExpiresAt, token.LastUsedAt, secret);
}
