using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace TodoApp.Tests.Chart;

/// <summary>An object that Helm rendered.</summary>
/// <param name="ApiVersion">Its <c>apiVersion</c>.</param>
/// <param name="Kind">Its <c>kind</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Yaml">Its text.</param>
/// <param name="Typed">As Kubernetes' own type; null for kinds that an operator brings.</param>
internal sealed record RenderedObject(string ApiVersion, string Kind, string Name, string Yaml, IKubernetesObject<V1ObjectMeta>? Typed)
{
    public override string ToString() => $"{Kind} {Name}";

    /// <summary>Its content as a tree.</summary>
    public YamlMappingNode Tree()
    {
        using var reader = new StringReader(Yaml);
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }
}

/// <summary>What makes pods, and the pods that it makes.</summary>
/// <param name="Owner">The Deployment, StatefulSet, Job, CronJob or Pod.</param>
/// <param name="Metadata">The pods' metadata.</param>
/// <param name="Spec">The pods' specification.</param>
internal sealed record Workload(RenderedObject Owner, V1ObjectMeta Metadata, V1PodSpec Spec)
{
    /// <summary>All containers, those that run first among them.</summary>
    public IEnumerable<V1Container> Containers => [.. Spec.InitContainers ?? [], .. Spec.Containers];

    /// <summary>The pods' labels.</summary>
    public IDictionary<string, string> Labels => Metadata.Labels;

    /// <summary>The name without the release's prefix, by which the specification knows it: <c>backend</c>.</summary>
    public string Role => Labels["app.kubernetes.io/name"];

    public override string ToString() => Owner.ToString();
}

/// <summary>A rendered chart. Reading it fails on fields that Kubernetes does not know, on wrong types and on keys given twice, as its API does.</summary>
internal sealed class RenderedChart
{
    private RenderedChart(IReadOnlyList<RenderedObject> objects, ValueSet set)
    {
        Objects = objects;
        Set = set;
        Brought = set.Brought();
        Workloads = [.. objects.Select(ToWorkload).OfType<Workload>()];
    }

    /// <summary>Everything that was rendered.</summary>
    public IReadOnlyList<RenderedObject> Objects { get; }

    /// <summary>The values that it was rendered with.</summary>
    public ValueSet Set { get; }

    /// <summary>What else is in the cluster; see <see cref="ValueSet.Brought"/>.</summary>
    public IReadOnlySet<string> Brought { get; }

    /// <summary>What makes pods.</summary>
    public IReadOnlyList<Workload> Workloads { get; }

    /// <summary>The name prefix of the release.</summary>
    public string Prefix => One("Deployment", name => name.EndsWith("backend", StringComparison.Ordinal)).Name[..^"backend".Length];

    /// <summary>All objects of a type.</summary>
    public IEnumerable<T> All<T>() => Objects.Select(o => o.Typed).OfType<T>();

    /// <summary>The only object of a kind whose name fits.</summary>
    public RenderedObject One(string kind, Func<string, bool> name) => Objects.Single(o => o.Kind == kind && name(o.Name));

    /// <summary>Reads what Helm wrote.</summary>
    /// <param name="output">All objects.</param>
    /// <param name="set">The values that it was rendered with.</param>
    /// <exception cref="YamlDotNet.Core.YamlException">An object has a field that Kubernetes does not know, or one twice.</exception>
    /// <exception cref="System.Text.Json.JsonException">A field has the wrong type.</exception>
    public static RenderedChart Read(string output, ValueSet set) => new(
        [.. ("\n" + output).Split("\n---\n").Where(text => text.Contains("\nkind:", StringComparison.Ordinal)).Select(ReadObject)], set);

    private static RenderedObject ReadObject(string yaml)
    {
        KubernetesObject head = KubernetesYaml.Deserialize<KubernetesObject>(yaml);
        IKubernetesObject<V1ObjectMeta>? typed = (head.ApiVersion, head.Kind) switch
        {
            ("v1", "ConfigMap") => Strict<V1ConfigMap>(),
            ("v1", "PersistentVolumeClaim") => Strict<V1PersistentVolumeClaim>(),
            ("v1", "Pod") => Strict<V1Pod>(),
            ("v1", "Secret") => Strict<V1Secret>(),
            ("v1", "Service") => Strict<V1Service>(),
            ("apps/v1", "Deployment") => Strict<V1Deployment>(),
            ("apps/v1", "StatefulSet") => Strict<V1StatefulSet>(),
            ("autoscaling/v2", "HorizontalPodAutoscaler") => Strict<V2HorizontalPodAutoscaler>(),
            ("batch/v1", "CronJob") => Strict<V1CronJob>(),
            ("batch/v1", "Job") => Strict<V1Job>(),
            ("networking.k8s.io/v1", "Ingress") => Strict<V1Ingress>(),
            ("networking.k8s.io/v1", "NetworkPolicy") => Strict<V1NetworkPolicy>(),
            ("policy/v1", "PodDisruptionBudget") => Strict<V1PodDisruptionBudget>(),
            _ => null,
        };
        var rendered = new RenderedObject(head.ApiVersion, head.Kind, typed?.Metadata.Name ?? "", yaml, typed);
        return typed is null ? rendered with { Name = ((YamlScalarNode)rendered.Tree()["metadata"]["name"]).Value! } : rendered;

        // The first refuses unknown fields and keys given twice, the second a number or a yes where a text belongs.
        T Strict<T>()
        {
            KubernetesYaml.Deserialize<T>(yaml, strict: true);
            return KubernetesJson.Deserialize<T>(YamlScalars.ToJson(yaml).ToJsonString());
        }
    }

    private static Workload? ToWorkload(RenderedObject rendered) => rendered.Typed switch
    {
        V1Deployment deployment => new Workload(rendered, deployment.Spec.Template.Metadata, deployment.Spec.Template.Spec),
        V1StatefulSet set => new Workload(rendered, set.Spec.Template.Metadata, set.Spec.Template.Spec),
        V1Job job => new Workload(rendered, job.Spec.Template.Metadata, job.Spec.Template.Spec),
        V1CronJob cron => new Workload(rendered, cron.Spec.JobTemplate.Spec.Template.Metadata, cron.Spec.JobTemplate.Spec.Template.Spec),
        V1Pod pod => new Workload(rendered, pod.Metadata, pod.Spec),
        _ => null,
    };
}
