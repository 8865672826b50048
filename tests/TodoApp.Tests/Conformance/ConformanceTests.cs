using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Backend;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Conformance;

/// <summary>The official conformance suite against the product's pipeline with the suite's fixtures, and against the product as it is (docs/adr/0030).</summary>
public sealed class ConformanceTests
{
    // What a server can show without the suite's own tools, prompts and resources.
    private static readonly string[] GenericOf2025 =
        ["server-initialize", "logging-set-level", "ping", "completion-complete", "tools-list", "resources-list", "prompts-list", "dns-rebinding-protection"];

    private static readonly string[] GenericOf2026 =
    [
        "completion-complete", "tools-list", "server-sse-multiple-streams", "resources-list", "sep-2164-resource-not-found", "prompts-list",
        "dns-rebinding-protection", "caching", "input-required-result-unsupported-methods",
    ];

    // Of the checks of server-stateless, those that call one of the suite's tools.
    private static readonly string[] ChecksThatNeedFixtures =
    [
        "sep-2575-http-server-no-independent-requests-on-stream", "sep-2575-missing-capability-http-400",
        "sep-2575-server-no-log-without-loglevel", "sep-2575-server-rejects-undeclared-capability",
    ];

    [Fact]
    public async Task Everything_that_2026_07_28_requires_passes_without_sessions()
    {
        await using ConformanceHost host = await ConformanceHost.StartAsync(withSessions: false);
        ConformanceReport report = await ConformanceSuite.RunAsync(host.Url, "2026-07-28");
        Assert.True(report is { ExitCode: 0, Required.Length: 37, Passed.Length: 37 }, report.Explanation);
    }

    [Fact]
    public async Task What_2025_11_25_requires_passes_without_sessions_but_what_needs_one()
    {
        await using ConformanceHost host = await ConformanceHost.StartAsync(withSessions: false);
        ConformanceReport report = await ConformanceSuite.RunAsync(host.Url, "2025-11-25", "expected-failures-2025-11-25.yml");
        Assert.True(report is { ExitCode: 0, Required.Length: 30, Passed.Length: 23 }, report.Explanation);
    }

    [Fact]
    public async Task Everything_that_2025_11_25_requires_passes_with_sessions()
    {
        await using ConformanceHost host = await ConformanceHost.StartAsync(withSessions: true);
        ConformanceReport report = await ConformanceSuite.RunAsync(host.Url, "2025-11-25");
        Assert.True(report is { ExitCode: 0, Required.Length: 30, Passed.Length: 30 }, report.Explanation);
    }

    [Fact]
    public async Task The_product_as_it_is_passes_every_generic_scenario_through_the_backend()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
        string? token = null;
        await using TestSystem system = await TestSystem.StartAsync(
            database, Services.Backend, new Dictionary<string, string?> { ["RATE_LIMIT"] = "0" }, (service, builder) =>
            {
                if (service == Services.Backend)
                {
                    // The suite can send no header.
                    builder.Services.AddSingleton<IStartupFilter>(new Before(app => app.Use((context, next) =>
                    {
                        if (token is not null)
                        {
                            context.Request.Headers.Authorization = "Bearer " + token;
                        }

                        return next(context);
                    })));
                }
            });
        token = await NewTokenAsync(system);
        var url = new Uri(system.Backend.Url, "/mcp");

        ConformanceReport older = await ConformanceSuite.RunAsync(url, "2025-11-25");
        Assert.True(GenericOf2025.Except(older.Passed).ToArray() is [], older.Explanation);

        ConformanceReport newer = await ConformanceSuite.RunAsync(url, "2026-07-28");
        Assert.True(GenericOf2026.Except(newer.Passed).ToArray() is [], newer.Explanation);
        string[] violated = [.. newer.Checks.Where(check => check.Scenario == "server-stateless" && check.IsViolation).Select(check => check.Id).Order(StringComparer.Ordinal)];
        Assert.True(ChecksThatNeedFixtures.SequenceEqual(violated), newer.Explanation);
    }

    /// <summary>A personal token of a new account.</summary>
    internal static async Task<string> NewTokenAsync(TestSystem system)
    {
        using HttpClient anyone = system.Backend.Client();
        using HttpResponseMessage registered = await anyone.PostAsJsonAsync("/api/auth/register", new { email = $"{Guid.CreateVersion7():N}@example.com", password = BackendApp.Password }, TestContext.Current.CancellationToken);
        string session = (await BackendApp.ReadAsync<SignedIn>(registered, 201)).Token;
        using HttpClient person = system.Backend.Client();
        person.DefaultRequestHeaders.Authorization = new("Bearer", session);
        using HttpResponseMessage made = await person.PostAsJsonAsync("/api/tokens", new { name = "Conformance", scopes = new[] { Scopes.TasksRead, Scopes.TasksWrite } }, TestContext.Current.CancellationToken);
        return (await BackendApp.ReadAsync<PersonalToken>(made, 201)).Token!;
    }
}
