namespace TodoApp.McpServer.Dates;

/// <summary>A date, a time, or both, as read from tokens.</summary>
/// <param name="Date">The day; null when only a time was given.</param>
/// <param name="Time">The time; null when only a day was given.</param>
/// <param name="DateTokens">The indexes of the date's tokens; empty without a date.</param>
/// <param name="TimeTokens">The indexes of the time's tokens; empty when the date's tell the time too ("in 2 hours").</param>
internal readonly record struct Moment(DateOnly? Date, TimeOnly? Time, Range DateTokens, Range TimeTokens)
{
    /// <summary>Whether the sentence is about it ("move it to friday", "1 dec to 5 dec"), and does not say when the task is due.</summary>
    public bool IsObject { get; init; }

    /// <summary>The index after the last token.</summary>
    public int End => Math.Max(DateTokens.End.Value, TimeTokens.End.Value);
}

/// <summary>
/// Reads dates and times. Each reading looks at a bounded number of tokens, so reading at every token of a text is linear.
/// </summary>
/// <param name="tokens">The text.</param>
/// <param name="context">What it is relative to.</param>
/// <param name="inText">
/// Whether the phrase stands inside of a longer text, where it must stand free and what may be something else is left alone; otherwise the
/// text is expected to be nothing but the phrase.
/// </param>
internal sealed class DateReader(DateTokens tokens, DateContext context, bool inText)
{
    /// <summary>What must speak for a reading inside of a longer text.</summary>
    private enum Doubt
    {
        None,

        /// <summary>An everyday word too: a time or a lead ("on", "by"), or the end of the title behind words of it.</summary>
        Weak,

        /// <summary>The same, and a preposition that follows will do.</summary>
        WeakMonth,

        /// <summary>The end of the title, a preposition that follows, or the other half of a moment.</summary>
        Ending,

        /// <summary>Could be a fraction or a version: a time or a lead.</summary>
        Numeric,

        /// <summary>Could go with a noun ("the 1st floor"): a time, or a lead and the end of the title or a preposition.</summary>
        Ordinal,

        /// <summary>Never understood inside of a longer text.</summary>
        Whole,
    }

    /// <summary>Reads a date, a time, or both in either order, with the words that lead to them.</summary>
    public bool TryRead(int at, out Moment moment)
    {
        moment = default;
        if (!StandsFree(at))
        {
            return false;
        }

        int start = SkipLeads(at);
        bool isLed = start > at;
        if (TryReadDate(start, out DateReading date))
        {
            int timeAt = SkipComma(date.End);
            bool hasTime = TryReadTime(timeAt, date.DayPart, isAfterDate: true, out TimeReading time) && EndsFree(time.End)
                && IsCertain(time.Doubt == Doubt.Ending ? Doubt.Ending : Doubt.None, date.End, time.End, isLed: false, isTimed: false);
            if (EndsFree(date.End) && IsCertain(date.Doubt, at, date.End, isLed, hasTime))
            {
                moment = hasTime
                    ? new Moment(date.Date, time.Time, at..date.End, timeAt..time.End)
                    : new Moment(date.Date, date.Time, at..date.End, default);
                moment = moment with { IsObject = IsObject(at, moment) };
                return true;
            }

            return false;
        }

        if (!TryReadTime(start, dayPart: null, isAfterDate: false, out TimeReading only) || !EndsFree(only.End))
        {
            return false;
        }

        int dateStart = SkipComma(only.End);
        int dateAt = SkipLeads(dateStart);
        if (TryReadDate(dateAt, out date) && date.Time is null && EndsFree(date.End)
            && IsCertain(date.Doubt, dateStart, date.End, dateAt > dateStart, isTimed: only.Doubt != Doubt.Whole))
        {
            moment = new Moment(date.Date, only.Time, dateStart..date.End, at..only.End);
        }
        else if (IsCertain(only.Doubt, at, only.End, isLed, isTimed: false))
        {
            moment = new Moment(null, only.Time, default, at..only.End);
        }
        else
        {
            return false;
        }

        moment = moment with { IsObject = IsObject(at, moment) };
        return true;
    }

    private bool IsObject(int start, Moment moment)
    {
        if (!inText)
        {
            return false;
        }

        Token before = tokens[start - 1];
        bool isObject = before.Word.Kind is WordKind.To or WordKind.Until or WordKind.From or WordKind.Of or WordKind.After or WordKind.About or WordKind.Last or WordKind.Ordinal
            || ((before.Word.Kind == WordKind.For || tokens[start].Word.Kind == WordKind.For) && moment is { Date: null } or { Time: null })
            || (IsDash(before) && tokens[start - 2] is { Kind: TokenKind.Number } or { Word.Kind: WordKind.HalfDay or WordKind.Day or WordKind.Weekday or WordKind.Month or WordKind.OrdinalSuffix or WordKind.ClockTime });
        Token after = tokens[moment.End];
        bool isRange = (after.Word.Kind is WordKind.To or WordKind.Until || IsDash(after))
            && (TryReadDate(moment.End + 1, out _) || TryReadTime(moment.End + 1, dayPart: null, isAfterDate: true, out _));
        return isObject || isRange;
    }

    private static bool IsDash(Token token) => token is { Kind: TokenKind.Symbol, Value: '-' or '–' or '—' };

    /// <summary>Reads a date without a time of its own.</summary>
    public bool TryReadDay(int at, out DateOnly date, out int end)
    {
        bool isRead = TryReadDate(at, out DateReading reading) && reading.Time is null && EndsFree(reading.End);
        (date, end) = (reading.Date, reading.End);
        return isRead;
    }

    /// <summary>Reads a time of day with the words that lead to it.</summary>
    public bool TryReadTimeOfDay(int at, out TimeOnly time, out int end)
    {
        int start = SkipLeads(at);
        bool isRead = TryReadTime(start, dayPart: null, isAfterDate: true, out TimeReading reading) && EndsFree(reading.End)
            && IsCertain(reading.Doubt == Doubt.Ending ? Doubt.Ending : Doubt.None, at, reading.End, isLed: false, isTimed: false);
        (time, end) = (reading.Time, reading.End);
        return isRead;
    }

    /// <summary>Whether the tokens from here on are no words of the title: nothing, or what was understood, or a repetition.</summary>
    public bool EndsTitle(int at)
    {
        for (int i = 0; i < 3 && tokens[at] is { Kind: TokenKind.Symbol, Value: '.' or ',' or ';' or ':' or '!' or '?' or ')' }; i++)
        {
            at++;
        }

        Token next = tokens[at];
        return next.Kind is TokenKind.None or TokenKind.Understood || next.Word.Kind == WordKind.Every || next.Word is { Kind: WordKind.Interval, IsWeak: false };
    }

    /// <summary>Whether a phrase may begin here: not inside of a word.</summary>
    public bool StandsFree(int at)
    {
        Token first = tokens[at];
        return (first.Kind is TokenKind.Word or TokenKind.Number || IsAtSign(first))
            && (!first.IsGlued || tokens[at - 1] is { Kind: TokenKind.Symbol, Value: '(' or '[' or ',' or ';' } or { Kind: TokenKind.Understood });
    }

    /// <summary>Whether a phrase may end before this token: not inside of a word, a number or a path.</summary>
    public bool EndsFree(int end)
    {
        Token next = tokens[end];
        if (!next.IsGlued || next.Kind is TokenKind.None or TokenKind.Understood)
        {
            return true;
        }

        return next is { Kind: TokenKind.Symbol, Value: '.' or ',' or ';' or ':' or '!' or '?' or ')' or ']' }
            && tokens[end + 1] is { IsGlued: false } or { Kind: TokenKind.None or TokenKind.Symbol or TokenKind.Understood };
    }

    /// <summary>A number in digits or as a word, or an article, which is 1.</summary>
    public bool TryReadCount(int at, out int count, out int end)
    {
        Token token = tokens[at];
        end = at + 1;
        count = token.Kind == TokenKind.Number ? token.Value
            : token.Word.Kind == WordKind.Number ? token.Word.Value
            : token.Word.Kind == WordKind.Article ? 1
            : -1;
        return count >= 0;
    }

    /// <summary>A unit; one of a single letter only directly behind a number.</summary>
    public bool TryReadUnit(int at, out DateUnit unit)
    {
        Token token = tokens[at];
        if (token.Word.Kind == WordKind.Workday)
        {
            unit = DateUnit.Workday;
            return true;
        }

        unit = (DateUnit)token.Word.Value;
        return token.Word.Kind == WordKind.Unit && (!token.Word.IsWeak || (token.IsGlued && tokens[at - 1].Kind == TokenKind.Number));
    }

    /// <summary>An ordinal: "1st", "first".</summary>
    public bool TryReadOrdinal(int at, out int ordinal, out int end)
    {
        Token token = tokens[at];
        if (token.Kind == TokenKind.Number && tokens[at + 1] is { Word.Kind: WordKind.OrdinalSuffix, IsGlued: true })
        {
            (ordinal, end) = (token.Value, at + 2);
            return true;
        }

        (ordinal, end) = (token.Word.Value, at + 1);
        return token.Word.Kind == WordKind.Ordinal;
    }

    /// <summary>A month with a day of it, in either order.</summary>
    public bool TryReadMonthDay(int at, out int month, out int day, out int end)
    {
        Token first = tokens[at];
        end = at;
        if (first.Word.Kind == WordKind.Month)
        {
            month = first.Word.Value;
            int number = tokens[at + 1].Word.Kind == WordKind.The ? at + 2 : at + 1;
            if (TryReadOrdinal(number, out day, out end))
            {
                return true;
            }

            day = tokens[number].Value;
            end = number + 1;
            return tokens[number] is { Kind: TokenKind.Number, Length: <= 2 } && !BeginsTime(number);
        }

        bool isOrdinal = TryReadOrdinal(at, out day, out int next);
        if (!isOrdinal)
        {
            (day, next) = (first.Value, at + 1);
        }

        next = tokens[next].Word.Kind == WordKind.Of ? next + 1 : next;
        Token second = tokens[next];
        month = second.Word.Value;
        end = next + 1;
        return (isOrdinal || first is { Kind: TokenKind.Number, Length: <= 2 }) && second.Word.Kind == WordKind.Month && (!second.IsGlued || !isOrdinal);
    }

    private int SkipLeads(int at)
    {
        int start = at;
        while (start < at + 2 && tokens[start].Word.Kind is WordKind.Lead or WordKind.Starting or WordKind.For)
        {
            start++;
        }

        return start;
    }

    private int SkipComma(int at) => tokens[at] is { Kind: TokenKind.Symbol, Value: ',' } ? at + 1 : at;

    private bool IsCertain(Doubt doubt, int start, int end, bool isLed, bool isTimed)
    {
        if (!inText)
        {
            return true;
        }

        Token before = tokens[start - 1];
        bool isNamed = !isLed && before.Word.Kind is WordKind.The or WordKind.Article && end - start == 1;
        return !isNamed && doubt switch
        {
            Doubt.None => true,
            Doubt.WeakMonth => isLed || isTimed || EndsPhrase(end),
            Doubt.Weak => isLed || isTimed || (start > 0 && !IsCounted(before) && EndsTitle(end)),
            Doubt.Ending => isTimed || EndsPhrase(end),
            Doubt.Numeric => isLed || isTimed,
            Doubt.Ordinal => isTimed || (isLed && EndsPhrase(end)),
            _ => false,
        };
    }

    // The 2 of "buy 2 mon".
    private static bool IsCounted(Token before) =>
        before.Kind == TokenKind.Number || before.Word.Kind is WordKind.Number or WordKind.Ordinal or WordKind.OrdinalSuffix;

    // "at 10 with Ann", but not "at 10 Elm Street".
    private bool EndsPhrase(int at) => EndsTitle(at)
        || tokens[at].Word.Kind is WordKind.Joiner or WordKind.For or WordKind.From or WordKind.At or WordKind.In or WordKind.Lead or WordKind.About
        || (tokens[at].Word.Kind == WordKind.To && tokens[at + 1].Kind != TokenKind.Number);

    private bool TryReadDate(int at, out DateReading reading)
    {
        Token first = tokens[at];
        reading = default;
        if (first.Kind == TokenKind.Number)
        {
            return TryReadNumericDate(at, out reading) || TryReadCalendarDay(at, out reading) || TryReadDayOfMonth(at, out reading) || TryReadDistance(at, out reading);
        }

        switch (first.Word.Kind)
        {
            case WordKind.Day:
                bool isName = first.Word.IsWeak && char.IsUpper(tokens.Text[first.Start]) && !char.IsUpper(tokens.Text[first.End - 1]);
                return Found(DateContext.TryAddDays(context.Today, first.Word.Value, out DateOnly day), day, at + 1, isName ? Doubt.Whole : first.Word.IsWeak ? Doubt.Weak : Doubt.None, out reading);
            case WordKind.Tonight:
                reading = new DateReading(context.Today, Clock(first.Word.Value), first.Word.Value, at + 1, Doubt.None);
                return true;
            case WordKind.Weekday:
                return TryReadWeekday(at, out reading);
            case WordKind.Month:
                return TryReadCalendarDay(at, out reading);
            case WordKind.In:
                return TryReadCount(at + 1, out int count, out _) && TryReadUnit(at + 2, out DateUnit unit) && Count(count, unit, at + 3, Doubt.None, out reading);
            case WordKind.Next or WordKind.This or WordKind.Last:
                return TryReadNextThisLast(at, first.Word.Kind, out reading);
            case WordKind.EndOfUnit:
                return Found(TryEnd((DateUnit)first.Word.Value, 0, out DateOnly last), last, at + 1, Doubt.None, out reading);
            case WordKind.End:
                return TryReadEnd(at, out reading);
            case WordKind.At:
                return TryReadEnd(tokens[at + 1].Word.Kind == WordKind.The ? at + 2 : at + 1, out reading);
            case WordKind.The:
                return TryReadEnd(at + 1, out reading) || TryReadDayAfter(at + 1, out reading) || TryReadCalendarDay(at + 1, out reading) || TryReadDayOfMonth(at + 1, out reading);
            case WordKind.Unit:
                return TryReadDayAfter(at, out reading);
            case WordKind.Article or WordKind.Number:
                return TryReadDistance(at, out reading);
            default:
                return false;
        }
    }

    // 2026-12-01, 2026/12/01, 2026-12-01T09:00, 24.12., 24.12.2026, 12/24, 12/24/2026
    private bool TryReadNumericDate(int at, out DateReading reading)
    {
        reading = default;
        Token first = tokens[at];
        Token separator = tokens[at + 1];
        Token second = tokens[at + 2];
        if (separator.Kind != TokenKind.Symbol || !separator.IsGlued || second.Kind != TokenKind.Number || !second.IsGlued)
        {
            return false;
        }

        Token third = tokens[at + 4];
        bool hasThird = tokens[at + 3] is { Kind: TokenKind.Symbol, IsGlued: true } another && another.Value == separator.Value && third is { Kind: TokenKind.Number, IsGlued: true };
        if (first.Length == 4 && separator.Value is '-' or '/' && hasThird)
        {
            if (!DateContext.TryDate(first.Value, second.Value, third.Value, out DateOnly iso))
            {
                return false;
            }

            bool isTimed = tokens[at + 5] is { IsGlued: true, Length: 1, Kind: TokenKind.Word } t && tokens.Text[t.Start] is 'T' or 't';
            if (isTimed && TryReadClock(at + 6, mustBeGlued: true, out TimeReading clock))
            {
                reading = new DateReading(iso, clock.Time, null, clock.End, Doubt.None);
                return true;
            }

            reading = new DateReading(iso, null, null, at + 5, Doubt.None);
            return !isTimed;
        }

        if (first.Length > 2 || second.Length > 2)
        {
            return false;
        }

        int year = hasThird && third.Length is 2 or 4 ? third.Length == 2 ? 2000 + third.Value : third.Value : 0;
        int end = year > 0 ? at + 5 : at + 3;
        switch (separator.Value)
        {
            case '.':
                if (year == 0)
                {
                    // The second dot is what tells it from an amount.
                    if (tokens[at + 3] is not { Kind: TokenKind.Symbol, Value: '.', IsGlued: true })
                    {
                        return false;
                    }

                    end = at + 4;
                }

                Doubt doubt = year > 0 || first.Length == 2 || second.Length == 2 ? Doubt.None : Doubt.Numeric;
                return Found(TryYear(year, second.Value, first.Value, out DateOnly dotted), dotted, end, doubt, out reading);
            case '/':
                // Half of the world writes the day first. It is understood where only one way makes a date.
                (int month, int day) = first.Value > 12 ? (second.Value, first.Value) : (first.Value, second.Value);
                bool isClear = first.Value > 12 || second.Value > 12 || first.Value == second.Value;
                return Found(isClear & TryYear(year, month, day, out DateOnly slashed), slashed, end, year > 0 ? Doubt.None : Doubt.Numeric, out reading);
            default:
                return false;
        }
    }

    // 1 dec, 1st of december 2027, dec 1, december 1st, 2027
    private bool TryReadCalendarDay(int at, out DateReading reading)
    {
        reading = default;
        if (!TryReadMonthDay(at, out int month, out int day, out int end))
        {
            return false;
        }

        int year = 0;
        int number = SkipComma(end);
        if (tokens[number] is { Kind: TokenKind.Number, Length: 4, Value: >= 1900 } && !BeginsTime(number) && EndsFree(number + 1))
        {
            (year, end) = (tokens[number].Value, number + 1);
        }

        bool isWeak = year == 0 && tokens[end - 1].Word.Kind != WordKind.OrdinalSuffix
            && (tokens[at].Word is { Kind: WordKind.Month, IsWeak: true } || tokens[end - 1].Word is { Kind: WordKind.Month, IsWeak: true });
        return Found(TryYear(year, month, day, out DateOnly date), date, end, isWeak ? Doubt.WeakMonth : Doubt.None, out reading);
    }

    // the 15th
    private bool TryReadDayOfMonth(int at, out DateReading reading)
    {
        reading = default;
        if (!TryReadOrdinal(at, out int day, out int end) || day is < 1 or > 31)
        {
            return false;
        }

        DateOnly month = context.Today;
        for (int i = 0; i < 3; i++)
        {
            if (DateContext.TryDate(month.Year, month.Month, day, out DateOnly date) && date >= context.Today)
            {
                return Found(true, date, end, Doubt.Ordinal, out reading);
            }

            if (!DateContext.TryAddMonths(month, 1, out month))
            {
                return false;
            }
        }

        return false;
    }

    // 3 days ago, a week from now
    private bool TryReadDistance(int at, out DateReading reading)
    {
        reading = default;
        if (!TryReadCount(at, out int count, out _) || !TryReadUnit(at + 1, out DateUnit unit))
        {
            return false;
        }

        Word next = tokens[at + 2].Word;
        if (next.Kind == WordKind.Ago)
        {
            return Count(-(long)count, unit, at + 3, Doubt.Ending, out reading);
        }

        return next.Kind == WordKind.From && tokens[at + 3].Word is { Kind: WordKind.Now } or { Kind: WordKind.Day, Value: 0 }
            && Count(count, unit, at + 4, Doubt.None, out reading);
    }

    // friday; friday, 4 dec; friday next week
    private bool TryReadWeekday(int at, out DateReading reading)
    {
        Word word = tokens[at].Word;
        if (tokens[at + 1].Word.Kind == WordKind.Next && tokens[at + 2].Word is { Kind: WordKind.Unit, Value: (int)DateUnit.Week })
        {
            return TryReadDayOfWeek(word.Value, at + 3, out reading);
        }

        int distance = ((word.Value - (int)context.Today.DayOfWeek + 6) % 7) + 1; // Who means today says today.
        int next = SkipComma(at + 1);
        if ((TryReadNumericDate(next, out reading) || TryReadCalendarDay(next, out reading)) && (int)reading.Date.DayOfWeek == word.Value)
        {
            reading = reading with { Doubt = Doubt.None };
            return true;
        }

        return Found(DateContext.TryAddDays(context.Today, distance, out DateOnly date), date, at + 1, word.IsWeak ? Doubt.Weak : Doubt.None, out reading);
    }

    private bool TryReadNextThisLast(int at, WordKind which, out DateReading reading)
    {
        reading = default;
        int steps = which switch { WordKind.Next => 1, WordKind.Last => -1, _ => 0 };
        Doubt doubt = which == WordKind.Last ? Doubt.Whole : Doubt.None;
        DateOnly today = context.Today;
        Word word = tokens[at + 1].Word;
        DateOnly date = default;
        switch (word.Kind)
        {
            case WordKind.Weekday when which == WordKind.Next:
                return TryReadDayOfWeek(word.Value, at + 2, out reading);
            case WordKind.Weekday:
                int distance = (word.Value - (int)today.DayOfWeek + 7) % 7; // "this friday" on a Friday is today.
                return Found(DateContext.TryAddDays(today, which == WordKind.Last ? distance - 7 : distance, out date), date, at + 2, doubt, out reading);
            case WordKind.Weekend:
                // On a Sunday, this weekend is what is left of it.
                int saturday = today.DayOfWeek == DayOfWeek.Sunday ? -1 : 6 - (int)today.DayOfWeek;
                int days = saturday + (7 * steps);
                return Found(DateContext.TryAddDays(today, which == WordKind.This ? Math.Max(0, days) : days, out date), date, at + 2, doubt, out reading);
            case WordKind.DayPart when which == WordKind.This:
                reading = new DateReading(today, Clock(word.Value), word.Value, at + 2, Doubt.None);
                return true;
            case WordKind.Unit when which != WordKind.This:
                bool exists = (DateUnit)word.Value switch
                {
                    DateUnit.Day => DateContext.TryAddDays(today, steps, out date),
                    DateUnit.Workday => DateContext.TryAddWorkdays(today, steps, out date),
                    DateUnit.Week => context.TryWeek(today, steps, out date),
                    DateUnit.Month => DateContext.TryAddMonths(today.AddDays(1 - today.Day), steps, out date),
                    DateUnit.Year => DateContext.TryDate(today.Year + steps, 1, 1, out date),
                    _ => false,
                };
                return Found(exists, date, at + 2, doubt, out reading);
            case WordKind.Workday when which == WordKind.Next:
                return Found(DateContext.TryAddWorkdays(today, 1, out date), date, at + 2, doubt, out reading);
            default:
                return false;
        }
    }

    private bool TryReadDayOfWeek(int weekday, int end, out DateReading reading)
    {
        int day = (weekday - (int)context.WeekStart + 7) % 7;
        DateOnly date = default;
        return Found(context.TryWeek(context.Today, 1, out DateOnly week) && DateContext.TryAddDays(week, day, out date), date, end, Doubt.None, out reading);
    }

    // end of month, end of the week, end of next year
    private bool TryReadEnd(int at, out DateReading reading)
    {
        reading = default;
        if (tokens[at].Word.Kind != WordKind.End || tokens[at + 1].Word.Kind != WordKind.Of)
        {
            return false;
        }

        int unit = at + 2;
        bool isNext = tokens[unit].Word.Kind == WordKind.Next;
        unit += isNext || tokens[unit].Word.Kind is WordKind.The or WordKind.This ? 1 : 0;
        return TryReadUnit(unit, out DateUnit of) && Found(TryEnd(of, isNext ? 1 : 0, out DateOnly date), date, unit + 1, Doubt.None, out reading);
    }

    // day after tomorrow
    private bool TryReadDayAfter(int at, out DateReading reading)
    {
        DateOnly date = default;
        bool exists = tokens[at].Word is { Kind: WordKind.Unit, Value: (int)DateUnit.Day } && tokens[at + 1].Word.Kind == WordKind.After && tokens[at + 2].Word.Kind == WordKind.Day
            && DateContext.TryAddDays(context.Today, tokens[at + 2].Word.Value + 1L, out date);
        return Found(exists, date, at + 3, Doubt.None, out reading);
    }

    private bool TryEnd(DateUnit unit, int steps, out DateOnly date)
    {
        date = default;
        switch (unit)
        {
            case DateUnit.Week:
                return context.TryWeek(context.Today, steps, out DateOnly week) && DateContext.TryAddDays(week, 6, out date);
            case DateUnit.Month:
                if (!DateContext.TryAddMonths(context.Today, steps, out DateOnly month))
                {
                    return false;
                }

                date = new DateOnly(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month));
                return true;
            case DateUnit.Year:
                return DateContext.TryDate(context.Today.Year + steps, 12, 31, out date);
            default:
                return false;
        }
    }

    private bool Count(long count, DateUnit unit, int end, Doubt doubt, out DateReading reading)
    {
        DateOnly date = default;
        if (unit is DateUnit.Minute or DateUnit.Hour)
        {
            reading = default;
            if (!context.TryAddMinutes(unit == DateUnit.Hour ? count * 60 : count, out DateTime moment))
            {
                return false;
            }

            reading = new DateReading(DateOnly.FromDateTime(moment), TimeOnly.FromDateTime(moment), null, end, doubt);
            return true;
        }

        bool exists = unit switch
        {
            DateUnit.Day => DateContext.TryAddDays(context.Today, count, out date),
            DateUnit.Workday => DateContext.TryAddWorkdays(context.Today, count, out date),
            DateUnit.Week => DateContext.TryAddDays(context.Today, count * 7, out date),
            DateUnit.Month => DateContext.TryAddMonths(context.Today, count, out date),
            _ => DateContext.TryAddMonths(context.Today, count * 12, out date),
        };
        return Found(exists, date, end, doubt, out reading);
    }

    /// <summary>A day of a year; of the year in which it comes next, today included, when no year is given.</summary>
    private bool TryYear(int year, int month, int day, out DateOnly date)
    {
        if (year > 0)
        {
            return DateContext.TryDate(year, month, day, out date);
        }

        // The 29th of February is at most eight years away.
        for (int later = 0; later <= 8; later++)
        {
            if (DateContext.TryDate(context.Today.Year + later, month, day, out date) && date >= context.Today)
            {
                return true;
            }
        }

        date = default;
        return false;
    }

    private static bool Found(bool exists, DateOnly date, int end, Doubt doubt, out DateReading reading)
    {
        reading = exists ? new DateReading(date, null, null, end, doubt) : default;
        return exists;
    }

    // 9am, 9:30 pm, 14:00, at 9, noon, in the morning, morning at 9, 8 in the evening
    private bool TryReadTime(int at, int? dayPart, bool isAfterDate, out TimeReading reading)
    {
        bool isAt = tokens[at].Word.Kind == WordKind.At || IsAtSign(tokens[at]);
        int start = isAt ? at + 1 : at;
        if (TryReadClock(start, mustBeGlued: false, out reading) || ((isAt || tokens[start + 1].Word.Kind == WordKind.In) && TryReadHour(start, out reading) && (isAt || TryReadDayPart(reading.End, out _, out _))))
        {
            if (!reading.IsExact && TryReadDayPart(reading.End, out int part, out int partEnd) && EndsFree(partEnd))
            {
                (dayPart, reading) = (part, reading with { End = partEnd, Doubt = Doubt.None });
            }

            if (!reading.IsExact && dayPart >= 12 * 60 && reading.Time.Hour is > 0 and < 12)
            {
                reading = reading with { Time = reading.Time.AddHours(12) };
            }

            return true;
        }

        Word word = tokens[start].Word;
        if (word.Kind == WordKind.ClockTime)
        {
            reading = new TimeReading(Clock(word.Value), start + 1, isAt || isAfterDate ? Doubt.None : Doubt.Weak, IsExact: true);
            return true;
        }

        bool isDirect = word.Kind == WordKind.DayPart;
        if (dayPart is not null || !(isDirect ? TryDayPart(start, out int minutes, out int end) : TryReadDayPart(at, out minutes, out end)))
        {
            return false;
        }

        if (EndsFree(end) && TryReadTime(end, minutes, isAfterDate: true, out TimeReading clock) && EndsFree(clock.End)
            && (!inText || clock.Doubt == Doubt.None || EndsPhrase(clock.End)))
        {
            reading = clock;
            return true;
        }

        reading = new TimeReading(Clock(minutes), end, isDirect ? isAt ? Doubt.Ending : isAfterDate ? Doubt.None : Doubt.Whole : Doubt.None, IsExact: false);
        return true;
    }

    // in the morning
    private bool TryReadDayPart(int at, out int minutes, out int end)
    {
        (minutes, end) = (0, at);
        return tokens[at].Word.Kind == WordKind.In && tokens[at + 1].Word.Kind == WordKind.The && TryDayPart(at + 2, out minutes, out end);
    }

    private bool TryDayPart(int at, out int minutes, out int end)
    {
        Word word = tokens[at].Word;
        (minutes, end) = (word.Value, at + 1);
        return word.Kind == WordKind.DayPart;
    }

    // 9am, 9:30, 9:30pm, 9.30pm
    private bool TryReadClock(int at, bool mustBeGlued, out TimeReading reading)
    {
        reading = default;
        Token hour = tokens[at];
        if (hour is not { Kind: TokenKind.Number, Length: <= 2 } || (mustBeGlued && !hour.IsGlued))
        {
            return false;
        }

        int end = at + 1;
        int minute = 0;
        bool hasMinutes = tokens[end] is { Kind: TokenKind.Symbol, IsGlued: true, Value: ':' or '.' } && tokens[end + 1] is { Kind: TokenKind.Number, IsGlued: true, Length: 2 };
        bool isDotted = hasMinutes && tokens[end].Value == '.';
        if (hasMinutes)
        {
            minute = tokens[end + 1].Value;
            end += 2;
            if (mustBeGlued && tokens[end] is { Kind: TokenKind.Symbol, IsGlued: true, Value: ':' } && tokens[end + 1] is { Kind: TokenKind.Number, IsGlued: true, Length: 2, Value: 0 })
            {
                end += 2; // Seconds, which must be none.
            }
        }

        Word half = tokens[end].Word;
        if (half.Kind == WordKind.HalfDay && !mustBeGlued)
        {
            reading = hour.Value is >= 1 and <= 12 && minute < 60 ? new TimeReading(new TimeOnly((hour.Value % 12) + half.Value, minute), end + 1, Doubt.None, IsExact: true) : default;
            return reading.End > 0;
        }

        if (!hasMinutes || isDotted || hour.Value > 23 || minute > 59)
        {
            return false;
        }

        reading = new TimeReading(new TimeOnly(hour.Value, minute), end, Doubt.None, IsExact: false);
        return true;
    }

    // The 9 of "at 9" and of "9 in the morning".
    private bool TryReadHour(int at, out TimeReading reading)
    {
        Token hour = tokens[at];
        bool isHour = hour is { Kind: TokenKind.Number, Length: <= 2, Value: <= 23 };
        reading = isHour ? new TimeReading(new TimeOnly(hour.Value, 0), at + 1, Doubt.Ending, IsExact: false) : default;
        return isHour;
    }

    private bool BeginsTime(int at) => TryReadClock(at, mustBeGlued: false, out _);

    private static bool IsAtSign(Token token) => token is { Kind: TokenKind.Symbol, Value: '@' };

    private static TimeOnly Clock(int minutes) => new(minutes / 60, minutes % 60);

    private readonly record struct DateReading(DateOnly Date, TimeOnly? Time, int? DayPart, int End, Doubt Doubt);

    private readonly record struct TimeReading(TimeOnly Time, int End, Doubt Doubt, bool IsExact);
}
