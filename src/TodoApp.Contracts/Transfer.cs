using System.ComponentModel;

namespace TodoApp.Contracts;

/// <summary>What an import did, or, as a dry run, would do.</summary>
public sealed record ImportReport
{
    /// <summary>Whether nothing was written because only the report was asked for.</summary>
    public required bool DryRun { get; init; }

    /// <summary>How the file was read: <c>json</c>, <c>csv</c>, <c>todoist</c>, <c>todotxt</c>, <c>ics</c> or <c>taskwarrior</c>.</summary>
    [Description("How the file was read: json, csv, todoist, todotxt, ics or taskwarrior.")]
    public required string Format { get; init; }

    /// <summary>How much is new.</summary>
    public required ImportCounts Created { get; init; }

    /// <summary>How many lists, labels, filters, tasks and completions of the file were there already; they were left as they are.</summary>
    [Description("How many items of the file were there already. They are left as they are.")]
    public required long Skipped { get; init; }

    /// <summary>How many warnings there are; <see cref="Warnings"/> has the first 100.</summary>
    public required long WarningCount { get; init; }

    /// <summary>What could not be taken exactly as the file has it.</summary>
    [Description("What could not be taken exactly as the file has it; the first 100.")]
    public required IReadOnlyList<ImportNote> Warnings { get; init; }

    /// <summary>How many problems there are; <see cref="Problems"/> has the first 100.</summary>
    public required long ProblemCount { get; init; }

    /// <summary>Why the file would be refused. Only a dry run has any: an import with problems is answered with 422 and writes nothing.</summary>
    [Description("Why the file would be refused; the first 100. Only in a dry run: an import with problems is answered with 422 and writes nothing.")]
    public required IReadOnlyList<ImportNote> Problems { get; init; }

    /// <summary>The group of all changes of the import, to undo it as a whole; null when nothing was written.</summary>
    [Description("The group of the import's changes, to undo it as a whole; null when nothing was written.")]
    public required Guid? GroupId { get; init; }
}

/// <summary>How much an import adds.</summary>
/// <param name="Lists">Lists.</param>
/// <param name="Labels">Labels.</param>
/// <param name="Filters">Saved filters.</param>
/// <param name="Tasks">Tasks, those in the trash too.</param>
/// <param name="Completions">Occurrences of recurring tasks that were completed.</param>
public sealed record ImportCounts(long Lists, long Labels, long Filters, long Tasks, long Completions);

/// <summary>Something about one place of an imported file.</summary>
/// <param name="Line">The line where the item begins, from 1; 0 for the file as a whole.</param>
/// <param name="Field">The field, as the file's format calls it; null for the item as a whole.</param>
/// <param name="Text">What is to be said of it.</param>
public sealed record ImportNote(long Line, string? Field, string Text);
