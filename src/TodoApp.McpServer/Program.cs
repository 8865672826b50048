using TodoApp.McpServer;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

const string usage = """
    mcp-server            serves tasks by REST and MCP
    mcp-server migrate    brings the database's schema up to date, and exits
    mcp-server check URL  asks a URL: 0 when it answers with success within 10 seconds, otherwise 1

    It needs the environment variables DATABASE_URL and INTERNAL_AUTH_KEY; docs/operations.md has the others.
    """;

try
{
    switch (args)
    {
        case []:
            await McpServerService.Build().ServeAsync();
            return 0;
        case ["migrate"]:
            await Console.Out.WriteLineAsync(await McpServerService.MigrateAsync());
            return 0;
        case ["check", string url]:
            return await CheckCommand.RunAsync(url, Console.Out, Console.Error);
        case ["--help" or "-h" or "help"]:
            await Console.Out.WriteLineAsync(usage);
            return 0;
        default:
            await Console.Error.WriteLineAsync(usage);
            return 2;
    }
}
catch (ConfigurationException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
catch (Exception exception) when (exception is ServiceUnavailableException or WriteConflictException)
{
    await Console.Error.WriteLineAsync($"{exception.Message} {exception.InnerException?.Message}");
    return 1;
}
