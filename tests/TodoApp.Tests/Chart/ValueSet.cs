using YamlDotNet.RepresentationModel;

namespace TodoApp.Tests.Chart;

/// <summary>Values that the chart is rendered with: a file in <c>ci/</c>, or one for an environment.</summary>
/// <param name="Name">The file's name without <c>.yaml</c>.</param>
/// <param name="File">The file.</param>
internal sealed record ValueSet(string Name, string File)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ValueSet> All { get; } =
        [.. new[] { "ci", "" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Helm.Chart, folder), folder.Length == 0 ? "values-*.yaml" : "*-values.yaml"))
            .Order(StringComparer.Ordinal)
            .Select(file => new ValueSet(Path.GetFileNameWithoutExtension(file), file))];

    /// <summary>The set of a name.</summary>
    public static ValueSet Named(string name) => All.Single(set => set.Name == name);

    /// <summary>Whether its file has a key.</summary>
    public bool Has(string key) => System.IO.File.ReadLines(File).Any(line => line.TrimStart().StartsWith(key + ":", StringComparison.Ordinal));

    /// <summary>
    /// What exists in the cluster because the values say that somebody else makes it: <c>Secret/name/key</c> and
    /// <c>PersistentVolumeClaim/name</c>.
    /// </summary>
    public HashSet<string> Brought()
    {
        using StreamReader reader = System.IO.File.OpenText(File);
        var stream = new YamlStream();
        stream.Load(reader);
        var values = stream.Documents[0].RootNode as YamlMappingNode;
        var brought = new HashSet<string>(StringComparer.Ordinal);
        Add(Text("internalAuth", "existingSecret"), Text("internalAuth", "secretKey") ?? "INTERNAL_AUTH_KEY");
        Add(Text("postgresql", "auth", "existingSecret"), Text("postgresql", "auth", "secretKey") ?? "POSTGRES_PASSWORD");
        Add(Text("externalDatabase", "existingSecret"), Text("externalDatabase", "secretKey") ?? "POSTGRES_PASSWORD");
        Add(Text("externalDatabase", "caSecret"), "ca.crt");
        Add(Text("tests", "tokenSecret"), "TOKEN");
        if (Text("cloudnativePg", "enabled") == "true")
        {
            Add("postgres-app", "password"); // The operator makes it.
        }

        if (Text("backup", "persistence", "existingClaim") is string claim)
        {
            brought.Add($"PersistentVolumeClaim/{claim}");
        }

        return brought;

        string? Text(params string[] path)
        {
            YamlNode? node = values;
            foreach (string key in path)
            {
                node = node is YamlMappingNode map && map.Children.TryGetValue(key, out YamlNode? child) ? child : null;
            }

            return (node as YamlScalarNode)?.Value;
        }

        void Add(string? secret, string key)
        {
            if (secret is not null)
            {
                brought.Add($"Secret/{secret}/{key}");
            }
        }
    }
}
