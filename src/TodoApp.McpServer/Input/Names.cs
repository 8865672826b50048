using TodoApp.Contracts;

namespace TodoApp.McpServer.Input;

/// <summary>Finds what somebody names, and what they may have meant.</summary>
internal static class Names
{
    /// <summary>Longer names are not compared with what was typed.</summary>
    private const int LongestCompared = 100;

    /// <summary>The item with an id or a name; an id wins over a name that looks like one.</summary>
    public static T? Find<T>(IReadOnlyList<T> items, string reference)
        where T : class, INamedItem
    {
        if (Guid.TryParseExact(reference, "D", out Guid id) && items.FirstOrDefault(item => item.Id == id) is T byId)
        {
            return byId;
        }

        string key = Rules.NameKey(reference);
        return items.FirstOrDefault(item => Rules.NameKey(item.Name) == key);
    }

    /// <summary>What is said of a name that nothing has: <c>names the list 'Wrok', which does not exist. Did you mean 'Work'?</c></summary>
    /// <param name="items">What there is.</param>
    /// <param name="reference">What was named.</param>
    /// <param name="kind">list, label or filter.</param>
    public static string Unknown<T>(IReadOnlyList<T> items, string reference, string kind)
        where T : class, INamedItem => $"names the {kind} '{Excerpt.Of(reference)}', which does not exist. {Suggest(items, reference, kind)}";

    /// <summary>404 for an item that is not there.</summary>
    /// <inheritdoc cref="Unknown" />
    public static Problem NotFound<T>(IReadOnlyList<T> items, string reference, string kind)
        where T : class, INamedItem => ProblemKind.NotFound.Because($"There is no {kind} '{Excerpt.Of(reference)}'. {Suggest(items, reference, kind)}");

    /// <summary>The name that is nearest to what was typed, when any is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> names)
    {
        string? nearest = null;
        int least = Math.Max(2, typed.Length / 3) + 1;
        foreach (string name in names)
        {
            if (typed.Length <= LongestCompared && name.Length <= LongestCompared && Math.Abs(typed.Length - name.Length) < least
                && Distance(typed.ToLowerInvariant(), name.ToLowerInvariant()) is int distance && distance < least && distance < name.Length)
            {
                (nearest, least) = (name, distance);
            }
        }

        return nearest;
    }

    private static string Suggest<T>(IReadOnlyList<T> items, string reference, string kind)
        where T : class, INamedItem
    {
        if (Nearest(reference, items.Select(item => item.Name)) is string nearest)
        {
            return $"Did you mean '{nearest}'?";
        }

        return items.Count == 0
            ? $"There are no {kind}s."
            : $"There {(items.Count == 1 ? "is" : "are")} {string.Join(", ", items.Take(10).Select(item => $"'{item.Name}'"))}{(items.Count > 10 ? ", …" : "")}.";
    }

    // Levenshtein's.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
