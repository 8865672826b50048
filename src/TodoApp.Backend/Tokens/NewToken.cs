using Microsoft.EntityFrameworkCore;
using TodoApp.Backend.Accounts;
using TodoApp.Backend.Storage;
using TodoApp.Contracts;

namespace TodoApp.Backend.Tokens;

/// <summary><c>POST /api/tokens</c>: makes a personal access token and shows it this once.</summary>
internal static class NewToken
{
    private const int Most = 100;

    internal static async Task<IResult> Handle(
        HttpContext context, Caller caller, AccountsDb db, TimeProvider time, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        JsonBody body = await JsonBody.Read(context.Request);
        string? name = body.Text("name", required: true, AccountRules.Name);
        IReadOnlyList<string>? scopes = body.Texts("scopes", required: true);
        DateTimeOffset? expiresAt = body.Instant("expiresAt");
        if (scopes is not null && (scopes.Count == 0 || scopes.Any(scope => scope is not (Scopes.TasksRead or Scopes.TasksWrite))))
        {
            body.Invalid("scopes", $"It must be a list of at least one of {Scopes.TasksRead}, {Scopes.TasksWrite}.");
        }

        if (expiresAt <= now)
        {
            body.Invalid("expiresAt", "It must be in the future.");
        }

        if (body.Refusal is IResult refusal)
        {
            return refusal;
        }

        if (await db.Tokens.CountAsync(t => t.AccountId == caller.AccountId, cancellation) >= Most)
        {
            return Answers.Problem(ProblemKind.Conflict, $"An account has at most {Most} tokens. Revoke some that are not used any more.");
        }

        string secret = Secret.Make(Secret.PersonalPrefix);
        var token = new TokenRow
        {
            Id = Guid.CreateVersion7(now),
            AccountId = caller.AccountId,
            TokenHash = Secret.Hash(secret),
            Name = name!,
            Scopes = string.Join(' ', scopes!.Distinct().Order(StringComparer.Ordinal)),
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        db.Tokens.Add(token);
        SecurityLog.Add(db, caller.AccountId, SecurityLog.TokenCreated, context, now, token.Name);
        await db.SaveChangesAsync(cancellation);
        return Answers.Json(PersonalTokens.ToContract(token, secret), ContractsJson.Readable.PersonalToken, StatusCodes.Status201Created);
    }
}
