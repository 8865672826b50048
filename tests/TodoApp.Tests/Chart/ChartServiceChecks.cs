using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using Microsoft.AspNetCore.Routing;
using TodoApp.Backend;
using TodoApp.Frontend;
using TodoApp.McpServer;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Chart;

/// <summary>The chart compared with the services themselves: their settings, routes and commands.</summary>
internal static partial class ChartServiceChecks
{
    private static readonly HashSet<string> Known = [.. SettingRows().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"))).Select(m => m.Groups[1].Value)];

    private static readonly ConcurrentDictionary<string, (string? Problem, string[] Routes)> Built = new(StringComparer.Ordinal);

    public static IEnumerable<string> Settings(RenderedChart chart)
    {
        foreach ((Workload workload, V1Container container) in Services(chart))
        {
            Dictionary<string, string> variables = ContainerEnvironment.Of(chart, container);
            foreach (string unknown in variables.Keys.Where(name => !Known.Contains(name) && !name.StartsWith("OTEL_", StringComparison.Ordinal)))
            {
                yield return $"{workload}, container {container.Name}: docs/operations.md knows no setting {unknown}.";
            }

            if (Build(container.Name, variables).Problem is string problem)
            {
                yield return $"{workload}, container {container.Name} would not start: {problem}";
            }
        }

        foreach ((Workload workload, V1Container container) in chart.Workloads.SelectMany(w => w.Containers.Select(c => (w, c))))
        {
            Dictionary<string, string> variables = ContainerEnvironment.Of(chart, container);
            if (variables.TryGetValue("DATABASE_URL", out string? url) && Problem(() => DatabaseUrl.Parse(url, variables.GetValueOrDefault("POSTGRES_PASSWORD"))) is string wrong)
            {
                yield return $"{workload}, container {container.Name}: {wrong}";
            }

            if (url is not null && container.Name != "wait-for-postgres" && !variables.ContainsKey("POSTGRES_PASSWORD") && !variables.ContainsKey("PGPASSWORD"))
            {
                yield return $"{workload}, container {container.Name}, has no password for the database.";
            }
        }

        string[] databases = [.. chart.Workloads.SelectMany(w => w.Containers).Select(c => ContainerEnvironment.Of(chart, c).GetValueOrDefault("DATABASE_URL")).OfType<string>().Distinct()];
        if (databases.Length != 1)
        {
            yield return $"There are {databases.Length} different databases.";
        }

        string[] keys = [.. Services(chart).Where(s => s.Container.Name != "frontend").Select(s => s.Container.Env.Single(e => e.Name == "INTERNAL_AUTH_KEY").ValueFrom.SecretKeyRef).Select(s => $"{s.Name}/{s.Key}").Distinct()];
        if (keys.Length != 1)
        {
            yield return "Backend and mcp-server do not have the same key.";
        }

        // The postgres image makes this user and this database.
        foreach (V1Container postgres in chart.Workloads.SelectMany(w => w.Containers).Where(c => c.Name == "postgres"))
        {
            Dictionary<string, string> variables = ContainerEnvironment.Of(chart, postgres);
            if (!databases[0].Contains($"//{variables["POSTGRES_USER"]}@", StringComparison.Ordinal) || !databases[0].EndsWith("/" + variables["POSTGRES_DB"], StringComparison.Ordinal))
            {
                yield return $"PostgreSQL makes another user or database than {databases[0]}.";
            }

            if (!postgres.VolumeMounts.Any(m => variables["PGDATA"].StartsWith(m.MountPath + "/", StringComparison.Ordinal)) || !postgres.VolumeMounts.Any(m => m.MountPath == "/var/run/postgresql"))
            {
                yield return "PostgreSQL cannot write its data or its socket.";
            }
        }
    }

    public static IEnumerable<string> Probes(RenderedChart chart)
    {
        foreach ((Workload workload, V1Container container) in Services(chart))
        {
            var probes = ChartChecks.ProbesOf(container).ToDictionary(p => p.Kind, p => p.Probe);
            if (probes.Count != 3)
            {
                yield return $"{workload}, container {container.Name}, lacks a probe.";
                continue;
            }

            string[] routes = Build(container.Name, ContainerEnvironment.Of(chart, container)).Routes;
            foreach ((string kind, V1Probe probe) in probes)
            {
                string? path = probe.HttpGet?.Path ?? (probe.Exec?.Command is ["/app/mcp-server", "check", string url] ? new Uri(url).AbsolutePath : null);
                if (path is null || !routes.Contains(path))
                {
                    yield return $"The {kind} probe of {workload}, container {container.Name}, asks for {path}, which is no route.";
                }

                if (path != (kind == "readiness" ? "/health" : "/health/live"))
                {
                    yield return $"The {kind} probe of {workload}, container {container.Name}, asks {path}: a database that is away must make pods unready, and never restart them.";
                }
            }

            if (probes["startup"].PeriodSeconds * probes["startup"].FailureThreshold != 40)
            {
                yield return $"{workload}, container {container.Name}, does not have the 40 seconds to start that the specification gives it.";
            }

            if (probes["liveness"].TimeoutSeconds < 5 || probes["liveness"].FailureThreshold < 3)
            {
                yield return $"{workload}, container {container.Name}, is restarted when it is busy.";
            }
        }

        foreach (V1Container postgres in chart.Workloads.SelectMany(w => w.Containers).Where(c => c.Name == "postgres"))
        {
            if (postgres.LivenessProbe.TcpSocket is null || postgres.ReadinessProbe.Exec.Command[0] != "pg_isready" || postgres.StartupProbe.PeriodSeconds * postgres.StartupProbe.FailureThreshold < 300)
            {
                yield return "PostgreSQL is restarted while it recovers, or is ready when it is not.";
            }
        }
    }

    public static IEnumerable<string> Commands(RenderedChart chart)
    {
        foreach ((Workload workload, V1Container container) in chart.Workloads.SelectMany(w => w.Containers.Select(c => (w, c))))
        {
            string image = container.Image.Split('@')[0].Split('/')[^1].Split(':')[0];
            string wanted = container.Command switch
            {
                ["/app/todo-backend"] or ["/app/todo-backend", "migrate"] or ["/app/todo-backend", "check", _] or ["/app/mcp-server"] or ["/app/mcp-server", "check", _] or ["/app/mcp-server", "migrate"] => "todo-backend",
                ["bash", "-c", ..] => "postgres",
                null or [] => container.Name == "frontend" ? "todo-frontend" : "postgres",
                _ => $"nothing that has {string.Join(' ', container.Command)}",
            };
            if (image != wanted)
            {
                yield return $"{workload}, container {container.Name}: the image is {container.Image}, but it needs {wanted}.";
            }

            if (!container.Image.Contains('@', StringComparison.Ordinal) && !container.Image.Split('/')[^1].Contains(':', StringComparison.Ordinal))
            {
                yield return $"{workload}, container {container.Name}: the image has neither a tag nor a digest.";
            }
        }

        string[] migrations = [.. chart.Workloads.Single(w => w.Role == "migrate").Containers.Where(c => c.Command is [.., "migrate"]).Select(c => c.Command[0]).Order(StringComparer.Ordinal)];
        if (!migrations.SequenceEqual(["/app/mcp-server", "/app/todo-backend"]))
        {
            yield return "Not both schemas are migrated.";
        }
    }

    /// <summary>Adds up, from what was rendered, the connections that the chart's own sum must not forget.</summary>
    public static IEnumerable<string> Connections(RenderedChart chart)
    {
        long needed = 3 + 3; // The migration and a backup; reserved.
        foreach ((Workload workload, V1Container container) in Services(chart).Where(s => s.Container.Name != "frontend"))
        {
            var deployment = (V1Deployment)workload.Owner.Typed!;
            int most = chart.All<V2HorizontalPodAutoscaler>().FirstOrDefault(h => h.Metadata.Name == deployment.Metadata.Name)?.Spec.MaxReplicas ?? deployment.Spec.Replicas ?? 1;
            int surge = int.Parse(deployment.Spec.Strategy.RollingUpdate.MaxSurge.Value, CultureInfo.InvariantCulture);
            if (!ContainerEnvironment.Of(chart, container).TryGetValue("DATABASE_POOL", out string? pool))
            {
                yield return $"{workload}, container {container.Name}, is not told how many connections it may have.";
                continue;
            }

            needed += (most + surge) * (ChartChecks.Number(pool) + (container.Name == "mcp-server" ? 2 : 1));
        }

        long? available = chart.Workloads.SelectMany(w => w.Containers).Where(c => c.Name == "postgres").SelectMany(c => c.Args ?? [])
            .Concat(chart.Objects.Where(o => o.Kind == "Cluster").Select(o => "max_connections=" + o.Tree()["spec"]["postgresql"]["parameters"]["max_connections"]))
            .Select(argument => MaxConnections().Match(argument)).Where(m => m.Success).Select(m => (long?)ChartChecks.Number(m.Groups[1].Value)).SingleOrDefault();
        if (available is null && !chart.Set.Has("externalDatabase"))
        {
            yield return "Nobody says how many connections PostgreSQL takes.";
        }
        else if (needed > available)
        {
            yield return $"{needed} connections are needed, and PostgreSQL takes {available}.";
        }
    }

    internal static IEnumerable<(Workload Workload, V1Container Container)> Services(RenderedChart chart) =>
        chart.Workloads.Where(w => w.Owner.Kind == "Deployment").SelectMany(w => w.Containers.Select(c => (w, c)));

    // Builds the service with these settings, as at its start, without listening.
    private static (string? Problem, string[] Routes) Build(string service, Dictionary<string, string> variables)
    {
        var settings = variables.ToDictionary(v => v.Key, v => (string?)v.Value);
        return Built.GetOrAdd(service + string.Join('\n', settings.Order(Comparer<KeyValuePair<string, string?>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key)))), _ =>
        {
            string[] routes = [];
            string? problem = Problem(() =>
            {
                using IDisposable app = service switch
                {
                    "frontend" => FrontendService.Build(settings),
                    "backend" => BackendService.Build(settings),
                    _ => McpServerService.Build(settings),
                };
                routes = [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Select(e => e.RoutePattern.RawText ?? "")];
            });
            return (problem, routes);
        });
    }

    private static string? Problem(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ConfigurationException exception)
        {
            return exception.Message;
        }
    }

    [GeneratedRegex(@"^\| `([A-Z_]+)`", RegexOptions.Multiline)]
    private static partial Regex SettingRows();

    [GeneratedRegex("^max_connections=([0-9]+)$")]
    private static partial Regex MaxConnections();
}
