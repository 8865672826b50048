using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Completes a task, and opens it again. Doing either twice changes nothing the second time.</summary>
internal static class CompleteTask
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => HandleAsync(context, writes, id, "completed", Complete);

    public static Task HandleReopen(HttpContext context, SpaceWrites writes, string id) => HandleAsync(context, writes, id, "reopened", Reopen);

    public static Task<Outcome<TaskItem>> Complete(SpaceWriter space, TaskItem task, CancellationToken cancellationToken) =>
        Task.FromResult(Set(space, task, task.CompletedAt ?? space.Now, "completed"));

    public static Task<Outcome<TaskItem>> Reopen(SpaceWriter space, TaskItem task, CancellationToken cancellationToken) =>
        Task.FromResult(Set(space, task, null, "reopened"));

    private static Outcome<TaskItem> Set(SpaceWriter space, TaskItem task, DateTimeOffset? completedAt, string kind) =>
        ChangeTask.CheckNotInTrash(task) is Problem problem ? problem : space.Update(task, task with { CompletedAt = completedAt }, kind);

    private static Task HandleAsync(HttpContext context, SpaceWrites writes, string id, string kind, ChangeTask.Operation operation) =>
        WriteRequest.HandleAsync(context, needsBody: false, async request =>
            EmptyBody.Check(request) is Problem problem
                ? problem
                : await ChangeTask.RunAsync(writes, request, id, ChangeTask.InOneTrip(request, kind), operation, context.RequestAborted));
}
