namespace TodoApp.McpServer.Tasks;

/// <summary>
/// Places in an order as text, compared byte by byte, so that moving one item writes one row. What is added at the end takes the
/// space's next version as its rank, which is above every earlier one and never grows longer.
/// </summary>
internal static class Rank
{
    public const int MaxLength = 64;

    /// <summary>The length from which on neighbours are given new, shorter ranks instead of a longer one between them.</summary>
    public const int LongLength = 32;

    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>The rank of what is added at the end by the change with this version. The SQL of PostgreSQL's one-trip writes says the same.</summary>
    public static string AtEnd(long version) => version.ToString("x12", System.Globalization.CultureInfo.InvariantCulture) + "1";

    /// <summary>A rank between two others, half-way in value so that both sides keep room. It grows by one character about every five times a gap is halved.</summary>
    /// <param name="low">What it comes after; null for before the first.</param>
    /// <param name="high">What it comes before; null for after the last.</param>
    public static string Between(string? low, string? high)
    {
        low ??= "";
        if (high is not null && string.CompareOrdinal(low, high) >= 0)
        {
            throw new ArgumentException($"'{low}' is not before '{high}'.", nameof(high));
        }

        string? bound = high;
        var rank = new System.Text.StringBuilder();
        for (int i = 0; ; i++)
        {
            int from = i < low.Length ? Digits.IndexOf(low[i], StringComparison.Ordinal) : 0;
            int to = bound is not null && i < bound.Length ? Digits.IndexOf(bound[i], StringComparison.Ordinal) : Digits.Length;
            if (from == to)
            {
                rank.Append(Digits[from]);
            }
            else if (to - from > 1)
            {
                return rank.Append(Digits[(from + to) / 2]).ToString();
            }
            else
            {
                // Neighbours: keep the lower digit, and from here on only the lower bound matters.
                rank.Append(Digits[from]);
                bound = null;
            }
        }
    }

    /// <summary>As many ranks as wanted between two others, in their order and evenly apart.</summary>
    public static string[] Spread(string? low, string? high, int count)
    {
        string[] ranks = new string[count];
        Fill(low, high, 0, count);
        return ranks;

        void Fill(string? below, string? above, int from, int to)
        {
            if (from < to)
            {
                int middle = (from + to) / 2;
                ranks[middle] = Between(below, above);
                Fill(below, ranks[middle], from, middle);
                Fill(ranks[middle], above, middle + 1, to);
            }
        }
    }

    /// <summary>A trailing 0 would leave no place before it.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= MaxLength && text[^1] != '0' && text.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c));
}
