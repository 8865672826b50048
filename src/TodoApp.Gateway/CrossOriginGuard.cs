using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Gateway;

/// <summary>
/// Refuses writes that a page of another site makes with a person's cookie. It stands in for antiforgery tokens: nothing to
/// keep in the page, no key to share between replicas.
/// </summary>
/// <remarks>
/// Browsers say where a request comes from in <c>Sec-Fetch-Site</c>, over plain http (except localhost) only in <c>Origin</c>.
/// What sends neither is not a browser, and has no cookie that it does not know of.
/// </remarks>
public static class CrossOriginGuard
{
    /// <summary>Adds the guard for every method but GET and HEAD. Call it before anything that reads a cookie.</summary>
    public static WebApplication UseCrossOriginGuard(this WebApplication app, OriginSettings origin)
    {
        app.Use((context, next) => IsAllowed(context.Request, origin)
            ? next(context)
            : context.WriteProblem(ProblemKind.CrossOrigin, "Send the request from a page of this site, or from a program that is not a browser."));
        return app;
    }

    internal static bool IsAllowed(HttpRequest request, OriginSettings origin)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return true;
        }

        // Two values of one of these are no browser's doing.
        return request.Headers["Sec-Fetch-Site"] switch
        {
            [] => request.Headers.Origin switch
            {
                [] => true,
                [string from] => IsOwn(from, request, origin),
                _ => false,
            },
            ["same-origin"] => true,
            _ => false,
        };
    }

    private static bool IsOwn(string from, HttpRequest request, OriginSettings origin) =>
        from.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)
        || (origin.PublicUrl is not null && from.Equals(origin.PublicUrl.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));
}
