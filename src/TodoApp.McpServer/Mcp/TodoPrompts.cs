using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary>What people ask an agent for again and again, with the tasks that it needs already in the conversation.</summary>
internal static class TodoPrompts
{
    private static readonly Definition[] All =
    [
        new(
            "plan_my_day",
            "Plan my day",
            "Choose what to do today from what is due and overdue.",
            "Plan my day from these tasks. Choose what fits into one day, most important first, and say in a line why. "
            + "Propose a new date for each that should wait; change nothing before I agree.",
            ["todo://today"]),
        new(
            "weekly_review",
            "Weekly review",
            "Look back at the week, and clean up.",
            "Let us review my week. See with find_tasks (status completed, sort -updated) what I finished, then go through what is overdue and due now: "
            + "what should be done, moved, split or dropped? Ask me where you can't tell; change nothing before I agree.",
            ["todo://overdue", "todo://today"]),
        new(
            "triage_inbox",
            "Sort the inbox",
            "Give each task of the Inbox a list, a date and a priority.",
            "Sort my Inbox. For each task propose a list (get_overview names them), labels, a due date and a priority, as one table. Apply it with one update_tasks call when I agree.",
            ["todo://lists/Inbox"]),
        new(
            "break_down_task",
            "Break a task down",
            "Split a task into steps.",
            "Break this task down into 3 to 7 subtasks, each a concrete step that can be done in one go. Show them first; add them with add_tasks and this task as parent when I agree.",
            [],
            "task"),
    ];

    public static void AddTodoPrompts(this IMcpServerBuilder builder) => builder
        .WithListPromptsHandler((_, _) => ValueTask.FromResult(new ListPromptsResult { Prompts = [.. All.Select(definition => definition.ToPrompt())] }))
        .WithGetPromptHandler(async (request, cancellationToken) =>
        {
            string name = request.Params!.Name;
            Definition prompt = Array.Find(All, candidate => candidate.Name == name)
                ?? throw new McpProtocolException($"There is no such prompt. {JsonFields.Suggest(name, All.Select(candidate => candidate.Name).ToArray())}", McpErrorCode.InvalidParams);
            string[] resources = prompt.Resources;
            if (prompt.Argument is not null)
            {
                string? task = request.Params.Arguments is not null && request.Params.Arguments.TryGetValue(prompt.Argument, out System.Text.Json.JsonElement value)
                    ? value.ValueKind == System.Text.Json.JsonValueKind.String ? value.GetString() : value.GetRawText()
                    : null;
                if (!TaskReference.TryParse(task, out TaskReference reference))
                {
                    throw new McpProtocolException($"The argument {prompt.Argument} must be a task's number, for example 42.", McpErrorCode.InvalidParams);
                }

                resources = [$"todo://tasks/{reference.Id?.ToString() ?? reference.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)}"];
            }

            HttpContext context = request.Services!.GetRequiredService<IHttpContextAccessor>().HttpContext!;
            SpaceWrites writes = request.Services!.GetRequiredService<SpaceWrites>();
            var messages = new List<PromptMessage> { new() { Role = Role.User, Content = new TextContentBlock { Text = prompt.Text } } };
            foreach (string uri in resources)
            {
                Outcome<ResourceContents[]> contents = await TodoResources.ReadAsync(writes, context.GetCaller(), uri, cancellationToken);
                messages.Add(contents.IsDone
                    ? new PromptMessage { Role = Role.User, Content = new EmbeddedResourceBlock { Resource = contents.Value[0] } }
                    : throw new McpProtocolException($"There is no task {uri[(uri.LastIndexOf('/') + 1)..]}.", McpErrorCode.InvalidParams));
            }

            return new GetPromptResult { Description = prompt.Description, Messages = messages };
        });

    private sealed record Definition(string Name, string Title, string Description, string Text, string[] Resources, string? Argument = null)
    {
        public Prompt ToPrompt() => new()
        {
            Name = Name,
            Title = Title,
            Description = Description,
            Arguments = Argument is null ? null : [new PromptArgument { Name = Argument, Description = "The task's number, for example 42.", Required = true }],
        };
    }
}
