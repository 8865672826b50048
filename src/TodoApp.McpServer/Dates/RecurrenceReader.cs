namespace TodoApp.McpServer.Dates;

/// <summary>A repetition as read from tokens.</summary>
/// <param name="Rule">What it says.</param>
/// <param name="End">The index after the last token.</param>
/// <param name="RuleTokens">The indexes of the tokens that say which days, and when it ends.</param>
/// <param name="TimeTokens">The indexes of the time's tokens; empty without a time.</param>
/// <param name="StartTokens">The indexes of the tokens of the first day; empty without one.</param>
internal sealed record RecurrenceReading(PhraseRule Rule, int End, IReadOnlyList<Range> RuleTokens, Range TimeTokens, Range StartTokens);

/// <summary>Reads repetitions: "every other friday 9am until 1 march", "daily", "3 days after completion". Bounded like <see cref="DateReader"/>.</summary>
/// <param name="tokens">The text.</param>
/// <param name="dates">Reads the dates and times in it.</param>
/// <param name="inText">Whether the phrase stands inside of a longer text; see <see cref="DateReader"/>.</param>
internal sealed class RecurrenceReader(DateTokens tokens, DateReader dates, bool inText)
{
    // More entries than there are weekdays, or days of a month, are no list of them.
    private const int MostEntries = 31;
    private const int MostInterval = 999;
    private const int MostOccurrences = 9999;

    public bool TryRead(int at, out RecurrenceReading recurrence)
    {
        recurrence = null!;
        Word first = tokens[at].Word;
        bool isAdverb = first is { Kind: WordKind.Interval, IsWeak: false };
        if (!dates.StandsFree(at))
        {
            return false;
        }

        PhraseRule rule;
        int end;
        if (isAdverb)
        {
            rule = Of(tokens.Words.Intervals[first.Value]);
            end = at + 1;
        }
        else if (first.Kind == WordKind.Every
            ? !TryReadEvery(at + 1, out rule, out end)
            : !TryReadAfterCompletion(at, out rule, out end) && !TryReadOfEveryMonth(at, out rule, out end))
        {
            return false;
        }

        if (!dates.EndsFree(end))
        {
            return false;
        }

        recurrence = ReadRest(rule, at, end);
        bool isBare = recurrence.End == end;
        return !inText || !isAdverb || !isBare || dates.EndsTitle(end) || dates.TryRead(end, out _);
    }

    private RecurrenceReading ReadRest(PhraseRule rule, int start, int end)
    {
        var ruleTokens = new List<Range>(3);
        Range timeTokens = default;
        Range startTokens = default;
        int ruleStart = start;
        int ruleEnd = end;
        for (int at = end; ;)
        {
            int part = tokens[at] is { Kind: TokenKind.Symbol, Value: ',' } ? at + 1 : at;
            if (TryReadDays(ref rule, part, out int next) || TryReadCompletion(ref rule, part, out next) || TryReadEnd(ref rule, part, out next))
            {
                if (part > ruleEnd)
                {
                    ruleTokens.Add(ruleStart..ruleEnd);
                    ruleStart = part;
                }

                ruleEnd = next;
            }
            else if (rule.Start is null && TryReadStart(part, out DateOnly day, out next))
            {
                rule = rule with { Start = day };
                startTokens = part..next;
            }
            else if (rule.Time is null && dates.TryReadTimeOfDay(part, out TimeOnly time, out next))
            {
                rule = rule with { Time = time };
                timeTokens = part..next;
            }
            else
            {
                ruleTokens.Add(ruleStart..ruleEnd);
                return new RecurrenceReading(rule, at, ruleTokens, timeTokens, startTokens);
            }

            at = next;
        }
    }

    // 3 days after completion
    private bool TryReadAfterCompletion(int at, out PhraseRule rule, out int end)
    {
        rule = null!;
        end = at + 4;
        if (!dates.TryReadCount(at, out int count, out _) || !dates.TryReadUnit(at + 1, out DateUnit unit) || unit == DateUnit.Workday || count is < 1 or > MostInterval
            || tokens[at + 2].Word.Kind != WordKind.After || tokens[at + 3].Word.Kind != WordKind.Completion)
        {
            return false;
        }

        rule = new PhraseRule { Unit = unit, Interval = count, FromCompletion = true };
        return true;
    }

    // on the 1st of every month, last friday of each month
    private bool TryReadOfEveryMonth(int at, out PhraseRule rule, out int end) =>
        TryReadOrdinalDays(SkipLead(at), isMonthly: true, out rule, out end) && tokens[end - 2].Word.Kind == WordKind.Every;

    private bool TryReadEvery(int at, out PhraseRule rule, out int end)
    {
        bool fromCompletion = tokens[at] is { Kind: TokenKind.Symbol, Value: '!', IsGlued: true };
        if (!TryReadWhat(fromCompletion ? at + 1 : at, out rule, out end))
        {
            return false;
        }

        rule = rule with { FromCompletion = fromCompletion };
        return true;
    }

    // What stands behind "every".
    private bool TryReadWhat(int at, out PhraseRule rule, out int end)
    {
        Word word = tokens[at].Word;
        end = at + 1;
        rule = null!;
        if (TryReadYearDay(at, out rule, out end) || TryReadOrdinalDays(at, isMonthly: false, out rule, out end))
        {
            return true;
        }

        int interval = 1;
        if (word.Kind == WordKind.Other)
        {
            interval = 2;
            at++;
        }
        else if (word.Kind != WordKind.Article
            && ((dates.TryReadOrdinal(at, out int count, out int next) && count > 1) || dates.TryReadCount(at, out count, out next)))
        {
            // Every 2 weeks, every 2nd week.
            if (count is < 1 or > MostInterval || tokens[next].Word.Kind is not WordKind.Unit)
            {
                return false;
            }

            interval = count;
            at = next;
        }

        word = tokens[at].Word;
        end = at + 1;
        switch (word.Kind)
        {
            case WordKind.Unit when dates.TryReadUnit(at, out DateUnit unit) && unit != DateUnit.Workday:
                rule = new PhraseRule { Unit = unit, Interval = interval };
                return true;
            case WordKind.Interval when word.IsWeak:
                (int every, DateUnit of) = tokens.Words.Intervals[word.Value];
                rule = new PhraseRule { Unit = of, Interval = every * interval };
                return true;
            case WordKind.Workday when interval == 1:
                rule = new PhraseRule { Unit = DateUnit.Week, Weekdays = PhraseRule.Workdays };
                return true;
            case WordKind.Weekend:
                rule = new PhraseRule { Unit = DateUnit.Week, Interval = interval, Weekdays = [DayOfWeek.Saturday, DayOfWeek.Sunday] };
                return true;
            case WordKind.DayPart when interval == 1 && dates.TryReadTimeOfDay(at, out TimeOnly time, out end):
                rule = new PhraseRule { Unit = DateUnit.Day, Time = time };
                return true;
            case WordKind.Weekday when TryReadWeekdays(at, out IReadOnlyList<DayOfWeek> weekdays, out end):
                rule = new PhraseRule { Unit = DateUnit.Week, Interval = interval, Weekdays = weekdays };
                return true;
            default:
                return false;
        }
    }

    // dec 25, 25th of december
    private bool TryReadYearDay(int at, out PhraseRule rule, out int end)
    {
        rule = null!;
        if (!dates.TryReadMonthDay(at, out int month, out int day, out end) || day < 1 || day > DateTime.DaysInMonth(2000, month))
        {
            return false;
        }

        rule = new PhraseRule { Unit = DateUnit.Year, Month = month, MonthDays = [day] };
        return true;
    }

    // last friday, 1st and 3rd monday, last day of the month, 15th, last workday, 4th thursday of november
    private bool TryReadOrdinalDays(int at, bool isMonthly, out PhraseRule rule, out int end)
    {
        rule = null!;
        end = tokens[at].Word.Kind == WordKind.The ? at + 1 : at;
        var ordinals = new List<int>();
        while (ordinals.Count < MostEntries && TryReadOrdinalOrLast(end, out int ordinal, out int next))
        {
            ordinals.Add(ordinal);
            end = next;
            if (!SkipAnd(end, out next) || !TryReadOrdinalOrLast(tokens[next].Word.Kind == WordKind.The ? next + 1 : next, out _, out _))
            {
                break;
            }

            end = tokens[next].Word.Kind == WordKind.The ? next + 1 : next;
        }

        if (ordinals.Count == 0)
        {
            return false;
        }

        Word noun = tokens[end].Word;
        bool isMonthDay = ordinals.TrueForAll(day => day is >= 1 and <= 31);
        switch (noun.Kind)
        {
            case WordKind.Weekday when ordinals.TrueForAll(n => n is -1 or (>= 1 and <= 5)):
                end++;
                rule = new PhraseRule { Unit = DateUnit.Month, Weekdays = [(DayOfWeek)noun.Value], Ordinals = Sorted(ordinals) };
                break;
            case WordKind.Workday when ordinals is [-1 or (>= 1 and <= 20)]:
                end++;
                rule = new PhraseRule { Unit = DateUnit.Month, Weekdays = PhraseRule.Workdays, SetPosition = ordinals[0] };
                break;
            case WordKind.Unit when noun.Value == (int)DateUnit.Day && (isMonthly || ordinals[0] is -1 or 1 || tokens[end + 1].Word.Kind == WordKind.Of):
                end++;
                rule = new PhraseRule { Unit = DateUnit.Month, MonthDays = Sorted(ordinals) };
                break;
            case WordKind.Unit:
                return false; // Every 2nd week is an interval.
            default:
                if (!isMonthDay)
                {
                    return false;
                }

                rule = new PhraseRule { Unit = DateUnit.Month, MonthDays = Sorted(ordinals) };
                break;
        }

        if (!rule.MonthDays.All(day => day is -1 or (>= 1 and <= 31)))
        {
            return false;
        }

        if (tokens[end].Word.Kind == WordKind.Of)
        {
            Word of = tokens[end + 1].Word;
            if (of.Kind == WordKind.Month)
            {
                if (rule.MonthDays.Any(day => day > DateTime.DaysInMonth(2000, of.Value)))
                {
                    return false;
                }

                rule = rule with { Unit = DateUnit.Year, Month = of.Value };
                end += 2;
            }
            else if (of.Kind is WordKind.The or WordKind.Every && tokens[end + 2].Word is { Kind: WordKind.Unit, Value: (int)DateUnit.Month })
            {
                end += 3;
            }
        }

        return true;
    }

    private bool TryReadOrdinalOrLast(int at, out int ordinal, out int end)
    {
        if (tokens[at].Word.Kind == WordKind.Last)
        {
            (ordinal, end) = (-1, at + 1);
            return true;
        }

        return dates.TryReadOrdinal(at, out ordinal, out end);
    }

    // mon, wed and fri; mon-fri
    private bool TryReadWeekdays(int at, out IReadOnlyList<DayOfWeek> weekdays, out int end)
    {
        bool[] days = new bool[7];
        end = at;
        int next = at;
        for (int i = 0; i < MostEntries && tokens[next].Word is { Kind: WordKind.Weekday } day; i++)
        {
            days[day.Value] = true;
            end = next + 1;
            Token then = tokens[end];
            if ((then.Word.Kind == WordKind.To || then is { Kind: TokenKind.Symbol, Value: '-' or '–' }) && tokens[end + 1].Word is { Kind: WordKind.Weekday } last)
            {
                for (int between = day.Value; between != last.Value; between = (between + 1) % 7)
                {
                    days[between] = true;
                }

                days[last.Value] = true;
                end += 2;
            }

            if (!SkipAnd(end, out next))
            {
                break;
            }
        }

        // From Monday on, as rules are written.
        weekdays = [.. Enumerable.Range(1, 7).Select(day => (DayOfWeek)(day % 7)).Where(day => days[(int)day])];
        return weekdays.Count > 0;
    }

    private bool SkipAnd(int at, out int next)
    {
        next = at;
        if (tokens[next] is { Kind: TokenKind.Symbol, Value: ',' or '&' or '/' or '+' })
        {
            next++;
        }

        if (tokens[next].Word.Kind == WordKind.And)
        {
            next++;
        }

        return next > at;
    }

    // on mon and fri, on the 1st, on dec 25: for weeks, months and years
    private bool TryReadDays(ref PhraseRule rule, int at, out int end)
    {
        end = at;
        if (!rule.IsPlain || tokens[at].Word.Kind != WordKind.Lead)
        {
            return false;
        }

        PhraseRule days;
        switch (rule.Unit)
        {
            case DateUnit.Week when TryReadWeekdays(at + 1, out IReadOnlyList<DayOfWeek> weekdays, out end) && dates.EndsFree(end):
                rule = rule with { Weekdays = weekdays };
                return true;
            case DateUnit.Month when tokens[at + 1] is { Kind: TokenKind.Number, Length: <= 2, Value: >= 1 and <= 31 } day && dates.EndsFree(at + 2)
                && tokens[at + 2].Word.Kind is not (WordKind.HalfDay or WordKind.Month):
                end = at + 2;
                rule = rule with { MonthDays = [day.Value] };
                return true;
            case DateUnit.Month when TryReadOrdinalDays(at + 1, isMonthly: true, out days, out end) && days.Unit == DateUnit.Month && dates.EndsFree(end):
                rule = rule with { Weekdays = days.Weekdays, Ordinals = days.Ordinals, SetPosition = days.SetPosition, MonthDays = days.MonthDays };
                return true;
            case DateUnit.Year when (TryReadYearDay(at + 1, out days, out end) || (tokens[at + 1].Word.Kind == WordKind.The && TryReadYearDay(at + 2, out days, out end))
                || (TryReadOrdinalDays(at + 1, isMonthly: true, out days, out end) && days.Unit == DateUnit.Year)) && dates.EndsFree(end):
                rule = rule with { Month = days.Month, MonthDays = days.MonthDays, Weekdays = days.Weekdays, Ordinals = days.Ordinals };
                return true;
            default:
                return false;
        }
    }

    private bool TryReadCompletion(ref PhraseRule rule, int at, out int end)
    {
        end = at + 2;
        if (rule.FromCompletion || tokens[at].Word.Kind != WordKind.After || tokens[at + 1].Word.Kind != WordKind.Completion || !dates.EndsFree(end))
        {
            return false;
        }

        rule = rule with { FromCompletion = true };
        return true;
    }

    // starting monday, from 1 dec
    private bool TryReadStart(int at, out DateOnly day, out int end)
    {
        (day, end) = (default, at);
        return tokens[at].Word.Kind is WordKind.Starting or WordKind.From && dates.TryReadDay(SkipLead(at + 1), out day, out end);
    }

    // until 1 march, for 5 times, 5 times, x5
    private bool TryReadEnd(ref PhraseRule rule, int at, out int end)
    {
        end = at;
        if (rule.Count is not null || rule.Until is not null)
        {
            return false; // A rule ends in one way.
        }

        Token first = tokens[at];
        if (first.Word.Kind == WordKind.Until)
        {
            if (!dates.TryReadDay(SkipLead(at + 1), out DateOnly until, out end))
            {
                return false;
            }

            rule = rule with { Until = until };
            return true;
        }

        int count;
        if (first is { Kind: TokenKind.Word, Length: 1 } && tokens.Text[first.Start] is 'x' or 'X' && tokens[at + 1] is { Kind: TokenKind.Number, IsGlued: true } number)
        {
            (count, end) = (number.Value, at + 2);
        }
        else
        {
            int countAt = first.Word.Kind == WordKind.For ? at + 1 : at;
            if (tokens[countAt].Word.Kind == WordKind.Article || !dates.TryReadCount(countAt, out count, out _) || tokens[countAt + 1].Word.Kind != WordKind.Times)
            {
                return false;
            }

            end = countAt + 2;
        }

        if (count is < 1 or > MostOccurrences || !dates.EndsFree(end))
        {
            return false;
        }

        rule = rule with { Count = count };
        return true;
    }

    private int SkipLead(int at) => tokens[at].Word.Kind == WordKind.Lead ? at + 1 : at;

    // From the first to the last, and then those from the end.
    private static int[] Sorted(List<int> ordinals) => [.. ordinals.Distinct().OrderBy(ordinal => ordinal < 0).ThenBy(ordinal => ordinal)];

    private static PhraseRule Of((int Every, DateUnit Unit) interval) => new() { Unit = interval.Unit, Interval = interval.Every };
}
