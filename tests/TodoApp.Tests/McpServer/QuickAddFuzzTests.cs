using System.Text;
using TodoApp.Contracts;
using TodoApp.McpServer.QuickAdd;

namespace TodoApp.Tests.McpServer;

/// <summary>Any text is read: without an exception, in time that grows as the text does, and with nothing lost.</summary>
public sealed class QuickAddFuzzTests
{
    // What a character may cost at most. Lists of ordinals are what costs most.
    private const int StepsPerCharacter = 120;

    private static readonly string[] Pieces =
    [
        "every ", "every! ", "other ", "1st ", "and ", "on ", "the ", "last ", "day ", "month ", "of ", "monday ", "mon", "fri ", "may ", "5 ", "2026", "-", "12", "/", ".", ":",
        "am ", "pm ", "at ", "9", "in ", "3 ", "days ", "999999999999 ", "ago ", "next ", "week ", "weekend ", "end ", "eom ", "tomorrow ", "tom ", "tonight ", "morning ", "noon ",
        "until ", "starting ", "for ", "times ", "x5 ", "after completion ", "#", "@", "\"", "p1 ", "!2 ", "//", " // ", "(", ")", ",", "\n", "\r\n", "\t", "  ", "- ", "* ", "[ ] ",
        "word ", "é", "\u0301", "\U0001F389", "\ud800", "\udc00", "\0", "\u2028", "\u00a0", "１", "\uffff", "\ufffe", "30 feb ", "29 feb ", "daily ", "#Home ", "@a ", "every 31st of february ",
    ];

    public static TheoryData<string> Repeated =>
        ["every 1st and ", "1st and the ", "1st,", "every mon, ", "every mon-", "\"", " \"", "#\"", "@\"a ", "#a ", "@a ", "//", "1 dec to ", "on the ", "in the ", "every day until ", "9am ",
            "1 ", "1.", "12/", "2026-", "for ", "tomorrow morning at ", "\n", "a\n", " a\n  ", "every 5th friday of february ", "every 31st of february ", "(", ",", "x", "\ud800", "\U0001F389"];

    [Fact]
    public void Random_texts_are_read()
    {
        var random = new Random(20261125);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (int pieces = random.Next(1, 25); pieces > 0; pieces--)
            {
                switch (random.Next(10))
                {
                    case 0:
                        text.Append((char)random.Next(0x10000));
                        break;
                    case 1 when text.Length > 0:
                        text.Remove(random.Next(text.Length), 1);
                        break;
                    default:
                        text.Append(Pieces[random.Next(Pieces.Length)]);
                        break;
                }
            }

            Check(text.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Repeated))]
    public void A_long_text_takes_twice_the_work_of_half_of_it(string piece)
    {
        long half = Check(Fill(piece, 8 * 1024)).Steps;
        long whole = Check(Fill(piece, 16 * 1024)).Steps;
        Assert.InRange(whole, half, (half * 21 / 10) + 100);
    }

    private static string Fill(string piece, int length) => string.Concat(Enumerable.Repeat(piece, (length / piece.Length) + 1))[..length];

    private static ParsedText Check(string text)
    {
        ParsedText parsed = QuickAddParser.Parse(text, QuickAddPhraseTests.Wednesday);
        Assert.InRange(parsed.Steps, 0, (StepsPerCharacter * text.Length) + 100);
        int end = 0;
        foreach (Understood span in parsed.Understood)
        {
            Assert.True(span.Start >= end && span.Length > 0, $"{span} in {text}");
            Assert.Equal(text.Substring(span.Start, span.Length), span.Text);
            end = span.Start + span.Length;
        }

        Assert.All(parsed.Tasks, task =>
        {
            Assert.NotEmpty(task.Title);
            Assert.True(task.Recurrence is null || task.Due is not null);
            Assert.True(task.Parent is null || parsed.Tasks[task.Parent.Value].Level == task.Level - 1);
        });

        // Nothing is lost: each letter is in a title or in something that was understood.
        int letters = text.Count(char.IsLetterOrDigit);
        int kept = parsed.Tasks.Sum(task => task.Title.Count(char.IsLetterOrDigit))
            + parsed.Understood.Where(span => span.Kind != "quoted").Sum(span => span.Text.Count(char.IsLetterOrDigit));
        Assert.True(kept >= letters, $"{letters} letters, {kept} kept: {text}");
        return parsed;
    }
}
