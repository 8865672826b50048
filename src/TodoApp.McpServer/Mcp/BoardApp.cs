using System.Reflection;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// The MCP App <c>ui://todo/board</c> (extension <c>io.modelcontextprotocol/ui</c>, revision 2026-01-26): an HTML page that a client
/// shows for the results of <see cref="ShowBoardTool"/>. It is the same for everybody; tasks reach it by the client only.
/// </summary>
internal static class BoardApp
{
    public const string Uri = "ui://todo/board";
    public const string MimeType = "text/html;profile=mcp-app";
    public const string Extension = "io.modelcontextprotocol/ui";

    private static readonly Lazy<string> Html = new(ReadHtml);

    /// <summary>How the resource is listed.</summary>
    public static Resource Resource => new()
    {
        Uri = Uri,
        Name = "board",
        Title = "Task board",
        Description = "The view of show_board, for clients with MCP Apps.",
        MimeType = MimeType,
        Meta = ResourceMeta(),
    };

    /// <summary>Says that the server has the extension, and answers reads of the view.</summary>
    public static void AddBoardApp(this IMcpServerBuilder builder)
    {
        builder.Services.Configure<McpServerOptions>(options =>
        {
            options.Capabilities ??= new ServerCapabilities();
            options.Capabilities.Extensions ??= new Dictionary<string, object>();
            options.Capabilities.Extensions[Extension] = new JsonObject(); // Settings are the client's to send.
        });
        builder.WithRequestFilters(filters => filters.AddReadResourceFilter(next => async (request, cancellationToken) =>
            request.Params?.Uri != Uri ? await next(request, cancellationToken) : new ReadResourceResult
            {
                Contents = [new TextResourceContents { Uri = Uri, MimeType = MimeType, Text = Html.Value, Meta = ResourceMeta() }],
                TimeToLive = McpCapabilities.Lifetime,
                CacheScope = CacheScope.Public,
            }));
    }

    /// <summary>What links the tool to the view. The view calls it too, to refresh.</summary>
    public static JsonObject ToolMeta() => new() { ["ui"] = new JsonObject { ["resourceUri"] = Uri, ["visibility"] = new JsonArray("model", "app") } };

    // No origin at all may be reached.
    private static JsonObject ResourceMeta() => new()
    {
        ["ui"] = new JsonObject
        {
            ["csp"] = new JsonObject
            {
                ["connectDomains"] = new JsonArray(),
                ["resourceDomains"] = new JsonArray(),
                ["frameDomains"] = new JsonArray(),
                ["baseUriDomains"] = new JsonArray(),
            },
            ["prefersBorder"] = true,
        },
    };

    private static string ReadHtml()
    {
        const string name = "TodoApp.McpServer.Mcp.Board.html";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
