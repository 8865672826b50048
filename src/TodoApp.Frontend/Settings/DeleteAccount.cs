using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Settings;

/// <summary>Deletes the account with everything in it, after asking for the password.</summary>
internal static class DeleteAccount
{
    public static void MapDeleteAccount(this RouteGroupBuilder pages) => pages.MapForm("/settings/delete", YourData.Page, SubmitAsync);

    private static async Task<IResult> SubmitAsync(HttpContext context, Frame frame)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new Contracts.DeleteAccount(form["password"].ToString()), ContractsJson.Client.DeleteAccount);
        Answer<Account> answer = await backend.Send(context, HttpMethod.Delete, "/api/account", body, null, ContractsJson.Client.Account);
        if (answer.Problem is Problem problem)
        {
            return YourData.Show(context, frame, new() { ["DeletionProblem"] = problem }, SignIn.FormStatus(problem));
        }

        context.RequestServices.GetRequiredService<SessionCookie>().Delete(context);
        return Pages.Show<AccountDeletedPage>([], culture: frame.Culture);
    }
}
