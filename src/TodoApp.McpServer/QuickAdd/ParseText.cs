using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Lists;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.QuickAdd;

/// <summary>Says what a text would add, without adding it.</summary>
internal static class ParseText
{
    public static async Task Handle(HttpContext context, SpaceWrites writes)
    {
        (JsonBody? body, Problem? unreadable) = await JsonBody.ReadAsync(context.Request, isRequired: true);
        if (body is null)
        {
            await context.WriteProblem(unreadable!);
            return;
        }

        using (body)
        {
            Caller caller = context.GetCaller();
            var errors = new FieldErrors();
            if (QuickAddInput.Read(body.Root, caller.DatesAt(writes.Time.GetUtcNow()), errors) is not QuickAddInput input)
            {
                await context.WriteProblem(errors.ToProblem()!);
                return;
            }

            IReadOnlyList<Understood> understood = Known.Mark(
                input.Text.Understood,
                await GetLists.ReadAsync(writes, caller, context.RequestAborted),
                await GetLabels.ReadAsync(writes.Database, caller, context.RequestAborted));
            TaskDraft[] tasks = [.. input.Text.Tasks.Zip(input.Tasks, Draft)];
            await Answers.WriteAsync(context, new QuickAddPreview(tasks[0], tasks, understood), ContractsJson.Readable.QuickAddPreview);
        }
    }

    private static TaskDraft Draft(ParsedTask line, Tasks.TaskInput task) => new()
    {
        Line = line.Line,
        Parent = line.Parent,
        Title = task.Title.Value,
        Notes = task.Notes.Value,
        List = task.List.Value,
        Labels = line.Labels,
        Priority = line.Priority,
        Due = task.Due.Value,
        Recurrence = task.Recurrence.Value,
        RecurrenceFrom = line.RecurrenceFrom,
    };
}
