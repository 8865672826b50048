using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Changes;

/// <summary>
/// Undoes changes: one, those of one request, chosen ones, or everything that an actor did since a time. All in one transaction,
/// the last first. What undoes is itself a change, which names what it undid, and can be undone.
/// </summary>
internal static class UndoChanges
{
    /// <summary>How many changes one request undoes at most.</summary>
    public const int Most = 10_000;

    /// <summary>How many conflicts an answer tells of.</summary>
    private const int MostConflicts = 100;

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
        Outcome<IReadOnlyList<Change>> chosen = await request.ChooseAsync(space, cancellationToken);
        if (!chosen.IsDone)
        {
            return chosen.Problem;
        }

        var undo = new Undo(space, chosen.Value);
        await undo.RunAsync(request.IsPartial, cancellationToken);
        if (undo.Conflicts.Count > 0 && !(request.IsPartial && undo.IsSound))
        {
            return ToProblem(undo.Conflicts);
        }

        UndoResult result = new(space.Group, space.Version, undo.Count, [.. undo.Conflicts.Take(MostConflicts)]);
        return WriteResult.Done(StatusCodes.Status200OK, result, ContractsJson.Readable.UndoResult);
    }

    private static Problem ToProblem(IReadOnlyList<UndoConflict> conflicts)
    {
        UndoConflict[] told = [.. conflicts.Take(20)];
        string detail = $"Nothing was undone. {(conflicts.Count == 1 ? "This stands" : $"{conflicts.Count} things stand")} in the way: {told[0].Reason}";
        return ProblemKind.Conflict.Because(detail, told.GroupBy(conflict => conflict.Version).ToDictionary(
            group => group.Key.ToString(CultureInfo.InvariantCulture),
            group => group.Select(conflict => conflict.Reason).ToArray())) with
        {
            Versions = [.. told.SelectMany(conflict => conflict.Later).Distinct().Order().Take(MostConflicts)],
        };
    }
}
