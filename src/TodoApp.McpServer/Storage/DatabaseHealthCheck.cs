using Microsoft.Extensions.Diagnostics.HealthChecks;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Storage;

/// <summary>Whether the database answers, and has a schema at least as new as this program needs.</summary>
internal sealed class DatabaseHealthCheck(Database database) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            int version = await database.ReadSchemaVersionAsync(timeout.Token);
            return version >= Database.SchemaVersion
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"schema {version}, but {Database.SchemaVersion} is needed: run the migration");
        }
        catch (Exception exception) when (exception is ServiceUnavailableException or OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("away");
        }
    }
}
