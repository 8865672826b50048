using System.Globalization;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>
/// Puts a task into another column of a board, or on another day: the field <c>kind</c> says what the places are (<c>list</c>,
/// <c>label</c>, <c>priority</c>, <c>date</c>), <c>value</c> which one, and <c>from</c> where it was. The value is an id, a
/// priority's name, or a day as 2026-12-01; empty for no label and no date.
/// </summary>
internal static class MoveCard
{
    private const int Attempts = 3;

    public static void MapMoveCard(this RouteGroupBuilder pages) => pages.MapPost("/tasks/{task:long}/place", SubmitAsync);

    private static async Task<IResult> SubmitAsync(long task, HttpContext context, BackendClient backend)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        Answer<Account> account = await backend.Get(context, "/api/account", ContractsJson.Client.Account);
        if (account.IsSignedOut)
        {
            return Pages.SeeOther("/sign-in");
        }

        // What is not moved by this stays as it is now, also when somebody changes it at this moment: then it is read again.
        Answer<TaskItem> answer;
        int attempt = 0;
        do
        {
            answer = await backend.Get(context, $"/api/tasks/{task.ToString(CultureInfo.InvariantCulture)}", ContractsJson.Client.TaskItem);
            if (answer.Value is not TaskItem item)
            {
                break;
            }

            if (Operation(item, form["kind"].ToString(), form["value"].ToString(), form["from"].ToString(), account.Get().TimeZone) is not JsonObject operation)
            {
                return Pages.SeeOther(Forms.Return(form["return"].ToString()));
            }

            Answer<BatchResults> batch = await TaskBatch.RunAsync(context, operation);
            answer = batch.Value is null ? new Answer<TaskItem>(batch.Status, null, batch.Problem) : TaskBatch.Read(batch.Value.Results[0]);
        }
        while (answer.Status == StatusCodes.Status412PreconditionFailed && ++attempt < Attempts);

        return await TaskActions.FinishAsync(context, form, answer, "Moved {0}");
    }

    // Null when there is nothing to do.
    private static JsonObject? Operation(TaskItem task, string kind, string value, string from, string timeZone)
    {
        switch (kind)
        {
            case "list":
                return value == task.ListId.ToString() ? null : TaskBatch.Operation("update", task, new JsonObject { ["listId"] = value });

            case "label":
                Guid[] labels = [.. task.LabelIds.Where(label => label.ToString() != from), .. Guid.TryParse(value, out Guid added) ? [added] : Array.Empty<Guid>()];
                return TaskBatch.Operation("update", task, new JsonObject { ["labelIds"] = new JsonArray([.. labels.Distinct().Select(label => JsonValue.Create(label.ToString()))]) });

            case "priority":
                return string.Equals(value, task.Priority.ToString(), StringComparison.OrdinalIgnoreCase) ? null : TaskBatch.Operation("update", task, new JsonObject { ["priority"] = value });

            case "date":
                // Of a task that repeats this moves one occurrence; the series stays.
                string? due = LocalDue.TryReadDay(value, out DateOnly day) ? LocalDue.OnDay(task, day, timeZone) : value.Length == 0 ? null : value;
                return due == task.Due ? null : TaskBatch.Operation("reschedule", task, new JsonObject { ["due"] = due });

            default:
                throw new BadHttpRequestException("kind must be list, label, priority or date.");
        }
    }
}
