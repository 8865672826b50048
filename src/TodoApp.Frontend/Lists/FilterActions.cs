using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Lists;

/// <summary>Saves, changes, orders and deletes filters.</summary>
internal static class FilterActions
{
    public static void MapFilterActions(this RouteGroupBuilder pages)
    {
        pages.MapPost("/filters", (Delegate)CreateAsync); // Else its result is ignored.
        pages.MapPost("/filters/{id:guid}/edit", ChangeAsync);
        pages.MapPost("/filters/{id:guid}/place", PlaceAsync);
        pages.MapPost("/filters/{id:guid}/delete", DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(HttpContext context) => await ItemForms.SendAsync(
        context, HttpMethod.Post, "/api/filters", Fields(await Forms.ReadAsync(context, context.RequestAborted)), ContractsJson.Client.SavedFilter, "Saved the filter {0}", ShowLists.Page);

    private static async Task<IResult> ChangeAsync(Guid id, HttpContext context) => await ItemForms.SendAsync(
        context, HttpMethod.Patch, $"/api/filters/{id}", Fields(await Forms.ReadAsync(context, context.RequestAborted)), ContractsJson.Client.SavedFilter,
        "Saved {0}", (frame, attempt) => ShowLists.Filter(frame, id, attempt));

    private static async Task<IResult> PlaceAsync(Guid id, HttpContext context)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        var fields = new JsonObject();
        ItemForms.AddPlace(fields, form["place"].ToString());
        return await ItemForms.SendAsync(context, HttpMethod.Patch, $"/api/filters/{id}", fields, ContractsJson.Client.SavedFilter, "Moved {0}", ShowLists.Page);
    }

    private static async Task<IResult> DeleteAsync(Guid id, HttpContext context)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        return await ItemForms.SendAsync(
            context, HttpMethod.Delete, $"/api/filters/{id}", null, ContractsJson.Client.SavedFilter,
            "Deleted the filter {0}", (frame, attempt) => ShowLists.Filter(frame, id, attempt), form["was"].ToString(), "/lists");
    }

    private static JsonObject Fields(IFormCollection form) => new() { ["name"] = form["name"].ToString(), ["query"] = form["query"].ToString() };
}
