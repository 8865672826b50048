using k8s;
using k8s.Models;

namespace TodoApp.Tests.Chart;

/// <summary>An upgrade from one rendering to another.</summary>
internal static class ChartChanges
{
    /// <summary>Values of all kinds that an operator may change.</summary>
    public static string[] Values { get; } =
    [
        .. new[]
        {
            "publicUrl=https://todo.example.com", "shutdownDelaySeconds=9", "frontend.replicaCount=4", "frontend.image.tag=0.3.0", "frontend.service.port=8080",
            "backend.image.tag=0.3.0", "backend.config.logLevel=debug", "backend.autoscaling.enabled=true", "backend.resources.limits.memory=1Gi",
            "mcpServer.image.tag=0.3.0", "mcpServer.replicaCount=3", "mcpServer.config.databasePool=12", "mcpServer.podAnnotations.a=b",
            "postgresql.image.tag=17.9", "postgresql.maxConnections=300", "postgresql.resources.limits.memory=2Gi",
            "backup.schedule=0 4 * * *", "backup.retentionDays=3", "metrics.enabled=false", "networkPolicy.enabled=false", "migration.backoffLimit=2",
        }.SelectMany(value => new[] { "--set", value }),
    ];

    /// <summary>What Kubernetes would refuse to change.</summary>
    public static IEnumerable<string> Impossible(RenderedChart before, RenderedChart after)
    {
        foreach (RenderedObject old in before.Objects)
        {
            if (after.Objects.SingleOrDefault(o => o.ToString() == old.ToString()) is RenderedObject now && Fixed(old) != Fixed(now))
            {
                yield return $"{old} has fields that cannot change:\n{Fixed(old)}\nbecomes\n{Fixed(now)}";
            }
        }
    }

    private static string Fixed(RenderedObject rendered) => rendered.Typed switch
    {
        V1Deployment deployment => KubernetesYaml.Serialize(deployment.Spec.Selector),
        V1StatefulSet set => KubernetesYaml.Serialize(new { set.Spec.Selector, set.Spec.ServiceName, set.Spec.VolumeClaimTemplates, set.Spec.PodManagementPolicy }),
        V1Job job => KubernetesYaml.Serialize(new { job.Spec.Template, job.Spec.Selector, job.Spec.Completions }),
        V1PersistentVolumeClaim claim => KubernetesYaml.Serialize(claim.Spec),
        V1Service service => KubernetesYaml.Serialize(new { service.Spec.ClusterIP }),
        V1Pod pod => pod.Metadata.Annotations?.ContainsKey("helm.sh/hook") == true ? "" : KubernetesYaml.Serialize(pod.Spec),
        _ => "",
    };
}
