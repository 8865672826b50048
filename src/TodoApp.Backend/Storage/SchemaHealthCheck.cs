using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TodoApp.Backend.Storage;

/// <summary>Whether the database answers and its schema is at least as new as this program needs.</summary>
internal sealed partial class SchemaHealthCheck(AccountsDatabase database, ILogger<SchemaHealthCheck> logger) : IHealthCheck
{
    private readonly string _needed = NeededBy(database);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // A migration's id starts with its date, so a newer one compares greater.
            await using DbCommand command = database.DataSource.CreateCommand(
                $"""SELECT count(*) FROM {database.TablePrefix}{AccountsDatabase.MigrationsTable} WHERE "MigrationId" >= @needed""");
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = "needed";
            parameter.Value = _needed;
            command.Parameters.Add(parameter);
            command.CommandTimeout = 2;
            return await command.ExecuteScalarAsync(cancellationToken) is > 0L
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("the schema is older than this program: run todo-backend migrate");
        }
        catch (Exception exception) when (AccountsDatabase.IsAway(exception) || exception is OperationCanceledException or TimeoutException)
        {
            Away(logger, exception.Message);
            return HealthCheckResult.Unhealthy("the database does not answer, or was never migrated");
        }
    }

    private static string NeededBy(AccountsDatabase database)
    {
        using AccountsDb db = database.CreateContext();
        return Migrator.Needed(db);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The accounts' database is not ready: {Reason}")]
    private static partial void Away(ILogger logger, string reason);
}
