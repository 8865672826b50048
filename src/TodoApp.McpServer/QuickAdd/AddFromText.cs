using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;
using CreateList = TodoApp.McpServer.Lists.CreateList;
using CreateTask = TodoApp.McpServer.Tasks.CreateTask;

namespace TodoApp.McpServer.QuickAdd;

/// <summary>Adds the tasks of a text: all of them in one transaction, or none.</summary>
internal static class AddFromText
{
    /// <summary>Whether the body of <c>POST /tasks</c> gives a text and not fields.</summary>
    public static bool IsMeant(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("text", out _);

    public static async Task<WriteResult> RunAsync(WriteRequest request, SpaceWrites writes, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QuickAddInput? input = QuickAddInput.Read(request.Body, request.Caller.DatesAt(writes.Time.GetUtcNow()), errors);
        return input is null
            ? errors.ToProblem()!
            : await writes.RunAsync(request.Caller, request.Key, (space, token) => ApplyAsync(space, input, token), cancellationToken);
    }

    /// <summary>Creates the lists that the text names and that are not there; what keeps it from that is a problem.</summary>
    public static async Task<Problem?> CreateListsAsync(SpaceWriter space, QuickAddInput input, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        foreach (ParsedTask task in input.Text.Tasks)
        {
            if (task.List is null || Names.Find(await space.ListsAsync(cancellationToken), task.List) is not null)
            {
                continue;
            }

            if (!input.CreateLists)
            {
                errors.Invalid("text", $"has in line {task.Line} the list '{task.List}', which does not exist. Send {input.CreateListsField}: true to have it created, or put it into quotes to keep it in the title.");
            }
            else if ((await CreateList.ApplyAsync(space, ListInput.Named(Rules.Name(task.List, "list", errors)!), cancellationToken)).Problem is Problem problem)
            {
                return problem;
            }
        }

        return errors.ToProblem();
    }

    /// <summary>Adds one of the tasks, below the one that was added for its parent.</summary>
    public static Task<Outcome<TaskItem>> ApplyAsync(SpaceWriter space, TaskInput task, TaskItem? parent, CancellationToken cancellationToken) =>
        CreateTask.ApplyAsync(space, parent is null ? task : task with { Parent = new TaskReference(parent.Id, 0) }, cancellationToken);

    private static async Task<WriteResult> ApplyAsync(SpaceWriter space, QuickAddInput input, CancellationToken cancellationToken)
    {
        IReadOnlyList<Understood> understood = Known.Mark(
            input.Text.Understood, await space.ListsAsync(cancellationToken), await space.LabelsAsync(cancellationToken));
        if (await CreateListsAsync(space, input, cancellationToken) is Problem unknown)
        {
            return unknown;
        }

        var tasks = new List<TaskItem>(input.Tasks.Count);
        for (int i = 0; i < input.Tasks.Count; i++)
        {
            ParsedTask line = input.Text.Tasks[i];
            Outcome<TaskItem> task = await ApplyAsync(space, input.Tasks[i], line.Parent is int parent ? tasks[parent] : null, cancellationToken);
            if (!task.IsDone)
            {
                var errors = new FieldErrors();
                QuickAddInput.Report(task.Problem, line, errors);
                return task.Problem.Errors is null ? task.Problem : errors.ToProblem()!;
            }

            tasks.Add(task.Value);
        }

        return WriteResult.Done(StatusCodes.Status201Created, new QuickAdded(tasks[0], tasks, understood), ContractsJson.Readable.QuickAdded);
    }
}
