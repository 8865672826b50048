using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Adds a task to the Inbox.</summary>
internal static class AddTask
{
    public static void MapAddTask(this RouteGroupBuilder pages) => pages.MapPost("/", Submit);

    private static async Task<IResult> Submit(
        HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time, CancellationToken cancellationToken)
    {
        IFormCollection form = await Forms.ReadAsync(context, cancellationToken);
        string title = form["title"].ToString();
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new CreateTask { Title = title }, ContractsJson.Client.CreateTask);

        // The page's own key: a form that is sent twice adds one task.
        Answer<TaskItem> answer = await backend.Post(context, "/api/tasks", body, Key(form["key"].ToString(), time), ContractsJson.Client.TaskItem);
        return answer.Problem is null || answer.IsSignedOut
            ? Pages.SeeOther("/")
            : await Inbox.Show(context, backend, cookie, time, title, answer.Problem);
    }

    private static string Key(string given, TimeProvider time) =>
        Guid.TryParseExact(given, "N", out _) ? given : Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
}
