using TodoApp.Contracts;

namespace TodoApp.McpServer.Transfer;

/// <summary>Collects what a person should know about an imported file, by line. Keeps the first of each kind and counts the rest, so that a report does not grow with the file.</summary>
internal sealed class ImportNotes
{
    /// <summary>How many warnings and how many problems are kept.</summary>
    public const int Most = 100;

    // A file with so many is not read on: what is kept of each item must not grow without end.
    private const int MostProblems = 10_000;

    private readonly List<ImportNote> _warnings = [];
    private readonly List<ImportNote> _problems = [];

    public IReadOnlyList<ImportNote> Warnings => _warnings;

    public IReadOnlyList<ImportNote> Problems => _problems;

    public long WarningCount { get; private set; }

    public long ProblemCount { get; private set; }

    /// <summary>Why the file can't be read on: its form is broken. Null when it can.</summary>
    public Problem? Failure { get; private set; }

    /// <summary>Whether the file must not be imported.</summary>
    public bool IsRefused => Failure is not null || ProblemCount > 0;

    /// <summary>The same notes, to which others can be added.</summary>
    public ImportNotes Copy()
    {
        var copy = new ImportNotes { WarningCount = WarningCount, ProblemCount = ProblemCount, Failure = Failure };
        copy._warnings.AddRange(_warnings);
        copy._problems.AddRange(_problems);
        return copy;
    }

    /// <summary>Something was not taken exactly.</summary>
    public void Warn(long line, string? field, string text)
    {
        WarningCount++;
        if (_warnings.Count < Most)
        {
            _warnings.Add(new ImportNote(line, field, text));
        }
    }

    /// <summary>An item breaks a rule: nothing will be imported, but the rest is still checked.</summary>
    public void Refuse(long line, string? field, string text)
    {
        ProblemCount++;
        if (_problems.Count < Most)
        {
            _problems.Add(new ImportNote(line, field, text));
        }

        if (ProblemCount == MostProblems)
        {
            Fail(line, 1, $"there are {MostProblems} problems already. Perhaps this is another kind of file; format= says which.");
        }
    }

    /// <summary>All that was wrong with the fields of an item.</summary>
    public void Refuse(long line, FieldErrors errors)
    {
        foreach ((string field, string[] texts) in errors.ToProblem()?.Errors ?? new Dictionary<string, string[]>())
        {
            foreach (string text in texts)
            {
                Refuse(line, field.Length == 0 ? null : field, text);
            }
        }
    }

    /// <summary>The form of the file is broken here. The reader must stop.</summary>
    public void Fail(long line, long column, string text) =>
        Failure ??= ProblemKind.Malformed.Because($"The file can't be read on from line {line}, column {column}: {text}");

    /// <summary>Why nothing was imported; null when nothing stands in the way.</summary>
    public Problem? ToProblem()
    {
        if (Failure is not null || ProblemCount == 0)
        {
            return Failure;
        }

        var errors = new Dictionary<string, string[]>();
        foreach (IGrouping<string, ImportNote> place in _problems.GroupBy(note => note.Line == 0 ? note.Field ?? "" : note.Field is null ? $"line {note.Line}" : $"line {note.Line}, {note.Field}"))
        {
            errors[place.Key] = [.. place.Select(note => note.Text)];
        }

        ImportNote first = _problems[0];
        string rest = ProblemCount == 1 ? "" : $" There {(ProblemCount == 2 ? "is 1 more problem" : $"are {ProblemCount - 1} more problems")}; dryRun=true reports them.";
        return ProblemKind.Invalid.Because(
            $"Nothing was imported. {(first.Line == 0 ? "" : $"Line {first.Line}")}{(first.Field is null ? "" : $"{(first.Line == 0 ? "" : ", ")}{first.Field}")}: {first.Text}{rest}", errors);
    }
}
