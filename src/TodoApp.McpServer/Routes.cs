using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Overview;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Spaces;
using TodoApp.McpServer.Tasks;
using TodoApp.McpServer.Transfer;

namespace TodoApp.McpServer;

/// <summary>Every route of the REST API, and the scope that each needs.</summary>
internal static class Routes
{
    public static void MapTaskApi(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder read = app.MapGroup("").WithMetadata(new RequiredScope(Scopes.TasksRead));
        RouteGroupBuilder write = app.MapGroup("").WithMetadata(new RequiredScope(Scopes.TasksWrite));
        TaskRoutes.Map(read, write);
        RecurrenceRoutes.Map(read, write);
        GetOverview.Map(read);
        ListRoutes.Map(read, write);
        LabelRoutes.Map(read, write);
        FilterRoutes.Map(read, write);
        ChangeRoutes.Map(read, write);
        TransferRoutes.Map(read, write);

        app.MapDelete("/space", DeleteSpace.Handle).WithMetadata(new RequiredScope(Scopes.SpaceDelete)).WithTags("Space")
            .WithName("deleteSpace").WithSummary("Remove everything for good")
            .WithDescription("Only for the backend, when an account is deleted.")
            .Produces(204);
    }
}
