using TodoApp.McpServer.Search;

namespace TodoApp.Tests.McpServer;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("Buy milk, and BREAD!", "buy milk and bread")]
    [InlineData("École Ærø Straße ﬁne ＡＢＣ１２ Łódź İstanbul ısı", "ecole aero strasse fine abc12 lodz istanbul isi")]
    [InlineData("ΟΔΟΣ οδός", "οδοσ οδοσ")]
    [InlineData("е́лка Йод", "елка иод")]
    [InlineData("שָׁלוֹם", "שלום")]
    [InlineData("مُحَمَّد", "محمد")]
    [InlineData("١٢٣ a.b-c_d", "123 a b c d")]
    [InlineData("牛乳を買う", "牛乳 乳を を買 買う う")]
    [InlineData("か\u3099く", "がく く")]
    [InlineData("학교에", "학교 교에 에")]
    [InlineData("abc牛乳def", "abc 牛乳 乳 def")]
    [InlineData("ทำงาน", "ทำ าง งา าน น")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("🎉party 👍🏽", "🎉 party 👍")]
    [InlineData("… !?", "")]
    public void Words_are_folded(string text, string expected) =>
        Assert.Equal(Normalize(expected), string.Join(' ', SearchText.Words(text).Select(word => word.Text)));

    [Fact]
    public void Long_words_are_cut_and_repeated_ones_are_kept_once()
    {
        Assert.Equal("t" + new string('x', 64), SearchText.Of(new string('x', 500), null));
        Assert.Equal("ta tb na", SearchText.Of("a b A á", "a a"));
        Assert.Equal("na", SearchText.Of("!", "a"));
        Assert.True(SearchText.Words("a" + new string('\u0E31', 5000)).All(word => word.Text.Length <= 64));
    }

    [Fact]
    public void Any_text_gives_words_of_letters_digits_and_marks_only()
    {
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, 40).Select(_ => char.ConvertFromUtf32(random.Next(4) == 0 ? random.Next(0x20, 0x7F) : Scalar(random))));
            Assert.All(SearchText.Words(text), word => Assert.DoesNotContain(word.Text, c => c is ' ' or '\'' or '"' or ':' or '\\' or '&' or '|' or '!' or '*' or '(' or ')' || char.IsWhiteSpace(c) || char.IsControl(c)));
        }

        static int Scalar(Random random) => random.Next(0x20, 0x10FFFF) is int scalar && scalar is >= 0xD800 and <= 0xDFFF ? 'x' : scalar;
    }

    // The expected Thai above is written with its vowel sign composed; the folded text has it decomposed.
    private static string Normalize(string text) => text.Normalize(global::System.Text.NormalizationForm.FormKD).Normalize();
}
