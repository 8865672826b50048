using System.Globalization;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Search;

/// <summary>
/// What is looked for: words that a task must all have, in any order, in its title, its notes or the name of one of its labels.
/// The last one may be the beginning of a word. A query that is only a number (<c>42</c>, <c>#42</c>) also means that task.
/// </summary>
internal sealed class SearchQuery
{
    /// <summary>How many distinct words there may be, two neighbouring characters of a script without spaces counting as one.</summary>
    public const int MostWords = 32;

    /// <summary>How many of the newest tasks are looked at to tell how common the words are.</summary>
    public const int SampleSize = 1000;

    /// <summary>How many of the newest tasks that fit are ranked when the order is by relevance.</summary>
    public const int MostRanked = 500;

    private const int TitleWord = 8;
    private const int TitleBeginning = 6;
    private const int LabelWord = 4;
    private const int NotesWord = 1;
    private const int TaskNumber = 100;

    private readonly SearchWord[] _words;

    private SearchQuery(SearchWord[] words) => _words = words;

    /// <summary>Whether there are no words, so that nothing is found.</summary>
    public bool IsEmpty => _words.Length == 0;

    /// <summary>Reads what is looked for; null when there are too many words, which is reported.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="labels">The space's labels.</param>
    /// <param name="field">Where it was given.</param>
    /// <param name="errors">Where to report.</param>
    public static SearchQuery? Read(string text, IReadOnlyList<Label> labels, string field, FieldErrors errors)
    {
        SearchText.Word[] typed = [.. SearchText.Words(text)];
        var words = new List<SearchText.Word>();
        for (int i = 0; i < typed.Length; i++)
        {
            // In the middle of a text the last character of a run is in the pair before it already.
            bool isCovered = typed[i].IsPart && i > 0 && typed[i - 1].Text.EndsWith(typed[i].Text, StringComparison.Ordinal) && typed[i - 1].Text != typed[i].Text;
            if (!isCovered)
            {
                words.Add(typed[i]);
            }
        }

        bool endsInPair = words.Count > 0 && typed[^1].IsPart && words[^1] != typed[^1];
        SearchWord[] distinct =
        [
            .. words.Select((word, i) => (word.Text, IsPrefix: word.IsPart || (i == words.Count - 1 && !endsInPair)))
                .GroupBy(word => word.Text, StringComparer.Ordinal)
                .Select(group => new SearchWord(group.Key, group.All(word => word.IsPrefix), LabelsWith(labels, group.Key, group.All(word => word.IsPrefix)))),
        ];
        if (distinct.Length > MostWords)
        {
            errors.Invalid(field, $"must have at most {MostWords} words to look for, but has {distinct.Length}.");
            return null;
        }

        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        digits = digits is ['#', ..] ? digits[1..] : digits;
        bool isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        return new SearchQuery(isNumber ? [.. distinct.Select(word => word with { Number = number })] : distinct);
    }

    /// <summary>What has one of these labels, which can be as rare or common as a word.</summary>
    public static SearchQuery ForLabels(Guid[] labels) => new([new SearchWord("", IsPrefix: false, labels)]);

    /// <summary>What has the words of both.</summary>
    public static SearchQuery Join(SearchQuery? first, SearchQuery second) =>
        first is null ? second : first.IsEmpty || second.IsEmpty ? new SearchQuery([]) : new SearchQuery([.. first._words, .. second._words]);

    /// <summary>The condition on the row <c>t</c>, tested row by row: for words that are common, or to be combined with others.</summary>
    public string ByRow(Database database, Statement statement)
    {
        if (IsEmpty)
        {
            return "1 = 0";
        }

        return "(" + string.Join(" AND ", _words.Select(word => Any(
            [
                .. word.Text.Length == 0 ? Array.Empty<string>() : [database.HasWord(statement, word, inTitleOnly: false)],
                .. word.Labels.Length == 0 ? Array.Empty<string>() : [database.HasAnyLabel(statement.Place(SqlType.UuidArray, word.Labels))],
                .. IsNumber(word, statement),
            ]))) + ")";

        static string Any(string[] conditions) => conditions.Length == 1 ? conditions[0] : "(" + string.Join(" OR ", conditions) + ")";
    }

    /// <summary>The same condition by the engine's index of words: for words of which at least one is rare.</summary>
    /// <param name="database">The engine.</param>
    /// <param name="statement">Where the values go.</param>
    /// <param name="common">For each word whether it is common by itself.</param>
    public string ByIndex(Database database, Statement statement, bool[] common)
    {
        if (IsEmpty)
        {
            return "1 = 0";
        }

        // Common words are tested on the rows that rare ones give; when all are common, only together they are rare.
        SearchWord[] looked = Array.TrueForAll(common, each => each) ? _words : [.. _words.Where((_, i) => !common[i])];
        SearchWord[] plain = [.. looked.Where(word => word.IsOnlyText)];
        var conditions = new List<string>();
        if (plain.Length > 0)
        {
            conditions.Add(database.FindWords(statement, plain, [], null)); // In which the engine itself begins with the rarest.
        }

        conditions.AddRange(looked.Except(plain).Select(word => database.FindWords(statement, word.Text.Length == 0 ? [] : [word], word.Labels, word.Number)));
        if (looked.Length < _words.Length)
        {
            conditions.Add(new SearchQuery([.. _words.Where((_, i) => common[i])]).ByRow(database, statement));
        }

        return string.Join(" AND ", conditions);
    }

    /// <summary>How well the row <c>t</c> fits, as a whole number: title before labels before notes, whole words before beginnings.</summary>
    public string Rank(Database database, Statement statement)
    {
        var sum = new List<string>();
        foreach (SearchWord word in _words.Where(word => word.Text.Length > 0))
        {
            string text = $"CASE WHEN {database.HasWord(statement, word with { IsPrefix = false }, inTitleOnly: true)} THEN {TitleWord}";
            text += word.IsPrefix ? $" WHEN {database.HasWord(statement, word, inTitleOnly: true)} THEN {TitleBeginning}" : "";
            text += word.Labels.Length > 0 ? $" WHEN {database.HasAnyLabel(statement.Place(SqlType.UuidArray, word.Labels))} THEN {LabelWord}" : "";
            sum.Add($"{text} ELSE {NotesWord} END");
            sum.AddRange(IsNumber(word, statement).Select(condition => $"CASE WHEN {condition} THEN {TaskNumber} ELSE 0 END"));
        }

        return sum.Count == 0 ? "0" : string.Join(" + ", sum);
    }

    /// <summary>Reads in a look at the newest tasks how common the words are.</summary>
    /// <param name="database">The engine.</param>
    /// <param name="space">Whose tasks.</param>
    /// <param name="wanted">How many rows are wanted of those that fit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when the words together are so common that going through the tasks in their order finds enough soon; else for each word whether it is common.</returns>
    public async Task<bool[]?> FindRareAsync(Database database, Guid space, int wanted, CancellationToken cancellationToken)
    {
        Statement statement = new Statement("").Add(space);
        string counts = string.Join(", ", _words.Select(word => $"count(*) FILTER (WHERE {new SearchQuery([word]).ByRow(database, statement)})"));
        statement.Append(
            $"SELECT count(*), count(*) FILTER (WHERE {ByRow(database, statement)}){(counts.Length == 0 ? "" : ", ")}{counts} FROM "
            + "(SELECT t.space_id, t.id, t.number, t.search, t.label_ids FROM tasks.tasks t WHERE t.space_id = $1 ORDER BY t.number DESC "
            + $"LIMIT {SampleSize}) t");
        long[] found = (await database.ReadAsync(statement, row => Enumerable.Range(0, _words.Length + 2).Select(row.Long).ToArray(), cancellationToken))[0];

        // Walking until enough fit reads wanted / share rows, the index gives share * all: as many at sqrt(wanted / all), here for a
        // million. Half of that, since rows that the index gives lie far apart.
        double threshold = SampleSize * Math.Sqrt(wanted / 1_000_000.0) / 2;
        return found[0] < SampleSize || found[1] >= threshold ? null : [.. found[2..].Select(count => count >= threshold)];
    }

    private static string[] IsNumber(SearchWord word, Statement statement) => word.Number is long number ? [$"t.number = {statement.Place(SqlType.Long, number)}"] : [];

    private static Guid[] LabelsWith(IReadOnlyList<Label> labels, string word, bool isPrefix) =>
    [
        .. labels.Where(label => SearchText.Words(label.Name).Any(of => isPrefix ? of.Text.StartsWith(word, StringComparison.Ordinal) : of.Text == word)).Select(label => label.Id),
    ];
}

/// <summary>One word that is looked for.</summary>
/// <param name="Text">Folded, as <see cref="SearchText"/> makes it; empty when only a label will do.</param>
/// <param name="IsPrefix">Whether words that begin with it are meant too.</param>
/// <param name="Labels">The labels whose names have it: a renamed label is found by its new name without a change to its tasks.</param>
/// <param name="Number">The task's number that the word is; null when it is none.</param>
internal sealed record SearchWord(string Text, bool IsPrefix, Guid[] Labels, long? Number = null)
{
    /// <summary>Whether title and notes are the only places where it can be found.</summary>
    public bool IsOnlyText => Labels.Length == 0 && Number is null;
}
