using TodoApp.McpServer;
using TodoApp.ServiceDefaults;

try
{
    await McpServerService.Build().RunAsync();
    return 0;
}
catch (ConfigurationException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
