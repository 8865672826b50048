using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Tokens;

/// <summary>What an endpoint asks of who calls it. Endpoints without this are open to everybody.</summary>
internal enum Access
{
    /// <summary>A session: account, sessions and tokens.</summary>
    Session,

    /// <summary>A session, or a personal token with the scope that the method needs.</summary>
    Tasks,

    /// <summary>A session or a personal token that may read; mcp-server checks what each tool needs.</summary>
    Mcp,
}

/// <summary>Lets a request through to its endpoint when its token allows that.</summary>
internal static class Authentication
{
    internal static TBuilder Require<TBuilder>(this TBuilder endpoint, Access access)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Requirement(access));

    /// <summary>Whether the endpoint asks for a token.</summary>
    internal static bool IsRequired(IEnumerable<object> endpointMetadata) => endpointMetadata.OfType<Requirement>().Any();

    internal static void UseAuthentication(this WebApplication app)
    {
        CallerReader reader = app.Services.GetRequiredService<CallerReader>();
        AccountLimits limits = app.Services.GetRequiredService<AccountLimits>();
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<Requirement>() is not Requirement requirement)
            {
                await next(context);
                return;
            }

            Caller? caller = await reader.Read(context.Request, context.RequestAborted);
            if (caller is null)
            {
                context.Response.Headers.WWWAuthenticate = Answers.Challenge;
                await context.WriteProblem(ProblemKind.Unauthorized, context.Request.Headers.Authorization.Count == 0
                    ? "Send Authorization: Bearer with a session's or a personal access token."
                    : "The token is wrong, expired or revoked.");
                return;
            }

            if (Refusal(requirement.Access, caller, context.Request) is string refusal)
            {
                await context.WriteProblem(ProblemKind.Forbidden, refusal);
                return;
            }

            if (limits.Take(caller.AccountId) is TimeSpan delay)
            {
                context.SetRetryAfter(delay);
                await context.WriteProblem(ProblemKind.TooManyRequests, "The account makes more requests than it may.");
                return;
            }

            context.Features.Set(caller);
            await next(context);
        });
    }

    private static string? Refusal(Access access, Caller caller, HttpRequest request)
    {
        if (access == Access.Session)
        {
            return caller.IsSession ? null : "A personal access token reaches tasks only. Sign in for the account, its sessions and its tokens.";
        }

        // Parsing a line of text changes nothing.
        bool reads = access == Access.Mcp || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || request.Path.Equals("/api/tasks/parse", StringComparison.Ordinal);
        return (reads ? caller.CanRead : caller.CanWrite) ? null
            : $"This needs the scope {(reads ? Scopes.TasksRead : Scopes.TasksWrite)}, and the token has {caller.Scopes}.";
    }

    private sealed record Requirement(Access Access);
}
