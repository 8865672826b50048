using System.Text.RegularExpressions;
using System.Xml.Linq;
using TodoApp.Frontend.Shell;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>Every text of the pages is there in every language.</summary>
public sealed partial class TextsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "TodoApp.Frontend");

    [Fact]
    public void Every_text_in_the_source_is_translated_with_the_same_places()
    {
        var german = XDocument.Load(Path.Combine(Folder, "Texts.de.resx")).Root!.Elements("data").ToDictionary(data => (string)data.Attribute("name")!, data => (string)data.Element("value")!);
        string[] keys = [.. Sources().SelectMany(source => Keys().Matches(source).Select(match => Regex.Unescape(match.Groups[1].Value))).Distinct()];
        Assert.True(keys.Length > 100);
        Assert.DoesNotContain(keys, key => !german.ContainsKey(key));
        Assert.All(german, pair => Assert.Subset(Places(pair.Key).ToHashSet(), Places(pair.Value).ToHashSet()));
        Assert.All(german.Where(pair => !ErrorTexts.Forms.Contains(pair.Key)), pair => Assert.Equal(Places(pair.Key), Places(pair.Value))); // Of an error less may be said.
    }

    [Fact]
    public void No_text_is_translated_that_no_page_has()
    {
        string all = string.Join('\n', Sources());
        Assert.DoesNotContain(
            XDocument.Load(Path.Combine(Folder, "Texts.de.resx")).Root!.Elements("data").Select(data => (string)data.Attribute("name")!),
            key => !all.Contains('"' + key.Replace("\"", "\\\"", StringComparison.Ordinal) + '"', StringComparison.Ordinal));
    }

    private static IEnumerable<string> Sources() => new[] { "*.cs", "*.razor" }
        .SelectMany(pattern => Directory.EnumerateFiles(Folder, pattern, SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    private static string[] Places(string text) => [.. PlacesIn().Matches(text).Select(match => match.Value).Distinct().Order()];

    [GeneratedRegex("""\b(?:T|texts)\["((?:[^"\\]|\\.)*)"[\],]""")]
    private static partial Regex Keys();

    [GeneratedRegex("""\{\d+[^}]*\}""")]
    private static partial Regex PlacesIn();
}
