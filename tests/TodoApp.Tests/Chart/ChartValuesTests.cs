using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Chart;

/// <summary>The chart's values: documented, used, and refused when they are wrong.</summary>
public sealed class ChartValuesTests
{
    private const string Begin = "<!-- Generated from values.yaml by ChartValuesTests. -->\n";
    private const string End = "<!-- End of the generated part. -->\n";

    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Another value for what is not a number, a truth value or a free text.
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["namePrefix"] = "green-",
        ["publicUrl"] = "https://other.example.com",
        ["externalDatabase.url"] = "postgresql://other@db.example.com/todo",
        ["tracing.otlpEndpoint"] = "http://other:4317",
        ["allowedHosts"] = "{other.example.com}",
        ["imagePullSecrets"] = "{other}",
        ["externalDatabase.maxConnections"] = "20",
        ["frontend.config.trustedProxies"] = "{192.0.2.0/24}",
        ["backend.config.trustedProxies"] = "{192.0.2.0/24}",
        ["frontend.service.type"] = "NodePort",
        ["frontend.service.externalTrafficPolicy"] = "Local",
        ["backend.config.registration"] = "open",
        ["backup.schedule"] = "0 4 * * *",
        ["metrics.serviceMonitor.interval"] = "10s",
        ["httpRoute.hostnames"] = "{other.example.com}",
        ["mcpServer.temporaryStorage"] = "1Gi",
    };

    // Free form, or a choice of one.
    private static readonly HashSet<string> Lists = new(StringComparer.Ordinal)
    {
        "httpRoute.parentRefs", "networkPolicy.frontendFrom", "networkPolicy.metricsFrom", "networkPolicy.databaseTo", "networkPolicy.tracingTo",
        "frontend.extraEnv", "backend.extraEnv", "mcpServer.extraEnv",
    };

    private static readonly HashSet<string> OneChoice = new(StringComparer.Ordinal) { "backend.service.type", "mcpServer.service.type" };

    private static readonly string[] Bases = ["existing-secrets-values", "everything-values", "external-database-values", "cloudnative-pg-values"];

    // An entry of values.yaml: its path, its default, and its comment.
    private sealed record Value(string Path, JsonNode? Default, string Description);

    [Fact]
    public async Task Readme_has_a_table_of_all_values()
    {
        var table = new StringBuilder(Begin).Append("\n| value | default | what |\n| --- | --- | --- |\n");
        foreach (Value value in ReadValues())
        {
            string text = (value.Default is null ? "null" : value.Default.ToJsonString(AsWritten)).Replace("|", "\\|", StringComparison.Ordinal);
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{value.Path}` | `{text}` | {value.Description.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        table.Append('\n').Append(End);
        string path = Path.Combine(Helm.Chart, "README.md");
        string readme = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal);
        int end = readme.IndexOf(End, StringComparison.Ordinal) + End.Length;
        Assert.True(begin >= 0 && end > begin, "helm/todo-app/README.md lacks the marks of the generated table.");
        string updated = readme[..begin] + table + readme[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(path, updated, TestContext.Current.CancellationToken);
            return;
        }

        Assert.True(readme == updated, "The table in helm/todo-app/README.md is not what values.yaml says. Run the tests with UPDATE_SNAPSHOTS=1 and look at the difference.");
    }

    [Fact]
    public async Task Every_value_is_used()
    {
        Requirements.NeedHelm();
        string?[] unused = await Task.WhenAll(ReadValues().Where(v => !Lists.Contains(v.Path) && !OneChoice.Contains(v.Path)).Select(async value =>
        {
            string[] problems = [];
            foreach (string name in Bases)
            {
                string[] set = ["--values", ValueSet.Named(name).File];
                HelmResult before = await Helm.TemplateAsync(Helm.Chart, set);
                HelmResult after = await Helm.TemplateAsync(Helm.Chart, [.. set, .. Changed(value, before.Output)]);
                if (after.Succeeded ? after.Comparable != before.Comparable : after.Error.Contains("validate.yaml", StringComparison.Ordinal))
                {
                    return null;
                }

                problems = after.Succeeded ? problems : [.. problems, after.Error];
            }

            return $"{value.Path} changes nothing. {string.Join(' ', problems)}";
        }));
        Assert.Empty(unused.OfType<string>());

        // Lists are given by the value sets, and what is in them is in the objects.
        HelmResult everything = await Helm.TemplateAsync(Helm.Chart, "--values", ValueSet.Named("everything-values").File);
        Assert.All(["ingress-nginx", "tracing", "monitoring", "frontend-of-$(PUBLIC_URL)", "value: backend", "value: mcp", "namespace: gateways"], text => Assert.Contains(text, everything.Output, StringComparison.Ordinal));
        HelmResult external = await Helm.TemplateAsync(Helm.Chart, "--values", ValueSet.Named("external-database-values").File);
        Assert.Contains("10.1.2.3/32", external.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_value_is_refused_at_every_level()
    {
        Requirements.NeedHelm();
        string[] levels = [.. ReadValues().Select(v => v.Path.Contains('.', StringComparison.Ordinal) ? v.Path[..v.Path.LastIndexOf('.')] : "").Distinct()];
        Assert.True(levels.Length > 25);
        foreach (string level in levels)
        {
            HelmResult result = await Helm.TemplateAsync(Helm.Chart, "--set", level.Length == 0 ? "unknown=1" : $"{level}.unknown=1");
            Assert.False(result.Succeeded, $"{level}.unknown is taken.");
            Assert.Contains("unknown", result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("exactly one of postgresql.enabled, externalDatabase.url and cloudnativePg.enabled", "cloudnativePg.enabled=true")]
    [InlineData("Set now: none", "postgresql.enabled=false")]
    [InlineData("could hold 229 connections", "backend.config.databasePool=20", "mcpServer.autoscaling.enabled=true", "mcpServer.config.databasePool=38")]
    [InlineData("could hold 69 connections", "mcpServer.enabled=false", "backend.config.databasePool=10", "postgresql.maxConnections=60")]
    [InlineData("minReplicas is greater", "frontend.autoscaling.minReplicas=9")]
    [InlineData("mcpServer.autoscaling.enabled has no meaning", "mcpServer.enabled=false", "mcpServer.autoscaling.enabled=true")]
    [InlineData("tracing.otlpEndpoint needs networkPolicy.tracingTo", "tracing.otlpEndpoint=http://collector:4317")]
    [InlineData("metrics.serviceMonitor.enabled needs metrics.enabled", "metrics.enabled=false", "metrics.serviceMonitor.enabled=true")]
    [InlineData("networkPolicy.metricsFrom is empty", "networkPolicy.metricsFrom=null")]
    [InlineData("sslmode=verify-… without sslrootcert", "postgresql.enabled=false", "externalDatabase.url=postgresql://todo@db/todo?sslmode=verify-full", "externalDatabase.existingSecret=db", "networkPolicy.databaseTo[0].ipBlock.cidr=10.1.2.3/32")]
    [InlineData("mcpServer.service.type", "mcpServer.service.type=LoadBalancer")]
    [InlineData("backend.image.digest", "backend.image.digest=sha256:0123")]
    [InlineData("externalDatabase", "postgresql.enabled=false", "externalDatabase.url=postgresql://todo:secret@db/todo")]
    [InlineData("existingSecret", "postgresql.enabled=false", "externalDatabase.url=postgresql://todo@db/todo")]
    [InlineData("ingress", "ingress.enabled=true")]
    [InlineData("httpRoute", "httpRoute.enabled=true")]
    [InlineData("publicUrl", "publicUrl=https://todo.example.com/tasks")]
    [InlineData("backend.config.registration", "backend.config.registration=everybody")]
    [InlineData("frontend.replicaCount", "frontend.replicaCount=0")]
    [InlineData("namePrefix", "namePrefix=Blue")]
    public async Task What_cannot_work_is_refused_with_advice(string advice, params string[] values)
    {
        HelmResult result = await Helm.TemplateAsync(Helm.Chart, values.SelectMany(value => new[] { "--set", value }));
        Assert.False(result.Succeeded);
        Assert.Contains(advice, result.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Changed(Value value, string rendered)
    {
        string path = value.Path;
        if (Others.TryGetValue(path, out string? other))
        {
            return ["--set", $"{path}={other}"];
        }

        if (path == "tolerations")
        {
            return ["--set", "tolerations[0].key=other"];
        }

        if (path.EndsWith(".digest", StringComparison.Ordinal))
        {
            return ["--set", $"{path}=sha256:{new string('a', 64)}"];
        }

        return value.Default switch
        {
            JsonObject when path.EndsWith("resources", StringComparison.Ordinal) => ["--set", $"{path}.limits.memory=3Gi"],
            JsonObject => ["--set-string", $"{path}.other=yes"],
            JsonValue text when text.TryGetValue(out bool yes) => Flip(yes),
            JsonValue text when text.TryGetValue(out long number) => ["--set", $"{path}={number + 1}"],
            _ when path.EndsWith("logLevel", StringComparison.Ordinal) => ["--set", $"{path}=trace"],
            _ when path.EndsWith("pullPolicy", StringComparison.Ordinal) => ["--set", $"{path}=Always"],
            _ when path.EndsWith("size", StringComparison.Ordinal) => ["--set", $"{path}=9Gi"],
            _ when path.EndsWith("database", StringComparison.Ordinal) || path.EndsWith("username", StringComparison.Ordinal) => ["--set", $"{path}=other"],
            _ => ["--set-string", $"{path}=other"],
        };

        // What a value set has turned on is turned off, by its effect: a second try with the other truth value.
        IEnumerable<string> Flip(bool yes) => rendered.Contains("blue-", StringComparison.Ordinal) ? ["--set", $"{path}=false"] : ["--set", $"{path}={(yes ? "false" : "true")}"];
    }

    // Each entry is a key below a comment that begins with "--"; every key without such a comment must have entries below it.
    private static List<Value> ReadValues()
    {
        var values = new List<Value>();
        var path = new List<string>();
        string? comment = null;
        string text = File.ReadAllText(Path.Combine(Helm.Chart, "values.yaml"));
        JsonNode root = YamlScalars.ToJson(text);
        int inside = int.MaxValue;
        foreach (string line in text.Split('\n'))
        {
            int indent = line.Length - line.TrimStart().Length;
            string trimmed = line.Trim();
            if (trimmed.StartsWith('#'))
            {
                comment = trimmed.StartsWith("# -- ", StringComparison.Ordinal) ? trimmed["# -- ".Length..] : comment is null ? null : $"{comment} {trimmed.TrimStart('#', ' ')}";
                continue;
            }

            if (trimmed.Length == 0 || indent > inside)
            {
                continue;
            }

            inside = int.MaxValue;
            path.RemoveRange(indent / 2, path.Count - (indent / 2));
            path.Add(trimmed[..trimmed.IndexOf(':', StringComparison.Ordinal)]);
            string name = string.Join('.', path);
            if (comment is not null)
            {
                Assert.True(comment.EndsWith('.') && char.IsUpper(comment.TrimStart('`')[0]) || comment[0] == '`', $"{name}: its comment is no sentence.");
                values.Add(new Value(name, path.Aggregate(root, (node, key) => node?[key]!), comment));
                inside = indent;
                comment = null;
            }
            else
            {
                Assert.True(trimmed.EndsWith(':'), $"{name} in values.yaml has no comment.");
            }
        }

        return values;
    }
}
