using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Agents.Errands;

/// <summary>
/// Errands from the first call to the end. How many calls and tokens each takes is in <c>docs/errands.md</c>: a change that makes them
/// longer is seen there. <c>UPDATE_SNAPSHOTS=1</c> writes it anew.
/// </summary>
public sealed class ErrandTests(ErrandTests.Sqlite sqlite, ErrandTests.Postgres postgres) : IClassFixture<ErrandTests.Sqlite>, IClassFixture<ErrandTests.Postgres>
{
    private static readonly Errand[] All =
        [.. CapturingErrands.All, .. PlanningErrands.All, .. RecurringErrands.All, .. ReviewErrands.All, .. UndoErrands.All, .. OrganizingErrands.All];

    private static readonly string Table = Path.Combine(Repository.Root, "docs", "errands.md");

    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    public static TheoryData<string> Asks => [.. All.Select(errand => errand.Ask)];

    public static TheoryData<string> AsksOnPostgres => [.. All.Where(errand => errand.OnPostgres).Select(errand => errand.Ask)];

    [Theory]
    [MemberData(nameof(Asks))]
    public async Task Errand(string ask)
    {
        string row = await RunAsync(sqlite, ask);
        if (IsUpdate)
        {
            sqlite.Rows[ask] = row;
            return;
        }

        string? kept = File.ReadLines(Table).FirstOrDefault(line => line.StartsWith($"| {ask} |", StringComparison.Ordinal));
        Assert.True(row == kept, $"This errand takes another number of calls or tokens than docs/errands.md says. Run the tests with UPDATE_SNAPSHOTS=1 and look at the difference.\nIs  {row}\nWas {kept}");
    }

    [Theory]
    [MemberData(nameof(AsksOnPostgres))]
    public async Task Errand_on_PostgreSQL_takes_the_same(string ask) => Assert.Equal(await RunAsync(sqlite, ask), await RunAsync(postgres, ask));

    [Fact]
    public void The_table_has_all_errands_and_no_others()
    {
        Assert.SkipWhen(IsUpdate, "The table is being written.");
        IEnumerable<string> rows = File.ReadLines(Table).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2).Select(line => line.Split(" | ")[0][2..]);
        Assert.Equal(All.Select(errand => errand.Ask).Append("**All**"), rows);
        Assert.Equal(ErrandTests.Total(File.ReadLines(Table).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2).SkipLast(1)), File.ReadLines(Table).Last());
    }

    private static async Task<string> RunAsync(Home home, string ask)
    {
        Errand errand = All.Single(errand => errand.Ask == ask);
        (TestSystem system, Clock clock) = await home.StartAsync();
        using var household = new Household(system, clock);
        clock.Set("2026-03-02 09:00");
        if (errand.Given.Length > 0)
        {
            await household.AddAsync(errand.Given);
        }

        if (errand.Before is not null)
        {
            await errand.Before(household);
        }

        clock.Set("2026-03-04 10:00");
        await errand.Steps(household.Agent);
        await errand.End(household);
        return $"| {ask} | {household.Agent.Calls} | {household.Agent.Sent} | {household.Agent.Received} |";
    }

    private static string Total(IEnumerable<string> rows)
    {
        int[][] numbers = [.. rows.Select(row => row.Split(" | ")[1..].Select(number => int.Parse(number.TrimEnd(' ', '|'))).ToArray())];
        return $"| **All** | {numbers.Sum(row => row[0])} | {numbers.Sum(row => row[1])} | {numbers.Sum(row => row[2])} |";
    }

    /// <summary>Services with a clock that is set.</summary>
    public abstract class Home(DatabaseEngine engine) : IAsyncDisposable
    {
        private readonly Clock _clock = new();
        private TestDatabase? _database;
        private TestSystem? _system;

        /// <summary>What the errands took, in this run.</summary>
        public Dictionary<string, string> Rows { get; } = [];

        /// <inheritdoc />
        public async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            if (_system is not null)
            {
                await _system.DisposeAsync();
                await _database!.DisposeAsync();
            }

            if (Rows.Count == All.Length)
            {
                string[] rows = [.. All.Select(errand => Rows[errand.Ask])];
                StringBuilder text = new StringBuilder(
                    """
                    # What errands take

                    Each is a test in `tests/TodoApp.Tests/Agents/Errands`: what a user asks of an agent, the calls that it makes, and a check of what has become of the account. The tokens (o200k_base) are those of the arguments, which a model writes, and of the answers, which it reads. This table is generated: `UPDATE_SNAPSHOTS=1 ./test --filter-class '*Errand*'`.

                    | errand | calls | tokens written | tokens read |
                    | --- | ---: | ---: | ---: |

                    """).AppendJoin('\n', rows.Append(Total(rows))).Append('\n');
                await File.WriteAllTextAsync(Table, text.ToString());
            }
        }

        internal async Task<(TestSystem System, Clock Clock)> StartAsync()
        {
            if (engine == DatabaseEngine.PostgreSql)
            {
                Requirements.NeedPostgres();
            }

            _database ??= await TestDatabase.CreateAsync(engine);
            _system ??= await TestSystem.StartAsync(_database, Services.McpServer, configure: (_, builder) => builder.Services.AddSingleton<TimeProvider>(_clock));
            return (_system, _clock);
        }
    }

    /// <summary>On SQLite.</summary>
    public sealed class Sqlite() : Home(DatabaseEngine.Sqlite);

    /// <summary>On PostgreSQL.</summary>
    public sealed class Postgres() : Home(DatabaseEngine.PostgreSql);
}
