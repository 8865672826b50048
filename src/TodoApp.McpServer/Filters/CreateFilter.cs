using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Filters;

/// <summary>Saves a filter.</summary>
internal static class CreateFilter
{
    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        FilterInput input = FilterInput.Read(request.Body, isNew: true, request.Caller.DatesAt(writes.Time.GetUtcNow()), errors);
        return errors.ToProblem() is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, input, token), context.RequestAborted);
    });

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, FilterInput input, CancellationToken cancellationToken)
    {
        if ((await space.FiltersAsync(cancellationToken)).Count >= FilterInput.MostFilters)
        {
            return ProblemKind.Conflict.Because($"There are {FilterInput.MostFilters} saved filters already, which is the most. Delete one first.");
        }

        var empty = new SavedFilter { Id = Guid.CreateVersion7(space.Now), Name = "", Query = "", Position = "", Version = 0 };
        return (await input.ApplyAsync(space, empty, cancellationToken)).ToResult(added =>
        {
            added = space.Insert(added);
            return WriteResult.Done(StatusCodes.Status201Created, added, ContractsJson.Readable.SavedFilter, added.Version);
        });
    }
}
