using TodoApp.Contracts;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.QuickAdd;

/// <summary>Which of the lists and labels that a text names are there.</summary>
internal static class Known
{
    /// <summary>The same, with <see cref="Understood.Exists"/> set for lists and labels.</summary>
    public static IReadOnlyList<Understood> Mark(IReadOnlyList<Understood> understood, IReadOnlyList<TaskList> lists, IReadOnlyList<Label> labels) =>
        [.. understood.Select(span => span.Kind switch
        {
            "list" => span with { Exists = ApplyTaskInput.Find(lists, span.Value) is not null },
            "label" => span with { Exists = GetLabels.Find(labels, span.Value) is not null },
            _ => span,
        })];
}
