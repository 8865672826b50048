using k8s.Models;

namespace TodoApp.Tests.Chart;

/// <summary>Kubernetes' Pod Security Standard "restricted", and what this chart adds to it.</summary>
internal static class ChartSecurityChecks
{
    private static readonly string[] Volumes = ["configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"];

    public static IEnumerable<string> Restricted(RenderedChart chart)
    {
        foreach (Workload workload in chart.Workloads)
        {
            V1PodSpec pod = workload.Spec;
            if (pod.HostNetwork == true || pod.HostPID == true || pod.HostIPC == true || pod.HostUsers == true)
            {
                yield return $"{workload} uses the node's namespaces.";
            }

            if (pod.AutomountServiceAccountToken != false || pod.ServiceAccountName is not null)
            {
                yield return $"{workload} has a token for the Kubernetes API.";
            }

            if (pod.EnableServiceLinks != false)
            {
                yield return $"{workload} gets a variable for each Service of the namespace.";
            }

            V1PodSecurityContext security = pod.SecurityContext ?? new V1PodSecurityContext();
            if (security.RunAsNonRoot != true || security.SeccompProfile?.Type != "RuntimeDefault" || security.Sysctls is { Count: > 0 })
            {
                yield return $"{workload} may run as root, or without the runtime's seccomp profile.";
            }

            long? user = workload.Role == "postgres" ? 999 : 1000;
            if (security.RunAsUser != user || security.RunAsGroup != user || security.FsGroup != user)
            {
                yield return $"{workload} runs as user {security.RunAsUser}, group {security.RunAsGroup}, volumes' group {security.FsGroup}; not as {user}.";
            }

            foreach (V1Volume volume in pod.Volumes ?? [])
            {
                string kind = volume.EmptyDir is not null ? "emptyDir" : volume.Secret is not null ? "secret" : volume.PersistentVolumeClaim is not null ? "persistentVolumeClaim"
                    : volume.ConfigMap is not null ? "configMap" : volume.Projected is not null ? "projected" : "another";
                if (!Volumes.Contains(kind))
                {
                    yield return $"{workload} has the volume {volume.Name} of a kind that is not allowed.";
                }
            }

            foreach (V1Container container in workload.Containers)
            {
                foreach (string problem in Problems(container))
                {
                    yield return $"{workload}, container {container.Name}: {problem}";
                }
            }
        }
    }

    private static IEnumerable<string> Problems(V1Container container)
    {
        V1SecurityContext security = container.SecurityContext ?? new V1SecurityContext();
        if (security.AllowPrivilegeEscalation != false || security.Privileged == true)
        {
            yield return "it may gain privileges.";
        }

        if (security.Capabilities?.Drop is not ["ALL"] || security.Capabilities.Add is { Count: > 0 })
        {
            yield return "it has capabilities.";
        }

        if (security.ReadOnlyRootFilesystem != true)
        {
            yield return "it may write to its image.";
        }

        if (security.RunAsNonRoot == false || security.RunAsUser is not null || security.SeccompProfile is not null)
        {
            yield return "it departs from its pod's security context.";
        }

        if ((container.Ports ?? []).Any(port => port.HostPort is not null) || ChartChecks.ProbesOf(container).Any(probe => probe.Probe.HttpGet?.Host is not null))
        {
            yield return "it uses a port or a host of the node.";
        }

        if (container.Resources?.Limits?.ContainsKey("memory") != true || container.Resources.Requests?.ContainsKey("cpu") != true)
        {
            yield return "it has no limit for memory, or asks for no processor.";
        }

        if (container.ImagePullPolicy != "IfNotPresent")
        {
            yield return $"its image is pulled {container.ImagePullPolicy}.";
        }
    }
}
