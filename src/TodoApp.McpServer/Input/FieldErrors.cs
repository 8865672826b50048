using TodoApp.Contracts;

namespace TodoApp.McpServer.Input;

/// <summary>Collects what is wrong with a request, so that its author learns everything at once.</summary>
internal sealed class FieldErrors
{
    // Enough to learn from; an answer must not grow with what was wrong.
    private const int MostFields = 20;

    private readonly SortedDictionary<string, List<string>> _malformed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<string>> _invalid = new(StringComparer.Ordinal);

    /// <summary>Whether so much is wrong that reading on brings nothing.</summary>
    public bool IsFull => _malformed.Count == MostFields;

    public bool Any => _malformed.Count > 0 || _invalid.Count > 0;

    /// <summary>The field could not be read: a wrong type, an unknown name. Answered with 400.</summary>
    public void Malformed(string field, string text) => Add(_malformed, field, text);

    /// <summary>The field's value breaks a rule. Answered with 422.</summary>
    public void Invalid(string field, string text) => Add(_invalid, field, text);

    /// <summary>The problem that tells all of them; null when there is none.</summary>
    public Problem? ToProblem()
    {
        if (!Any)
        {
            return null;
        }

        bool malformed = _malformed.Count > 0;
        Dictionary<string, string[]> errors = (malformed ? _malformed : _invalid).ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        (string field, string[] texts) = errors.First();
        string detail = field.Length == 0 ? texts[0] : $"{field}: {texts[0]}";
        return (malformed ? ProblemKind.Malformed : ProblemKind.Invalid).Because(detail, errors);
    }

    private static void Add(SortedDictionary<string, List<string>> errors, string field, string text)
    {
        if (!errors.TryGetValue(field, out List<string>? texts))
        {
            if (errors.Count == MostFields)
            {
                return;
            }

            errors.Add(field, texts = []);
        }

        if (texts.Count < MostFields)
        {
            texts.Add(text);
        }
    }
}
