using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.QuickAdd;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Adds a task from its fields; from a text, <see cref="AddFromText"/> does.</summary>
internal static class CreateTask
{
    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        if (AddFromText.IsMeant(request.Body))
        {
            return await AddFromText.RunAsync(request, writes, context.RequestAborted);
        }

        var errors = new FieldErrors();
        TaskInput input = TaskInput.Read(request.Body, TaskInput.CreateFields, isNew: true, errors);
        if (errors.ToProblem() is Problem problem)
        {
            return problem;
        }

        return await writes.RunAsync(
            request.Caller,
            request.Key,
            () => PostgresTaskWrites.TryCreate(request.Caller, request.Key, input),
            async (space, cancellationToken) => (await ApplyAsync(space, input, cancellationToken)).ToResult(task => WriteResult.Done(StatusCodes.Status201Created, task)),
            context.RequestAborted);
    });

    public static async Task<Outcome<TaskItem>> ApplyAsync(SpaceWriter space, TaskInput input, CancellationToken cancellationToken)
    {
        var empty = new TaskItem
        {
            Id = Guid.CreateVersion7(space.Now),
            Number = 0,
            ListId = Guid.Empty,
            Title = "",
            Position = "",
            CreatedAt = space.Now,
            UpdatedAt = space.Now,
            Version = 0,
        };
        Outcome<TaskItem> task = await input.ApplyAsync(space, empty, cancellationToken);
        return task.IsDone ? space.Insert(task.Value) : task;
    }
}
