using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Labels;

/// <summary>Deletes a label, or puts another one in its place.</summary>
internal static class DeleteLabel
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
        EmptyBody.Check(request) is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, id, request.IfMatch, into: null, token), context.RequestAborted));

    public static Task HandleMerge(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        string? into = new JsonFields(request.Body, ["into"], errors).Text("into").Value;
        if (into is null && !errors.Any)
        {
            errors.Invalid("into", "must name a label.");
        }

        return errors.ToProblem() is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, id, request.IfMatch, into, token), context.RequestAborted);
    });

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, string id, IfMatch ifMatch, string? into, CancellationToken cancellationToken)
    {
        IReadOnlyList<Label> labels = await space.LabelsAsync(cancellationToken);
        Label? label = Names.Find(labels, id);
        if (label is null)
        {
            return Names.NotFound(labels, id, "label");
        }

        if (ifMatch.Check(label.Version) is Problem problem)
        {
            return problem;
        }

        Label? target = into is null ? null : Names.Find(labels, into);
        if (into is not null && (target is null || target.Id == label.Id))
        {
            var errors = new FieldErrors();
            errors.Invalid("into", target is null ? Names.Unknown(labels, into, "label") : "must name another label.");
            return errors.ToProblem()!;
        }

        await foreach (TaskItem task in space.TasksWithLabelAsync(label.Id, cancellationToken))
        {
            Guid[] kept = [.. task.LabelIds.Select(other => other == label.Id ? target?.Id : other).OfType<Guid>().Distinct()];
            space.Update(task, task with { LabelIds = kept }, "updated");
        }

        space.Remove(label);
        return target is null ? WriteResult.NoContent : WriteResult.Done(StatusCodes.Status200OK, target, ContractsJson.Readable.Label, target.Version);
    }
}
