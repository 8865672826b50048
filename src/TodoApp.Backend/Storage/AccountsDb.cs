using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace TodoApp.Backend.Storage;

/// <summary>Accounts, sessions, tokens, invitations, calendars and the security log. Each engine has a context of its own, because each has its own migrations.</summary>
internal abstract class AccountsDb(DbContextOptions options) : DbContext(options)
{
    /// <summary>The schema on PostgreSQL; SQLite has a file instead.</summary>
    internal const string Schema = "accounts";

    internal DbSet<AccountRow> Accounts => Set<AccountRow>();

    internal DbSet<SessionRow> Sessions => Set<SessionRow>();

    internal DbSet<TokenRow> Tokens => Set<TokenRow>();

    internal DbSet<InviteRow> Invites => Set<InviteRow>();

    internal DbSet<CalendarRow> Calendars => Set<CalendarRow>();

    internal DbSet<SecurityEventRow> SecurityEvents => Set<SecurityEventRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AccountRow>(account =>
        {
            account.ToTable("accounts");
            account.HasKey(a => a.Id);
            account.HasIndex(a => a.NormalizedEmail).IsUnique();
            account.HasIndex(a => a.SpaceId).IsUnique();
            account.HasIndex(a => a.DeletionRequestedAt).HasFilter("deletion_requested_at IS NOT NULL");
            account.Property(a => a.Id).ValueGeneratedNever();
            account.Property(a => a.Email).IsRequired();
            account.Property(a => a.NormalizedEmail).IsRequired();
            account.Property(a => a.PasswordHash).IsRequired();
            account.Property(a => a.ConcurrencyStamp).IsConcurrencyToken();

            // The address is the name to sign in with; locking and second factors are not Identity's here.
            account.Ignore(a => a.UserName).Ignore(a => a.NormalizedUserName).Ignore(a => a.EmailConfirmed)
                .Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed).Ignore(a => a.TwoFactorEnabled)
                .Ignore(a => a.LockoutEnd).Ignore(a => a.LockoutEnabled).Ignore(a => a.AccessFailedCount);
        });

        modelBuilder.Entity<SessionRow>(session =>
        {
            session.ToTable("sessions");
            session.Property(s => s.Id).ValueGeneratedNever();
            session.HasIndex(s => s.TokenHash).IsUnique();
            session.HasIndex(s => s.AccountId);
            session.HasIndex(s => s.ExpiresAt);
            session.HasOne<AccountRow>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<TokenRow>(token =>
        {
            token.ToTable("tokens");
            token.Property(t => t.Id).ValueGeneratedNever();
            token.HasIndex(t => t.TokenHash).IsUnique();
            token.HasIndex(t => t.AccountId);
            token.HasOne<AccountRow>().WithMany().HasForeignKey(t => t.AccountId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<InviteRow>(invite =>
        {
            invite.ToTable("invites");
            invite.Property(i => i.Id).ValueGeneratedNever();
            invite.HasIndex(i => i.CodeHash).IsUnique();
        });

        modelBuilder.Entity<CalendarRow>(calendar =>
        {
            calendar.ToTable("calendars");
            calendar.HasKey(c => c.AccountId);
            calendar.Property(c => c.AccountId).ValueGeneratedNever();
            calendar.HasIndex(c => c.SecretHash).IsUnique();
            calendar.HasOne<AccountRow>().WithOne().HasForeignKey<CalendarRow>(c => c.AccountId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<SecurityEventRow>(entry =>
        {
            entry.ToTable("security_events");
            entry.Property(e => e.Id).ValueGeneratedNever();
            entry.HasIndex(e => new { e.AccountId, e.Id });
            entry.HasIndex(e => e.At);
            entry.HasOne<AccountRow>().WithMany().HasForeignKey(e => e.AccountId).OnDelete(DeleteBehavior.Cascade);
        });

        foreach (IMutableEntityType entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (IMutableProperty property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
            }
        }
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}

/// <summary>On PostgreSQL.</summary>
internal sealed class PostgresAccountsDb(DbContextOptions<PostgresAccountsDb> options) : AccountsDb(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        base.OnModelCreating(modelBuilder);
    }
}

/// <summary>On SQLite. Instants are milliseconds since 1970, which SQLite can compare and index; it has no type for them.</summary>
internal sealed class SqliteAccountsDb(DbContextOptions<SqliteAccountsDb> options) : AccountsDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
