using System.Collections.Concurrent;
using System.Diagnostics;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Chart;

/// <summary>What Helm wrote, and whether it was content.</summary>
/// <param name="Succeeded">Whether it exited with 0.</param>
/// <param name="Output">Standard output: the objects.</param>
/// <param name="Error">Standard error.</param>
internal sealed record HelmResult(bool Succeeded, string Output, string Error)
{
    /// <summary>The objects without what is random in each rendering.</summary>
    public string Comparable => string.Join('\n', Output.Split('\n').Where(line =>
        !line.StartsWith("  POSTGRES_PASSWORD: ", StringComparison.Ordinal) && !line.StartsWith("  INTERNAL_AUTH_KEY: ", StringComparison.Ordinal) && !line.Contains("checksum/", StringComparison.Ordinal)));
}

/// <summary>Runs Helm. The same arguments are rendered once in a test run.</summary>
internal static class Helm
{
    /// <summary>The release that tests render.</summary>
    public const string Release = "todo";

    /// <summary>The namespace that tests render for.</summary>
    public const string Namespace = "todo-app";

    private static readonly ConcurrentDictionary<string, Lazy<Task<HelmResult>>> Results = new(StringComparer.Ordinal);

    /// <summary>The chart's folder.</summary>
    public static string Chart { get; } = Path.Combine(Repository.Root, "helm", "todo-app");

    /// <summary>Renders a chart, or ends the test where Helm is missing.</summary>
    /// <param name="chart">Its folder.</param>
    /// <param name="arguments">Further arguments, such as <c>--set</c>.</param>
    public static Task<HelmResult> TemplateAsync(string chart, params IEnumerable<string> arguments) =>
        RunAsync(["template", Release, chart, "--namespace", Namespace, .. arguments]);

    /// <summary>Runs Helm, or ends the test where it is missing.</summary>
    public static Task<HelmResult> RunAsync(params string[] arguments)
    {
        string helm = Requirements.NeedHelm();
        return Results.GetOrAdd(string.Join('\n', arguments), _ => new Lazy<Task<HelmResult>>(() => StartAsync(helm, arguments))).Value;
    }

    private static async Task<HelmResult> StartAsync(string helm, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(helm, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new HelmResult(process.ExitCode == 0, await output, await error);
    }
}
