using TodoApp.Backend.Calendar;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Accounts;

/// <summary>The routes of accounts, sessions and tokens.</summary>
internal static class AccountRoutes
{
    private const string Json = "application/json";
    private const string MergePatch = "application/merge-patch+json";

    internal static void Map(WebApplication app)
    {
        RouteGroupBuilder auth = app.MapGroup("/api/auth").WithTags("Sign-in");
        auth.MapPost("/register", Register.Handle).WithName("register")
            .WithSummary("Register")
            .WithDescription("Makes an account with its own space of tasks, and signs in. Whether it may depends on the server's REGISTRATION; registrations from one address are limited.")
            .Accepts<Registration>(Json).Produces<SignedIn>(StatusCodes.Status201Created)
            .ProducesProblems(400, 403, 409, 413, 415, 422, 429, 503);
        auth.MapPost("/login", SignIn.Handle).WithName("signIn")
            .WithSummary("Sign in")
            .WithDescription("Answers a session token, to be sent as Authorization: Bearer. It ends after 30 days without use, and after 180 days in any case. After too many failures only addresses that the account signed in from before may go on.")
            .Accepts<Credentials>(Json).Produces<SignedIn>()
            .ProducesProblems(400, 401, 403, 413, 415, 422, 429, 503);
        auth.MapPost("/logout", SignOut.Handle).WithName("signOut").Require(Access.Session)
            .WithSummary("Sign out")
            .WithDescription("Ends the session that asks.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(401, 403, 429, 503);

        RouteGroupBuilder account = app.MapGroup("/api/account").WithTags("Account").Require(Access.Session);
        account.MapGet("", ReadAccount.Handle).WithName("getAccount")
            .WithSummary("Read the account")
            .WithDescription("The account that is signed in.")
            .Produces<Account>()
            .ProducesProblems(401, 403, 429, 503);
        account.MapPatch("", EditAccount.Handle).WithName("updateAccount")
            .WithSummary("Change the account")
            .WithDescription("A merge patch: what is left out stays. A new e-mail address asks for currentPassword.")
            .Accepts<UpdateAccount>(MergePatch, Json).Produces<Account>()
            .ProducesProblems(400, 401, 403, 409, 413, 415, 422, 429, 503);
        account.MapDelete("", RequestDeletion.Handle).WithName("deleteAccount")
            .WithSummary("Delete the account")
            .WithDescription("Ends every session and token at once, and then removes all tasks and the account for good. It asks for the password.")
            .Accepts<DeleteAccount>(Json).Produces(StatusCodes.Status202Accepted)
            .ProducesProblems(400, 401, 403, 413, 415, 422, 429, 503);
        account.MapPost("/password", NewPassword.Handle).WithName("changePassword")
            .WithSummary("Change the password")
            .WithDescription("Ends every other session. Personal tokens stay valid; revoke them one by one.")
            .Accepts<ChangePassword>(Json).Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(400, 401, 403, 413, 415, 422, 429, 503);
        account.MapGet("/security-log", SecurityLog.Read).WithName("getSecurityLog")
            .WithSummary("Read the security log")
            .WithDescription("Sign-ins, failed sign-ins and changes to sessions, tokens and the account; newest first, kept 90 days. Parameters: limit (1 to 200, 50 unless given), cursor (a page's nextCursor).")
            .Produces<SecurityEventPage>()
            .ProducesProblems(400, 401, 403, 422, 429, 503);

        RouteGroupBuilder calendar = app.MapGroup("/api/account/calendar").WithTags("Calendar").Require(Access.Session);
        calendar.MapGet("", CalendarAddresses.Read).WithName("getCalendarAddress")
            .WithSummary("Ask for the calendar's state")
            .WithDescription("Whether the account's due tasks can be read at a secret address, since when, and when that was last done. The address itself is shown only once.")
            .Produces<CalendarAddress>()
            .ProducesProblems(401, 403, 429, 503);
        calendar.MapPost("", CalendarAddresses.Make).WithName("makeCalendarAddress")
            .WithSummary("Make or replace the calendar's address")
            .WithDescription("For calendar programs: whoever knows the address can read all due tasks. It is in this answer and never again; one that was there before stops working.")
            .Produces<CalendarAddress>(StatusCodes.Status201Created)
            .ProducesProblems(401, 403, 409, 429, 503);
        calendar.MapDelete("", CalendarAddresses.Remove).WithName("removeCalendarAddress")
            .WithSummary("Remove the calendar's address")
            .WithDescription("It stops working at once.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(401, 403, 429, 503);
        app.MapGet(SecretPaths.Calendar + "/{file}", CalendarFeed.Handle).WithTags("Calendar").WithName("getCalendar")
            .WithSummary("Read due tasks as a calendar")
            .WithDescription("iCalendar events of the open tasks that are due, at the secret address that ends in .ics. Needs no token.")
            .Produces(StatusCodes.Status200OK, contentType: "text/calendar")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblems(404, 429, 503);

        RouteGroupBuilder sessions = app.MapGroup("/api/sessions").WithTags("Sessions").Require(Access.Session);
        sessions.MapGet("", Sessions.List).WithName("listSessions")
            .WithSummary("List sessions")
            .WithDescription("Where the account is signed in, the last used first.")
            .Produces<ItemList<Session>>()
            .ProducesProblems(401, 403, 429, 503);
        sessions.MapDelete("/{id}", Sessions.End).WithName("endSession")
            .WithSummary("End a session")
            .WithDescription("Its token stops working at once.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(401, 403, 404, 429, 503);

        RouteGroupBuilder tokens = app.MapGroup("/api/tokens").WithTags("Tokens").Require(Access.Session);
        tokens.MapGet("", PersonalTokens.List).WithName("listTokens")
            .WithSummary("List personal tokens")
            .WithDescription("Without their secrets, the oldest first.")
            .Produces<ItemList<PersonalToken>>()
            .ProducesProblems(401, 403, 429, 503);
        tokens.MapPost("", NewToken.Handle).WithName("createToken")
            .WithSummary("Make a personal token")
            .WithDescription("For scripts and agents: it reaches the task routes and /mcp. The token is in this answer and never again. Changes made with it carry its name.")
            .Accepts<CreateToken>(Json).Produces<PersonalToken>(StatusCodes.Status201Created)
            .ProducesProblems(400, 401, 403, 409, 413, 415, 422, 429, 503);
        tokens.MapDelete("/{id}", PersonalTokens.Revoke).WithName("revokeToken")
            .WithSummary("Revoke a personal token")
            .WithDescription("It stops working at once.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(401, 403, 404, 429, 503);
        tokens.MapPost("/{id}/take-back", TakeBack.Handle).WithName("takeBackToken")
            .WithSummary("Revoke a personal token and undo what was done with it")
            .WithDescription("For an agent gone wrong. The token is revoked first; 200, 409 and 503 all mean that it is. Then every change made with it since a time (unless given: since the token was made) that still stands is undone, all or nothing; 409 names the later changes that stand in the way. Can be called again for a token that is revoked already. The body may be left out.")
            .Accepts<TakeBackToken>(isOptional: true, Json).Produces<UndoResult>()
            .ProducesProblems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503);
    }

    private static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (int status in statuses)
        {
            route.Produces<Problem>(status, Problem.MediaType);
        }

        return route;
    }
}
