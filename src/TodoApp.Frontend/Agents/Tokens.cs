using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Frontend.Shell;

namespace TodoApp.Frontend.Agents;

/// <summary>What is in the form for a new token.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CanWrite">Whether it may change tasks, not only look.</param>
/// <param name="Days">After how many days it ends; 0 for never.</param>
public sealed record TokenDraft(string Name = "", bool CanWrite = true, int Days = 90);

/// <summary>
/// Makes and revokes personal tokens, for agents on the page that connects them and for scripts in the settings. A token is
/// shown once, by the answer that makes it: neither an address nor a cookie ever holds it.
/// </summary>
internal static class Tokens
{
    public const string AgentsPage = "/connect";
    public const string ScriptsPage = "/settings/tokens";

    private static readonly string[] ReadOnly = ["tasks:read"];
    private static readonly string[] ReadAndWrite = ["tasks:read", "tasks:write"];

    public static void MapTokens(this RouteGroupBuilder pages)
    {
        Map<ConnectPage>(pages, AgentsPage);
        Map<TokensPage>(pages, ScriptsPage);
        pages.MapForm("/tokens/revoke", AgentsPage, RevokeAsync);
    }

    private static void Map<TPage>(RouteGroupBuilder pages, string path)
        where TPage : IComponent
    {
        pages.MapPage(path, (context, frame) => ShowAsync<TPage>(context, frame, new TokenDraft()));
        pages.MapForm(path, path, MakeAsync<TPage>);
    }

    private static async Task<IResult> MakeAsync<TPage>(HttpContext context, Frame frame)
        where TPage : IComponent
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        var draft = new TokenDraft(
            form["name"].ToString(),
            form["access"] == "write",
            int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days <= 3650 ? days : 0);
        var create = new CreateToken(draft.Name, draft.CanWrite ? ReadAndWrite : ReadOnly, draft.Days == 0 ? null : frame.Now.AddDays(draft.Days));
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(create, ContractsJson.Client.CreateToken);
        Answer<PersonalToken> answer = await backend.Post(context, "/api/tokens", body, null, ContractsJson.Client.PersonalToken);
        return await ShowAsync<TPage>(context, frame, answer.Value is null ? draft : new TokenDraft(), answer.Value, answer.Problem);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, Frame frame)
    {
        IFormCollection form = await Forms.ReadAsync(context, context.RequestAborted);
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        if (Guid.TryParse(form["id"], out Guid id) && (await backend.Send(context, HttpMethod.Delete, $"/api/tokens/{id}", null, null, ContractsJson.Client.PersonalToken)).Problem is null)
        {
            new Flash("Revoked {0}", form["name"].ToString()).Leave(context);
        }

        return Pages.SeeOther(Forms.Return(form["return"].ToString()));
    }

    private static async Task<IResult> ShowAsync<TPage>(HttpContext context, Frame frame, TokenDraft draft, PersonalToken? made = null, Problem? problem = null)
        where TPage : IComponent
    {
        BackendClient backend = context.RequestServices.GetRequiredService<BackendClient>();
        Answer<ItemList<PersonalToken>> tokens = await backend.Get(context, "/api/tokens", ContractsJson.Client.ItemListPersonalToken);
        return Pages.Show<TPage>(
            frame,
            new() { ["Tokens"] = tokens.Get().Items, ["Draft"] = draft, ["Made"] = made, ["Problem"] = problem, ["Site"] = Site(context) },
            problem is null ? StatusCodes.Status200OK : SignIn.FormStatus(problem));
    }

    private static string Site(HttpContext context) =>
        context.RequestServices.GetRequiredService<Gateway.OriginSettings>().PublicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{context.Request.Scheme}://{context.Request.Host}";
}
