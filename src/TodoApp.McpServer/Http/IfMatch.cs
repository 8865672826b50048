using System.Globalization;
using Microsoft.Extensions.Primitives;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Http;

/// <summary>The condition of <c>If-Match</c> (RFC 9110, section 13.1.1): the versions of which one must be the item's current one.</summary>
/// <param name="Versions">Null when there is no condition.</param>
internal readonly record struct IfMatch(long[]? Versions)
{
    /// <summary>Reads the header. A weak tag never matches; a tag that is not one of ours matches nothing.</summary>
    /// <returns>False when it is not a list of entity tags.</returns>
    public static bool TryParse(StringValues header, out IfMatch condition)
    {
        condition = default;
        string text = header.ToString().Trim();
        if (text.Length == 0 || text == "*")
        {
            return true; // "*" asks that the item exists, which every operation asks by itself.
        }

        var versions = new List<long>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string tag = part;
            bool weak = tag.StartsWith("W/", StringComparison.Ordinal);
            if (weak)
            {
                tag = tag[2..];
            }

            if (tag.Length < 2 || tag[0] != '"' || tag[^1] != '"' || tag.AsSpan(1, tag.Length - 2).Contains('"'))
            {
                return false;
            }

            if (!weak && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out long version))
            {
                versions.Add(version);
            }
        }

        condition = new IfMatch([.. versions]);
        return true;
    }

    /// <summary>The problem when the item has another version.</summary>
    public Problem? Check(long version) => Versions is null || Versions.Contains(version)
        ? null
        : ProblemKind.PreconditionFailed.Because($"Its version is now {version}. Read it again, and decide anew.") with { Versions = [version] };

    /// <summary>The entity tag of a version.</summary>
    public static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
