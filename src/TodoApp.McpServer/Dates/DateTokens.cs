using System.Globalization;

namespace TodoApp.McpServer.Dates;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>After the last one.</summary>
    None,

    /// <summary>A run of letters.</summary>
    Word,

    /// <summary>A run of ASCII digits.</summary>
    Number,

    /// <summary>One other character that is not white space.</summary>
    Symbol,

    /// <summary>Something that was understood already: no phrase goes across it, and the title may end before it.</summary>
    Understood,

    /// <summary>Something that belongs to the title as it is: no phrase goes across it.</summary>
    Opaque,
}

/// <summary>A piece of a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">In UTF-16 units.</param>
/// <param name="End">In UTF-16 units, exclusive.</param>
/// <param name="IsGlued">Whether nothing stands between the token before and this one.</param>
/// <param name="Word">The word's meaning.</param>
/// <param name="Value">The number, or the symbol's character; a number of more than nine digits is -1.</param>
internal readonly record struct Token(TokenKind Kind, int Start, int End, bool IsGlued, Word Word, int Value)
{
    public int Length => End - Start;
}

/// <summary>The tokens of a text, and how often they were looked at.</summary>
internal sealed class DateTokens(string text, DateWords words)
{
    private readonly List<Token> _tokens = [];

    public string Text => text;

    public DateWords Words => words;

    public int Count => _tokens.Count;

    /// <summary>How many tokens were looked at: the work that reading took, the same on every machine.</summary>
    public long Steps { get; private set; }

    /// <summary>The token at an index; one of kind <see cref="TokenKind.None"/> before the first and after the last.</summary>
    public Token this[int index]
    {
        get
        {
            Steps++;
            return index >= 0 && index < _tokens.Count ? _tokens[index] : default;
        }
    }

    public static DateTokens Of(string text, DateWords words)
    {
        var tokens = new DateTokens(text, words);
        tokens.Add(0, text.Length);
        return tokens;
    }

    /// <summary>Adds the tokens of a part of the text. Parts are added in their order.</summary>
    public void Add(int start, int end)
    {
        int i = start;
        while (i < end)
        {
            char c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }

            int from = i++;
            if (char.IsAsciiDigit(c))
            {
                while (i < end && char.IsAsciiDigit(text[i]))
                {
                    i++;
                }

                int number = i - from <= 9 ? int.Parse(text.AsSpan(from, i - from), NumberStyles.None, CultureInfo.InvariantCulture) : -1;
                Add(TokenKind.Number, from, i, default, number);
            }
            else if (char.IsLetter(c))
            {
                while (i < end && char.IsLetter(text[i]))
                {
                    i++;
                }

                Add(TokenKind.Word, from, i, words.Find(text.AsSpan(from, i - from)), 0);
            }
            else
            {
                Add(TokenKind.Symbol, from, i, default, c);
            }
        }
    }

    /// <summary>Adds a part that is no phrase.</summary>
    public void AddWhole(TokenKind kind, int start, int end) => Add(kind, start, end, default, 0);

    private void Add(TokenKind kind, int start, int end, Word word, int value) =>
        _tokens.Add(new Token(kind, start, end, _tokens.Count > 0 && _tokens[^1].End == start, word, value));
}
