#pragma warning disable MCP9005 // Sampling and roots are deprecated; the suite asks for them all the same.
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoApp.Tests.Conformance;

/// <summary>The tools that the conformance suite calls, but those that ask the user (<see cref="FixtureQuestions"/>).</summary>
internal static class FixtureTools
{
    /// <summary>One red pixel.</summary>
    public static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    // A header without samples.
    private static readonly byte[] Wav = Convert.FromBase64String("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=");

    private const string SchemaOf2020 = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "$defs": {"address": {"$anchor": "addressDef", "type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
          "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"}
          },
          "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
          "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
          "then": {"required": ["phone"]},
          "else": {"required": ["email"]},
          "additionalProperties": false
        }
        """;

    public static void Add(IServiceCollection services)
    {
        Add(services, "test_simple_text", (_, _) => Task.FromResult(Text("This is a simple text response for testing.")));
        Add(services, "test_image_content", (_, _) => Task.FromResult(Content(ImageContentBlock.FromBytes(Png, "image/png"))));
        Add(services, "test_audio_content", (_, _) => Task.FromResult(Content(AudioContentBlock.FromBytes(Wav, "audio/wav"))));
        Add(services, "test_embedded_resource", (_, _) => Task.FromResult(Content(Embedded("test://embedded-resource", "text/plain", "This is an embedded resource content."))));
        Add(services, "test_multiple_content_types", (_, _) => Task.FromResult(Content(
            new TextContentBlock { Text = "Multiple content types test:" },
            ImageContentBlock.FromBytes(Png, "image/png"),
            Embedded("test://mixed-content-resource", "application/json", """{"test":"data","value":123}"""))));
        Add(services, "test_error_handling", (_, _) => Task.FromResult(new CallToolResult
        {
            IsError = true,
            Content = [new TextContentBlock { Text = "This tool intentionally returns an error for testing" }],
        }));
        Add(services, "test_tool_with_logging", LogAsync);
        Add(services, "test_tool_with_progress", ReportProgressAsync);
        Add(services, "test_logging_tool", LogIfWantedAsync);
        Add(services, "test_missing_capability", (request, _) => request.Server.ClientCapabilities?.Sampling is null
            ? throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new SamplingCapability() }, "This needs sampling.")
            : Task.FromResult(Text("The client can sample.")));
        Add(services, "json_schema_2020_12_tool", (_, _) => Task.FromResult(Text("done")), SchemaOf2020);
        Add(
            services,
            "test_custom_header",
            (_, _) => Task.FromResult(Text("done")),
            """{"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}, "required": ["region"]}""");
    }

    public static void Add(
        IServiceCollection services, string name, Func<RequestContext<CallToolRequestParams>, CancellationToken, Task<CallToolResult>> run, string inputSchema = """{"type": "object"}""") =>
        services.AddSingleton<McpServerTool>(new FixtureTool(name, run, inputSchema));

    public static CallToolResult Text(string text) => Content(new TextContentBlock { Text = text });

    public static EmbeddedResourceBlock Embedded(string uri, string type, string text) =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = type, Text = text } };

    private static CallToolResult Content(params ContentBlock[] content) => new() { Content = content };

    // To every client: the level of one that has set it is not remembered without a session, and one that has not leaves it to the server.
    private static async Task<CallToolResult> LogAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        foreach (string text in new[] { "Tool execution started", "Tool processing data", "Tool execution completed" })
        {
            await request.Server.SendMessageAsync(
                new JsonRpcNotification { Method = "notifications/message", Params = new JsonObject { ["level"] = "info", ["data"] = text } }, cancellationToken);
        }

        return Text("Logged.");
    }

    // From 2026-07-28 on a request asks for logs by itself, or gets none.
    private static async Task<CallToolResult> LogIfWantedAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        if (request.Params.Meta?["io.modelcontextprotocol/logLevel"] is not null)
        {
            await LogAsync(request, cancellationToken);
        }

        return Text("Done.");
    }

    private static async Task<CallToolResult> ReportProgressAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        if (request.Params.ProgressToken is ProgressToken token)
        {
            foreach (int progress in new[] { 0, 50, 100 })
            {
                await request.Server.NotifyProgressAsync(token, new ProgressNotificationValue { Progress = progress, Total = 100 }, cancellationToken: cancellationToken);
            }
        }

        return Text("Done.");
    }
}
