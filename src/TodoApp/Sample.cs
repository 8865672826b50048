using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TodoApp.Contracts;

namespace TodoApp.Laptop;

/// <summary>
/// Adds an account with sample tasks, as its owner and an agent would: registration, import, and then a few changes by each of them.
/// Other accounts are not touched.
/// </summary>
internal static class Sample
{
    /// <summary>What the account signs in with.</summary>
    public const string Email = "sample@example.com";

    /// <summary>What others see of its owner.</summary>
    public const string OwnerName = "Sam";

    /// <summary>What the agent's changes are signed with.</summary>
    public const string AgentName = "Assistant";

    // Easy to read and to type: without letters and digits that look like others.
    private const string PasswordLetters = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>Adds it, unless it is there.</summary>
    /// <param name="backend">The backend's address.</param>
    /// <param name="time">Dates are relative to its today.</param>
    /// <param name="cancellation">Stops it; the account is then taken away again.</param>
    /// <returns>The password, which is in no other place; null when the account was there already.</returns>
    /// <exception cref="CommandFailedException">Nobody may register, or a service refused something. The account is not there.</exception>
    public static async Task<string?> Add(Uri backend, TimeProvider time, CancellationToken cancellation)
    {
#pragma warning disable RS0030 // The one who runs this sits at this machine.
        TimeZoneInfo zone = TimeZoneInfo.Local;
#pragma warning restore RS0030
        string? name = zone.HasIanaId ? zone.Id : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out string? converted) ? converted : null;
        (zone, name) = name is null ? (TimeZoneInfo.Utc, "UTC") : (zone, name);
        string password = string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(PasswordLetters, 5)));

        Guid id;
        using var owner = new HttpClient { BaseAddress = backend };
        owner.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("TodoApp", "sample"));
        using (HttpResponseMessage registered = await owner.PostAsJsonAsync("/api/auth/register", new Registration(Email, password, OwnerName, name), ContractsJson.Client.Registration, cancellation))
        {
            if (registered.StatusCode == HttpStatusCode.Conflict)
            {
                return null;
            }

            SignedIn session = (await Read(registered, ContractsJson.Client.SignedIn, cancellation))!;
            owner.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
            id = session.User.Id;
        }

        try
        {
            await Fill(owner, new SampleTasks(time.GetUtcNow(), zone, id), cancellation);
            using HttpResponseMessage signedOut = await owner.PostAsync(new Uri("/api/auth/logout", UriKind.Relative), null, cancellation);
            return password;
        }
        catch
        {
            // Half of it would be in the way of the next try.
            using var delete = new HttpRequestMessage(HttpMethod.Delete, "/api/account") { Content = JsonContent.Create(new DeleteAccount(password), ContractsJson.Client.DeleteAccount) };
            using HttpResponseMessage deleted = await owner.SendAsync(delete, CancellationToken.None);
            throw;
        }
    }

    private static async Task Fill(HttpClient owner, SampleTasks tasks, CancellationToken cancellation)
    {
        await Post(owner, "/api/import?format=json", tasks.File(), cancellation);

        using HttpResponseMessage made = await owner.PostAsJsonAsync("/api/tokens", new CreateToken(AgentName, ["tasks:read", "tasks:write"]), ContractsJson.Client.CreateToken, cancellation);
        PersonalToken token = (await Read(made, ContractsJson.Client.PersonalToken, cancellation))!;
        using var agent = new HttpClient { BaseAddress = owner.BaseAddress };
        agent.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("TodoApp", "sample"));
        agent.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        foreach (SampleChange change in tasks.Changes())
        {
            await Post(change.ByAgent ? agent : owner, change.Path, JsonSerializer.SerializeToUtf8Bytes(change.Body, JsonSerializerOptions.Web), cancellation);
        }

        // The last thing that the agent did was not wanted.
        ChangePage last = (await owner.GetFromJsonAsync("/api/changes?order=desc&limit=1&actorKind=agent", ContractsJson.Client.ChangePage, cancellation))!;
        await Post(owner, "/api/changes/undo", JsonSerializer.SerializeToUtf8Bytes(new UndoChanges { GroupId = last.Items[0].GroupId }, ContractsJson.Client.UndoChanges), cancellation);
    }

    private static async Task Post(HttpClient client, string path, byte[] json, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage response = await client.PostAsync(new Uri(path, UriKind.Relative), content, cancellation);
        await Check(response, cancellation);
    }

    private static async Task<T?> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        await Check(response, cancellation);
        return await response.Content.ReadFromJsonAsync(type, cancellation);
    }

    private static async Task Check(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        Problem? problem = response.Content.Headers.ContentType?.MediaType == Problem.MediaType
            ? await response.Content.ReadFromJsonAsync(ContractsJson.Client.Problem, cancellation)
            : null;
        throw new CommandFailedException($"The sample account was not added. {problem?.Detail ?? problem?.Title ?? $"The answer was {(int)response.StatusCode}."}");
    }
}
