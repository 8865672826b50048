using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Accounts;

/// <summary>Starts a session.</summary>
internal static class SignIn
{
    public static void MapSignIn(this RouteGroupBuilder pages)
    {
        pages.MapPage("/sign-in", Show);
        pages.MapPost("/sign-in", Submit);
    }

    /// <summary>401 on a page would ask for a challenge that browsers have no form for.</summary>
    internal static int FormStatus(Problem problem) =>
        problem.Status == StatusCodes.Status429TooManyRequests ? problem.Status : StatusCodes.Status422UnprocessableEntity;

    private static IResult Show(HttpContext context, SessionCookie cookie) =>
        cookie.Read(context.Request) is null ? Pages.Show<SignInPage>([]) : Pages.SeeOther("/today");

    private static async Task<IResult> Submit(HttpContext context, BackendClient backend, SessionCookie cookie, CancellationToken cancellationToken)
    {
        IFormCollection form = await Forms.ReadAsync(context, cancellationToken);
        var credentials = new Credentials(form["email"].ToString(), form["password"].ToString());
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(credentials, ContractsJson.Client.Credentials);
        Answer<SignedIn> answer = await backend.Post(context, "/api/auth/login", body, null, ContractsJson.Client.SignedIn);
        if (answer.Value is not null)
        {
            cookie.Set(context, answer.Value.Token);
            return Pages.SeeOther("/today");
        }

        return Pages.Show<SignInPage>(
            new() { ["Email"] = credentials.Email, ["Problem"] = answer.Problem }, FormStatus(answer.Problem!));
    }
}
