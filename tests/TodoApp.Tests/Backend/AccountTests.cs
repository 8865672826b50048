using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using static TodoApp.Tests.Backend.BackendApp;

namespace TodoApp.Tests.Backend;

public abstract class AccountTests(BackendFixture fixture) : BackendTests(fixture)
{
    [Fact]
    public async Task Registering_signs_in_and_the_account_has_what_was_given()
    {
        string email = NewEmail();
        using HttpClient anyone = App.Client();
        using HttpResponseMessage response = await anyone.PostAsync(
            "/api/auth/register", Json(new { email = $"  {email} ", password = Password, name = " Ada Lovelace ", timeZone = "America/New_York", invite = (string?)null }), Cancel);
        SignedIn signedIn = await ReadAsync<SignedIn>(response, 201);
        Assert.StartsWith("todo_ses_", signedIn.Token, StringComparison.Ordinal);
        Assert.Equal((email, "Ada Lovelace", "America/New_York"), (signedIn.User.Email, signedIn.User.Name, signedIn.User.TimeZone));
        Assert.InRange(signedIn.ExpiresAt, TimeProvider.System.GetUtcNow().AddDays(29.9), TimeProvider.System.GetUtcNow().AddDays(30.1));

        using HttpClient client = App.Client(signedIn.Token);
        using HttpResponseMessage account = await client.GetAsync("/api/account", Cancel);
        Assert.Equal(signedIn.User.Id, (await ReadAsync<Account>(account)).Id);
        Assert.Equal("no-store", account.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_repeated_email_is_409_without_regard_to_case()
    {
        string email = NewEmail();
        await App.RegisterAsync(email);
        using HttpClient anyone = App.Client();
        using HttpResponseMessage response = await anyone.PostAsync(
            "/api/auth/register", Json(new { email = email.ToUpperInvariant(), password = Password }), Cancel);
        await ProblemAsync(response, ProblemKind.Conflict);
    }

    [Fact]
    public async Task One_of_many_registrations_of_one_email_at_once_wins()
    {
        string email = NewEmail();
        using HttpClient anyone = App.Client();
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            _ => anyone.PostAsync("/api/auth/register", Json(new { email, password = Password }), Cancel)));
        Assert.Equal([201, .. Enumerable.Repeat(409, 9)], answers.Select(answer => (int)answer.StatusCode).Order());
    }

    [Theory]
    [InlineData("""{"email":"x@example.com","password":"a fine long password" """, 400, "")]
    [InlineData("", 400, "")]
    [InlineData("[]", 400, "")]
    [InlineData("null", 400, "")]
    [InlineData("""{"email":1,"password":"a fine long password"}""", 400, "email")]
    [InlineData("""{"email":null,"password":"a fine long password"}""", 400, "email")]
    [InlineData("""{"email":"x@example.com","password":"a fine long password","admin":true}""", 400, "admin")]
    [InlineData("""{"email":"x@example.com","email":"y@example.com","password":"a fine long password"}""", 400, "")]
    [InlineData("""{"\ud800":1,"email":"x@example.com","password":"a fine long password"}""", 400, "")]
    [InlineData("""{"password":"a fine long password"}""", 422, "email")]
    [InlineData("""{"email":"x@example.com"}""", 422, "password")]
    [InlineData("""{"email":"x","password":"a fine long password"}""", 422, "email")]
    [InlineData("""{"email":"x@y z","password":"a fine long password"}""", 422, "email")]
    [InlineData("""{"email":"x@example.com\u0000","password":"a fine long password"}""", 422, "email")]
    [InlineData("""{"email":"x\u202e@example.com","password":"a fine long password"}""", 422, "email")]
    [InlineData("""{"email":"\ud800@example.com","password":"a fine long password"}""", 422, "email")]
    [InlineData("""{"email":"x\ufffe@example.com","password":"a fine long password"}""", 422, "email")]
    [InlineData("""{"email":"x@example.com","password":"short"}""", 422, "password")]
    [InlineData("""{"email":"x@example.com","password":"password1234"}""", 422, "password")]
    [InlineData("""{"email":"long.enough@example.com","password":"Long.Enough@example.com"}""", 422, "password")]
    [InlineData("""{"email":"x@example.com","password":"half a pair: \udc00"}""", 422, "password")]
    [InlineData("""{"email":"x@example.com","password":"a fine long password","name":"   "}""", 422, "name")]
    [InlineData("""{"email":"x@example.com","password":"a fine long password","name":"a\u0007b"}""", 422, "name")]
    [InlineData("""{"email":"x@example.com","password":"a fine long password","timeZone":"Mars/Olympus"}""", 422, "timeZone")]
    [InlineData("""{"email":"x@example.com","password":"a fine long password","timeZone":"Pacific Standard Time"}""", 422, "timeZone")]
    [InlineData("""{"email":"x@example.com","password":"a fine long password","timeZone":"../../etc/passwd"}""", 422, "timeZone")]
    public async Task Bad_registrations_name_the_field_and_never_fail(string body, int status, string field)
    {
        using HttpClient anyone = App.Client();
        using HttpResponseMessage response = await anyone.PostAsync("/api/auth/register", Text(body), Cancel);
        Problem problem = await ProblemAsync(response, status == 400 ? ProblemKind.Malformed : ProblemKind.Invalid);
        Assert.Equal([field], problem.Errors!.Keys);
        Assert.NotEmpty(problem.Errors[field].Single());
    }

    [Fact]
    public async Task Every_wrong_field_is_reported_at_once()
    {
        using HttpClient anyone = App.Client();
        using HttpResponseMessage response = await anyone.PostAsync("/api/auth/register", Json(new { email = "x", password = "y", timeZone = "z" }), Cancel);
        Problem problem = await ProblemAsync(response, ProblemKind.Invalid);
        Assert.Equal(["email", "password", "timeZone"], problem.Errors!.Keys.Order());
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_another_media_type_and_a_huge_body_are_refused()
    {
        using HttpClient anyone = App.Client();
        using var bytes = new ByteArrayContent([.. "{\"email\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        bytes.Headers.ContentType = new("application/json");
        using HttpResponseMessage notUtf8 = await anyone.PostAsync("/api/auth/login", bytes, Cancel);
        await ProblemAsync(notUtf8, ProblemKind.Malformed);

        using HttpResponseMessage form = await anyone.PostAsync("/api/auth/login", Text("email=x", "application/x-www-form-urlencoded"), Cancel);
        await ProblemAsync(form, ProblemKind.UnsupportedMediaType);

        // With Expect: 100-continue the answer comes before the body is sent, which would otherwise break the connection.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login") { Content = Text("{\"email\":\"" + new string('x', 1024 * 1024) + "\"}") };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage huge = await anyone.SendAsync(request, Cancel);
        await ProblemAsync(huge, ProblemKind.TooLarge);
    }

    [Theory]
    [InlineData("пароль из слов 🌻")]
    [InlineData("שלום עולם ארוך")]
    public async Task Passwords_and_names_may_be_in_any_script(string password)
    {
        string email = NewEmail();
        using HttpClient anyone = App.Client();
        using HttpResponseMessage registered = await anyone.PostAsync("/api/auth/register", Json(new { email, password, name = "שלום 👩‍👩‍👧" }), Cancel);
        await ReadAsync<SignedIn>(registered, 201);

        // Typed on a keyboard that composes differently.
        using HttpResponseMessage signedIn = await App.SignInAsync(email, password.Normalize(NormalizationForm.FormD));
        Assert.Equal("שלום 👩‍👩‍👧", (await ReadAsync<SignedIn>(signedIn)).User.Name);
    }

    [Fact]
    public async Task Signing_in_and_out()
    {
        Person person = await App.RegisterAsync();
        using HttpResponseMessage response = await App.SignInAsync(person.SignedIn.User.Email, Password);
        SignedIn second = await ReadAsync<SignedIn>(response);
        Assert.NotEqual(person.SignedIn.Token, second.Token);

        using HttpClient client = App.Client(second.Token);
        using HttpResponseMessage signedOut = await client.PostAsync("/api/auth/logout", null, Cancel);
        Assert.Equal(204, (int)signedOut.StatusCode);
        using HttpResponseMessage after = await client.GetAsync("/api/account", Cancel);
        await ProblemAsync(after, ProblemKind.Unauthorized);
        using HttpResponseMessage other = await person.Client.GetAsync("/api/account", Cancel);
        Assert.Equal(200, (int)other.StatusCode);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_email_are_answered_alike()
    {
        Person person = await App.RegisterAsync();
        using HttpResponseMessage wrong = await App.SignInAsync(person.SignedIn.User.Email, "another long password");
        using HttpResponseMessage unknown = await App.SignInAsync(NewEmail(), "another long password");
        Problem first = await ProblemAsync(wrong, ProblemKind.Unauthorized);
        Problem second = await ProblemAsync(unknown, ProblemKind.Unauthorized);
        Assert.Equal(first.Detail, second.Detail);
    }

    [Theory]
    [InlineData("GET", "/api/account")]
    [InlineData("PATCH", "/api/account")]
    [InlineData("DELETE", "/api/account")]
    [InlineData("POST", "/api/account/password")]
    [InlineData("GET", "/api/account/security-log")]
    [InlineData("GET", "/api/sessions")]
    [InlineData("DELETE", "/api/sessions/01939b3e-0000-7000-8000-000000000000")]
    [InlineData("GET", "/api/tokens")]
    [InlineData("POST", "/api/tokens")]
    [InlineData("DELETE", "/api/tokens/01939b3e-0000-7000-8000-000000000000")]
    [InlineData("POST", "/api/auth/logout")]
    [InlineData("GET", "/api/tasks")]
    [InlineData("POST", "/mcp")]
    public async Task Without_a_token_401_says_how_and_names_no_OAuth(string method, string path)
    {
        foreach (string? token in new[] { null, "nonsense", "todo_ses_" + new string('A', 43), "todo_pat_" + new string('A', 43), "todo_pat_" + new string('~', 43) })
        {
            using HttpClient client = App.Client();
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = Text("{}") };
            if (token is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            }

            using HttpResponseMessage response = await client.SendAsync(request, Cancel);
            await ProblemAsync(response, ProblemKind.Unauthorized);
            Assert.Equal("""Bearer realm="todo", scope="tasks:read tasks:write" """.Trim(), response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task The_account_changes_field_by_field()
    {
        Person person = await App.RegisterAsync();
        using HttpResponseMessage response = await person.Client.PatchAsync(
            "/api/account", Text("""{"name":"Grace","timeZone":"Asia/Tokyo","locale":"de-DE","weekStart":"sunday","theme":"dark"}""", "application/merge-patch+json"), Cancel);
        Account changed = await ReadAsync<Account>(response);
        Assert.Equal(person.SignedIn.User with { Name = "Grace", TimeZone = "Asia/Tokyo", Locale = "de-DE", WeekStart = "sunday", Theme = "dark" }, changed);
        using HttpResponseMessage read = await person.Client.GetAsync("/api/account", Cancel);
        Assert.Equal(changed, await ReadAsync<Account>(read));
    }

    [Theory]
    [InlineData("""{"weekStart":"tuesday"}""", 422, "weekStart")]
    [InlineData("""{"theme":"pink"}""", 422, "theme")]
    [InlineData("""{"locale":"no tag"}""", 422, "locale")]
    [InlineData("""{"timeZone":""}""", 422, "timeZone")]
    [InlineData("""{"timeZone":null}""", 422, "timeZone")]
    [InlineData("""{"isAdministrator":true}""", 400, "isAdministrator")]
    [InlineData("""{"email":"other@example.com"}""", 422, "currentPassword")]
    [InlineData("""{"email":"other@example.com","currentPassword":"wrong wrong wrong"}""", 422, "currentPassword")]
    public async Task Bad_changes_name_the_field_and_change_nothing(string body, int status, string field)
    {
        Person person = await App.RegisterAsync();
        using HttpResponseMessage response = await person.Client.PatchAsync("/api/account", Text(body), Cancel);
        Problem problem = await ProblemAsync(response, status == 400 ? ProblemKind.Malformed : ProblemKind.Invalid);
        Assert.Equal([field], problem.Errors!.Keys);
        using HttpResponseMessage read = await person.Client.GetAsync("/api/account", Cancel);
        Assert.Equal(person.SignedIn.User.TimeZone, (await ReadAsync<Account>(read)).TimeZone);
    }

    [Fact]
    public async Task The_email_changes_with_the_password_and_not_to_one_that_is_taken()
    {
        Person person = await App.RegisterAsync();
        Person other = await App.RegisterAsync();
        using HttpResponseMessage taken = await person.Client.PatchAsync(
            "/api/account", Json(new { email = other.SignedIn.User.Email, currentPassword = Password }), Cancel);
        await ProblemAsync(taken, ProblemKind.Conflict);

        string email = NewEmail();
        using HttpResponseMessage changed = await person.Client.PatchAsync("/api/account", Json(new { email, currentPassword = Password }), Cancel);
        Assert.Equal(email, (await ReadAsync<Account>(changed)).Email);
        using HttpResponseMessage signIn = await App.SignInAsync(email, Password);
        await ReadAsync<SignedIn>(signIn);
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_the_old_password()
    {
        const string Next = "an even finer password";
        Person person = await App.RegisterAsync();
        using HttpResponseMessage signIn = await App.SignInAsync(person.SignedIn.User.Email, Password);
        using HttpClient other = App.Client((await ReadAsync<SignedIn>(signIn)).Token);
        PersonalToken token = await person.MakeTokenAsync("tasks:read");

        using HttpResponseMessage wrong = await person.Client.PostAsync("/api/account/password", Json(new { currentPassword = Next, newPassword = Next }), Cancel);
        Assert.Equal(["currentPassword"], (await ProblemAsync(wrong, ProblemKind.Invalid)).Errors!.Keys);
        using HttpResponseMessage weak = await person.Client.PostAsync("/api/account/password", Json(new { currentPassword = Password, newPassword = "short" }), Cancel);
        Assert.Equal(["newPassword"], (await ProblemAsync(weak, ProblemKind.Invalid)).Errors!.Keys);

        using HttpResponseMessage changed = await person.Client.PostAsync("/api/account/password", Json(new { currentPassword = Password, newPassword = Next }), Cancel);
        Assert.Equal(204, (int)changed.StatusCode);
        using HttpResponseMessage ended = await other.GetAsync("/api/account", Cancel);
        Assert.Equal(401, (int)ended.StatusCode);
        using HttpResponseMessage kept = await person.Client.GetAsync("/api/account", Cancel);
        Assert.Equal(200, (int)kept.StatusCode);
        using HttpClient agent = App.Client(token.Token);
        using HttpResponseMessage stillThere = await agent.GetAsync("/api/tasks", Cancel);
        Assert.Equal(200, (int)stillThere.StatusCode);
        using HttpResponseMessage old = await App.SignInAsync(person.SignedIn.User.Email, Password);
        Assert.Equal(401, (int)old.StatusCode);
        using HttpResponseMessage @new = await App.SignInAsync(person.SignedIn.User.Email, Next);
        Assert.Equal(200, (int)@new.StatusCode);
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_and_those_of_others_are_not_there()
    {
        Person person = await App.RegisterAsync();
        Person stranger = await App.RegisterAsync();
        using HttpResponseMessage signIn = await App.SignInAsync(person.SignedIn.User.Email, Password);
        using HttpClient other = App.Client((await ReadAsync<SignedIn>(signIn)).Token);

        using HttpResponseMessage listed = await other.GetAsync("/api/sessions", Cancel);
        IReadOnlyList<Session> sessions = (await ReadAsync<ItemList<Session>>(listed)).Items;
        Assert.Equal(2, sessions.Count);
        Session first = Assert.Single(sessions, session => !session.Current);

        foreach (string path in new[] { $"/api/sessions/{first.Id}", "/api/sessions/not-an-id", "/api/sessions/%20" })
        {
            using HttpResponseMessage notYours = await stranger.Client.DeleteAsync(path, Cancel);
            await ProblemAsync(notYours, ProblemKind.NotFound);
        }

        using HttpResponseMessage ended = await other.DeleteAsync($"/api/sessions/{first.Id}", Cancel);
        Assert.Equal(204, (int)ended.StatusCode);
        using HttpResponseMessage gone = await person.Client.GetAsync("/api/account", Cancel);
        Assert.Equal(401, (int)gone.StatusCode);
    }

    [Fact]
    public async Task Tokens_are_made_listed_without_their_secret_and_revoked_at_once()
    {
        Person person = await App.RegisterAsync();
        Person stranger = await App.RegisterAsync();
        PersonalToken made = await person.MakeTokenAsync("tasks:write", "tasks:read");
        Assert.StartsWith("todo_pat_", made.Token, StringComparison.Ordinal);
        Assert.Equal(["tasks:read", "tasks:write"], made.Scopes);

        using HttpResponseMessage listed = await person.Client.GetAsync("/api/tokens", Cancel);
        Assert.DoesNotContain(made.Token!, await listed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        PersonalToken inList = Assert.Single((await ReadAsync<ItemList<PersonalToken>>(listed)).Items);
        Assert.Equal((made.Id, null), (inList.Id, inList.Token));

        using HttpClient agent = App.Client(made.Token);
        using HttpResponseMessage works = await agent.GetAsync("/api/tasks", Cancel);
        Assert.Equal(200, (int)works.StatusCode);
        using HttpResponseMessage notYours = await stranger.Client.DeleteAsync($"/api/tokens/{made.Id}", Cancel);
        await ProblemAsync(notYours, ProblemKind.NotFound);
        using HttpResponseMessage revoked = await person.Client.DeleteAsync($"/api/tokens/{made.Id}", Cancel);
        Assert.Equal(204, (int)revoked.StatusCode);
        using HttpResponseMessage refused = await agent.GetAsync("/api/tasks", Cancel);
        await ProblemAsync(refused, ProblemKind.Unauthorized);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", 422, "scopes")]
    [InlineData("""{"name":"x","scopes":[]}""", 422, "scopes")]
    [InlineData("""{"name":"x","scopes":["space:delete"]}""", 422, "scopes")]
    [InlineData("""{"name":"x","scopes":"tasks:read"}""", 400, "scopes")]
    [InlineData("""{"name":"x","scopes":[1]}""", 400, "scopes")]
    [InlineData("""{"name":"","scopes":["tasks:read"]}""", 422, "name")]
    [InlineData("""{"name":"x","scopes":["tasks:read"],"expiresAt":"0001-01-01T00:00:00Z"}""", 422, "expiresAt")]
    [InlineData("""{"name":"x","scopes":["tasks:read"],"expiresAt":"9999-12-31T23:59:59-14:00"}""", 422, "expiresAt")]
    [InlineData("""{"name":"x","scopes":["tasks:read"],"expiresAt":"2999-01-01"}""", 422, "expiresAt")]
    [InlineData("""{"name":"x","scopes":["tasks:read"],"expiresAt":"2999-01-01T00:00:00"}""", 422, "expiresAt")]
    [InlineData("""{"name":"x","scopes":["tasks:read"],"expiresAt":4102444800}""", 400, "expiresAt")]
    public async Task Bad_tokens_name_the_field(string body, int status, string field)
    {
        Person person = await App.RegisterAsync();
        using HttpResponseMessage response = await person.Client.PostAsync("/api/tokens", Text(body), Cancel);
        Problem problem = await ProblemAsync(response, status == 400 ? ProblemKind.Malformed : ProblemKind.Invalid);
        Assert.Equal([field], problem.Errors!.Keys);
    }

    [Fact]
    public async Task A_token_may_last_to_the_year_9999()
    {
        Person person = await App.RegisterAsync();
        using HttpResponseMessage response = await person.Client.PostAsync(
            "/api/tokens", Text("""{"name":"x","scopes":["tasks:read"],"expiresAt":"9999-12-31T23:59:59Z"}"""), Cancel);
        using HttpClient agent = App.Client((await ReadAsync<PersonalToken>(response, 201)).Token);
        using HttpResponseMessage works = await agent.GetAsync("/api/tasks", Cancel);
        Assert.Equal(200, (int)works.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/account")]
    [InlineData("PATCH", "/api/account")]
    [InlineData("DELETE", "/api/account")]
    [InlineData("POST", "/api/account/password")]
    [InlineData("GET", "/api/account/security-log")]
    [InlineData("GET", "/api/sessions")]
    [InlineData("GET", "/api/tokens")]
    [InlineData("POST", "/api/tokens")]
    [InlineData("POST", "/api/auth/logout")]
    public async Task A_personal_token_reaches_neither_account_nor_sessions_nor_tokens(string method, string path)
    {
        Person person = await App.RegisterAsync();
        using HttpClient agent = App.Client((await person.MakeTokenAsync("tasks:read", "tasks:write")).Token);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = Text("{}") };
        using HttpResponseMessage response = await agent.SendAsync(request, Cancel);
        await ProblemAsync(response, ProblemKind.Forbidden);
    }

    [Fact]
    public async Task The_security_log_tells_newest_first_and_in_pages()
    {
        Person person = await App.RegisterAsync();
        using (await App.SignInAsync(person.SignedIn.User.Email, "a wrong password"))
        {
        }

        PersonalToken token = await person.MakeTokenAsync("tasks:read");
        using (await person.Client.DeleteAsync($"/api/tokens/{token.Id}", Cancel))
        {
        }

        // A failed sign-in is written after its answer.
        await EventuallyAsync(async () => (await Page("")).Items.Count == 4);
        List<SecurityEvent> all = [];
        string? cursor = null;
        do
        {
            SecurityEventPage page = await Page("?limit=1" + (cursor is null ? "" : "&cursor=" + cursor));
            all.Add(Assert.Single(page.Items));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(["token-revoked", "token-created", "sign-in-failed", "registered"], all.Select(entry => entry.Kind));
        Assert.Equal(("Laptop assistant", "127.0.0.1"), (all[0].Detail, all[0].Address));

        async Task<SecurityEventPage> Page(string query)
        {
            using HttpResponseMessage response = await person.Client.GetAsync("/api/account/security-log" + query, Cancel);
            return await ReadAsync<SecurityEventPage>(response);
        }
    }

    [Theory]
    [InlineData("limit=0", 422)]
    [InlineData("limit=201", 422)]
    [InlineData("limit=x", 400)]
    [InlineData("cursor=elsewhere", 400)]
    [InlineData("page=2", 400)]
    public async Task Bad_parameters_of_the_security_log_are_refused(string query, int status)
    {
        Person person = await App.RegisterAsync();
        using HttpResponseMessage response = await person.Client.GetAsync("/api/account/security-log?" + query, Cancel);
        await ProblemAsync(response, status == 400 ? ProblemKind.Malformed : ProblemKind.Invalid);
    }

    [Fact]
    public async Task Unknown_routes_and_methods_are_problems_too()
    {
        using HttpClient anyone = App.Client();
        foreach (string path in new[] { "/", "/api", "/api/space", "/api/nothing", "/space", "/tasks", "/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server", "/mcp/x" })
        {
            using HttpResponseMessage response = await anyone.GetAsync(path, Cancel);
            await ProblemAsync(response, ProblemKind.NotFound);
        }

        using HttpResponseMessage method = await anyone.PutAsync("/api/account", Text("{}"), Cancel);
        await ProblemAsync(method, ProblemKind.MethodNotAllowed);
    }

    [Fact]
    public async Task Secrets_are_stored_as_hashes_only()
    {
        Person person = await App.RegisterAsync();
        PersonalToken token = await person.MakeTokenAsync("tasks:read");
        TodoApp.Backend.Storage.AccountsDatabase database = App.Service.Services.GetRequiredService<TodoApp.Backend.Storage.AccountsDatabase>();
        await using System.Data.Common.DbConnection connection = await database.DataSource.OpenConnectionAsync(Cancel);
        await using System.Data.Common.DbCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT token_hash FROM {database.TablePrefix}tokens UNION ALL SELECT token_hash FROM {database.TablePrefix}sessions";
        await using System.Data.Common.DbDataReader rows = await command.ExecuteReaderAsync(Cancel);
        List<string> hashes = [];
        while (await rows.ReadAsync(Cancel))
        {
            hashes.Add(Convert.ToHexString((byte[])rows.GetValue(0)));
        }

        Assert.Contains(Convert.ToHexString(Secret.Hash(token.Token!)), hashes);
        Assert.Contains(Convert.ToHexString(Secret.Hash(person.SignedIn.Token)), hashes);
        Assert.All(hashes, hash => Assert.Equal(64, hash.Length));
    }
}

public sealed class AccountTestsOnSqlite(SqliteBackend fixture) : AccountTests(fixture), IClassFixture<SqliteBackend>;

public sealed class AccountTestsOnPostgres(PostgresBackend fixture) : AccountTests(fixture), IClassFixture<PostgresBackend>;
