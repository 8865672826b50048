using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using TodoApp.Backend.Gateway;
using TodoApp.Backend.Storage;
using TodoApp.Contracts;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Tokens;

/// <summary>
/// <c>POST /api/tokens/{id}/take-back</c>: for an agent gone wrong. Revokes the token, which stays revoked whatever comes after,
/// and then has mcp-server undo what was done with it, all or nothing. Can be called again, when something stood in the way.
/// </summary>
internal sealed class TakeBack(Uri mcpServerUrl, InternalJwt identity, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // Its own: to undo thousands of changes takes longer than a request may.
    private readonly Upstream _mcpServer = new("The task service", mcpServerUrl) { HeaderTimeout = TimeSpan.FromMinutes(2) };

    public void Dispose() => _mcpServer.Dispose();

    internal static async Task<IResult> Handle(
        string id, HttpContext context, Caller caller, AccountsDb db, TakeBack takeBack, TimeProvider time, CancellationToken cancellation)
    {
        DateTimeOffset? since = null;
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            JsonBody body = await JsonBody.Read(context.Request);
            since = body.Instant("since");
            if (body.Refusal is IResult refusal)
            {
                return refusal;
            }
        }

        // A token that was revoked before is no longer known here, but in the change log. The account's own id is there too.
        if (!Guid.TryParse(id, out Guid tokenId) || tokenId == caller.AccountId)
        {
            return PersonalTokens.Unknown();
        }

        TokenRow? token = await PersonalTokens.RevokeAsync(tokenId, context, caller, db, time, cancellation);
        return await takeBack.UndoAsync(caller, tokenId, since ?? token?.CreatedAt ?? DateTimeOffset.UnixEpoch, wasKnown: token is not null);
    }

    // From here on nothing is cancelled: it is done also for somebody who no longer waits for the answer.
    private async Task<IResult> UndoAsync(Caller caller, Guid token, DateTimeOffset since, bool wasKnown)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new UndoChanges { Actor = token.ToString(), Since = since }, ContractsJson.Client.UndoChanges);
        string key = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        try
        {
            using HttpResponseMessage response = await _mcpServer.SendAsync(
                static state =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Post, state.Address) { Content = new ByteArrayContent(state.Body) };
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + state.Identity);
                    request.Headers.TryAddWithoutValidation("Idempotency-Key", state.Key);
                    return request;
                },
                (Address: _mcpServer.Prefix + "/changes/undo", Body: body, Identity: identity.For(caller), Key: key),
                retry: true,
                CancellationToken.None);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => Undone(JsonSerializer.Deserialize(answer, ContractsJson.Client.UndoResult)!, wasKnown),
                HttpStatusCode.Conflict => Refused(JsonSerializer.Deserialize(answer, ContractsJson.Client.Problem)!),
                _ => Away(),
            };
        }
        catch (Exception exception) when (exception is ServiceUnavailableException or HttpRequestException or IOException or JsonException)
        {
            return Away();
        }
    }

    private static IResult Undone(UndoResult result, bool wasKnown) => wasKnown || result.Undone > 0
        ? Answers.Json(result, ContractsJson.Readable.UndoResult)
        : PersonalTokens.Unknown();

    private static IResult Refused(Problem problem) => Answers.Problem(problem with { Detail = "The token is revoked. " + problem.Detail });

    private static IResult Away() =>
        Answers.Unavailable(RetryAfter, "The token is revoked. What was done with it could not be undone, because the task service is away for the moment. Try again.");
}
