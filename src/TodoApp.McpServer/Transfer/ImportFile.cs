using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Transfer;

/// <summary>
/// An uploaded file as UTF-8, in the folder for temporary files: it can be read twice, needs no memory, and a slow upload holds no
/// lock. Only this process can read it, and it is gone when it is closed, however the process ends.
/// </summary>
internal sealed class ImportFile : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private static readonly byte[] Utf8Mark = [0xEF, 0xBB, 0xBF];

    private readonly FileStream _stream;
    private int _start;

    private ImportFile(FileStream stream) => _stream = stream;

    /// <summary>Receives a request's body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="digest">Takes the body's bytes as they come; null when nobody asks.</param>
    /// <returns>The file; or the problem, when it is empty or is not text.</returns>
    /// <exception cref="ServiceUnavailableException">There is no room for it.</exception>
    public static async Task<(ImportFile? File, Problem? Problem)> ReceiveAsync(HttpRequest request, IncrementalHash? digest)
    {
        CancellationToken cancellationToken = request.HttpContext.RequestAborted;
        FileStream stream = Create();
        try
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            int count;
            while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                digest?.AppendData(buffer, 0, count);
                Write(stream, buffer.AsSpan(0, count));
            }

            ArrayPool<byte>.Shared.Return(buffer);
            ImportFile file = Decode(stream, out Problem? problem);
            if (problem is null)
            {
                return (file, null);
            }

            file.Dispose();
            return (null, problem);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>The text from its beginning, without a byte order mark. Only one reader at a time; closing it does not close the file.</summary>
    public StreamReader OpenText()
    {
        _stream.Position = _start;
        return new StreamReader(_stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, BufferSize, leaveOpen: true);
    }

    /// <summary>The bytes from their beginning, without a byte order mark. Only one reader at a time; it is not to be closed.</summary>
    public Stream OpenBytes()
    {
        _stream.Position = _start;
        return _stream;
    }

    /// <summary>The first bytes.</summary>
    public byte[] Beginning(int most)
    {
        byte[] bytes = new byte[most];
        int count = OpenBytes().ReadAtLeast(bytes, most, throwOnEndOfStream: false);
        return bytes[..count];
    }

    public void Dispose() => _stream.Dispose();

    private static FileStream Create()
    {
        try
        {
            string path = Path.Combine(Path.GetTempPath(), $"todo-import-{Convert.ToHexString(RandomNumberGenerator.GetBytes(16))}");
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Delete,
                BufferSize = BufferSize,
                Options = FileOptions.DeleteOnClose,
            };
            if (OperatingSystem.IsWindows())
            {
                return new FileStream(path, options);
            }

            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var stream = new FileStream(path, options);
            File.Delete(path); // What is open stays usable, and nothing is left behind when the process is killed.
            return stream;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ServiceUnavailableException("The server has no folder for temporary files that it may write to, which an import needs.", exception);
        }
    }

    private static void Write(FileStream stream, ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
        }
        catch (IOException exception)
        {
            throw new ServiceUnavailableException("The server has no room for temporary files left, which an import needs.", exception);
        }
    }

    private static ImportFile Decode(FileStream stream, out Problem? problem)
    {
        var file = new ImportFile(stream);
        byte[] first = file.Beginning(4);
        if (first.AsSpan().StartsWith(Utf8Mark))
        {
            file._start = Utf8Mark.Length;
        }
        else if (first is [0xFF, 0xFE, 0, 0] or [0, 0, 0xFE, 0xFF])
        {
            problem = ProblemKind.Malformed.Because("The file is in UTF-32. Save it as UTF-8.");
            return file;
        }
        else if (first is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return FromUtf16(stream, isBigEndian: first[0] == 0xFE, out problem);
        }

        problem = first.Length <= file._start ? ProblemKind.Malformed.Because("The file is empty.") : CheckUtf8(file);
        return file;
    }

    private static Problem? CheckUtf8(ImportFile file)
    {
        Stream stream = file.OpenBytes();
        byte[] bytes = new byte[BufferSize];
        char[] chars = new char[BufferSize];
        long offset = file._start;
        int kept = 0;
        while (true)
        {
            int count = stream.Read(bytes, kept, bytes.Length - kept);
            int length = kept + count;
            OperationStatus status = Utf8.ToUtf16(bytes.AsSpan(0, length), chars, out int read, out _, replaceInvalidSequences: false, isFinalBlock: count == 0);
            offset += read;
            if (status is OperationStatus.InvalidData)
            {
                return ProblemKind.Malformed.Because($"The file is not valid UTF-8 from byte {offset} on (the first is 0). Save it as UTF-8; UTF-16 with a byte order mark is taken too.");
            }

            if (count == 0)
            {
                return null;
            }

            kept = length - read;
            bytes.AsSpan(read, kept).CopyTo(bytes);
        }
    }

    private static ImportFile FromUtf16(FileStream stream, bool isBigEndian, out Problem? problem)
    {
        FileStream decoded = Create();
        using (stream)
        {
            stream.Position = 2;
            using var reader = new StreamReader(stream, new UnicodeEncoding(isBigEndian, byteOrderMark: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, BufferSize);
            char[] chars = new char[BufferSize];
            byte[] bytes = new byte[BufferSize * 3];
            Encoder encoder = Encoding.UTF8.GetEncoder(); // A pair may be split between two reads.
            try
            {
                int count;
                do
                {
                    count = reader.Read(chars);
                    int length = encoder.GetBytes(chars.AsSpan(0, count), bytes, flush: count == 0);
                    Write(decoded, bytes.AsSpan(0, length));
                }
                while (count > 0);
                problem = decoded.Length == 0 ? ProblemKind.Malformed.Because("The file is empty.") : null;
            }
            catch (DecoderFallbackException exception)
            {
                problem = ProblemKind.Malformed.Because($"The file is not valid UTF-16: {exception.Message}");
            }
        }

        return new ImportFile(decoded);
    }
}
