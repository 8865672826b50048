using System.Globalization;
using System.Text;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Search;

/// <summary>
/// The words of a text as they are stored and looked for: the same for both engines, which get them ready made. Case, accents,
/// width and ligatures are folded away. Scripts that are written without spaces give pairs of neighbouring characters.
/// </summary>
internal static class SearchText
{
    /// <summary>What stands before each word of a title where it is stored.</summary>
    public const char InTitle = 't';

    /// <summary>What stands before each word of the notes where it is stored.</summary>
    public const char InNotes = 'n';

    /// <summary>Longer words are cut, in UTF-16 units; a longer word that is looked for is cut alike, and so found.</summary>
    private const int LongestWord = 64;

    /// <summary>Marks upon one character, in UTF-16 units, beyond which more are ignored.</summary>
    private const int LongestCharacter = 8;

    // What decomposition leaves as it is, though people type it otherwise.
    private static readonly Dictionary<int, string> Spelled = new()
    {
        ['ß'] = "ss",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ø'] = "o",
        ['ł'] = "l",
        ['đ'] = "d",
        ['ð'] = "d",
        ['þ'] = "th",
        ['ħ'] = "h",
        ['ı'] = "i",
        ['ŋ'] = "n",
    };

    /// <summary>
    /// What is stored for a task: its distinct words, each behind <see cref="InTitle"/> or <see cref="InNotes"/>, between spaces.
    /// As many as there are; the limits of title and notes bound them (at most some 9,000 words, 300 kB).
    /// </summary>
    public static string Of(string title, string? notes) => notes is null ? Of(InTitle, title) : Join(Of(InTitle, title), Of(InNotes, notes));

    /// <summary>The part of it that comes from the title or from the notes.</summary>
    public static string Of(char where, string? text) =>
        text is null ? "" : string.Join(' ', Words(text).Select(word => word.Text).Distinct(StringComparer.Ordinal).Select(word => where + word));

    /// <summary>The words of a text in their order.</summary>
    public static IEnumerable<Word> Words(string text)
    {
        foreach (string run in Runs(text))
        {
            int start = 0;
            while (start < run.Length)
            {
                bool isSpaceless = IsSpaceless(Rune.GetRuneAt(run, start));
                int end = start;
                while (end < run.Length && (IsMark(Rune.GetRuneAt(run, end)) || IsSpaceless(Rune.GetRuneAt(run, end)) == isSpaceless))
                {
                    end += Rune.GetRuneAt(run, end).Utf16SequenceLength;
                }

                foreach (Word word in isSpaceless ? Pairs(run[start..end]) : [new Word(Cut(run[start..end], LongestWord), IsPart: false)])
                {
                    yield return word;
                }

                start = end;
            }
        }
    }

    private static string Join(string first, string second) => first.Length == 0 ? second : second.Length == 0 ? first : first + " " + second;

    // Folded letters, digits and marks without anything between them; a symbol such as an emoji is a run of its own.
    private static IEnumerable<string> Runs(string text)
    {
        var run = new StringBuilder();
        foreach (Rune rune in (Ascii.IsValid(text) ? text : text.Normalized(NormalizationForm.FormKD)).EnumerateRunes())
        {
            if (IsAccent(rune.Value))
            {
                continue;
            }

            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (Rune.IsLetter(rune) || Rune.IsNumber(rune) || (IsMark(category) && run.Length > 0))
            {
                Fold(rune, run);
                continue;
            }

            if (run.Length > 0)
            {
                yield return Finish(run);
            }

            if (category == UnicodeCategory.OtherSymbol)
            {
                yield return rune.ToString();
            }
        }

        if (run.Length > 0)
        {
            yield return Finish(run);
        }
    }

    // Composed again: Hangul and Indic scripts would have very long words otherwise.
    private static string Finish(StringBuilder run)
    {
        string text = run.ToString();
        run.Clear();
        return Ascii.IsValid(text) ? text : text.Normalized(NormalizationForm.FormC);
    }

    private static void Fold(Rune rune, StringBuilder run)
    {
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
        {
            run.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            return;
        }

        // Upper case first: Greek has two small sigmas, and one capital.
        Rune lower = rune.Value == 'ı' ? rune : Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
        run.Append(Spelled.TryGetValue(lower.Value, out string? spelled) ? spelled : lower.ToString());
    }

    // Each character with its right neighbour, and the last one alone; so one character is found as the beginning of a pair.
    private static IEnumerable<Word> Pairs(string run)
    {
        var characters = new List<string>();
        for (int start = 0; start < run.Length;)
        {
            int end = start + Rune.GetRuneAt(run, start).Utf16SequenceLength;
            while (end < run.Length && Rune.GetRuneAt(run, end) is Rune next && IsMark(next))
            {
                end += next.Utf16SequenceLength;
            }

            characters.Add(Cut(run[start..end], LongestCharacter));
            start = end;
        }

        for (int i = 0; i + 1 < characters.Count; i++)
        {
            yield return new Word(characters[i] + characters[i + 1], IsPart: false);
        }

        yield return new Word(characters[^1], IsPart: true);
    }

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static bool IsMark(Rune rune) => IsMark(Rune.GetUnicodeCategory(rune));

    private static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Marks that people leave out: those of Latin, Greek and Cyrillic, Hebrew points, Arabic vowels. Those of other scripts make other letters.
    private static bool IsAccent(int rune) => rune is (>= 0x0300 and <= 0x036F) or (>= 0x0591 and <= 0x05BD) or 0x05BF or 0x05C1 or 0x05C2 or 0x05C4 or 0x05C5 or 0x05C7
        or 0x0640 or (>= 0x064B and <= 0x065F) or 0x0670 or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xFE20 and <= 0xFE2F);

    // Thai, Lao, Myanmar, Hangul, Khmer, kana, Han.
    private static bool IsSpaceless(Rune rune) => rune.Value is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1100 and <= 0x11FF) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3005 and <= 0x3007) or (>= 0x3040 and <= 0x318F) or (>= 0x31F0 and <= 0x31FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF)
        or (>= 0xAC00 and <= 0xD7FF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);

    /// <summary>A folded word.</summary>
    /// <param name="Text">The word, or two neighbouring characters, or one.</param>
    /// <param name="IsPart">Whether it is the last character of a run without spaces.</param>
    public readonly record struct Word(string Text, bool IsPart);
}
