using System.Text.Json;
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
    /// <param name="expectedFailures">A file of <c>tests/conformance</c> that names what fails and why. The suite's exit code says whether exactly that failed.</param>
    public static async Task<ConformanceReport> RunAsync(Uri url, string revision, string? expectedFailures = null)
    {
        string modules = Requirements.NeedConformanceSuite();
        string suite = Path.Combine(modules, "@modelcontextprotocol", "conformance");
        using var results = new TemporaryFolder();
        string[] arguments = [Path.Combine(suite, "dist", "index.js"), "server", "--url", url.ToString(), "--requirements", revision, "-o", results.Path];
        if (expectedFailures is not null)
        {
            arguments = [.. arguments, "--expected-failures", Path.Combine(Folder, expectedFailures)];
        }

        await using var process = ServiceProcess.Start(Path.Combine(modules, ".bin", "node"), arguments);
        int exitCode = await process.WaitForExitAsync();
        string requirements = await File.ReadAllTextAsync(Path.Combine(suite, "requirements", revision + ".yaml"));
        string[] required = [.. ServerSection().Match(requirements).Groups["name"].Captures.Select(name => name.Value)];
        ConformanceCheck[] checks = [.. Directory.EnumerateDirectories(results.Path).SelectMany(ReadChecks)];
        return new ConformanceReport(exitCode, required, checks, process.Output);
    }

    // The folder is named server-SCENARIO-TIME.
    private static IEnumerable<ConformanceCheck> ReadChecks(string folder)
    {
        string scenario = ResultFolder().Match(Path.GetFileName(folder)).Groups["scenario"].Value;
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "checks.json")));
        return
        [
            .. document.RootElement.EnumerateArray().Select(check => new ConformanceCheck(
                scenario,
                check.GetProperty("id").GetString()!,
                check.GetProperty("status").GetString()!,
                check.TryGetProperty("errorMessage", out JsonElement message) ? message.GetString() : null)),
        ];
    }

    [GeneratedRegex(@"^server:\n(  - (?<name>\S+)\n)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ServerSection();

    [GeneratedRegex(@"^server-(?<scenario>.+)-\d{4}-\d\d-\d\dT[-\d]+Z$", RegexOptions.ExplicitCapture)]
    private static partial Regex ResultFolder();
}

/// <summary>One of the things that a scenario looks at.</summary>
internal sealed record ConformanceCheck(string Scenario, string Id, string Status, string? Message)
{
    /// <summary>Whether the protocol is violated, by a MUST or by a SHOULD.</summary>
    public bool IsViolation => Status is "FAILURE" or "WARNING";
}

/// <summary>What came out of a run.</summary>
/// <param name="ExitCode">0 when exactly what was expected to fail has failed.</param>
/// <param name="Required">The scenarios that the revision requires of a server.</param>
/// <param name="Checks">What was looked at, in these scenarios and in others that do not count.</param>
/// <param name="Output">All that the suite wrote.</param>
internal sealed record ConformanceReport(int ExitCode, string[] Required, ConformanceCheck[] Checks, string Output)
{
    /// <summary>The required scenarios that ran without a violation.</summary>
    public string[] Passed => [.. Required.Where(scenario => Checks.Any(check => check.Scenario == scenario) && !Checks.Any(check => check.Scenario == scenario && check.IsViolation))];

    /// <summary>What was violated in the required scenarios, and what the suite wrote if it looked at nothing.</summary>
    public string Explanation => string.Join('\n', [
        $"{Passed.Length} of {Required.Length} scenarios passed, exit code {ExitCode}.",
        .. Checks.Where(check => check.IsViolation && Required.Contains(check.Scenario)).Select(check => $"{check.Scenario}: {check.Id} {check.Status}: {check.Message}"),
        Checks.Length == 0 ? Output : "",
    ]);
}
