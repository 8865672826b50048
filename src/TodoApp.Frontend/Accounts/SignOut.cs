using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Accounts;

/// <summary>Ends the session. While the backend is away the cookie stays, since the session would go on without it.</summary>
internal static class SignOut
{
    public static void MapSignOut(this RouteGroupBuilder pages) => pages.MapPost("/sign-out", Submit);

    private static async Task<IResult> Submit(HttpContext context, BackendClient backend, SessionCookie cookie)
    {
        if (cookie.Read(context.Request) is not null)
        {
            await backend.Post(context, "/api/auth/logout", null, null, ContractsJson.Client.Account);
        }

        cookie.Delete(context);
        return Pages.SeeOther("/sign-in");
    }
}
