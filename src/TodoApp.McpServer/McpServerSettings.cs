using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer;

/// <summary>What mcp-server needs beside <see cref="ServiceSettings"/>.</summary>
/// <param name="Database"><c>DATABASE_URL</c>, with <c>POSTGRES_PASSWORD</c> when it has no password of its own.</param>
/// <param name="Pool"><c>DATABASE_POOL</c>: how many connections at most; 8 unless set. Few give the same throughput as many, and shorter tails.</param>
internal sealed record McpServerSettings(DatabaseUrl Database, int Pool)
{
    public static McpServerSettings Read(IConfiguration configuration) => new(
        DatabaseUrl.Parse(configuration["DATABASE_URL"], configuration["POSTGRES_PASSWORD"]),
        ServiceSettings.Number(configuration, "DATABASE_POOL", 1, 1000) ?? 8);
}
