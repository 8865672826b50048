using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Accounts;

/// <summary>Makes an account and signs in.</summary>
internal static class SignUp
{
    public static void MapSignUp(this RouteGroupBuilder pages)
    {
        pages.MapPage("/sign-up", Show);
        pages.MapPost("/sign-up", Submit);
    }

    private static IResult Show(HttpContext context, SessionCookie cookie) =>
        cookie.Read(context.Request) is null ? Form("", "", null) : Pages.SeeOther("/today");

    private static async Task<IResult> Submit(HttpContext context, BackendClient backend, SessionCookie cookie, CancellationToken cancellationToken)
    {
        IFormCollection form = await Forms.ReadAsync(context, cancellationToken);
        string email = form["email"].ToString();
        string name = form["name"].ToString();
        var registration = new Registration(
            email, form["password"].ToString(), NullIfEmpty(name), NullIfEmpty(form["timeZone"].ToString()), NullIfEmpty(form["invite"].ToString()), Languages.Of(context.Request).Name);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(registration, ContractsJson.Client.Registration);
        Answer<SignedIn> answer = await backend.Post(context, "/api/auth/register", body, null, ContractsJson.Client.SignedIn);
        if (answer.Value is null)
        {
            return Form(email, name, answer.Problem);
        }

        cookie.Set(context, answer.Value.Token);
        return Pages.SeeOther("/inbox");
    }

    private static IResult Form(string email, string name, Problem? problem) => Pages.Show<SignUpPage>(
        new() { ["Email"] = email, ["Name"] = name, ["Problem"] = problem },
        problem is null ? StatusCodes.Status200OK : SignIn.FormStatus(problem));

    private static string? NullIfEmpty(string text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
