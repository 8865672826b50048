using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TodoApp.ServiceDefaults;

namespace TodoApp.Laptop;

/// <summary>The program's commands. Without one it serves.</summary>
internal static class Commands
{
    private const string Description = """
        Todo App on one machine: frontend, backend and mcp-server in one process, on 127.0.0.1, with the data in one folder.

        With DATABASE_URL=postgresql://user:password@host/database in the environment the data is in PostgreSQL.
        Other settings are environment variables too, for example LOG_LEVEL (warning), REGISTRATION (open), PUBLIC_URL, ALLOWED_HOSTS.
        """;

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>0; 1 when it failed, 2 when an argument or a setting is wrong, each with one line on standard error.</returns>
    public static async Task<int> Run(string[] args)
    {
        var data = new Option<string?>("--data")
        {
            Description = "The folder with the data. Made when it is not there.",
            HelpName = "DIR",
            Recursive = true,
            DefaultValueFactory = _ => DataFolder.Default(),
        };
        Option<int> port = Port("--port", 3000, "The port of the pages.");
        Option<int> backendPort = Port("--backend-port", 8000, "The port of the API alone.");
        Option<int> mcpPort = Port("--mcp-port", 8001, "The port of mcp-server, which serves the backend only.");
        var sample = new Option<bool>("--sample") { Description = $"Adds an account with sample tasks, {Sample.Email}, and prints its password. Once: when it is there nothing is added." };
        var root = new RootCommand(Description) { data, port, backendPort, mcpPort, sample };
        root.SetAction((result, _) => Serve.Run(result.GetValue(data), result.GetValue(port), result.GetValue(backendPort), result.GetValue(mcpPort), result.GetValue(sample)));

        var backupFile = new Argument<FileInfo>("FILE") { Description = "The file to write: a zip archive that only you may read. It holds every account." };
        var force = new Option<bool>("--force") { Description = "Replace FILE when it is there." };
        var backup = new Command("backup", "Copies everything into one file, also while Todo App is running.") { backupFile, force };
        backup.SetAction((result, cancellation) => Backup.Run(result.GetValue(data), result.GetRequiredValue(backupFile).FullName, result.GetValue(force), cancellation));
        root.Subcommands.Add(backup);

        var restoreFile = new Argument<FileInfo>("FILE") { Description = "What backup has written." };
        var restore = new Command("restore", "Replaces everything by what is in a backup. What was there is kept beside it. Todo App must not be running.") { restoreFile };
        restore.SetAction((result, cancellation) => Restore.Run(result.GetValue(data), result.GetRequiredValue(restoreFile).FullName, cancellation));
        root.Subcommands.Add(restore);

        var to = new Option<string>("--to")
        {
            Description = "An empty PostgreSQL database: postgresql://user@host/database. Its password can be in the environment variable POSTGRES_PASSWORD instead.",
            HelpName = "URL",
            Required = true,
        };
        var move = new Command("move", "Copies everything, accounts and tokens included, from the folder to PostgreSQL. Todo App must not be running.") { to };
        move.SetAction((result, cancellation) => Move.Run(result.GetValue(data), result.GetRequiredValue(to), cancellation));
        root.Subcommands.Add(move);

        try
        {
            ParseResult parsed = root.Parse(args);
            // Serving stops by its own handler, in order and without a deadline.
            TimeSpan? deadline = parsed.CommandResult.Command == root ? null : TimeSpan.FromSeconds(5);
            int code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = deadline });
            return parsed.Errors.Count > 0 ? 2 : code;
        }
        catch (ConfigurationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped before it was done. Nothing has changed.");
            return 130;
        }
        catch (CommandFailedException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static Option<int> Port(string name, int number, string description)
    {
        var option = new Option<int>(name) { Description = description + " 0: any that is free.", HelpName = "PORT", DefaultValueFactory = _ => number };
        option.CustomParser = result =>
        {
            if (result.Tokens is [Token token] && ushort.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort given))
            {
                return given;
            }

            result.AddError($"{name} must be a number from 0 to 65535.");
            return 0;
        };
        return option;
    }
}

/// <summary>A command can't do what it should. The message is one line for whoever typed it.</summary>
internal sealed class CommandFailedException(string message, Exception? inner = null) : Exception(message, inner);
