using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Filters;

/// <summary>Changes fields of a saved filter (RFC 7396 merge patch).</summary>
internal static class UpdateFilter
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        FilterInput input = FilterInput.Read(request.Body, isNew: false, request.Caller.DatesAt(writes.Time.GetUtcNow()), errors);
        return errors.ToProblem() is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, id, request.IfMatch, input, token), context.RequestAborted);
    });

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, string id, IfMatch ifMatch, FilterInput input, CancellationToken cancellationToken)
    {
        IReadOnlyList<SavedFilter> filters = await space.FiltersAsync(cancellationToken);
        SavedFilter? filter = Names.Find(filters, id);
        if (filter is null)
        {
            return Names.NotFound(filters, id, "filter");
        }

        if (ifMatch.Check(filter.Version) is Problem problem)
        {
            return problem;
        }

        return (await input.ApplyAsync(space, filter, cancellationToken)).ToResult(changed =>
        {
            changed = space.Update(filter, changed);
            return WriteResult.Done(StatusCodes.Status200OK, changed, ContractsJson.Readable.SavedFilter, changed.Version);
        });
    }
}
