using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using TodoApp.Frontend.Agents;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>Agents are connected, seen and taken back without JavaScript, from the browser to the database.</summary>
public sealed partial class AgentPagesTests(OpenToAll fixture) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>
{
    [Fact]
    public async Task A_token_is_shown_once_works_and_is_revoked()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        await ann.Send("/connect", ("name", ""), ("access", "read"), ("days", "30"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("id=\"name-error\"", ann.Page, StringComparison.Ordinal);

        (string id, string token) = await Connect(ann, "Agent <A>", "read");
        Assert.Equal("/connect", ann.Address!.PathAndQuery);
        Assert.DoesNotContain(ann.Cookies, cookie => cookie.Value.Contains(token, StringComparison.Ordinal));
        Assert.Contains($"{System.Frontend.Url.GetLeftPart(UriPartial.Authority)}/mcp", ann.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await Call(HttpMethod.Get, "/api/tasks", token));
        Assert.Equal(HttpStatusCode.Forbidden, await Call(HttpMethod.Post, "/api/tasks", token, "No"));

        await ann.Open("/connect");
        Assert.DoesNotContain(token, ann.Page, StringComparison.Ordinal);
        Assert.Contains("Agent &lt;A&gt;", ann.Page, StringComparison.Ordinal);
        Assert.Contains("may only look", ann.Page, StringComparison.Ordinal);

        await ann.Press("Revoke Agent <A>");
        Assert.Equal("/connect", ann.Address!.PathAndQuery);
        Assert.DoesNotContain(id, ann.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Call(HttpMethod.Get, "/api/tasks", token));
    }

    [Fact]
    public async Task An_agent_is_taken_back_with_all_that_it_did()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        await ann.Add("Mine");
        (string id, string token) = await Connect(ann, "Agent", "write");
        Assert.Equal(HttpStatusCode.Created, await Call(HttpMethod.Post, "/api/tasks", token, "Its own"));
        Assert.Equal(HttpStatusCode.OK, await Call(HttpMethod.Post, "/api/tasks/1/complete", token));

        await ann.Open($"/connect/{id}/take-back");
        Assert.Contains("Its own", ann.Page, StringComparison.Ordinal);
        await ann.Send($"/connect/{id}/take-back", ("since", "soon"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Equal(HttpStatusCode.OK, await Call(HttpMethod.Get, "/api/tasks", token));

        await ann.Send($"/connect/{id}/take-back", ("since", ""));
        Assert.Contains("what it did is undone: 2 changes.", ann.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Call(HttpMethod.Get, "/api/tasks", token));
        Match undo = Regex.Match(ann.Page, "name=\"group\" value=\"([^\"]+)\"");
        await ann.Open("/inbox");
        Assert.Contains("Complete: Mine", ann.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("Its own", ann.Page, StringComparison.Ordinal);

        await ann.Send("/undo", ("group", undo.Groups[1].Value), ("return", "/connect"));
        await ann.Open("/inbox");
        Assert.Contains("Its own", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_in_the_way_of_taking_back_is_said_and_it_can_be_tried_again()
    {
        using var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        (string id, string token) = await Connect(ann, "Agent", "write");
        Assert.Equal(HttpStatusCode.Created, await Call(HttpMethod.Post, "/api/tasks", token, "Its own"));
        using (HttpResponseMessage changed = await ann.Browser.PatchAsJsonAsync("/api/tasks/1", new { title = "Mine now" }, Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        }

        await ann.Send($"/connect/{id}/take-back");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("id=\"conflicts\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("title was changed since", ann.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Call(HttpMethod.Get, "/api/tasks", token));

        using (HttpResponseMessage changed = await ann.Browser.PatchAsJsonAsync("/api/tasks/1", new { title = "Its own" }, Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        }

        await ann.Send($"/connect/{id}/take-back");
        Assert.Contains("what it did is undone", ann.Page, StringComparison.Ordinal);
        await ann.Send($"/connect/{id}/take-back", ("since", "2026-01-01T00:00"));
        Assert.Contains("There was nothing to undo.", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_persons_agent_is_not_found()
    {
        using var ann = new Person(System.Frontend.Url);
        using var ben = new Person(System.Frontend.Url);
        await ann.SignUp();
        await ben.SignUp();
        (string id, string token) = await Connect(ann, "Agent", "write");
        await ben.Open($"/connect/{id}/take-back");
        Assert.Equal(HttpStatusCode.NotFound, ben.Status);
        await ben.Send($"/connect/{id}/take-back");
        Assert.Equal(HttpStatusCode.NotFound, ben.Status);
        await ben.Send("/tokens/revoke", ("id", id), ("return", "/connect"));
        Assert.Equal(HttpStatusCode.OK, await Call(HttpMethod.Get, "/api/tasks", token));
    }

    [Fact]
    public void The_page_and_the_guide_configure_clients_alike()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "agents.md"));
        IReadOnlyList<Client> clients = Client.All("http://127.0.0.1:3000/mcp");
        Assert.All(clients, client =>
        {
            Assert.Contains($"### {client.Name}\n", guide, StringComparison.Ordinal);
            Assert.Contains($"({client.Documentation})", guide, StringComparison.Ordinal);
            Assert.All(client.Steps, step => Assert.Contains($"\n{step.Code}\n", guide, StringComparison.Ordinal));
        });
        Assert.Equal(6, clients.Count);
    }

    private static async Task<(string Id, string Token)> Connect(Person person, string name, string access)
    {
        await person.Send("/connect", ("name", name), ("access", access), ("days", "30"));
        Match made = MadeToken().Match(person.Page);
        Assert.True(made.Success, person.Page);
        return (TokenId().Match(person.Page).Groups[1].Value, made.Groups[1].Value);
    }

    private async Task<HttpStatusCode> Call(HttpMethod method, string path, string token, string? title = null)
    {
        using HttpClient agent = System.Frontend.Client();
        using var request = new HttpRequestMessage(method, path) { Content = title is null ? null : JsonContent.Create(new { title }) };
        request.Headers.Add("Authorization", "Bearer " + token);
        using HttpResponseMessage response = await agent.SendAsync(request, Cancel);
        return response.StatusCode;
    }

    [GeneratedRegex("<pre id=\"token\"[^>]*><code>(todo_pat_[^<]+)</code>")]
    private static partial Regex MadeToken();

    [GeneratedRegex("<li id=\"token-([0-9a-f-]+)\"")]
    private static partial Regex TokenId();
}
