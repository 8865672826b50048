using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace TodoApp.Tests.Chart;

/// <summary>A thing that must hold for everything that the chart renders.</summary>
/// <param name="Name">What must hold.</param>
/// <param name="Problems">Finds where it does not.</param>
internal sealed record ChartCheck(string Name, Func<RenderedChart, IEnumerable<string>> Problems);

/// <summary>What must hold for everything that the chart renders, whatever its values.</summary>
internal static partial class ChartChecks
{
    // From this chart's oldest Kubernetes on, and in every one since.
    private static readonly HashSet<string> ApiVersions = new(StringComparer.Ordinal)
    {
        "v1", "apps/v1", "batch/v1", "autoscaling/v2", "policy/v1", "networking.k8s.io/v1",
        "gateway.networking.k8s.io/v1", "monitoring.coreos.com/v1", "postgresql.cnpg.io/v1",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ChartCheck> All { get; } =
    [
        new("the objects have the specification's names and labels", Names),
        new("selectors match labels", Selectors),
        new("ports match", Ports),
        new("everything that is referred to exists", References),
        new("references in variables expand", VariableOrder),
        new("scripts reach the shell as they are", Scripts),
        new("nothing secret is in plain sight", Secrets),
        new("every container passes the standard 'restricted'", ChartSecurityChecks.Restricted),
        new("policies let exactly the intended traffic through", ChartTrafficChecks.Traffic),
        new("probes ask what exists", ChartServiceChecks.Probes),
        new("the services take their settings", ChartServiceChecks.Settings),
        new("commands exist", ChartServiceChecks.Commands),
        new("connections to the database suffice", ChartServiceChecks.Connections),
        new("rollouts and drains interrupt nothing", ChartRolloutChecks.Rollouts),
        new("jobs end, and do not start twice under one name", ChartRolloutChecks.Jobs),
        new("every alert has a runbook", ChartRolloutChecks.Alerts),
    ];

    private static IEnumerable<string> Names(RenderedChart chart)
    {
        foreach (RenderedObject rendered in chart.Objects)
        {
            if (!ApiVersions.Contains(rendered.ApiVersion))
            {
                yield return $"{rendered} has the API version {rendered.ApiVersion}, which not every Kubernetes from 1.28 on has.";
            }

            if (!NamePattern().IsMatch(rendered.Name) || rendered.Name.Length > 52)
            {
                yield return $"{rendered}: that is no good name.";
            }

            if (!rendered.Name.StartsWith(chart.Prefix, StringComparison.Ordinal))
            {
                yield return $"{rendered} lacks the prefix {chart.Prefix}.";
            }

            IDictionary<string, string> labels = rendered.Typed?.Metadata.Labels ?? new Dictionary<string, string> { ["app.kubernetes.io/instance"] = Helm.Release };
            if (!labels.TryGetValue("app.kubernetes.io/instance", out string? instance) || instance != Helm.Release)
            {
                yield return $"{rendered} does not say which release it belongs to.";
            }

            if (rendered.Typed?.Metadata.NamespaceProperty is string other && other != Helm.Namespace)
            {
                yield return $"{rendered} is in the namespace {other}, not in the release's.";
            }
        }

        foreach (IGrouping<string, RenderedObject> twice in chart.Objects.GroupBy(o => o.ToString()).Where(group => group.Count() > 1))
        {
            yield return $"{twice.Key} is there {twice.Count()} times.";
        }

        bool sidecar = chart.Workloads.Single(w => w.Role == "backend").Containers.Any(c => c.Name == "mcp-server");
        string[] wanted =
        [
            "Deployment frontend", "Service frontend", "ConfigMap frontend-config", "Deployment backend", "Service backend", "ConfigMap backend-config", "ConfigMap mcp-server-config",
            .. sidecar ? (string[])[] : ["Deployment mcp-server", "Service mcp-server"],
        ];
        foreach (string name in wanted.Where(name => !chart.Objects.Any(o => $"{o.Kind} {o.Name[chart.Prefix.Length..]}" == name)))
        {
            yield return $"There is no {name}.";
        }

        foreach (V1Service service in chart.All<V1Service>())
        {
            bool isPublic = service.Metadata.Name == chart.Prefix + "frontend";
            if (!isPublic && service.Spec.Type != "ClusterIP")
            {
                yield return $"The Service {service.Metadata.Name} can be reached from outside of the cluster.";
            }

            if (isPublic && service.Spec.Ports.Count != 1)
            {
                yield return "The frontend's Service shows more than its pages.";
            }
        }
    }

    private static IEnumerable<string> Selectors(RenderedChart chart)
    {
        foreach (Workload workload in chart.Workloads)
        {
            if (workload.Labels["app"] != chart.Prefix + workload.Role)
            {
                yield return $"The pods of {workload} have the label app: {workload.Labels["app"]}.";
            }

            V1LabelSelector? selector = workload.Owner.Typed switch
            {
                V1Deployment deployment => deployment.Spec.Selector,
                V1StatefulSet set => set.Spec.Selector,
                _ => null,
            };
            if (selector is not null && (selector.MatchLabels.Count != 1 || Selected(selector).SingleOrDefault() != workload))
            {
                yield return $"The selector of {workload} is not app: <name>, or selects other pods than its own.";
            }

            // A second constraint would switch the first one off where nodes have no zone; and with old pods counted, new ones stand together once those are gone.
            if (workload.Owner.Kind == "Deployment"
                && !(workload.Spec.TopologySpreadConstraints is [{ TopologyKey: "kubernetes.io/hostname", WhenUnsatisfiable: "ScheduleAnyway", MatchLabelKeys: ["pod-template-hash"] } spread]
                    && Traffic.Matches(spread.LabelSelector, workload.Labels)))
            {
                yield return $"{workload} is not spread over nodes, or cannot start where it cannot be spread.";
            }

            if (workload.Owner.Kind == "Deployment"
                && !(workload.Spec.Affinity?.PodAntiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution is [{ PodAffinityTerm: { TopologyKey: "topology.kubernetes.io/zone" } zone }]
                    && Traffic.Matches(zone.LabelSelector, workload.Labels)))
            {
                yield return $"{workload} is not spread over zones.";
            }
        }

        foreach (V1Service service in chart.All<V1Service>())
        {
            string role = service.Metadata.Name[chart.Prefix.Length..].Replace("-metrics", "", StringComparison.Ordinal);
            string pods = role == "mcp-server" && chart.Workloads.All(w => w.Role != role) ? "backend" : role; // A sidecar's metrics.
            if (Selected(new V1LabelSelector { MatchLabels = service.Spec.Selector }).SingleOrDefault()?.Role != pods)
            {
                yield return $"The Service {service.Metadata.Name} does not lead to the pods of {role} alone.";
            }
        }

        foreach (V1PodDisruptionBudget budget in chart.All<V1PodDisruptionBudget>())
        {
            if (Selected(budget.Spec.Selector).SingleOrDefault()?.Owner.Name != budget.Metadata.Name)
            {
                yield return $"The PodDisruptionBudget {budget.Metadata.Name} does not select its pods.";
            }
        }

        foreach (V2HorizontalPodAutoscaler scaler in chart.All<V2HorizontalPodAutoscaler>())
        {
            if (chart.All<V1Deployment>().SingleOrDefault(d => d.Metadata.Name == scaler.Spec.ScaleTargetRef.Name) is not V1Deployment deployment)
            {
                yield return $"The autoscaler {scaler.Metadata.Name} scales nothing.";
            }
            else if (deployment.Spec.Replicas is not null)
            {
                yield return $"{deployment.Metadata.Name} has replicas, with which every upgrade would undo the autoscaler's work.";
            }
        }

        foreach (V1NetworkPolicy policy in chart.All<V1NetworkPolicy>())
        {
            IEnumerable<V1LabelSelector> near = [policy.Spec.PodSelector, .. new[] { policy.Spec.Ingress?.SelectMany(rule => rule.FromProperty ?? []), policy.Spec.Egress?.SelectMany(rule => rule.To ?? []) }
                .SelectMany(peers => peers ?? []).Where(peer => peer.PodSelector is not null && peer.NamespaceSelector is null).Select(peer => peer.PodSelector)];
            foreach (V1LabelSelector selector in near.Where(s => !s.MatchLabelsOrNone().ContainsKey("cnpg.io/cluster") && !Selected(s).Any()))
            {
                yield return $"The NetworkPolicy {policy.Metadata.Name} selects pods that do not exist.";
            }

            foreach (string name in near.SelectMany(s => s.MatchExpressions ?? []).SelectMany(e => e.Values).Where(name => chart.Workloads.All(w => w.Labels["app"] != name)))
            {
                yield return $"The NetworkPolicy {policy.Metadata.Name} names the pods {name}, which do not exist.";
            }
        }

        foreach (RenderedObject monitor in chart.Objects.Where(o => o.Kind == "ServiceMonitor"))
        {
            var wanted = ((YamlDotNet.RepresentationModel.YamlMappingNode)monitor.Tree()["spec"]["selector"]["matchLabels"]).ToDictionary(p => p.Key.ToString(), p => p.Value.ToString());
            int found = chart.All<V1Service>().Count(s => wanted.All(label => s.Metadata.Labels.TryGetValue(label.Key, out string? value) && value == label.Value));
            if (found != chart.All<V1Service>().Count(s => s.Metadata.Name.EndsWith("-metrics", StringComparison.Ordinal)))
            {
                yield return $"{monitor} does not find the Services with metrics, and no others.";
            }
        }

        IEnumerable<Workload> Selected(V1LabelSelector selector) => chart.Workloads.Where(w => Traffic.Matches(selector, w.Labels));
    }

    private static IEnumerable<string> Ports(RenderedChart chart)
    {
        var expected = new Dictionary<string, (int Http, int Metrics)> { ["frontend"] = (3000, 9466), ["backend"] = (8000, 9464), ["mcp-server"] = (8001, 9465) };
        foreach (V1Service service in chart.All<V1Service>())
        {
            Workload? workload = chart.Workloads.FirstOrDefault(w => Traffic.Matches(new V1LabelSelector { MatchLabels = service.Spec.Selector }, w.Labels));
            foreach (V1ServicePort port in service.Spec.Ports)
            {
                if (workload?.Containers.SelectMany(c => c.Ports ?? []).Count(p => p.Name == port.TargetPort.Value) != 1)
                {
                    yield return $"The Service {service.Metadata.Name} leads to the port {port.TargetPort.Value}, which its pods do not have.";
                }
            }
        }

        foreach ((Workload workload, V1Container container) in chart.Workloads.SelectMany(w => w.Containers.Select(c => (w, c))))
        {
            foreach (IntOrString asked in ProbesOf(container).Select(p => p.Probe.HttpGet?.Port ?? p.Probe.TcpSocket?.Port).OfType<IntOrString>())
            {
                if (!(container.Ports ?? []).Any(p => p.Name == asked.Value))
                {
                    yield return $"A probe of {workload}, container {container.Name}, asks at the port {asked.Value}, which it does not have.";
                }
            }

            if (expected.TryGetValue(container.Name, out (int Http, int Metrics) own))
            {
                Dictionary<string, string> variables = ContainerEnvironment.Of(chart, container);
                if (!variables.TryGetValue("PORT", out string? port) || !variables.TryGetValue("BIND", out string? bind))
                {
                    yield return $"{workload}, container {container.Name}, is not told where to listen.";
                    continue;
                }

                var listening = new Dictionary<string, int>();
                if (bind != "127.0.0.1")
                {
                    listening["http"] = Number(port);
                }

                if (variables.TryGetValue("METRICS_PORT", out string? metrics))
                {
                    listening[bind == "127.0.0.1" ? "mcp-metrics" : "metrics"] = Number(metrics);
                }

                if (!listening.Select(p => (p.Key, p.Value)).Order().SequenceEqual((container.Ports ?? []).Select(p => (p.Name, p.ContainerPort)).Order())
                    || Number(port) != own.Http || (metrics is not null && Number(metrics) != own.Metrics))
                {
                    yield return $"{workload}, container {container.Name}, does not listen where it says.";
                }

                if (bind == "127.0.0.1" && metrics is not null && variables.GetValueOrDefault("METRICS_BIND") != "0.0.0.0")
                {
                    yield return $"{workload}, container {container.Name}: nobody reaches its metrics.";
                }

                if (bind == "127.0.0.1" == (workload.Role == container.Name))
                {
                    yield return $"{workload}, container {container.Name}, listens on {bind}.";
                }
            }

            foreach (Match url in ContainerEnvironment.Of(chart, container).Where(v => v.Key.EndsWith("_URL", StringComparison.Ordinal) && v.Key != "PUBLIC_URL")
                .Select(v => v.Value).Concat(container.Command ?? []).SelectMany(text => Urls().Matches(text)))
            {
                (string host, int called) = (url.Groups["host"].Value, Number(url.Groups["port"].Value));
                bool isBeside = host == "127.0.0.1" && workload.Containers.Any(c => ContainerEnvironment.Of(chart, c).GetValueOrDefault("PORT") == url.Groups["port"].Value);
                bool isService = chart.All<V1Service>().Any(s => s.Metadata.Name == host && s.Spec.Ports.Any(p => p.Port == called));
                bool isOperators = chart.Brought.Contains($"Secret/{chart.Prefix}postgres-app/password") && host == $"{chart.Prefix}postgres-rw" && called == 5432;
                if (!isBeside && !isService && !isOperators && !host.Contains('.', StringComparison.Ordinal))
                {
                    yield return $"{workload}, container {container.Name}, calls {url.Value}, where nothing listens.";
                }
            }
        }

        foreach (V1IngressServiceBackend backend in chart.All<V1Ingress>().SelectMany(i => i.Spec.Rules).SelectMany(r => r.Http.Paths).Select(p => p.Backend.Service))
        {
            if (!chart.All<V1Service>().Any(s => s.Metadata.Name == backend.Name && s.Spec.Ports.Any(p => p.Name == backend.Port.Name)))
            {
                yield return $"The Ingress leads to the Service {backend.Name}, port {backend.Port.Name}, which does not exist.";
            }
        }

        foreach (RenderedObject route in chart.Objects.Where(o => o.Kind == "HTTPRoute"))
        {
            YamlDotNet.RepresentationModel.YamlNode target = route.Tree()["spec"]["rules"][0]["backendRefs"][0];
            if (!chart.All<V1Service>().Any(s => s.Metadata.Name == target["name"].ToString() && s.Spec.Ports.Any(p => p.Port == Number(target["port"].ToString()))))
            {
                yield return $"{route} leads to the Service {target["name"]}, port {target["port"]}, which does not exist.";
            }
        }
    }

    private static IEnumerable<string> References(RenderedChart chart)
    {
        var existing = new HashSet<string>(chart.Brought, StringComparer.Ordinal);
        existing.UnionWith(chart.All<V1ConfigMap>().Select(c => $"ConfigMap/{c.Metadata.Name}"));
        existing.UnionWith(chart.All<V1Secret>().SelectMany(s => s.Data.Keys.Select(key => $"Secret/{s.Metadata.Name}/{key}")));
        existing.UnionWith(chart.All<V1PersistentVolumeClaim>().Select(c => $"PersistentVolumeClaim/{c.Metadata.Name}"));

        foreach (Workload workload in chart.Workloads)
        {
            IEnumerable<string> needed =
            [
                .. workload.Containers.SelectMany(c => c.EnvFrom ?? []).Select(e => $"ConfigMap/{e.ConfigMapRef.Name}"),
                .. workload.Containers.SelectMany(c => c.Env ?? []).Select(e => e.ValueFrom?.SecretKeyRef).OfType<V1SecretKeySelector>().Select(s => $"Secret/{s.Name}/{s.Key}"),
                .. (workload.Spec.Volumes ?? []).Where(v => v.Secret is not null).SelectMany(v => v.Secret.Items.Select(item => $"Secret/{v.Secret.SecretName}/{item.Key}")),
                .. (workload.Spec.Volumes ?? []).Where(v => v.PersistentVolumeClaim is not null).Select(v => $"PersistentVolumeClaim/{v.PersistentVolumeClaim.ClaimName}"),
            ];
            foreach (string missing in needed.Where(name => !existing.Contains(name)).Distinct())
            {
                yield return $"{workload} needs {missing}, which nobody makes.";
            }

            HashSet<string> volumes = [.. (workload.Spec.Volumes ?? []).Select(v => v.Name), .. ((workload.Owner.Typed as V1StatefulSet)?.Spec.VolumeClaimTemplates ?? []).Select(c => c.Metadata.Name)];
            HashSet<string> mounted = [.. workload.Containers.SelectMany(c => c.VolumeMounts ?? []).Select(m => m.Name)];
            if (!volumes.SetEquals(mounted))
            {
                volumes.SymmetricExceptWith(mounted);
                yield return $"{workload} mounts volumes that it does not have, or the other way round: {string.Join(", ", volumes)}.";
            }

            foreach (V1Container container in workload.Containers.Where(c => c.Name is "frontend" or "backend" or "mcp-server" or "postgres"))
            {
                if (!container.VolumeMounts.Any(m => m.MountPath == "/tmp" && m.ReadOnlyProperty != true))
                {
                    yield return $"{workload}, container {container.Name}, has no /tmp to write to.";
                }
            }
        }
    }

    private static IEnumerable<string> VariableOrder(RenderedChart chart)
    {
        foreach ((Workload workload, V1Container container) in chart.Workloads.SelectMany(w => w.Containers.Select(c => (w, c))))
        {
            HashSet<string> known = [.. (container.EnvFrom ?? []).SelectMany(e => chart.All<V1ConfigMap>().Where(c => c.Metadata.Name == e.ConfigMapRef.Name)).SelectMany(c => c.Data.Keys)];
            foreach (V1EnvVar variable in container.Env ?? [])
            {
                foreach (string used in Variables().Matches(variable.Value ?? "").Select(m => m.Groups[1].Value).Where(used => !known.Contains(used)))
                {
                    yield return $"{workload}, container {container.Name}: {variable.Name} uses $({used}), which is not set before it, so it stays as it is.";
                }

                if (!known.Add(variable.Name))
                {
                    yield return $"{workload}, container {container.Name}: {variable.Name} is set twice.";
                }
            }
        }
    }

    private static IEnumerable<string> Scripts(RenderedChart chart)
    {
        // Kubernetes makes $$ to $ in commands and arguments, and $(NAME) to a variable of that name, before any shell sees them.
        foreach ((Workload workload, V1Container container) in chart.Workloads.SelectMany(w => w.Containers.Select(c => (w, c))))
        {
            Dictionary<string, string> variables = ContainerEnvironment.Of(chart, container);
            foreach (string text in (container.Command ?? []).Concat(container.Args ?? []))
            {
                if (text.Contains("$$", StringComparison.Ordinal) || Variables().Matches(text).Any(m => variables.ContainsKey(m.Groups[1].Value)))
                {
                    yield return $"{workload}, container {container.Name}: its script is another one when Kubernetes has read it.";
                }
            }
        }
    }

    private static IEnumerable<string> Secrets(RenderedChart chart)
    {
        foreach (V1ConfigMap map in chart.All<V1ConfigMap>().Where(map => !map.Metadata.Name.EndsWith("dashboard", StringComparison.Ordinal)))
        {
            foreach ((string key, string value) in map.Data)
            {
                if (SecretName().IsMatch(key) || UrlWithPassword().IsMatch(value))
                {
                    yield return $"The ConfigMap {map.Metadata.Name} holds a secret: {key}.";
                }
            }
        }

        foreach ((Workload workload, V1EnvVar variable) in chart.Workloads.SelectMany(w => w.Containers.SelectMany(c => c.Env ?? []).Select(e => (w, e))))
        {
            if (variable.Value is not null && (SecretName().IsMatch(variable.Name) || UrlWithPassword().IsMatch(variable.Value)))
            {
                yield return $"{workload} has a secret in {variable.Name}.";
            }
        }

        foreach (V1Secret secret in chart.All<V1Secret>())
        {
            if (!secret.Metadata.Annotations.TryGetValue("helm.sh/resource-policy", out string? policy) || policy != "keep")
            {
                yield return $"The Secret {secret.Metadata.Name} is lost when the release is uninstalled.";
            }

            foreach (byte[] value in secret.Data.Values)
            {
                string text = System.Text.Encoding.UTF8.GetString(value);
                if (text.Length < 32 || chart.Objects.Any(o => o.Kind != "Secret" && (o.Yaml.Contains(text, StringComparison.Ordinal) || o.Yaml.Contains(Convert.ToBase64String(value), StringComparison.Ordinal))))
                {
                    yield return $"The Secret {secret.Metadata.Name} is short, or stands somewhere else too.";
                }
            }
        }

        foreach (V1PersistentVolumeClaim claim in chart.All<V1PersistentVolumeClaim>().Where(c => c.Metadata.Annotations?.ContainsKey("helm.sh/resource-policy") != true))
        {
            yield return $"The volume {claim.Metadata.Name} is lost when the release is uninstalled.";
        }
    }

    internal static IEnumerable<(string Kind, V1Probe Probe)> ProbesOf(V1Container container) =>
        new[] { ("startup", container.StartupProbe), ("liveness", container.LivenessProbe), ("readiness", container.ReadinessProbe) }.Where(p => p.Item2 is not null);

    internal static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static IDictionary<string, string> MatchLabelsOrNone(this V1LabelSelector selector) => selector.MatchLabels ?? new Dictionary<string, string>();

    [GeneratedRegex("^[a-z]([a-z0-9-]*[a-z0-9])?$")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"(?:http|postgresql)://(?:[^@/\s]+@)?(?<host>[a-zA-Z0-9.-]+):(?<port>[0-9]+)")]
    private static partial Regex Urls();

    [GeneratedRegex(@"(?<!\$)\$\(([A-Za-z_][A-Za-z0-9_]*)\)")]
    private static partial Regex Variables();

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|AUTH_KEY", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("://[^/@:]*:[^/@]*@")]
    private static partial Regex UrlWithPassword();
}
