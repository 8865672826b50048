using System.ComponentModel;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.QuickAdd;

namespace TodoApp.McpServer.Tasks;

/// <summary>The routes of tasks.</summary>
internal static class TaskRoutes
{
    public static void Map(RouteGroupBuilder read, RouteGroupBuilder write)
    {
        read.MapGet("/tasks", ListTasks.Handle).WithTags("Tasks")
            .WithName("listTasks").WithSummary("List tasks")
            .WithDescription("A page of tasks. Pass nextCursor as cursor, with the same other parameters, for the next page.")
            .WithMetadata(
                new QueryParameter("status", "open (unless set), completed, trashed or all."),
                new QueryParameter("list", "Name or id of a list."),
                new QueryParameter("label", "Name or id of a label."),
                new QueryParameter("priority", "One or more of none, low, medium, high, urgent, p1 to p4, separated by commas."),
                new QueryParameter("parent", "Id or number of the task whose subtasks are meant; none for tasks that are no subtasks."),
                new QueryParameter("due", "today, overdue, upcoming or none, in the account's time zone."),
                new QueryParameter("dueBefore", "A date, or a date and time; exclusive."),
                new QueryParameter("dueAfter", "A date, or a date and time; exclusive."),
                new QueryParameter("q", "Words that a task has, in any order, in its title, its notes or the names of its labels, without regard to case and accents; the last may be the beginning of one. A number (42, #42) also means that task. Unless sort is given, the order is by relevance: title before labels before notes; of the tasks that fit, the newest 500."),
                new QueryParameter("filter", "A filter in the filter language, for example (today | overdue) & #Work & !@waiting, or the name or id of a saved filter. With other parameters, all must hold."),
                new QueryParameter("sort", "position, due, priority (urgent first), created or updated; with - before it, the other way round."),
                new QueryParameter("limit", "1 to 200; 50 unless set.", "integer"),
                new QueryParameter("cursor", "nextCursor of the page before."))
            .Produces<TaskPage>().Problems(400, 422);
        write.MapPost("/tasks", CreateTask.Handle).WithTags("Tasks")
            .WithName("createTask").WithSummary("Create a task")
            .WithDescription("Only title is needed; without a list, the task goes to the Inbox. Labels are created by their first use. With text instead of title, "
                + "as in /tasks/parse, the tasks that the text says are created, all or none; the answer is then {task, tasks, understood}.")
            .Accepts<Contracts.CreateTask>("application/json")
            .Produces<TaskItem>(201).Write().Problems(400, 413, 415, 422);
        read.MapPost("/tasks/parse", ParseText.Handle).WithTags("Tasks")
            .WithName("parseTasks").WithSummary("Read a text as tasks, without creating them")
            .WithDescription("What POST /tasks with the same body would create, and where in the text it says so. Lists that do not exist have exists: false.")
            .Accepts<Contracts.QuickAdd>("application/json")
            .Produces<QuickAddPreview>().Problems(400, 413, 415, 422);
        write.MapPost("/tasks/batch", BatchTasks.Handle).WithTags("Tasks")
            .WithName("batchTasks").WithSummary("Do up to 100 operations")
            .WithDescription("In one transaction and in their order. Each has a result of its own; with atomic, all are done or none is.")
            .WithMetadata(new BodyLimit(BatchTasks.LargestBody))
            .Accepts<Batch>("application/json")
            .Produces<BatchResults>().Write().Problems(400, 409, 413, 415, 422);
        read.MapGet("/tasks/{id}", GetTask.Handle).WithTags("Tasks")
            .WithName("getTask").WithSummary("Read a task")
            .WithDescription("Open, completed or in the trash, by its id or its number.")
            .Produces<TaskItem>().Problems(404);
        write.MapPatch("/tasks/{id}", UpdateTask.Handle).WithTags("Tasks")
            .WithName("updateTask").WithSummary("Change fields of a task")
            .WithDescription("A merge patch (RFC 7396): an absent field stays as it is, null unsets. Of a recurring task, a new due date moves the series; /reschedule moves one occurrence.")
            .Accepts<UpdateTaskBody>("application/merge-patch+json", "application/json")
            .Produces<TaskItem>().Conditional().Problems(400, 404, 409, 413, 415, 422);
        write.MapDelete("/tasks/{id}", DeleteTask.Handle).WithTags("Tasks")
            .WithName("deleteTask").WithSummary("Move a task with its subtasks to the trash")
            .WithDescription("It can be restored from there. Doing it twice changes nothing the second time.")
            .Produces<TaskItem>().Conditional().Problems(404);
        write.MapPost("/tasks/{id}/complete", CompleteTask.Handle).WithTags("Tasks")
            .WithName("completeTask").WithSummary("Complete a task")
            .WithDescription(
                "A recurring task moves to its next occurrence that still lies ahead, its completed subtasks are opened again, and the completion is kept (GET /tasks/{id}/completions); "
                + "with the last occurrence it is completed. A task with open subtasks is completed only when the body says what becomes of them (else 409). "
                + "Doing it twice changes nothing the second time, but for a recurring task: there, send If-Match, so that a double click does not complete two occurrences.")
            .Accepts<CompleteTaskOptions>(isOptional: true, "application/json")
            .Produces<TaskItem>().Conditional().Problems(400, 404, 409);
        write.MapPost("/tasks/{id}/reopen", CompleteTask.HandleReopen).WithTags("Tasks")
            .WithName("reopenTask").WithSummary("Open a completed task again")
            .WithDescription("Doing it twice changes nothing the second time.")
            .Produces<TaskItem>().Conditional().Problems(404, 409);
        write.MapDelete("/trash", EmptyTrash.Handle).WithTags("Tasks")
            .WithName("emptyTrash").WithSummary("Remove everything in the trash for good")
            .WithDescription("This can't be undone. What is not removed so is removed after 30 days.")
            .Produces<Purged>().Write().Problems();
        write.MapPost("/tasks/{id}/restore", RestoreTask.Handle).WithTags("Tasks")
            .WithName("restoreTask").WithSummary("Take a task out of the trash")
            .WithDescription("With the subtasks that went there with it. It comes back to its list, or to the Inbox when the list is gone.")
            .Produces<TaskItem>().Conditional().Problems(404);
    }
}

/// <summary>What <c>PATCH /tasks/{id}</c> takes, for the API's description: the fields of a new task, each optional, and its place.</summary>
internal sealed record UpdateTaskBody
{
    public string? Title { get; init; }

    public string? Notes { get; init; }

    public Guid? ListId { get; init; }

    public string? List { get; init; }

    public Guid? ParentId { get; init; }

    public string? Priority { get; init; }

    public string? Due { get; init; }

    public string? DueTimeZone { get; init; }

    public string? Recurrence { get; init; }

    public string? RecurrenceFrom { get; init; }

    public Guid[]? LabelIds { get; init; }

    public string[]? Labels { get; init; }

    public string? Position { get; init; }

    [Description("A task (id or number) of the same list before which this one shall stand; instead of position.")]
    public string? Before { get; init; }

    [Description("A task (id or number) of the same list after which this one shall stand; instead of position.")]
    public string? After { get; init; }
}
