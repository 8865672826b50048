using System.IO.Compression;
using Microsoft.Data.Sqlite;
using TodoApp.ServiceDefaults;

namespace TodoApp.Laptop;

/// <summary>
/// Copies both databases into one zip archive, as they were at one moment, also while the services write. The key between the
/// services stays out of it: it protects no data, and each folder makes its own.
/// </summary>
internal static class Backup
{
    public static async Task<int> Run(string? data, string file, bool force, CancellationToken cancellation)
    {
        RefusePostgres("pg_dump");
        string folder = Path.GetFullPath(data ?? throw new CommandFailedException("There is no folder for a user's data here. Choose one with --data DIR."));
        if (DataFolder.Databases.FirstOrDefault(name => !File.Exists(Path.Combine(folder, name))) is string missing)
        {
            throw new CommandFailedException($"There is nothing to back up: {Path.Combine(folder, missing)} is not there. Name the data's folder with --data.");
        }

        if (File.Exists(file) && !force)
        {
            throw new CommandFailedException($"{file} is there already. Choose another name, or replace it with --force.");
        }

        string archive = $"{file}.{Environment.ProcessId}.new";
        string copies = Path.Combine(folder, "backup.tmp");
        try
        {
            await using FileStream held = DataFolder.LockForBackup(folder);
            DeleteFolder(copies);
            DataFolder.CreatePrivateFolder(copies);
            try
            {
                await Task.Run(() => CopyDatabases(folder, copies), cancellation);
                await Pack(copies, archive, cancellation);
                File.Move(archive, file, force);
            }
            finally
            {
                DeleteFolder(copies);
                File.Delete(archive);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new CommandFailedException($"The backup failed: {exception.Message}", exception);
        }

        await Console.Out.WriteLineAsync($"Everything in {folder} is in {file}.");
        return 0;
    }

    internal static void RefusePostgres(string instead)
    {
        string? url = Environment.GetEnvironmentVariable("DATABASE_URL");
        if (!string.IsNullOrWhiteSpace(url) && DatabaseUrl.Parse(url).Engine == DatabaseEngine.PostgreSql)
        {
            throw new CommandFailedException($"DATABASE_URL says that the data is in PostgreSQL. Use {instead} there: both schemas, accounts and tasks, in one go.");
        }
    }

    internal static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CopyDatabases(string folder, string copies)
    {
        // Nobody registers and no account goes while this is open. Otherwise an account could be deleted between the two copies,
        // and its restored half would have lost all tasks. Reading goes on, and so does every write to tasks.
        using SqliteConnection guard = Sqlite.Open(Path.Combine(folder, "accounts.db"), SqliteOpenMode.ReadWrite);
        Sqlite.Run(guard, "BEGIN IMMEDIATE");
        Copy(folder, copies, "tasks.db");
        Copy(folder, copies, "accounts.db");
        Sqlite.Run(guard, "ROLLBACK");
    }

    // SQLite's own copy of all pages within one read transaction. (VACUUM INTO would number rows anew.)
    private static void Copy(string folder, string copies, string name)
    {
        string copy = Path.Combine(copies, name);
        using (SqliteConnection source = Sqlite.Open(Path.Combine(folder, name), SqliteOpenMode.ReadWrite))
        using (SqliteConnection target = Sqlite.Open(copy, SqliteOpenMode.ReadWriteCreate))
        {
            source.BackupDatabase(target);
            Sqlite.Run(target, "PRAGMA journal_mode=DELETE");
        }

        if (!Sqlite.IsWhole(copy))
        {
            throw new IOException($"the copy of {name} is damaged, so {Path.Combine(folder, name)} may be");
        }
    }

    private static async Task Pack(string copies, string archive, CancellationToken cancellation)
    {
        await using FileStream stream = DataFolder.CreatePrivate(archive);
        await using (ZipArchive zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation))
        {
            foreach (string name in DataFolder.Databases)
            {
                await zip.CreateEntryFromFileAsync(Path.Combine(copies, name), name, CompressionLevel.Optimal, cancellation);
            }
        }

        await stream.FlushAsync(cancellation);
        RandomAccess.FlushToDisk(stream.SafeFileHandle);
    }
}
