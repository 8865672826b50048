using System.Text;

namespace TodoApp.McpServer.Transfer;

/// <summary>One property of a calendar file: <c>DUE;TZID=Europe/Berlin:20261201T090000</c>.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Name">In upper case.</param>
/// <param name="Parameters">By their names in upper case, without quotes.</param>
/// <param name="Value">As it is written, still escaped.</param>
internal sealed record CalendarProperty(long Line, string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The value as text: line ends and separators as they were meant.</summary>
    public string Text => Unescape(Value);

    /// <summary>The values of a list.</summary>
    public IEnumerable<string> Texts
    {
        get
        {
            int start = 0;
            for (int i = 0; i <= Value.Length; i++)
            {
                if (i < Value.Length && Value[i] == '\\')
                {
                    i++;
                }
                else if (i == Value.Length || Value[i] == ',')
                {
                    yield return Unescape(Value[start..i]);
                    start = i + 1;
                }
            }
        }
    }

    public string Parameter(string name) => Parameters.GetValueOrDefault(name, "");

    /// <summary>Reads a line that is not folded.</summary>
    /// <returns>Null when it has no name or no value.</returns>
    public static CalendarProperty? Parse(string line, long number)
    {
        int at = line.AsSpan().IndexOfAny(';', ':');
        if (at <= 0)
        {
            return null;
        }

        string name = line[..at].ToUpperInvariant();
        Dictionary<string, string>? parameters = null;
        while (at < line.Length && line[at] == ';')
        {
            int equals = line.IndexOf('=', at);
            if (equals < 0)
            {
                return null;
            }

            var value = new StringBuilder();
            bool isQuoted = false;
            int i = equals + 1;
            for (; i < line.Length && (isQuoted || line[i] is not (';' or ':')); i++)
            {
                if (line[i] == '"')
                {
                    isQuoted = !isQuoted;
                }
                else
                {
                    value.Append(line[i]);
                }
            }

            (parameters ??= new Dictionary<string, string>(StringComparer.Ordinal))[line[(at + 1)..equals].ToUpperInvariant()] = value.ToString();
            at = i;
        }

        return at < line.Length ? new CalendarProperty(number, name, parameters ?? None, line[(at + 1)..]) : null;
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
        {
            return value;
        }

        var text = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length)
            {
                i++;
                text.Append(value[i] is 'n' or 'N' ? '\n' : value[i]);
            }
            else
            {
                text.Append(value[i]);
            }
        }

        return text.ToString();
    }
}

/// <summary>Reads the properties of a calendar file (RFC 5545, section 3.1): a line that begins with a space or tab goes on the one before.</summary>
internal sealed class CalendarLines(TextReader text, ImportNotes notes)
{
    private const int Longest = 1024 * 1024;

    private readonly TextLines _lines = new(text, notes);
    private string? _next;
    private bool _begun;

    /// <summary>The number of the line read last, from 1.</summary>
    public long Number => _lines.Number;

    /// <returns>Null at the end, and where the file is broken.</returns>
    public CalendarProperty? Read()
    {
        if (!_begun)
        {
            _begun = true;
            _next = _lines.Read();
        }

        while (_next is not null)
        {
            string line = _next;
            long number = _lines.Number;
            StringBuilder? folded = null;
            while ((_next = _lines.Read()) is [' ' or '\t', ..])
            {
                folded ??= new StringBuilder(line);
                if (folded.Length > Longest)
                {
                    notes.Fail(number, 1, $"the property that begins here has more than {Longest} characters.");
                    return null;
                }

                folded.Append(_next, 1, _next.Length - 1);
            }

            line = folded?.ToString() ?? line;
            if (line.Length == 0)
            {
                continue;
            }

            if (CalendarProperty.Parse(line, number) is CalendarProperty property)
            {
                return property;
            }

            notes.Fail(number, 1, "here must be a property such as SUMMARY:Buy milk.");
            return null;
        }

        return null;
    }
}
