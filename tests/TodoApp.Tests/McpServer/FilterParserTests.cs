using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Filters;

namespace TodoApp.Tests.McpServer;

public sealed class FilterParserTests
{
    // A Wednesday.
    private static readonly DateContext Dates = new(new DateTime(2026, 11, 25, 10, 30, 0), DayOfWeek.Monday);

    [Theory]
    [InlineData("today", "Today")]
    [InlineData(" TODAY|overdue & p1 ", "Today Overdue Priority1 & |")]
    [InlineData("!today & p2", "Today ! Priority2 &")]
    [InlineData("!(today & p2)", "Today Priority2 & !")]
    [InlineData("!!today", "Today")]
    [InlineData("!!!(!today)", "Today ! !")]
    [InlineData("(today | overdue) & p1 & p2", "Today Overdue | Priority1 & Priority2 &")]
    [InlineData("today && p3 || p4", "Today Priority3 & Priority4 |")]
    [InlineData("no   date | No Time", "NoDate NoTime |")]
    [InlineData("7 days", "NextDays7")]
    [InlineData("next 30 days", "NextDays30")]
    [InlineData("due before: next friday", "Due<2026-12-04")]
    [InlineData("DUE AFTER : 2026-12-01T09:00", "Due>2026-12-01T09:00")]
    [InlineData("due: \"tomorrow\"", "Due=2026-11-26")]
    [InlineData("friday", "Due=2026-11-27")]
    [InlineData("created before: yesterday", "Created<2026-11-24")]
    [InlineData("completed: today", "Completed=2026-11-25")]
    [InlineData("completed after: friday", "Completed>2026-11-20")]
    [InlineData("created: last monday", "Created=2026-11-23")]
    [InlineData("created before: 1 dec", "Created<2025-12-01")]
    [InlineData("@home", "Label'home'")]
    [InlineData("@ho*me", "Label~'ho*me'")]
    [InlineData("@\"two * words\"", "Label'two * words'")]
    [InlineData("#Work stuff", "List'Work stuff'")]
    [InlineData("##\"a & (b)\" & #C#", "ListWithSublists'a & (b)' List'C#' &")]
    [InlineData("search: wow! it's", "Search'wow! it's'")]
    [InlineData("search: \"a & b\" | all", "Search'a & b' All |")]
    [InlineData("no priority & recurring & subtask & no labels", "Priority5 Recurring & Subtask & NoLabels &")]
    public void Filters_are_read_into_steps(string text, string expected) => Assert.Equal(expected, string.Join(' ', Parse(text).Select(Show)));

    [Theory]
    [InlineData("", "at position 0", "ends where a term")]
    [InlineData("today &", "at position 7", "ends where a term")]
    [InlineData("today ! p1", "at position 6", "& (both) or | (either) is expected after 'today'")]
    [InlineData("today p1", "at position 6", "after 'today'")]
    [InlineData("(today) p1", "at position 8", "& (both), | (either) or the end is expected, but there is 'p'")]
    [InlineData("today & & p1", "at position 8", "a term")]
    [InlineData("(today", "at position 0", "never closed")]
    [InlineData("today)", "at position 5", "closes nothing")]
    [InlineData("()", "at position 1", "a term")]
    [InlineData("today | ovedue", "at position 8", "'ovedue' is not a term. Did you mean 'overdue'?")]
    [InlineData("due befor: friday", "at position 0", "Did you mean 'due before:'?")]
    [InlineData("milk", "at position 0", "write search: before them")]
    [InlineData("due: someday", "at position 5", "a date is expected")]
    [InlineData("due before:", "at position 11", "a date is expected")]
    [InlineData("search:", "at position 7", "words to search for are expected")]
    [InlineData("@", "at position 1", "a label's name is expected")]
    [InlineData("##", "at position 2", "a list's name is expected")]
    [InlineData("#\"\"", "at position 1", "a list's name is expected")]
    [InlineData("#Work @home", "at position 6", "is expected")]
    [InlineData("#\"Work\" @home", "at position 7", "is expected")]
    [InlineData("#\"Work", "at position 1", "no closing")]
    [InlineData("😀😀 today", "at position 0", "is not a term")]
    [InlineData("p5", "at position 0", "Did you mean 'p1'?")]
    [InlineData("0 days", "at position 0", "from 1 to")]
    [InlineData("99999999999 days", "at position 0", "is not a term")]
    public void An_error_says_where_and_what_would_be_right(string text, string where, string what)
    {
        var errors = new FieldErrors();
        Assert.Null(FilterParser.Parse(text, Dates, "filter", errors));
        string error = errors.ToProblem()!.Errors!["filter"].Single();
        Assert.Contains(where, error, StringComparison.Ordinal);
        Assert.Contains(what, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_it_is_read_or_refused_soon()
    {
        string[] pieces = ["(", ")", "!", "&", "|", "\"", "@", "#", "##", "today", "due:", "search:", "*", " ", "p1", "7 days", "next", "friday", "a", "\u0301", "😀", "\uD83D", ":", "''"];
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            var errors = new FieldErrors();
            FilterStep[]? steps = FilterParser.Parse(text, Dates, "filter", errors);
            Assert.Equal(errors.Any, steps is null);
        }

        foreach (string text in new[] { new string('(', 10_000), new string('(', 1000), new string('!', 1000), new string('(', 50) + "today" + new string(')', 50), string.Join('&', Enumerable.Repeat("p1", 101)) })
        {
            var errors = new FieldErrors();
            Assert.Equal(text.Contains("today", StringComparison.Ordinal), FilterParser.Parse(text, Dates, "filter", errors) is not null);
        }
    }

    [Fact]
    public void Every_example_and_term_of_the_documentation_is_understood()
    {
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryRoot(), "docs", "filters.md"));
        var examples = new List<string>();
        bool inside = false;
        foreach (string line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = line == "```filter";
            }
            else if (inside)
            {
                examples.Add(line);
            }
        }

        string[] terms = [.. lines.SkipWhile(line => line != "## Terms").TakeWhile(line => !line.StartsWith("A DATE", StringComparison.Ordinal)).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1)).Select(term => term.Replace("DATE", "next friday", StringComparison.Ordinal))];
        Assert.True(examples.Count >= 11 && terms.Length >= 35);
        Assert.All(examples.Concat(terms), example => Parse(example));
    }

    private static FilterStep[] Parse(string text)
    {
        var errors = new FieldErrors();
        FilterStep[]? steps = FilterParser.Parse(text, Dates, "filter", errors);
        Assert.True(steps is not null, $"{text}: {errors.ToProblem()?.Detail}");
        return steps;
    }

    private static string Show(FilterStep step)
    {
        if (step.Term is not FilterTerm term)
        {
            return step.Operator.ToString()!;
        }

        string date = term.Kind is FilterKind.Due or FilterKind.Created or FilterKind.Completed ? "=<>"[(int)term.Side] + term.Date.ToString() : "";
        return term.Kind + (term.IsPattern ? "~" : "") + (term.Text.Length > 0 ? $"'{term.Text}'" : "") + date + (term.Number > 0 ? term.Number : "");
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TodoApp.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return folder;
    }
}
