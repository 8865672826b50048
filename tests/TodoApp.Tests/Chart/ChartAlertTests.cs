using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using TodoApp.Tests.Infrastructure;
using YamlDotNet.RepresentationModel;

namespace TodoApp.Tests.Chart;

/// <summary>Alerts and dashboard: that they fire when they must, and show what the specification lists.</summary>
public sealed class ChartAlertTests
{
    [Fact]
    public async Task Alerts_fire_when_they_must_and_are_silent_otherwise()
    {
        string promtool = Requirements.Need(Requirements.OnPath("promtool"), "promtool is missing (Debian: apt-get install prometheus)");
        RenderedChart chart = await RenderAsync();
        using var folder = new TemporaryFolder();
        string unitTests = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "TodoApp.Tests", "Chart", "alerts.test.yaml"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "alerts.test.yaml"), unitTests, TestContext.Current.CancellationToken);
        await using (StreamWriter rules = File.CreateText(Path.Combine(folder.Path, "rules.yaml")))
        {
            new YamlStream(new YamlDocument(chart.Objects.Single(o => o.Kind == "PrometheusRule").Tree()["spec"])).Save(rules, assignAnchors: false);
        }

        await ServiceProcess.RunAsync(promtool, ["check", "rules", Path.Combine(folder.Path, "rules.yaml")]);
        await ServiceProcess.RunAsync(promtool, ["test", "rules", Path.Combine(folder.Path, "alerts.test.yaml")]);
        foreach (string alert in ChartRolloutChecks.AlertsOf(chart).Select(a => a["alert"].ToString()))
        {
            Assert.True(Regex.Count(unitTests, $@"alertname: {alert}\b") >= 2, $"{alert} is not tested both ways.");
        }
    }

    [Fact]
    public async Task The_dashboard_has_a_panel_for_each_metric_of_the_specification()
    {
        string[] titles = [.. Dashboard(await RenderAsync())["panels"]!.AsArray().Select(panel => (string)panel!["title"]!)];
        string[] wanted = ["Request rate", "Response time", "Error rate", "Active connections to PostgreSQL", "CPU utilization", "Memory usage", "Pod restarts", "Network throughput"];
        Assert.Empty(wanted.Except(titles));
    }

    /// <summary>The chart with everything for Prometheus and Grafana.</summary>
    internal static async Task<RenderedChart> RenderAsync()
    {
        HelmResult result = await Helm.TemplateAsync(Helm.Chart, "--set", "metrics.prometheusRule.enabled=true", "--set", "metrics.dashboard.enabled=true");
        Assert.True(result.Succeeded, result.Error);
        return RenderedChart.Read(result.Output, ValueSet.Named("default-values"));
    }

    /// <summary>The dashboard of a rendered chart.</summary>
    internal static JsonNode Dashboard(RenderedChart chart) =>
        JsonNode.Parse(chart.All<V1ConfigMap>().Single(c => c.Metadata.Name == "todo-app-dashboard").Data["todo-app.json"])!;
}
