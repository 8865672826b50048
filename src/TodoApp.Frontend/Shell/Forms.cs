using System.Globalization;

namespace TodoApp.Frontend.Shell;

/// <summary>Reads forms.</summary>
internal static class Forms
{
    /// <summary>Reads the request's form.</summary>
    /// <exception cref="BadHttpRequestException">The body is no form, or a broken one: answered with 400.</exception>
    internal static async Task<IFormCollection> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
        {
            throw new BadHttpRequestException("The body must be a form, as a browser sends it.");
        }

        try
        {
            return await context.Request.ReadFormAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException || (exception is IOException and not BadHttpRequestException))
        {
            throw new BadHttpRequestException($"The form can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Where a form's field <c>return</c> leads: a path of this site, and nowhere else.</summary>
    internal static string Return(string path) =>
        path is ['/', .. string rest] && !rest.StartsWith('/') && !path.Contains('\\', StringComparison.Ordinal) && path.Length <= 2000 && path.All(character => character is > ' ' and < '\u007f')
            ? path
            : "/today";

    /// <summary>The page's own <c>Idempotency-Key</c>, so that a form that is sent twice is done once; a new one for a form without.</summary>
    internal static string Key(IFormCollection form, TimeProvider time) =>
        Guid.TryParseExact(form["key"].ToString(), "N", out Guid given) ? given.ToString("N") : NewKey(time);

    internal static string NewKey(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture);
}
