using TodoApp.Frontend.Tasks;

namespace TodoApp.Tests.Frontend;

/// <summary>Notes come from anybody who may write tasks; as HTML they do nothing but show.</summary>
public sealed class NotesMarkdownTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a <img src=x onerror=alert(1)> b")]
    [InlineData("<div\n\nonclick=alert(1)>")]
    [InlineData("[a](javascript:alert(1))")]
    [InlineData("[a](JaVaScRiPt&#58;alert(1))")]
    [InlineData("[a](&#x6A;avascript:alert(1))")]
    [InlineData("[a](<java\tscript:alert(1)>)")]
    [InlineData("[a](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[a](vbscript:x)")]
    [InlineData("[a](//evil.example)")]
    [InlineData("[a](/sign-out)")]
    [InlineData("[a](file:///etc/passwd)")]
    [InlineData("[a][b]\n\n[b]: javascript:alert(1)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("![x](data:image/svg+xml,<svg onload=alert(1)>)")]
    [InlineData("[![x](javascript:alert(1))](javascript:alert(1))")]
    [InlineData("```\" onmouseover=alert(1)\n</code><script>alert(1)</script>\n```")]
    [InlineData("| <script> |\n|:---:|\n| [a](javascript:alert(1)) |")]
    [InlineData("# <svg onload=alert(1)>")]
    [InlineData("&lt;script&gt;alert(1)&lt;/script&gt;")]
    public void What_is_hostile_is_only_text(string notes)
    {
        string html = NotesMarkdown.ToHtml(notes).Value;
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<svg", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<div", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("<[^>]*(\\son[a-z]+|\\sstyle)=", html);
    }

    [Theory]
    [InlineData("[a](https://x.example \"t\\\" onmouseover=\\\"x\")", "<a href=\"https://x.example\" rel=\"noopener noreferrer nofollow\" title=\"t&quot; onmouseover=&quot;x\">a</a>")]
    [InlineData("https://x.example/?a=1&b=<2>", "rel=\"noopener noreferrer nofollow\"")]
    [InlineData("<me@x.example>", "<a href=\"mailto:me@x.example\" rel=\"noopener noreferrer nofollow\">me@x.example</a>")]
    [InlineData("![A cat](https://x.example/cat.png)", "<a href=\"https://x.example/cat.png\" rel=\"noopener noreferrer nofollow\">A cat</a>")]
    [InlineData("# Plan", "<h3>Plan</h3>")]
    [InlineData("###### Deep", "<h6>Deep</h6>")]
    [InlineData("- [x] Milk\n- [ ] Eggs", "☑ Milk")]
    [InlineData("**Milk** and ~~eggs~~", "<strong>Milk</strong> and <del>eggs</del>")]
    [InlineData("one\ntwo", "one<br />\ntwo")]
    [InlineData("| a |\n|--:|\n| 1 |", "<td>1</td>")]
    public void What_is_harmless_is_formatted(string notes, string expected) =>
        Assert.Contains(expected, NotesMarkdown.ToHtml(notes).Value, StringComparison.Ordinal);

    [Fact]
    public void What_is_nested_too_deep_is_shown_as_written()
    {
        string html = NotesMarkdown.ToHtml(new string('>', 10_000) + "<b>").Value;
        Assert.StartsWith("<pre>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("[[[[", NotesMarkdown.ToHtml(new string('[', 16_000)).Value, StringComparison.Ordinal);
    }
}
