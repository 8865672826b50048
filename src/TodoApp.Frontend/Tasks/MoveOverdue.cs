using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Puts what was due on earlier days on today, the first hundred at once; times stay, and series too. One step takes it back.</summary>
internal static class MoveOverdue
{
    public static void MapMoveOverdue(this RouteGroupBuilder pages) => pages.MapPost("/tasks/overdue/today", SubmitAsync);

    private static async Task<IResult> SubmitAsync(HttpContext context, BackendClient backend)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        return await Pages.ForPerson(context, async frame =>
        {
            Answer<TaskPage> overdue = await backend.Get(context, $"/api/tasks?{TaskPages.OverdueQuery(frame)}&limit={TaskBatch.MostOperations}", ContractsJson.Client.TaskPage);
            if (overdue.Get().Items is { Count: > 0 } tasks)
            {
                Answer<BatchResults> batch = await TaskBatch.RunAsync(context, [.. tasks.Select(task =>
                    TaskBatch.Operation("reschedule", task, new JsonObject { ["due"] = LocalDue.OnDay(task, frame.Today, frame.Account.TimeZone) }))]);

                // Those that somebody changed meanwhile are left where they were put.
                TaskItem[] moved = [.. batch.Get().Results.Select(TaskBatch.Read).Select(answer => answer.Value).OfType<TaskItem>()];
                if (moved.Length > 0)
                {
                    new Flash("Moved {0} to today", moved[0].Title, await TaskActions.GroupAsync(context, moved[0].Version), moved.Length).Leave(context);
                }
            }

            return Pages.SeeOther(Forms.Return(form["return"].ToString()));
        });
    }
}
