using System.Diagnostics.CodeAnalysis;

namespace TodoApp.Tests.Infrastructure;

/// <summary>
/// What some tests need and a machine may lack. Where it is missing the test is skipped with the reason; where nothing may be
/// skipped (<c>CI=true</c> or <c>TODO_REQUIRE=all</c>) it fails instead.
/// </summary>
public static class Requirements
{
    /// <summary>Whether a missing requirement fails a test instead of skipping it.</summary>
    public static bool NothingMayBeSkipped { get; } =
        Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("TODO_REQUIRE") == "all";

    /// <summary>Whether the long versions of tests are wanted (<c>TODO_FULL=1</c>).</summary>
    public static bool Full { get; } = Environment.GetEnvironmentVariable("TODO_FULL") == "1";

    /// <summary>The folder with PostgreSQL's server programs, or null. <c>TODO_TEST_POSTGRES_BIN</c> names it where it is somewhere else, or is <c>none</c>.</summary>
    public static string? PostgresBin { get; } = FindPostgres();

    /// <summary>The Chromium browser's program, or null. <c>TODO_TEST_CHROMIUM</c> names it where it is somewhere else.</summary>
    public static string? Chromium { get; } =
        Given("TODO_TEST_CHROMIUM") ?? OnPath("chromium") ?? OnPath("chromium-browser") ?? OnPath("google-chrome");

    /// <summary>Node.js, or null.</summary>
    public static string? Node { get; } = OnPath("node");

    /// <summary>npm, or null.</summary>
    public static string? Npm { get; } = OnPath("npm");

    /// <summary>The folder with the packages of the MCP conformance suite, the MCP Inspector and their Node.js, or null.</summary>
    public static string? ConformanceSuite { get; } =
        Path.Combine(Repository.Root, "tests", "conformance", "node_modules") is string folder && File.Exists(Path.Combine(folder, ".bin", "node")) ? folder : null;

    /// <summary>The MCP Inspector's program for Node.js, or null.</summary>
    public static string? McpInspector { get; } =
        ConformanceSuite is string modules && Path.Combine(modules, "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js") is string file && File.Exists(file) ? file : null;

    /// <summary>Helm, or null.</summary>
    public static string? Helm { get; } = OnPath("helm");

    /// <summary>The published native mcp-server (<c>TODO_NATIVE_MCP_SERVER</c>), or null.</summary>
    public static string? NativeMcpServer { get; } = Given("TODO_NATIVE_MCP_SERVER");

    /// <summary>The published frontend's <c>todo-frontend.dll</c> (<c>TODO_PUBLISHED_FRONTEND</c>), or null.</summary>
    public static string? PublishedFrontend { get; } = Given("TODO_PUBLISHED_FRONTEND");

    /// <summary>Ends the test unless PostgreSQL's server programs are here.</summary>
    /// <returns>The folder with them.</returns>
    public static string NeedPostgres() =>
        Need(PostgresBin, "PostgreSQL's server programs are missing (initdb, postgres; Debian: apt-get install postgresql)");

    /// <summary>Ends the test unless Chromium is here.</summary>
    public static string NeedChromium() => Need(Chromium, "Chromium is missing (Debian: apt-get install chromium)");

    /// <summary>Ends the test unless Node.js is here.</summary>
    public static string NeedNode() => Need(Node, "Node.js is missing (Debian: apt-get install nodejs)");

    /// <summary>Ends the test unless npm is here.</summary>
    public static string NeedNpm() => Need(Npm, "npm is missing (Debian: apt-get install npm)");

    /// <summary>Ends the test unless the MCP conformance suite is installed.</summary>
    /// <returns>The folder with its packages.</returns>
    public static string NeedConformanceSuite() => Need(ConformanceSuite, "the MCP conformance suite is not installed (npm ci --prefix tests/conformance)");

    /// <summary>Ends the test unless the MCP Inspector is installed.</summary>
    /// <returns>Its program for Node.js.</returns>
    public static string NeedMcpInspector() => Need(McpInspector, "the MCP Inspector is not installed (npm ci --prefix tests/conformance)");

    /// <summary>Ends the test unless Helm is here.</summary>
    public static string NeedHelm() => Need(Helm, "helm is missing (https://helm.sh)");

    /// <summary>Ends the test unless there is a published native mcp-server to try.</summary>
    public static string NeedNativeMcpServer() =>
        Need(NativeMcpServer, "no native mcp-server is published (.ci/run does it; or set TODO_NATIVE_MCP_SERVER to the program's path)");

    /// <summary>Ends the test unless there is a published frontend to try.</summary>
    public static string NeedPublishedFrontend() =>
        Need(PublishedFrontend, "no frontend is published (.ci/run does it; or dotnet publish src/TodoApp.Frontend -o artifacts/frontend, and set TODO_PUBLISHED_FRONTEND to the todo-frontend.dll there)");

    /// <summary>Ends the test as skipped, or as failed where nothing may be skipped, when something that it needs is missing.</summary>
    /// <param name="found">Where it is, or null.</param>
    /// <param name="missing">What is missing and how to get it.</param>
    public static string Need([NotNull] string? found, string missing)
    {
        if (found is null)
        {
            Missing(missing);
        }

        return found;
    }

    /// <summary>The full path of a program on <c>PATH</c>, or null.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    [DoesNotReturn]
    private static void Missing(string what)
    {
        if (NothingMayBeSkipped)
        {
            Assert.Fail($"{what}, and nothing may be skipped in this run.");
        }

        Assert.Skip(what);
        throw new InvalidOperationException(); // Not reached.
    }

    private static string? Given(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
            ? File.Exists(path) ? Path.GetFullPath(path) : throw new FileNotFoundException($"{variable} names a file that does not exist.", path)
            : null;

    private static string? FindPostgres()
    {
        if (Environment.GetEnvironmentVariable("TODO_TEST_POSTGRES_BIN") is { Length: > 0 } given)
        {
            return given == "none" ? null
                : HasServer(given) ? given
                : throw new FileNotFoundException("TODO_TEST_POSTGRES_BIN names a folder without initdb and postgres.", given);
        }

        string[] roots = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/lib"]; // Debian, Homebrew twice, Arch and Fedora.
        IEnumerable<string> installed = roots.Where(Directory.Exists)
            .SelectMany(root => Directory.EnumerateDirectories(root)
                .Where(folder => root == "/usr/lib/postgresql" || Path.GetFileName(folder).StartsWith("postgres", StringComparison.Ordinal)))
            .OrderByDescending(folder => folder, StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, "bin"));
        IEnumerable<string> onPath = OnPath("initdb") is string initdb ? [Path.GetDirectoryName(initdb)!] : [];
        return onPath.Concat(installed).FirstOrDefault(HasServer);

        static bool HasServer(string folder) => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));
    }
}
