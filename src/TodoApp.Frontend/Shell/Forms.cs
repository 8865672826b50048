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
}
