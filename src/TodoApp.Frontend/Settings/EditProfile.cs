using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Settings;

/// <summary>Who the person is, and how pages look to them.</summary>
internal static class EditProfile
{
    private const string Page = "/settings";

    public static void MapEditProfile(this RouteGroupBuilder pages)
    {
        pages.MapPage(Page, (_, frame) => Task.FromResult(Show(frame, frame.Account)));
        pages.MapForm(Page, Page, SaveAsync);
        pages.MapForm("/settings/email", Page, ChangeEmailAsync);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, Frame frame)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        Account draft = frame.Account with
        {
            Name = form["name"].ToString(),
            Locale = form["locale"].ToString(),
            TimeZone = form["timeZone"].ToString().Trim(),
            WeekStart = form["weekStart"].ToString(),
            Theme = form["theme"].ToString(),
        };
        var update = new UpdateAccount(draft.Name, null, draft.TimeZone, draft.Locale, draft.WeekStart, draft.Theme);
        return await SendAsync(context, update) is Problem problem ? Show(frame, draft, problem) : Saved(context, "Saved");
    }

    private static async Task<IResult> ChangeEmailAsync(HttpContext context, Frame frame)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        string email = form["email"].ToString();
        return await SendAsync(context, new UpdateAccount(Email: email, CurrentPassword: form["currentPassword"].ToString())) is Problem problem
            ? Show(frame, frame.Account, null, email, problem)
            : Saved(context, "Your e-mail address is changed");
    }

    private static async Task<Problem?> SendAsync(HttpContext context, UpdateAccount update)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(update, ContractsJson.Client.UpdateAccount);
        return (await backend.Send(context, HttpMethod.Patch, "/api/account", body, null, ContractsJson.Client.Account)).Problem;
    }

    private static IResult Saved(HttpContext context, string what)
    {
        new Flash(what, "").Leave(context);
        return Pages.SeeOther(Page);
    }

    private static IResult Show(Frame frame, Account draft, Problem? problem = null, string? email = null, Problem? emailProblem = null) => Pages.Show<ProfilePage>(
        frame,
        new() { ["Draft"] = draft, ["Problem"] = problem, ["Email"] = email ?? frame.Account.Email, ["EmailProblem"] = emailProblem },
        (problem ?? emailProblem) is Problem wrong ? SignIn.FormStatus(wrong) : StatusCodes.Status200OK);
}
