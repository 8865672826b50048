using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace TodoApp.Tests.Agents;

/// <summary>How many tokens of a language model a text takes. Models differ by some percent; o200k_base is the public one that is nearest to today's.</summary>
internal static partial class TokenCount
{
    private static readonly Tokenizer Tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");

    // As a model gets it from a client: letters are letters. What this encoder still escapes is undone after it.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static int Of(string text) => Tokenizer.CountTokens(text, considerNormalization: false);

    public static int Of(JsonNode json) => Of(Text(json));

    /// <summary>JSON as a model reads and writes it.</summary>
    public static string Text(JsonNode json) => EscapedPair().Replace(json.ToJsonString(Readable), pair => Regex.Unescape(pair.Value));

    /// <summary>What an answer brings into a model's context: texts and structured content, since some clients show both.</summary>
    /// <param name="answer">The whole message.</param>
    /// <param name="change">Makes texts the same in each run; none unless given.</param>
    public static int OfAnswer(JsonNode answer, Func<string, string>? change = null)
    {
        change ??= text => text;
        JsonNode? result = answer["result"];
        if (result is null)
        {
            return Of(Text(answer));
        }

        var texts = new List<string>();
        texts.AddRange(Array(result["content"]).Select(block => (string)block["text"]!));
        texts.AddRange(Array(result["contents"]).Select(contents => (string)contents["text"]!));
        texts.AddRange(Array(result["messages"]).Select(message => (string)(message["content"]!["text"] ?? message["content"]!["resource"]!["text"])!));
        texts.AddRange(result["structuredContent"] is JsonNode structured ? [Text(structured)] : texts.Count == 0 ? [Text(result)] : []);
        return texts.Sum(text => Of(change(text)));

        static IEnumerable<JsonNode> Array(JsonNode? node) => node is JsonArray array ? array.Select(item => item!) : [];
    }

    [GeneratedRegex("(?<!\\\\)\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}")]
    private static partial Regex EscapedPair();
}
