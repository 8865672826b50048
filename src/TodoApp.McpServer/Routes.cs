using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Spaces;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer;

/// <summary>Every route of the REST API.</summary>
internal static class Routes
{
    private const int BatchLimit = 4 * 1024 * 1024;

    public static void MapTaskApi(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder read = app.MapGroup("").WithMetadata(new RequiredScope(Scopes.TasksRead));
        RouteGroupBuilder write = app.MapGroup("").WithMetadata(new RequiredScope(Scopes.TasksWrite));

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
                new QueryParameter("q", "A text that the title or the notes contain."),
                new QueryParameter("sort", "position, due, priority (urgent first), created or updated; with - before it, the other way round."),
                new QueryParameter("limit", "1 to 200; 50 unless set.", "integer"),
                new QueryParameter("cursor", "nextCursor of the page before."))
            .Produces<TaskPage>().Problems(400, 422);
        write.MapPost("/tasks", Tasks.CreateTask.Handle).WithTags("Tasks")
            .WithName("createTask").WithSummary("Create a task")
            .WithDescription("Only title is needed; without a list, the task goes to the Inbox. Labels are created by their first use.")
            .Accepts<Contracts.CreateTask>("application/json")
            .Produces<TaskItem>(201).Write().Problems(400, 413, 415, 422);
        write.MapPost("/tasks/batch", BatchTasks.Handle).WithTags("Tasks")
            .WithName("batchTasks").WithSummary("Do up to 100 operations")
            .WithDescription("In one transaction and in their order. Each has a result of its own; with atomic, all are done or none is.")
            .WithMetadata(new BodyLimit(BatchLimit))
            .Accepts<Batch>("application/json")
            .Produces<BatchResults>().Write().Problems(400, 409, 413, 415, 422);
        read.MapGet("/tasks/{id}", GetTask.Handle).WithTags("Tasks")
            .WithName("getTask").WithSummary("Read a task")
            .WithDescription("Open, completed or in the trash, by its id or its number.")
            .Produces<TaskItem>().Problems(404);
        write.MapPatch("/tasks/{id}", UpdateTask.Handle).WithTags("Tasks")
            .WithName("updateTask").WithSummary("Change fields of a task")
            .WithDescription("A merge patch (RFC 7396): an absent field stays as it is, null unsets.")
            .Accepts<UpdateTaskBody>("application/merge-patch+json", "application/json")
            .Produces<TaskItem>().Conditional().Problems(400, 404, 409, 413, 415, 422);
        write.MapDelete("/tasks/{id}", DeleteTask.Handle).WithTags("Tasks")
            .WithName("deleteTask").WithSummary("Move a task with its subtasks to the trash")
            .WithDescription("It can be restored from there. Doing it twice changes nothing the second time.")
            .Produces<TaskItem>().Conditional().Problems(404);
        write.MapPost("/tasks/{id}/complete", CompleteTask.Handle).WithTags("Tasks")
            .WithName("completeTask").WithSummary("Complete a task")
            .WithDescription("Doing it twice changes nothing the second time.")
            .Produces<TaskItem>().Conditional().Problems(404, 409);
        write.MapPost("/tasks/{id}/reopen", CompleteTask.HandleReopen).WithTags("Tasks")
            .WithName("reopenTask").WithSummary("Open a completed task again")
            .WithDescription("Doing it twice changes nothing the second time.")
            .Produces<TaskItem>().Conditional().Problems(404, 409);
        write.MapPost("/tasks/{id}/restore", RestoreTask.Handle).WithTags("Tasks")
            .WithName("restoreTask").WithSummary("Take a task out of the trash")
            .WithDescription("With the subtasks that went there with it. It comes back to its list, or to the Inbox when the list is gone.")
            .Produces<TaskItem>().Conditional().Problems(404);

        read.MapGet("/lists", GetLists.Handle).WithTags("Lists")
            .WithName("listLists").WithSummary("Read all lists")
            .WithDescription("Archived ones too, in their order.")
            .Produces<ItemList<TaskList>>().Problems();
        write.MapPost("/lists", Lists.CreateList.Handle).WithTags("Lists")
            .WithName("createList").WithSummary("Create a list")
            .WithDescription("Names are unique without regard to case; lists can be inside of lists, up to three levels.")
            .Accepts<Contracts.CreateList>("application/json")
            .Produces<TaskList>(201).Write().Problems(400, 409, 413, 415, 422);
        read.MapGet("/lists/{id}", GetLists.HandleOne).WithTags("Lists")
            .WithName("getList").WithSummary("Read a list")
            .WithDescription("By its id or its name.")
            .Produces<TaskList>().Problems(404);
        write.MapPatch("/lists/{id}", UpdateList.Handle).WithTags("Lists")
            .WithName("updateList").WithSummary("Change fields of a list")
            .WithDescription("A merge patch (RFC 7396): an absent field stays as it is, null unsets. The Inbox is neither moved nor archived.")
            .Accepts<Contracts.CreateList>("application/merge-patch+json", "application/json")
            .Produces<TaskList>().Conditional().Problems(400, 404, 409, 413, 415, 422);
        write.MapDelete("/lists/{id}", DeleteList.Handle).WithTags("Lists")
            .WithName("deleteList").WithSummary("Delete a list")
            .WithDescription("Lists inside of it move up to its parent. When it holds tasks, say what becomes of them.")
            .WithMetadata(new QueryParameter("tasks", "What becomes of its tasks: trash, or move: and a list. Required when it has any."))
            .Produces(204).Conditional().Problems(404, 409, 422);

        read.MapGet("/labels", GetLabels.Handle).WithTags("Labels")
            .WithName("listLabels").WithSummary("Read all labels")
            .WithDescription("In the order of their names.")
            .Produces<ItemList<Label>>().Problems();
        write.MapPost("/labels", Labels.CreateLabel.Handle).WithTags("Labels")
            .WithName("createLabel").WithSummary("Create a label")
            .WithDescription("Names are unique without regard to case. A label also comes into being by its first use in a task.")
            .Accepts<Contracts.CreateLabel>("application/json")
            .Produces<Label>(201).Write().Problems(400, 409, 413, 415, 422);
        read.MapGet("/labels/{id}", GetLabels.HandleOne).WithTags("Labels")
            .WithName("getLabel").WithSummary("Read a label")
            .WithDescription("By its id or its name.")
            .Produces<Label>().Problems(404);
        write.MapPatch("/labels/{id}", UpdateLabel.Handle).WithTags("Labels")
            .WithName("updateLabel").WithSummary("Change fields of a label")
            .WithDescription("A merge patch (RFC 7396): an absent field stays as it is, null unsets.")
            .Accepts<Contracts.CreateLabel>("application/merge-patch+json", "application/json")
            .Produces<Label>().Conditional().Problems(400, 404, 409, 413, 415, 422);
        write.MapDelete("/labels/{id}", DeleteLabel.Handle).WithTags("Labels")
            .WithName("deleteLabel").WithSummary("Delete a label")
            .WithDescription("It is taken off its tasks, which stay.")
            .Produces(204).Conditional().Problems(404);
        write.MapPost("/labels/{id}/merge", DeleteLabel.HandleMerge).WithTags("Labels")
            .WithName("mergeLabel").WithSummary("Put another label in a label's place")
            .WithDescription("Its tasks get the other label, and it is deleted. The answer is the other label.")
            .Accepts<MergeLabel>("application/json")
            .Produces<Label>().Conditional().Problems(400, 404, 413, 415, 422);

        read.MapGet("/changes", ListChanges.Handle).WithTags("Changes")
            .WithName("listChanges").WithSummary("Read the change log")
            .WithDescription("Every change in the order of its version. Who applies them to a snapshot has an exact copy; when since is older than the log, 410 says so.")
            .WithMetadata(
                new QueryParameter("since", "The version after which to begin; 0 unless set.", "integer"),
                new QueryParameter("task", "Only changes to this task: its id or number."),
                new QueryParameter("actor", "Only changes by this actor: the id of an account or a token."),
                new QueryParameter("limit", "1 to 1000; 100 unless set.", "integer"))
            .Produces<ChangePage>().Problems(400, 410, 422);
        read.MapGet("/snapshot", GetSnapshot.Handle).WithTags("Changes")
            .WithName("getSnapshot").WithSummary("Read everything at one version")
            .WithDescription("All lists, labels, filters and tasks (those in the trash too), and the version from which the change log goes on.")
            .Produces<Snapshot>().Problems(410);

        app.MapDelete("/space", DeleteSpace.Handle).WithMetadata(new RequiredScope(Scopes.SpaceDelete)).WithTags("Space")
            .WithName("deleteSpace").WithSummary("Remove everything for good")
            .WithDescription("Only for the backend, when an account is deleted.")
            .Produces(204);
    }

    private static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in (ReadOnlySpan<int>)[401, 403, .. statuses, 429, 503])
        {
            route.Produces<Problem>(status, Problem.MediaType);
        }

        return route;
    }

    private static RouteHandlerBuilder Write(this RouteHandlerBuilder route) => route
        .WithMetadata(new RequestHeader("Idempotency-Key", "Up to 255 printable ASCII characters. The same request with the same key happens once; its first answer is given again for 24 hours."));

    private static RouteHandlerBuilder Conditional(this RouteHandlerBuilder route) => route.Write()
        .WithMetadata(new RequestHeader("If-Match", "The ETag of an earlier answer. With another version, nothing is done and the answer is 412."))
        .Produces<Problem>(412, Problem.MediaType);
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
}

/// <summary>A query parameter, for the API's description.</summary>
internal sealed record QueryParameter(string Name, string Description, string Type = "string");

/// <summary>A request header, for the API's description.</summary>
internal sealed record RequestHeader(string Name, string Description);

/// <summary>The largest body a route takes, in bytes; 1 MiB unless set.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata;
