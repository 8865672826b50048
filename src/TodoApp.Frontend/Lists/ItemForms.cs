using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Lists;

/// <summary>What the forms of lists, labels and filters have in common.</summary>
internal static class ItemForms
{
    private const int MostSearched = 20;

    /// <summary>The body of a request.</summary>
    public static byte[] Body(JsonObject fields) => Encoding.UTF8.GetBytes(fields.ToJsonString());

    /// <summary>The text of a field, null when it is empty.</summary>
    public static string? Text(IFormCollection form, string field) => form[field].ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Everything that was typed, to be shown again.</summary>
    public static Dictionary<string, string> Typed(IFormCollection form) => form.ToDictionary(field => field.Key, field => field.Value.ToString());

    /// <summary>Adds where an item shall stand: <c>before:…</c> or <c>after:…</c> and an id; anything else leaves it where it is.</summary>
    public static void AddPlace(JsonObject fields, string place)
    {
        if (place.Split(':') is ["before" or "after", string other] parts)
        {
            fields[parts[0]] = other;
        }
    }

    /// <summary>Sends a change, and leads back, or shows the page again that it was made on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">From <c>/api</c> on.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="answer">What is answered.</param>
    /// <param name="done">What was done, as a key of the texts.</param>
    /// <param name="again">Shows the page again with what was wrong.</param>
    /// <param name="name">What it was done to, when the answer does not say.</param>
    /// <param name="back">Where it leads when it is done; null for where the form says.</param>
    public static async Task<IResult> SendAsync<T>(
        HttpContext context, HttpMethod method, string path, JsonObject? body, JsonTypeInfo<T> answer, string done, Func<Frame, ListsAttempt, IResult> again, string name = "", string? back = null)
        where T : class, INamedItem
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        string key = Forms.Key(form, context.RequestServices.GetRequiredService<TimeProvider>());
        Answer<T> result = await backend.Send(context, method, path, body is null ? null : Body(body), key, answer);
        if (result.Problem is Problem problem && !result.IsSignedOut)
        {
            return await Pages.ForPerson(context, frame => Task.FromResult(again(frame, new ListsAttempt(form["form"].ToString(), Typed(form), problem))));
        }

        if (!result.IsSignedOut)
        {
            string changed = result.Value?.Name ?? name;
            string? id = path.Split('/', '?').ElementAtOrDefault(3);
            string? group = await GroupAsync(context, backend, Guid.TryParse(id, out Guid item) ? item : result.Value?.Id);
            new Flash(done, changed, group).Leave(context);
        }

        return Pages.SeeOther(back ?? Forms.Return(form["return"].ToString()));
    }

    // The answer of a deletion has no version to find its change by.
    private static async Task<string?> GroupAsync(HttpContext context, BackendClient backend, Guid? item)
    {
        Answer<ChangePage> page = await backend.Get(context, $"/api/changes?order=desc&limit={MostSearched}", ContractsJson.Client.ChangePage);
        return page.Value?.Items.FirstOrDefault(change => (change.List ?? change.Label ?? change.Filter) == item)?.GroupId.ToString();
    }
}
