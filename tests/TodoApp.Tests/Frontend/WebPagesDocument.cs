using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>The tables of <c>docs/web-pages.md</c>, each after a comment with its name.</summary>
internal static class WebPagesDocument
{
    public const string Hint = "Run the test with UPDATE_SNAPSHOTS=1 and look at the difference of docs/web-pages.md.";

    public static bool IsUpdate { get; } = Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    private static string File { get; } = Path.Combine(Repository.Root, "docs", "web-pages.md");

    /// <summary>The cells of a table, without its head.</summary>
    public static IReadOnlyList<string[]> Read(string table)
    {
        (int first, int end, string[] lines) = Find(table);
        return [.. lines[first..end].Skip(2).Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])];
    }

    /// <summary>Replaces a table. All columns but the first are numbers.</summary>
    public static void Write(string table, string[] columns, IEnumerable<string[]> rows)
    {
        (int first, int end, string[] lines) = Find(table);
        IEnumerable<string> written = [Line(columns), Line([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]), .. rows.Select(Line)];
        System.IO.File.WriteAllText(File, string.Join('\n', [.. lines[..first], .. written, .. lines[end..]]));

        static string Line(string[] cells) => $"| {string.Join(" | ", cells)} |";
    }

    private static (int First, int End, string[] Lines) Find(string table)
    {
        string[] lines = System.IO.File.ReadAllText(File).Split('\n');
        int first = Array.IndexOf(lines, $"<!-- {table} -->") + 1;
        Assert.True(first > 0, $"docs/web-pages.md has no table {table}.");
        int end = first;
        while (end < lines.Length && lines[end].StartsWith('|'))
        {
            end++;
        }

        return (first, end, lines);
    }
}
