using System.Text.Json;

namespace TodoApp.McpServer.Transfer;

/// <summary>Reads a JSON file of any size token by token, and values that are wanted whole one at a time. What is broken is reported once, with line and column; then nothing more comes.</summary>
internal sealed class JsonStream(Stream stream, ImportNotes notes, bool allowSeveralValues = false)
{
    /// <summary>The most bytes of one value that is read whole: more than any task within its limits needs.</summary>
    private const int LargestValue = 1024 * 1024;

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _isLast;
    private long _offset; // Of _start in the file.
    private long _line = 1; // Of _start.
    private long _lineStart; // Of that line's first byte in the file.
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 32, AllowMultipleValues = allowSeveralValues });

    /// <summary>The line of the token or value read last, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The column in bytes of the token or value read last, from 1.</summary>
    public long Column { get; private set; }

    public JsonTokenType Token { get; private set; }

    /// <summary>The text of the token, when it is a name or a text.</summary>
    public string? Text { get; private set; }

    /// <summary>The value of the token, when it is a whole number.</summary>
    public long Number { get; private set; }

    /// <summary>Reads the next token.</summary>
    /// <returns>False at the end, and where the file is broken.</returns>
    public bool Read()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isLast, _state);
            try
            {
                if (reader.Read())
                {
                    Token = reader.TokenType;
                    Text = Token is JsonTokenType.PropertyName or JsonTokenType.String ? reader.GetString() : null;
                    Number = Token == JsonTokenType.Number && reader.TryGetInt64(out long number) ? number : 0;
                    Consume((int)reader.TokenStartIndex, (int)reader.BytesConsumed, reader.CurrentState);
                    return true;
                }
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                return Fail(exception);
            }

            if (_isLast || !Fill())
            {
                Token = JsonTokenType.None;
                return false;
            }
        }
    }

    /// <summary>Reads the next value whole; the caller disposes of it.</summary>
    /// <returns>Null at the end of the array or file, which becomes the current token, and where the file is broken.</returns>
    public JsonDocument? ReadValue()
    {
        while (notes.Failure is null)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isLast, _state);
            try
            {
                Utf8JsonReader peek = reader;
                if (peek.Read())
                {
                    if (peek.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                    {
                        Read();
                        return null;
                    }

                    reader = peek;
                    if (JsonDocument.TryParseValue(ref reader, out JsonDocument? value))
                    {
                        Consume((int)peek.TokenStartIndex, (int)reader.BytesConsumed, reader.CurrentState);
                        return value;
                    }
                }
                else if (_isLast)
                {
                    Token = JsonTokenType.None;
                    return null;
                }
            }
            catch (JsonException exception)
            {
                Fail(exception);
                return null;
            }

            if (!Fill())
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Reports that what was read last is not what should be there.</summary>
    public void Fail(string text) => notes.Fail(Line, Column, text);

    private bool Fail(Exception exception)
    {
        if (exception is JsonException json)
        {
            notes.Fail((json.LineNumber ?? 0) + 1, (json.BytePositionInLine ?? 0) + 1, Explain(json));
        }
        else
        {
            notes.Fail(Line, Column, "a name is not valid Unicode.");
        }

        Token = JsonTokenType.None;
        return false;
    }

    private static string Explain(JsonException exception)
    {
        // .NET adds where; that is said already.
        int where = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return "it is not valid JSON. " + (where < 0 ? exception.Message : exception.Message[..where]);
    }

    private void Consume(int tokenStart, int consumed, JsonReaderState state)
    {
        Advance(tokenStart);
        Line = _line;
        Column = _offset - _lineStart + 1;
        Advance(consumed - tokenStart);
        _state = state;
    }

    private void Advance(int bytes)
    {
        ReadOnlySpan<byte> span = _buffer.AsSpan(_start, bytes);
        int at = 0;
        while (span[at..].IndexOf((byte)'\n') is >= 0 and int newline)
        {
            at += newline + 1;
            _line++;
            _lineStart = _offset + at;
        }

        _start += bytes;
        _offset += bytes;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LargestValue)
            {
                notes.Fail(_line, _offset - _lineStart + 1, $"one value is larger than {LargestValue} bytes.");
                Token = JsonTokenType.None;
                return false;
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int count = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        _isLast = count == 0;
        return true;
    }
}
