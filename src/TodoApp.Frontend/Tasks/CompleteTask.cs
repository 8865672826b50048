using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Completes a task, or takes that back.</summary>
internal static class CompleteTask
{
    public static void MapCompleteTask(this RouteGroupBuilder pages)
    {
        pages.MapPost("/tasks/{id:guid}/complete", (Guid id, HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time) =>
            Do($"/api/tasks/{id}/complete", context, backend, cookie, time));
        pages.MapPost("/tasks/{id:guid}/reopen", (Guid id, HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time) =>
            Do($"/api/tasks/{id}/reopen", context, backend, cookie, time));
    }

    private static async Task<IResult> Do(string path, HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time)
    {
        string key = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        Answer<TaskItem> answer = await backend.Post(context, path, null, key, ContractsJson.Client.TaskItem);

        // A task that someone else has deleted meanwhile is simply gone from the page.
        return answer.Problem is null || answer.IsSignedOut || answer.Status == StatusCodes.Status404NotFound
            ? Pages.SeeOther("/")
            : await Inbox.Show(context, backend, cookie, time, "", answer.Problem);
    }
}
