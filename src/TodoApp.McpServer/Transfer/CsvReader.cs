using System.Text;

namespace TodoApp.McpServer.Transfer;

/// <summary>Reads comma-separated values (RFC 4180): cells may be quoted, and then hold separators, line ends and doubled quotes. A semicolon or tab may separate instead, as spreadsheets write them in some countries.</summary>
internal sealed class CsvReader(TextReader text, ImportNotes notes)
{
    /// <summary>The most characters in a record.</summary>
    private const int LongestRecord = 1024 * 1024;

    private const int MostCells = 1000;

    private static readonly char[] Separators = [',', ';', '\t'];

    private readonly StringBuilder _cell = new();
    private readonly List<string> _cells = [];
    private long _line = 1;
    private long _column;
    private char _separator = ',';

    /// <summary>The line where the record began, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The record read last.</summary>
    public IReadOnlyList<string> Cells => _cells;

    /// <summary>Reads the header, which also tells the separator.</summary>
    public bool ReadHeader(string header)
    {
        _separator = Separator(header);
        return Read();
    }

    /// <summary>Which character separates the cells of a header.</summary>
    public static char Separator(string header) => Separators.MaxBy(separator => header.Count(c => c == separator));

    /// <summary>Reads the next record.</summary>
    /// <returns>False at the end, and where the file is broken.</returns>
    public bool Read()
    {
        _cells.Clear();
        _cell.Clear();
        Line = _line;
        int length = 0;
        bool isQuoted = false;
        bool wasQuoted = false;
        (long Line, long Column) opened = default;
        while (true)
        {
            int read = text.Read();
            _column++;
            if (read < 0)
            {
                if (isQuoted)
                {
                    notes.Fail(opened.Line, opened.Column, "the quote that opens here is never closed; the file may have been cut off.");
                    return false;
                }

                if (length == 0)
                {
                    return false;
                }

                return EndCell();
            }

            char c = (char)read;
            if (++length > LongestRecord)
            {
                notes.Fail(Line, 1, $"the record that begins here has more than {LongestRecord} characters; perhaps a quote is not closed.");
                return false;
            }

            if (c == '\n')
            {
                _line++;
                _column = 0;
            }

            if (isQuoted)
            {
                if (c != '"')
                {
                    _cell.Append(c);
                }
                else if (text.Peek() == '"')
                {
                    text.Read();
                    _column++;
                    _cell.Append('"');
                }
                else
                {
                    isQuoted = false;
                    wasQuoted = true;
                }
            }
            else if (c == _separator)
            {
                if (!EndCell())
                {
                    return false;
                }

                wasQuoted = false;
            }
            else if (c == '\n' || (c == '\r' && text.Peek() is '\n'))
            {
                if (c == '\r')
                {
                    text.Read();
                    _line++;
                    _column = 0;
                }

                return EndCell();
            }
            else if (wasQuoted)
            {
                notes.Fail(_line, _column, "after a closing quote there must be a separator or the end of the line.");
                return false;
            }
            else if (c == '"' && _cell.Length == 0)
            {
                isQuoted = true;
                opened = (_line, _column);
            }
            else
            {
                _cell.Append(c);
            }
        }
    }

    private bool EndCell()
    {
        if (_cells.Count == MostCells)
        {
            notes.Fail(Line, 1, $"the record that begins here has more than {MostCells} cells.");
            return false;
        }

        _cells.Add(_cell.ToString());
        _cell.Clear();
        return true;
    }
}

/// <summary>The records of a file with a header, by the names of its columns.</summary>
internal sealed class CsvTable
{
    private readonly CsvReader _reader;
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);

    private readonly ImportNotes _notes;

    private CsvTable(CsvReader reader, ImportNotes notes) => (_reader, _notes) = (reader, notes);

    public long Line => _reader.Line;

    public int CellCount => _reader.Cells.Count;

    public int ColumnCount { get; private set; }

    /// <summary>Whether every cell of the record is empty.</summary>
    public bool IsBlank => _reader.Cells.All(string.IsNullOrWhiteSpace);

    /// <summary>Reads the header.</summary>
    /// <returns>Null when the file is broken there.</returns>
    public static CsvTable? Open(ImportFile file, TextReader text, ImportNotes notes)
    {
        var reader = new CsvReader(text, notes);
        if (!reader.ReadHeader(FirstLine(file)))
        {
            return null;
        }

        var table = new CsvTable(reader, notes) { ColumnCount = reader.Cells.Count };
        for (int i = 0; i < reader.Cells.Count; i++)
        {
            if (!table._columns.TryAdd(reader.Cells[i].Trim(), i) && reader.Cells[i].Trim().Length > 0)
            {
                notes.Fail(1, 1, $"the header names the column '{reader.Cells[i].Trim()}' twice.");
                return null;
            }
        }

        return table;

        string FirstLine(ImportFile source)
        {
            string beginning = Encoding.UTF8.GetString(source.Beginning(4096));
            source.OpenBytes();
            return beginning.Split('\n', 2)[0];
        }
    }

    public IEnumerable<string> Columns => _columns.Keys;

    public bool Read() => _notes.Failure is null && _reader.Read();

    /// <summary>A cell; empty when the column or the cell is not there.</summary>
    public string this[string column] => _columns.TryGetValue(column, out int index) && index < _reader.Cells.Count ? _reader.Cells[index] : "";
}
