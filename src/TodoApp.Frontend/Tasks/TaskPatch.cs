using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Makes a merge patch of the fields that a person changed. Dates and repetitions in words are read by the backend.</summary>
internal sealed class TaskPatch(HttpContext context, BackendClient backend, TimeProvider time)
{
    private readonly JsonObject _fields = [];
    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>The body of <c>PATCH</c>, null when nothing was changed; or what is wrong with a field.</summary>
    /// <param name="form">As typed.</param>
    /// <param name="changed">The names of the fields to take.</param>
    public async Task<(byte[]? Body, Problem? Problem)> MakeAsync(TaskForm form, IReadOnlySet<string> changed)
    {
        Take("title", form.Title);
        Take("notes", NullIfEmpty(form.Notes));
        Take("listId", form.List);
        Take("parentId", NullIfEmpty(form.Parent));
        Take("priority", form.Priority);
        Take("dueTimeZone", NullIfEmpty(form.Zone));
        Take("recurrenceFrom", form.From);
        if (changed.Contains("labelIds"))
        {
            IEnumerable<string> names = form.NewLabels.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => name.TrimStart('@'));
            _fields["labels"] = new JsonArray([.. form.Labels.Concat(names).Select(label => JsonValue.Create(label))]);
        }

        if (changed.Contains("recurrence"))
        {
            await TakeRepetitionAsync(form.Rule);
        }

        if (changed.Contains("due"))
        {
            await TakeDueAsync(form);
        }

        if (form.Place.Split(':') is ["before" or "after", string number] place)
        {
            _fields[place[0]] = number;
        }

        return _errors.Count > 0
            ? (null, ProblemKind.Invalid.Because(null, _errors))
            : (_fields.Count == 0 ? null : Encoding.UTF8.GetBytes(_fields.ToJsonString()), null);

        void Take(string name, string? value)
        {
            if (changed.Contains(name))
            {
                _fields[name] = value;
            }
        }
    }

    private async Task TakeDueAsync(TaskForm form)
    {
        if (form.Words.Length == 0)
        {
            if (form.Time.Length > 0 && form.Date.Length == 0)
            {
                _errors["due"] = ["A time needs a date."];
            }

            _fields["due"] = NullIfEmpty(TaskForm.Due(form.Date, form.Time));
            return;
        }

        TaskDraft? draft = await ReadAsync(form.Words, "words");
        if (draft?.Due is string due)
        {
            _fields["due"] = due;
            if (draft.Recurrence is string rule)
            {
                _fields["recurrence"] = rule;
                _fields["recurrenceFrom"] = draft.RecurrenceFrom.ToString().ToLowerInvariant();
            }
        }
        else if (draft is not null)
        {
            _errors["words"] = ["There is no date in it. Possible are for example: tomorrow, next friday, in 3 days, 15 March 9am."];
        }
    }

    private async Task TakeRepetitionAsync(string rule)
    {
        if (rule.Length == 0 || rule.Contains('=', StringComparison.Ordinal))
        {
            _fields["recurrence"] = NullIfEmpty(rule);
            return;
        }

        TaskDraft? draft = await ReadAsync(rule, "recurrence");
        if (draft?.Recurrence is string read)
        {
            _fields["recurrence"] = read;
            _fields["recurrenceFrom"] = draft.RecurrenceFrom.ToString().ToLowerInvariant();
            _fields["due"] = draft.Due; // Its first occurrence; a date that was given as well goes before it.
        }
        else if (draft is not null)
        {
            _errors["recurrence"] = ["There is no repetition in it. Possible are for example: every 2 weeks, every monday, every month on the 1st, or a rule such as FREQ=WEEKLY;BYDAY=MO."];
        }
    }

    // As quick add reads it, after a title. Null when something is left over, which is reported.
    private async Task<TaskDraft?> ReadAsync(string words, string field)
    {
        const string Title = "x";
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new QuickAdd { Text = $"{Title} {words.ReplaceLineEndings(" ")}" }, ContractsJson.Client.QuickAdd);
        Answer<QuickAddPreview> answer = await backend.Post(context, "/api/tasks/parse", body, Forms.NewKey(time), ContractsJson.Client.QuickAddPreview);
        if (answer.Value?.Task is TaskDraft draft && draft.Title == Title)
        {
            return draft;
        }

        _errors[field] = answer.Value is null
            ? answer.Problem?.Errors?.Values.FirstOrDefault() ?? [answer.Problem?.Detail ?? ""]
            : [string.Create(CultureInfo.InvariantCulture, $"“{answer.Value.Task.Title[Math.Min(2, answer.Value.Task.Title.Length)..]}” is not understood as a date or a repetition.")];
        return null;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
