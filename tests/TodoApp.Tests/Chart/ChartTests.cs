using k8s.Models;

namespace TodoApp.Tests.Chart;

/// <summary>What the chart renders, for each value set and each Kubernetes that it is for.</summary>
public sealed class ChartTests
{
    private static readonly string[] KubernetesVersions = ["1.28.0", "1.29.0", "1.30.0", "1.31.0", "1.32.0", "1.33.0", "1.34.0", "1.35.0", "1.36.0"];

    public static TheoryData<string> Sets => [.. ValueSet.All.Select(set => set.Name)];

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Everything_holds_on_every_Kubernetes(string name)
    {
        var set = ValueSet.Named(name);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string version in KubernetesVersions)
        {
            HelmResult result = await Helm.TemplateAsync(Helm.Chart, "--values", set.File, "--kube-version", version);
            Assert.True(result.Succeeded, $"Kubernetes {version}: {result.Error}");
            if (seen.Add(result.Comparable))
            {
                var chart = RenderedChart.Read(result.Output, set);
                string[] problems = [.. ChartChecks.All.SelectMany(check => check.Problems(chart).Select(problem => $"{check.Name}: {problem}"))];
                Assert.True(problems.Length == 0, $"Kubernetes {version}:\n{string.Join('\n', problems)}");
            }
        }
    }

    [Fact]
    public async Task An_older_Kubernetes_is_refused()
    {
        HelmResult result = await Helm.TemplateAsync(Helm.Chart, "--kube-version", "1.27.0");
        Assert.False(result.Succeeded);
        Assert.Contains("1.28", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Lint_is_content(string name)
    {
        HelmResult result = await Helm.RunAsync("lint", "--strict", Helm.Chart, "--values", ValueSet.Named(name).File);
        Assert.True(result.Succeeded, result.Output + result.Error);
    }

    [Fact]
    public async Task Changed_values_change_no_field_that_Kubernetes_does_not_let_change()
    {
        RenderedChart before = await RenderAsync("existing-secrets-values");
        RenderedChart after = await RenderAsync("existing-secrets-values", ChartChanges.Values);
        Assert.Empty(ChartChanges.Impossible(before, after));
        Assert.NotEqual(before.All<V1Job>().Single().Metadata.Name, after.All<V1Job>().Single().Metadata.Name);
    }

    [Fact]
    public async Task A_changed_setting_restarts_the_pods_that_read_it_and_no_others()
    {
        RenderedChart before = await RenderAsync("existing-secrets-values");
        foreach ((string setting, string[] restarted) in new (string, string[])[]
        {
            ("backend.config.logLevel=debug", ["backend"]),
            ("frontend.config.logLevel=debug", ["frontend"]),
            ("mcpServer.config.databasePool=9", ["mcp-server"]),
            ("publicUrl=https://todo.example.com", ["backend", "frontend"]),
            ("postgresql.maxConnections=300", ["postgres"]),
            ("backup.retentionDays=3", []),
            ("frontend.replicaCount=3", []),
        })
        {
            RenderedChart after = await RenderAsync("existing-secrets-values", "--set", setting);
            string[] changed = [.. before.Workloads.Where(w => w.Owner.Kind is "Deployment" or "StatefulSet")
                .Where(w => Template(w) != Template(after.Workloads.Single(a => a.ToString() == w.ToString()))).Select(w => w.Role).Order(StringComparer.Ordinal)];
            Assert.Equal(restarted, changed);
        }

        static string Template(Workload workload) => workload.Owner.Yaml[workload.Owner.Yaml.IndexOf("\n  template:", StringComparison.Ordinal)..];
    }

    [Fact]
    public async Task Without_values_of_its_own_it_is_what_the_specification_says()
    {
        RenderedChart chart = await RenderAsync("default-values");
        V1Deployment mcpServer = chart.All<V1Deployment>().Single(d => d.Metadata.Name == "mcp-server");
        Assert.Equal(1, mcpServer.Spec.Replicas);
        Assert.Equal("mcp-server", Assert.Single(mcpServer.Spec.Selector.MatchLabels, label => label.Key == "app").Value);
        V1Container container = Assert.Single(mcpServer.Spec.Template.Spec.Containers);
        Assert.Equal("todo-backend:latest", container.Image);
        Assert.Equal(("256Mi", "250m", "512Mi", "500m"), (container.Resources.Requests["memory"].ToString(), container.Resources.Requests["cpu"].ToString(), container.Resources.Limits["memory"].ToString(), container.Resources.Limits["cpu"].ToString()));
        Assert.All(new[] { "frontend", "backend" }, name => Assert.Equal(2, chart.All<V1Deployment>().Single(d => d.Metadata.Name == name).Spec.Replicas));
        Assert.Equal(("LoadBalancer", 80), chart.All<V1Service>().Where(s => s.Metadata.Name == "frontend").Select(s => (s.Spec.Type, s.Spec.Ports.Single().Port)).Single());
        Assert.Equal([("backend", 8000), ("mcp-server", 8001), ("postgres", 5432)], chart.All<V1Service>()
            .Where(s => s.Metadata.Name is "backend" or "mcp-server" or "postgres").Select(s => (s.Metadata.Name, s.Spec.Ports.Single().Port)).Order());
        V1SecretKeySelector password = container.Env.Single(e => e.Name == "POSTGRES_PASSWORD").ValueFrom.SecretKeyRef;
        Assert.Equal(("postgres-secret", "POSTGRES_PASSWORD"), (password.Name, password.Key));
        Assert.Equal("postgresql://postgres@postgres:5432/todo_db", ContainerEnvironment.Of(chart, container)["DATABASE_URL"]);
        Assert.Equal("http://mcp-server:8001", chart.All<V1ConfigMap>().Single(c => c.Metadata.Name == "backend-config").Data["MCP_SERVER_URL"]);
        Assert.Empty(chart.All<V2HorizontalPodAutoscaler>());

        RenderedChart scaled = await RenderAsync("default-values", "--set", "mcpServer.autoscaling.enabled=true");
        V2HorizontalPodAutoscaler scaler = Assert.Single(scaled.All<V2HorizontalPodAutoscaler>());
        Assert.Equal((1, 3, 70), (scaler.Spec.MinReplicas, scaler.Spec.MaxReplicas, scaler.Spec.Metrics.Single().Resource.Target.AverageUtilization));
    }

    [Fact]
    public async Task Secrets_are_made_anew_and_well()
    {
        HelmResult[] results = [await Helm.TemplateAsync(Helm.Chart), await Helm.TemplateAsync(Helm.Chart, "--set", "frontend.replicaCount=2")];
        string[][] secrets = [.. results.Select(r => RenderedChart.Read(r.Output, ValueSet.Named("default-values")).All<V1Secret>().SelectMany(s => s.Data.Values).Select(Convert.ToBase64String).ToArray())];
        Assert.Equal(2, secrets[0].Length);
        Assert.Empty(secrets[0].Intersect(secrets[1]));
    }

    private static async Task<RenderedChart> RenderAsync(string set, params string[] arguments)
    {
        HelmResult result = await Helm.TemplateAsync(Helm.Chart, ["--values", ValueSet.Named(set).File, .. arguments]);
        Assert.True(result.Succeeded, result.Error);
        return RenderedChart.Read(result.Output, ValueSet.Named(set));
    }
}
