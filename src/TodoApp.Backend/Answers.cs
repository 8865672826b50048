using System.Text.Json.Serialization.Metadata;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend;

/// <summary>What handlers return.</summary>
internal static class Answers
{
    /// <summary>What a 401 says about how to ask. There is no <c>resource_metadata</c> before OAuth exists: it would make clients ignore a token they were given.</summary>
    internal const string Challenge = "Bearer realm=\"todo\", scope=\"tasks:read tasks:write\"";

    internal static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) => TypedResults.Json(value, type, statusCode: status);

    internal static IResult NoContent { get; } = TypedResults.NoContent();

    internal static IResult Problem(ProblemKind kind, string? detail = null) => new ProblemAnswer(kind, detail, null, null);

    internal static IResult Problem(ProblemKind kind, string field, string error) =>
        new ProblemAnswer(kind, null, new Dictionary<string, string[]> { [field] = [error] }, null);

    internal static IResult Problem(ProblemKind kind, IReadOnlyDictionary<string, string[]> errors) => new ProblemAnswer(kind, null, errors, null);

    /// <summary>A problem that another service told of.</summary>
    internal static IResult Problem(Problem problem) =>
        TypedResults.Json(problem, ContractsJson.Readable.Problem, TodoApp.Contracts.Problem.MediaType, problem.Status);

    internal static IResult Unavailable(TimeSpan retryAfter, string detail) => new ProblemAnswer(ProblemKind.Unavailable, detail, null, retryAfter);

    internal static IResult TooMany(TimeSpan retryAfter, string detail) => new ProblemAnswer(ProblemKind.TooManyRequests, detail, null, retryAfter);

    private sealed class ProblemAnswer(ProblemKind kind, string? detail, IReadOnlyDictionary<string, string[]>? errors, TimeSpan? retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (kind == ProblemKind.Unauthorized)
            {
                httpContext.Response.Headers.WWWAuthenticate = Challenge;
            }

            if (retryAfter is TimeSpan delay)
            {
                httpContext.SetRetryAfter(delay);
            }

            return httpContext.WriteProblem(kind, detail, errors);
        }
    }
}
