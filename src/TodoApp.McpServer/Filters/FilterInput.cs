using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Filters;

/// <summary>The fields of a saved filter as a request gives them.</summary>
internal sealed record FilterInput
{
    public const int MostFilters = 200;

    private static readonly string[] Fields = ["name", "query", "position", "before", "after"];

    public Optional<string> Name { get; private init; }

    public Optional<string> Query { get; private init; }

    public Optional<string> Position { get; private init; }

    /// <summary>Where it shall stand, instead of a position.</summary>
    public Optional<Placement> Place { get; private init; }

    /// <summary>Reads and checks the fields. Names in the query need not exist yet: they are looked up when it is used.</summary>
    public static FilterInput Read(JsonElement body, bool isNew, DateContext dates, FieldErrors errors) =>
        Read(new JsonFields(body, Fields, errors), isNew, dates, errors, "");

    /// <summary>Reads and checks fields among others.</summary>
    public static FilterInput Read(JsonFields fields, bool isNew, DateContext dates, FieldErrors errors, string prefix)
    {
        foreach (string required in new[] { "name", "query" })
        {
            if (isNew && !fields.Has(required) && !errors.Any)
            {
                errors.Invalid(prefix + required, "must be given.");
            }
        }

        Optional<string?> name = fields.Text("name");
        Optional<string?> query = fields.Text("query");
        Optional<string?> position = fields.Text("position");
        return new FilterInput
        {
            Name = name.IsSet ? Rules.Name(name.Value, prefix + "name", errors) ?? "" : default(Optional<string>),
            Query = query.IsSet ? ReadQuery(query.Value, dates, errors, prefix + "query") : default(Optional<string>),
            Position = position.IsSet ? Rules.Position(position.Value, prefix + "position", errors) ?? "" : default(Optional<string>),
            Place = Placement.Read(fields, prefix, errors),
        };
    }

    public async Task<Outcome<SavedFilter>> ApplyAsync(SpaceWriter space, SavedFilter filter, CancellationToken cancellationToken)
    {
        if (Name.IsSet)
        {
            string key = Rules.NameKey(Name.Value);
            if ((await space.FiltersAsync(cancellationToken)).FirstOrDefault(other => other.Id != filter.Id && Rules.NameKey(other.Name) == key) is SavedFilter same)
            {
                return ProblemKind.Conflict.Because($"There is a filter named '{same.Name}' already; names differ by more than case and width.");
            }
        }

        string position = Position.Or(filter.Position);
        if (Place.IsSet)
        {
            var errors = new FieldErrors();
            position = await Place.Value.FindAsync(space, filter, errors, cancellationToken) ?? position;
            if (errors.ToProblem() is Problem problem)
            {
                return problem;
            }
        }

        return filter with { Name = Name.Or(filter.Name), Query = Query.Or(filter.Query), Position = position };
    }

    /// <summary>Reads and checks a query; names in it need not exist.</summary>
    public static string ReadQuery(string? text, DateContext dates, FieldErrors errors, string field = "query")
    {
        text = text?.Trim() ?? "";
        int control = text.AsSpan().IndexOfAnyInRange('\0', '\u001F');
        if (control >= 0)
        {
            errors.Invalid(field, $"has the control character U+{(int)text[control]:X4} at position {control}.");
        }
        else
        {
            FilterParser.Parse(text, dates, field, errors);
        }

        return text;
    }
}
