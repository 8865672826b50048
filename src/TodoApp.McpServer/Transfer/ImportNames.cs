namespace TodoApp.McpServer.Transfer;

/// <summary>
/// Lists and labels of formats that only name them: each comes into being where it is named first. Names are compared as
/// everywhere, without regard to case and width.
/// </summary>
internal sealed class ImportNames
{
    private readonly Dictionary<string, string> _lists = new(StringComparer.Ordinal); // By name key: the path of name keys.
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);
    private readonly List<ImportItem> _added = [];

    /// <summary>What was named for the first time since the last call. To be yielded before what uses it.</summary>
    public IReadOnlyList<ImportItem> TakeAdded()
    {
        if (_added.Count == 0)
        {
            return [];
        }

        ImportItem[] added = [.. _added];
        _added.Clear();
        return added;
    }

    /// <summary>The key of a list, the outermost name first; null for none, which is the Inbox.</summary>
    public string? List(IReadOnlyList<string> path, long line, string field, FieldErrors errors)
    {
        string? parent = null;
        string keys = "";
        foreach (string text in path)
        {
            if (Rules.Name(text, field, errors) is not string name)
            {
                return null;
            }

            string key = Rules.NameKey(name);
            keys = $"{keys}/{key}";
            if (!_lists.TryGetValue(key, out string? known))
            {
                _lists.Add(key, keys);
                _added.Add(new ImportList { Line = line, Key = key, Name = name, ParentKey = parent });
            }
            else if (known != keys)
            {
                errors.Invalid(field, $"names the list '{name}' inside of another list than before; a name belongs to one list only.");
                return null;
            }

            parent = key;
        }

        return parent;
    }

    /// <summary>The key of a list that is inside of no other.</summary>
    public string? List(string name, long line, string field, FieldErrors errors) => List([name], line, field, errors);

    /// <summary>The keys of labels, each once.</summary>
    public List<string> Labels(IEnumerable<string> texts, long line, string field, FieldErrors errors)
    {
        var found = new List<string>();
        foreach (string text in texts)
        {
            if (Rules.Name(text, field, errors) is not string name)
            {
                continue;
            }

            string key = Rules.NameKey(name);
            if (_labels.Add(key))
            {
                _added.Add(new ImportLabel { Line = line, Key = key, Name = name });
            }

            if (!found.Contains(key))
            {
                found.Add(key);
            }
        }

        if (found.Count > Rules.LabelsPerTask)
        {
            errors.Invalid(field, $"must name at most {Rules.LabelsPerTask} labels, but names {found.Count}.");
        }

        return found;
    }
}

/// <summary>Gives ids to items that have none: the same text gives the same id in every import, and a text that comes twice in a file gives two.</summary>
internal sealed class Repeats(string format)
{
    private readonly Dictionary<Guid, int> _counts = [];

    public Guid DeriveId(string text)
    {
        Guid first = TransferText.DeriveId(format, text);
        int count = _counts[first] = _counts.GetValueOrDefault(first) + 1;
        return count == 1 ? first : TransferText.DeriveId(format, $"{text}\n{count}");
    }
}
