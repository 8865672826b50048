using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Labels;

/// <summary>Adds a label.</summary>
internal static class CreateLabel
{
    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        LabelInput input = LabelInput.Read(request.Body, isNew: true, errors);
        return errors.ToProblem() is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, input, token), context.RequestAborted);
    });

    public static async Task<WriteResult> ApplyAsync(SpaceWriter space, LabelInput input, CancellationToken cancellationToken)
    {
        if ((await space.LabelsAsync(cancellationToken)).Count >= LabelInput.MostLabels)
        {
            return ProblemKind.Conflict.Because($"There are {LabelInput.MostLabels} labels already, which is the most.");
        }

        var empty = new Label { Id = Guid.CreateVersion7(space.Now), Name = "", Version = 0 };
        return (await input.ApplyAsync(space, empty, cancellationToken)).ToResult(added =>
        {
            added = space.Insert(added);
            return WriteResult.Done(StatusCodes.Status201Created, added, ContractsJson.Readable.Label, added.Version);
        });
    }
}
