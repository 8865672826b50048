using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using UndoChanges = TodoApp.McpServer.Changes.UndoChanges;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>undo_changes</c>.</summary>
internal sealed class UndoTool(SpaceWrites writes, IHttpContextAccessor http) : TodoTool(writes, http)
{
    private static readonly string[] Ways = ["versions", "group", "actor", "last"];
    private static readonly string[] Fields = [.. Ways, "since", "idempotency_key"];

    protected override bool IsWrite => true;

    protected override Tool Define() => new()
    {
        Name = "undo_changes",
        Title = "Undo changes",
        Description = "Undoes changes, all or nothing: your last request, a group, some versions, or all that somebody did since a time. It is a change itself, and can be undone. When later changes stand in the way, it says which.",
        Annotations = new ToolAnnotations { Title = "Undo changes", ReadOnlyHint = false, DestructiveHint = true, IdempotentHint = false, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","additionalProperties":false,"properties":{
            "last":{"type":"boolean","description":"true for all that your last request changed."},
            "group":{"type":"string","description":"From get_activity, or from the result of a write."},
            "versions":{"type":"array","minItems":1,"maxItems":1000,"items":{"type":"integer","minimum":1},"description":"From get_activity."},
            "actor":{{{ToolActor.Schema}}},
            "since":{"type":"string","description":"With actor: from when on, e.g. today, 2 hours ago, 2026-12-01T09:00."},
            "idempotency_key":{{{WriteTool.KeySchema}}}}}
            """),
        OutputSchema = Schema("""{"type":"object","required":["undone"],"properties":{"undone":{"type":"integer"},"group":{"type":"string"}}}"""),
    };

    protected override async Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(arguments, Fields, errors);
        Idempotency? key = ReadKey(fields, arguments, errors);
        UndoRequest undo = await ReadAsync(caller, fields, errors, cancellationToken);
        if (errors.ToProblem() is Problem problem)
        {
            return Error(problem, arguments);
        }

        WriteResult answer = await Writes.RunAsync(caller, key, (space, token) => UndoChanges.RunAsync(space, undo, token), cancellationToken);
        if (answer.Problem is not null)
        {
            return Error(answer.Problem with { Errors = null }, arguments);
        }

        UndoResult result = JsonSerializer.Deserialize(answer.Body.Span, ContractsJson.Default.UndoResult)!;
        string text = result.Undone == 0
            ? "There was nothing to undo."
            : $"Undid {result.Undone} change{(result.Undone == 1 ? "" : "s")}. To take that back: undo_changes with group \"{result.GroupId}\".";
        return Done(text, JsonSerializer.SerializeToElement(new ToolUndone(result.Undone, result.GroupId?.ToString()), ToolJson.Default.ToolUndone));
    }

    private async Task<UndoRequest> ReadAsync(Caller caller, JsonFields fields, FieldErrors errors, CancellationToken cancellationToken)
    {
        bool last = fields.Boolean("last").Value;
        string[] given = [.. Ways.Where(name => fields.TryGet(name, out _) && (name != "last" || last))];
        if (given.Length != 1)
        {
            errors.Invalid(given.Length == 0 ? "last" : given[1], "must be the only one of last, group, versions and actor, e.g. {\"last\": true}.");
            return new UndoRequest();
        }

        if (fields.Has("since") && given[0] != "actor")
        {
            errors.Invalid("since", "goes with actor only.");
        }

        switch (given[0])
        {
            case "versions":
                return new UndoRequest { Versions = UndoRequest.ReadVersions(fields, errors) };
            case "group":
                Guid group = default;
                if (fields.Text("group").Value is string text && !Guid.TryParseExact(text, "D", out group))
                {
                    errors.Invalid("group", "must be the group of a change, as get_activity gives it.");
                }

                return new UndoRequest { Group = group };
            case "actor":
                DateTimeOffset? since = PastPhrase.Read(fields.Text("since").Value, Dates, "since", errors);
                if (since is null && !errors.Any)
                {
                    errors.Invalid("since", "must be given with actor, e.g. today or 2 hours ago.");
                }

                // Nobody's name is not everybody's, and not the caller's either.
                string? actor = await ToolActor.FindAsync(Writes.Database, caller, fields.Text("actor").Value, errors, cancellationToken);
                if (actor is null && !errors.Any)
                {
                    errors.Invalid("actor", "must be \"me\", or the name or id of a person or of an agent's token.");
                }

                return new UndoRequest
                {
                    Actor = actor ?? caller.Actor.Id,
                    Since = since ?? default,
                };
            default:
                return new UndoRequest { Actor = caller.Actor.Id, IsLast = true };
        }
    }
}

/// <summary>How many changes were undone, and the group of the changes that did it.</summary>
internal sealed record ToolUndone(int Undone, string? Group);
