using Microsoft.AspNetCore.Http;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Backend;

/// <summary>Deleting an account, with mcp-server (here a stub) or the backend away halfway.</summary>
public sealed class DeletionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task It_ends_everything_at_once_and_goes_on_until_mcp_server_has_deleted_the_tasks(DatabaseEngine engine)
    {
        BackendFixture.NeedEngine(engine);
        await using BackendApp app = await BackendApp.StartAsync(engine);
        Person person = await app.RegisterAsync();
        string email = person.SignedIn.User.Email;
        using HttpClient agent = app.Client((await person.MakeTokenAsync("tasks:read", "tasks:write")).Token);
        int failures = 1;
        app.McpServer.Answer = context =>
        {
            context.Response.StatusCode = Interlocked.Decrement(ref failures) >= 0 ? StatusCodes.Status500InternalServerError : StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };

        using HttpResponseMessage wrong = await DeleteAsync(person.Client, "a wrong password");
        Assert.Equal(["password"], (await ProblemAsync(wrong, ProblemKind.Invalid)).Errors!.Keys);
        using HttpResponseMessage deleted = await DeleteAsync(person.Client, Password);
        Assert.Equal(202, (int)deleted.StatusCode);
        using HttpResponseMessage session = await person.Client.GetAsync("/api/account", Cancel);
        Assert.Equal(401, (int)session.StatusCode);
        using HttpResponseMessage token = await agent.GetAsync("/api/tasks", Cancel);
        Assert.Equal(401, (int)token.StatusCode);

        await FreeAsync(app, email);
        Received[] received = [.. app.McpServer.Requests];
        Assert.Equal(2, received.Length);
        Assert.All(received, request => Assert.Equal(("DELETE", "/space"), (request.Method, request.Target)));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task It_survives_that_either_service_dies(DatabaseEngine engine)
    {
        BackendFixture.NeedEngine(engine);
        await using BackendApp app = await BackendApp.StartAsync(engine);
        Person person = await app.RegisterAsync();
        await app.McpServer.StopAsync();
        using (HttpResponseMessage deleted = await DeleteAsync(person.Client, Password))
        {
            Assert.Equal(202, (int)deleted.StatusCode);
        }

        using HttpResponseMessage signIn = await app.SignInAsync(person.SignedIn.User.Email, Password);
        await ProblemAsync(signIn, ProblemKind.AccountDisabled);
        using HttpClient anyone = app.Client();
        using HttpResponseMessage taken = await anyone.PostAsync("/api/auth/register", Json(new { email = person.SignedIn.User.Email, password = Password }), Cancel);
        await ProblemAsync(taken, ProblemKind.Conflict);

        await app.Service.StopAsync();
        await app.McpServer.StartAsync();
        await app.Service.StartAsync();
        await FreeAsync(app, person.SignedIn.User.Email);
        Assert.Equal("/space", Assert.Single(app.McpServer.Requests, request => request.Method == "DELETE").Target);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_account_that_is_being_deleted_keeps_nobody_from_being_the_first(DatabaseEngine engine)
    {
        BackendFixture.NeedEngine(engine);
        await using BackendApp app = await BackendApp.StartAsync(engine, new Dictionary<string, string?> { ["REGISTRATION"] = "first" });
        Person trial = await app.RegisterAsync();
        await app.McpServer.StopAsync();
        using (HttpResponseMessage deleted = await DeleteAsync(trial.Client, Password))
        {
            Assert.Equal(202, (int)deleted.StatusCode);
        }

        Assert.True((await app.RegisterAsync()).SignedIn.User.IsAdministrator);
        using HttpClient anyone = app.Client();
        using HttpResponseMessage late = await anyone.PostAsync("/api/auth/register", Json(new { email = "late@example.com", password = Password }), Cancel);
        await ProblemAsync(late, ProblemKind.RegistrationClosed);
    }

    private static Task<HttpResponseMessage> DeleteAsync(HttpClient client, string password) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/api/account") { Content = Json(new { password }) }, Cancel);

    // The address is free again only when the account is gone.
    private static async Task FreeAsync(BackendApp app, string email)
    {
        using HttpClient anyone = app.Client();
        while (true)
        {
            using HttpResponseMessage again = await anyone.PostAsync("/api/auth/register", Json(new { email, password = Password }), Cancel);
            if ((int)again.StatusCode == 201)
            {
                return;
            }

            await ProblemAsync(again, ProblemKind.Conflict);
            await Task.Delay(50, Cancel);
        }
    }
}
