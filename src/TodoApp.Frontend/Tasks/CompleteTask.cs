using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Completes a task, or takes that back.</summary>
internal static class CompleteTask
{
    // The page does not ask about subtasks: they stay open, where they are seen.
    private static readonly byte[] Body = JsonSerializer.SerializeToUtf8Bytes(new CompleteTaskOptions(WithSubtasks: false), ContractsJson.Client.CompleteTaskOptions);

    public static void MapCompleteTask(this RouteGroupBuilder pages)
    {
        pages.MapPost("/tasks/{id:guid}/complete", (Guid id, HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time, CancellationToken cancellationToken) =>
            Do($"/api/tasks/{id}/complete", Body, context, backend, cookie, time, cancellationToken));
        pages.MapPost("/tasks/{id:guid}/reopen", (Guid id, HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time, CancellationToken cancellationToken) =>
            Do($"/api/tasks/{id}/reopen", null, context, backend, cookie, time, cancellationToken));
    }

    private static async Task<IResult> Do(
        string path, byte[]? body, HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time, CancellationToken cancellationToken)
    {
        IFormCollection form = await Forms.ReadAsync(context, cancellationToken);
        Answer<TaskItem> answer = await backend.Post(context, path, body, Key(form["version"].ToString(), time), ContractsJson.Client.TaskItem);

        // A task that someone else has deleted meanwhile is simply gone from the page.
        return answer.Problem is null || answer.IsSignedOut || answer.Status == StatusCodes.Status404NotFound
            ? Pages.SeeOther("/")
            : await Inbox.Show(context, backend, cookie, time, "", answer.Problem);
    }

    // The version that the page shows: a double click completes one occurrence of a recurring task, not two.
    private static string Key(string version, TimeProvider time) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? "page " + version : Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
}
