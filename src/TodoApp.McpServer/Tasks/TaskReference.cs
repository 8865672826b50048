using System.Globalization;

namespace TodoApp.McpServer.Tasks;

/// <summary>How a caller names a task: by its id, or by its number (<c>42</c>, and <c>#42</c> in tool arguments).</summary>
internal readonly record struct TaskReference(Guid? Id, long Number)
{
    public static bool TryParse(string? text, out TaskReference reference)
    {
        if (Guid.TryParseExact(text, "D", out Guid id))
        {
            reference = new TaskReference(id, 0);
            return true;
        }

        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('#');
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            reference = new TaskReference(null, number);
            return true;
        }

        reference = default;
        return false;
    }

    public override string ToString() => Id?.ToString() ?? $"#{Number}";
}
