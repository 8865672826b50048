using Microsoft.AspNetCore.Antiforgery;

namespace TodoApp.Frontend.Shell;

/// <summary>Razor components insist on an antiforgery service. This one does nothing; see <see cref="Gateway.CrossOriginGuard"/>.</summary>
internal sealed class NoAntiforgery : IAntiforgery
{
    private static readonly AntiforgeryTokenSet None = new(null, null, "none", null);

    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext) => None;

    public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => None;

    public Task<bool> IsRequestValidAsync(HttpContext httpContext) => Task.FromResult(true);

    public void SetCookieTokenAndHeader(HttpContext httpContext)
    {
    }

    public Task ValidateRequestAsync(HttpContext httpContext) => Task.CompletedTask;

    /// <summary>Whether the service is the one that writes a Data Protection key to the home folder at start.</summary>
    internal static bool MakesKeys(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "DataProtectionHostedService";
}
