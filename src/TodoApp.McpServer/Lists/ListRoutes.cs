using TodoApp.Contracts;
using TodoApp.McpServer.Http;

namespace TodoApp.McpServer.Lists;

/// <summary>The routes of lists.</summary>
internal static class ListRoutes
{
    public static void Map(RouteGroupBuilder read, RouteGroupBuilder write)
    {
        read.MapGet("/lists", GetLists.Handle).WithTags("Lists")
            .WithName("listLists").WithSummary("Read all lists")
            .WithDescription("Archived ones too, in their order.")
            .Produces<ItemList<TaskList>>().Problems();
        write.MapPost("/lists", CreateList.Handle).WithTags("Lists")
            .WithName("createList").WithSummary("Create a list")
            .WithDescription("Names are unique without regard to case; lists can be inside of lists, up to three levels.")
            .Accepts<Contracts.CreateList>("application/json")
            .Produces<TaskList>(201).Write().Problems(400, 409, 413, 415, 422);
        read.MapGet("/lists/{id}", GetLists.HandleOne).WithTags("Lists")
            .WithName("getList").WithSummary("Read a list")
            .WithDescription("By its id or its name.")
            .Produces<TaskList>().Problems(404);
        write.MapPatch("/lists/{id}", UpdateList.Handle).WithTags("Lists")
            .WithName("updateList").WithSummary("Change fields of a list")
            .WithDescription("A merge patch (RFC 7396): an absent field stays as it is, null unsets. The Inbox is neither moved nor archived.")
            .Accepts<Contracts.CreateList>("application/merge-patch+json", "application/json")
            .Produces<TaskList>().Conditional().Problems(400, 404, 409, 413, 415, 422);
        write.MapDelete("/lists/{id}", DeleteList.Handle).WithTags("Lists")
            .WithName("deleteList").WithSummary("Delete a list")
            .WithDescription("Lists inside of it move up to its parent. When it holds tasks, say what becomes of them.")
            .WithMetadata(new QueryParameter("tasks", "What becomes of its tasks: trash, or move: and a list. Required when it has any."))
            .Produces(204).Conditional().Problems(404, 409, 422);
    }
}
