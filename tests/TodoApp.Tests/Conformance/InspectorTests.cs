using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Conformance;

/// <summary>The official MCP Inspector (its command line) against the product, through the backend, as <c>tests/conformance</c> pins it.</summary>
public sealed class InspectorTests(OnSqlite fixture) : EngineTests(fixture, Services.Backend), IClassFixture<OnSqlite>
{
    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task It_finds_nothing_in_the_tools_that_some_client_could_not_use(string era)
    {
        (int exitCode, string output) = await RunAsync(era, "--method", "tools/list", "--strict");
        Assert.True(exitCode == 0, output);
        Assert.Contains("show_board", output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task It_finds_the_app_with_its_view(string era)
    {
        (int exitCode, string output) = await RunAsync(era, "--method", "tools/call", "--tool-name", "show_board", "--app-info", "--quiet");
        Assert.True(exitCode == 0, output);
        JsonNode info = JsonNode.Parse(output)!;
        Assert.Equal(
            """{"hasApp":true,"toolName":"show_board","resourceUri":"ui://todo/board","visibility":["model","app"],"csp":{"connectDomains":[],"resourceDomains":[],"frameDomains":[],"baseUriDomains":[]},"prefersBorder":true,"resourceMimeType":"text/html;profile=mcp-app"}""",
            info.ToJsonString());
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task It_calls_a_tool(string era)
    {
        (int exitCode, string output) = await RunAsync(era, "--method", "tools/call", "--tool-name", "show_board", "--tool-arg", "group_by=date", "--format", "json", "--quiet");
        Assert.True(exitCode == 0, output);
        Assert.Contains("no open task fits", output, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string era, params string[] arguments)
    {
        string inspector = Requirements.NeedMcpInspector();
        string token = await ConformanceTests.NewTokenAsync(System);
        await using var process = ServiceProcess.Start(Path.Combine(Requirements.NeedConformanceSuite(), ".bin", "node"),
            [inspector, "--cli", new Uri(System.Backend.Url, "/mcp").ToString(), "--transport", "http", "--protocol-era", era, "--header", $"Authorization: Bearer {token}", .. arguments]);
        int exitCode = await process.WaitForExitAsync();
        return (exitCode, process.Output);
    }
}
