using TodoApp.Contracts;
using TodoApp.McpServer.Dates;

namespace TodoApp.McpServer.QuickAdd;

/// <summary>
/// Reads a text as tasks: a line is a task, a line further in is a subtask of the line above it (docs/quick-add.md). Any text is read, in time
/// that grows with its length and no faster; what is not understood stays in the title.
/// </summary>
internal static class QuickAddParser
{
    // A tab reaches the next multiple of this, as in most editors.
    private const int TabWidth = 4;

    /// <summary>How many columns further in a line is a subtask: one more or less is a slip of the hand.</summary>
    private const int LevelWidth = 2;

    public static ParsedText Parse(string text, DateContext context)
    {
        var tasks = new List<ParsedTask>();
        var understood = new List<Understood>();
        var above = new Stack<(int Column, int Task)>();
        long steps = 0;
        int number = 0;
        for (int start = 0; start <= text.Length; number++)
        {
            int end = text.AsSpan(start).IndexOfAny('\n', '\r') is >= 0 and int length ? start + length : text.Length;
            int content = SkipIndentation(text, start, end, out int column);
            steps += end - start + 1;
            content = SkipBullets(text, content, end);
            if (content < end)
            {
                while (above.Count > 0 && above.Peek().Column + LevelWidth > column)
                {
                    above.Pop();
                }

                var line = new QuickAddLine(text, content, end, context);
                int? parent = above.Count > 0 ? above.Peek().Task : null;
                tasks.Add(line.Read() with { Line = number + 1, Parent = parent, Level = above.Count + 1 });
                understood.AddRange(line.Understood);
                steps += line.Steps;
                above.Push((column, tasks.Count - 1));
            }

            start = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
        }

        return new ParsedText(tasks, understood, steps);
    }

    private static int SkipIndentation(string text, int start, int end, out int column)
    {
        column = 0;
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            column += text[start] == '\t' ? TabWidth - (column % TabWidth) : 1;
            start++;
        }

        return start;
    }

    // "- ", "* ", "• ", "[ ] ", and "- [ ] ".
    private static int SkipBullets(string text, int start, int end)
    {
        if (start < end && text[start] is '-' or '*' or '•' && IsSpace(start + 1))
        {
            start = SkipSpaces(start + 1);
        }

        if (start + 2 < end && text[start] == '[' && text[start + 1] == ' ' && text[start + 2] == ']' && IsSpace(start + 3))
        {
            start = SkipSpaces(start + 3);
        }

        return start;

        bool IsSpace(int at) => at >= end || char.IsWhiteSpace(text[at]);

        int SkipSpaces(int at)
        {
            while (at < end && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            return at;
        }
    }
}
