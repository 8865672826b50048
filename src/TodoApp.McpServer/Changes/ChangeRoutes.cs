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
                new QueryParameter("before", "The version before which to end; for paging with order=desc, the last entry's.", "integer"),
                new QueryParameter("task", "Only changes to this task: its id or number."),
                new QueryParameter("actor", "Only changes by this actor: the id of an account or a token."),
                new QueryParameter("actorKind", "Only changes by one kind of actor: person, agent or system."),
                new QueryParameter("group", "Only changes of one request: their groupId."),
                new QueryParameter("kind", $"Only changes of these kinds, separated by commas: {string.Join(", ", ChangeQuery.Kinds)}."),
                new QueryParameter("order", "asc (unless set) or desc, the newest first. Backwards, a since that is older than the log is no error."),
                new QueryParameter("limit", "1 to 1000; 100 unless set.", "integer"))
            .Produces<ChangePage>().Problems(400, 410, 422);
        read.MapGet("/changes/stream", StreamChanges.Handle).WithTags("Changes")
            .WithName("streamChanges").WithSummary("Follow the change log")
            .WithDescription("Server-sent events named change, with the version as id and the change as data, within moments of each commit. Come again with Last-Event-ID to go on where it ended; it ends after five minutes at the latest.")
            .WithMetadata(
                new QueryParameter("since", "The version after which to begin; now unless set.", "integer"),
                new RequestHeader("Last-Event-ID", "The id of the last event that arrived; goes before since."))
            .Produces<string>(200, "text/event-stream").Problems(400, 410, 422);
        write.MapPost("/changes/undo", UndoChanges.Handle).WithTags("Changes")
            .WithName("undoChanges").WithSummary("Undo changes")
            .WithDescription("Those of one request, chosen ones, or all that an actor did since a time: all or nothing. A change can be undone while every field still has the value that it gave; else 409 names the later versions. What undoes is itself a change, and can be undone.")
            .Accepts<TodoApp.Contracts.UndoChanges>("application/json")
            .Produces<UndoResult>().Write().Problems(400, 404, 409, 413, 415, 422);
        write.MapPost("/changes/{version}/undo", UndoChanges.HandleOne).WithTags("Changes")
            .WithName("undoChange").WithSummary("Undo one change")
            .WithDescription("As undoChanges with this version alone.")
            .Produces<UndoResult>().Write().Problems(404, 409);
        read.MapGet("/snapshot", GetSnapshot.Handle).WithTags("Changes")
            .WithName("getSnapshot").WithSummary("Read everything at one version")
            .WithDescription("All lists, labels, filters, tasks (those in the trash too) and completions, and the version from which the change log goes on.")
            .Produces<Snapshot>().Problems(410);
    }
}
