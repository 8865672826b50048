using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>What one press does to a task. Afterwards the page it came from is shown, with a way to take it back.</summary>
internal static class TaskActions
{
    /// <summary>How many changes are undone at once at most, as the API has it.</summary>
    public const int MostVersions = 10_000;

    // The page does not ask about subtasks: they stay open, where they are seen.
    private static readonly byte[] LeaveSubtasks = JsonSerializer.SerializeToUtf8Bytes(new CompleteTaskOptions(WithSubtasks: false), ContractsJson.Client.CompleteTaskOptions);
    private static readonly byte[] WithSubtasks = JsonSerializer.SerializeToUtf8Bytes(new CompleteTaskOptions(WithSubtasks: true), ContractsJson.Client.CompleteTaskOptions);

    // An import of many tasks takes a while to undo.
    private static readonly TimeSpan UndoPatience = TimeSpan.FromMinutes(2.5);

    public static void MapTaskActions(this RouteGroupBuilder pages)
    {
        Map(pages, "complete", "Completed {0}", form => form["subtasks"] == "true" ? WithSubtasks : LeaveSubtasks);
        Map(pages, "reopen", "Reopened {0}");
        Map(pages, "restore", "Restored {0}");
        Map(pages, "skip", "Skipped one of {0}");
        pages.MapPost("/tasks/{task:long}/reschedule", (long task, HttpContext context) => RunAsync(
            context, "Moved one of {0}", HttpMethod.Post, $"/api/tasks/{task}/reschedule", Reschedule));
        Map(pages, "end-recurrence", "{0} does not repeat any more");
        pages.MapPost("/tasks/{task:long}/delete", (long task, HttpContext context) => RunAsync(
            context, "Moved {0} to the trash", HttpMethod.Delete, $"/api/tasks/{task}", _ => null));
        pages.MapPost("/undo", UndoAsync);
        pages.MapPost("/trash/empty", EmptyTrashAsync);
    }

    private static void Map(RouteGroupBuilder pages, string action, string done, Func<IFormCollection, byte[]?>? body = null) =>
        pages.MapPost($"/tasks/{{task:long}}/{action}", (long task, HttpContext context) => RunAsync(
            context, done, HttpMethod.Post, $"/api/tasks/{task}/{action}", body ?? (_ => null)));

    private static async Task<IResult> RunAsync(HttpContext context, string done, HttpMethod method, string path, Func<IFormCollection, byte[]?> body)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        Answer<TaskItem> answer = await backend.Send(context, method, path, body(form), Key(context, form), ContractsJson.Client.TaskItem);
        return await FinishAsync(context, form, answer, done);
    }

    /// <summary>Leads back to where the form came from, saying what was done; or shows that page again with what was wrong.</summary>
    public static async Task<IResult> FinishAsync(HttpContext context, IFormCollection form, Answer<TaskItem> answer, string done)
    {
        string back = Forms.Return(form["return"].ToString());

        // A task that someone else has deleted meanwhile is simply gone from the page.
        if (answer.Problem is Problem problem && !answer.IsSignedOut && answer.Status != StatusCodes.Status404NotFound)
        {
            return await ShowAgain.Async(context, back, problem);
        }

        if (answer.Value is TaskItem task)
        {
            new Flash(done, task.Title, await GroupAsync(context, task.Version)).Leave(context);
        }

        return Pages.SeeOther(back);
    }

    /// <summary>The group of a change, by which all that came with it is undone; null when it is not known.</summary>
    public static async Task<string?> GroupAsync(HttpContext context, long version)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        Answer<ChangePage> page = await backend.Get(context, $"/api/changes?since={version - 1}&limit=1", ContractsJson.Client.ChangePage);
        return page.Value?.Items is [Change change] && change.Version == version ? change.GroupId.ToString() : null;
    }

    private static byte[] Reschedule(IFormCollection form)
    {
        string due = TaskForm.Due(form["date"].ToString(), form["time"].ToString());
        return JsonSerializer.SerializeToUtf8Bytes(new Reschedule(due.Length == 0 ? null : due), ContractsJson.Client.Reschedule);
    }

    private static async Task<IResult> UndoAsync(HttpContext context, BackendClient backend, TimeProvider time)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        string back = Forms.Return(form["return"].ToString());
        UndoChanges? undo = Guid.TryParse(form["group"], out Guid group) ? new UndoChanges { GroupId = group }
            : Versions(form["versions"].ToString()) is { Length: > 0 } versions ? new UndoChanges { Versions = versions }
            : null;
        if (undo is null)
        {
            return Pages.SeeOther(back);
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(undo, ContractsJson.Client.UndoChanges);
        Answer<UndoResult> answer = await backend.Send(
            context, HttpMethod.Post, "/api/changes/undo", body, Forms.Key(form, time), ContractsJson.Client.UndoResult, patience: UndoPatience);
        if (answer.Problem is Problem problem && !answer.IsSignedOut)
        {
            return await ShowAgain.Async(context, back, problem);
        }

        if (answer.Value is UndoResult result)
        {
            new Flash("Undone", "", result.GroupId?.ToString()).Leave(context);
        }

        return Pages.SeeOther(back);
    }

    private static async Task<IResult> EmptyTrashAsync(HttpContext context, BackendClient backend, TimeProvider time)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        Answer<Purged> answer = await backend.Send(context, HttpMethod.Delete, "/api/trash", null, Forms.Key(form, time), ContractsJson.Client.Purged);
        if (answer.Value is Purged purged)
        {
            new Flash("Removed {0} for good", purged.Count.ToString(CultureInfo.InvariantCulture)).Leave(context);
        }

        return Pages.SeeOther("/trash");
    }

    // "40-52,60": what was done in one go may be thousands of changes.
    private static long[] Versions(string ranges)
    {
        var versions = new List<long>();
        foreach (string range in ranges.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            if (!long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
                || !long.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long last)
                || last < first || last - first >= MostVersions - versions.Count)
            {
                return [];
            }

            for (long version = first; version <= last; version++)
            {
                versions.Add(version);
            }
        }

        return [.. versions];
    }

    // The version that the page shows: a double click completes one occurrence of a recurring task, not two.
    private static string Key(HttpContext context, IFormCollection form) =>
        long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? $"page {version}"
            : Forms.Key(form, context.RequestServices.GetRequiredService<TimeProvider>());
}
