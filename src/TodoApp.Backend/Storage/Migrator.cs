using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Storage;

/// <summary>Brings the schema up to what this program needs. Any number of processes may do it at once; it may be killed at any time and run again.</summary>
internal static class Migrator
{
    // The advisory lock's number, chosen by dice. mcp-server has another one.
    private const long LockKey = 7_205_316_918_014;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Applies what is pending. A schema newer than this program is left as it is.</summary>
    /// <returns>The migrations that were applied.</returns>
    /// <exception cref="TimeoutException">Another process has held the lock for two minutes.</exception>
    internal static async Task<IReadOnlyList<string>> Migrate(AccountsDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        await using AccountsDb db = database.CreateContext();
        if (database.Engine == DatabaseEngine.Sqlite)
        {
            MakeFolder(database.Folder);
            MakeFile(Path.Combine(database.Folder, AccountsDatabase.SqliteFile));
            await using FileStream held = await LockFile(Path.Combine(database.Folder, "accounts.migrate.lock"), time, cancellation);
            await PrepareSqlite(db, cancellation);
            return await Apply(db, cancellation);
        }

        await using DbConnection connection = await database.DataSource.OpenConnectionAsync(cancellation);
        await Execute(connection, $"SELECT pg_advisory_lock({LockKey})", (int)LockTimeout.TotalSeconds, cancellation);
        try
        {
            return await Apply(db, cancellation);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ConfigurationException($"The database refuses the migration: {exception.MessageText}. The user needs CREATE on the database.", exception);
        }
        finally
        {
            // The connection goes back to the pool, and the lock would go with it.
            await Execute(connection, $"SELECT pg_advisory_unlock({LockKey})", 10, CancellationToken.None);
        }
    }

    /// <summary>The id of the newest migration that this program knows. A schema that has it, or a later one, is new enough.</summary>
    internal static string Needed(AccountsDb db) => db.Database.GetMigrations().Last();

    private static async Task<IReadOnlyList<string>> Apply(AccountsDb db, CancellationToken cancellation)
    {
        HashSet<string> applied = [.. await db.Database.GetAppliedMigrationsAsync(cancellation)];
        string[] pending = [.. db.Database.GetMigrations().Where(id => !applied.Contains(id))];
        if (pending.Length > 0)
        {
            await db.Database.MigrateAsync(cancellation);
        }

        return pending;
    }

    private static async Task PrepareSqlite(AccountsDb db, CancellationToken cancellation)
    {
        await db.Database.OpenConnectionAsync(cancellation);
        DbConnection connection = db.Database.GetDbConnection();
        await Execute(connection, "PRAGMA journal_mode=WAL", 30, cancellation);

        // Entity Framework marks a running migration by a row, which stays after a SIGKILL and would be waited for without end.
        // Whoever wrote it also held our file lock, so now it is nobody's.
        if (await Execute(connection, "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'", 30, cancellation) is > 0L)
        {
            await Execute(connection, "DELETE FROM \"__EFMigrationsLock\"", 30, cancellation);
        }
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"DATABASE_URL names the folder '{folder}', which can't be made: {exception.Message}", exception);
        }
    }

    // For the owner's eyes only, also in a folder that others may read; SQLite gives its other files the same mode.
    private static void MakeFile(string path)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        }
    }

    /// <summary>The operating system lets go of the lock when the process ends, however it ends.</summary>
    private static async Task<FileStream> LockFile(string path, TimeProvider time, CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException exception)
            {
                throw new ConfigurationException($"DATABASE_URL names a folder in which this program may not write: {exception.Message}", exception);
            }
            catch (IOException exception) when (exception.GetType() == typeof(IOException))
            {
                if (time.GetElapsedTime(started) > LockTimeout)
                {
                    throw new TimeoutException($"Another process has held {path} for two minutes.", exception);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
            }
        }
    }

    private static async Task<object?> Execute(DbConnection connection, string sql, int timeout, CancellationToken cancellation)
    {
        await using DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = timeout;
        return await command.ExecuteScalarAsync(cancellation);
    }
}
