using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>
/// One change to some tasks at once: what is chosen on a page, what a key is pressed on, or what is dragged somewhere. All of it is
/// one group in the log, so it is undone as a whole. What can be done is done; what can't is said.
/// </summary>
internal static class ChangeTasks
{
    /// <summary>As many as one batch takes.</summary>
    private const int Most = 100;

    /// <summary>Stands for the title when only words about a date are read.</summary>
    private const string Title = "x";

    // What was done to one task, and to several.
    private static readonly Dictionary<string, (string One, string Several)> Done = new()
    {
        ["complete"] = ("Completed {0}", "Completed {0} tasks"),
        ["reopen"] = ("Reopened {0}", "Reopened {0} tasks"),
        ["delete"] = ("Moved {0} to the trash", "Moved {0} tasks to the trash"),
        ["restore"] = ("Restored {0}", "Restored {0} tasks"),
        ["due"] = ("Rescheduled {0}", "Rescheduled {0} tasks"),
        ["priority"] = ("Changed {0}", "Changed {0} tasks"),
        ["add-label"] = ("Changed {0}", "Changed {0} tasks"),
        ["remove-label"] = ("Changed {0}", "Changed {0} tasks"),
        ["list"] = ("Moved {0}", "Moved {0} tasks"),
        ["before"] = ("Moved {0}", "Moved {0} tasks"),
        ["after"] = ("Moved {0}", "Moved {0} tasks"),
    };

    /// <summary>
    /// The form has the field <c>id</c> for each task's number, <c>change</c>, and a field of the change's name with its value:
    /// <c>due</c> in words (empty for none), a priority, a label's name or id, a list's name or id, another task's number.
    /// </summary>
    public static void MapChangeTasks(this RouteGroupBuilder pages) => pages.MapPost("/tasks/change", Submit);

    private static async Task<IResult> Submit(HttpContext context, BackendClient backend, TimeProvider time)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        string back = Forms.Return(form["return"].ToString());
        string change = form["change"].ToString();
        string[] tasks = [.. form["id"].OfType<string>().Where(id => id.Length is > 0 and < 20 && id.All(char.IsAsciiDigit)).Distinct()];
        if (!Done.TryGetValue(change, out (string One, string Several) done) || tasks.Length is 0 or > Most)
        {
            return await ShowAgain.Async(context, back, ProblemKind.Invalid.Because(
                tasks.Length switch { 0 => "Choose the tasks first.", > Most => $"At most {Most} tasks can be changed at once.", _ => "There is no such change." }));
        }

        Task<Answer<ChangePage>> latest = backend.Get(context, "/api/changes?order=desc&limit=1", ContractsJson.Client.ChangePage);
        (IReadOnlyList<BatchOperation> operations, Problem? problem) = await ReadAsync(context, backend, tasks, change, form[change].ToString().Trim());
        long before = (await latest).Value?.Items is [Change last] ? last.Version : 0;
        if (problem is null)
        {
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(new Batch(operations), ContractsJson.Client.Batch);
            Answer<BatchResults> answer = await backend.Post(context, "/api/tasks/batch", body, Forms.Key(form, time), ContractsJson.Client.BatchResults);
            if (answer.IsSignedOut)
            {
                return Pages.SeeOther("/sign-in");
            }

            problem = answer.Problem ?? Failed(answer.Get());
            TaskItem[] changed = [.. (answer.Value?.Results ?? []).Where(IsDone).Select(result => result.Body.Deserialize(ContractsJson.Client.TaskItem)!)];
            if (changed.Length > 0)
            {
                // What was so already has an older version, and there is nothing of it to undo.
                long version = changed.Max(task => task.Version);
                string? group = version > before ? await TaskActions.GroupAsync(context, version) : null;
                var flash = new Flash(changed.Length == 1 ? done.One : done.Several, changed[0].Title, group, changed.Length);
                if (problem is not null)
                {
                    return await ShowAgain.Async(context, back, problem, flash: flash);
                }

                flash.Leave(context);
            }
        }

        return problem is null ? Pages.SeeOther(back) : await ShowAgain.Async(context, back, problem);
    }

    private static bool IsDone(BatchResult result) => result.Status is >= 200 and < 300;

    private static Problem? Failed(BatchResults answer)
    {
        BatchResult[] failed = [.. answer.Results.Where(result => !IsDone(result) && result.Status != StatusCodes.Status404NotFound)];
        return failed.Length == 0 ? null : failed[0].Body.Deserialize(ContractsJson.Client.Problem);
    }

    // What one change is for each task. Some depend on what the task has now.
    private static async Task<(IReadOnlyList<BatchOperation> Operations, Problem? Problem)> ReadAsync(
        HttpContext context, BackendClient backend, string[] tasks, string change, string value)
    {
        switch (change)
        {
            case "complete":
                var open = new JsonObject { ["withSubtasks"] = false };
                return (Each(tasks, "complete", open), null);
            case "reopen" or "delete" or "restore":
                return (Each(tasks, change, null), null);
            case "priority":
                return (Each(tasks, "update", new JsonObject { ["priority"] = value }), null);
            case "before":
                return (Each(tasks, "update", new JsonObject { ["before"] = value }), null);
            case "after":
                return ([.. tasks.Select((task, i) => Operation(task, "update", new JsonObject { ["after"] = i == 0 ? value : tasks[i - 1] }))], null);
            case "due" when value.Length == 0:
                return (Each(tasks, "reschedule", new JsonObject { ["due"] = null }), null);
        }

        (DueWords? words, Problem? problem) = change == "due" ? await WordsAsync(context, backend, value) : (null, null);
        if (problem is not null)
        {
            return ([], problem);
        }

        if (change == "remove-label" && !Guid.TryParse(value, out _))
        {
            Answer<ItemList<Label>> labels = await backend.Get(context, "/api/labels", ContractsJson.Client.ItemListLabel);
            value = labels.Value?.Items.FirstOrDefault(label => label.Name.Equals(value, StringComparison.OrdinalIgnoreCase))?.Id.ToString() ?? value;
        }

        Answer<TaskItem>[] items = await Task.WhenAll(tasks.Select(task => backend.Get(context, $"/api/tasks/{task}", ContractsJson.Client.TaskItem)));
        return ([.. items.Select(item => item.Value).OfType<TaskItem>().Select(task => words is not null
            ? words.For(task)
            : change == "list" ? Move(task, value) : Label(task, change == "add-label", value))], null);
    }

    private static BatchOperation[] Each(string[] tasks, string operation, JsonObject? body) => [.. tasks.Select(task => Operation(task, operation, body))];

    private static BatchOperation Operation(string task, string operation, JsonObject? body, long? version = null) =>
        new(operation, task, version, body is null ? null : JsonElement.Parse(body.ToJsonString()));

    private static BatchOperation Operation(TaskItem task, string operation, JsonObject body, long? version = null) =>
        Operation(task.Number.ToString(CultureInfo.InvariantCulture), operation, body, version);

    // A subtask that goes to another list leaves its parent.
    private static BatchOperation Move(TaskItem task, string list)
    {
        var body = new JsonObject { ["list"] = list };
        if (task.ParentId is not null && list != task.ListId.ToString())
        {
            body["parentId"] = null;
        }

        return Operation(task, "update", body);
    }

    private static BatchOperation Label(TaskItem task, bool adds, string label)
    {
        IEnumerable<string> others = task.LabelIds.Select(id => id.ToString()).Where(id => id != label);
        var labels = new JsonArray([.. (adds ? others.Append(label) : others).Select(each => (JsonNode)each)]);
        return Operation(task, "update", new JsonObject { ["labels"] = labels }, task.Version);
    }

    private static async Task<(DueWords? Words, Problem? Problem)> WordsAsync(HttpContext context, BackendClient backend, string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            || DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return (new DueWords(text, null, RecurrenceFrom.Due), null);
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new QuickAdd { Text = $"{Title} {text.ReplaceLineEndings(" ")}" }, ContractsJson.Client.QuickAdd);
        Answer<QuickAddPreview> answer = await backend.Post(context, "/api/tasks/parse", body, null, ContractsJson.Client.QuickAddPreview);
        TaskDraft? read = answer.Value?.Task;
        return read is { Title: Title, Due: string due } && answer.Value!.Understood.All(part => part.Kind is "date" or "time" or "recurrence")
            ? (new DueWords(due, read.Recurrence, read.RecurrenceFrom), null)
            : (null, answer.Problem ?? ProblemKind.Invalid.Because($"'{text}' is not a date. Write it like tomorrow, next monday 9am, 1 dec, or every friday."));
    }

    private sealed record DueWords(string Due, string? Recurrence, RecurrenceFrom From)
    {
        /// <summary>
        /// Only this occurrence of a task that repeats is moved, unless the words say how it repeats. A time stays when the words
        /// name none; one that they name is the person's, whatever zone the task had.
        /// </summary>
        public BatchOperation For(TaskItem task)
        {
            var body = new JsonObject { ["due"] = Due.Length == 10 && task.Due is { Length: > 10 } ? Due + task.Due[10..] : Due };
            if (Due.Length > 10 && task.DueTimeZone is not null)
            {
                body["dueTimeZone"] = null;
            }

            if (Recurrence is null)
            {
                return Operation(task, "reschedule", body);
            }

            body["recurrence"] = Recurrence;
            body["recurrenceFrom"] = From == RecurrenceFrom.Completion ? "completion" : "due";
            return Operation(task, "update", body);
        }
    }
}
