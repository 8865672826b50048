using TodoApp.Contracts;
using TodoApp.McpServer.Labels;
using TodoApp.McpServer.Recurrence;
using TodoApp.McpServer.Storage;

namespace TodoApp.McpServer.Tasks;

/// <summary>Puts checked fields into a task: finds the list, the labels and the parent that they name.</summary>
internal static class ApplyTaskInput
{
    /// <summary>How deep subtasks go: a task without parent is at level 1.</summary>
    public const int MostLevels = 5;

    public static async Task<Outcome<TaskItem>> ApplyAsync(this TaskInput input, SpaceWriter space, TaskItem task, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        TaskItem dated = RecurringTask.ApplyDates(input, task, space.Caller.Zone, space.Now, errors);
        TaskItem? parent = null;
        if (input.Parent.IsSet && input.Parent.Value is TaskReference reference)
        {
            parent = await space.FindTaskAsync(reference, cancellationToken);
            if (parent is null || parent.DeletedAt is not null)
            {
                errors.Invalid(input.ParentField, $"names the task {reference}, which does not exist.");
            }
            else if (await CheckParentAsync(space, task, parent, cancellationToken) is string wrong)
            {
                errors.Invalid(input.ParentField, wrong);
            }
        }

        Guid list = task.ListId;
        if (input.List.IsSet)
        {
            TaskList? found = Names.Find(await space.ListsAsync(cancellationToken), input.List.Value);
            list = found?.Id ?? Guid.Empty;
            if (found is null)
            {
                errors.Invalid(input.ListField, Names.Unknown(await space.ListsAsync(cancellationToken), input.List.Value, "list"));
            }
            else if (found.ArchivedAt is not null && list != task.ListId)
            {
                errors.Invalid(input.ListField, $"names the list '{found.Name}', which is archived. Take it out of the archive first.");
            }
        }
        else if (parent is not null)
        {
            list = parent.ListId; // A subtask lives where its parent does.
        }
        else if (list == Guid.Empty)
        {
            list = (await space.ListsAsync(cancellationToken)).First(candidate => candidate.IsInbox).Id;
        }

        if (parent is not null && input.List.IsSet && list != parent.ListId)
        {
            errors.Invalid(input.ListField, "must be the parent's list: a subtask lives where its parent does.");
        }

        Guid[] labels = task.LabelIds;
        if (input.Labels.IsSet)
        {
            labels = await FindLabelsAsync(space, input, errors, cancellationToken);
        }

        string position = input.Position.Or(task.Position);
        if (input.Place.IsSet && !errors.Any)
        {
            position = await input.Place.Value.FindAsync(space, task, list, errors, cancellationToken) ?? position;
        }
        else if (!input.Position.IsSet && (list != task.ListId || (input.Parent.IsSet && parent?.Id != task.ParentId)))
        {
            position = ""; // At the end of where it comes to.
        }

        if (errors.ToProblem() is Problem problem)
        {
            return problem;
        }

        return dated with
        {
            Title = input.Title.Or(task.Title),
            Notes = input.Notes.Or(task.Notes),
            ListId = list,
            ParentId = input.Parent.IsSet ? parent?.Id : task.ParentId,
            Priority = input.Priority.Or(task.Priority),
            LabelIds = labels,
            Position = position,
        };
    }

    /// <summary>What would be wrong with a task below another: a circle, or too many levels; null when nothing.</summary>
    public static async Task<string?> CheckParentAsync(SpaceWriter space, TaskItem task, TaskItem parent, CancellationToken cancellationToken)
    {
        int level = 1;
        for (TaskItem? above = parent; above is not null; level++)
        {
            if (above.Id == task.Id)
            {
                return "must not be the task itself or one of its subtasks.";
            }

            above = above.ParentId is Guid id ? await space.FindTaskAsync(new TaskReference(id, 0), cancellationToken) : null;
        }

        int below = 0;
        if (task.Version > 0)
        {
            var depths = new Dictionary<Guid, int> { [task.Id] = 0 };
            foreach (TaskItem subtask in await space.SubtasksAsync(task.Id, cancellationToken))
            {
                below = Math.Max(below, depths[subtask.Id] = depths[subtask.ParentId!.Value] + 1);
            }
        }

        return level + below > MostLevels ? $"would make {level + below} levels of subtasks; there are at most {MostLevels}." : null;
    }

    private static async Task<Guid[]> FindLabelsAsync(SpaceWriter space, TaskInput input, FieldErrors errors, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, Label> byName = await space.LabelsByNameAsync(cancellationToken);
        var found = new List<Label>();
        foreach (string reference in input.Labels.Value)
        {
            Label? label = Guid.TryParseExact(reference, "D", out Guid id) ? byName.Values.FirstOrDefault(candidate => candidate.Id == id) : null;
            if (label is null && input.LabelsField.EndsWith("labelIds", StringComparison.Ordinal))
            {
                errors.Invalid(input.LabelsField, $"names the label {reference}, which does not exist.");
            }
            else if (label is null && Rules.Name(reference, input.LabelsField, errors) is string name)
            {
                string key = Rules.NameKey(name);
                label = byName.GetValueOrDefault(key) ?? found.Find(candidate => Rules.NameKey(candidate.Name) == key)
                    ?? new Label { Id = Guid.CreateVersion7(space.Now), Name = name, Version = 0 };
            }

            if (label is not null && found.TrueForAll(other => other.Id != label.Id))
            {
                found.Add(label);
            }
        }

        if (byName.Count + found.Count(label => label.Version == 0) > LabelInput.MostLabels)
        {
            errors.Invalid(input.LabelsField, $"would make more than {LabelInput.MostLabels} labels.");
        }

        if (!errors.Any)
        {
            foreach (Label label in found.Where(label => label.Version == 0))
            {
                space.Insert(label); // A label comes into being by its first use.
            }
        }

        return [.. found.Select(label => label.Id)];
    }
}
