using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Labels;

/// <summary>The fields of a label as a request gives them.</summary>
internal sealed record LabelInput
{
    public const int MostLabels = 1000;

    private static readonly string[] Fields = ["name", "color"];

    public Optional<string> Name { get; private init; }

    public Optional<string?> Color { get; private init; }

    public static LabelInput Read(JsonElement body, bool isNew, FieldErrors errors) => Read(new JsonFields(body, Fields, errors), isNew, errors, "");

    /// <summary>Reads and checks the fields, among perhaps others that the caller knows.</summary>
    public static LabelInput Read(JsonFields fields, bool isNew, FieldErrors errors, string prefix)
    {
        if (isNew && !fields.Has("name") && !errors.Any)
        {
            errors.Invalid(prefix + "name", "must be given.");
        }

        Optional<string?> name = fields.Text("name");
        Optional<string?> color = fields.Text("color");
        return new LabelInput
        {
            Name = name.IsSet ? Rules.Name(name.Value, prefix + "name", errors) ?? "" : default(Optional<string>),
            Color = color.IsSet ? Rules.Color(color.Value, prefix + "color", errors) : default(Optional<string?>),
        };
    }

    public async Task<Outcome<Label>> ApplyAsync(SpaceWriter space, Label label, CancellationToken cancellationToken)
    {
        if (Name.IsSet)
        {
            string key = Rules.NameKey(Name.Value);
            IReadOnlyList<Label> labels = await space.LabelsAsync(cancellationToken);
            if (labels.FirstOrDefault(other => other.Id != label.Id && Rules.NameKey(other.Name) == key) is Label same)
            {
                return ProblemKind.Conflict.Because($"There is a label named '{same.Name}' already; names differ by more than case and width. Labels can be merged.");
            }
        }

        return label with { Name = Name.Or(label.Name), Color = Color.Or(label.Color) };
    }
}
