using System.Text.Json.Serialization;

namespace TodoApp.Contracts;

/// <summary>An error as RFC 9457 problem details (<c>application/problem+json</c>).</summary>
/// <param name="Type">A stable reference that names the kind of error; see <see cref="ProblemKind"/>. It leads to the kind's entry in the API reference.</param>
/// <param name="Title">The kind of error in a few words, the same for every error of the kind.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong this time and what would be right.</param>
/// <param name="TraceId">The W3C trace id of the request, to be found in the logs of every service it passed.</param>
/// <param name="Errors">For 400 and 422: what was wrong with each field; the empty name stands for the body as a whole.</param>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null)
{
    /// <summary>The media type of problem details.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>For 412 the item's current version; for 409 after an undo, the later versions that stand in its way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Versions { get; init; }

    /// <summary>For 410 of the change feed: where an up-to-date copy can be had.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Snapshot { get; init; }
}

/// <summary>The kinds of error that the services answer with. Names and meanings never change; new ones may be added.</summary>
public sealed record ProblemKind(string Name, int Status, string Title)
{
    /// <summary>400: the request could not be read: broken JSON, a wrong type, an unknown field or parameter.</summary>
    public static readonly ProblemKind Malformed = new("malformed-request", 400, "The request could not be read");

    /// <summary>401: no token, or one that is wrong, expired or revoked.</summary>
    public static readonly ProblemKind Unauthorized = new("unauthorized", 401, "Sign in, or send a valid token");

    /// <summary>403: the token does not allow this.</summary>
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "The token does not allow this");

    /// <summary>403: nobody can register now, or only by invitation.</summary>
    public static readonly ProblemKind RegistrationClosed = new("registration-closed", 403, "Registration is closed");

    /// <summary>403: the operator has disabled the account, or it is being deleted.</summary>
    public static readonly ProblemKind AccountDisabled = new("account-disabled", 403, "The account can't be used");

    /// <summary>403: a browser sent the request from a page of another site.</summary>
    public static readonly ProblemKind CrossOrigin = new("cross-origin", 403, "Requests from pages of other sites are refused");

    /// <summary>404: nothing there, or nothing that belongs to the caller.</summary>
    public static readonly ProblemKind NotFound = new("not-found", 404, "There is nothing here");

    /// <summary>405: the route exists, the method does not.</summary>
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "This method is not allowed here");

    /// <summary>409: the request contradicts what is stored now.</summary>
    public static readonly ProblemKind Conflict = new("conflict", 409, "That does not fit what is stored now");

    /// <summary>410: it was there, and is gone for good.</summary>
    public static readonly ProblemKind Gone = new("gone", 410, "It is gone for good");

    /// <summary>412: <c>If-Match</c> names an older version.</summary>
    public static readonly ProblemKind PreconditionFailed = new("precondition-failed", 412, "It was changed since you read it");

    /// <summary>413: the body is larger than the route takes.</summary>
    public static readonly ProblemKind TooLarge = new("body-too-large", 413, "The body is too large");

    /// <summary>415: the body's media type is not one that the route takes.</summary>
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", 415, "The body must be JSON");

    /// <summary>421: the Host header names a host that this server does not answer for.</summary>
    public static readonly ProblemKind UnknownHost = new("unknown-host", 421, "This server does not answer for that host");

    /// <summary>422: a field breaks one of its rules.</summary>
    public static readonly ProblemKind Invalid = new("invalid", 422, "A field breaks one of its rules");

    /// <summary>422: the idempotency key was used before for another request.</summary>
    public static readonly ProblemKind IdempotencyKeyReused = new("idempotency-key-reused", 422, "The idempotency key was used for another request");

    /// <summary>429: too many requests; <c>Retry-After</c> says in how many seconds the next one is taken.</summary>
    public static readonly ProblemKind TooManyRequests = new("too-many-requests", 429, "Too many requests");

    /// <summary>500: a defect of the server; the trace id leads to its log.</summary>
    public static readonly ProblemKind Internal = new("internal", 500, "The server failed");

    /// <summary>503: a part of the system is away; <c>Retry-After</c> says in how many seconds to try again.</summary>
    public static readonly ProblemKind Unavailable = new("unavailable", 503, "A part of the system is away");

    /// <summary>Every kind, in the order of status.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        Malformed, Unauthorized, Forbidden, CrossOrigin, RegistrationClosed, AccountDisabled, NotFound, MethodNotAllowed, Conflict, Gone,
        PreconditionFailed, TooLarge, UnsupportedMediaType, UnknownHost, Invalid, IdempotencyKeyReused, TooManyRequests, Internal, Unavailable,
    ];

    /// <summary>The value of <see cref="Problem.Type"/>: a reference into the API reference page.</summary>
    public string Type => "/docs#problem-" + Name;

    /// <summary>A problem of this kind.</summary>
    /// <param name="detail">What was wrong this time and what would be right.</param>
    /// <param name="errors">What was wrong with each field.</param>
    public Problem Because(string? detail, IReadOnlyDictionary<string, string[]>? errors = null) => new(Type, Title, Status, detail, null, errors);
}
