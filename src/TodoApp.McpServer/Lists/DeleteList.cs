using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Lists;

/// <summary>
/// Deletes a list. When it holds tasks, the caller says what becomes of them: <c>?tasks=move:{list}</c> or <c>?tasks=trash</c>.
/// Lists inside of it move up to its parent.
/// </summary>
internal static class DeleteList
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
    {
        var errors = new FieldErrors();
        foreach (string name in context.Request.Query.Keys)
        {
            if (name != "tasks")
            {
                errors.Malformed(Excerpt.Of(name), "is not a known parameter. Known is tasks.");
            }
        }

        string tasks = context.Request.Query["tasks"].ToString();
        CheckInstruction(tasks, "tasks", errors);

        return (EmptyBody.Check(request) ?? errors.ToProblem()) is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, id, request.IfMatch, tasks, token), context.RequestAborted);
    });

    /// <summary>Checks what shall become of the list's tasks: nothing said, <c>trash</c>, or <c>move:</c> and a list.</summary>
    public static void CheckInstruction(string tasks, string field, FieldErrors errors)
    {
        if (tasks.Length > 0 && !Says(tasks))
        {
            errors.Invalid(field, "must be trash, or move: and a list, for example move:Inbox.");
        }
    }

    /// <summary>Whether an instruction says what shall become of the tasks.</summary>
    public static bool Says(string tasks) => tasks == "trash" || tasks.StartsWith("move:", StringComparison.Ordinal);

    /// <summary>How many tasks of a list are not in the trash.</summary>
    public static async Task<long> CountTasksAsync(Database database, Caller caller, TaskList list, CancellationToken cancellationToken) =>
        (await database.ReadAsync(TaskRows.CountOfList(caller.Space, list.Id), row => row.Long(0), cancellationToken))[0];

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, string id, IfMatch ifMatch, string instruction, CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskList> lists = await space.ListsAsync(cancellationToken);
        TaskList? list = Names.Find(lists, id);
        if (list is null)
        {
            return Names.NotFound(lists, id, "list");
        }

        if (ifMatch.Check(list.Version) is Problem problem)
        {
            return problem;
        }

        if (list.IsInbox)
        {
            return ProblemKind.Conflict.Because("The Inbox can't be deleted.");
        }

        TaskList? target = lists.First(other => other.IsInbox);
        if (instruction.StartsWith("move:", StringComparison.Ordinal))
        {
            target = Names.Find(lists, instruction["move:".Length..]);
            if (target is null || target.Id == list.Id)
            {
                var errors = new FieldErrors();
                errors.Invalid("tasks", target is null ? Names.Unknown(lists, instruction["move:".Length..], "list") : "must name another list than the deleted one.");
                return errors.ToProblem()!;
            }
        }

        if (instruction.Length == 0 && await space.CountTasksOfListAsync(list.Id, cancellationToken) is > 0 and long present)
        {
            return ProblemKind.Conflict.Because($"The list holds {present} task{(present == 1 ? "" : "s")}. Say what becomes of them: tasks=move:Inbox (or another list), or tasks=trash.");
        }

        await foreach (TaskItem task in space.TasksOfListAsync(list.Id, cancellationToken))
        {
            // A task that was in the trash before stays there, and would come back to the target.
            bool trash = instruction == "trash" && task.DeletedAt is null;
            space.Update(task, task with { ListId = target.Id, DeletedAt = trash ? space.Now : task.DeletedAt }, trash ? "deleted" : "moved");
        }

        foreach (TaskList inside in lists.Where(other => other.ParentId == list.Id).ToList())
        {
            space.Update(inside, inside with { ParentId = list.ParentId }, "moved");
        }

        space.Remove(list);
        return WriteResult.NoContent;
    }
}
