using TodoApp.Contracts;

namespace TodoApp.McpServer.QuickAdd;

/// <summary>Which of the lists and labels that a text names are there.</summary>
internal static class Known
{
    /// <summary>The same, with <see cref="Understood.Exists"/> set for lists and labels.</summary>
    public static IReadOnlyList<Understood> Mark(IReadOnlyList<Understood> understood, IReadOnlyList<TaskList> lists, IReadOnlyList<Label> labels)
    {
        HashSet<string> listKeys = [.. lists.SelectMany(list => new[] { Rules.NameKey(list.Name), list.Id.ToString() })];
        HashSet<string> labelKeys = [.. labels.SelectMany(label => new[] { Rules.NameKey(label.Name), label.Id.ToString() })];
        return
        [
            .. understood.Select(span => span.Kind switch
            {
                "list" => span with { Exists = listKeys.Contains(Rules.NameKey(span.Value)) },
                "label" => span with { Exists = labelKeys.Contains(Rules.NameKey(span.Value)) },
                _ => span,
            }),
        ];
    }
}
