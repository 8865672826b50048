using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>What the operations on one existing task share: to find it, to check the condition, to answer with it.</summary>
internal static class ChangeTask
{
    /// <summary>Changes a task that was found.</summary>
    public delegate Task<Outcome<TaskItem>> Operation(SpaceWriter space, TaskItem task, CancellationToken cancellationToken);

    /// <summary>The statement of an operation's simple case; null when the case is not simple.</summary>
    public delegate SimpleWrite? SimpleCase(TaskReference task);

    /// <summary>For operations that have no simple case.</summary>
    public static readonly SimpleCase NeverSimple = _ => null;

    /// <summary>The simple case of completing, reopening or deleting; <paramref name="kind"/> is what the change log calls it.</summary>
    public static SimpleCase SimpleState(WriteRequest request, string kind) =>
        task => PostgresTaskWrites.TrySetState(request.Caller, request.Key, task, request.IfMatch, kind);

    /// <summary>Runs the operation in a transaction of its own.</summary>
    public static async Task<WriteResult> RunAsync(
        SpaceWrites writes, WriteRequest request, string id, SimpleCase simple, Operation operation, CancellationToken cancellationToken)
    {
        if (!TaskReference.TryParse(id, out TaskReference reference))
        {
            return GetTask.UnknownTask(id);
        }

        return await writes.RunAsync(
            request.Caller,
            request.Key,
            () => simple(reference),
            async (space, token) => (await ApplyAsync(space, reference, request.IfMatch, operation, token)).ToResult(task => WriteResult.Done(StatusCodes.Status200OK, task)),
            cancellationToken);
    }

    /// <summary>Runs the operation as a part of a larger write.</summary>
    public static async Task<Outcome<TaskItem>> ApplyAsync(
        SpaceWriter space, TaskReference reference, IfMatch ifMatch, Operation operation, CancellationToken cancellationToken)
    {
        TaskItem? task = await space.FindTaskAsync(reference, cancellationToken);
        if (task is null)
        {
            return GetTask.UnknownTask(reference.ToString());
        }

        return ifMatch.Check(task.Version) is Problem problem ? problem : await operation(space, task, cancellationToken);
    }

    /// <summary>The problem when a task in the trash is to be changed in any other way than to be restored.</summary>
    public static Problem? CheckNotInTrash(TaskItem task) => task.DeletedAt is null
        ? null
        : ProblemKind.Conflict.Because($"The task #{task.Number} is in the trash. Restore it first.");
}
