using System.Globalization;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>
/// Does up to 100 operations in one transaction: each with a result of its own, or (atomic) all of them or none. Either way they
/// share one group in the change log, and later operations see what earlier ones did.
/// </summary>
internal static class BatchTasks
{
    public const int MostOperations = 100;

    /// <summary>The largest body, in bytes.</summary>
    public const int LargestBody = 4 * 1024 * 1024;

    private static readonly string[] Operations = ["create", "update", "complete", "reopen", "reschedule", "skip", "delete", "restore"];

    public static Task Handle(HttpContext context, SpaceWrites writes) => WriteRequest.HandleAsync(context, needsBody: true, async request =>
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(request.Body, ["atomic", "operations"], errors);
        bool atomic = fields.Boolean("atomic").Value;
        List<Step> steps = ReadSteps(fields, errors);
        if (errors.ToProblem() is Problem problem)
        {
            return problem;
        }

        return await writes.RunAsync(request.Caller, request.Key, (space, token) => RunAsync(space, steps, atomic, token), context.RequestAborted);
    });

    private static async Task<WriteResult> RunAsync(SpaceWriter space, List<Step> steps, bool atomic, CancellationToken cancellationToken)
    {
        await space.PrefetchAsync(steps.Where(step => step.Task is not null).Select(step => step.Task!.Value), cancellationToken);
        var results = new List<BatchResult>(steps.Count);
        var failures = new Dictionary<string, string[]>();
        foreach (Step step in steps)
        {
            Outcome<TaskItem> outcome = step.Problem is not null ? step.Problem : await step.RunAsync(space, cancellationToken);
            if (outcome.IsDone)
            {
                int status = step.Name == "create" ? StatusCodes.Status201Created : StatusCodes.Status200OK;
                results.Add(new BatchResult(status, JsonSerializer.SerializeToElement(outcome.Value, ContractsJson.Readable.TaskItem)));
            }
            else
            {
                results.Add(new BatchResult(outcome.Problem.Status, JsonSerializer.SerializeToElement(outcome.Problem, ContractsJson.Readable.Problem)));
                failures.Add($"operations[{results.Count - 1}]", [$"{outcome.Problem.Status} {outcome.Problem.Title}. {outcome.Problem.Detail}"]);
                if (atomic)
                {
                    (string where, string[] what) = failures.First();
                    return ProblemKind.Conflict.Because($"Nothing was done, because {where} failed: {what[0]}", failures);
                }
            }
        }

        return WriteResult.Done(StatusCodes.Status200OK, new BatchResults(results), ContractsJson.Readable.BatchResults);
    }

    private static List<Step> ReadSteps(JsonFields fields, FieldErrors errors)
    {
        var steps = new List<Step>();
        if (!fields.TryGet("operations", out JsonElement operations) || operations.ValueKind != JsonValueKind.Array)
        {
            errors.Malformed("operations", "must be an array of operations.");
            return steps;
        }

        if (operations.GetArrayLength() is 0 or > MostOperations)
        {
            errors.Invalid("operations", $"must have 1 to {MostOperations} entries, but has {operations.GetArrayLength()}.");
            return steps;
        }

        foreach (JsonElement operation in operations.EnumerateArray())
        {
            // What is wrong with one operation is its own result, unless the batch is atomic.
            steps.Add(ReadStep(operation));
        }

        return steps;
    }

    private static Step ReadStep(JsonElement operation)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(operation, ["op", "id", "ifMatch", "body"], errors);
        string name = fields.Text("op").Value ?? "";
        if (!errors.Any && !Operations.Contains(name, StringComparer.Ordinal))
        {
            errors.Invalid("op", $"must be {string.Join(", ", Operations[..^1])} or {Operations[^1]}.");
        }

        TaskReference? task = null;
        string? id = fields.Reference("id").Value;
        if (name == "create")
        {
            if (id is not null)
            {
                errors.Invalid("id", "must not be given for create.");
            }
        }
        else if (id is null)
        {
            errors.Invalid("id", "must be the id or the number of a task.");
        }
        else if (TaskReference.TryParse(id, out TaskReference reference))
        {
            task = reference;
        }
        else
        {
            return new Step(name, null, GetTask.UnknownTask(id), default, null, null);
        }

        var ifMatch = default(IfMatch);
        if (fields.Reference("ifMatch").Value is string text)
        {
            if (long.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long version))
            {
                ifMatch = new IfMatch([version]);
            }
            else
            {
                errors.Invalid("ifMatch", "must be a task's version, for example 17.");
            }
        }

        TaskInput? input = null;
        bool? withSubtasks = null;
        bool hasBody = fields.TryGet("body", out JsonElement body);
        if (name is "create" or "update" or "reschedule")
        {
            if (hasBody)
            {
                string[] known = name switch { "create" => TaskInput.CreateFields, "update" => TaskInput.UpdateFields, _ => RescheduleTask.Fields };
                input = TaskInput.Read(body, known, name == "create", errors, "body.");
            }
            else
            {
                errors.Invalid("body", "must be given.");
            }
        }
        else if (hasBody && name == "complete")
        {
            withSubtasks = CompleteTask.Read(body, errors, "body.");
        }
        else if (hasBody && (body.ValueKind != JsonValueKind.Object || body.EnumerateObject().Any()))
        {
            errors.Invalid("body", $"must not be given for {name}.");
        }

        return new Step(name, task, errors.ToProblem(), ifMatch, input, withSubtasks);
    }

    private sealed record Step(string Name, TaskReference? Task, Problem? Problem, IfMatch IfMatch, TaskInput? Input, bool? WithSubtasks)
    {
        public Task<Outcome<TaskItem>> RunAsync(SpaceWriter space, CancellationToken cancellationToken) => Name == "create"
            ? CreateTask.ApplyAsync(space, Input!, cancellationToken)
            : ChangeTask.ApplyAsync(space, Task!.Value, IfMatch, Operation(), cancellationToken);

        private ChangeTask.Operation Operation() => Name switch
        {
            "update" => UpdateTask.Operation(Input!),
            "reschedule" => RescheduleTask.Operation(Input!),
            "skip" => SkipTask.Skip,
            "complete" => CompleteTask.Complete(WithSubtasks, "body." + CompleteTask.WithSubtasks),
            "reopen" => CompleteTask.Reopen,
            "delete" => DeleteTask.Delete,
            _ => RestoreTask.Restore,
        };
    }
}
