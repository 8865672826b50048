using System.Globalization;
using System.IO.Compression;

namespace TodoApp.Laptop;

/// <summary>
/// Replaces both databases by those of a backup, all or nothing, also when it is interrupted: the new files are unpacked and
/// checked beside the old ones, then one rename decides, and whoever opens the folder next moves them into place.
/// </summary>
internal static class Restore
{
    private const string Unfinished = "restore.tmp";
    private const string Decided = "restore-";
    private const string Replaced = "replaced-";

    // What belongs to a database file while it is open or was not closed properly.
    private static readonly string[] Parts = ["-wal", "-shm", ""];

    public static async Task<int> Run(string? data, string file, CancellationToken cancellation)
    {
        Backup.RefusePostgres("pg_restore");
        using DataFolder folder = DataFolder.Open(data);
        using FileStream held = DataFolder.LockForBackup(folder.Path);
        string unfinished = Path.Combine(folder.Path, Unfinished);
        string stamp = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        try
        {
            Backup.DeleteFolder(unfinished);
            DataFolder.CreatePrivateFolder(unfinished);
            await Unpack(file, unfinished, cancellation);
            foreach (string name in DataFolder.Databases)
            {
                if (!Sqlite.IsWhole(Path.Combine(unfinished, name)))
                {
                    throw new InvalidDataException($"its {name} is damaged");
                }
            }

            Directory.Move(unfinished, Path.Combine(folder.Path, Decided + stamp));
            Finish(folder.Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandFailedException($"{file} was not restored: {exception.Message}", exception);
        }
        finally
        {
            Backup.DeleteFolder(unfinished);
        }

        string replaced = Path.Combine(folder.Path, Replaced + stamp);
        await Console.Out.WriteLineAsync(Directory.Exists(replaced)
            ? $"{file} is restored. What was there before is in {replaced}."
            : $"{file} is restored.");
        return 0;
    }

    /// <summary>Moves decided files into place, and what they replace aside. Can be interrupted and repeated at every step.</summary>
    internal static void Finish(string folder)
    {
        foreach (string decided in Directory.GetDirectories(folder, Decided + "*"))
        {
            string replaced = Path.Combine(folder, Replaced + Path.GetFileName(decided)[Decided.Length..]);
            foreach (string name in DataFolder.Databases.Where(name => File.Exists(Path.Combine(decided, name))))
            {
                foreach (string old in Parts.Select(part => name + part).Where(part => File.Exists(Path.Combine(folder, part))))
                {
                    DataFolder.CreatePrivateFolder(replaced);
                    File.Move(Path.Combine(folder, old), Path.Combine(replaced, old), overwrite: true);
                }

                File.Move(Path.Combine(decided, name), Path.Combine(folder, name));
            }

            Directory.Delete(decided, recursive: true);
        }
    }

    private static async Task Unpack(string file, string folder, CancellationToken cancellation)
    {
        await using ZipArchive zip = await ZipFile.OpenReadAsync(file, cancellation);
        foreach (string name in DataFolder.Databases)
        {
            ZipArchiveEntry entry = zip.GetEntry(name) ?? throw new InvalidDataException($"it is no backup of Todo App, since it has no {name}");
            await using FileStream target = DataFolder.CreatePrivate(Path.Combine(folder, name));
            await using Stream source = await entry.OpenAsync(cancellation);
            await source.CopyToAsync(target, cancellation);
            await target.FlushAsync(cancellation);
            RandomAccess.FlushToDisk(target.SafeFileHandle);
        }
    }
}
