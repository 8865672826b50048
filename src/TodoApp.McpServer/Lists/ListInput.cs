using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;

namespace TodoApp.McpServer.Lists;

/// <summary>The fields of a list as a request gives them.</summary>
internal sealed record ListInput
{
    public const int MostLists = 1000;
    public const int MostLevels = 3;

    private static readonly string[] Fields = ["name", "color", "parentId", "parent", "position", "before", "after", "archived"];

    public Optional<string> Name { get; private init; }

    public Optional<string?> Color { get; private init; }

    /// <summary>Name or id of the list that it is inside of; empty or null for none.</summary>
    public Optional<string?> Parent { get; private init; }

    /// <summary>The field that named the parent, for errors.</summary>
    public string ParentField { get; private init; } = "parentId";

    public Optional<string> Position { get; private init; }

    /// <summary>Where it shall stand, instead of a position.</summary>
    public Optional<Placement> Place { get; private init; }

    public Optional<bool> Archived { get; private init; }

    /// <summary>A list with nothing but a name, which was checked.</summary>
    public static ListInput Named(string name) => new() { Name = name };

    public static ListInput Read(JsonElement body, bool isNew, FieldErrors errors) => Read(new JsonFields(body, Fields, errors), isNew, errors, "");

    /// <summary>Reads and checks the fields, among perhaps others that the caller knows.</summary>
    public static ListInput Read(JsonFields fields, bool isNew, FieldErrors errors, string prefix)
    {
        if (isNew && !fields.Has("name") && !errors.Any)
        {
            errors.Invalid(prefix + "name", "must be given.");
        }

        if (fields.Has("parent") && fields.Has("parentId"))
        {
            errors.Invalid(prefix + "parent", "and parentId must not both be given.");
        }

        Optional<string?> name = fields.Text("name");
        Optional<string?> color = fields.Text("color");
        Optional<string?> position = fields.Text("position");
        return new ListInput
        {
            Name = name.IsSet ? Rules.Name(name.Value, prefix + "name", errors) ?? "" : default(Optional<string>),
            Color = color.IsSet ? Rules.Color(color.Value, prefix + "color", errors) : default(Optional<string?>),
            Parent = fields.Has("parent") ? fields.Text("parent") : fields.Text("parentId"),
            ParentField = prefix + (fields.Has("parent") ? "parent" : "parentId"),
            Position = position.IsSet ? Rules.Position(position.Value, prefix + "position", errors) ?? "" : default(Optional<string>),
            Place = Placement.Read(fields, prefix, errors),
            Archived = fields.Boolean("archived"),
        };
    }

    public async Task<Outcome<TaskList>> ApplyAsync(SpaceWriter space, TaskList list, CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskList> lists = await space.ListsAsync(cancellationToken);
        var errors = new FieldErrors();
        if (Name.IsSet)
        {
            string key = Rules.NameKey(Name.Value);
            if (lists.FirstOrDefault(other => other.Id != list.Id && Rules.NameKey(other.Name) == key) is TaskList same)
            {
                return ProblemKind.Conflict.Because($"There is a list named '{same.Name}' already; names differ by more than case and width.");
            }
        }

        Guid? parent = list.ParentId;
        if (Parent.IsSet)
        {
            TaskList? found = string.IsNullOrEmpty(Parent.Value) ? null : Names.Find(lists, Parent.Value);
            parent = found?.Id;
            if (found is null && !string.IsNullOrEmpty(Parent.Value))
            {
                errors.Invalid(ParentField, Names.Unknown(lists, Parent.Value, "list"));
            }
            else if (found is not null && CheckParent(lists, list, found.Id) is string wrong)
            {
                errors.Invalid(ParentField, wrong);
            }
        }

        if (list.IsInbox && (parent is not null || (Archived.IsSet && Archived.Value)))
        {
            errors.Invalid(parent is not null ? ParentField : "archived", "can't be set: the Inbox is neither moved nor archived.");
        }

        string position = Position.Or(list.Position);
        if (Place.IsSet && !errors.Any)
        {
            position = await Place.Value.FindAsync(space, list, errors, cancellationToken) ?? position;
        }

        if (errors.ToProblem() is Problem problem)
        {
            return problem;
        }

        return list with
        {
            Name = Name.Or(list.Name),
            Color = Color.Or(list.Color),
            ParentId = parent,
            Position = position,
            ArchivedAt = !Archived.IsSet ? list.ArchivedAt : Archived.Value ? list.ArchivedAt ?? space.Now : null,
        };
    }

    /// <summary>What would be wrong with a list inside of another: a circle, or too many levels; null when nothing.</summary>
    public static string? CheckParent(IReadOnlyList<TaskList> lists, TaskList list, Guid parent)
    {
        int level = 1;
        for (Guid? above = parent; above is not null; level++)
        {
            if (above == list.Id)
            {
                return "must not be the list itself or one inside of it.";
            }

            above = lists.FirstOrDefault(other => other.Id == above)?.ParentId;
        }

        level += Depth(list.Id) - 1;
        return level > MostLevels ? $"would make {level} levels of lists; there are at most {MostLevels}." : null;

        int Depth(Guid id) => 1 + lists.Where(other => other.ParentId == id).Select(other => Depth(other.Id)).DefaultIfEmpty().Max();
    }
}
