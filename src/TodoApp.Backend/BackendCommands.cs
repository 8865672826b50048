using System.CommandLine;
using TodoApp.Backend.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.Backend;

/// <summary>The program's commands. Without one it serves.</summary>
public static class BackendCommands
{
    private const string Settings = """
        Serves accounts, sessions, tokens and the public API in front of mcp-server.

        Settings are environment variables:
          DATABASE_URL         postgresql://user:password@host:5432/database, or sqlite:FOLDER
          POSTGRES_PASSWORD    the password, when DATABASE_URL has none
          DATABASE_POOL        connections at most (8)
          INTERNAL_AUTH_KEY    one or two base64 keys shared with mcp-server; the first signs
          MCP_SERVER_URL       where mcp-server is (http://127.0.0.1:8001)
          PORT, BIND           where to listen (8000, 127.0.0.1)
          PUBLIC_URL           the origin that browsers use
          ALLOWED_HOSTS        further host names to answer for, separated by commas
          TRUSTED_PROXIES      addresses and networks whose X-Forwarded-For is believed: the frontend's, for one
          REGISTRATION         open, first (until there is an account, then by invitation), invite or closed (first)
          REGISTRATION_LIMIT   registrations an hour from one address (100; 0: no limit)
          RATE_LIMIT           requests a second of one account, three times as many at once (100; 0: no limit)
          SHUTDOWN_DELAY       seconds to go on accepting after SIGTERM (5)
          METRICS_PORT         where /metrics is (nowhere)
          METRICS_BIND         the address that /metrics is at (that of BIND)
          LOG_LEVEL            trace, debug, info, warning, error, critical or none (info)
          LOG_FORMAT           json or text (json)
          OTEL_EXPORTER_OTLP_ENDPOINT  where traces go (nowhere)
        """;

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">For example <c>users list</c>; empty: serve until SIGTERM.</param>
    /// <param name="settings">What stands over the environment variables, for a host with several services.</param>
    /// <param name="output">Where results go; standard output unless given.</param>
    /// <param name="error">Where complaints go; standard error unless given.</param>
    /// <returns>0, or 1 when the command failed, or 2 when a setting or an argument is wrong.</returns>
    public static async Task<int> Run(
        string[] args, IReadOnlyDictionary<string, string?>? settings = null, TextWriter? output = null, TextWriter? error = null)
    {
        output ??= Console.Out;
        error ??= Console.Error;
        var root = new RootCommand(Settings);
        root.SetAction((_, _) => Serve(settings));

        var migrate = new Command("migrate", "Brings the database's schema up to what this program needs. A newer schema is left as it is.");
        migrate.SetAction((_, cancellation) => Migrate(settings, output, cancellation));
        root.Subcommands.Add(migrate);
        root.Subcommands.Add(UsersCommand.Make(settings, output, error));

        var url = new Argument<string>("URL") { Description = "What to ask, for example http://127.0.0.1:8000/health." };
        var check = new Command("check", "Asks a URL by GET: 0 when it answers with success within 10 seconds, otherwise 1.") { url };
        check.SetAction((result, cancellation) => CheckCommand.RunAsync(result.GetRequiredValue(url), output, error, cancellation));
        root.Subcommands.Add(check);

        ParseResult parsed = root.Parse(args);
        try
        {
            // No termination timeout: after two seconds it would end the process in the middle of draining.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = error };
            int code = await parsed.InvokeAsync(invocation);
            return parsed.Errors.Count > 0 ? 2 : code;
        }
        catch (ConfigurationException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return 2;
        }
        catch (Exception exception) when (exception is TimeoutException || AccountsDatabase.IsAway(exception))
        {
            await error.WriteLineAsync($"The database is away, or was never migrated: {Innermost(exception).Message}");
            return 1;
        }
    }

    private static async Task<int> Serve(IReadOnlyDictionary<string, string?>? settings)
    {
        await BackendService.Build(settings).ServeAsync();
        return 0;
    }

    private static async Task<int> Migrate(IReadOnlyDictionary<string, string?>? settings, TextWriter output, CancellationToken cancellation)
    {
        IReadOnlyList<string> applied = await BackendService.Migrate(settings, cancellation);
        await output.WriteLineAsync(applied.Count == 0 ? "The schema is up to date." : $"Applied {string.Join(", ", applied)}.");
        return 0;
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is null ? exception : Innermost(exception.InnerException);
}
