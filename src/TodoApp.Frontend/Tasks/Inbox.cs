using System.Globalization;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Tasks;

/// <summary>Shows the Inbox: what is open, and what was completed last.</summary>
internal static class Inbox
{
    public static void MapInbox(this RouteGroupBuilder pages) => pages.MapPage("/", (HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time) =>
        Show(context, backend, cookie, time));

    /// <summary>Shows it, also after something that was not accepted.</summary>
    /// <param name="context">Whose.</param>
    /// <param name="backend">Where the tasks are.</param>
    /// <param name="cookie">The session.</param>
    /// <param name="time">The clock.</param>
    /// <param name="draft">What was typed.</param>
    /// <param name="problem">Why it was not accepted.</param>
    internal static async Task<IResult> Show(
        HttpContext context, BackendClient backend, SessionCookie cookie, TimeProvider time, string draft = "", Problem? problem = null)
    {
        if (cookie.Read(context.Request) is null)
        {
            return Pages.SeeOther("/sign-in");
        }

        Task<Answer<Account>> account = backend.Get(context, "/api/account", ContractsJson.Client.Account);
        Answer<ItemList<TaskList>> lists = await backend.Get(context, "/api/lists", ContractsJson.Client.ItemListTaskList);
        Answer<Account> person = await account;
        if (lists.IsSignedOut || person.IsSignedOut)
        {
            cookie.Delete(context);
            return Pages.SeeOther("/sign-in");
        }

        Guid inbox = Value(lists).Items.First(list => list.IsInbox).Id;
        Task<Answer<TaskPage>> openTasks = backend.Get(context, $"/api/tasks?list={inbox}&limit=200", ContractsJson.Client.TaskPage);
        Task<Answer<TaskPage>> completedTasks = backend.Get(
            context, $"/api/tasks?list={inbox}&status=completed&sort=-updated&limit=10", ContractsJson.Client.TaskPage);
        await Task.WhenAll(openTasks, completedTasks);
        return Pages.Show<InboxPage>(
            new()
            {
                ["Account"] = Value(person),
                ["Open"] = Value(await openTasks),
                ["Completed"] = Value(await completedTasks),
                ["Now"] = time.GetUtcNow(),
                ["Key"] = Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture),
                ["Draft"] = draft,
                ["Problem"] = problem,
            },
            problem is null ? StatusCodes.Status200OK : SignIn.FormStatus(problem));
    }

    private static T Value<T>(Answer<T> answer)
        where T : class => answer.Value ?? throw new InvalidOperationException($"The backend answered {answer.Status}: {answer.Problem?.Detail}");
}
