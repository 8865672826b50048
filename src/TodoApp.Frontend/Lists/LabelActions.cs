using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Lists;

/// <summary>Creates, changes, merges and deletes labels.</summary>
internal static class LabelActions
{
    public static void MapLabelActions(this RouteGroupBuilder pages)
    {
        pages.MapPost("/labels", (Delegate)CreateAsync); // Else its result is ignored.
        pages.MapPost("/labels/{id:guid}/edit", ChangeAsync);
        pages.MapPost("/labels/{id:guid}/merge", MergeAsync);
        pages.MapPost("/labels/{id:guid}/delete", DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(HttpContext context) => await ItemForms.SendAsync(
        context, HttpMethod.Post, "/api/labels", Fields(await Forms.ReadAsync(context, context.RequestAborted)), ContractsJson.Client.Label, "Created the label {0}", ShowLists.Page);

    private static async Task<IResult> ChangeAsync(Guid id, HttpContext context) => await ItemForms.SendAsync(
        context, HttpMethod.Patch, $"/api/labels/{id}", Fields(await Forms.ReadAsync(context, context.RequestAborted)), ContractsJson.Client.Label,
        "Saved {0}", (frame, attempt) => ShowLists.Label(frame, id, attempt));

    private static async Task<IResult> MergeAsync(Guid id, HttpContext context)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        return await ItemForms.SendAsync(
            context, HttpMethod.Post, $"/api/labels/{id}/merge", new JsonObject { ["into"] = form["into"].ToString() }, ContractsJson.Client.Label,
            "Merged into the label {0}", (frame, attempt) => ShowLists.Label(frame, id, attempt), back: "/lists");
    }

    private static async Task<IResult> DeleteAsync(Guid id, HttpContext context)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        return await ItemForms.SendAsync(
            context, HttpMethod.Delete, $"/api/labels/{id}", null, ContractsJson.Client.Label,
            "Deleted the label {0}", (frame, attempt) => ShowLists.Label(frame, id, attempt), form["was"].ToString(), "/lists");
    }

    private static JsonObject Fields(IFormCollection form) => new() { ["name"] = form["name"].ToString(), ["color"] = ItemForms.Text(form, "color") };
}
