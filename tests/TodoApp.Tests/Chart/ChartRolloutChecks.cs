using System.Globalization;
using k8s.Models;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;
using YamlDotNet.RepresentationModel;

namespace TodoApp.Tests.Chart;

/// <summary>What happens over time: rollouts, drains, jobs, alerts.</summary>
internal static class ChartRolloutChecks
{
    public static IEnumerable<string> Rollouts(RenderedChart chart)
    {
        foreach (V1Deployment deployment in chart.All<V1Deployment>())
        {
            string name = deployment.Metadata.Name;
            V1RollingUpdateDeployment? update = deployment.Spec.Strategy?.RollingUpdate;
            if (update?.MaxUnavailable?.Value != "0" || update.MaxSurge?.Value == "0" || deployment.Spec.MinReadySeconds is null or 0)
            {
                yield return $"{name} takes pods away before there are new ones.";
            }

            foreach (V1Container container in deployment.Spec.Template.Spec.Containers)
            {
                if (!ContainerEnvironment.Of(chart, container).TryGetValue("SHUTDOWN_DELAY", out string? delay)
                    || deployment.Spec.Template.Spec.TerminationGracePeriodSeconds is not long grace || grace <= ChartChecks.Number(delay) + ServiceDefaultsExtensions.DrainTimeout.TotalSeconds)
                {
                    yield return $"{name}, container {container.Name}, is killed while it drains.";
                }

                if (container.Name == "mcp-server" && deployment.Spec.Template.Spec.Containers.FirstOrDefault(c => c.Name == "backend") is V1Container beside
                    && ChartChecks.Number(ContainerEnvironment.Of(chart, container)["SHUTDOWN_DELAY"]) <= ChartChecks.Number(ContainerEnvironment.Of(chart, beside)["SHUTDOWN_DELAY"]))
                {
                    yield return $"{name}: mcp-server ends while the backend beside it still needs it.";
                }

                if (container.Lifecycle is not null)
                {
                    yield return $"{name}, container {container.Name}, has a hook: its sleep does not exist in every Kubernetes from 1.28 on, and there is no shell.";
                }

                string config = container.EnvFrom.Single().ConfigMapRef.Name[chart.Prefix.Length..].Replace("-config", "-configmap", StringComparison.Ordinal).Replace("mcp-server", "mcp", StringComparison.Ordinal);
                string[] needed = [config, .. container.Name == "frontend" ? (string[])[] : ["postgres-secret", "internal-auth-secret"]];
                foreach (string missing in needed.Where(file => deployment.Spec.Template.Metadata.Annotations?.ContainsKey($"checksum/{file}") != true))
                {
                    yield return $"{name} is not restarted when {missing} changes.";
                }
            }

            if (!chart.All<V1PodDisruptionBudget>().Any(b => b.Metadata.Name == name && b.Spec.MaxUnavailable?.Value == "1" && b.Spec.MinAvailable is null && b.Spec.UnhealthyPodEvictionPolicy == "AlwaysAllow"))
            {
                yield return $"{name} has no PodDisruptionBudget that lets a node be drained, one pod at a time.";
            }
        }

        foreach (V2HorizontalPodAutoscaler scaler in chart.All<V2HorizontalPodAutoscaler>())
        {
            if (scaler.Spec.Behavior?.ScaleDown?.StabilizationWindowSeconds is null or < 60 || scaler.Spec.Metrics is not [{ Resource.Target.AverageUtilization: 70 }] || scaler.Spec.MinReplicas > scaler.Spec.MaxReplicas)
            {
                yield return $"The autoscaler {scaler.Metadata.Name} swings, or has another target.";
            }
        }

        foreach (V1StatefulSet set in chart.All<V1StatefulSet>())
        {
            if (set.Spec.Replicas != 1 || set.Spec.Template.Spec.TerminationGracePeriodSeconds is null or < 60 || !chart.All<V1Service>().Any(s => s.Metadata.Name == set.Spec.ServiceName))
            {
                yield return $"{set.Metadata.Name} is not one pod with time to write its checkpoint.";
            }
        }
    }

    public static IEnumerable<string> Jobs(RenderedChart chart)
    {
        V1Job job = chart.All<V1Job>().Single();
        if (job.Metadata.Annotations?.Keys.Any(key => key.StartsWith("helm.sh/hook", StringComparison.Ordinal)) == true)
        {
            yield return "The migration is a hook, which waits for a database that waits for it.";
        }

        if (job.Spec.BackoffLimit is null || job.Spec.ActiveDeadlineSeconds is null || (job.Spec.TtlSecondsAfterFinished is null && !chart.Set.Has("ttlSecondsAfterFinished")))
        {
            yield return "The migration may be tried without end, or stays when it is over.";
        }

        foreach (V1CronJob cron in chart.All<V1CronJob>())
        {
            if (cron.Spec.ConcurrencyPolicy != "Forbid")
            {
                yield return $"{cron.Metadata.Name} may run twice at once.";
            }

            bool isRestore = cron.Metadata.Name.EndsWith("restore", StringComparison.Ordinal);
            if ((cron.Spec.Suspend ?? false) != isRestore || (isRestore && (cron.Spec.JobTemplate.Spec.BackoffLimit != 0 || cron.Spec.JobTemplate.Spec.Template.Spec.RestartPolicy != "Never")))
            {
                yield return $"{cron.Metadata.Name} is a backup that does not run, or a restore that runs by itself.";
            }
        }

        // Helm asks for the logs of a pod without naming a container (until 4.2.4).
        foreach (V1Pod pod in chart.All<V1Pod>().Where(pod => pod.Spec.Containers.Count != 1))
        {
            yield return $"\"helm test --logs\" fails at {pod.Metadata.Name}, which has several containers.";
        }

        bool hasBackup = job.Spec.Template.Spec.InitContainers.Any(c => c.Name == "backup");
        if (hasBackup != chart.All<V1CronJob>().Any())
        {
            yield return "The database is not dumped before it is migrated.";
        }

        string[] order = [.. job.Spec.Template.Spec.InitContainers.Select(c => c.Name)];
        if (Array.IndexOf(order, "backup") > Array.IndexOf(order, "migrate-accounts"))
        {
            yield return "The database is dumped after it was migrated.";
        }
    }

    public static IEnumerable<string> Alerts(RenderedChart chart)
    {
        string runbook = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        foreach (YamlMappingNode alert in AlertsOf(chart))
        {
            string name = alert["alert"].ToString();
            if (!alert["annotations"]["runbook_url"].ToString().EndsWith("#" + name.ToLower(CultureInfo.InvariantCulture), StringComparison.Ordinal) || !runbook.Contains($"\n### {name}\n", StringComparison.Ordinal))
            {
                yield return $"The alert {name} has no section in docs/operations.md, or does not lead there.";
            }

            if (alert["labels"]["severity"].ToString() is not ("critical" or "warning") || alert["annotations"]["summary"].ToString().Length < 20)
            {
                yield return $"The alert {name} does not say how bad it is, or what.";
            }

            if (alert["expr"].ToString().Split($"namespace=\"{Helm.Namespace}\"").Length < 2)
            {
                yield return $"The alert {name} fires for other releases.";
            }
        }
    }

    /// <summary>The alerts of a rendered chart.</summary>
    internal static IEnumerable<YamlMappingNode> AlertsOf(RenderedChart chart) => chart.Objects.Where(o => o.Kind == "PrometheusRule")
        .SelectMany(o => (YamlSequenceNode)o.Tree()["spec"]["groups"]).SelectMany(group => (YamlSequenceNode)group["rules"]).Cast<YamlMappingNode>()
        .Where(rule => rule.Children.ContainsKey("alert"));
}
