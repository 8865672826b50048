using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Filters;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Mcp;

/// <summary><c>organize</c>: what tasks are sorted into.</summary>
internal sealed class OrganizeTool(SpaceWrites writes, IHttpContextAccessor http) : TodoTool(writes, http)
{
    private const int MostChanges = 50;
    private const int LongestResult = 200; // In bytes.

    private static readonly string[] Arguments = ["changes", Confirmation.Argument, "idempotency_key"];
    private static readonly string[] Actions = ["create", "change", "delete", "merge"];
    private static readonly string[] Kinds = ["list", "label", "filter"];
    private static readonly string[] Fields = ["action", "kind", "item", "name", "color", "parent", "before", "after", "archived", "tasks", "into", "query"];

    protected override bool IsWrite => true;

    protected override Tool Define() => new()
    {
        Name = "organize",
        Title = "Change lists, labels and filters",
        Description = "Creates, renames, colors, moves, archives, merges and deletes lists, labels and saved filters: 1 to 50 changes in their order. Labels also come into being by their first use in a task.",
        Annotations = new ToolAnnotations { Title = "Change lists, labels and filters", ReadOnlyHint = false, DestructiveHint = true, IdempotentHint = false, OpenWorldHint = false },
        InputSchema = Schema($$$"""
            {"type":"object","required":["changes"],"additionalProperties":false,"properties":{
            "changes":{"type":"array","minItems":1,"maxItems":50,"items":{"type":"object","required":["action","kind"],"additionalProperties":false,"properties":{
            "action":{"enum":["create","change","delete","merge"]},
            "kind":{"enum":["list","label","filter"]},
            "item":{"type":"string","description":"Name or id of what is changed, deleted or merged."},
            "name":{"type":"string","maxLength":100,"description":"The (new) name."},
            "color":{"type":"string","description":"#rrggbb"},
            "parent":{"type":"string","description":"The list that a list is inside of; empty for none."},
            "before":{"type":"string","description":"The list before which a list shall stand."},
            "after":{"type":"string"},
            "archived":{"type":"boolean"},
            "tasks":{"type":"string","description":"What becomes of a deleted list's tasks: \"move:Inbox\" or \"trash\"."},
            "into":{"type":"string","description":"The label that a label is merged into."},
            "query":{"type":"string","description":"A filter's, as find_tasks takes it in filter."}
            }},
            "description":"e.g. [{\"action\":\"create\",\"kind\":\"list\",\"name\":\"Home\"}]"},
            "confirm":{{{Confirmation.Schema}}},
            "idempotency_key":{{{WriteTool.KeySchema}}}}}
            """),
        OutputSchema = Schema("""{"type":"object","required":["results"],"properties":{"group":{"type":"string"},"results":{"type":"array","items":{"type":"object","required":["ok"],"properties":{"ok":{"type":"boolean"},"done":{"type":"string"},"error":{"type":"string"}}}}}}"""),
    };

    protected override async Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(arguments, Arguments, errors);
        fields.Boolean(Confirmation.Argument);
        DateContext dates = Dates;
        List<Step> steps = [.. fields.Objects("changes", MostChanges).Select(change => Read(change.Element, change.Prefix, dates, errors)).OfType<Step>()];
        Idempotency? key = ReadKey(fields, arguments, errors);
        if (errors.ToProblem() is Problem problem)
        {
            return Error(problem, arguments);
        }

        WriteResult answer = await Writes.RunAsync(
            caller,
            key,
            async (space, token) =>
            {
                var results = new List<OrganizeResult>(steps.Count);
                foreach (Step step in steps)
                {
                    WriteResult result = await step.Run(space, token);
                    results.Add(result.Problem is null ? new OrganizeResult(true, AnswerSize.Cut(step.Done, LongestResult)) : new OrganizeResult(false, Error: AnswerSize.Cut(Explain(result.Problem), LongestResult)));
                }

                var changed = new OrganizeResults([.. results], space.HasChanges ? space.Group.ToString() : null);
                return WriteResult.Done(StatusCodes.Status200OK, changed, ToolJson.Default.OrganizeResults) with { IsKept = results.Exists(result => result.Ok) };
            },
            cancellationToken);
        if (answer.Problem is not null)
        {
            return Error(answer.Problem, arguments);
        }

        OrganizeResults done = JsonSerializer.Deserialize(answer.Body.Span, ToolJson.Default.OrganizeResults)!;
        string text = string.Join('\n', done.Results.Select(result => result.Ok ? result.Done! : $"failed: {result.Error}"));
        return Done(text, JsonSerializer.SerializeToElement(done, ToolJson.Default.OrganizeResults), Array.TrueForAll(done.Results, result => !result.Ok));
    }

    protected override async Task<string?> QuestionAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var ignored = new FieldErrors();
        var fields = new JsonFields(arguments, Arguments, ignored);
        List<TaskList>? lists = null;
        var questions = new List<string>();
        foreach ((JsonElement element, string prefix) in fields.Objects("changes", MostChanges))
        {
            var change = new JsonFields(element, Fields, ignored, prefix);
            if (change.Text("action").Value == "delete" && change.Text("kind").Value == "list" && change.Reference("item").Value is string item && change.Text("tasks").Value is string tasks && Lists.DeleteList.Says(tasks)
                && Names.Find(lists ??= await GetLists.ReadAsync(Writes, caller, cancellationToken), item) is TaskList list
                && await Lists.DeleteList.CountTasksAsync(Writes.Database, caller, list, cancellationToken) is > 0 and long count)
            {
                string what = tasks is ['m', 'o', 'v', 'e', ':', .. string target] ? $"moves to {target}" : "goes to the trash";
                questions.Add($"Delete the list {list.Name}? What it holds, {count} task{(count == 1 ? "" : "s")}, {what}.");
            }
        }

        return questions.Count == 0 ? null : string.Join(' ', questions);
    }

    private static Step? Read(JsonElement element, string prefix, DateContext dates, FieldErrors errors)
    {
        var fields = new JsonFields(element, Fields, errors, prefix);
        string action = Choice("action", Actions);
        string kind = Choice("kind", Kinds);
        string item = fields.Reference("item").Value ?? "";
        if (errors.Any)
        {
            return null;
        }

        if (action == "create" ? item.Length > 0 : item.Length == 0)
        {
            errors.Invalid(prefix + "item", action == "create" ? "must not be given for create; name is the name of what is new." : "must be the name or the id of what is meant.");
            return null;
        }

        return (action, kind) switch
        {
            ("create", "list") => CreateList(ListInput.Read(fields, isNew: true, errors, prefix)),
            ("change", "list") => ChangeList(ListInput.Read(fields, isNew: false, errors, prefix)),
            ("delete", "list") => DeleteList(fields.Text("tasks").Value ?? ""),
            ("create", "label") => CreateLabel(LabelInput.Read(fields, isNew: true, errors, prefix)),
            ("change", "label") => ChangeLabel(LabelInput.Read(fields, isNew: false, errors, prefix)),
            ("delete", "label") => new Step($"Deleted the label {item}.", (space, token) => Labels.DeleteLabel.ApplyAsync(space, item, default, into: null, token)),
            ("create", "filter") => CreateFilter(FilterInput.Read(fields, isNew: true, dates, errors, prefix)),
            ("change", "filter") => ChangeFilter(FilterInput.Read(fields, isNew: false, dates, errors, prefix)),
            ("delete", "filter") => new Step($"Deleted the filter {item}.", (space, token) => Filters.DeleteFilter.ApplyAsync(space, item, default, token)),
            ("merge", "label") => MergeLabel(fields.Reference("into").Value),
            _ => Unmergeable(),
        };

        Step CreateList(ListInput input) => new($"Created the list {input.Name.Or("")}.", (space, token) => Lists.CreateList.ApplyAsync(space, input, token));

        Step ChangeList(ListInput input) => new($"Changed the list {input.Name.Or(item)}.", (space, token) => Lists.UpdateList.ApplyAsync(space, item, default, input, token));

        Step DeleteList(string tasks)
        {
            Lists.DeleteList.CheckInstruction(tasks, prefix + "tasks", errors);
            return new Step($"Deleted the list {item}.", (space, token) => Lists.DeleteList.ApplyAsync(space, item, default, tasks, token));
        }

        Step CreateFilter(FilterInput input) => new($"Created the filter {input.Name.Or("")}.", (space, token) => Filters.CreateFilter.ApplyAsync(space, input, token));

        Step ChangeFilter(FilterInput input) => new($"Changed the filter {input.Name.Or(item)}.", (space, token) => Filters.UpdateFilter.ApplyAsync(space, item, default, input, token));

        Step CreateLabel(LabelInput input) => new($"Created the label {input.Name.Or("")}.", (space, token) => Labels.CreateLabel.ApplyAsync(space, input, token));

        Step ChangeLabel(LabelInput input) => new($"Changed the label {input.Name.Or(item)}.", (space, token) => Labels.UpdateLabel.ApplyAsync(space, item, default, input, token));

        Step? MergeLabel(string? into)
        {
            if (into is { Length: > 0 })
            {
                return new Step($"Merged the label {item} into {into}.", (space, token) => Labels.DeleteLabel.ApplyAsync(space, item, default, into, token));
            }

            errors.Invalid(prefix + "into", "must be the name or the id of the label that takes its place.");
            return null;
        }

        Step? Unmergeable()
        {
            errors.Invalid(prefix + "action", "is for labels only. To merge lists, delete one with tasks \"move:\" and the other's name.");
            return null;
        }

        string Choice(string name, string[] choices)
        {
            string value = fields.Text(name).Value ?? "";
            if (!choices.Contains(value, StringComparer.Ordinal))
            {
                errors.Invalid(prefix + name, $"must be {string.Join(", ", choices[..^1])} or {choices[^1]}.");
            }

            return value;
        }
    }

    private sealed record Step(string Done, Func<SpaceWriter, CancellationToken, Task<WriteResult>> Run);
}

/// <summary>What became of each change of <c>organize</c>, and the group by which they can be undone.</summary>
internal sealed record OrganizeResults(OrganizeResult[] Results, string? Group = null);

/// <summary>What became of one change: what was done, or the error.</summary>
internal sealed record OrganizeResult(bool Ok, string? Done = null, string? Error = null);
