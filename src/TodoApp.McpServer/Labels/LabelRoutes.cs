using TodoApp.Contracts;
using TodoApp.McpServer.Http;

namespace TodoApp.McpServer.Labels;

/// <summary>The routes of labels.</summary>
internal static class LabelRoutes
{
    public static void Map(RouteGroupBuilder read, RouteGroupBuilder write)
    {
        read.MapGet("/labels", GetLabels.Handle).WithTags("Labels")
            .WithName("listLabels").WithSummary("Read all labels")
            .WithDescription("In the order of their names.")
            .Produces<ItemList<Label>>().Problems();
        write.MapPost("/labels", CreateLabel.Handle).WithTags("Labels")
            .WithName("createLabel").WithSummary("Create a label")
            .WithDescription("Names are unique without regard to case. A label also comes into being by its first use in a task.")
            .Accepts<Contracts.CreateLabel>("application/json")
            .Produces<Label>(201).Write().Problems(400, 409, 413, 415, 422);
        read.MapGet("/labels/{id}", GetLabels.HandleOne).WithTags("Labels")
            .WithName("getLabel").WithSummary("Read a label")
            .WithDescription("By its id or its name.")
            .Produces<Label>().Problems(404);
        write.MapPatch("/labels/{id}", UpdateLabel.Handle).WithTags("Labels")
            .WithName("updateLabel").WithSummary("Change fields of a label")
            .WithDescription("A merge patch (RFC 7396): an absent field stays as it is, null unsets.")
            .Accepts<Contracts.CreateLabel>("application/merge-patch+json", "application/json")
            .Produces<Label>().Conditional().Problems(400, 404, 409, 413, 415, 422);
        write.MapDelete("/labels/{id}", DeleteLabel.Handle).WithTags("Labels")
            .WithName("deleteLabel").WithSummary("Delete a label")
            .WithDescription("It is taken off its tasks, which stay.")
            .Produces(204).Conditional().Problems(404);
        write.MapPost("/labels/{id}/merge", DeleteLabel.HandleMerge).WithTags("Labels")
            .WithName("mergeLabel").WithSummary("Put another label in a label's place")
            .WithDescription("Its tasks get the other label, and it is deleted. The answer is the other label.")
            .Accepts<MergeLabel>("application/json")
            .Produces<Label>().Conditional().Problems(400, 404, 413, 415, 422);
    }
}
