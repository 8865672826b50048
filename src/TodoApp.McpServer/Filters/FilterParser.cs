using System.Globalization;
using TodoApp.McpServer.Dates;

namespace TodoApp.McpServer.Filters;

/// <summary>
/// Reads a filter (docs/filters.md) into steps. Not recursive, in one pass, so that no filter takes long or much of the stack.
/// </summary>
internal sealed class FilterParser
{
    /// <summary>In UTF-16 units.</summary>
    public const int MostCharacters = 1000;

    public const int MostTerms = 100;

    /// <summary>How many parentheses may be open at once.</summary>
    public const int MostOpen = 50;

    /// <summary>The most days of "next 7 days".</summary>
    private const int MostDays = 3660;

    private static readonly Dictionary<string, FilterKind> Words = new(StringComparer.Ordinal)
    {
        ["all"] = FilterKind.All,
        ["today"] = FilterKind.Today,
        ["tomorrow"] = FilterKind.Tomorrow,
        ["overdue"] = FilterKind.Overdue,
        ["upcoming"] = FilterKind.Upcoming,
        ["no date"] = FilterKind.NoDate,
        ["no time"] = FilterKind.NoTime,
        ["no label"] = FilterKind.NoLabels,
        ["no labels"] = FilterKind.NoLabels,
        ["no priority"] = FilterKind.Priority,
        ["p1"] = FilterKind.Priority,
        ["p2"] = FilterKind.Priority,
        ["p3"] = FilterKind.Priority,
        ["p4"] = FilterKind.Priority,
        ["recurring"] = FilterKind.Recurring,
        ["subtask"] = FilterKind.Subtask,
    };

    private static readonly Dictionary<string, (FilterKind Kind, FilterSide Side)> Prefixes = new(StringComparer.Ordinal)
    {
        ["search"] = (FilterKind.Search, FilterSide.On),
        ["due"] = (FilterKind.Due, FilterSide.On),
        ["due before"] = (FilterKind.Due, FilterSide.Before),
        ["due after"] = (FilterKind.Due, FilterSide.After),
        ["created"] = (FilterKind.Created, FilterSide.On),
        ["created before"] = (FilterKind.Created, FilterSide.Before),
        ["created after"] = (FilterKind.Created, FilterSide.After),
        ["updated"] = (FilterKind.Updated, FilterSide.On),
        ["updated before"] = (FilterKind.Updated, FilterSide.Before),
        ["updated after"] = (FilterKind.Updated, FilterSide.After),
        ["completed"] = (FilterKind.Completed, FilterSide.On),
        ["completed before"] = (FilterKind.Completed, FilterSide.Before),
        ["completed after"] = (FilterKind.Completed, FilterSide.After),
    };

    private static readonly string[] Known = [.. Words.Keys, .. Prefixes.Keys.Select(prefix => prefix + ":"), "7 days", "next 7 days"];

    private readonly string _text;
    private readonly DateContext _dates;
    private readonly List<FilterStep> _steps = [];
    private readonly Stack<(char Operator, int Position)> _operators = new();
    private int _position;
    private int _terms;
    private int _open;
    private string? _error;

    private FilterParser(string text, DateContext dates)
    {
        _text = text;
        _dates = dates;
    }

    /// <summary>Reads a filter; null when it is wrong, which is reported with its position (in UTF-16 units from 0) and what was expected.</summary>
    public static FilterStep[]? Parse(string text, DateContext dates, string field, FieldErrors errors)
    {
        if (text.Length > MostCharacters)
        {
            errors.Invalid(field, $"must have at most {MostCharacters} characters, but has {text.Length}.");
            return null;
        }

        var parser = new FilterParser(text, dates);
        if (parser.Run())
        {
            return [.. parser._steps];
        }

        errors.Invalid(field, parser._error!);
        return null;
    }

    private bool Run()
    {
        bool expectsTerm = true;
        while (true)
        {
            SkipSpaces();
            if (_position == _text.Length)
            {
                return expectsTerm ? Expected("a term such as today, p1, #List or @label") : Finish();
            }

            char next = _text[_position];
            if (expectsTerm)
            {
                if (next == '(')
                {
                    if (++_open > MostOpen)
                    {
                        return Wrong(_position, $"at most {MostOpen} parentheses may be open at once");
                    }

                    _operators.Push((next, _position++));
                }
                else if (next == '!')
                {
                    // Twice not is nothing.
                    if (_operators.TryPeek(out (char Operator, int Position) top) && top.Operator == '!')
                    {
                        _operators.Pop();
                    }
                    else
                    {
                        _operators.Push((next, _position));
                    }

                    _position++;
                }
                else if (next is '&' or '|' or ')')
                {
                    return Expected("a term such as today, p1, #List or @label");
                }
                else if (ReadTerm() is FilterTerm term)
                {
                    _steps.Add(new FilterStep(null, term));
                    Negate();
                    expectsTerm = false;
                }
                else
                {
                    return false;
                }
            }
            else if (next is '&' or '|')
            {
                while (_operators.TryPeek(out (char Operator, int Position) top) && (top.Operator == '&' || top.Operator == next))
                {
                    _steps.Add(new FilterStep(_operators.Pop().Operator, null));
                }

                _operators.Push((next, _position++));
                if (_position < _text.Length && _text[_position] == next)
                {
                    _position++; // && and || mean the same.
                }

                expectsTerm = true;
            }
            else if (next == ')')
            {
                while (_operators.TryPeek(out (char Operator, int Position) top) && top.Operator != '(')
                {
                    _steps.Add(new FilterStep(_operators.Pop().Operator, null));
                }

                if (_operators.Count == 0)
                {
                    return Wrong(_position, "this ) closes nothing; take it out, or open it before");
                }

                _operators.Pop();
                _open--;
                _position++;
                Negate();
            }
            else
            {
                return Expected("& (both), | (either) or the end");
            }
        }
    }

    private bool Finish()
    {
        while (_operators.TryPop(out (char Operator, int Position) top))
        {
            if (top.Operator == '(')
            {
                return Wrong(top.Position, "this ( is never closed; add a )");
            }

            _steps.Add(new FilterStep(top.Operator, null));
        }

        return true;
    }

    private void Negate()
    {
        if (_operators.TryPeek(out (char Operator, int Position) top) && top.Operator == '!')
        {
            _steps.Add(new FilterStep(_operators.Pop().Operator, null));
        }
    }

    private FilterTerm? ReadTerm()
    {
        if (++_terms > MostTerms)
        {
            return WrongTerm(_position, $"at most {MostTerms} terms are possible");
        }

        int start = _position;
        int quote = -1;
        while (_position < _text.Length && (quote >= 0 || _text[_position] is not ('&' or '|' or '(' or ')')))
        {
            quote = _text[_position] != '"' ? quote : quote >= 0 ? -1 : _position;
            _position++;
        }

        if (quote >= 0)
        {
            return WrongTerm(quote, "this \" has no closing \"");
        }

        string raw = _text[start.._position].TrimEnd();
        if (raw[0] is '@' or '#')
        {
            return ReadName(raw, start);
        }

        string key = Plain(raw);
        if (Words.TryGetValue(key, out FilterKind word))
        {
            return new FilterTerm(word, start) { Number = key == "no priority" ? 5 : key[0] == 'p' ? key[1] - '0' : 0 };
        }

        int colon = raw.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && Prefixes.TryGetValue(Plain(raw[..colon]), out (FilterKind Kind, FilterSide Side) prefix))
        {
            return ReadAfterColon(raw, start, colon + 1, prefix.Kind, prefix.Side);
        }

        string[] parts = key.Split(' ');
        if (parts is [.., string number, "days" or "day"] && (parts.Length == 2 || parts is ["next", _, _]) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int days))
        {
            return days is >= 1 and <= MostDays
                ? new FilterTerm(FilterKind.NextDays, start) { Number = days }
                : WrongTerm(start, $"the number of days must be from 1 to {MostDays}");
        }

        if (DatePhrase.TryParse(raw, _dates, out DueDate date))
        {
            return new FilterTerm(FilterKind.Due, start) { Date = date };
        }

        return Unknown(raw, start);
    }

    private FilterTerm? ReadAfterColon(string raw, int start, int from, FilterKind kind, FilterSide side)
    {
        string value = raw[from..].Trim();
        int valueStart = start + from + (raw.Length - from - raw[from..].TrimStart().Length);
        string unquoted = value.Replace("\"", "", StringComparison.Ordinal).Trim();
        if (kind == FilterKind.Search)
        {
            return unquoted.Length > 0
                ? new FilterTerm(kind, start) { Text = unquoted }
                : WrongTerm(valueStart, "words to search for are expected, for example search: milk");
        }

        // Nothing is created or completed in the future: "completed: friday" is the last one.
        bool isDate = kind == FilterKind.Due ? DatePhrase.TryParse(unquoted, _dates, out DueDate date) : PastPhrase.TryParse(unquoted, _dates, out date);
        return isDate
            ? new FilterTerm(kind, start) { Date = date, Side = side }
            : WrongTerm(valueStart, $"a date is expected, for example 2026-12-01, tomorrow or next friday{(unquoted.Length == 0 ? "" : $", but there is '{Excerpt.Of(unquoted)}'")}");
    }

    private FilterTerm? ReadName(string raw, int start)
    {
        int sign = raw.StartsWith("##", StringComparison.Ordinal) ? 2 : 1;
        FilterKind kind = raw[0] == '@' ? FilterKind.Label : sign == 2 ? FilterKind.ListWithSublists : FilterKind.List;
        string name = raw[sign..].Trim();
        if (name.StartsWith('"'))
        {
            int end = name.IndexOf('"', 1);
            string quoted = name[1..end].Trim();
            if (quoted.Length == 0)
            {
                return NoName();
            }

            return end == name.Length - 1
                ? new FilterTerm(kind, start) { Text = quoted }
                : WrongTerm(start + raw.Length - name.Length + end + 1, "& (both), | (either) or the end is expected");
        }

        int next = name.AsSpan().IndexOfAny('#', '@', '"');
        if (next > 0 && (name[next] == '"' || name[next - 1] == ' '))
        {
            return WrongTerm(start + raw.Length - name.Length + next, "& (both) or | (either) is expected; a name with such a character is written in quotes, for example #\"two words\"");
        }

        return name.Length > 0 ? new FilterTerm(kind, start) { Text = name, IsPattern = name.Contains('*', StringComparison.Ordinal) } : NoName();

        FilterTerm? NoName() => WrongTerm(start + sign, kind == FilterKind.Label ? "a label's name is expected, for example @home" : "a list's name is expected, for example #Work");
    }

    private FilterTerm? Unknown(string raw, int start)
    {
        // Two terms without an operator are the likeliest mistake after a misspelling.
        for (int space = raw.IndexOf(' ', StringComparison.Ordinal); space > 0; space = raw.IndexOf(' ', space + 1))
        {
            if (Words.ContainsKey(Plain(raw[..space])))
            {
                int next = space + (raw.Length - space - raw[space..].TrimStart().Length);
                return WrongTerm(start + next, $"& (both) or | (either) is expected after '{raw[..space]}'");
            }
        }

        int colon = raw.IndexOf(':', StringComparison.Ordinal);
        string? prefix = colon > 0 ? Names.Nearest(Plain(raw[..colon]), Prefixes.Keys) : null;
        string suggestion = (prefix is null ? Names.Nearest(Plain(raw), Known) : prefix + ":") is string nearest ? $"Did you mean '{nearest}'?" : "To find words, write search: before them.";
        return WrongTerm(start, $"'{Excerpt.Of(raw)}' is not a term. {suggestion}", end: "");
    }

    private bool Expected(string what) =>
        Wrong(_position, _position == _text.Length ? $"the filter ends where {what} is expected" : $"{what} is expected, but there is '{_text[_position]}'");

    private FilterTerm? WrongTerm(int position, string what, string end = ".")
    {
        Wrong(position, what, end);
        return null;
    }

    private bool Wrong(int position, string what, string end = ".")
    {
        _error = string.Create(CultureInfo.InvariantCulture, $"is wrong at position {position}: {what}{end}");
        return false;
    }

    private void SkipSpaces()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private static string Plain(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}
