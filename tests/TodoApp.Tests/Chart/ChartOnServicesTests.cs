using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using k8s.Models;
using Npgsql;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;
using YamlDotNet.RepresentationModel;

namespace TodoApp.Tests.Chart;

/// <summary>What the chart tells containers to do, done by real processes: settings, commands, scripts, metrics.</summary>
public sealed partial class ChartOnServicesTests : IAsyncDisposable
{
    // Of kube-state-metrics, the kubelet and cAdvisor, which are not here to be asked.
    private static readonly HashSet<string> OfTheCluster = new(StringComparer.Ordinal)
    {
        "kube_pod_container_status_restarts_total", "kube_deployment_status_replicas_available", "kube_deployment_spec_replicas", "kube_statefulset_status_replicas_ready",
        "kube_pod_container_resource_limits", "kube_cronjob_status_last_successful_time", "kube_cronjob_created", "kube_job_status_failed",
        "container_cpu_usage_seconds_total", "container_memory_working_set_bytes", "container_network_receive_bytes_total", "container_network_transmit_bytes_total",
        "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes",
    };

    private static readonly string[] Functions = ["histogram_quantile", "max_over_time", "predict_linear", "label_replace"];

    private readonly Dictionary<string, (int Http, int Metrics)> _ports = new[] { "frontend", "backend", "mcp-server" }.ToDictionary(name => name, _ => (FreePort.Next(), FreePort.Next()));
    private readonly List<ServiceProcess> _processes = [];
    private readonly TemporaryFolder _backups = new();
    private TestDatabase? _database;
    private RenderedChart? _chart;

    [Fact]
    public async Task Helm_test_goes_through_every_service_and_leaves_nothing()
    {
        await StartAsync();
        string first = await SmokeAsync();
        Assert.Contains("passed: call an MCP tool", first, StringComparison.Ordinal);
        Assert.Contains("passed: delete the account", first, StringComparison.Ordinal);

        // Registration is for the first account only; that of the test was not, so to speak, and is gone.
        using var api = new Api(new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports["frontend"].Http}") });
        await Eventually(async () => await CountAsync("accounts.accounts") == 0);
        Reply person = await api.PostAsync("/api/auth/register", """{"email":"ada@example.com","password":"a few words make a good one","timeZone":"Etc/UTC"}""");
        Assert.Equal(201, (int)person.Status);
        Assert.Contains("NOT TRIED: tasks", await SmokeAsync(), StringComparison.Ordinal);

        Reply token = await api.PostAsync("/api/tokens", """{"name":"helm test","scopes":["tasks:read","tasks:write"]}""", ("Authorization", $"Bearer {person.Json["token"]}"));
        string withToken = await SmokeAsync(("TOKEN", (string)token.Json["token"]!));
        Assert.Contains("passed: delete it", withToken, StringComparison.Ordinal);
        Assert.DoesNotContain("sign up", withToken, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("accounts.accounts"));
    }

    [Fact]
    public async Task Every_metric_that_alerts_and_dashboard_ask_for_exists()
    {
        await StartAsync();
        await SmokeAsync();
        using var api = new Api(new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports["frontend"].Http}") });
        await api.PostAsync("/api/auth/login", """{"email":"nobody@example.com","password":"not the right one"}""");

        var existing = new HashSet<string>(OfTheCluster, StringComparer.Ordinal);
        using var client = new HttpClient();
        foreach ((_, int metrics) in _ports.Values)
        {
            string text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{metrics}/metrics"), TestContext.Current.CancellationToken);
            existing.UnionWith(MetricLine().Matches(text).Select(m => m.Groups[1].Value));
        }

        // It is there once it counted, which would need more requests than this test shall make.
        existing.Add("todo_requests_limited_total");
        RenderedChart chart = await ChartAlertTests.RenderAsync();
        IEnumerable<string> expressions =
        [
            .. chart.Objects.Where(o => o.Kind == "PrometheusRule").SelectMany(o => (YamlSequenceNode)o.Tree()["spec"]["groups"]).SelectMany(g => (YamlSequenceNode)g["rules"]).Select(rule => rule["expr"].ToString()),
            .. ChartAlertTests.Dashboard(chart)["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => (string)target!["expr"]!),
        ];
        string[] asked = [.. expressions.SelectMany(Metrics).Distinct()];
        Assert.True(asked.Length > 15, string.Join(", ", asked));
        Assert.Empty(asked.Except(existing));
    }

    [Fact]
    public async Task A_dump_brings_everything_back_and_is_refused_while_somebody_works()
    {
        await StartAsync();
        using var api = new Api(new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports["frontend"].Http}") });
        Reply person = await api.PostAsync("/api/auth/register", """{"email":"ada@example.com","password":"a few words make a good one","timeZone":"Etc/UTC"}""");
        (string Name, string Value) authorization = ("Authorization", $"Bearer {person.Json["token"]}");

        // A service that just started, on a machine with much to do, may be too slow for the backend's patience at first.
        Reply? task = null;
        await Eventually(async () => (task = await api.PostAsync("/api/tasks", """{"title":"Gießen 🌱"}""", authorization, ("Idempotency-Key", "once"))).Status == HttpStatusCode.Created);

        Assert.Contains("wrote todo-", await ScriptAsync("postgres-backup"), StringComparison.Ordinal);
        string dump = Path.GetFileName(Assert.Single(Directory.GetFiles(_backups.Path, "todo-*.dump")));
        InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => ScriptAsync("postgres-restore"));
        Assert.Contains("Scale backend and mcp-server to 0 first", refusal.Message, StringComparison.Ordinal);

        // Somebody destroys much, and a later version adds a table.
        await StopAsync();
        await ExecuteAsync("DELETE FROM tasks.tasks; DELETE FROM accounts.sessions; CREATE TABLE tasks.later (id int)");
        InvalidOperationException unknown = await Assert.ThrowsAsync<InvalidOperationException>(() => ScriptAsync("postgres-restore", ("DUMP", "todo-20200101T000000Z.dump")));
        Assert.Contains(dump, unknown.Message, StringComparison.Ordinal);

        // A dump that is not whole touches nothing.
        await File.WriteAllBytesAsync(Path.Combine(_backups.Path, "todo-broken.dump"), (await File.ReadAllBytesAsync(Path.Combine(_backups.Path, dump), TestContext.Current.CancellationToken))[..^2000], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ScriptAsync("postgres-restore", ("DUMP", "todo-broken.dump")));
        Assert.Equal(0, await CountAsync("tasks.later"));
        File.Delete(Path.Combine(_backups.Path, "todo-broken.dump"));

        Assert.Contains($"restored {dump}", await ScriptAsync("postgres-restore"), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(_backups.Path, "before-restore-*.dump"));
        Assert.Empty(Directory.GetFiles(_backups.Path, ".*"));
        await Assert.ThrowsAsync<PostgresException>(() => CountAsync("tasks.later"));
        await StartServicesAsync();
        Reply? again = null;
        await Eventually(async () => (again = await api.GetAsync($"/api/tasks/{task!.Json["id"]}", authorization)).Status != HttpStatusCode.ServiceUnavailable);
        Assert.Equal("Gießen 🌱", (string?)again!.Json["title"]);
    }

    [Fact]
    public async Task Old_dumps_are_removed_and_the_newest_stays()
    {
        await MigrateAsync();
        foreach ((string name, int days) in new[] { ("todo-20200101T000000Z.dump", 30), ("before-restore-20200101T000000Z.dump", 30), ("todo-yesterday.dump", 1), (".todo-killed.dump.partial", 2), ("other.txt", 100) })
        {
            string file = Path.Combine(_backups.Path, name);
            await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-days));
        }

        await ScriptAsync("postgres-backup");
        string[] left = [.. Directory.GetFiles(_backups.Path).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
        Assert.Equal(3, left.Length);
        Assert.Equal(["other.txt", "todo-yesterday.dump"], left.Where(name => name is "other.txt" or "todo-yesterday.dump"));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _backups.Dispose();
    }

    private async Task StartAsync()
    {
        await MigrateAsync();
        await StartServicesAsync();
    }

    private async Task MigrateAsync()
    {
        HelmResult result = await Helm.TemplateAsync(Helm.Chart);
        _chart = RenderedChart.Read(result.Output, ValueSet.Named("default-values"));
        _database = await TestDatabase.CreateAsync(DatabaseEngine.PostgreSql);

        // The migration of the chart, in its order.
        foreach (V1Container container in _chart.Workloads.Single(w => w.Role == "migrate").Containers.Where(c => c.Command is [.., "migrate"]))
        {
            await using ServiceProcess migration = ServiceProcess.StartDotnet(Path.GetFileName(container.Command[0]), container.Command.Skip(1), Environment(container));
            Assert.True(await migration.WaitForExitAsync() == 0, migration.Output);
        }
    }

    private async Task StartServicesAsync()
    {
        foreach ((_, V1Container container) in ChartServiceChecks.Services(_chart!))
        {
            _processes.Add(ServiceProcess.StartDotnet(container.Command is [string program] ? Path.GetFileName(program) : "todo-frontend", [], Environment(container)));
        }

        await Task.WhenAll(_processes.Zip(ChartServiceChecks.Services(_chart!), (process, service) =>
            process.WaitForHealthAsync(new Uri($"http://127.0.0.1:{_ports[service.Container.Name].Http}{service.Container.ReadinessProbe.HttpGet.Path}"))));
    }

    private async Task StopAsync()
    {
        foreach (ServiceProcess process in _processes)
        {
            await process.DisposeAsync();
        }

        _processes.Clear();
        if (_database is not null)
        {
            await Eventually(async () => await ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'") == 0);
        }
    }

    // The chart's settings, with what differs because all are on one machine.
    private Dictionary<string, string?> Environment(V1Container container)
    {
        var variables = ContainerEnvironment.Of(_chart!, container).ToDictionary(v => v.Key, v => (string?)v.Value);
        var url = new Uri(_database!.Url);
        string[] user = url.UserInfo.Split(':');
        Replace("DATABASE_URL", $"postgresql://{user[0]}@{url.Host}:{url.Port}{url.AbsolutePath}");
        Replace("POSTGRES_PASSWORD", Uri.UnescapeDataString(user[1]));
        Replace("PGPASSWORD", Uri.UnescapeDataString(user[1]));
        Replace("MCP_SERVER_URL", $"http://127.0.0.1:{_ports["mcp-server"].Http}");
        Replace("BACKEND_URL", $"http://127.0.0.1:{_ports["backend"].Http}");
        Replace("BIND", "127.0.0.1");
        Replace("HOST", "127.0.0.1");
        if (_ports.TryGetValue(container.Name, out (int Http, int Metrics) own))
        {
            Replace("PORT", own.Http.ToString(CultureInfo.InvariantCulture));
            Replace("METRICS_PORT", own.Metrics.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            Replace("PORT", _ports["frontend"].Http.ToString(CultureInfo.InvariantCulture)); // helm test's.
        }

        return variables;

        void Replace(string name, string value)
        {
            if (variables.ContainsKey(name))
            {
                variables[name] = value;
            }
        }
    }

    private Task<string> SmokeAsync(params (string Name, string Value)[] variables) => RunAsync(_chart!.Workloads.Single(w => w.Owner.Name == "helm-test-tasks"), variables);

    private Task<string> ScriptAsync(string role, params (string Name, string Value)[] variables) => RunAsync(_chart!.Workloads.Single(w => w.Role == role), [("BACKUPS", _backups.Path), .. variables]);

    private Task<string> RunAsync(Workload workload, (string Name, string Value)[] variables)
    {
        V1Container container = workload.Containers.Single();
        Dictionary<string, string?> environment = Environment(container);
        environment["PATH"] = $"{Requirements.PostgresBin}:{System.Environment.GetEnvironmentVariable("PATH")}";
        foreach ((string name, string value) in variables)
        {
            environment[name] = value;
        }

        return ServiceProcess.RunAsync(container.Command[0], [.. container.Command.Skip(1), .. container.Args], environment);
    }

    private Task<long> CountAsync(string table) => ScalarAsync($"SELECT count(*) FROM {table}");

    private async Task<long> ScalarAsync(string sql)
    {
        await using NpgsqlConnection connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlConnection connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(DatabaseUrl.Parse(_database!.Url).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(ServiceProcess.Patience);
        while (!await holds())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    // The names in an expression: what is left without texts, labels and functions.
    private static IEnumerable<string> Metrics(string expression)
    {
        string bare = Grouping().Replace(Labels().Replace(Texts().Replace(expression, ""), ""), "");
        return Name().Matches(bare).Select(m => m.Value).Where(name => name.Contains('_', StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal) && !Functions.Contains(name));
    }

    [GeneratedRegex("^([a-z_]+)[{ ]", RegexOptions.Multiline)]
    private static partial Regex MetricLine();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Texts();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\b(by|on) \([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("[a-z_:][a-z0-9_:]*")]
    private static partial Regex Name();
}
