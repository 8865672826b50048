using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Laptop;

/// <summary>The laptop's program with <c>--sample</c>.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_sample_account_is_made_once_beside_others_with_a_password_that_is_shown_once()
    {
        string ann;
        await using (SampleSite plain = await SampleSite.StartAsync(_folder.Path, sample: false))
        {
            ann = await plain.RegisterAsync("ann@example.org", "correct horse battery staple");
            using HttpClient client = plain.Client(ann);
            (await client.PostAsJsonAsync("/api/tasks", new { title = "Hers" }, Cancel)).EnsureSuccessStatusCode();
        }

        string password;
        await using (SampleSite site = await SampleSite.StartAsync(_folder.Path))
        {
            password = site.Password;
            Assert.True(password.Length >= 20, password);
            using HttpClient sam = site.Client(await site.SignInAsync());
            Account account = (await sam.GetFromJsonAsync("/api/account", ContractsJson.Client.Account, Cancel))!;
            Assert.False(account.IsAdministrator);
            Assert.Single((await sam.GetFromJsonAsync("/api/sessions", ContractsJson.Client.ItemListSession, Cancel))!.Items);
            Overview overview = (await sam.GetFromJsonAsync("/api/overview", ContractsJson.Client.Overview, Cancel))!;
            Assert.Equal(10, overview.Lists.Count);
            Assert.All(overview.Lists, list => Assert.True(list.Open > 0, list.List.Name));
            Assert.All(overview.Labels, label => Assert.True(label.Open > 0, label.Label.Name));
            Assert.InRange(overview.Overdue, 2, 8);
            Assert.InRange(overview.DueToday, 3, 15);
            IReadOnlyList<TaskItem> all = await AllAsync(sam);
            Assert.InRange(all.Count, 110, 190);
            Assert.InRange(all.Count(task => task.CompletedAt is not null), 20, 50);
            Assert.Contains(all, task => task.Recurrence is not null && task.Notes is not null);
            Assert.Equal(all.Count, all.Select(task => task.Title).Distinct().Count());
            foreach (SavedFilter filter in (await sam.GetFromJsonAsync("/api/filters", ContractsJson.Client.ItemListSavedFilter, Cancel))!.Items)
            {
                TaskPage found = (await sam.GetFromJsonAsync($"/api/tasks?filter={Uri.EscapeDataString(filter.Query)}", ContractsJson.Client.TaskPage, Cancel))!;
                Assert.True(found.Items.Count > 0 || filter.Name == "Important, no date", filter.Name);
            }

            ChangePage changes = (await sam.GetFromJsonAsync("/api/changes?order=desc&limit=20", ContractsJson.Client.ChangePage, Cancel))!;
            Assert.Contains(changes.Items, change => change.Actor is { Kind: "agent", Name: "Assistant" });
            Assert.Contains(changes.Items, change => change.Actor is { Kind: "person", Name: "Sam" } && change.Undoes is not null);
            using HttpClient hers = site.Client(ann);
            Assert.Equal("Hers", Assert.Single(await AllAsync(hers)).Title);
        }

        await using SampleSite again = await SampleSite.StartAsync(_folder.Path);
        Assert.Contains("is there already. Nothing was added.", again.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("password", again.Said, StringComparison.Ordinal);
        using HttpClient still = again.Client(await again.SignInAsync(password));
        Assert.InRange((await AllAsync(still)).Count, 110, 190);
    }

    [Fact]
    public async Task Where_nobody_may_register_it_is_refused_in_one_line()
    {
        await using ServiceProcess process = SampleSite.Start(_folder.Path, sample: true, new Dictionary<string, string?> { ["REGISTRATION"] = "closed" });
        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Equal("The sample account was not added. Nobody can register here.", process.Output);
    }

    private static async Task<IReadOnlyList<TaskItem>> AllAsync(HttpClient client)
    {
        TaskPage page = (await client.GetFromJsonAsync("/api/tasks?status=all&limit=200", ContractsJson.Client.TaskPage, Cancel))!;
        Assert.Null(page.NextCursor);
        return page.Items;
    }
}

/// <summary>The laptop's program, running.</summary>
internal sealed partial class SampleSite : IAsyncDisposable
{
    private readonly ServiceProcess _process;

    private SampleSite(ServiceProcess process, Uri url) => (_process, Url) = (process, url);

    /// <summary>Where its pages are.</summary>
    public Uri Url { get; }

    /// <summary>What it has written.</summary>
    public string Said => _process.Output;

    /// <summary>The sample account's password, as it was printed.</summary>
    public string Password => Printed().Match(Said) is { Success: true } match ? match.Groups[1].Value : throw _process.Failure("printed no password");

    /// <summary>Starts it on free ports without waiting.</summary>
    public static ServiceProcess Start(string data, bool sample, IReadOnlyDictionary<string, string?>? environment = null) => ServiceProcess.StartDotnet(
        "TodoApp", ["--port", "0", "--backend-port", "0", "--mcp-port", "0", "--data", data, .. sample ? (string[])["--sample"] : []], environment);

    /// <summary>Starts it on free ports and waits until it is ready.</summary>
    public static async Task<SampleSite> StartAsync(string data, bool sample = true, IReadOnlyDictionary<string, string?>? environment = null)
    {
        ServiceProcess process = Start(data, sample, environment);
        string line = await process.WaitForLineAsync("Todo App is ready at ");
        return new SampleSite(process, new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..]));
    }

    /// <summary>A client with a token.</summary>
    public HttpClient Client(string token) =>
        new() { BaseAddress = Url, Timeout = ServiceProcess.Patience, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    /// <summary>Makes an account.</summary>
    /// <returns>The session's token.</returns>
    public Task<string> RegisterAsync(string email, string password) => SessionAsync("/api/auth/register", email, password);

    /// <summary>Signs in to the sample account.</summary>
    /// <returns>The session's token.</returns>
    public Task<string> SignInAsync(string? password = null) => SessionAsync("/api/auth/login", "sample@example.com", password ?? Password);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.Terminate();
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
    }

    private async Task<string> SessionAsync(string path, string email, string password)
    {
        using var client = new HttpClient { BaseAddress = Url, Timeout = ServiceProcess.Patience };
        using HttpResponseMessage response = await client.PostAsJsonAsync(path, new { email, password }, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path} answered {(int)response.StatusCode}.");
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Client.SignedIn, TestContext.Current.CancellationToken))!.Token;
    }

    [GeneratedRegex("the password ([a-z0-9-]+),")]
    private static partial Regex Printed();
}
