using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoApp.Tests.Conformance;

/// <summary>A tool that the conformance suite asks for by name.</summary>
/// <param name="name">Its name.</param>
/// <param name="run">What it does.</param>
/// <param name="inputSchema">Its arguments; none unless given.</param>
internal sealed class FixtureTool(string name, Func<RequestContext<CallToolRequestParams>, CancellationToken, Task<CallToolResult>> run, string inputSchema = """{"type": "object"}""")
    : McpServerTool
{
    public override Tool ProtocolTool { get; } = new()
    {
        Name = name,
        Description = "For the conformance suite.",
        InputSchema = JsonSerializer.Deserialize<JsonElement>(inputSchema),
    };

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default) =>
        await run(request, cancellationToken);
}
