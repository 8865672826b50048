using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace TodoApp.Backend.Storage;

/// <summary>For <c>dotnet ef migrations add</c>, which connects to nothing.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresAccountsDb>
{
    public PostgresAccountsDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresAccountsDb>()
        .UseNpgsql("Host=design.invalid", npgsql => npgsql.MigrationsHistoryTable(AccountsDatabase.MigrationsTable, AccountsDb.Schema)).Options);
}

/// <inheritdoc cref="PostgresDesignTime" />
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteAccountsDb>
{
    public SqliteAccountsDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteAccountsDb>()
        .UseSqlite("Data Source=design.db", sqlite => sqlite.MigrationsHistoryTable(AccountsDatabase.MigrationsTable)).Options);
}
