using TodoApp.Gateway;

namespace TodoApp.Frontend.Accounts;

/// <summary>
/// The browser's session: the backend's opaque token in a cookie that scripts can't read and that other sites' forms don't
/// bring. Under https its name starts with <c>__Host-</c>, so that no neighbouring domain can set it.
/// </summary>
internal sealed class SessionCookie(OriginSettings origin)
{
    private const string PlainName = "todo_session";
    private const string SecureName = "__Host-" + PlainName;

    // The longest a session can last. When it ends sooner is the backend's to say.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(180);

    /// <summary>The session's token.</summary>
    /// <returns>Null without one, or when it has a form that no token of ours has.</returns>
    public string? Read(HttpRequest request)
    {
        string? token = request.Cookies[Name(request)];
        return token is { Length: > 0 and <= 512 } && token.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 ? token : null;
    }

    public void Set(HttpContext context, string token) =>
        context.Response.Cookies.Append(Name(context.Request), token, Options(context.Request, MaxAge));

    public void Delete(HttpContext context) =>
        context.Response.Cookies.Append(Name(context.Request), "", Options(context.Request, TimeSpan.Zero));

    private string Name(HttpRequest request) => origin.IsHttps(request) ? SecureName : PlainName;

    private CookieOptions Options(HttpRequest request, TimeSpan age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = origin.IsHttps(request),
        Path = "/",
        MaxAge = age,
    };
}
