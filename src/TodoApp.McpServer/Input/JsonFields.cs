using System.Globalization;
using System.Text.Json;

namespace TodoApp.McpServer.Input;

/// <summary>
/// Reads the fields of a JSON object, telling apart an absent field, a null and a value, and reporting a wrong type, an unknown
/// field and a field given twice to <see cref="FieldErrors"/> under the name the sender used.
/// </summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly FieldErrors _errors;
    private readonly string _prefix;

    /// <param name="element">Should be an object.</param>
    /// <param name="known">The names it may have.</param>
    /// <param name="errors">Where to report.</param>
    /// <param name="prefix">What stands before a field's name in reports, for an object inside another: <c>operations[3].</c>.</param>
    public JsonFields(JsonElement element, ReadOnlySpan<string> known, FieldErrors errors, string prefix = "")
    {
        _errors = errors;
        _prefix = prefix;
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Malformed(prefix.TrimEnd('.'), $"must be a JSON object, but is {Describe(element)}.");
            return;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            string? name = TryName(property);
            if (name is null)
            {
                errors.Malformed(prefix.TrimEnd('.'), "has a field whose name is not valid Unicode.");
                continue;
            }

            Add(name, property.Value, known);
            if (errors.IsFull)
            {
                break;
            }
        }
    }

    /// <param name="arguments">A tool's arguments.</param>
    /// <param name="known">The names they may have.</param>
    /// <param name="errors">Where to report.</param>
    public JsonFields(IEnumerable<KeyValuePair<string, JsonElement>> arguments, ReadOnlySpan<string> known, FieldErrors errors)
    {
        _errors = errors;
        _prefix = "";
        foreach ((string name, JsonElement value) in arguments)
        {
            Add(name, value, known);
        }
    }

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>Whether the field is there with a value of any type other than null.</summary>
    public bool TryGet(string name, out JsonElement value) => _fields.TryGetValue(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A text, or null when the field is null. Absent when it has another type, which is then reported.</summary>
    public Optional<string?> Text(string name)
    {
        if (!_fields.TryGetValue(name, out JsonElement value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return new Optional<string?>(null);
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            _errors.Malformed(_prefix + name, $"must be a text in quotes, but is {Describe(value)}.");
            return default;
        }

        string? text = TryText(value);
        if (text is null)
        {
            _errors.Invalid(_prefix + name, "has half of a surrogate pair, which is not valid Unicode.");
            return default;
        }

        return new Optional<string?>(text);
    }

    /// <summary>A text or a whole number, which is how ids and numbers may be given; as text.</summary>
    public Optional<string?> Reference(string name) =>
        _fields.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? new Optional<string?>(number.ToString(CultureInfo.InvariantCulture))
            : Text(name);

    /// <summary>True or false; null counts as absent.</summary>
    public Optional<bool> Boolean(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return default;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        _errors.Malformed(_prefix + name, $"must be true or false, but is {Describe(value)}.");
        return default;
    }

    /// <summary>A whole number in a range; null counts as absent.</summary>
    public Optional<int> Number(string name, int least, int most)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return default;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int number))
        {
            _errors.Malformed(_prefix + name, $"must be a whole number, but is {Describe(value)}.");
            return default;
        }

        if (number < least || number > most)
        {
            _errors.Invalid(_prefix + name, $"must be from {least} to {most}.");
            return default;
        }

        return number;
    }

    /// <summary>Texts; an empty array when the field is null.</summary>
    public Optional<string[]> Texts(string name, int most)
    {
        if (!_fields.TryGetValue(name, out JsonElement value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return Array.Empty<string>();
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            _errors.Malformed(_prefix + name, $"must be an array of texts, but is {Describe(value)}.");
            return default;
        }

        if (value.GetArrayLength() > most)
        {
            _errors.Invalid(_prefix + name, $"must have at most {most} entries.");
            return default;
        }

        var texts = new List<string>(value.GetArrayLength());
        foreach (JsonElement entry in value.EnumerateArray())
        {
            string? text = entry.ValueKind switch
            {
                JsonValueKind.String => TryText(entry),
                JsonValueKind.Number when entry.TryGetInt64(out long number) => number.ToString(CultureInfo.InvariantCulture),
                _ => null,
            };
            if (text is null)
            {
                _errors.Malformed(_prefix + name, $"must be an array of texts, but one entry is {Describe(entry)}.");
                return default;
            }

            texts.Add(text);
        }

        return texts.ToArray();
    }

    /// <summary>The objects of an array, each with its own report prefix such as <c>tasks[2].</c>; none when absent or of another type, which is reported.</summary>
    public IEnumerable<(JsonElement Element, string Prefix)> Objects(string name, int most)
    {
        if (!TryGet(name, out JsonElement value))
        {
            _errors.Invalid(_prefix + name, "must be given.");
            yield break;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            _errors.Malformed(_prefix + name, $"must be an array, but is {Describe(value)}.");
            yield break;
        }

        int count = value.GetArrayLength();
        if (count == 0 || count > most)
        {
            _errors.Invalid(_prefix + name, $"must have 1 to {most} entries, but has {count}.");
            yield break;
        }

        int index = 0;
        foreach (JsonElement element in value.EnumerateArray())
        {
            yield return (element, $"{_prefix}{name}[{index++}].");
        }
    }

    /// <summary>What kind of JSON value it is, in words.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => $"the number {Excerpt.Of(value.GetRawText())}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <summary>Names the known field that was probably meant, or all of them.</summary>
    public static string Suggest(string name, ReadOnlySpan<string> known)
    {
        string? nearest = name.Length <= 40 ? Names.Nearest(name, known.ToArray()) : null;
        return nearest is null ? $"Known are {string.Join(", ", known.ToArray())}." : $"Did you mean {nearest}?";
    }

    private void Add(string name, JsonElement value, ReadOnlySpan<string> known)
    {
        if (known.IndexOf(name) < 0)
        {
            _errors.Malformed(_prefix + Excerpt.Of(name), $"is not a known field. {Suggest(name, known)}");
        }
        else if (!_fields.TryAdd(name, value))
        {
            _errors.Malformed(_prefix + name, "is given twice.");
        }
    }

    private static string? TryText(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // A lone surrogate, or bytes that are not UTF-8.
        }
    }

    private static string? TryName(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
