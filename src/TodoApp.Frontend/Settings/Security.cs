using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Settings;

/// <summary>The password, where the account is signed in, and what happened around both.</summary>
internal static class Security
{
    private const string Page = "/settings/security";

    public static void MapSecurity(this RouteGroupBuilder pages)
    {
        pages.MapPage(Page, (context, frame) => ShowAsync(context, frame));
        pages.MapForm("/settings/password", Page, ChangePasswordAsync);
        pages.MapForm("/settings/sessions/end", Page, EndSessionAsync);
        pages.MapForm("/settings/sessions/end-others", Page, EndOthersAsync);
        pages.MapPage("/settings/security/log", ShowLogAsync);
    }

    private static async Task<IResult> ChangePasswordAsync(HttpContext context, Frame frame)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        var change = new ChangePassword(form["currentPassword"].ToString(), form["newPassword"].ToString());
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(change, ContractsJson.Client.ChangePassword);
        Answer<Account> answer = await backend.Post(context, "/api/account/password", body, null, ContractsJson.Client.Account);
        return answer.Problem is Problem problem ? await ShowAsync(context, frame, problem) : Done(context, "Your password is changed");
    }

    private static async Task<IResult> EndSessionAsync(HttpContext context, Frame frame)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        // One that is not there any more has ended.
        return Guid.TryParse(form["id"], out Guid id) && await EndAsync(context, id) ? Done(context, "The session is ended") : Pages.SeeOther(Page);
    }

    private static async Task<IResult> EndOthersAsync(HttpContext context, Frame frame)
    {
        foreach (Session session in (await SessionsAsync(context)).Where(session => !session.Current))
        {
            await EndAsync(context, session.Id);
        }

        return Done(context, "All other sessions are ended");
    }

    private static async Task<bool> EndAsync(HttpContext context, Guid id)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        return (await backend.Send(context, HttpMethod.Delete, $"/api/sessions/{id}", null, null, ContractsJson.Client.Account)).Problem is null;
    }

    private static async Task<IReadOnlyList<Session>> SessionsAsync(HttpContext context)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        return (await backend.Get(context, "/api/sessions", ContractsJson.Client.ItemListSession)).Get().Items;
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Frame frame, Problem? problem = null) => Pages.Show<SecurityPage>(
        frame,
        new() { ["Sessions"] = await SessionsAsync(context), ["Problem"] = problem },
        problem is null ? StatusCodes.Status200OK : SignIn.FormStatus(problem));

    private static async Task<IResult> ShowLogAsync(HttpContext context, Frame frame)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        string cursor = context.Request.Query["cursor"].ToString();
        string path = "/api/account/security-log" + (cursor.Length == 0 ? "" : "?cursor=" + Uri.EscapeDataString(cursor));
        Answer<SecurityEventPage> answer = await backend.Get(context, path, ContractsJson.Client.SecurityEventPage);
        return answer.Value is SecurityEventPage page
            ? Pages.Show<SecurityLogPage>(frame, new() { ["Log"] = page })
            : Pages.SeeOther("/settings/security/log"); // The cursor was none.
    }

    private static IResult Done(HttpContext context, string what)
    {
        new Flash(what, "").Leave(context);
        return Pages.SeeOther(Page);
    }
}
