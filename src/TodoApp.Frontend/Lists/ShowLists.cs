using TodoApp.Contracts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Lists;

/// <summary>What a person tried on the page of lists that was not accepted.</summary>
/// <param name="Form">Which form: <c>list</c>, <c>label</c>, <c>filter</c>, or empty for none of those that create something.</param>
/// <param name="Typed">What was typed, by the names of the fields.</param>
/// <param name="Problem">Why it was not accepted.</param>
public sealed record ListsAttempt(string Form, IReadOnlyDictionary<string, string> Typed, Problem? Problem)
{
    /// <summary>What was typed into a field of a form.</summary>
    public string Of(string form, string field) => form == Form ? Typed.GetValueOrDefault(field, "") : "";

    /// <summary>What is wrong with a form.</summary>
    public Problem? In(string form) => form == Form ? Problem : null;
}

/// <summary>The page on which lists, labels and saved filters are made and put in order, and the page on which one is changed.</summary>
internal static class ShowLists
{
    public static void MapLists(this RouteGroupBuilder pages)
    {
        pages.MapPage("/lists", (context, frame) => Task.FromResult(Page(frame, new ListsAttempt("", Typed(context, "query"), null))));
        pages.MapPage("/lists/{id:guid}/edit", (context, frame) => Task.FromResult(List(frame, Id(context))));
        pages.MapPage("/labels/{id:guid}/edit", (context, frame) => Task.FromResult(Label(frame, Id(context))));
        pages.MapPage("/filters/{id:guid}/edit", (context, frame) => Task.FromResult(Filter(frame, Id(context))));
        pages.MapListActions();
        pages.MapLabelActions();
        pages.MapFilterActions();
    }

    /// <summary>All lists, labels and filters.</summary>
    public static IResult Page(Frame frame, ListsAttempt attempt) => Pages.Show<ListsPage>(frame, new() { ["Attempt"] = attempt }, Status(attempt.Problem));

    /// <summary>One list.</summary>
    public static IResult List(Frame frame, Guid id, ListsAttempt? attempt = null) => frame.List(id) is TaskList list
        ? Pages.Show<EditListPage>(frame, new() { ["List"] = list, ["Attempt"] = attempt }, Status(attempt?.Problem))
        : NotFound();

    /// <summary>One label.</summary>
    public static IResult Label(Frame frame, Guid id, ListsAttempt? attempt = null) => frame.Label(id) is Label label
        ? Pages.Show<EditLabelPage>(frame, new() { ["Label"] = label, ["Attempt"] = attempt }, Status(attempt?.Problem))
        : NotFound();

    /// <summary>One saved filter.</summary>
    public static IResult Filter(Frame frame, Guid id, ListsAttempt? attempt = null) => frame.Filters.FirstOrDefault(each => each.Id == id) is SavedFilter filter
        ? Pages.Show<EditFilterPage>(frame, new() { ["Filter"] = filter, ["Attempt"] = attempt }, Status(attempt?.Problem))
        : NotFound();

    // A filter that was tried in the search comes along in the address.
    private static Dictionary<string, string> Typed(HttpContext context, string field) => new() { [field] = context.Request.Query[field].ToString() };

    private static IResult NotFound() => Pages.Show<NotFoundPage>([], StatusCodes.Status404NotFound);

    private static int Status(Problem? problem) => problem is null ? StatusCodes.Status200OK : Accounts.SignIn.FormStatus(problem);

    private static Guid Id(HttpContext context) => Guid.Parse((string)context.GetRouteValue("id")!, System.Globalization.CultureInfo.InvariantCulture);
}
