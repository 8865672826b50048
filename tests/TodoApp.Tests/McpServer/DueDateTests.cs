using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TodoApp.Contracts;
using TodoApp.McpServer.Changes;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.McpServer.Tasks;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>today, overdue and upcoming at minutes around midnight and around changes of the clock, in many zones, against their definition.</summary>
public sealed class DueDateTests
{
    private static readonly string[] Names =
    [
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "Asia/Kolkata",
        "America/St_Johns", "America/Santiago", "Atlantic/Azores", "Africa/Cairo", "America/Havana", "Asia/Kathmandu", "Pacific/Chatham", "Africa/Casablanca",
    ];

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Today_overdue_and_upcoming_are_right_at_every_minute_in_every_zone_and_after_moving(DatabaseEngine engine)
    {
        if (engine == DatabaseEngine.PostgreSql)
        {
            Requirements.NeedPostgres();
        }

        await using TestDatabase data = await TestDatabase.CreateAsync(engine);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var database = Database.Open(DatabaseUrl.Parse(data.Url, null), 4, clock);
        await database.MigrateAsync(TestContext.Current.CancellationToken);
        await using ServiceProvider meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var signals = new ChangeSignals(meters.GetRequiredService<IMeterFactory>());
        var writes = new SpaceWrites(database, clock, signals);
        var random = new Random(11);
        TimeZoneInfo[] zones = [.. Names.Select(TimeZoneInfo.FindSystemTimeZoneById)];
        for (int i = 0; i < zones.Length; i++)
        {
            // Each space lives in one zone, then in another, then in the first again.
            TimeZoneInfo home = zones[i];
            TimeZoneInfo away = zones[(i + 5) % zones.Length];
            var space = Guid.CreateVersion7();
            DateTimeOffset[] moments = [.. Moments(home, random), .. Moments(away, random).Skip(3).Take(3)];
            TaskItem[] tasks = await AddTasksAsync(writes, Caller(space, home), moments, zones, random);
            foreach (TimeZoneInfo zone in new[] { home, away, home })
            {
                foreach (DateTimeOffset moment in moments)
                {
                    clock.AdjustTime(moment);
                    await CheckAsync(writes, Caller(space, zone), moment, tasks);
                }
            }
        }
    }

    private static async Task CheckAsync(SpaceWrites writes, Caller caller, DateTimeOffset now, TaskItem[] tasks)
    {
        DateTime[] shown = Shown(now, caller.Zone);
        var today = DateOnly.FromDateTime(shown[^1]);
        foreach ((string name, Func<TaskItem, bool> fits) in new (string, Func<TaskItem, bool>)[]
        {
            ("today", task => Day(task) == today), ("tomorrow", task => Day(task) == today.AddDays(1)), ("upcoming", task => Day(task) > today), ("overdue", IsOverdue), ("none", task => task.Due is null),
        })
        {
            long[] expected = [.. tasks.Where(fits).Select(task => task.Number)];
            if (name != "tomorrow")
            {
                await FindsAsync(new TaskQuery { Due = name });
            }

            await FindsAsync(new TaskQuery { Filter = name == "none" ? "no date" : name });
            await FindsAsync(new TaskQuery { Filter = $"!!({(name == "none" ? "no date" : name)})", Status = "all" });

            async Task FindsAsync(TaskQuery query)
            {
                Outcome<TaskPage> page = await ListTasks.FindAsync(writes, caller, query with { Sort = "created", Limit = 200 }, TestContext.Current.CancellationToken);
                string describe = $"{name} in {caller.Zone.Id} at {now:u}: ";
                Assert.Equal(
                    describe + string.Join(", ", expected.Select(Describe)),
                    describe + string.Join(", ", page.Value!.Items.Select(task => Describe(task.Number))));
            }
        }

        string Describe(long number) => tasks.First(task => task.Number == number) is TaskItem task ? $"{task.Due} {task.DueTimeZone}" : "";

        DateOnly? Day(TaskItem task)
        {
            if (task.Due is null)
            {
                return null;
            }

            Assert.True(DueDate.TryParse(task.Due, out DueDate due));
            return due.Time is null || task.DueTimeZone is null ? due.Date : DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Instant(due, task.DueTimeZone), caller.Zone).DateTime);
        }

        // A day when it is over. A time with a zone when its minute is over. A time without when the clock has shown its minute, or a later one, and now shows another.
        bool IsOverdue(TaskItem task)
        {
            if (task.Due is null)
            {
                return false;
            }

            Assert.True(DueDate.TryParse(task.Due, out DueDate due));
            if (due.Time is null)
            {
                return due.Date < today;
            }

            if (task.DueTimeZone is not null)
            {
                return Instant(due, task.DueTimeZone) < now.AddSeconds(-now.Second);
            }

            DateTime time = due.Date.ToDateTime(due.Time.Value);
            return shown.Any(minute => minute > time) || shown.AsSpan(..^1).Contains(time) || time < shown[0];
        }
    }

    // What the clock has shown in the last three hours, by the minute; now is the last.
    private static DateTime[] Shown(DateTimeOffset now, TimeZoneInfo zone) =>
        [.. Enumerable.Range(0, 181).Select(minute => TimeZoneInfo.ConvertTime(now.AddMinutes(minute - 180), zone).DateTime).Select(time => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute)))];

    private static DateTimeOffset Instant(DueDate due, string zone)
    {
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        DateTime local = due.Date.ToDateTime(due.Time!.Value);
        TimeSpan[] offsets = [.. Enumerable.Range(-1, 3).Select(day => info.GetUtcOffset(new DateTimeOffset(local, TimeSpan.Zero).AddDays(day))).Distinct()];
        DateTimeOffset[] candidates = [.. offsets.Select(offset => new DateTimeOffset(local, offset)).Where(at => info.GetUtcOffset(at) == at.Offset).OrderBy(at => at)];
        return candidates.Length > 0 ? candidates[0] : new DateTimeOffset(local, info.GetUtcOffset(new DateTimeOffset(local, TimeSpan.Zero).AddDays(-2)));
    }

    // Minutes around a midnight, and around the year's changes of the clock.
    private static IEnumerable<DateTimeOffset> Moments(TimeZoneInfo zone, Random random)
    {
        DateTimeOffset day = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(random.Next(365));
        DateTimeOffset midnight = day - zone.GetUtcOffset(day);
        yield return midnight.AddMinutes(-1);
        yield return midnight.AddSeconds(30);
        yield return midnight.AddMinutes(random.Next(1, 1440));
        for (DateTimeOffset hour = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero); hour.Year == 2026; hour = hour.AddHours(1))
        {
            if (zone.GetUtcOffset(hour) != zone.GetUtcOffset(hour.AddHours(1)))
            {
                foreach (int minute in new[] { -20, 5, 50, 80, 130 })
                {
                    yield return hour.AddMinutes(minute);
                }
            }
        }
    }

    private static async Task<TaskItem[]> AddTasksAsync(SpaceWrites writes, Caller caller, DateTimeOffset[] moments, TimeZoneInfo[] zones, Random random)
    {
        var tasks = new List<TaskItem>();
        WriteResult result = await writes.RunAsync(
            caller,
            null,
            async (space, token) =>
            {
                Guid list = (await space.ListsAsync(token))[0].Id;
                Add(null, null);
                for (int i = 0; i < 120; i++)
                {
                    DateTimeOffset near = moments[random.Next(moments.Length)].AddMinutes(random.Next(3) == 0 ? random.Next(-3000, 3000) : random.Next(-90, 90));
                    TimeZoneInfo zone = random.Next(3) == 0 ? caller.Zone : zones[random.Next(zones.Length)];
                    DateTime local = TimeZoneInfo.ConvertTime(near, zone).DateTime;
                    switch (random.Next(4))
                    {
                        case 0:
                            Add($"{local:yyyy-MM-dd}", random.Next(2) == 0 ? zone.Id : null);
                            break;
                        case 1:
                            Add($"{TimeZoneInfo.ConvertTime(near, caller.Zone).DateTime:yyyy-MM-ddTHH:mm}", null);
                            break;
                        default:
                            Add($"{local.AddMinutes(random.Next(4) == 0 ? 30 : 0):yyyy-MM-ddTHH:mm}", zone.Id);
                            break;
                    }
                }

                return WriteResult.NoContent;

                void Add(string? due, string? dueTimeZone) => tasks.Add(space.Insert(new TaskItem
                {
                    Id = Guid.CreateVersion7(),
                    Number = 0,
                    ListId = list,
                    Title = $"{due} {dueTimeZone}",
                    Due = due,
                    DueTimeZone = dueTimeZone,
                    Position = "",
                    CreatedAt = default,
                    UpdatedAt = default,
                    Version = 0,
                }));
            },
            TestContext.Current.CancellationToken);
        Assert.Null(result.Problem);
        return [.. tasks];
    }

    private static Caller Caller(Guid space, TimeZoneInfo zone) => new()
    {
        Space = space,
        Actor = new Actor("person", "p", "P"),
        Zone = zone,
        WeekStart = DayOfWeek.Monday,
        Scopes = new HashSet<string>(),
    };
}
