using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Agents;
using TodoApp.Frontend.Api;
using TodoApp.Frontend.Changes;
using TodoApp.Frontend.Lists;
using TodoApp.Frontend.Settings;
using TodoApp.Frontend.Shell;
using TodoApp.Frontend.Tasks;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;

namespace TodoApp.Frontend;

/// <summary>The pages, and the one public origin.</summary>
/// <remarks>
/// Needs <c>BACKEND_URL</c>; reads <c>PUBLIC_URL</c>, <c>ALLOWED_HOSTS</c>, <c>TRUSTED_PROXIES</c>. It keeps nothing: any replica
/// answers any request. <c>/health</c> does not ask the backend: a frontend without one still answers with a page that says
/// so, and taking every replica out of service would only turn that page into a proxy's error.
/// </remarks>
public static class FrontendService
{
    /// <summary>The port unless <c>PORT</c> is set.</summary>
    public const int DefaultPort = 3000;

    /// <summary>Builds the service without starting it.</summary>
    /// <param name="settings">What a process with several services sets over the environment variables.</param>
    /// <param name="configure">Last changes before it is built, for tests.</param>
    /// <exception cref="ConfigurationException">A setting is missing or wrong.</exception>
    public static WebApplication Build(IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        // The name and the folder lead to the static files, whichever program hosts the service and wherever it is started.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(FrontendService).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddSettings(settings);
        builder.AddServiceDefaults(ServiceSettings.Read(builder.Configuration, "frontend", DefaultPort));
        builder.WebHost.UseStaticWebAssets();

        OriginSettings origin = OriginSettings.Read(builder.Configuration);
        Uri backend = ServiceSettings.Url(builder.Configuration, "BACKEND_URL")
            ?? throw new ConfigurationException("BACKEND_URL is not set. Give the backend's address, for example http://127.0.0.1:8000.");
        builder.Services.AddSingleton(origin);
        builder.Services.AddSingleton(_ => new Upstream("The server", backend));
        builder.Services.AddSingleton<BackendClient>();
        builder.Services.AddSingleton<SessionCookie>();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<ForwardToBackend>();
        AddPages(builder.Services);
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.UseServiceDefaults();
        app.UseTrustedProxies(origin);
        app.UseSecurityHeaders(origin);
        app.UseHostCheck(origin);
        app.UseCrossOriginGuard(origin);
        app.UseResponseCompression();
        app.UseVersionedFiles();
        app.UseRouting();
        app.UseErrorPages();

        app.MapStaticAssets(StaticFiles.Manifest);
        app.MapForwarding();
        RouteGroupBuilder pages = app.MapPages();
        pages.MapSignUp();
        pages.MapSignIn();
        pages.MapSignOut();
        pages.MapTaskPages();
        pages.MapTask();
        pages.MapEditTask();
        pages.MapLists();
        pages.MapActivity();
        pages.MapAddTask();
        pages.MapTaskActions();
        pages.MapMoveCard();
        pages.MapMoveOverdue();
        pages.MapChangeTasks();
        pages.MapEditProfile();
        pages.MapSecurity();
        pages.MapCalendarAddress();
        pages.MapImport();
        pages.MapDeleteAccount();
        pages.MapTokens();
        pages.MapTakeBack();
        pages.MapNotFound();
        return app;
    }

    private static void AddPages(IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddLocalization();

        // Under https too: a page holds no secret beside what a person typed that its size could give away to somebody who chooses a part
        // of it (BREACH), since other sites' requests bring no cookie and antiforgery needs no token.
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/manifest+json"];
        });
        // A page is written in many small pieces, each of which the fastest levels compress by itself: half as well, and no sooner.
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.AddSingleton<Assets>();
        // Text in any script stays itself instead of becoming &#x…;.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));

        // The cross-origin guard replaces antiforgery tokens, whose keys replicas would have to share.
        services.Replace(ServiceDescriptor.Singleton<IAntiforgery, NoAntiforgery>());
        foreach (ServiceDescriptor maker in services.Where(NoAntiforgery.MakesKeys).ToArray())
        {
            services.Remove(maker);
        }
    }
}
