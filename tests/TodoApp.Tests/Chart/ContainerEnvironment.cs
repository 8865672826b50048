using System.Text;
using System.Text.RegularExpressions;
using k8s.Models;

namespace TodoApp.Tests.Chart;

/// <summary>The environment that Kubernetes would give a container.</summary>
internal static partial class ContainerEnvironment
{
    /// <summary>All variables, with references expanded as far as Kubernetes does: to those that stand before.</summary>
    public static Dictionary<string, string> Of(RenderedChart chart, V1Container container)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (V1EnvFromSource source in container.EnvFrom ?? [])
        {
            foreach ((string key, string value) in chart.All<V1ConfigMap>().Where(c => c.Metadata.Name == source.ConfigMapRef.Name).SelectMany(c => c.Data))
            {
                variables[key] = value;
            }
        }

        foreach (V1EnvVar variable in container.Env ?? [])
        {
            variables[variable.Name] = variable.ValueFrom?.SecretKeyRef is V1SecretKeySelector secret
                ? Secret(chart, secret)
                : Reference().Replace(variable.Value ?? "", used => variables.GetValueOrDefault(used.Groups[1].Value, used.Value));
        }

        return variables;
    }

    // What somebody brings has a content that every setting takes: 32 bytes in base64.
    private static string Secret(RenderedChart chart, V1SecretKeySelector wanted) =>
        chart.All<V1Secret>().FirstOrDefault(s => s.Metadata.Name == wanted.Name)?.Data.TryGetValue(wanted.Key, out byte[]? value) == true
            ? Encoding.UTF8.GetString(value)
            : Convert.ToBase64String(new byte[32]);

    [GeneratedRegex(@"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")]
    private static partial Regex Reference();
}
