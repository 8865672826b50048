using System.Globalization;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Changes;

/// <summary>
/// Undoes changes: one, those of one request, chosen ones, or everything that an actor did since a time. All or nothing, in one
/// transaction, the last first. What undoes is itself a change, which names what it undid, and can be undone.
/// </summary>
internal static class UndoChanges
{
    /// <summary>How many changes one request undoes at most.</summary>
    public const int Most = 10_000;

    public static Task HandleOne(HttpContext context, SpaceWrites writes, string version) => WriteRequest.HandleAsync(context, needsBody: false, async request =>
    {
        if (EmptyBody.Check(request) is Problem problem)
        {
            return problem;
        }

        return long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? await writes.RunAsync(request.Caller, request.Key, (space, token) => RunAsync(space, new UndoRequest { Versions = [number] }, token), context.RequestAborted)
            : UndoRequest.UnknownVersion(version);
    });

    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        var undo = UndoRequest.Read(new JsonFields(request.Body, UndoRequest.Fields, errors), errors);
        return errors.ToProblem() is Problem problem
            ? problem
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => RunAsync(space, undo, token), context.RequestAborted);
    });

    /// <summary>Undoes as a part of a write.</summary>
    public static async Task<WriteResult> RunAsync(SpaceWriter space, UndoRequest request, CancellationToken cancellationToken)
    {
        Outcome<long[]> chosen = await request.ChooseAsync(space, cancellationToken);
        if (!chosen.IsDone)
        {
            return chosen.Problem;
        }

        var undo = new Undo(space, chosen.Value);
        await undo.RunAsync(cancellationToken);
        return undo.Conflicts.Count > 0
            ? ToProblem(undo.Conflicts)
            : WriteResult.Done(
                StatusCodes.Status200OK, new UndoResult(space.HasChanges ? space.Group : null, space.Version, chosen.Value.Length), ContractsJson.Readable.UndoResult);
    }

    private static Problem ToProblem(List<UndoConflict> conflicts)
    {
        string many = conflicts.Count == Undo.MostConflicts ? $"At least {conflicts.Count} things stand" : $"{conflicts.Count} things stand";
        string detail = $"Nothing was undone. {(conflicts.Count == 1 ? "This stands" : many)} in the way: {conflicts[0].Reason}";
        return ProblemKind.Conflict.Because(detail, conflicts.GroupBy(conflict => conflict.Version).ToDictionary(
            group => group.Key.ToString(CultureInfo.InvariantCulture),
            group => group.Select(conflict => conflict.Reason).ToArray())) with
        {
            Versions = [.. conflicts.SelectMany(conflict => conflict.Later).Distinct().Order()],
        };
    }
}
