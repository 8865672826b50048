using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Recurrence;

/// <summary>Makes a recurring task an ordinary one, due when it is due now. Doing it twice changes nothing the second time.</summary>
internal static class EndRecurrence
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await ChangeTask.RunAsync(writes, request, id, ChangeTask.NeverSimple, End, context.RequestAborted));

    public static Task<Outcome<TaskItem>> End(SpaceWriter space, TaskItem task, CancellationToken cancellationToken) => Task.FromResult<Outcome<TaskItem>>(
        ChangeTask.CheckNotInTrash(task) is Problem problem ? problem : space.Update(task, task with { Recurrence = null, OriginalDue = null }, "updated"));
}
