using System.Text;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Http;

/// <summary>What every write over REST has: a caller, perhaps a body, an idempotency key and a condition.</summary>
internal sealed class WriteRequest
{
    private readonly JsonBody _body;

    private WriteRequest(Caller caller, JsonBody body, IfMatch ifMatch, Idempotency? key)
    {
        Caller = caller;
        _body = body;
        IfMatch = ifMatch;
        Key = key;
    }

    public Caller Caller { get; }

    public IfMatch IfMatch { get; }

    public Idempotency? Key { get; }

    public bool HasBody => !_body.IsEmpty;

    public JsonElement Body => _body.Root;

    /// <summary>Reads the request and answers it with what the handler makes of it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="needsBody">Whether it must have a body.</param>
    /// <param name="handle">The use case.</param>
    public static async Task HandleAsync(HttpContext context, bool needsBody, Func<WriteRequest, Task<WriteResult>> handle)
    {
        HttpRequest request = context.Request;
        (JsonBody? body, Problem? problem) = await JsonBody.ReadAsync(request, needsBody);
        if (body is null)
        {
            await Answers.WriteAsync(context, problem!);
            return;
        }

        using (body)
        {
            if (!IfMatch.TryParse(request.Headers.IfMatch, out IfMatch ifMatch))
            {
                await Answers.WriteAsync(context, ProblemKind.Malformed.Because("If-Match must be the ETag of an earlier answer, for example \"17\" with its quotes."));
                return;
            }

            string key = request.Headers["Idempotency-Key"].ToString();
            if (key.Length > 0 && !Idempotency.IsValid(key))
            {
                await Answers.WriteAsync(context, ProblemKind.Malformed.Because($"Idempotency-Key must have at most {Idempotency.KeyLength} printable ASCII characters."));
                return;
            }

            Idempotency? idempotency = key.Length == 0 ? null : Idempotency.For(request.Method, request.Path, key, Fingerprint(body.Bytes, request));
            var write = new WriteRequest(context.GetCaller(), body, ifMatch, idempotency);
            await Answers.WriteAsync(context, await handle(write));
        }
    }

    // What else than method and path decides what a write does: the condition, the query, the body.
    private static byte[] Fingerprint(byte[] body, HttpRequest request)
    {
        string conditions = request.Headers.IfMatch.ToString() + "\n" + request.QueryString.Value + "\n";
        return conditions.Length == 2 ? body : [.. Encoding.UTF8.GetBytes(conditions), .. body];
    }
}
