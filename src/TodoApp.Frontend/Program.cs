using TodoApp.Frontend;
using TodoApp.ServiceDefaults;

try
{
    await FrontendService.Build().ServeAsync();
    return 0;
}
catch (ConfigurationException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
