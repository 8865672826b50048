using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using TodoApp.Backend;
using TodoApp.McpServer;
using TodoApp.ServiceDefaults;

namespace TodoApp.Laptop;

/// <summary>
/// Copies everything from the folder into an empty PostgreSQL: accounts with their passwords, sessions and tokens, and tasks with
/// their numbers, versions and history. In one transaction, so that it is all there or nothing is; the folder stays as it is.
/// Rows are copied one by one as they are read, so memory stays the same however many there are.
/// </summary>
/// <remarks>
/// PostgreSQL's tables say what is copied: every column of every table but the migrations', by its name, converted by its type.
/// A table or column that is added to both engines is moved without a change here.
/// </remarks>
internal static class Move
{
    private static readonly (string Schema, string File)[] Databases = [("accounts", "accounts.db"), ("tasks", "tasks.db")];

    // What each engine keeps for itself.
    private static readonly string[] NotMoved = ["migrations", "schema_versions"];

    public static async Task<int> Run(string? data, string to, CancellationToken cancellation)
    {
        Backup.RefusePostgres("pg_dump and pg_restore");
        DatabaseUrl target = ReadTarget(to);
        using DataFolder folder = DataFolder.Open(data);
        if (DataFolder.Databases.FirstOrDefault(name => !File.Exists(Path.Combine(folder.Path, name))) is string missing)
        {
            throw new CommandFailedException($"There is nothing to move: {Path.Combine(folder.Path, missing)} is not there. Name the data's folder with --data.");
        }

        Dictionary<string, long> moved;
        try
        {
            // Both to the newest schema, so that the tables have the same columns.
            await Migrate("sqlite:" + folder.Path, cancellation);
            await Migrate(to, cancellation);
            moved = await Copy(folder.Path, target, cancellation);
        }
        catch (Exception exception) when (exception is NpgsqlException or SqliteException or ServiceUnavailableException or TimeoutException or SocketException or IOException)
        {
            throw new CommandFailedException($"Nothing was moved: {exception.GetBaseException().Message}", exception);
        }

        string Count(string table, string name) => $"{moved[table].ToString("N0", CultureInfo.InvariantCulture)} {name}{(moved[table] == 1 ? "" : "s")}";
        await Console.Out.WriteLineAsync(
            $"""
            Moved {Count("accounts.accounts", "account")}, {Count("accounts.tokens", "token")}, {Count("tasks.lists", "list")}, {Count("tasks.tasks", "task")} and {Count("tasks.changes", "change")}.
            From now on start it with DATABASE_URL set to that database. {folder.Path} is as it was, and no longer used then.
            """);
        return 0;
    }

    private static DatabaseUrl ReadTarget(string to)
    {
        DatabaseUrl target;
        try
        {
            target = DatabaseUrl.Parse(to, Environment.GetEnvironmentVariable("POSTGRES_PASSWORD"));
        }
        catch (ConfigurationException exception)
        {
            throw new ConfigurationException(exception.Message.Replace("DATABASE_URL", "--to", StringComparison.Ordinal), exception);
        }

        return target.Engine == DatabaseEngine.PostgreSql
            ? target
            : throw new ConfigurationException("--to must name a PostgreSQL database, for example postgresql://user@host/database. (A folder is copied with backup and restore.)");
    }

    private static async Task Migrate(string url, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string?> { ["DATABASE_URL"] = url };
        await McpServerService.MigrateAsync(settings, cancellation);
        await BackendService.Migrate(settings, cancellation);
    }

    private static async Task<Dictionary<string, long>> Copy(string folder, DatabaseUrl target, CancellationToken cancellation)
    {
        var moved = new Dictionary<string, long>();
        await using NpgsqlDataSource source = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(target.ConnectionString) { CommandTimeout = 0 }.ConnectionString).Build();
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        var tables = new List<Table>();
        foreach ((string schema, string file) in Databases)
        {
            tables.AddRange(await ReadTables(connection, schema, Path.Combine(folder, file), cancellation));
        }

        // No service that is connected already writes in between.
        await Execute(connection, $"LOCK TABLE {string.Join(", ", tables.Select(table => table.Name))} IN ACCESS EXCLUSIVE MODE", cancellation);
        foreach (Table table in tables)
        {
            if (await Execute(connection, $"SELECT EXISTS (SELECT 1 FROM {table.Name})", cancellation) is true)
            {
                throw new CommandFailedException($"Nothing was moved: the database has data already (in {table.Name}). Choose an empty one.");
            }
        }

        foreach (Table table in tables)
        {
            long rows = await Copy(connection, table, cancellation);
            if (await Execute(connection, $"SELECT count(*) FROM {table.Name}", cancellation) is not long count || count != rows)
            {
                throw new CommandFailedException($"Nothing was moved: of the {rows} rows for {table.Name} not all arrived.");
            }

            moved[table.Name] = rows;
        }

        await transaction.CommitAsync(cancellation);
        return moved;
    }

    private static async Task<long> Copy(NpgsqlConnection connection, Table table, CancellationToken cancellation)
    {
        using SqliteConnection source = Sqlite.Open(table.File, SqliteOpenMode.ReadWrite);
        await using SqliteCommand select = source.CreateCommand();
        string unqualified = table.Name[(table.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
#pragma warning disable CA2100 // The names come from the schema.
        select.CommandText = $"SELECT {string.Join(", ", table.Columns.Select(column => column.Source))} FROM {unqualified}";
#pragma warning restore CA2100
        await using SqliteDataReader rows = await select.ExecuteReaderAsync(cancellation);
        await using NpgsqlBinaryImporter import = await connection.BeginBinaryImportAsync(
            $"COPY {table.Name} ({string.Join(", ", table.Columns.Select(column => column.Name))}) FROM STDIN (FORMAT BINARY)", cancellation);
        import.Timeout = TimeSpan.Zero;
        while (await rows.ReadAsync(cancellation))
        {
            await import.StartRowAsync(cancellation);
            for (int i = 0; i < table.Columns.Count; i++)
            {
                if (await rows.IsDBNullAsync(i, cancellation))
                {
                    await import.WriteNullAsync(cancellation);
                }
                else
                {
                    await table.Columns[i].Write(import, rows, i, cancellation);
                }
            }
        }

        return (long)await import.CompleteAsync(cancellation);
    }

    /// <summary>The tables of a schema, those that others refer to first.</summary>
    private static async Task<List<Table>> ReadTables(NpgsqlConnection connection, string schema, string file, CancellationToken cancellation)
    {
        var tables = new Dictionary<string, Table>();
        await using var command = new NpgsqlCommand(
            """
            SELECT c.relname, a.attname, t.typname
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
            WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND c.relname <> ALL ($2) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            ORDER BY (SELECT count(*) FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f'), c.relname, a.attnum
            """,
            connection);
        command.Parameters.AddWithValue(schema);
        command.Parameters.AddWithValue(NotMoved);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            string name = $"{schema}.{reader.GetString(0)}";
            if (!tables.TryGetValue(name, out Table? table))
            {
                tables.Add(name, table = new Table(name, file, []));
            }

            table.Columns.Add(Column.Of(name, reader.GetString(1), reader.GetString(2)));
        }

        return [.. tables.Values];
    }

    private static async Task<object?> Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // The names come from the schema.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellation);
    }

    private sealed record Table(string Name, string File, List<Column> Columns);

    /// <summary>A column, and how its value on SQLite becomes PostgreSQL's.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Source">What SQLite is asked for.</param>
    /// <param name="Write">Writes a value that is not null.</param>
    private sealed record Column(string Name, string Source, Func<NpgsqlBinaryImporter, SqliteDataReader, int, CancellationToken, Task> Write)
    {
        public static Column Of(string table, string name, string type) => type switch
        {
            "uuid" => new(name, name, (import, row, i, token) => import.WriteAsync(Guid.Parse(row.GetString(i)), NpgsqlDbType.Uuid, token)),
            "_uuid" => new(name, name, (import, row, i, token) => import.WriteAsync(JsonSerializer.Deserialize<Guid[]>(row.GetString(i))!, NpgsqlDbType.Array | NpgsqlDbType.Uuid, token)),
            "text" or "varchar" => new(name, name, (import, row, i, token) => import.WriteAsync(row.GetString(i), NpgsqlDbType.Text, token)),
            "jsonb" => new(name, name, (import, row, i, token) => import.WriteAsync(row.GetString(i), NpgsqlDbType.Jsonb, token)),
#pragma warning disable CS0618 // Unreliable for texts with quotes and weights; this is words between spaces.
            "tsvector" => new(name, name, (import, row, i, token) => import.WriteAsync(NpgsqlTsVector.Parse(row.GetString(i)), NpgsqlDbType.TsVector, token)),
#pragma warning restore CS0618
            "int8" => new(name, name, (import, row, i, token) => import.WriteAsync(row.GetInt64(i), NpgsqlDbType.Bigint, token)),
            "int4" => new(name, name, (import, row, i, token) => import.WriteAsync(row.GetInt32(i), NpgsqlDbType.Integer, token)),
            "int2" => new(name, name, (import, row, i, token) => import.WriteAsync(row.GetInt16(i), NpgsqlDbType.Smallint, token)),
            "bool" => new(name, name, (import, row, i, token) => import.WriteAsync(row.GetInt64(i) != 0, NpgsqlDbType.Boolean, token)),
            "bytea" => new(name, name, async (import, row, i, token) => await import.WriteAsync(await row.GetFieldValueAsync<byte[]>(i, token), NpgsqlDbType.Bytea, token)),
            "timestamptz" => new(name, name, (import, row, i, token) => import.WriteAsync(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(i)).UtcDateTime, NpgsqlDbType.TimestampTz, token)),
            _ => throw new NotSupportedException($"{table}.{name} has the type {type}, which move does not know."),
        };
    }
}
