using TodoApp.Frontend;
using TodoApp.ServiceDefaults;

try
{
    await FrontendService.Build().RunAsync();
    return 0;
}
catch (ConfigurationException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
