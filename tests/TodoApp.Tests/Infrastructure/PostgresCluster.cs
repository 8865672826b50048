using System.Globalization;
using Npgsql;
using TodoApp.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace TodoApp.Tests.Infrastructure;

/// <summary>
/// A private PostgreSQL: a cluster in a temporary folder, on a free port of 127.0.0.1, with a password. It ends with the test run:
/// when that is killed, a watcher notices that its standard input closed and stops the server, and the next run removes the folder.
/// </summary>
/// <remarks>Run as root, it starts the server as the user <c>postgres</c> or <c>nobody</c>, because PostgreSQL refuses to run as root.</remarks>
public sealed class PostgresCluster : IAsyncDisposable
{
    // Starts the server in the background and stops it at once when this script's standard input closes.
    private const string Watcher = """
        exec 3<&0
        "$@" & server=$!
        (read -r line <&3; kill -QUIT $server) 2>/dev/null & watcher=$!
        wait $server; code=$?
        kill $watcher 2>/dev/null
        exit $code
        """;

    private const string Password = "p@ss:w/rd%"; // Awkward on purpose: it must survive DATABASE_URL.

    private readonly string _bin;
    private readonly TemporaryFolder _folder;
    private readonly string[] _asUser;
    private readonly string[] _options;
    private ServiceProcess? _server;
    private int _databases;

    private PostgresCluster(string bin, TemporaryFolder folder, string[] asUser, string[] options)
    {
        _bin = bin;
        _folder = folder;
        _asUser = asUser;
        _options = options;
    }

    /// <summary>The port on 127.0.0.1, the same after a crash and a new start.</summary>
    public int Port { get; private set; }

    /// <summary>What the server has logged since it was started.</summary>
    public string Log => _server?.Output ?? "";

    private string Data => Path.Combine(_folder.Path, "data");

    /// <summary>The cluster that ordinary tests share: started when the first asks for it, without durability because nobody pulls its plug.</summary>
    /// <remarks>Skips the test when PostgreSQL is not installed; see <see cref="Requirements"/>.</remarks>
    public static Task<PostgresCluster> SharedAsync() => SharedPostgres.GetAsync();

    /// <summary>Makes and starts a cluster.</summary>
    /// <param name="durable">True for PostgreSQL's own settings, so that an acknowledged commit survives a crash; false for speed.</param>
    /// <remarks>Skips the test when PostgreSQL is not installed; see <see cref="Requirements"/>.</remarks>
    public static async Task<PostgresCluster> StartAsync(bool durable)
    {
        string bin = Requirements.NeedPostgres();
        var folder = new TemporaryFolder();
        string[] asUser = await NotAsRootAsync(folder.Path);
        string[] fast = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];
        var cluster = new PostgresCluster(bin, folder, asUser, durable ? [] : fast);
        try
        {
            string passwordFile = Path.Combine(folder.Path, "password");
            await File.WriteAllTextAsync(passwordFile, Password);
            await cluster.RunAsync("initdb", "--pgdata", cluster.Data, "--username", "postgres", "--pwfile", passwordFile,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync");
            for (int attempt = 1; ; attempt++)
            {
                cluster.Port = FreePort.Next();
                try
                {
                    await cluster.StartServerAsync();
                    break;
                }
                catch (InvalidOperationException failure) when (attempt < 5 && failure.Message.Contains("Address already in use", StringComparison.Ordinal))
                {
                    // Another program took the port first.
                }
            }

            // The services run as a role without special rights, as in production.
            await cluster.ExecuteAsync("postgres", $"CREATE ROLE todo LOGIN PASSWORD '{Password}'");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database that belongs to a role without special rights.</summary>
    /// <param name="template">A database to copy, that nobody is connected to; the empty one unless given.</param>
    /// <returns>Its name.</returns>
    public async Task<string> CreateDatabaseAsync(string template = "template1")
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} OWNER todo TEMPLATE {template}");
        return name;
    }

    /// <summary>Removes a database, ending its connections.</summary>
    public Task DropDatabaseAsync(string name) => ExecuteAsync("postgres", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    /// <summary>The database as a <c>DATABASE_URL</c>.</summary>
    public string Url(string database) => $"postgresql://todo:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/{database}";

    /// <summary>The database as an Npgsql connection string, with all rights, without a pool.</summary>
    public string SuperuserConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = Port, Username = "postgres", Password = Password, Database = database, Pooling = false }
            .ConnectionString;

    /// <summary>Runs SQL with all rights.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(SuperuserConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until the server has logged a text.</summary>
    public Task WaitForLogAsync(string text) => _server!.WaitForLineAsync(text);

    /// <summary>Crashes the server: SIGKILL for the postmaster and every process of it (these where the system lists them). <see cref="StartServerAsync"/> starts it again.</summary>
    public async Task CrashAsync()
    {
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid"));
        string children = $"/proc/{lines[0]}/task/{lines[0]}/children";
        int[] processes = [Number(lines[0]), .. File.Exists(children) ? (await File.ReadAllTextAsync(children)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number) : []];
        foreach (int process in processes)
        {
            ServiceProcess.KillProcess(process);
        }

        await _server!.WaitForExitAsync();

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Starts the server, also after <see cref="CrashAsync"/>, and waits until it takes connections.</summary>
    public async Task StartServerAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }

            _server = ServiceProcess.Start("sh", ["-c", Watcher, "sh", .. _asUser, Path.Combine(_bin, "postgres"), "-D", Data,
                "-c", "listen_addresses=127.0.0.1", "-c", $"port={Port}", "-c", "unix_socket_directories=", "-c", "max_connections=200", .. _options]);
            try
            {
                await _server.WaitForLineAsync("database system is ready to accept connections");
                return;
            }
            catch (InvalidOperationException failure) when (attempt < 50 && failure.Message.Contains("is still in use", StringComparison.Ordinal))
            {
                await Task.Delay(50); // A process of the crashed server has not noticed yet; there is no event for its end.
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.CloseInput();
            await _server.WaitForExitAsync();
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    // PostgreSQL refuses to run as root: gives the folder to another user, and the words before a command that run it as that one.
    private static async Task<string[]> NotAsRootAsync(string folder)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return [];
        }

        string[][] users = [.. (await File.ReadAllLinesAsync("/etc/passwd")).Select(line => line.Split(':')).Where(fields => fields.Length > 3)];
        string[] user = users.FirstOrDefault(fields => fields[0] == "postgres") ?? users.First(fields => fields[0] == "nobody");
        await ServiceProcess.RunAsync("chown", [$"{user[2]}:{user[3]}", folder]);
        return ["setpriv", $"--reuid={user[2]}", $"--regid={user[3]}", "--clear-groups"];
    }

    private Task<string> RunAsync(string program, params string[] arguments)
    {
        string[] command = [.. _asUser, Path.Combine(_bin, program), .. arguments];
        return ServiceProcess.RunAsync(command[0], command[1..]);
    }
}

/// <summary>Keeps the cluster that tests share, and ends it with the test run. xunit makes one; nothing starts until a test asks.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresCluster>> Cluster = new(() => PostgresCluster.StartAsync(durable: false));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Cluster.IsValueCreated && Cluster.Value.IsCompletedSuccessfully)
        {
            await (await Cluster.Value).DisposeAsync();
        }
    }

    internal static Task<PostgresCluster> GetAsync()
    {
        Requirements.NeedPostgres(); // Each test says by itself that it is skipped.
        return Cluster.Value;
    }
}
