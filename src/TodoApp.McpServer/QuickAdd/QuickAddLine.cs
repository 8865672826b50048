using System.Globalization;
using System.Text;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;

namespace TodoApp.McpServer.QuickAdd;

/// <summary>
/// Reads one line of quick add: first what has a sign of its own (#list, @label, p1, // notes, quotes), then dates and repetitions in what is
/// left. Of several lists, priorities, dates or repetitions the last counts, and the others stay in the title.
/// </summary>
internal sealed class QuickAddLine(string text, int start, int end, DateContext context)
{
    private readonly DateTokens _tokens = new(text, DateWords.English);
    private readonly List<Sign> _signs = [];
    private readonly List<Understood> _understood = [];
    private readonly List<string> _labels = [];

    // The parts of the line that are no title, with what they are replaced by.
    private readonly List<(int Start, int End, string Instead)> _cuts = [];
    private long _steps;

    /// <summary>What was understood, in the order of the text.</summary>
    public IReadOnlyList<Understood> Understood => [.. _understood.OrderBy(span => span.Start)];

    /// <summary>The work it took: how many characters and tokens were looked at.</summary>
    public long Steps => _steps + _tokens.Steps;

    public ParsedTask Read()
    {
        ReadSigns();
        KeepLast(SignKind.List);
        KeepLast(SignKind.Priority);
        Tokenize();
        ParsedTask task = ReadDates(new ParsedTask { Line = 0, Title = "" });
        foreach (Sign sign in _signs)
        {
            task = Apply(task, sign);
        }

        string title = CutTitle();
        return task with { Labels = _labels, Title = title.Length > 0 ? title : text[start..end].Trim() };
    }

    private enum SignKind
    {
        List,
        Label,
        Priority,
        Notes,
        Quoted,

        /// <summary>One that another of its kind came after.</summary>
        Overruled,
    }

    private readonly record struct Sign(SignKind Kind, int Start, int End, string Value);

    private void ReadSigns()
    {
        int lastQuote = text.AsSpan(start, end - start).LastIndexOf('"') + start;
        for (int at = start; at < end; _steps++)
        {
            if (IsFreeBefore(at) && TryReadSign(at, lastQuote, out Sign sign))
            {
                _signs.Add(sign);
                _steps += sign.End - at;
                at = sign.End;
            }
            else
            {
                at++;
            }
        }
    }

    private bool TryReadSign(int at, int lastQuote, out Sign sign)
    {
        char next = at + 1 < end ? text[at + 1] : '\0';
        switch (text[at])
        {
            case '"':
                return TryReadQuoted(at, lastQuote, SignKind.Quoted, out sign);
            case '#' or '@':
                SignKind kind = text[at] == '#' ? SignKind.List : SignKind.Label;
                if (next != '"')
                {
                    return TryReadName(at, kind, out sign);
                }

                bool isQuoted = TryReadQuoted(at + 1, lastQuote, kind, out sign);
                sign = sign with { Start = at, Value = isQuoted ? sign.Value.Trim() : "" };
                return sign.Value.Length > 0;
            case 'p' or 'P' or '!' when next is >= '1' and <= '4' && IsFreeAfter(at + 2):
                sign = new Sign(SignKind.Priority, at, at + 2, next.ToString());
                return true;
            case '/' when next == '/':
                sign = new Sign(SignKind.Notes, at, end, text[(at + 2)..end].Trim());
                return sign.Value.Length > 0;
            default:
                sign = default;
                return false;
        }
    }

    private bool TryReadQuoted(int at, int lastQuote, SignKind kind, out Sign sign)
    {
        sign = default;
        if (at >= lastQuote)
        {
            return false;
        }

        int close = text.IndexOf('"', at + 1);
        _steps += close - at; // The next quote is where the search goes on at the earliest, so none is passed over twice.
        if (close == at + 1 || !IsFreeAfter(close + 1))
        {
            return false; // 12" and 14" are inches.
        }

        sign = new Sign(kind, at, close + 1, text[(at + 1)..close]);
        return true;
    }

    private bool TryReadName(int at, SignKind kind, out Sign sign)
    {
        int from = at + 1;
        int to = from;
        while (to < end && !char.IsWhiteSpace(text[to]) && text[to] != '"')
        {
            to++;
        }

        _steps += to - from;
        while (to > from && text[to - 1] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or ']' or '\'')
        {
            to--;
        }

        sign = new Sign(kind, at, to, text[from..to]);
        if (to == from || !(char.IsLetterOrDigit(text[from]) || text[from] > '\u007f' || text[from] == '_'))
        {
            return false;
        }

        // #42 is a task or a ticket, @9 and @9am are times.
        return kind == SignKind.List ? !IsNumber(sign.Value) : !(char.IsAsciiDigit(text[from]) && IsTime(sign.Value));
    }

    private static bool IsNumber(string name) => name.All(char.IsAsciiDigit);

    private static bool IsTime(string name) =>
        name.Length <= 7 && (name.All(c => char.IsAsciiDigit(c) || c is ':' or '.') || name.EndsWith("am", StringComparison.OrdinalIgnoreCase) || name.EndsWith("pm", StringComparison.OrdinalIgnoreCase));

    private bool IsFreeBefore(int at) => at == start || char.IsWhiteSpace(text[at - 1]) || text[at - 1] is '(' or '[';

    private bool IsFreeAfter(int at) => at >= end || char.IsWhiteSpace(text[at]) || text[at] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or ']';

    private void KeepLast(SignKind kind)
    {
        int last = _signs.FindLastIndex(sign => sign.Kind == kind);
        for (int i = 0; i < last; i++)
        {
            if (_signs[i].Kind == kind)
            {
                _signs[i] = _signs[i] with { Kind = SignKind.Overruled };
            }
        }
    }

    private void Tokenize()
    {
        int at = start;
        foreach (Sign sign in _signs)
        {
            _tokens.Add(at, sign.Start);
            _tokens.AddWhole(sign.Kind is SignKind.Quoted or SignKind.Overruled ? TokenKind.Opaque : TokenKind.Understood, sign.Start, sign.End);
            at = sign.End;
        }

        _tokens.Add(at, end);
        _steps += end - start;
    }

    private ParsedTask Apply(ParsedTask task, Sign sign)
    {
        switch (sign.Kind)
        {
            case SignKind.List:
                Understand("list", sign.Start, sign.End, sign.Value);
                return task with { List = sign.Value };
            case SignKind.Label:
                Understand("label", sign.Start, sign.End, sign.Value);
                _labels.Add(sign.Value);
                return task;
            case SignKind.Priority:
                Priority priority = sign.Value switch { "1" => Priority.Urgent, "2" => Priority.High, "3" => Priority.Medium, _ => Priority.Low };
                Understand("priority", sign.Start, sign.End, priority.ToString().ToLowerInvariant());
                return task with { Priority = priority };
            case SignKind.Notes:
                Understand("notes", sign.Start, sign.End, sign.Value);
                return task with { Notes = sign.Value };
            case SignKind.Quoted:
                Understand("quoted", sign.Start, sign.End, sign.Value, instead: sign.Value);
                return task;
            default:
                return task;
        }
    }

    private ParsedTask ReadDates(ParsedTask task)
    {
        var dates = new DateReader(_tokens, context, inText: true);
        var repetitions = new RecurrenceReader(_tokens, dates, inText: true);
        Moment? date = null;
        Moment? time = null;
        var recurrences = new List<RecurrenceReading>();
        for (int at = 0; at < _tokens.Count;)
        {
            if (repetitions.TryRead(at, out RecurrenceReading repetition))
            {
                recurrences.Add(repetition);
                at = repetition.End;
            }
            else if (dates.TryRead(at, out Moment moment))
            {
                if (moment.IsObject)
                {
                    at = moment.End;
                    continue;
                }

                if (moment.Date is null)
                {
                    time = moment;
                }
                else
                {
                    date = moment;
                }

                at = moment.End;
            }
            else
            {
                at++;
            }
        }

        RecurrenceReading? recurrence = recurrences.FindLast(repetition => repetition.Rule.TryFirst(context, out _));
        return recurrence is null ? ApplyMoment(task, date, time) : ApplyRecurrence(task, recurrence, date, time);
    }

    private ParsedTask ApplyMoment(ParsedTask task, Moment? date, Moment? time)
    {
        if (date is Moment day)
        {
            TimeOnly? at = day.Time ?? time?.Time;
            Understand(day);
            if (day.Time is null && time is Moment apart)
            {
                Understand(apart);
            }

            return task with { Due = new DueDate(day.Date!.Value, at) };
        }

        if (time is Moment only && context.TryNext(only.Time!.Value, out DueDate next))
        {
            Understand(only);
            return task with { Due = next };
        }

        return task;
    }

    private ParsedTask ApplyRecurrence(ParsedTask task, RecurrenceReading recurrence, Moment? date, Moment? time)
    {
        // A date beside the repetition is where it begins, unless that is said already.
        PhraseRule rule = recurrence.Rule;
        Moment? start = rule.Start is null ? date : null;
        Moment? clock = rule.Time is not null ? null : start?.Time is not null ? start : time;
        PhraseRule whole = rule with { Start = rule.Start ?? start?.Date, Time = rule.Time ?? clock?.Time };
        if (!whole.TryFirst(context, out DueDate first))
        {
            (whole, start, clock) = (rule, null, null);
            whole.TryFirst(context, out first);
        }

        string value = whole.ToRule(context.WeekStart);
        foreach (Range range in recurrence.RuleTokens)
        {
            Understand("recurrence", range, value);
        }

        if (rule.Time is TimeOnly at && !recurrence.TimeTokens.Equals(default))
        {
            Understand("time", recurrence.TimeTokens, Value(at));
        }

        if (rule.Start is DateOnly from)
        {
            Understand("date", recurrence.StartTokens, DueDate.Key(from));
        }

        if (start is Moment given)
        {
            Understand(given);
        }

        if (clock is Moment apart && apart != start)
        {
            Understand(apart);
        }

        return task with
        {
            Due = first,
            Recurrence = value,
            RecurrenceFrom = whole.FromCompletion ? RecurrenceFrom.Completion : RecurrenceFrom.Due,
        };
    }

    private void Understand(Moment moment)
    {
        bool hasOwnTime = !moment.TimeTokens.Equals(default);
        if (moment.Date is DateOnly date)
        {
            Understand("date", moment.DateTokens, new DueDate(date, hasOwnTime ? null : moment.Time).ToString());
        }

        if (hasOwnTime)
        {
            Understand("time", moment.TimeTokens, Value(moment.Time!.Value));
        }
    }

    private void Understand(string kind, Range range, string value) =>
        Understand(kind, _tokens[range.Start.Value].Start, _tokens[range.End.Value - 1].End, value);

    private void Understand(string kind, int from, int to, string value, string instead = "")
    {
        _understood.Add(new Understood(kind, from, to - from, text[from..to], value));
        _cuts.Add((from, to, instead));
    }

    private static string Value(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>What is left of the line: single spaces, and no punctuation that belonged to what was cut out.</summary>
    private string CutTitle()
    {
        var title = new StringBuilder(end - start);
        bool isAfterCut = false;
        int at = start;
        _cuts.Sort((one, other) => one.Start.CompareTo(other.Start));
        foreach ((int from, int to, string instead) in _cuts)
        {
            Append(text.AsSpan(at, from - at));
            if (instead.Length > 0)
            {
                Append(instead);
            }
            else
            {
                TrimEnd(title);
                isAfterCut = true;
            }

            at = to;
        }

        Append(text.AsSpan(at, end - at));
        if (title.Length > 1 && title[^1] == '.' && title[^2] is ',' or ';' or ':')
        {
            title.Remove(title.Length - 2, 1);
        }

        if (isAfterCut || (_cuts.Count > 0 && _cuts[^1] is { Instead: "" } last && last.End == end))
        {
            while (title.Length > 0 && title[^1] is ' ' or ',' or ';' or ':' or '-' or '–' or '—')
            {
                title.Length--;
            }
        }

        return TrimEnd(title).ToString();

        void Append(ReadOnlySpan<char> part)
        {
            foreach (char c in part)
            {
                _steps++;
                bool isSpace = char.IsWhiteSpace(c);
                if (isAfterCut && !isSpace)
                {
                    // What separated the cut from the rest separates nothing now.
                    bool isEmpty = title.Length == 0;
                    if (c == ')' && !isEmpty && title[^1] == '(')
                    {
                        title.Length--;
                        TrimEnd(title);
                        continue;
                    }

                    if (c is ',' or ';' or ':' && (isEmpty || title[^1] is ',' or ';' or ':' or '('))
                    {
                        continue;
                    }

                    if (isEmpty && c is '-' or '–' or '—')
                    {
                        continue;
                    }

                    isAfterCut = false;
                    if (!isEmpty && c is not ('.' or ',' or ';' or ':' or '!' or '?' or ')' or ']') && title[^1] is not ('(' or '['))
                    {
                        title.Append(' ');
                    }
                }

                if (!isSpace)
                {
                    title.Append(c);
                }
                else if (title.Length > 0 && title[^1] != ' ' && !isAfterCut)
                {
                    title.Append(' ');
                }
            }
        }
    }

    private static StringBuilder TrimEnd(StringBuilder title)
    {
        while (title.Length > 0 && title[^1] == ' ')
        {
            title.Length--;
        }

        return title;
    }
}
