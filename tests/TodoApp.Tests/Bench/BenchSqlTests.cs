using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using TodoApp.Contracts;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Bench;

/// <summary>
/// The benchmark's limit is pgbench with the very SQL that mcp-server sends. Here PostgreSQL's own log says what that is, and
/// bench/sql must hold the same. After a change to the SQL, <c>UPDATE_SNAPSHOTS=1 ./test --filter-class '*BenchSql*'</c> writes the files.
/// </summary>
public sealed partial class BenchSqlTests
{
    /// <summary>The ids of bench/seed.sql, from pgbench's numbers :s (space, from 1) and :t (task, from 1).</summary>
    private const string Space = "('019a0000-0000-7000-9000-' || lpad(to_hex(:s::int), 12, '0'))::uuid";
    private const string Task = "('019a0000-0000-7000-8000-' || lpad(to_hex(:t::int), 12, '0'))::uuid";

    private const string NewKey = "\\set k random(1, 9223372036854775807)\n";
    private const string AnySpace = "\\set s random(1, :spaces)\n";
    private const string AnyTask = AnySpace + "\\set t random(0, :tasks - 1) * :spaces + :s\n";

    // Each task once: client c of n takes the tasks c + 1, c + 1 + n, c + 1 + 2n, ….
    private const string NextTask = "\\set n :n + 1\n\\set t :n * :clients + :client_id + 1\n\\set s (:t - 1) % :spaces + 1\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_benchmark_uses_the_SQL_of_mcp_server()
    {
        PostgresCluster cluster = await PostgresCluster.SharedAsync();
        string database = await cluster.CreateDatabaseAsync();
        await cluster.ExecuteAsync("postgres", $"ALTER DATABASE {database} SET log_statement = 'all'");
        await using TestDatabase data = TestDatabase.Existing(cluster, database);
        await using TestSystem system = await TestSystem.StartAsync(data, Services.McpServer);
        var identity = new TestIdentity();
        using HttpClient http = system.McpServerClient(identity);
        TaskItem task = null!;

        // The first time makes the space, and the second prepares the statements.
        for (int time = 0; time < 2; time++)
        {
            task = await CreateAsync();
        }

        Dictionary<string, string> scripts = new()
        {
            ["create"] = await CaptureAsync(NewKey + AnySpace, CreateAsync),
            ["get"] = await CaptureAsync(AnyTask, () => http.GetStringAsync($"/tasks/{task.Id}", Cancel)),
            ["list"] = await CaptureAsync(AnySpace, () => http.GetStringAsync("/tasks?limit=50", Cancel)),
            ["complete"] = await CaptureAsync(NewKey + NextTask, () => SendAsync($"/tasks/{task.Id}/complete", null)),
        };

        string folder = Path.Combine(Repository.Root, "bench", "sql");
        foreach ((string name, string script) in scripts)
        {
            string file = Path.Combine(folder, name + ".sql");
            if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            {
                await File.WriteAllTextAsync(file, script, Cancel);
            }

            Assert.Equal(await File.ReadAllTextAsync(file, Cancel), script);
        }

        async Task<TaskItem> CreateAsync()
        {
            using HttpResponseMessage response = await SendAsync("/tasks", """{"title": "Buy milk and bread"}""");
            return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.TaskItem, Cancel))!;
        }

        async Task<HttpResponseMessage> SendAsync(string path, string? body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : new StringContent(body, null, "application/json") };
            request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
            HttpResponseMessage response = await http.SendAsync(request, Cancel);
            return response.EnsureSuccessStatusCode();
        }

        async Task<string> CaptureAsync(string variables, Func<Task> request)
        {
            string begin = await MarkAsync();
            await request();
            string end = await MarkAsync();
            string[] lines = cluster.Log.Split('\n');
            string[] part = lines[(Array.FindIndex(lines, line => line.Contains(begin, StringComparison.Ordinal)) + 1)..Array.FindIndex(lines, line => line.Contains(end, StringComparison.Ordinal))];
            return variables + Script(part, identity, task.Id.ToString());
        }

        async Task<string> MarkAsync()
        {
            string mark = $"mark {Guid.CreateVersion7()}";
            await cluster.ExecuteAsync(database, $"SELECT '{mark}'");
            await cluster.WaitForLogAsync(mark);
            return mark;
        }
    }

    // The log has "LOG:  execute NAME: SQL" and then "DETAIL:  parameters: $1 = 'value', $2 = NULL". Statements that travel together are one transaction.
    private static string Script(string[] log, TestIdentity identity, string task)
    {
        var script = new StringBuilder("\\startpipeline\n");
        for (int line = 0; line < log.Length; line++)
        {
            Match execute = Execute().Match(log[line]);
            string sql = execute.Groups["sql"].Value;
            if (!execute.Success || sql.Contains("pg_notify", StringComparison.Ordinal)) // Other replicas are told afterwards, of many writes at once.
            {
                continue;
            }

            if (line + 1 < log.Length && log[line + 1].Contains("DETAIL:  parameters: ", StringComparison.Ordinal))
            {
                var values = Parameter().Matches(log[line + 1]).ToDictionary(
                    match => int.Parse(match.Groups["place"].Value, CultureInfo.InvariantCulture),
                    match => Expression(match.Groups["value"].Value, identity, task));
                sql = Place().Replace(sql, match => values[int.Parse(match.Groups["place"].Value, CultureInfo.InvariantCulture)]);
            }

            // pgbench takes :MI for a variable.
            script.Append(sql.Replace("HH24:MI:SS", "HH24\":\"MI\":\"SS", StringComparison.Ordinal)).Append(";\n");
        }

        return script.Append("\\endpipeline\n").ToString();
    }

    private static string Expression(string value, TestIdentity identity, string task)
    {
        if (value == "NULL")
        {
            return value;
        }

        string text = value[1..^1];
        return text == identity.Space ? Space
            : text == identity.Subject ? "'019a0000-0000-7000-a000-000000000001'"
            : text == task ? Task
            : text.StartsWith("\\x", StringComparison.Ordinal) ? "sha256(int8send(:k))"
            : Guid.TryParseExact(text, "D", out _) ? "gen_random_uuid()"
            : Instant().IsMatch(text) ? "date_trunc('milliseconds', now())"
            : text.All(char.IsAsciiDigit) ? text
            : value;
    }

    [GeneratedRegex(@"LOG:  execute [^:]+: (?<sql>.*)$")]
    private static partial Regex Execute();

    [GeneratedRegex(@"\$(?<place>\d+) = (?<value>NULL|'(?:[^']|'')*')")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\$(?<place>\d+)")]
    private static partial Regex Place();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")]
    private static partial Regex Instant();
}
