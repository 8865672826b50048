using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Laptop;

/// <summary>The laptop's program as a process, with its arguments, signals and files.</summary>
public sealed class LaptopTests : IDisposable
{
    private static readonly string[] FreePorts = ["--port", "0", "--backend-port", "0", "--mcp-port", "0"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<HttpClient> _clients = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.Path, "data");

    private string BackupFile => Path.Combine(_folder.Path, "backup.zip");

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Help_names_every_option_and_command()
    {
        (int code, string output) = await Run("--help");
        Assert.Equal(0, code);
        foreach (string word in new[] { "--data", "--port", "--backend-port", "--mcp-port", "--sample", "backup", "restore", "3000", "8000", "8001" })
        {
            Assert.Contains(word, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--port", "x")]
    [InlineData("--nothing")]
    [InlineData("serve")]
    [InlineData("backup")]
    public async Task Wrong_arguments_are_refused(params string[] arguments)
    {
        (int code, string output) = await Run(arguments);
        Assert.Equal(2, code);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql://x")]
    [InlineData("sqlite:")]
    [InlineData("postgresql://user:secret@/db")]
    public async Task A_wrong_database_is_one_line_without_secrets(string url)
    {
        await using ServiceProcess process = ServiceProcess.StartDotnet("TodoApp", FreePorts, new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = url,
            ["XDG_DATA_HOME"] = _folder.Path,
        });
        Assert.Equal(2, await process.WaitForExitAsync());
        Assert.StartsWith("DATABASE_URL ", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', process.Output);
        Assert.DoesNotContain("secret", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_starts_says_where_serves_and_ends_at_SIGTERM()
    {
        await using ServiceProcess process = Start();
        Uri site = await Ready(process);
        Assert.EndsWith($"Todo App is ready at http://127.0.0.1:{site.Port}", process.Output, StringComparison.Ordinal);
        using var ann = new Frontend.Person(site);
        await ann.SignUp();
        await ann.Add("Buy milk");
        Assert.Contains("Complete: Buy milk", ann.Page, StringComparison.Ordinal);
        using HttpResponseMessage script = await ann.Browser.GetAsync(new Uri(Regex.Match(ann.Page, "src=\"([^\"]+/app.js)\"").Groups[1].Value, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "internal.key")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        }

        process.Terminate();
        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.DoesNotContain('\n', process.Output);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--backend-port")]
    [InlineData("--mcp-port")]
    public async Task A_port_in_use_is_one_line_that_names_the_option(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        string[] others = [.. FreePorts.Chunk(2).Where(pair => pair[0] != option).SelectMany(pair => pair)];
        (int code, string output) = await Run([.. others, "--data", Data, option, port.ToString()]);
        Assert.Equal(1, code);
        Assert.Equal($"Port {port} of 127.0.0.1 is in use. Choose another with {option}, for example {option} 0 for any that is free.", output);
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused_and_so_is_a_restore()
    {
        await using ServiceProcess process = Start();
        await Ready(process);
        (int code, string output) = await Run([.. FreePorts, "--data", Data]);
        Assert.Equal(1, code);
        Assert.Equal($"Todo App is running with the data in {Data}. Stop it first, or choose another folder with --data.", output);
        Assert.Equal((1, output), await Run("restore", BackupFile, "--data", Data));
    }

    [Fact]
    public async Task A_folder_that_can_not_be_made_is_one_line()
    {
        string file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancel);
        (int code, string output) = await Run([.. FreePorts, "--data", Path.Combine(file, "data")]);
        Assert.Equal(1, code);
        Assert.StartsWith($"The data folder {file}", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', output);
    }

    [Fact]
    public async Task After_SIGKILL_it_starts_again_with_everything_that_was_acknowledged()
    {
        var acknowledged = new List<long>();
        string token;
        await using (ServiceProcess process = Start())
        {
            Uri site = await Ready(process);
            HttpClient client = await Register(site);
            token = client.DefaultRequestHeaders.Authorization!.Parameter!;
#pragma warning disable CA2025 // The clients live until the end of the test.
            Task writing = Write(client, acknowledged, CancellationToken.None);
#pragma warning restore CA2025
            while (acknowledged.Count < 20)
            {
                await Task.Delay(20, Cancel);
            }

            process.Kill();
            await writing;
            Assert.Equal(128 + 9, await process.WaitForExitAsync());
        }

        await using ServiceProcess again = Start();
        HttpClient reader = Client(await Ready(again), token);
        IReadOnlyList<long> numbers = await Numbers(reader);
        Assert.Empty(acknowledged.Except(numbers));
        Assert.InRange(numbers.Count, acknowledged.Count, acknowledged.Count + 1);
    }

    [Fact]
    public async Task A_backup_while_writing_is_whole_and_can_be_restored()
    {
        var acknowledged = new List<long>();
        string token;
        int before;
        await using (ServiceProcess process = Start())
        {
            HttpClient client = await Register(await Ready(process));
            token = client.DefaultRequestHeaders.Authorization!.Parameter!;
            using var stop = new CancellationTokenSource();
#pragma warning disable CA2025 // The clients live until the end of the test.
            Task writing = Write(client, acknowledged, stop.Token);
#pragma warning restore CA2025
            while (acknowledged.Count < 20)
            {
                await Task.Delay(20, Cancel);
            }

            before = acknowledged.Count;
            (int code, string output) = await Run("backup", BackupFile, "--data", Data);
            Assert.Equal((0, $"Everything in {Data} is in {BackupFile}."), (code, output));
            Assert.True(acknowledged.Count > before, "Writing stopped while the backup was made.");
            await stop.CancelAsync();
            await writing;

            (code, output) = await Run("backup", BackupFile, "--data", Data);
            Assert.Equal((1, $"{BackupFile} is there already. Choose another name, or replace it with --force."), (code, output));
            process.Terminate();
            Assert.Equal(0, await process.WaitForExitAsync());
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BackupFile));
        }

        Assert.Equal(["backup.zip", "data"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
        (int restored, string said) = await Run("restore", BackupFile, "--data", Data);
        Assert.Equal(0, restored);
        string replaced = Assert.Single(Directory.GetDirectories(Data));
        Assert.Equal($"{BackupFile} is restored. What was there before is in {replaced}.", said);
        Assert.True(File.Exists(Path.Combine(replaced, "tasks.db")));

        await using ServiceProcess again = Start();
        HttpClient reader = Client(await Ready(again), token);
        IReadOnlyList<long> numbers = await Numbers(reader);
        Assert.InRange(numbers.Count, before, acknowledged.Count);
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers.Order());
    }

    [Fact]
    public async Task What_is_no_backup_changes_nothing()
    {
        await using (ServiceProcess process = Start())
        {
            await Ready(process);
            process.Terminate();
            await process.WaitForExitAsync();
        }

        Assert.Equal(0, (await Run("backup", BackupFile, "--data", Data)).Code);
        byte[] tasks = await File.ReadAllBytesAsync(Path.Combine(Data, "tasks.db"), Cancel);

        string text = Path.Combine(_folder.Path, "text");
        await File.WriteAllTextAsync(text, "not a zip", Cancel);
        await AssertRefused(text);
        await AssertRefused(Path.Combine(_folder.Path, "missing.zip"));

        string damaged = Path.Combine(_folder.Path, "damaged.zip");
        File.Copy(BackupFile, damaged);
        using (ZipArchive zip = await ZipFile.OpenAsync(damaged, ZipArchiveMode.Update, Cancel))
        {
            ZipArchiveEntry entry = zip.GetEntry("tasks.db")!;
            await using Stream stream = await entry.OpenAsync(Cancel);
            stream.Position = 4096;
            await stream.WriteAsync(new byte[8192], Cancel);
        }

        await AssertRefused(damaged);

        string half = Path.Combine(_folder.Path, "half.zip");
        File.Copy(BackupFile, half);
        using (ZipArchive zip = await ZipFile.OpenAsync(half, ZipArchiveMode.Update, Cancel))
        {
            zip.GetEntry("accounts.db")!.Delete();
        }

        await AssertRefused(half);

        async Task AssertRefused(string file)
        {
            (int code, string output) = await Run("restore", file, "--data", Data);
            Assert.Equal(1, code);
            Assert.StartsWith($"{file} was not restored: ", output, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', output);
            Assert.Equal(tasks, await File.ReadAllBytesAsync(Path.Combine(Data, "tasks.db"), Cancel));
            Assert.Empty(Directory.GetDirectories(Data));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_restore_that_was_interrupted_is_finished(int step)
    {
        string decided = Path.Combine(Data, "restore-1");
        string replaced = Path.Combine(Data, "replaced-1");
        Directory.CreateDirectory(decided);
        foreach (string name in new[] { "accounts.db", "tasks.db" })
        {
            File.WriteAllText(Path.Combine(Data, name), "old " + name);
            File.WriteAllText(Path.Combine(Data, name + "-wal"), "old wal");
            File.WriteAllText(Path.Combine(decided, name), "new " + name);
        }

        // What was done before the interruption.
        (string From, string To)[] moves =
        [
            (Path.Combine(Data, "accounts.db-wal"), Path.Combine(replaced, "accounts.db-wal")),
            (Path.Combine(Data, "accounts.db"), Path.Combine(replaced, "accounts.db")),
            (Path.Combine(decided, "accounts.db"), Path.Combine(Data, "accounts.db")),
        ];
        Directory.CreateDirectory(replaced);
        foreach ((string from, string to) in moves[..step])
        {
            File.Move(from, to);
        }

        TodoApp.Laptop.Restore.Finish(Data);
        TodoApp.Laptop.Restore.Finish(Data);
        foreach (string name in new[] { "accounts.db", "tasks.db" })
        {
            Assert.Equal("new " + name, File.ReadAllText(Path.Combine(Data, name)));
            Assert.Equal("old " + name, File.ReadAllText(Path.Combine(replaced, name)));
            Assert.Equal("old wal", File.ReadAllText(Path.Combine(replaced, name + "-wal")));
            Assert.False(File.Exists(Path.Combine(Data, name + "-wal")));
        }

        Assert.False(Directory.Exists(decided));
    }

    [Fact]
    public async Task Nothing_to_back_up_is_said()
    {
        (int code, string output) = await Run("backup", BackupFile, "--data", Data);
        Assert.Equal(1, code);
        Assert.StartsWith("There is nothing to back up", output, StringComparison.Ordinal);
        Assert.False(File.Exists(BackupFile));
    }

    [Fact]
    public async Task It_runs_on_PostgreSQL_where_backups_are_pg_dumps()
    {
        Requirements.NeedPostgres();
        await using TestDatabase database = await TestDatabase.CreateAsync(ServiceDefaults.DatabaseEngine.PostgreSql);
        var environment = new Dictionary<string, string?> { ["DATABASE_URL"] = database.Url };
        await using (ServiceProcess process = ServiceProcess.StartDotnet("TodoApp", [.. FreePorts, "--data", Data], environment))
        {
            HttpClient client = await Register(await Ready(process));
            var acknowledged = new List<long>();
            using var stop = new CancellationTokenSource(500);
            await Write(client, acknowledged, stop.Token);
            Assert.Equal(acknowledged.Order(), (await Numbers(client)).Order());
            Assert.NotEmpty(acknowledged);
            process.Terminate();
            Assert.Equal(0, await process.WaitForExitAsync());
        }

        Assert.False(File.Exists(Path.Combine(Data, "tasks.db")));
        await using ServiceProcess backup = ServiceProcess.StartDotnet("TodoApp", ["backup", BackupFile, "--data", Data], environment);
        Assert.Equal(1, await backup.WaitForExitAsync());
        Assert.Contains("pg_dump", backup.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_moves_to_PostgreSQL_and_goes_on_there()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(ServiceDefaults.DatabaseEngine.PostgreSql);
        string[] move = ["move", "--to", database.Url, "--data", Data];
        string session;
        string token;
        string calendar;
        Dictionary<string, string> before;
        await using (ServiceProcess process = Start())
        {
            HttpClient client = await Register(await Ready(process));
            session = client.DefaultRequestHeaders.Authorization!.Parameter!;
            using var parent = JsonDocument.Parse(await PostAsync(client, "/api/tasks", new { title = "Überraschung 日本 \U0001F600", notes = "a\n\tb", due = "2026-12-01T09:00", dueTimeZone = "Asia/Tokyo", labels = new[] { "x", "y" }, priority = "p1" }));
            await PostAsync(client, "/api/tasks", new { title = "Below", parentId = parent.RootElement.GetProperty("id").GetString() });
            await PostAsync(client, "/api/lists", new { name = "Home", color = "#3366cc" });
            await PostAsync(client, "/api/tasks/2/complete", null);
            token = JsonDocument.Parse(await PostAsync(client, "/api/tokens", new { name = "agent", scopes = new[] { "tasks:read" } })).RootElement.GetProperty("token").GetString()!;
            calendar = new Uri(JsonDocument.Parse(await PostAsync(client, "/api/account/calendar", null)).RootElement.GetProperty("address").GetString()!).AbsolutePath;
            before = await ReadAsync(client);
            Assert.Equal((1, $"Todo App is running with the data in {Data}. Stop it first, or choose another folder with --data."), await Run(move));
            process.Terminate();
            Assert.Equal(0, await process.WaitForExitAsync());
        }

        (int code, string output) = await Run(move);
        Assert.Equal((0, "Moved 1 account, 1 token, 2 lists, 2 tasks and 7 changes."), (code, output.Split('\n')[0]));
        await using ServiceProcess moved = ServiceProcess.StartDotnet("TodoApp", [.. FreePorts, "--data", Path.Combine(_folder.Path, "other")], new Dictionary<string, string?> { ["DATABASE_URL"] = database.Url });
        Uri site = await Ready(moved);
        Assert.Equal(before, await ReadAsync(Client(site, session)));
        using HttpResponseMessage byToken = await Client(site, token).GetAsync(new Uri("/api/tasks/1", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, byToken.StatusCode);
        using var anyone = new HttpClient { BaseAddress = site };
        Assert.Contains("BEGIN:VEVENT", await anyone.GetStringAsync(new Uri(calendar, UriKind.Relative), Cancel), StringComparison.Ordinal);
        using var account = JsonDocument.Parse(before["/api/account"]);
        await PostAsync(Client(site, session), "/api/auth/login", new { email = account.RootElement.GetProperty("email").GetString(), password = Frontend.Person.Password });

        // What is there is never mixed with what comes.
        (code, output) = await Run(move);
        Assert.Equal(1, code);
        Assert.StartsWith("Nothing was moved: the database has data already", output, StringComparison.Ordinal);

        static async Task<string> PostAsync(HttpClient client, string path, object? body)
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync(path, body ?? new { }, Cancel);
            string text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True(response.IsSuccessStatusCode, text);
            return text;
        }

        static async Task<Dictionary<string, string>> ReadAsync(HttpClient client)
        {
            var answers = new Dictionary<string, string>();
            foreach (string path in (string[])["/api/account", "/api/snapshot", "/api/changes?since=0", "/api/tokens"])
            {
                answers[path] = await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancel);
            }

            return answers;
        }
    }

    [Theory]
    [InlineData("sqlite:/tmp", 2, "--to must name a PostgreSQL database")]
    [InlineData("mysql://x", 2, "--to has the scheme")]
    [InlineData("postgresql://nobody:secret@127.0.0.1:1/none", 1, "There is nothing to move")]
    public async Task A_move_to_nowhere_is_one_line_without_secrets(string to, int expected, string says)
    {
        (int code, string output) = await Run("move", "--to", to, "--data", Data);
        Assert.Equal(expected, code);
        Assert.StartsWith(says, output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', output);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_to_a_database_that_is_away_moves_nothing()
    {
        await using (ServiceProcess process = Start())
        {
            await Ready(process);
            process.Terminate();
            await process.WaitForExitAsync();
        }

        (int code, string output) = await Run("move", "--to", "postgresql://nobody:secret@127.0.0.1:1/none", "--data", Data);
        Assert.Equal(1, code);
        Assert.StartsWith("Nothing was moved: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    private ServiceProcess Start() => ServiceProcess.StartDotnet("TodoApp", [.. FreePorts, "--data", Data]);

    private static async Task<Uri> Ready(ServiceProcess process) =>
        new((await process.WaitForLineAsync("Todo App is ready at "))["Todo App is ready at ".Length..]);

    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        await using ServiceProcess process = ServiceProcess.StartDotnet("TodoApp", arguments);
        int code = await process.WaitForExitAsync();
        return (code, process.Output);
    }

    private HttpClient Client(Uri site, string token)
    {
        var client = new HttpClient { BaseAddress = site };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _clients.Add(client);
        return client;
    }

    private async Task<HttpClient> Register(Uri site)
    {
        using var client = new HttpClient { BaseAddress = site };
        using HttpResponseMessage response = await client.PostAsJsonAsync(
            "/api/auth/register", new { email = $"{Guid.CreateVersion7():N}@example.org", password = Frontend.Person.Password }, Cancel);
        response.EnsureSuccessStatusCode();
        SignedIn session = (await response.Content.ReadFromJsonAsync(ContractsJson.Client.SignedIn, Cancel))!;
        return Client(site, session.Token);
    }

    /// <summary>Adds tasks until told to stop or until the server is gone.</summary>
    private static async Task Write(HttpClient client, List<long> acknowledged, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                using HttpResponseMessage response = await client.PostAsJsonAsync("/api/tasks", new { title = "x" }, CancellationToken.None);
                if (response.StatusCode == HttpStatusCode.Created)
                {
                    TaskItem task = (await response.Content.ReadFromJsonAsync(ContractsJson.Client.TaskItem, CancellationToken.None))!;
                    acknowledged.Add(task.Number);
                }
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
        {
            // The server is gone.
        }
    }

    private static async Task<IReadOnlyList<long>> Numbers(HttpClient client)
    {
        var numbers = new List<long>();
        string? cursor = null;
        do
        {
            string query = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            TaskPage page = (await client.GetFromJsonAsync($"/api/tasks?limit=200{query}", ContractsJson.Client.TaskPage, Cancel))!;
            numbers.AddRange(page.Items.Select(task => task.Number));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return numbers;
    }
}
