using System.Net;
using System.Text.RegularExpressions;

namespace TodoApp.Tests.Frontend;

/// <summary>A person with a browser that has no JavaScript: follows links and redirects, keeps cookies, sends forms.</summary>
internal sealed partial class Person : IDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly SocketsHttpHandler _handler = new() { UseProxy = false };

    public Person(Uri site)
    {
        Browser = new HttpClient(_handler) { BaseAddress = site, Timeout = Infrastructure.ServiceProcess.Patience };
        Browser.DefaultRequestHeaders.Add("Accept", "text/html");
    }

    public HttpClient Browser { get; }

    public string Email { get; } = $"{Guid.CreateVersion7():N}@example.org";

    public CookieCollection Cookies => _handler.CookieContainer.GetCookies(Browser.BaseAddress!);

    /// <summary>The page that was shown last.</summary>
    public string Page { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    public Uri? Address { get; private set; }

    public Task SignUp() => Send("/sign-up", ("email", Email), ("password", Password), ("name", "Ann"), ("timeZone", "Europe/Berlin"));

    public async Task Open(string path)
    {
        using HttpResponseMessage response = await Browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        await Keep(response);
    }

    public async Task Send(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        await Send(path, form);
    }

    public async Task Send(string path, HttpContent form)
    {
        using HttpResponseMessage response = await Browser.PostAsync(new Uri(path, UriKind.Relative), form, TestContext.Current.CancellationToken);
        await Keep(response);
    }

    /// <summary>Adds a task by the form of the page that is shown.</summary>
    public Task Add(string title) => Send("/tasks", ("key", Key()), ("return", Address!.PathAndQuery), ("text", title));

    /// <summary>The add form's key.</summary>
    public string Key() => KeyField().Match(Page).Groups[1].Value;

    /// <summary>Presses the button with a label.</summary>
    public Task Press(string label)
    {
        string encoded = WebUtility.HtmlEncode(label);
        Match form = Forms().Matches(Page).First(match => match.Value.Contains($"aria-label=\"{encoded}\"", StringComparison.Ordinal));
        return Send(form.Groups[1].Value, [.. Hidden().Matches(form.Value).Select(field => (field.Groups[1].Value, field.Groups[2].Value))]);
    }

    public void Dispose()
    {
        Browser.Dispose();
        _handler.Dispose();
    }

    private async Task Keep(HttpResponseMessage response)
    {
        Page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Status = response.StatusCode;
        Address = response.RequestMessage!.RequestUri;
    }

    [GeneratedRegex("name=\"key\" value=\"([0-9a-f]{32})\"")]
    private static partial Regex KeyField();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]+)\"[^>]*>.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();
}
