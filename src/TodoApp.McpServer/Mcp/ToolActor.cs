using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Mcp;

/// <summary>Finds who is meant by the argument <c>actor</c> of tools.</summary>
internal static class ToolActor
{
    /// <summary>The argument's schema.</summary>
    public const string Schema = """{"type":"string","description":"Who did it: \"me\", or the name or id of a person or of an agent's token."}""";

    /// <summary>The id of an actor; null when none is given, or none is meant, which is reported.</summary>
    public static async Task<string?> FindAsync(Database database, Caller caller, string? text, FieldErrors errors, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (text == "me")
        {
            return caller.Actor.Id;
        }

        List<Actor> actors = await ListActors.ReadAsync(database, caller, cancellationToken);
        string key = Rules.NameKey(text);
        Actor[] meant = [.. actors.Where(actor => actor.Id == text)];
        meant = meant.Length > 0 ? meant : [.. actors.Where(actor => Rules.NameKey(actor.Name) == key)];
        if (meant.Length == 1)
        {
            return meant[0].Id;
        }

        // Names are tokens' and people's own: two can have the same.
        string known = string.Join(", ", (meant.Length > 0 ? meant : [.. actors.Take(20)]).Select(actor => $"{actor.Name} ({actor.Kind}, id {actor.Id})"));
        errors.Invalid("actor", meant.Length > 0 ? $"is the name of several; send the id of one: {known}." : $"names nobody who has changed anything. These have: {known}.");
        return null;
    }
}
