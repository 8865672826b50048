using System.Text.Json.Nodes;

namespace TodoApp.Tests.Agents;

/// <summary>
/// Checks values against the part of JSON Schema that tools' output schemas use. A keyword that it does not know fails the test,
/// so that nothing is passed over.
/// </summary>
internal static class OutputSchema
{
    private static readonly string[] Annotations = ["description", "title", "default", "$schema", "examples"];

    /// <returns>What is wrong, with where; null when the value is valid.</returns>
    public static string? Check(JsonNode schema, JsonNode? value, string path = "$")
    {
        foreach ((string keyword, JsonNode? rule) in schema.AsObject())
        {
            string? wrong = keyword switch
            {
                "type" => Types(rule!).Contains(TypeOf(value)) || (TypeOf(value) == "integer" && Types(rule!).Contains("number")) ? null : $"{path} is {TypeOf(value)} instead of {rule}",
                "enum" => rule!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)) ? null : $"{path} is {value?.ToJsonString()}, which is not in the enum",
                "const" => JsonNode.DeepEquals(rule, value) ? null : $"{path} is not {rule}",
                "required" => value is JsonObject item && rule!.AsArray().FirstOrDefault(name => !item.ContainsKey((string)name!)) is JsonNode missing ? $"{path}.{missing} is missing" : null,
                "properties" => value is JsonObject item ? First(rule!.AsObject().Where(property => item.ContainsKey(property.Key)).Select(property => Check(property.Value!, item[property.Key], $"{path}.{property.Key}"))) : null,
                "additionalProperties" => value is JsonObject item ? CheckOthers(schema, rule!, item, path) : null,
                "items" => value is JsonArray array ? First(array.Select((element, i) => Check(rule!, element, $"{path}[{i}]"))) : null,
                "minItems" => value is JsonArray array && array.Count < (int)rule! ? $"{path} has too few entries" : null,
                "maxItems" => value is JsonArray array && array.Count > (int)rule! ? $"{path} has too many entries" : null,
                "minimum" => value is JsonValue number && TypeOf(value) is "integer" or "number" && (double)number < (double)rule! ? $"{path} is too low" : null,
                "maximum" => value is JsonValue number && TypeOf(value) is "integer" or "number" && (double)number > (double)rule! ? $"{path} is too high" : null,
                "maxLength" => value is JsonValue text && TypeOf(value) == "string" && ((string)text!).EnumerateRunes().Count() > (int)rule! ? $"{path} is too long" : null,
                "minLength" => value is JsonValue text && TypeOf(value) == "string" && ((string)text!).EnumerateRunes().Count() < (int)rule! ? $"{path} is too short" : null,
                "anyOf" => rule!.AsArray().Any(other => Check(other!, value, path) is null) ? null : $"{path} fits none of anyOf",
                "oneOf" => rule!.AsArray().Count(other => Check(other!, value, path) is null) == 1 ? null : $"{path} does not fit exactly one of oneOf",
                _ => Annotations.Contains(keyword) ? null : throw new NotSupportedException($"The schema at {path} has the keyword {keyword}, which {nameof(OutputSchema)} does not know."),
            };
            if (wrong is not null)
            {
                return wrong;
            }
        }

        return null;
    }

    private static string? CheckOthers(JsonNode schema, JsonNode rule, JsonObject value, string path)
    {
        IEnumerable<string> others = value.Select(property => property.Key).Where(name => schema["properties"]?[name] is null);
        return rule is JsonValue allowed
            ? (bool)allowed ? null : others.FirstOrDefault() is string other ? $"{path}.{other} is not in the schema" : null
            : First(others.Select(name => Check(rule, value[name], $"{path}.{name}")));
    }

    private static string? First(IEnumerable<string?> wrongs) => wrongs.FirstOrDefault(wrong => wrong is not null);

    private static string[] Types(JsonNode rule) => rule is JsonArray several ? [.. several.Select(type => (string)type!)] : [(string)rule!];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or System.Text.Json.JsonValueKind.Null => "null",
        System.Text.Json.JsonValueKind.Object => "object",
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
        _ => decimal.TryParse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out decimal number) && number == decimal.Truncate(number) ? "integer" : "number",
    };
}
