using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>
/// Saves the form of a task's page. What was changed meanwhile by somebody else is kept: only the fields that the person touched are
/// written, and where both touched the same one, the page is shown again and says so.
/// </summary>
internal static class EditTask
{
    private const int MostAttempts = 3;
    private const int MostMeanwhile = 1000;

    public static void MapEditTask(this RouteGroupBuilder pages) => pages.MapPost("/tasks/{number:long}", Submit);

    private static async Task<IResult> Submit(long number, HttpContext context, BackendClient backend, TimeProvider time)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        string back = Forms.Return(form["return"].ToString());
        var typed = TaskForm.Read(form);
        long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out long version);
        for (int attempt = 1; ; attempt++)
        {
            Answer<TaskItem> answer = await backend.Get(context, $"/api/tasks/{number}", ContractsJson.Client.TaskItem);
            if (answer.Value is not TaskItem current)
            {
                return await Pages.ForPerson(context, frame => ShowTask.Async(context, frame, number));
            }

            TaskForm now = TaskForm.Of(current, await ParentNumberAsync(context, backend, current.ParentId));
            (TaskForm before, IReadOnlyList<Change> meanwhile) = current.Version == version ? (now, []) : await BeforeAsync(context, backend, current, now, version);
            HashSet<string> changed = [.. TaskForm.Fields.Where(field => field.Get(typed) != field.Get(before) && field.Get(typed) != field.Get(now)).Select(field => field.Name)];
            HashSet<string> clashing = [.. TaskForm.Fields.Where(field => changed.Contains(field.Name) && field.Get(now) != field.Get(before)).Select(field => field.Name)];
            if (clashing.Count > 0 || (current.DeletedAt is not null && changed.Count > 0))
            {
                TaskForm merged = TaskForm.Fields.Where(field => changed.Contains(field.Name)).Aggregate(now with { Place = typed.Place }, (to, field) => field.Take(to, typed));
                return await Pages.ForPerson(context, frame => ShowTask.Async(context, frame, number, new TaskAttempt { Form = merged, Meanwhile = meanwhile, Clashing = clashing }));
            }

            (byte[]? body, Problem? problem) = await new TaskPatch(context, backend, time).MakeAsync(typed, changed);
            if (problem is not null)
            {
                return await Pages.ForPerson(context, frame => ShowTask.Async(context, frame, number, new TaskAttempt { Form = typed, Problem = problem }));
            }

            if (body is null)
            {
                return Pages.SeeOther(back);
            }

            Answer<TaskItem> saved = await backend.Send(context, HttpMethod.Patch, $"/api/tasks/{number}", body, Forms.NewKey(time), ContractsJson.Client.TaskItem, current.Version);
            if (saved.Value is TaskItem task)
            {
                string done = meanwhile.Count == 0 ? "Saved {0}" : "Saved {0}. What others changed meanwhile was kept";
                new Flash(done, task.Title, await TaskActions.GroupAsync(context, task.Version)).Leave(context);
                return Pages.SeeOther(back);
            }

            if (saved.Status != StatusCodes.Status412PreconditionFailed || attempt == MostAttempts)
            {
                return await Pages.ForPerson(context, frame => ShowTask.Async(context, frame, number, new TaskAttempt { Form = typed, Problem = saved.Problem }));
            }
        }
    }

    // What the person saw: the task now, without what was changed since. The newest change is taken back first.
    private static async Task<(TaskForm Before, IReadOnlyList<Change> Meanwhile)> BeforeAsync(HttpContext context, BackendClient backend, TaskItem current, TaskForm now, long version)
    {
        Answer<ChangePage> changes = await backend.Get(
            context, $"/api/changes?task={current.Id}&since={version}&order=desc&limit={MostMeanwhile}", ContractsJson.Client.ChangePage);
        JsonObject task = JsonSerializer.SerializeToNode(current, ContractsJson.Readable.TaskItem)!.AsObject();
        foreach (Change change in changes.Value?.Items ?? [])
        {
            foreach (JsonProperty field in change.Before?.EnumerateObject().ToArray() ?? [])
            {
                task[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
        }

        TaskItem before = task.Deserialize(ContractsJson.Client.TaskItem)!;
        string parent = before.ParentId == current.ParentId ? now.Parent : (await ParentNumberAsync(context, backend, before.ParentId))?.ToString(CultureInfo.InvariantCulture) ?? "";
        return (TaskForm.Of(before, null) with { Parent = parent }, changes.Value?.Items ?? []);
    }

    private static async Task<long?> ParentNumberAsync(HttpContext context, BackendClient backend, Guid? parent) =>
        parent is null ? null : (await backend.Get(context, $"/api/tasks/{parent}", ContractsJson.Client.TaskItem)).Value?.Number;
}
