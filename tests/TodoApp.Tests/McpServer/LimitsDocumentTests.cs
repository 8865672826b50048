using System.Globalization;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Mcp;
using TodoApp.McpServer.QuickAdd;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;
using TodoApp.McpServer.Transfer;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public sealed class LimitsDocumentTests
{
    [Fact]
    public void The_operators_guide_names_the_limits_that_hold()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        FormattableString[] rows =
        [
            $"| title; notes; names | {Rules.TitleLength} characters; 16 KiB of UTF-8; {Rules.NameLength} characters |",
            $"| lists; levels of lists; levels of subtasks | {ListInput.MostLists}; {ListInput.MostLevels}; {ApplyTaskInput.MostLevels} |",
            $"| labels of an account; of a task | {LabelInput.MostLabels}; {Rules.LabelsPerTask} |",
            $"| saved filters; characters, terms, open parentheses of a filter | {FilterInput.MostFilters}; {FilterParser.MostCharacters}, {FilterParser.MostTerms}, {FilterParser.MostOpen} |",
            $"| text to search for | {TaskQuery.TextLength} characters |",
            $"| recurrence rule | {RecurrenceRule.MostCharacters} characters |",
            $"| lines of quick add | {QuickAddInput.MostTasks}, together 64 KiB |",
            $"| changes that one request undoes | {UndoChanges.Most} |",
            $"| streams of changes, subscriptions: of an account; in all, for each replica | {ChangeSignals.MostOfSpace}; {ChangeSignals.Most} |",
            $"| resources in an MCP subscription | {Subscriptions.MostResources} |",
            $"| tasks; completions in an imported file | {ImportPlan.MostTasks}; {ImportPlan.MostCompletions} |",
            $"| operations in a batch, tasks in a tool call | {BatchTasks.MostOperations} |",
            $"| page of tasks; of changes | 1 to {TaskQuery.MostPerPage}; 1 to {ChangeQuery.MostPerPage} |",
            $"| idempotency key | {Idempotency.KeyLength} printable ASCII characters",
        ];
        Assert.All(rows, row => Assert.Contains(row.ToString(CultureInfo.InvariantCulture), guide, StringComparison.Ordinal));
        Assert.Equal(BatchTasks.MostOperations, WriteTool.MostTasks);
    }
}
