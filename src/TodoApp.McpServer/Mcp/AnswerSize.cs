using System.Text;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// How large answers may be, so that none fills an agent's context. In bytes of UTF-8: no tokenizer makes more tokens than there are
/// bytes, so the limit holds in every language, while plain English takes a fourth of the tokens.
/// </summary>
internal static class AnswerSize
{
    /// <summary>For all that a model may read of an answer: text and structured content. Some hundred are left for what stands around.</summary>
    public const int Most = 24_000;

    private const string Ellipsis = "…";

    public static int Of(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>A text of at most so many bytes; one that is cut ends with an ellipsis.</summary>
    public static string Cut(string text, int bytes)
    {
        if (text.Length <= bytes / 3 || Of(text) <= bytes)
        {
            return text;
        }

        int length = 0;
        int left = bytes - Of(Ellipsis);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if ((left -= rune.Utf8SequenceLength) < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, length), Ellipsis);
    }

    /// <summary>How many of these fit; at least one when there are any.</summary>
    /// <param name="sizes">The bytes of each.</param>
    /// <param name="most">How many bytes there are for them.</param>
    public static int Fit(IEnumerable<int> sizes, int most = Most)
    {
        int count = 0;
        int sum = 0;
        foreach (int size in sizes)
        {
            sum += size;
            if (count > 0 && sum > most)
            {
                break;
            }

            count++;
        }

        return count;
    }
}
