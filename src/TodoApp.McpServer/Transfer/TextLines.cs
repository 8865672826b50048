using System.Text;

namespace TodoApp.McpServer.Transfer;

/// <summary>Reads lines of bounded length, ended by LF or CR LF.</summary>
internal sealed class TextLines(TextReader text, ImportNotes notes)
{
    private const int Longest = 1024 * 1024;

    private readonly StringBuilder _line = new();

    /// <summary>The number of the line read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line without its end; null at the end, and where the file is broken.</summary>
    public string? Read()
    {
        _line.Clear();
        int read = text.Read();
        if (read < 0 || notes.Failure is not null)
        {
            return null;
        }

        Number++;
        while (read >= 0 && read != '\n')
        {
            if (_line.Length == Longest)
            {
                notes.Fail(Number, 1, $"the line has more than {Longest} characters.");
                return null;
            }

            _line.Append((char)read);
            read = text.Read();
        }

        if (_line.Length > 0 && _line[^1] == '\r')
        {
            _line.Length--;
        }

        return _line.ToString();
    }
}
