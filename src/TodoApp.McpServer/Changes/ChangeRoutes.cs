using TodoApp.Contracts;
using TodoApp.McpServer.Http;

namespace TodoApp.McpServer.Changes;

/// <summary>The routes of the change log.</summary>
internal static class ChangeRoutes
{
    public static void Map(RouteGroupBuilder read, RouteGroupBuilder write)
    {
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
            .WithDescription("All lists, labels, filters, tasks (those in the trash too) and completions, and the version from which the change log goes on.")
            .Produces<Snapshot>().Problems(410);
    }
}
