namespace TodoApp.ServiceDefaults;

/// <summary>
/// The command <c>check URL</c> of every service's program. Images have neither a shell nor curl, so the program itself asks where an
/// orchestrator can only run commands: Compose, and pods whose port the kubelet cannot reach.
/// </summary>
public static class CheckCommand
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks a URL by GET.</summary>
    /// <param name="text">What to ask, for example <c>http://127.0.0.1:8000/health</c>.</param>
    /// <param name="output">Where the status goes.</param>
    /// <param name="error">Where complaints go.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>0 when it answers with success, 1 when it does not, 2 when the URL is none.</returns>
    public static async Task<int> RunAsync(string text, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            await error.WriteLineAsync("URL must start with http:// or https://.");
            return 2;
        }

        // What is asked is near: no proxy stands between.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(url, cancellation);
            await output.WriteLineAsync($"{(int)response.StatusCode} {url}");
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await error.WriteLineAsync($"{url} does not answer: {exception.Message}");
            return 1;
        }
    }
}
