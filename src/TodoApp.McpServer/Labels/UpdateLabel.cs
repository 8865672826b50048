using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Labels;

/// <summary>Changes fields of a label (RFC 7396 merge patch).</summary>
internal static class UpdateLabel
{
    public static Task Handle(HttpContext context, SpaceWrites writes, string id) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        LabelInput input = LabelInput.Read(request.Body, isNew: false, errors);
        return errors.ToProblem() is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, id, request.IfMatch, input, token), context.RequestAborted);
    });

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, string id, IfMatch ifMatch, LabelInput input, CancellationToken cancellationToken)
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

        return (await input.ApplyAsync(space, label, cancellationToken)).ToResult(changed =>
        {
            changed = space.Update(label, changed);
            return WriteResult.Done(StatusCodes.Status200OK, changed, ContractsJson.Readable.Label, changed.Version);
        });
    }
}
