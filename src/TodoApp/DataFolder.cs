using System.Security.Cryptography;
using TodoApp.ServiceDefaults;

namespace TodoApp.Laptop;

/// <summary>
/// The folder with everything that the program keeps: <c>accounts.db</c>, <c>tasks.db</c>, the key by which the services trust
/// each other, and lock files. Whoever has one open is the only one: the operating system ends the lock with the process.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>The two databases.</summary>
    public static IReadOnlyList<string> Databases { get; } = ["accounts.db", "tasks.db"];

    /// <summary><c>DATABASE_URL</c>'s folder if it names one; otherwise where the system keeps a user's data (<c>$XDG_DATA_HOME</c>, <c>~/Library/Application Support</c>, <c>%LOCALAPPDATA%</c>).</summary>
    /// <returns>Null when the user has no such place.</returns>
    public static string? Default()
    {
        if (Environment.GetEnvironmentVariable("DATABASE_URL") is string url && url.Trim().StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase))
        {
            return DatabaseUrl.Parse(url).Folder;
        }

        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length == 0 ? null : System.IO.Path.Combine(data, "todo-app");
    }

    /// <summary>Opens it for this process alone, and makes it when it is not there. Finishes a restore that was interrupted.</summary>
    /// <exception cref="CommandFailedException">Another process has it, or it can't be made or written.</exception>
    public static DataFolder Open(string? path)
    {
        string folder = Make(path);
        FileStream held = Lock(folder, "todo-app.lock")
            ?? throw new CommandFailedException($"Todo App is running with the data in {folder}. Stop it first, or choose another folder with --data.");
        var opened = new DataFolder(folder, held);
        try
        {
            Restore.Finish(folder);
            return opened;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            opened.Dispose();
            throw new CommandFailedException($"The restore that was interrupted in {folder} can't be finished: {exception.Message}", exception);
        }
    }

    /// <summary>Keeps a backup and a restore, or two backups, from meeting.</summary>
    /// <exception cref="CommandFailedException">Another process is at it.</exception>
    public static FileStream LockForBackup(string folder) => Lock(folder, "backup.lock")
        ?? throw new CommandFailedException($"Another backup or restore of {folder} is under way.");

    /// <summary>Reads the key that the backend signs identities with, and makes one first when there is none.</summary>
    /// <exception cref="CommandFailedException">It can't be read or written.</exception>
    public string InternalKey()
    {
        string file = System.IO.Path.Combine(Path, "internal.key");
        try
        {
            if (!File.Exists(file))
            {
                // Under its name it is whole or not there.
                string unfinished = file + ".new";
                File.Delete(unfinished);
                using (FileStream stream = CreatePrivate(unfinished))
                {
                    stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
                    stream.Flush(flushToDisk: true);
                }

                File.Move(unfinished, file);
            }

            return File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The key {file} can't be read or written: {exception.Message}", exception);
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Makes a file that only this user may read.</summary>
    internal static FileStream CreatePrivate(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(file, options);
    }

    /// <summary>Makes a folder that only this user may enter.</summary>
    internal static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static string Make(string? path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new CommandFailedException("There is no folder for a user's data here. Choose one with --data DIR.");
        }

        string folder = System.IO.Path.GetFullPath(path);
        try
        {
            CreatePrivateFolder(folder);
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The data folder {folder} can't be made: {exception.Message}", exception);
        }
    }

    private static FileStream? Lock(string folder, string name)
    {
        string file = System.IO.Path.Combine(folder, name);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            // Its subclasses say that something is not there or not allowed; this one is a sharing violation, unless the disk is read-only.
            return IsWritable(folder) ? null : throw NotWritable(folder, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(folder, exception);
        }
    }

    private static CommandFailedException NotWritable(string folder, Exception exception) =>
        new($"The data folder {folder} can't be written: {exception.Message}", exception);

    private static bool IsWritable(string folder)
    {
        string probe = System.IO.Path.Combine(folder, $".probe-{Environment.ProcessId}");
        try
        {
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                return true;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
