using System.Text.RegularExpressions;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Conformance;

/// <summary>The official conformance suite of the Model Context Protocol, as <c>tests/conformance</c> pins it.</summary>
internal static partial class ConformanceSuite
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "conformance");

    /// <summary>Runs what a revision of the protocol requires against a server.</summary>
    /// <param name="url">The server's MCP endpoint.</param>
    /// <param name="revision">The revision: 2025-11-25 or 2026-07-28.</param>
    /// <param name="expectedFailures">A file of <c>tests/conformance</c> that names what fails and why; what it names must fail.</param>
    public static async Task<ConformanceReport> RunAsync(Uri url, string revision, string? expectedFailures = null)
    {
        string modules = Path.Combine(Folder, "node_modules");
        string node = Requirements.Need(
            File.Exists(Path.Combine(modules, ".bin", "node")) ? Path.Combine(modules, ".bin", "node") : null,
            "the MCP conformance suite is not installed (npm ci --prefix tests/conformance)");
        string suite = Path.Combine(modules, "@modelcontextprotocol", "conformance");
        using var results = new TemporaryFolder();
        string[] arguments = [Path.Combine(suite, "dist", "index.js"), "server", "--url", url.ToString(), "--requirements", revision, "--verbose", "-o", results.Path];
        if (expectedFailures is not null)
        {
            arguments = [.. arguments, "--expected-failures", Path.Combine(Folder, expectedFailures)];
        }

        await using var process = ServiceProcess.Start(node, arguments);
        int exitCode = await process.WaitForExitAsync();
        string output = process.Output;
        string[] required = [.. ServerSection().Match(await File.ReadAllTextAsync(Path.Combine(suite, "requirements", revision + ".yaml"))).Groups["name"].Captures.Select(name => name.Value)];
        int summary = output.IndexOf("=== SUMMARY ===", StringComparison.Ordinal);
        string[] passed = summary < 0 ? [] : [.. PassedLine().Matches(output[summary..]).Select(match => match.Groups["name"].Value)];
        return new ConformanceReport(exitCode, required, [.. required.Intersect(passed)], output);
    }

    [GeneratedRegex(@"^server:\n(  - (?<name>\S+)\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ServerSection();

    [GeneratedRegex(@"^✓ (?<name>\S+): \d+ passed, 0 failed", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex PassedLine();
}

/// <summary>What came out of a run.</summary>
/// <param name="ExitCode">0 when exactly what was expected to fail has failed.</param>
/// <param name="Required">The scenarios that the revision requires of a server.</param>
/// <param name="Passed">Those of them that passed.</param>
/// <param name="Output">All that the suite wrote.</param>
internal sealed record ConformanceReport(int ExitCode, string[] Required, string[] Passed, string Output)
{
    /// <summary>The required scenarios that did not pass.</summary>
    public string[] Failed => [.. Required.Except(Passed)];

    /// <summary>What the suite wrote about the scenarios that did not pass, and its summary.</summary>
    public string Explanation
    {
        get
        {
            string[] parts = Output.Split("=== Running scenario: ");
            int summary = Output.IndexOf("=== SUMMARY ===", StringComparison.Ordinal);
            return string.Join('\n', [
                .. parts.Where(part => Failed.Any(name => part.StartsWith(name + " ===", StringComparison.Ordinal))),
                summary < 0 ? Output : Output[summary..],
            ]);
        }
    }
}
