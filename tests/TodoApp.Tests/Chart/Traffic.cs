using k8s.Models;

namespace TodoApp.Tests.Chart;

/// <summary>A pod that may send or get traffic.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record Peer(string Name, string Namespace, IDictionary<string, string> Labels);

/// <summary>Decides, as a network plugin would, which traffic NetworkPolicies let through.</summary>
/// <param name="policies">All policies; they are in the release's namespace.</param>
internal sealed class Traffic(IReadOnlyList<V1NetworkPolicy> policies)
{
    /// <summary>Whether a pod may open a connection to a port of another.</summary>
    public bool Allows(Peer from, Peer to, int port, string protocol = "TCP") => Leaves(from, to, port, protocol) && Enters(from, to, port, protocol);

    /// <summary>Whether a pod may open a connection to an address outside of the cluster.</summary>
    public bool AllowsOut(Peer from, string cidr, int port, string protocol = "TCP") => Of(from, "Egress") is not { Count: > 0 } selected
        || selected.SelectMany(policy => policy.Spec.Egress ?? []).Any(rule =>
            HasPort(rule.Ports, port, protocol) && (rule.To is not { Count: > 0 } || rule.To.Any(peer => peer.IpBlock?.Cidr == cidr)));

    /// <summary>Whether labels have what a selector asks for.</summary>
    public static bool Matches(V1LabelSelector selector, IDictionary<string, string> labels) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(wanted => labels.TryGetValue(wanted.Key, out string? value) && value == wanted.Value)
        && (selector.MatchExpressions ?? []).All(wanted => wanted.OperatorProperty switch
        {
            "In" => labels.TryGetValue(wanted.Key, out string? value) && wanted.Values.Contains(value),
            "Exists" => labels.ContainsKey(wanted.Key),
            _ => throw new NotSupportedException($"The operator {wanted.OperatorProperty} is not used so far."),
        });

    private bool Leaves(Peer from, Peer to, int port, string protocol) => Of(from, "Egress") is not { Count: > 0 } selected
        || selected.SelectMany(policy => policy.Spec.Egress ?? []).Any(rule => HasPort(rule.Ports, port, protocol) && HasPeer(rule.To, to));

    private bool Enters(Peer from, Peer to, int port, string protocol) => Of(to, "Ingress") is not { Count: > 0 } selected
        || selected.SelectMany(policy => policy.Spec.Ingress ?? []).Any(rule => HasPort(rule.Ports, port, protocol) && HasPeer(rule.FromProperty, from));

    private List<V1NetworkPolicy> Of(Peer pod, string direction) =>
        [.. policies.Where(policy => pod.Namespace == Helm.Namespace && policy.Spec.PolicyTypes.Contains(direction) && Matches(policy.Spec.PodSelector, pod.Labels))];

    private static bool HasPort(IList<V1NetworkPolicyPort>? ports, int port, string protocol) => ports is not { Count: > 0 }
        || ports.Any(allowed => (allowed.Protocol ?? "TCP") == protocol && allowed.Port.Value == port.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static bool HasPeer(IList<V1NetworkPolicyPeer>? peers, Peer pod) => peers is not { Count: > 0 } || peers.Any(peer => peer.IpBlock is null
        && (peer.NamespaceSelector is null
            ? pod.Namespace == Helm.Namespace
            : Matches(peer.NamespaceSelector, new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = pod.Namespace }))
        && (peer.PodSelector is null || Matches(peer.PodSelector, pod.Labels)));
}
