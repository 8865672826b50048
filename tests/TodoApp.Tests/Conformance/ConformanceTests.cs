using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Conformance;

/// <summary>The official conformance suite against the product's pipeline with the suite's fixtures (docs/adr/0030).</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task Everything_that_2026_07_28_requires_passes_without_sessions()
    {
        await using ConformanceHost host = await ConformanceHost.StartAsync(withSessions: false);
        ConformanceReport report = await ConformanceSuite.RunAsync(host.Url, "2026-07-28", "expected-failures-2026-07-28.yml");
        Assert.True(report is { ExitCode: 0, Required.Length: 37, Failed: [] }, report.Explanation);
    }

    [Fact]
    public async Task What_2025_11_25_requires_passes_without_sessions_but_what_needs_one()
    {
        await using ConformanceHost host = await ConformanceHost.StartAsync(withSessions: false);
        ConformanceReport report = await ConformanceSuite.RunAsync(host.Url, "2025-11-25", "expected-failures-2025-11-25.yml");
        Assert.True(report is { ExitCode: 0, Required.Length: 30, Passed.Length: 24 }, report.Explanation);
    }

    [Fact]
    public async Task Everything_that_2025_11_25_requires_passes_with_sessions()
    {
        await using ConformanceHost host = await ConformanceHost.StartAsync(withSessions: true);
        ConformanceReport report = await ConformanceSuite.RunAsync(host.Url, "2025-11-25");
        Assert.True(report is { ExitCode: 0, Required.Length: 30, Failed: [] }, report.Explanation);
    }
}
