using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Filters;

/// <summary>Deletes a saved filter.</summary>
internal static class DeleteFilter
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, id, request.IfMatch, token), context.RequestAborted));

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, string id, IfMatch ifMatch, CancellationToken cancellationToken)
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

        space.Remove(filter);
        return WriteResult.NoContent;
    }
}
