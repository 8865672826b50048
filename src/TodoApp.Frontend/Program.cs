using TodoApp.Frontend;
using TodoApp.ServiceDefaults;

const string usage = """
    todo-frontend            serves the pages, and what belongs to the same origin
    todo-frontend check URL  asks a URL: 0 when it answers with success within 10 seconds, otherwise 1

    Its settings are environment variables, which docs/operations.md lists.
    """;

try
{
    switch (args)
    {
        case []:
            await FrontendService.Build().ServeAsync();
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
