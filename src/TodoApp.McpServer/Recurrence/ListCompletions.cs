using System.Globalization;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Recurrence;

/// <summary>The history of a recurring task: which occurrences were completed, when and by whom, the latest first.</summary>
internal static class ListCompletions
{
    private const int DefaultLimit = 50;
    private const int MostPerPage = 200;

    private static readonly string[] Parameters = ["limit", "cursor"];

    public static async Task Handle(HttpContext context, Database database, string id)
    {
        var errors = new FieldErrors();
        IQueryCollection query = context.Request.Query;
        foreach (string name in query.Keys.Where(name => !Parameters.Contains(name, StringComparer.Ordinal)))
        {
            errors.Malformed(Excerpt.Of(name), $"is not a known parameter. {JsonFields.Suggest(name, Parameters)}");
        }

        int limit = DefaultLimit;
        string text = query["limit"].ToString();
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostPerPage))
        {
            errors.Invalid("limit", $"must be a whole number from 1 to {MostPerPage}.");
        }

        long before = long.MaxValue;
        string cursor = query["cursor"].ToString();
        if (cursor.Length > 0 && Cursors.Read(cursor, Fingerprint(id), 1, errors) is string[] keys && !long.TryParse(keys[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            errors.Invalid("cursor", "must be the nextCursor of an answer to the same query.");
        }

        if (errors.ToProblem() is Problem problem)
        {
            await context.WriteProblem(problem);
            return;
        }

        if (!TaskReference.TryParse(id, out TaskReference reference))
        {
            await context.WriteProblem(GetTask.UnknownTask(id));
            return;
        }

        Guid space = context.GetCaller().Space;
        List<TaskItem> task = await database.ReadAsync(TaskRows.Select(space, reference), TaskRows.Read, context.RequestAborted);
        if (task.Count == 0)
        {
            await context.WriteProblem(GetTask.UnknownTask(id));
            return;
        }

        List<TaskCompletion> completions = await database.ReadAsync(
            new Statement($"SELECT {CompletionRows.Columns} FROM tasks.completions WHERE space_id = $1 AND task_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4")
                .Add(space).Add(task[0].Id).Add(before).Add(limit + 1L),
            CompletionRows.Read,
            context.RequestAborted);
        string? next = null;
        if (completions.Count > limit)
        {
            completions.RemoveAt(limit);
            next = Cursors.Write(Fingerprint(id), [completions[^1].Version.ToString(CultureInfo.InvariantCulture)]);
        }

        await Answers.WriteAsync(context, new CompletionPage(completions, next), ContractsJson.Readable.CompletionPage);
    }

    private static string Fingerprint(string id) => "completions " + id;
}
