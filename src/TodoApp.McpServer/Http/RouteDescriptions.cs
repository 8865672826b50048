using TodoApp.Contracts;

namespace TodoApp.McpServer.Http;

/// <summary>What a route says of itself in the API's description.</summary>
internal static class RouteDescriptions
{
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in (ReadOnlySpan<int>)[401, 403, .. statuses, 429, 503])
        {
            route.Produces<Problem>(status, Problem.MediaType);
        }

        return route;
    }

    public static RouteHandlerBuilder Write(this RouteHandlerBuilder route) => route
        .WithMetadata(new RequestHeader("Idempotency-Key", "Up to 255 printable ASCII characters. The same request with the same key happens once; its first answer is given again for 24 hours."));

    public static RouteHandlerBuilder Conditional(this RouteHandlerBuilder route) => route.Write()
        .WithMetadata(new RequestHeader("If-Match", "The ETag of an earlier answer. With another version, nothing is done and the answer is 412."))
        .Produces<Problem>(412, Problem.MediaType);
}

/// <summary>A query parameter, for the API's description.</summary>
internal sealed record QueryParameter(string Name, string Description, string Type = "string");

/// <summary>A request header, for the API's description.</summary>
internal sealed record RequestHeader(string Name, string Description);

/// <summary>The largest body a route takes, in bytes; 1 MiB unless set.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata;
