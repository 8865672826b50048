using TodoApp.Contracts;
using TodoApp.McpServer.Http;

namespace TodoApp.McpServer.Filters;

/// <summary>The routes of saved filters.</summary>
internal static class FilterRoutes
{
    public static void Map(RouteGroupBuilder read, RouteGroupBuilder write)
    {
        read.MapGet("/filters", GetFilters.Handle).WithTags("Filters")
            .WithName("listFilters").WithSummary("Read all saved filters")
            .WithDescription("In their order. GET /tasks with filter and a saved filter's name or id uses it.")
            .Produces<ItemList<SavedFilter>>().Problems();
        write.MapPost("/filters", CreateFilter.Handle).WithTags("Filters")
            .WithName("createFilter").WithSummary("Save a filter")
            .WithDescription("At most 200. Names are unique without regard to case. The query is checked; lists and labels in it need not exist yet.")
            .Accepts<Contracts.CreateFilter>("application/json")
            .Produces<SavedFilter>(201).Write().Problems(400, 409, 413, 415, 422);
        read.MapGet("/filters/{id}", GetFilters.HandleOne).WithTags("Filters")
            .WithName("getFilter").WithSummary("Read a saved filter")
            .WithDescription("By its id or its name.")
            .Produces<SavedFilter>().Problems(404);
        write.MapPatch("/filters/{id}", UpdateFilter.Handle).WithTags("Filters")
            .WithName("updateFilter").WithSummary("Change fields of a saved filter")
            .WithDescription("A merge patch (RFC 7396): an absent field stays as it is.")
            .Accepts<Contracts.CreateFilter>("application/merge-patch+json", "application/json")
            .Produces<SavedFilter>().Conditional().Problems(400, 404, 409, 413, 415, 422);
        write.MapDelete("/filters/{id}", DeleteFilter.Handle).WithTags("Filters")
            .WithName("deleteFilter").WithSummary("Delete a saved filter")
            .WithDescription("By its id or its name. Its tasks stay as they are.")
            .Produces(204).Conditional().Problems(404);
    }
}
