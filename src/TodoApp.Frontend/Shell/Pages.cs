using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TodoApp.Frontend.Shell;

/// <summary>
/// How pages are made: a handler asks the backend and decides, a Razor component shows what it is given. Forms are plain HTML;
/// a write that succeeds leads on to a page, so that reloading repeats nothing.
/// </summary>
internal static class Pages
{
    private static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The group that all pages are in.</summary>
    public static RouteGroupBuilder MapPages(this WebApplication app) =>
        app.MapGroup("").DisableAntiforgery().WithMetadata(new PageMetadata());

    public static void MapPage(this RouteGroupBuilder pages, string path, Delegate handler) => pages.MapMethods(path, Reads, handler);

    /// <summary>Whatever else is asked for.</summary>
    public static void MapNotFound(this RouteGroupBuilder pages) =>
        pages.MapMethods("{**path}", Reads, (HttpContext context) => WantsPage(context.Request)
            ? Show<NotFoundPage>([], StatusCodes.Status404NotFound)
            : Results.StatusCode(StatusCodes.Status404NotFound));

    /// <summary>Maps a page of a signed-in person; others are led to sign in.</summary>
    public static void MapPage(this RouteGroupBuilder pages, string path, Func<HttpContext, Frame, Task<IResult>> show) =>
        pages.MapMethods(path, Reads, (Delegate)((HttpContext context) => ForPerson(context, frame => show(context, frame)))); // Else its result is ignored.

    /// <summary>Maps a form of a signed-in person that stands on one page, which is shown again when something is wrong.</summary>
    /// <param name="pages">The group of pages.</param>
    /// <param name="path">Where the form is sent to. Whoever opens it otherwise is led to the page.</param>
    /// <param name="page">The page's path.</param>
    /// <param name="submit">What it does.</param>
    public static void MapForm(this RouteGroupBuilder pages, string path, string page, Func<HttpContext, Frame, Task<IResult>> submit)
    {
        pages.MapPost(path, (Delegate)((HttpContext context) => ForPerson(context, frame => submit(context, frame), page))); // Else its result is ignored.
        if (path != page)
        {
            pages.MapPage(path, () => SeeOther(page));
        }
    }

    /// <summary>Does something with the frame of a signed-in person; others are led to sign in.</summary>
    public static async Task<IResult> ForPerson(HttpContext context, Func<Frame, Task<IResult>> show, string? here = null) =>
        await Frame.LoadAsync(context, here) is Frame frame ? await show(frame) : SeeOther("/sign-in");

    /// <summary>Shows a page of a signed-in person, in their language.</summary>
    /// <typeparam name="TPage">Has the parameter <c>Frame</c>.</typeparam>
    public static IResult Show<TPage>(Frame frame, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        parameters["Frame"] = frame;
        return new Private(new RazorComponentResult<TPage>(parameters) { StatusCode = status }, frame.Culture);
    }

    /// <summary>Shows a page that nobody but this person's browser may keep, and not even that.</summary>
    /// <param name="parameters">The page's.</param>
    /// <param name="status">Its status.</param>
    /// <param name="culture">Its language; the browser's when left out.</param>
    /// <typeparam name="TPage">The page.</typeparam>
    public static IResult Show<TPage>(Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK, CultureInfo? culture = null)
        where TPage : IComponent => new Private(new RazorComponentResult<TPage>(parameters) { StatusCode = status }, culture);

    /// <summary>Leads on to a page after a write.</summary>
    public static IResult SeeOther(string path) => new Redirection(path);

    public static bool WantsPage(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Marks the endpoints that answer with pages.</summary>
    internal sealed class PageMetadata;

    private sealed class Private(IResult page, CultureInfo? culture) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-store";
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture ?? Languages.Of(httpContext.Request);
            httpContext.Response.Headers.ContentLanguage = CultureInfo.CurrentUICulture.Name;
            await page.ExecuteAsync(httpContext);
        }
    }

    private sealed class Redirection(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            httpContext.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
    }
}
