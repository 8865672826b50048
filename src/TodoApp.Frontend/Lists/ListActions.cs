using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Lists;

/// <summary>Creates, changes, orders, archives and deletes lists.</summary>
internal static class ListActions
{
    public static void MapListActions(this RouteGroupBuilder pages)
    {
        pages.MapPost("/lists", (Delegate)CreateAsync); // Else its result is ignored.
        pages.MapPost("/lists/{id:guid}/edit", ChangeAsync);
        pages.MapPost("/lists/{id:guid}/place", PlaceAsync);
        pages.MapPost("/lists/{id:guid}/archive", (Guid id, HttpContext context) => ArchiveAsync(id, context, true));
        pages.MapPost("/lists/{id:guid}/unarchive", (Guid id, HttpContext context) => ArchiveAsync(id, context, false));
        pages.MapPost("/lists/{id:guid}/delete", DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(HttpContext context)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        var fields = new JsonObject { ["name"] = form["name"].ToString(), ["color"] = ItemForms.Text(form, "color"), ["parentId"] = ItemForms.Text(form, "parentId") };
        return await ItemForms.SendAsync(context, HttpMethod.Post, "/api/lists", fields, ContractsJson.Client.TaskList, "Created the list {0}", ShowLists.Page);
    }

    private static async Task<IResult> ChangeAsync(Guid id, HttpContext context)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        var fields = new JsonObject { ["name"] = form["name"].ToString(), ["color"] = ItemForms.Text(form, "color") };
        if (form.ContainsKey("parentId"))
        {
            fields["parentId"] = ItemForms.Text(form, "parentId");
        }

        ItemForms.AddPlace(fields, form["place"].ToString());
        return await ItemForms.SendAsync(
            context, HttpMethod.Patch, $"/api/lists/{id}", fields, ContractsJson.Client.TaskList, "Saved {0}", (frame, attempt) => ShowLists.List(frame, id, attempt));
    }

    private static async Task<IResult> PlaceAsync(Guid id, HttpContext context)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        var fields = new JsonObject();
        ItemForms.AddPlace(fields, form["place"].ToString());
        return await ItemForms.SendAsync(context, HttpMethod.Patch, $"/api/lists/{id}", fields, ContractsJson.Client.TaskList, "Moved {0}", ShowLists.Page);
    }

    private static Task<IResult> ArchiveAsync(Guid id, HttpContext context, bool archived) => ItemForms.SendAsync(
        context, HttpMethod.Patch, $"/api/lists/{id}", new JsonObject { ["archived"] = archived }, ContractsJson.Client.TaskList,
        archived ? "Archived the list {0}" : "The list {0} is back from the archive", (frame, attempt) => ShowLists.List(frame, id, attempt));

    private static async Task<IResult> DeleteAsync(Guid id, HttpContext context)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        string tasks = form["tasks"].ToString();
        return await ItemForms.SendAsync(
            context, HttpMethod.Delete, $"/api/lists/{id}{(tasks.Length == 0 ? "" : "?tasks=" + Uri.EscapeDataString(tasks))}", null, ContractsJson.Client.TaskList,
            "Deleted the list {0}", (frame, attempt) => ShowLists.List(frame, id, attempt), form["was"].ToString(), "/lists");
    }
}
