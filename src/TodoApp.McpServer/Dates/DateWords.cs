using System.Collections.Frozen;

namespace TodoApp.McpServer.Dates;

/// <summary>What a word can mean in a phrase about dates. The number that goes with it is <see cref="Word.Value"/>.</summary>
internal enum WordKind
{
    /// <summary>Nothing here: a word of the title.</summary>
    None,

    /// <summary>A day counted from today: tomorrow is 1.</summary>
    Day,

    /// <summary>This evening, as one word; the value is its time in minutes.</summary>
    Tonight,

    /// <summary>Sunday is 0, as in <see cref="DayOfWeek"/>.</summary>
    Weekday,

    /// <summary>Saturday and Sunday.</summary>
    Weekend,

    /// <summary>Monday to Friday.</summary>
    Workday,

    /// <summary>January is 1.</summary>
    Month,

    /// <summary>A <see cref="DateUnit"/>.</summary>
    Unit,

    /// <summary>The last day of a <see cref="DateUnit"/>, as one word.</summary>
    EndOfUnit,

    /// <summary>A number from 1.</summary>
    Number,

    /// <summary>Stands before a noun: a day after it is a name, not a date. In a count it is 1, unless it is <see cref="The"/>.</summary>
    Article,

    The,

    /// <summary>First is 1. <see cref="Last"/> is one too.</summary>
    Ordinal,

    /// <summary>What makes the number before it an ordinal.</summary>
    OrdinalSuffix,

    /// <summary>Half of the day of a clock of twelve hours: 0 or 12 hours are added.</summary>
    HalfDay,

    /// <summary>A time in minutes.</summary>
    ClockTime,

    /// <summary>A part of a day; the value is the time in minutes that it stands for.</summary>
    DayPart,

    /// <summary>Leads to a date: due, by, on.</summary>
    Lead,

    /// <summary>Leads to a time.</summary>
    At,

    /// <summary>May stand between a date and the rest of a sentence.</summary>
    Joiner,

    /// <summary>Makes the date behind it what the sentence is about, not when it is due.</summary>
    About,

    In,
    Ago,
    From,
    Now,
    After,
    Next,
    This,
    Last,
    End,
    Of,
    And,
    To,
    Every,
    Other,

    /// <summary>An interval in one word; the value is an index of <see cref="DateWords.Intervals"/>.</summary>
    Interval,

    Starting,
    Until,
    For,
    Times,

    /// <summary>Having been done.</summary>
    Completion,
}

/// <summary>The units that dates are counted in.</summary>
internal enum DateUnit
{
    Minute,
    Hour,
    Day,
    Workday,
    Week,
    Month,
    Year,
}

/// <summary>The meaning of a word.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The number that goes with it.</param>
/// <param name="IsWeak">Whether it is also an everyday word or a name ("sun", "may"), so that in a longer text more must speak for a date.</param>
internal readonly record struct Word(WordKind Kind, int Value = 0, bool IsWeak = false);

/// <summary>
/// The words of one language. The grammar (<see cref="DateReader"/>, <see cref="RecurrenceReader"/>) knows meanings only; another
/// language is another table, and a change to the grammar only where its order of words differs.
/// </summary>
internal sealed class DateWords
{
    /// <summary>Longer words have no meaning here.</summary>
    private const int LongestWord = 16;

    private readonly FrozenDictionary<string, Word> _words;
    private readonly FrozenDictionary<string, Word>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private DateWords(IReadOnlyList<(int Every, DateUnit Unit)> intervals, params ReadOnlySpan<(string Words, Word Meaning)> table)
    {
        Intervals = intervals;
        var words = new Dictionary<string, Word>(StringComparer.OrdinalIgnoreCase);
        foreach ((string same, Word meaning) in table)
        {
            foreach (string word in same.Split(' '))
            {
                words.Add(word, meaning);
            }
        }

        _words = words.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public static DateWords English { get; } = new(
        [(1, DateUnit.Hour), (1, DateUnit.Day), (1, DateUnit.Week), (2, DateUnit.Week), (1, DateUnit.Month), (3, DateUnit.Month), (1, DateUnit.Year)],
        ("today", new(WordKind.Day, 0)),
        ("tod", new(WordKind.Day, 0, IsWeak: true)),
        ("tomorrow tmr tmrw", new(WordKind.Day, 1)),
        ("tom", new(WordKind.Day, 1, IsWeak: true)),
        ("yesterday", new(WordKind.Day, -1)),
        ("tonight", new(WordKind.Tonight, 20 * 60)),
        ("sunday", new(WordKind.Weekday, 0)),
        ("monday", new(WordKind.Weekday, 1)),
        ("tuesday tue tues", new(WordKind.Weekday, 2)),
        ("wednesday", new(WordKind.Weekday, 3)),
        ("thursday thu thur thurs", new(WordKind.Weekday, 4)),
        ("friday fri", new(WordKind.Weekday, 5)),
        ("saturday", new(WordKind.Weekday, 6)),
        ("sun", new(WordKind.Weekday, 0, IsWeak: true)),
        ("mon", new(WordKind.Weekday, 1, IsWeak: true)),
        ("wed", new(WordKind.Weekday, 3, IsWeak: true)),
        ("sat", new(WordKind.Weekday, 6, IsWeak: true)),
        ("weekend", new(WordKind.Weekend)),
        ("weekday workday", new(WordKind.Workday)),
        ("january", new(WordKind.Month, 1)),
        ("jan", new(WordKind.Month, 1, IsWeak: true)),
        ("february feb", new(WordKind.Month, 2)),
        ("march mar", new(WordKind.Month, 3, IsWeak: true)),
        ("april apr", new(WordKind.Month, 4)),
        ("may", new(WordKind.Month, 5, IsWeak: true)),
        ("june jun", new(WordKind.Month, 6)),
        ("july jul", new(WordKind.Month, 7)),
        ("august aug", new(WordKind.Month, 8)),
        ("september sept sep", new(WordKind.Month, 9)),
        ("october oct", new(WordKind.Month, 10)),
        ("november nov", new(WordKind.Month, 11)),
        ("december dec", new(WordKind.Month, 12)),
        ("minute minutes min mins", new(WordKind.Unit, (int)DateUnit.Minute)),
        ("hour hours hr hrs", new(WordKind.Unit, (int)DateUnit.Hour)),
        ("day days", new(WordKind.Unit, (int)DateUnit.Day)),
        ("weekdays workdays", new(WordKind.Unit, (int)DateUnit.Workday)),
        ("week weeks wk wks", new(WordKind.Unit, (int)DateUnit.Week)),
        ("month months", new(WordKind.Unit, (int)DateUnit.Month)),
        ("year years yr yrs", new(WordKind.Unit, (int)DateUnit.Year)),
        ("h", new(WordKind.Unit, (int)DateUnit.Hour, IsWeak: true)),
        ("d", new(WordKind.Unit, (int)DateUnit.Day, IsWeak: true)),
        ("w", new(WordKind.Unit, (int)DateUnit.Week, IsWeak: true)),
        ("eow", new(WordKind.EndOfUnit, (int)DateUnit.Week)),
        ("eom", new(WordKind.EndOfUnit, (int)DateUnit.Month)),
        ("eoy", new(WordKind.EndOfUnit, (int)DateUnit.Year)),
        ("one", new(WordKind.Number, 1)),
        ("two", new(WordKind.Number, 2)),
        ("three", new(WordKind.Number, 3)),
        ("four", new(WordKind.Number, 4)),
        ("five", new(WordKind.Number, 5)),
        ("six", new(WordKind.Number, 6)),
        ("seven", new(WordKind.Number, 7)),
        ("eight", new(WordKind.Number, 8)),
        ("nine", new(WordKind.Number, 9)),
        ("ten", new(WordKind.Number, 10)),
        ("eleven", new(WordKind.Number, 11)),
        ("twelve", new(WordKind.Number, 12)),
        ("a an", new(WordKind.Article)),
        ("the", new(WordKind.The)),
        ("first", new(WordKind.Ordinal, 1)),
        ("second", new(WordKind.Ordinal, 2)),
        ("third", new(WordKind.Ordinal, 3)),
        ("fourth", new(WordKind.Ordinal, 4)),
        ("fifth", new(WordKind.Ordinal, 5)),
        ("st nd rd th", new(WordKind.OrdinalSuffix)),
        ("am", new(WordKind.HalfDay, 0)),
        ("pm", new(WordKind.HalfDay, 12)),
        ("noon midday", new(WordKind.ClockTime, 12 * 60)),
        ("midnight", new(WordKind.ClockTime, 0)),
        ("morning", new(WordKind.DayPart, 9 * 60)),
        ("afternoon", new(WordKind.DayPart, 15 * 60)),
        ("evening", new(WordKind.DayPart, 18 * 60)),
        ("night", new(WordKind.DayPart, 20 * 60)),
        ("due by on", new(WordKind.Lead)),
        ("at", new(WordKind.At)),
        ("with", new(WordKind.Joiner)),
        ("about before since than between during", new(WordKind.About)),
        ("in", new(WordKind.In)),
        ("ago", new(WordKind.Ago)),
        ("from", new(WordKind.From)),
        ("now", new(WordKind.Now)),
        ("after", new(WordKind.After)),
        ("next", new(WordKind.Next)),
        ("this", new(WordKind.This)),
        ("last", new(WordKind.Last, -1)),
        ("end", new(WordKind.End)),
        ("of", new(WordKind.Of)),
        ("and", new(WordKind.And)),
        ("to", new(WordKind.To)),
        ("every each", new(WordKind.Every)),
        ("other", new(WordKind.Other)),
        ("hourly", new(WordKind.Interval, 0)),
        ("daily", new(WordKind.Interval, 1)),
        ("weekly", new(WordKind.Interval, 2)),
        ("biweekly fortnightly", new(WordKind.Interval, 3)),
        ("monthly", new(WordKind.Interval, 4)),
        ("quarterly", new(WordKind.Interval, 5)),
        ("yearly annually", new(WordKind.Interval, 6)),
        ("quarter", new(WordKind.Interval, 5, IsWeak: true)),
        ("fortnight", new(WordKind.Interval, 3, IsWeak: true)),
        ("starting beginning", new(WordKind.Starting)),
        ("until till ending", new(WordKind.Until)),
        ("for", new(WordKind.For)),
        ("times", new(WordKind.Times)),
        ("completion completed completing done", new(WordKind.Completion)));

    /// <summary>The intervals that have a word of their own.</summary>
    public IReadOnlyList<(int Every, DateUnit Unit)> Intervals { get; }

    public Word Find(ReadOnlySpan<char> word) => word.Length <= LongestWord && _lookup.TryGetValue(word, out Word found) ? found : default;
}
