using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Gateway;

/// <summary>
/// Refuses requests for a host that the system does not answer for (421), and from a page of one (403). It is what stops DNS
/// rebinding: a site that points its own name at 127.0.0.1 to read a laptop's tasks.
/// </summary>
public static class HostCheck
{
    private const string Refusal = "This server answers for localhost, for PUBLIC_URL's host and for ALLOWED_HOSTS.";

    /// <summary>Adds the check. Probes (<c>/health*</c>) pass: they carry a pod's address.</summary>
    public static IApplicationBuilder UseHostCheck(this IApplicationBuilder app, OriginSettings origin)
    {
        app.Use((context, next) =>
        {
            if (Health.IsProbe(context.Request))
            {
                return next(context);
            }

            if (!origin.Allows(context.Request.Host.Host))
            {
                return context.WriteProblem(ProblemKind.UnknownHost, Refusal);
            }

            return IsOriginAllowed(context.Request, origin) ? next(context) : context.WriteProblem(ProblemKind.CrossOrigin, Refusal);
        });
        return app;
    }

    // "null", which a sandboxed page sends, is no host; the cross-origin guard decides about it.
    private static bool IsOriginAllowed(HttpRequest request, OriginSettings origin) =>
        request.Headers.Origin is [string text] && Uri.TryCreate(text, UriKind.Absolute, out Uri? url) ? origin.Allows(url.Host) : true;
}
