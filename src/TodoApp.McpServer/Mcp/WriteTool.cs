using System.Text.Json;
using ModelContextProtocol.Protocol;
using TodoApp.Contracts;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Mcp;

/// <summary>A tool that changes several tasks in one transaction, with a result for each.</summary>
internal abstract class WriteTool(SpaceWrites writes, IHttpContextAccessor http) : TodoTool(writes, http)
{
    /// <summary>How many tasks one call may change.</summary>
    public const int MostTasks = 100;

    /// <summary>The description of the argument that makes a retry safe.</summary>
    public const string KeySchema = """{"type":"string","maxLength":255,"description":"Any text; a retry with the same one is done only once."}""";

    /// <summary>The output schema of every writing tool. A task's own schema is in that of find_tasks only: all tools are in every agent's context.</summary>
    protected static readonly JsonElement ResultSchema = Schema(
        """{"type":"object","required":["results"],"properties":{"group":{"type":"string"},"results":{"type":"array","items":{"type":"object","required":["ok"],"properties":{"ok":{"type":"boolean"},"error":{"type":"string"},"task":{"type":"object","description":"As find_tasks gives it."}}}}}}""");

    protected override bool IsWrite => true;

    /// <summary>One thing to do to a task.</summary>
    /// <param name="Task">The task; null for a new one.</param>
    /// <param name="Run">Does it.</param>
    protected sealed record Step(TaskReference? Task, Func<SpaceWriter, CancellationToken, Task<Outcome<TaskItem>>> Run);

    /// <summary>Reads the arguments into what is to be done.</summary>
    protected abstract List<Step> Read(JsonFields fields, FieldErrors errors);

    /// <summary>The names of the arguments.</summary>
    protected abstract string[] Fields { get; }

    /// <summary>What was done, for the text: "Added", "Completed".</summary>
    protected abstract string Verb(IReadOnlyDictionary<string, JsonElement> arguments);

    protected static Step Change(TaskReference task, ChangeTask.Operation operation) =>
        new(task, (space, cancellationToken) => ChangeTask.ApplyAsync(space, task, default, operation, cancellationToken));

    /// <summary>Reads an array of tasks' numbers or ids.</summary>
    public static IEnumerable<TaskReference> ReadTasks(JsonFields fields, FieldErrors errors)
    {
        if (!fields.Has("tasks"))
        {
            errors.Invalid("tasks", "must be given: numbers of tasks, for example [\"#42\", \"#43\"].");
            return [];
        }

        string[] texts = fields.Texts("tasks", MostTasks).Value ?? [];
        if (texts.Length == 0 && !errors.Any)
        {
            errors.Invalid("tasks", $"must have 1 to {MostTasks} entries.");
        }

        var references = new List<TaskReference>();
        for (int i = 0; i < texts.Length; i++)
        {
            if (TaskReference.TryParse(texts[i], out TaskReference reference))
            {
                references.Add(reference);
            }
            else
            {
                errors.Invalid($"tasks[{i}]", "must be a task's number such as \"#42\", or its id; find_tasks gives it.");
            }
        }

        return references;
    }

    protected sealed override async Task<CallToolResult> RunAsync(Caller caller, IReadOnlyDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(arguments, Fields, errors);
        List<Step> steps = Read(fields, errors);
        Idempotency? key = ReadKey(fields, arguments, errors);
        if (errors.ToProblem() is Problem problem)
        {
            return Error(problem, arguments);
        }

        WriteResult answer = await Writes.RunAsync(caller, key, (space, token) => RunAsync(space, steps, token), cancellationToken);
        if (answer.Problem is not null)
        {
            return Error(answer.Problem, arguments);
        }

        ToolResults results = JsonSerializer.Deserialize(answer.Body.Span, ToolJson.Default.ToolResults)!;
        bool allFailed = Array.TrueForAll(results.Results, result => !result.Ok);
        return Done(Describe(results, Verb(arguments), answer.IsReplay), JsonSerializer.SerializeToElement(results, ToolJson.Default.ToolResults), allFailed);
    }

    private static async Task<WriteResult> RunAsync(SpaceWriter space, List<Step> steps, CancellationToken cancellationToken)
    {
        await space.PrefetchAsync(steps.Where(step => step.Task is not null).Select(step => step.Task!.Value), cancellationToken);
        var outcomes = new List<Outcome<TaskItem>>(steps.Count);
        foreach (Step step in steps)
        {
            outcomes.Add(await step.Run(space, cancellationToken));
        }

        IReadOnlyList<TaskList> lists = await space.ListsAsync(cancellationToken);
        IReadOnlyList<Label> labels = await space.LabelsAsync(cancellationToken);
        var results = new ToolResults([.. outcomes.Select(outcome => outcome.IsDone
            ? new ToolResult(true, ToolTask.From(outcome.Value, lists, labels, isDetailed: false))
            : new ToolResult(false, Error: Explain(outcome.Problem)))], space.HasChanges ? space.Group.ToString() : null).Fit();
        return WriteResult.Done(StatusCodes.Status200OK, results, ToolJson.Default.ToolResults) with { IsKept = Array.Exists(results.Results, result => result.Ok) };
    }

    private static string Describe(ToolResults results, string verb, bool isReplay)
    {
        int done = results.Results.Count(result => result.Ok);
        string head = $"{verb} {done} of {results.Results.Length}{(isReplay ? " (by the earlier call with this idempotency_key)" : "")}:";
        return string.Join('\n', results.Results.Select(result => result.Ok ? result.Task!.ToLine() : $"failed: {result.Error}").Prepend(head));
    }
}
