using k8s.Models;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Chart;

/// <summary>The table of allowed traffic in docs/architecture.md, compared with what the policies let through.</summary>
internal static class ChartTrafficChecks
{
    private const string ExternalDatabase = "10.1.2.3/32";

    private static readonly (string[] From, string To, int[] Ports)[] Rows = ReadTable();

    public static IEnumerable<string> Traffic(RenderedChart chart)
    {
        V1NetworkPolicy[] policies = [.. chart.All<V1NetworkPolicy>()];
        if (policies.Length == 0)
        {
            return chart.Set.Name == "minimal-values" ? [] : ["There are no policies."];
        }

        return Differences(chart, new Traffic(policies));
    }

    private static IEnumerable<string> Differences(RenderedChart chart, Traffic traffic)
    {
        // One pod of each role; the sidecar's port is tried although nobody shall listen there.
        (Peer Pod, int[] Ports)[] pods =
        [
            .. chart.Workloads.DistinctBy(w => w.Role).Select(w => (new Peer(w.Role, Helm.Namespace, w.Labels),
                (int[])[.. w.Containers.SelectMany(c => c.Ports ?? []).Select(p => p.ContainerPort), 22, 8001])),
        ];
        bool isOperators = chart.Objects.Any(o => o.Kind == "Cluster");
        var operators = new Peer("postgres", Helm.Namespace, new Dictionary<string, string> { ["cnpg.io/cluster"] = chart.Prefix + "postgres" });
        if (isOperators)
        {
            pods = [.. pods, (operators, [5432, 8000, 22])];
        }

        foreach ((Peer to, int[] ports) in pods)
        {
            foreach (int port in ports.Distinct())
            {
                foreach (Peer from in pods.Select(p => p.Pod).Where(p => p != operators && p != to))
                {
                    if (Difference(from, to, port, Intended(from.Name, to.Name, port)) is string difference)
                    {
                        yield return difference;
                    }
                }

                bool isPages = (to.Name, port) == ("frontend", 3000);
                bool isMetrics = (to.Name, port) is ("frontend", 9466) or ("backend", 9464 or 9465) or ("mcp-server", 9465); // Of a sidecar, too.
                (string Namespace, bool Intended)[] strangers =
                [
                    (Helm.Namespace, isPages && !chart.Set.Has("frontendFrom")),
                    ("default", isPages && !chart.Set.Has("frontendFrom")),
                    ("ingress-nginx", isPages),
                    ("monitoring", isMetrics || (isPages && !chart.Set.Has("frontendFrom"))),
                    ("cnpg-system", (isOperators && to == operators && port is 5432 or 8000) || (isPages && !chart.Set.Has("frontendFrom"))),
                ];
                foreach ((string name, bool intended) in strangers)
                {
                    if (Difference(new Peer($"a stranger in {name}", name, new Dictionary<string, string>()), to, port, intended) is string difference)
                    {
                        yield return difference;
                    }
                }
            }
        }

        var dns = new Peer("DNS", "kube-system", new Dictionary<string, string> { ["k8s-app"] = "kube-dns" });
        var collector = new Peer("the collector", "tracing", new Dictionary<string, string>());
        foreach (Peer from in pods.Select(p => p.Pod).Where(p => p != operators))
        {
            if (!traffic.Allows(from, dns, 53, "UDP") || !traffic.Allows(from, dns, 53))
            {
                yield return $"{from.Name} cannot ask for names.";
            }

            if (traffic.Allows(from, dns, 443) || traffic.AllowsOut(from, "0.0.0.0/0", 443))
            {
                yield return $"{from.Name} reaches whatever it wants.";
            }

            if (traffic.AllowsOut(from, ExternalDatabase, 5432) != (chart.Set.Has("databaseTo") && IsClient(from.Name)))
            {
                yield return $"{from.Name} reaches the external database, or does not.";
            }

            if (traffic.Allows(from, collector, 4317) != (chart.Set.Has("tracingTo") && from.Name is "frontend" or "backend" or "mcp-server"))
            {
                yield return $"{from.Name} reaches the collector, or does not.";
            }
        }

        if (isOperators && !traffic.Allows(operators, operators, 5432))
        {
            yield return "The database's pods cannot replicate.";
        }

        string? Difference(Peer from, Peer to, int port, bool intended) => traffic.Allows(from, to, port) == intended
            ? null
            : $"{from.Name} {(intended ? "cannot reach" : "reaches")} {to.Name}:{port}.";
    }

    private static bool Intended(string from, string to, int port) => Rows.Any(row => row.From.Contains(from) && row.To == to && row.Ports.Contains(port));

    private static bool IsClient(string name) => Intended(name, "postgres", 5432);

    // The table's rows between pods; those that name others than pods are tried above.
    private static (string[] From, string To, int[] Ports)[] ReadTable()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));
        string section = text[text.IndexOf("### Allowed traffic", StringComparison.Ordinal)..];
        return
        [
            .. section[..section.IndexOf("\n## ", StringComparison.Ordinal)].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
                .Where(cells => !cells[1].Replace(", ", "", StringComparison.Ordinal).Contains(' ', StringComparison.Ordinal))
                .Select(cells => (cells[1].Split(", "), cells[2], cells[3].Split(", ").Select(ChartChecks.Number).ToArray())),
        ];
    }
}
