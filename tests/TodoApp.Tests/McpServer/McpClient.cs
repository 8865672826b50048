using System.Text.Json.Nodes;

namespace TodoApp.Tests.McpServer;

/// <summary>Sends requests of the Model Context Protocol as a client of a revision does, one by one.</summary>
/// <param name="revision">2025-11-25 or 2026-07-28.</param>
/// <param name="capabilities">The client's, from 2026-07-28 on.</param>
internal sealed class McpClient(string revision, string capabilities = "{}")
{
    private int _id;

    /// <summary>Sends a request and reads the message that answers it.</summary>
    public async Task<JsonNode> RequestAsync(HttpClient server, string method, string parameters = "{}")
    {
        using HttpResponseMessage response = await SendAsync(server, method, parameters);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string json = text.StartsWith('{') ? text : text.Split('\n').Last(line => line.StartsWith("data:", StringComparison.Ordinal))["data:".Length..];
        return JsonNode.Parse(json)!;
    }

    /// <summary>Sends a request, and returns as soon as the answer begins.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpClient server, string method, string parameters = "{}")
    {
        var content = (JsonObject)JsonNode.Parse(parameters)!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", revision);
        if (revision == "2026-07-28")
        {
            content["_meta"] = new JsonObject { ["io.modelcontextprotocol/protocolVersion"] = revision, ["io.modelcontextprotocol/clientCapabilities"] = JsonNode.Parse(capabilities) };
            request.Headers.Add("Mcp-Method", method);
            if ((string?)(content["name"] ?? content["uri"]) is string name)
            {
                request.Headers.Add("Mcp-Name", name);
            }
        }

        var message = new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = content };
        if (!method.StartsWith("notifications/", StringComparison.Ordinal))
        {
            message["id"] = ++_id;
        }

        request.Content = new StringContent(message.ToJsonString(), null, "application/json");
        return await server.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
