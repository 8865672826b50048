using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>What a person tried on a task's page that was not accepted.</summary>
public sealed record TaskAttempt
{
    /// <summary>What was typed; null for what is stored.</summary>
    public TaskForm? Form { get; init; }

    /// <summary>What was typed into quick add.</summary>
    public string Draft { get; init; } = "";

    /// <summary>Why it was not accepted.</summary>
    public Problem? Problem { get; init; }

    /// <summary>What others changed since the person began, the newest first.</summary>
    public IReadOnlyList<Change> Meanwhile { get; init; } = [];

    /// <summary>The fields that both changed.</summary>
    public IReadOnlySet<string> Clashing { get; init; } = new HashSet<string>();
}

/// <summary>Everything about a task that its page shows.</summary>
/// <param name="Task">The task.</param>
/// <param name="Parent">The task that it is a subtask of.</param>
/// <param name="Subtasks">Its subtasks outside the trash, in their order.</param>
/// <param name="Siblings">The open tasks beside it, in their order, without itself.</param>
/// <param name="Changes">What was done to it, the newest first.</param>
/// <param name="MoreChanges">Whether there are older ones.</param>
/// <param name="Completions">Its completed occurrences, the latest first.</param>
public sealed record TaskFacts(
    TaskItem Task,
    TaskItem? Parent,
    IReadOnlyList<TaskItem> Subtasks,
    IReadOnlyList<TaskItem> Siblings,
    IReadOnlyList<Change> Changes,
    bool MoreChanges,
    IReadOnlyList<TaskCompletion> Completions);

/// <summary>The page of one task.</summary>
internal static class ShowTask
{
    private const int MostChanges = 30;
    private const int MostCompletions = 30;
    private const int MostSubtasks = 200;
    private const int MostSiblings = 100;

    public static void MapTask(this RouteGroupBuilder pages) => pages.MapPage("/tasks/{number:long}", (context, frame) =>
        Async(context, frame, long.Parse((string)context.GetRouteValue("number")!, System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Shows it, also after something that was not accepted.</summary>
    public static async Task<IResult> Async(HttpContext context, Frame frame, long number, TaskAttempt? attempt = null)
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        Answer<TaskItem> answer = await backend.Get(context, $"/api/tasks/{number}", ContractsJson.Client.TaskItem);
        if (answer.Value is not TaskItem task)
        {
            return Pages.Show<NotFoundPage>([], StatusCodes.Status404NotFound);
        }

        Task<Answer<TaskItem>>? parent = task.ParentId is Guid above ? backend.Get(context, $"/api/tasks/{above}", ContractsJson.Client.TaskItem) : null;
        Task<Answer<TaskPage>> subtasks = backend.Get(context, $"/api/tasks?status=all&parent={number}&sort=position&limit={MostSubtasks}", ContractsJson.Client.TaskPage);
        Task<Answer<TaskPage>> siblings = backend.Get(context, $"/api/tasks?list={task.ListId}&parent={task.ParentId?.ToString() ?? "none"}&sort=position&limit={MostSiblings}", ContractsJson.Client.TaskPage);
        Task<Answer<ChangePage>> changes = backend.Get(context, $"/api/changes?task={number}&order=desc&limit={MostChanges}", ContractsJson.Client.ChangePage);
        Task<Answer<CompletionPage>> completions = backend.Get(context, $"/api/tasks/{number}/completions?limit={MostCompletions}", ContractsJson.Client.CompletionPage);
        await Task.WhenAll([subtasks, siblings, changes, completions, .. parent is null ? Array.Empty<Task>() : [parent]]);
        var facts = new TaskFacts(
            task,
            parent is null ? null : (await parent).Value,
            [.. ((await subtasks).Value?.Items ?? []).Where(subtask => subtask.DeletedAt is null)],
            [.. ((await siblings).Value?.Items ?? []).Where(sibling => sibling.Id != task.Id)],
            (await changes).Value?.Items ?? [],
            (await changes).Value?.More ?? false,
            (await completions).Value?.Items ?? []);
        attempt ??= new TaskAttempt();
        return Pages.Show<TaskDetailsPage>(
            frame,
            new()
            {
                ["Facts"] = facts,
                ["Attempt"] = attempt,
                ["Form"] = attempt.Form ?? TaskForm.Of(task, facts.Parent?.Number),
                ["Key"] = Forms.NewKey(context.RequestServices.GetRequiredService<TimeProvider>()),
            },
            attempt.Clashing.Count > 0 || attempt.Meanwhile.Count > 0 ? StatusCodes.Status409Conflict
                : attempt.Problem is Problem problem ? Accounts.SignIn.FormStatus(problem)
                : StatusCodes.Status200OK);
    }
}
