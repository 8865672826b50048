using TodoApp.Backend;
using TodoApp.ServiceDefaults;

try
{
    await BackendService.Build().RunAsync();
    return 0;
}
catch (ConfigurationException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
