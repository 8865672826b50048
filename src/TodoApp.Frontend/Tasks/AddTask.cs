using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Adds tasks from a line of text, as quick add reads it.</summary>
internal static class AddTask
{
    public static void MapAddTask(this RouteGroupBuilder pages) => pages.MapPost("/tasks", Submit);

    private static async Task<IResult> Submit(HttpContext context, BackendClient backend, TimeProvider time, CancellationToken cancellationToken)
    {
        IFormCollection form = await Forms.ReadAsync(context, cancellationToken);
        string text = form["text"].ToString();
        string path = Forms.Return(form["return"].ToString());
        Guid? parent = Guid.TryParse(form["parent"], out Guid above) ? above : null;
        var add = new QuickAdd
        {
            Text = await WithHintAsync(context, backend, text, form["hint"].ToString()),
            ListId = parent is null && Guid.TryParse(form["list"], out Guid list) ? list : null,
            ParentId = parent,
        };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(add, ContractsJson.Client.QuickAdd);
        Answer<QuickAdded> answer = await backend.Post(context, "/api/tasks", body, Forms.Key(form, time), ContractsJson.Client.QuickAdded);
        return answer.Problem is null || answer.IsSignedOut
            ? Pages.SeeOther(path)
            : await ShowAgain.Async(context, path, answer.Problem, text);
    }

    // A page gives what it is about to tasks that do not say: "today" to one without a date, its label to all.
    private static async Task<string> WithHintAsync(HttpContext context, BackendClient backend, string text, string hint)
    {
        if (hint.Length == 0 || text.Contains('\n', StringComparison.Ordinal) || hint.Contains('\n', StringComparison.Ordinal))
        {
            return text;
        }

        if (hint is "today" or "tomorrow")
        {
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(new QuickAdd { Text = text }, ContractsJson.Client.QuickAdd);
            Answer<QuickAddPreview> parsed = await backend.Post(context, "/api/tasks/parse", body, null, ContractsJson.Client.QuickAddPreview);
            if (parsed.Value is null || parsed.Value.Task.Due is not null)
            {
                return text;
            }
        }

        int notes = text.IndexOf("//", StringComparison.Ordinal);
        return notes < 0 ? $"{text} {hint}" : $"{text[..notes]} {hint} {text[notes..]}";
    }
}
