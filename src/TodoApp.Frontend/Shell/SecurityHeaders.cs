using Microsoft.Extensions.Primitives;
using TodoApp.Gateway;

namespace TodoApp.Frontend.Shell;

/// <summary>What browsers are told about every answer. An answer of the backend may bring its own and replaces these.</summary>
internal static class SecurityHeaders
{
    private static readonly StringValues Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app, OriginSettings origin) => app.Use((context, next) =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        if (origin.PublicUrl is not null && origin.IsHttps(context.Request))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(context);
    });
}
