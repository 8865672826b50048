using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TodoApp.Backend.Accounts;
using TodoApp.Backend.Storage;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Backend;

/// <summary>What depends on the clock, on limits or on the first account: each test has a backend of its own.</summary>
public sealed class SignInTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_email_costs_a_hash_like_a_wrong_password()
    {
        var counting = new CountingHasher();
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, configure: builder => builder.Services.AddSingleton<IPasswordHasher<AccountRow>>(counting));
        Person person = await app.RegisterAsync();
        using (await app.SignInAsync("warms.up@example.com", "a password for nobody"))
        {
        }

        int before = counting.Verified;
        using HttpResponseMessage unknown = await app.SignInAsync("nobody@example.com", "a password for nobody");
        Assert.Equal((401, before + 1), ((int)unknown.StatusCode, counting.Verified));
        using HttpResponseMessage wrong = await app.SignInAsync(person.SignedIn.User.Email, "a password for nobody");
        Assert.Equal((401, before + 2), ((int)wrong.StatusCode, counting.Verified));
        Assert.Equal(counting.IterationsOf[^1], counting.IterationsOf[^2]);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Of_twenty_first_registrations_at_once_one_becomes_the_administrator(DatabaseEngine engine)
    {
        await using BackendApp app = await StartAsync(engine, new() { ["REGISTRATION"] = "first" });
        using HttpClient anyone = app.Client();
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => anyone.PostAsync("/api/auth/register", Json(new { email = $"first{i}@example.com", password = Password }), Cancel)));
        HttpResponseMessage winner = Assert.Single(answers, answer => (int)answer.StatusCode == 201);
        Assert.True((await ReadAsync<SignedIn>(winner, 201)).User.IsAdministrator);
        foreach (HttpResponseMessage loser in answers.Where(answer => answer != winner))
        {
            await ProblemAsync(loser, ProblemKind.RegistrationClosed);
        }
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Where_everybody_may_register_one_of_twenty_at_once_is_the_administrator(DatabaseEngine engine)
    {
        await using BackendApp app = await StartAsync(engine);
        Person[] people = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.RegisterAsync()));
        Assert.Single(people, person => person.SignedIn.User.IsAdministrator);
    }

    [Fact]
    public async Task Invitations_let_one_person_in_each()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, new() { ["REGISTRATION"] = "invite" });
        using HttpClient anyone = app.Client();
        using HttpResponseMessage without = await Register("ada@example.com", null);
        await ProblemAsync(without, ProblemKind.RegistrationClosed);
        using HttpResponseMessage wrong = await Register("ada@example.com", "todo_inv_guess");
        Assert.Equal(["invite"], (await ProblemAsync(wrong, ProblemKind.Invalid)).Errors!.Keys);

        string code = await CommandTests.OutputAsync(app, "users", "invite", "ada@example.com");
        using HttpResponseMessage other = await Register("bob@example.com", code);
        Assert.Equal(["invite"], (await ProblemAsync(other, ProblemKind.Invalid)).Errors!.Keys);
        using HttpResponseMessage right = await Register("ada@example.com", code);
        await ReadAsync<SignedIn>(right, 201);

        string open = await CommandTests.OutputAsync(app, "users", "invite");
        HttpResponseMessage[] race = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Register($"race{i}@example.com", open)));
        Assert.Equal([201, .. Enumerable.Repeat(422, 7)], race.Select(answer => (int)answer.StatusCode).Order());

        Task<HttpResponseMessage> Register(string email, string? invite) => anyone.PostAsync(
            "/api/auth/register", invite is null ? Json(new { email, password = Password }) : Json(new { email, password = Password, invite }), Cancel);
    }

    [Fact]
    public async Task Closed_means_closed()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, new() { ["REGISTRATION"] = "closed" });
        using HttpClient anyone = app.Client();
        using HttpResponseMessage answer = await anyone.PostAsync("/api/auth/register", Json(new { email = NewEmail(), password = Password }), Cancel);
        await ProblemAsync(answer, ProblemKind.RegistrationClosed);
    }

    [Fact]
    public async Task Registrations_of_one_address_are_limited_also_those_that_meet_a_taken_email()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, new() { ["REGISTRATION_LIMIT"] = "2" });
        Person person = await app.RegisterAsync();
        using HttpClient anyone = app.Client();
        List<int> statuses = [];
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage answer = await anyone.PostAsync("/api/auth/register", Json(new { email = person.SignedIn.User.Email, password = Password }), Cancel);
            statuses.Add((int)answer.StatusCode);
            if (answer.StatusCode == System.Net.HttpStatusCode.TooManyRequests)
            {
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
            }
        }

        Assert.Equal([409, 429], statuses);
    }

    [Fact]
    public async Task A_locked_account_still_takes_the_right_password_from_where_it_signed_in_before()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, new() { ["TRUSTED_PROXIES"] = "127.0.0.1" });
        Person person = await app.RegisterAsync();
        string email = person.SignedIn.User.Email;
        using (HttpResponseMessage home = await app.SignInAsync(email, Password, "192.0.2.1"))
        {
            Assert.Equal(200, (int)home.StatusCode);
        }

        // From home too: the limit of account and address locks a pair, and the known address is let through with the right password only.
        foreach (string from in new[] { "192.0.2.1", "198.51.100.7" })
        {
            for (int i = 0; i < SignInLimits.PerAccountAndAddress; i++)
            {
                using HttpResponseMessage wrong = await app.SignInAsync(email, "a wrong password", from);
                Assert.Equal(401, (int)wrong.StatusCode);
            }
        }

        using HttpResponseMessage stranger = await app.SignInAsync(email, Password, "198.51.100.7");
        await ProblemAsync(stranger, ProblemKind.TooManyRequests);
        Assert.InRange(stranger.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), SignInLimits.Window);
        using HttpResponseMessage wrongAtHome = await app.SignInAsync(email, "a wrong password", "192.0.2.1");
        Assert.Equal(429, (int)wrongAtHome.StatusCode);
        using HttpResponseMessage rightAtHome = await app.SignInAsync(email, Password, "192.0.2.1");
        Assert.Equal(200, (int)rightAtHome.StatusCode);

        // An address without an account locks in the same way, or the lock would tell which have one.
        for (int i = 0; i < SignInLimits.PerAccountAndAddress; i++)
        {
            using HttpResponseMessage wrong = await app.SignInAsync("nobody@example.com", "a wrong password", "203.0.113.5");
            Assert.Equal(401, (int)wrong.StatusCode);
        }

        using HttpResponseMessage nobody = await app.SignInAsync("nobody@example.com", "a wrong password", "203.0.113.5");
        Assert.Equal(429, (int)nobody.StatusCode);
    }

    [Fact]
    public async Task One_address_may_not_try_through_many_accounts()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, new() { ["TRUSTED_PROXIES"] = "127.0.0.1" });
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, SignInLimits.PerAddress + 20).Select(
            i => app.SignInAsync($"victim{i}@example.com", "a wrong password", $"2001:db8::{i:x}")));
        Assert.Equal(SignInLimits.PerAddress, answers.Count(answer => (int)answer.StatusCode == 401));
        Assert.Equal(20, answers.Count(answer => (int)answer.StatusCode == 429));
        using HttpResponseMessage elsewhere = await app.SignInAsync("victim1@example.com", "a wrong password", "2001:db8:1::1");
        Assert.Equal(401, (int)elsewhere.StatusCode);
    }

    [Fact]
    public async Task A_peer_that_is_no_trusted_proxy_does_not_choose_its_address()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite);
        for (int i = 0; i < SignInLimits.PerAccountAndAddress; i++)
        {
            using HttpResponseMessage wrong = await app.SignInAsync("x@example.com", "a wrong password", $"192.0.2.{i}");
            Assert.Equal(401, (int)wrong.StatusCode);
        }

        using HttpResponseMessage limited = await app.SignInAsync("x@example.com", "a wrong password", "192.0.2.99");
        Assert.Equal(429, (int)limited.StatusCode);
    }

    [Fact]
    public async Task The_password_is_asked_again_only_so_often()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite);
        Person person = await app.RegisterAsync();
        List<int> statuses = [];
        for (int i = 0; i <= SignInLimits.PerAccountAndAddress; i++)
        {
            using HttpResponseMessage answer = await person.Client.PostAsync(
                "/api/account/password", Json(new { currentPassword = "guess number " + i, newPassword = "another fine password" }), Cancel);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(422, SignInLimits.PerAccountAndAddress), 429], statuses);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Sessions_slide_for_thirty_days_and_end_after_a_hundred_and_eighty(DatabaseEngine engine)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 12, 0, 0, TimeSpan.Zero));
        await using BackendApp app = await StartAsync(engine, configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        Person person = await app.RegisterAsync();
        LastUse lastUse = app.Service.Services.GetRequiredService<LastUse>();
        for (int day = 25; day < 180; day += 25)
        {
            time.SetUtcNow(person.SignedIn.User.CreatedAt.AddDays(day));
            Assert.Equal(200, await StatusAsync(person.Client));
            await lastUse.Write(Cancel);
        }

        using HttpResponseMessage listed = await person.Client.GetAsync("/api/sessions", Cancel);
        Session session = Assert.Single((await ReadAsync<ItemList<Session>>(listed)).Items);
        Assert.Equal(person.SignedIn.User.CreatedAt.AddDays(180), session.ExpiresAt);
        time.SetUtcNow(session.ExpiresAt.AddSeconds(-1));
        Assert.Equal(200, await StatusAsync(person.Client));
        time.SetUtcNow(session.ExpiresAt);
        Assert.Equal(401, await StatusAsync(person.Client));
    }

    [Fact]
    public async Task An_unused_session_and_an_expired_token_end_to_the_second()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 12, 0, 0, TimeSpan.Zero));
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        Person person = await app.RegisterAsync();
        Person unused = await app.RegisterAsync();
        using HttpResponseMessage made = await person.Client.PostAsync(
            "/api/tokens", Json(new { name = "x", scopes = new[] { "tasks:read" }, expiresAt = "2027-01-02T00:00:00+01:00" }), Cancel);
        using HttpClient agent = app.Client((await ReadAsync<PersonalToken>(made, 201)).Token);
        time.SetUtcNow(new DateTimeOffset(2027, 1, 1, 22, 59, 59, TimeSpan.Zero));
        Assert.Equal(200, await StatusAsync(agent, "/api/tasks"));
        time.SetUtcNow(new DateTimeOffset(2027, 1, 1, 23, 0, 0, TimeSpan.Zero));
        Assert.Equal(401, await StatusAsync(agent, "/api/tasks"));
        time.SetUtcNow(person.SignedIn.ExpiresAt.AddSeconds(-1));
        Assert.Equal(200, await StatusAsync(person.Client));
        time.SetUtcNow(unused.SignedIn.ExpiresAt);
        Assert.Equal(401, await StatusAsync(unused.Client));
    }

    [Fact]
    public async Task Last_use_is_written_at_most_once_a_minute()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 12, 0, 0, TimeSpan.Zero));
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        Person person = await app.RegisterAsync();
        PersonalToken token = await person.MakeTokenAsync("tasks:read");
        using HttpClient agent = app.Client(token.Token);
        LastUse lastUse = app.Service.Services.GetRequiredService<LastUse>();
        DateTimeOffset first = time.GetUtcNow();
        Assert.Equal(first, await UseAsync(first));
        Assert.Equal(first, await UseAsync(first.AddSeconds(59)));
        Assert.Equal(first.AddSeconds(60), await UseAsync(first.AddSeconds(60)));

        async Task<DateTimeOffset?> UseAsync(DateTimeOffset at)
        {
            time.SetUtcNow(at);
            Assert.Equal(200, await StatusAsync(agent, "/api/tasks"));
            await lastUse.Write(Cancel);
            using HttpResponseMessage listed = await person.Client.GetAsync("/api/tokens", Cancel);
            return Assert.Single((await ReadAsync<ItemList<PersonalToken>>(listed)).Items).LastUsedAt;
        }
    }

    [Fact]
    public async Task An_account_has_a_rate_with_all_its_tokens_together()
    {
        await using BackendApp app = await StartAsync(DatabaseEngine.Sqlite, new() { ["RATE_LIMIT"] = "1" });
        Person person = await app.RegisterAsync();
        Person other = await app.RegisterAsync();
        using HttpClient agent = app.Client((await person.MakeTokenAsync("tasks:read")).Token);
        Assert.Equal(200, await StatusAsync(agent, "/api/tasks"));
        Assert.Equal(200, await StatusAsync(person.Client));
        using HttpResponseMessage limited = await agent.GetAsync("/api/tasks", Cancel);
        await ProblemAsync(limited, ProblemKind.TooManyRequests);
        Assert.InRange(limited.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.Equal(200, await StatusAsync(other.Client));
    }

    private static async Task<int> StatusAsync(HttpClient client, string path = "/api/account")
    {
        using HttpResponseMessage response = await client.GetAsync(path, Cancel);
        return (int)response.StatusCode;
    }

    private static Task<BackendApp> StartAsync(DatabaseEngine engine, Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        BackendFixture.NeedEngine(engine);
        return BackendApp.StartAsync(engine, settings, configure);
    }

    private sealed class CountingHasher : IPasswordHasher<AccountRow>
    {
        private readonly PasswordHasher<AccountRow> _real = new();

        public int Verified { get; private set; }

        public List<byte[]> IterationsOf { get; } = [];

        public string HashPassword(AccountRow user, string password) => _real.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(AccountRow user, string hashedPassword, string providedPassword)
        {
            Verified++;
            IterationsOf.Add(Convert.FromBase64String(hashedPassword)[1..9]); // The function and its iterations.
            return _real.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
