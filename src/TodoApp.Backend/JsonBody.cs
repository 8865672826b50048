using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using TodoApp.Contracts;

namespace TodoApp.Backend;

/// <summary>
/// A request's JSON object, read field by field, so that every error names its field and says what would be right.
/// Wrong types and unknown fields make it 400; broken rules make it 422; all are reported at once.
/// </summary>
internal sealed class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _malformed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _invalid = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];
    private readonly bool _isMergePatch;
    private IResult? _refusal;

    private JsonBody(bool isMergePatch) => _isMergePatch = isMergePatch;

    /// <summary>Reads the body. What is wrong with it as a whole is in <see cref="Refusal"/>.</summary>
    internal static async Task<JsonBody> Read(HttpRequest request, bool mergePatch = false)
    {
        var body = new JsonBody(mergePatch);
        if (!IsJson(request.ContentType, mergePatch))
        {
            body._refusal = Answers.Problem(ProblemKind.UnsupportedMediaType,
                mergePatch ? "Send application/merge-patch+json or application/json." : "Send application/json.");
            return body;
        }

        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, request.HttpContext.RequestAborted);
        body.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        return body;
    }

    /// <summary>The answer when something is wrong; null when all is well. Ask after the last field was read.</summary>
    internal IResult? Refusal
    {
        get
        {
            if (_refusal is not null)
            {
                return _refusal;
            }

            foreach (string name in _fields.Keys.Where(name => !_known.Contains(name)))
            {
                Add(_malformed, name, $"There is no such field. The fields are {string.Join(", ", _known)}.");
            }

            return _malformed.Count > 0 ? Answers.Problem(ProblemKind.Malformed, Errors(_malformed))
                : _invalid.Count > 0 ? Answers.Problem(ProblemKind.Invalid, Errors(_invalid))
                : null;
        }
    }

    /// <summary>A text. Null when it is absent, which is an error only if <paramref name="required"/>, or wrong.</summary>
    /// <param name="name">The field.</param>
    /// <param name="required">Whether it must be there.</param>
    /// <param name="rule">Returns what breaks the field's rule, or null, and may change the text.</param>
    internal string? Text(string name, bool required = false, TextRule? rule = null)
    {
        if (Field(name, required, JsonValueKind.String, "a text in quotes") is not JsonElement element)
        {
            return null;
        }

        string? text = Decode(element);
        if (text is null)
        {
            Invalid(name, "It has one half of a surrogate pair (\\ud800 to \\udfff) without the other.");
            return null;
        }

        if (rule?.Invoke(ref text) is string error)
        {
            Invalid(name, error);
            return null;
        }

        return text;
    }

    /// <summary>A list of texts.</summary>
    internal IReadOnlyList<string>? Texts(string name, bool required)
    {
        if (Field(name, required, JsonValueKind.Array, "a list of texts") is not JsonElement element)
        {
            return null;
        }

        var texts = new List<string>();
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                Add(_malformed, name, $"It must be a list of texts, and has {Describe(item.ValueKind)} in it.");
                return null;
            }

            texts.Add(Decode(item) ?? "\uFFFD");
        }

        return texts;
    }

    /// <summary>An instant with its offset from UTC.</summary>
    internal DateTimeOffset? Instant(string name)
    {
        if (Field(name, required: false, JsonValueKind.String, "a date and time like 2027-01-31T00:00:00Z") is not JsonElement element)
        {
            return null;
        }

        // Without an offset it would be read in the server's zone.
        if (Decode(element) is not string text || text.Length < 20 || text[10] is not 'T'
            || (!text.EndsWith('Z') && !(text[^3] == ':' && text[^6] is '+' or '-'))
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTimeOffset instant))
        {
            Invalid(name, "It must be a date and time with Z or an offset, for example 2027-01-31T00:00:00Z.");
            return null;
        }

        return instant;
    }

    /// <summary>Adds a broken rule of a field.</summary>
    internal void Invalid(string name, string error) => Add(_invalid, name, error);

    private static bool IsJson(string? contentType, bool mergePatch)
    {
        ReadOnlySpan<char> type = contentType.AsSpan();
        int semicolon = type.IndexOf(';');
        type = (semicolon < 0 ? type : type[..semicolon]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (mergePatch && type.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase));
    }

    private void Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
        {
            _refusal = Answers.Problem(ProblemKind.Malformed, "", "The body is not UTF-8.");
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                _refusal = Answers.Problem(ProblemKind.Malformed, "", $"The body must be an object in braces, and is {Describe(document.RootElement.ValueKind)}.");
                return;
            }

            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                _fields[property.Name] = property.Value.Clone();
            }
        }
        catch (JsonException exception)
        {
            _refusal = Answers.Problem(ProblemKind.Malformed, "", bytes.IsEmpty
                ? "The body is empty; it must be a JSON object."
                : exception.LineNumber is null ? "The body is not JSON, or has a field twice."
                : $"The body is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            _refusal = Answers.Problem(ProblemKind.Malformed, "", "A field's name has one half of a surrogate pair without the other.");
        }
    }

    private JsonElement? Field(string name, bool required, JsonValueKind kind, string form)
    {
        _known.Add(name);
        if (_refusal is not null)
        {
            return null;
        }

        if (!_fields.TryGetValue(name, out JsonElement element))
        {
            if (required)
            {
                Invalid(name, "It is required.");
            }

            return null;
        }

        if (element.ValueKind == kind)
        {
            return element;
        }

        if (element.ValueKind == JsonValueKind.Null && !required)
        {
            // Unset fields may be null; but in a merge patch null would remove, and none of these fields can be removed.
            if (_isMergePatch)
            {
                Invalid(name, "It can't be removed. Leave it out to keep it.");
            }

            return null;
        }

        Add(_malformed, name, $"It must be {form}, and is {Describe(element.ValueKind)}.");
        return null;
    }

    private static string? Decode(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // Half of a surrogate pair.
        }
    }

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static void Add(Dictionary<string, List<string>> errors, string name, string error)
    {
        if (!errors.TryGetValue(name, out List<string>? list))
        {
            errors[name] = list = [];
        }

        list.Add(error);
    }

    private static Dictionary<string, string[]> Errors(Dictionary<string, List<string>> errors) =>
        errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
}

/// <summary>Checks a text, and may replace it by its canonical form.</summary>
/// <returns>What is wrong and what would be right; null when nothing is.</returns>
internal delegate string? TextRule(ref string text);
