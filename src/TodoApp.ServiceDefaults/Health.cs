using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TodoApp.ServiceDefaults;

/// <summary>
/// <c>/health/live</c>: the process answers; an orchestrator restarts it when not. <c>/health</c>: it can do its work now
/// (database, schema, not shutting down); an orchestrator sends it requests only then.
/// </summary>
public static class Health
{
    /// <summary>Whether the request is one of an orchestrator's probes, which carry a pod's address as their Host.</summary>
    public static bool IsProbe(HttpRequest request) => request.Path.StartsWithSegments("/health", StringComparison.Ordinal);

    internal static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = Write }).ExcludeFromDescription();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = Write }).ExcludeFromDescription();
    }

    private static async Task Write(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("status"u8, report.Status == HealthStatus.Healthy ? "ok"u8 : "unavailable"u8);
        writer.WriteStartObject("checks"u8);
        foreach ((string name, HealthReportEntry entry) in report.Entries)
        {
            // A description is ours; an exception's message may name hosts and users.
            writer.WriteString(name, entry.Status == HealthStatus.Healthy ? "ok" : (entry.Exception is null ? entry.Description : null) ?? "failed");
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
