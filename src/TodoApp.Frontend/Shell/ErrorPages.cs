using System.Diagnostics;
using TodoApp.ServiceDefaults;

namespace TodoApp.Frontend.Shell;

/// <summary>Shows a page, instead of problem details, where a person looked for a page and something failed.</summary>
internal static partial class ErrorPages
{
    public static void UseErrorPages(this WebApplication app)
    {
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ErrorPages));
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (ServiceUnavailableException away) when (CanShow(context))
            {
                Away(logger, away);
                context.SetRetryAfter(away.RetryAfter);
                await Pages.Show<AwayPage>(new() { ["Fields"] = await KeptAsync(context) }, StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or BadHttpRequestException) && CanShow(context))
            {
                Failed(logger, exception, context.Request.Method, SecretPaths.Shown(context.Request.Path));
                string trace = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
                await Pages.Show<FailedPage>(new() { ["TraceId"] = trace }, StatusCodes.Status500InternalServerError).ExecuteAsync(context);
            }
        });
    }

    // What was sent, to send it again: all of it or nothing, and no password in a page's source.
    private static async Task<KeyValuePair<string, string>[]> KeptAsync(HttpContext context)
    {
        // A file is not read for it.
        bool isPlain = HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType && !context.Request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);
        IFormCollection form = isPlain ? await Forms.ReadAsync(context, context.RequestAborted) : FormCollection.Empty;
        return form.Keys.Any(name => name.Contains("password", StringComparison.OrdinalIgnoreCase))
            ? []
            : [.. form.SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? ""))];
    }

    private static bool CanShow(HttpContext context) => !context.Response.HasStarted && Pages.WantsPage(context.Request)
        && context.GetEndpoint()?.Metadata.GetMetadata<Pages.PageMetadata>() is not null;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backend is away")]
    private static partial void Away(ILogger logger, Exception exception);
}
