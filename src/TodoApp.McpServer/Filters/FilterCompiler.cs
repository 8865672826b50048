using System.Text.RegularExpressions;
using TodoApp.Contracts;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Search;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Filters;

/// <summary>Makes a filter's steps into one SQL condition on the task row <c>t</c>.</summary>
internal sealed class FilterCompiler
{
    private readonly Database _database;
    private readonly Statement _statement;
    private readonly Caller _caller;
    private readonly DateTimeOffset _now;
    private readonly IReadOnlyList<TaskList> _lists;
    private readonly IReadOnlyList<Label> _labels;
    private readonly string _field;
    private readonly FieldErrors _errors;
    private readonly HashSet<Guid> _named = [];

    private FilterCompiler(
        Database database, Statement statement, Caller caller, DateTimeOffset now, IReadOnlyList<TaskList> lists, IReadOnlyList<Label> labels, string field, FieldErrors errors)
    {
        _database = database;
        _statement = statement;
        _caller = caller;
        _now = now;
        _lists = lists;
        _labels = labels;
        _field = field;
        _errors = errors;
    }

    private static Operand Nothing => new("1 = 0", null);

    private DateOnly Today => DateOnly.FromDateTime(Zones.ToLocal(_now, _caller.Zone));

    /// <summary>Compiles a filter.</summary>
    /// <param name="steps">From <see cref="FilterParser"/>.</param>
    /// <param name="database">The engine.</param>
    /// <param name="statement">Where the values go; $1 is the space.</param>
    /// <param name="caller">Whose day it is.</param>
    /// <param name="now">The moment that "today" and "overdue" are meant at.</param>
    /// <param name="lists">The space's lists.</param>
    /// <param name="labels">The space's labels.</param>
    /// <param name="field">Where the filter was given.</param>
    /// <param name="errors">Where a name that does not exist is reported.</param>
    /// <returns>
    /// The condition, empty for none; what else every task must have words of, which the list query finds by the index of words; and the
    /// lists that are named, whose tasks are meant also when they are archived.
    /// </returns>
    public static (string Condition, SearchQuery? Search, IReadOnlyCollection<Guid> Named) Compile(
        IReadOnlyList<FilterStep> steps, Database database, Statement statement, Caller caller, DateTimeOffset now,
        IReadOnlyList<TaskList> lists, IReadOnlyList<Label> labels, string field, FieldErrors errors)
    {
        var compiler = new FilterCompiler(database, statement, caller, now, lists, labels, field, errors);
        var operands = new Stack<Operand>();
        foreach (FilterStep step in steps)
        {
            switch (step.Operator)
            {
                case null:
                    operands.Push(compiler.Term(step.Term!));
                    break;
                case '!':
                    operands.Push(new Operand($"NOT ({compiler.Whole(operands.Pop())})", null));
                    break;
                case '&':
                    Operand right = operands.Pop();
                    Operand left = operands.Pop();
                    operands.Push(new Operand(
                        left.Condition.Length == 0 ? right.Condition : right.Condition.Length == 0 ? left.Condition : $"{left.Condition} AND {right.Condition}",
                        right.Search is null ? left.Search : SearchQuery.Join(left.Search, right.Search)));
                    break;
                default:
                    string second = compiler.Whole(operands.Pop());
                    operands.Push(new Operand($"({compiler.Whole(operands.Pop())} OR {second})", null));
                    break;
            }
        }

        Operand whole = operands.Pop();
        return (whole.Condition, whole.Search, compiler._named);
    }

    /// <summary>Whether it asks for due dates, whose keys must be for the caller's zone.</summary>
    public static bool UsesDueDates(IReadOnlyList<FilterStep> steps) => steps.Any(step => step.Term?.Kind is
        FilterKind.Today or FilterKind.Tomorrow or FilterKind.Overdue or FilterKind.Upcoming or FilterKind.NextDays or FilterKind.Due);

    private string Whole(Operand operand)
    {
        if (operand.Search is null)
        {
            return operand.Condition;
        }

        string words = operand.Search.ByRow(_database, _statement);
        return operand.Condition.Length == 0 ? words : $"{operand.Condition} AND {words}";
    }

    // What a word or label that all tasks must have is looked for by is decided with the whole query.
    private Operand Term(FilterTerm term) => term.Kind switch
    {
        FilterKind.Search => SearchQuery.Read(term.Text, _labels, _field, _errors) is SearchQuery search ? new Operand("", search) : Nothing,
        FilterKind.Label => Find(term, _labels, "label") is { Length: > 0 } ids ? new Operand("", SearchQuery.ForLabels(ids)) : Nothing,
        _ => new Operand(Condition(term), null),
    };

    private string Condition(FilterTerm term) => term.Kind switch
    {
        FilterKind.All => "1 = 1",
        FilterKind.Today => DueRange.Days(Today, 1).Condition(_statement),
        FilterKind.Tomorrow => DueRange.On(new DueDate(Today == DateOnly.MaxValue ? Today : Today.AddDays(1), null)).Condition(_statement),
        FilterKind.Overdue => DueRange.Overdue(_now, _caller.Zone).Condition(_statement),
        FilterKind.Upcoming => DueRange.Upcoming(Today).Condition(_statement),
        FilterKind.NoDate => DueRange.None.Condition(_statement),
        FilterKind.NoTime => "(t.due IS NOT NULL AND length(t.due) = 10)",
        FilterKind.NextDays => DueRange.Days(Today, term.Number).Condition(_statement),
        FilterKind.Due when term.Side == FilterSide.Before => DueRange.Earlier(term.Date).Condition(_statement),
        FilterKind.Due when term.Side == FilterSide.After => DueRange.Later(term.Date).Condition(_statement),
        FilterKind.Due => DueRange.On(term.Date).Condition(_statement),
        FilterKind.Created => Instant("t.created_at", term),
        FilterKind.Updated => Instant("t.updated_at", term),
        FilterKind.Completed => $"(t.completed_at IS NOT NULL AND {Instant("t.completed_at", term)})",
        FilterKind.NoLabels => $"t.label_ids = {_database.NoLabels}",
        FilterKind.List or FilterKind.ListWithSublists => List(term),
        FilterKind.Priority => $"t.priority = {_statement.Place(SqlType.Small, (short)term.Number)}",
        FilterKind.Recurring => "t.recurrence IS NOT NULL",
        FilterKind.Subtask => "t.parent_id IS NOT NULL",
        _ => throw new InvalidOperationException($"No condition for {term.Kind}."),
    };

    // A day begins and ends on the caller's clock.
    private string Instant(string column, FilterTerm term)
    {
        DateTime first = term.Date.Date.ToDateTime(term.Date.Time ?? TimeOnly.MinValue);
        DateTime next = term.Date.Time is not null ? AddMinute(first) : first.Date == DateTime.MaxValue.Date ? DateTime.MaxValue : first.AddDays(1);
        string Place(DateTime local) => _statement.Place(SqlType.Timestamp, Zones.ToInstant(local, _caller.Zone));
        return term.Side switch
        {
            FilterSide.Before => $"{column} < {Place(first)}",
            FilterSide.After => $"{column} >= {Place(next)}",
            _ => $"({column} >= {Place(first)} AND {column} < {Place(next)})",
        };

        static DateTime AddMinute(DateTime time) => time > DateTime.MaxValue.AddMinutes(-1) ? DateTime.MaxValue : time.AddMinutes(1);
    }

    private string List(FilterTerm term)
    {
        var ids = new HashSet<Guid>(Find(term, _lists, "list"));
        if (!term.IsPattern)
        {
            _named.UnionWith(ids);
        }

        if (term.Kind == FilterKind.ListWithSublists)
        {
            while (_lists.Any(list => list.ParentId is Guid parent && ids.Contains(parent) && ids.Add(list.Id)))
            {
                // Until nothing is added: lists are few levels deep.
            }
        }

        return ids.Count == 1
            ? $"t.list_id = {_statement.Place(SqlType.Uuid, ids.Single())}"
            : ids.Count == 0 ? Nothing.Condition : $"t.list_id {_database.AnyOf(_statement.Place(SqlType.UuidArray, ids.ToArray()))}";
    }

    private Guid[] Find<T>(FilterTerm term, IReadOnlyList<T> items, string kind)
        where T : class, INamedItem
    {
        if (term.IsPattern)
        {
            var pattern = new Regex(
                "^" + Regex.Escape(Rules.NameKey(term.Text)).Replace("\\*", ".*", StringComparison.Ordinal) + "\\z",
                RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
            return [.. items.Where(item => pattern.IsMatch(Rules.NameKey(item.Name))).Select(item => item.Id)];
        }

        if (Names.Find(items, term.Text) is T item)
        {
            return [item.Id];
        }

        _errors.Invalid(_field, $"at position {term.Start} {Names.Unknown(items, term.Text, kind)}");
        return [];
    }

    /// <summary>A part of the condition.</summary>
    /// <param name="Condition">SQL; empty for none.</param>
    /// <param name="Search">Words that are to be found besides.</param>
    private readonly record struct Operand(string Condition, SearchQuery? Search);
}
