using Microsoft.Data.Sqlite;

namespace TodoApp.Laptop;

/// <summary>What backup and restore do with database files.</summary>
internal static class Sqlite
{
    public static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ConnectionString);
        connection.Open();
        return connection;
    }

    public static string? Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()?.ToString();
    }

    /// <summary>Whether the file is a whole database that holds the table by which ours are known.</summary>
    public static bool IsWhole(string file)
    {
        string table = Path.GetFileName(file) == "accounts.db" ? "migrations" : "schema_versions";
        try
        {
            using SqliteConnection connection = Open(file, SqliteOpenMode.ReadOnly);
            return Run(connection, "PRAGMA integrity_check") == "ok"
                && Run(connection, $"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{table}'") == "1";
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
