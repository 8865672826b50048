using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend.Storage;

/// <summary>Where the accounts are. Entity Framework and the hand-written query of every request share its connections.</summary>
internal sealed class AccountsDatabase : IAsyncDisposable
{
    internal const string SqliteFile = "accounts.db";

    private AccountsDatabase(DatabaseEngine engine, DbDataSource dataSource, string folder)
    {
        Engine = engine;
        DataSource = dataSource;
        Folder = folder;
    }

    internal DatabaseEngine Engine { get; }

    internal DbDataSource DataSource { get; }

    /// <summary>The folder of the SQLite file; empty on PostgreSQL.</summary>
    internal string Folder { get; }

    /// <summary>What stands before a table's name in hand-written SQL.</summary>
    internal string TablePrefix => Engine == DatabaseEngine.PostgreSql ? AccountsDb.Schema + "." : "";

    /// <summary>Reads <c>DATABASE_URL</c>, <c>POSTGRES_PASSWORD</c> and <c>DATABASE_POOL</c>. Connects to nothing yet.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="create">Whether a missing SQLite file is made: only <c>migrate</c> does that.</param>
    /// <exception cref="ConfigurationException">One of them is wrong.</exception>
    internal static AccountsDatabase Open(IConfiguration configuration, bool create = false)
    {
        DatabaseUrl url = DatabaseUrl.Parse(configuration["DATABASE_URL"], configuration["POSTGRES_PASSWORD"]);
        int pool = ServiceSettings.Number(configuration, "DATABASE_POOL", 1, 1000) ?? 8;
        pool = create ? Math.Max(pool, 4) : pool; // Migrating takes one connection for its lock and others for its work.
        return url.Engine == DatabaseEngine.PostgreSql
            ? new AccountsDatabase(url.Engine, OpenPostgres(url.ConnectionString, pool), "")
            : new AccountsDatabase(url.Engine, OpenSqlite(url.Folder, create), url.Folder);
    }

    internal void Configure(DbContextOptionsBuilder options)
    {
        // A duplicate is an answer, and what is an error comes up as an exception: no second log line for either.
        options.ConfigureWarnings(warnings => warnings.Log(
            (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug), (RelationalEventId.ConnectionError, LogLevel.Debug),
            (CoreEventId.QueryIterationFailed, LogLevel.Debug)));
        if (Engine == DatabaseEngine.PostgreSql)
        {
            options.UseNpgsql(DataSource, npgsql => npgsql.MigrationsHistoryTable(MigrationsTable, AccountsDb.Schema));
        }
        else
        {
            options.UseSqlite(DataSource.ConnectionString, sqlite => sqlite.MigrationsHistoryTable(MigrationsTable));
            options.AddInterceptors(SqlitePragmas.Instance);
        }
    }

    internal const string MigrationsTable = "migrations";

    /// <summary>A context outside of a request.</summary>
    internal AccountsDb CreateContext()
    {
        if (Engine == DatabaseEngine.PostgreSql)
        {
            var postgres = new DbContextOptionsBuilder<PostgresAccountsDb>();
            Configure(postgres);
            return new PostgresAccountsDb(postgres.Options);
        }

        var sqlite = new DbContextOptionsBuilder<SqliteAccountsDb>();
        Configure(sqlite);
        return new SqliteAccountsDb(sqlite.Options);
    }

    /// <summary>Whether the exception says that the database is away, full, shutting down or not migrated yet: nothing the caller did wrong.</summary>
    internal static bool IsAway(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case PostgresException postgres:
                    return postgres.IsTransient || postgres.SqlState is
                        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName
                        or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
                        or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.DiskFull
                        || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal);
                case SqliteException sqlite:
                    // Busy, locked, read-only, I/O, full, cannot open; 1 is "no such table" before the first migration.
                    return sqlite.SqliteErrorCode is 5 or 6 or 8 or 10 or 13 or 14
                        || (sqlite.SqliteErrorCode == 1 && sqlite.Message.Contains("no such", StringComparison.Ordinal));
                case NpgsqlException or SocketException:
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether the exception says that a value which must be unique is there already.</summary>
    internal static bool IsDuplicate(DbUpdateException exception) => exception.InnerException is
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };

    /// <summary>Whether the exception says that the account to which something was added is gone.</summary>
    internal static bool IsOrphan(Exception exception) => exception is DbUpdateException
    {
        InnerException: PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } or SqliteException { SqliteExtendedErrorCode: 787 },
    };

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();

    private static NpgsqlDataSource OpenPostgres(string connectionString, int pool)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString)
            {
                MaxPoolSize = pool,
                MinPoolSize = 0,
                MaxAutoPrepare = 40,
                CommandTimeout = 10,
                KeepAlive = 30,
            };
            if (!new DbConnectionStringBuilder { ConnectionString = connectionString }.ContainsKey("Timeout"))
            {
                settings.Timeout = 5;
            }

            // Else each connection would begin with looking for Kerberos, which images do not have; TLS encrypts.
            if (settings.GssEncryptionMode != GssEncryptionMode.Require)
            {
                settings.GssEncryptionMode = GssEncryptionMode.Disable;
            }

            if (string.IsNullOrEmpty(settings.ApplicationName))
            {
                settings.ApplicationName = "todo-backend";
            }

            return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "accounts" }.Build(); // The name that metrics show.
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or NotSupportedException or InvalidCastException or OverflowException)
        {
            throw new ConfigurationException("DATABASE_URL is a connection string that names an unknown keyword or has a value that its keyword does not take.", exception);
        }
    }

    private static DbDataSource OpenSqlite(string folder, bool create) => SqliteFactory.Instance.CreateDataSource(new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(folder, SqliteFile),
        Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
        ForeignKeys = true,
        DefaultTimeout = 10,
    }.ConnectionString);

    /// <summary>What each SQLite connection needs and the file does not remember.</summary>
    private sealed class SqlitePragmas : DbConnectionInterceptor
    {
        internal static readonly SqlitePragmas Instance = new();

        // FULL: without it a write that was acknowledged may be gone after a power loss.
        private const string Pragmas = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using DbCommand command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
