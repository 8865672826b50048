using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;
using TodoApp.Gateway;

namespace TodoApp.Frontend.Settings;

/// <summary>
/// Passes an uploaded file on to the backend while it arrives: to check it, which writes nothing, or to import it. Nothing of
/// it is kept here, so the same file is sent once for each.
/// </summary>
internal static class ImportFile
{
    // What a form adds around the file: boundaries, headers, its other fields.
    private const int AroundTheFile = 64 * 1024;
    private const int LongestField = 200;

    private static readonly MediaTypeHeaderValue Unknown = new("application/octet-stream");

    public static void MapImport(this RouteGroupBuilder pages)
    {
        pages.MapPage(YourData.Page, (context, frame) => Task.FromResult(YourData.Show(context, frame, [])));
        Map(pages, "/settings/import/check", dryRun: true);
        Map(pages, "/settings/import", dryRun: false);
    }

    // Not MapForm: the frame is read when the file has arrived, since its counts change with it.
    private static void Map(RouteGroupBuilder pages, string path, bool dryRun)
    {
        pages.MapPost(path, (Delegate)((HttpContext context) => SubmitAsync(context, dryRun)));
        pages.MapPage(path, () => Pages.SeeOther(YourData.Page));
    }

    private static async Task<IResult> SubmitAsync(HttpContext context, bool dryRun)
    {
        const long Most = TaskRoutes.ImportBodyLimit + AroundTheFile;
        if (context.RequestServices.GetRequiredService<SessionCookie>().Read(context.Request) is null)
        {
            return Pages.SeeOther("/sign-in");
        }

        if (context.Request.ContentLength > Most)
        {
            return await ShowAsync(context, null, ProblemKind.TooLarge.Because($"A file can have at most {TaskRoutes.ImportBodyLimit / 1024 / 1024} MiB."));
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = Most;
        MultipartReader form = Reader(context.Request);
        try
        {
            (Answer<ImportReport>? answer, string name) = await PassOnAsync(context, form, dryRun);
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted); // A browser that can't finish sending shows no answer.
            return await ShowAsync(context, answer?.Value, answer is null ? ProblemKind.Invalid.Because(null, new Dictionary<string, string[]> { ["file"] = ["Choose a file."] }) : answer.Problem, name);
        }
        catch (Exception exception) when (exception is InvalidDataException || (exception is IOException and not BadHttpRequestException))
        {
            throw new BadHttpRequestException($"The form can't be read: {exception.Message}", exception);
        }
    }

    /// <returns>No answer when the form has no file.</returns>
    private static async Task<(Answer<ImportReport>? Answer, string Name)> PassOnAsync(HttpContext context, MultipartReader form, bool dryRun)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        string key = Forms.NewKey(context.RequestServices.GetRequiredService<TimeProvider>());
        string format = "";

        // The page has the file last, so the other fields are known when it comes.
        while (await form.ReadNextSectionAsync(context.RequestAborted) is MultipartSection section)
        {
            if (section.AsFileSection() is { Name: "file", FileName: { Length: > 0 } name, FileStream: Stream file })
            {
                string path = $"/api/import?dryRun={(dryRun ? "true" : "false")}{(format.Length == 0 ? "" : "&format=" + Uri.EscapeDataString(format))}";
                MediaTypeHeaderValue type = MediaTypeHeaderValue.TryParse(section.ContentType, out MediaTypeHeaderValue? given) ? given : Unknown;
                return (await backend.PostStream(context, path, file, type, key, ContractsJson.Client.ImportReport), name);
            }

            if (section.AsFormDataSection() is FormMultipartSection { Name: "format" or "key" } field)
            {
                string value = await ReadAsync(field.Section.Body, context.RequestAborted);
                (key, format) = field.Name == "key" && Guid.TryParseExact(value, "N", out _) ? (value, format) : (key, field.Name == "format" ? value : format);
            }
        }

        return (null, "");
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ImportReport? report, Problem? problem, string name = "") => await Pages.ForPerson(
        context,
        frame => Task.FromResult(YourData.Show(
            context,
            frame,
            new() { ["Report"] = report, ["ImportProblem"] = problem, ["FileName"] = name },
            problem is null ? StatusCodes.Status200OK : problem.Status == StatusCodes.Status413PayloadTooLarge ? problem.Status : SignIn.FormStatus(problem))),
        YourData.Page);

    private static MultipartReader Reader(HttpRequest request)
    {
        return Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out Microsoft.Net.Http.Headers.MediaTypeHeaderValue? type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && Microsoft.Net.Http.Headers.HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 100 } boundary
            ? new MultipartReader(boundary.ToString(), request.Body)
            : throw new BadHttpRequestException("The body must be a form with a file, as a browser sends it.");
    }

    private static async Task<string> ReadAsync(Stream field, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[LongestField];
        int length = await field.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
