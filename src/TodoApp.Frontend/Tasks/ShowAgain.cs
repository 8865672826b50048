using System.Globalization;
using TodoApp.Contracts;
using TodoApp.Frontend.Changes;
using TodoApp.Frontend.Lists;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>The page that a form came from, once more, with what was wrong and what was typed.</summary>
internal static class ShowAgain
{
    /// <param name="context">The request of the form.</param>
    /// <param name="path">The page: what <see cref="Forms.Return"/> made of the form's field.</param>
    /// <param name="problem">Why it was not done.</param>
    /// <param name="draft">What was typed into quick add.</param>
    public static Task<IResult> Async(HttpContext context, string path, Problem problem, string draft = "") =>
        Pages.ForPerson(context, frame => path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["tasks", string number] when long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long task) =>
                ShowTask.Async(context, frame, task, new TaskAttempt { Problem = problem, Draft = draft }),
            ["activity"] => ShowActivity.Async(context, frame, ActivityQuery.Of(path), problem),
            ["lists"] => Task.FromResult(ShowLists.Page(frame, new ListsAttempt("", new Dictionary<string, string>(), problem))),
            _ => TaskPages.ShowAsync(context, frame, TaskPages.Find(frame, path), draft, problem),
        });
}
