using System.Globalization;
using System.Text.Json;

namespace TodoApp.Laptop;

/// <summary>A task of the sample account.</summary>
/// <param name="Title">Its title, by which changes name it too.</param>
/// <param name="Due">A day, or a day and a time.</param>
/// <param name="Priority">As the API writes it.</param>
/// <param name="Labels">Names, separated by spaces.</param>
internal sealed record SampleTask(string Title, string? Due = null, string Priority = "none", string Labels = "")
{
    /// <summary>Markdown.</summary>
    public string? Notes { get; init; }

    /// <summary>RFC 5545 recurrence rule.</summary>
    public string? Rule { get; init; }

    /// <summary>How many occurrences were completed before.</summary>
    public int Before { get; init; }

    /// <summary>How many days ago it was added.</summary>
    public int Added { get; init; } = 12;

    /// <summary>How many days ago it was completed; null for an open task.</summary>
    public int? Done { get; init; }

    public IReadOnlyList<SampleTask> Subtasks { get; init; } = [];
}

/// <summary>A change that is made after the import.</summary>
/// <param name="ByAgent">Whether the agent makes it, or the account's owner.</param>
/// <param name="Path">Where it is posted to.</param>
/// <param name="Body">What is posted, as JSON.</param>
internal sealed record SampleChange(bool ByAgent, string Path, object Body);

/// <summary>What is in the sample account: a household and a job.</summary>
internal sealed class SampleTasks
{
    private const string High = "high";
    private const string Medium = "medium";
    private const string Low = "low";
    private const string Urgent = "urgent";

    private static readonly (string Name, string? Parent, string Color)[] Lists =
    [
        ("Household", null, "#5a8f29"), ("New kitchen", "Household", "#b8860b"), ("Garden", "Household", "#1f8a70"), ("Family", null, "#c2456b"),
        ("Work", null, "#2b7bba"), ("Relaunch", "Work", "#6a5acd"), ("Team", "Work", "#a34fa0"), ("Trip to Lisbon", null, "#c2410c"), ("Someday", null, "#8a7f70"),
    ];

    private static readonly (string Name, string Color)[] Labels =
    [
        ("errands", "#5a8f29"), ("money", "#b8860b"), ("phone", "#2b7bba"), ("quick", "#1f8a70"), ("reading", "#6a5acd"), ("waiting", "#8a7f70"),
    ];

    private static readonly (string Name, string Query)[] Filters =
    [
        ("Quick wins", "@quick & (overdue | 7 days | no date)"), ("Work this week", "##Work & (overdue | 7 days)"), ("Waiting for others", "@waiting"), ("Important, no date", "no date & (p1 | p2)"),
    ];

    private readonly DateTimeOffset _now;
    private readonly DateOnly _today;
    private readonly Guid _owner;
    private readonly Dictionary<string, Guid> _ids = new(StringComparer.Ordinal);

    /// <summary>Makes them.</summary>
    /// <param name="now">Dates are relative to its day.</param>
    /// <param name="zone">The account's zone.</param>
    /// <param name="owner">The account's id.</param>
    public SampleTasks(DateTimeOffset now, TimeZoneInfo zone, Guid owner)
    {
        _owner = owner;
        _now = now;
        _today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        foreach (string name in Lists.Select(list => list.Name).Concat(Labels.Select(label => "@" + label.Name)))
        {
            _ids[name] = Guid.CreateVersion7(now);
        }
    }

    /// <summary>The account as a file of the export's JSON form, so that what was completed weeks ago is that.</summary>
    public byte[] File()
    {
        var tasks = new List<object>();
        var completions = new List<object>();
        foreach ((string list, IReadOnlyList<SampleTask> those) in All())
        {
            Add(those, list, null, tasks, completions);
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Format = "todo-app",
                FormatVersion = 1,
                Lists = Lists.Select(list => new { Id = _ids[list.Name], list.Name, list.Color, ParentId = list.Parent is null ? (Guid?)null : _ids[list.Parent] }),
                Labels = Labels.Select(label => new { Id = _ids["@" + label.Name], label.Name, label.Color }),
                Filters = Filters.Select(filter => new { Id = Guid.CreateVersion7(_now), filter.Name, filter.Query }),
                Tasks = tasks,
                Completions = completions,
            },
            JsonSerializerOptions.Web);
    }

    /// <summary>What the owner and the agent do afterwards, in this order.</summary>
    public IEnumerable<SampleChange> Changes()
    {
        yield return Owner($"/api/tasks/{_ids["Take the bottles back"]}/complete", new { });
        yield return Agent("/api/tasks/batch", new
        {
            Operations = new object[]
            {
                Update("Ask the bank about the card fee", new { List = "Household", Labels = Names("money phone"), Priority = Medium }),
                Update("Look for a travel adapter", new { List = "Trip to Lisbon", Labels = Names("errands") }),
                Update("Slides of the talk about search", new { List = "Work", Labels = Names("reading") }),
                Update("Order a new water filter", new { Due = Day(1), Labels = Names("quick") }),
            },
        });
        yield return Owner("/api/tasks", new { Text = "Pick up the parcel at the corner shop today 18:00 @errands" });
        yield return Owner($"/api/tasks/{_ids["Reply to the school about the excursion"]}/complete", new { });
        yield return Agent("/api/tasks", new { Text = "Compare trains to the airport #\"Trip to Lisbon\" p3 // First train 4:47, airport bus 5:10.\n  - Check the timetable on the day before\n  - Book seats" });
        yield return Agent("/api/tasks/batch", new
        {
            Operations = new object[]
            {
                Update("Book a place to stay", new
                {
                    Notes = """
                        Three that have a kitchen and are close to the tram:

                        | place | per night | cancel until |
                        | --- | --- | --- |
                        | Alfama, two rooms | 96 € | a week before |
                        | Graça, with balcony | 104 € | the day before |
                        | Estrela, quiet yard | 89 € | not at all |

                        **Suggestion:** Graça. It is the only one that can still be canceled late.
                        """,
                }),
                Update("Groceries for the week", new { Notes = "The market is open until 18:00. Lentils are cheaper there." }),
                new { Op = "reschedule", Id = _ids["Renew the library cards"], Body = new { Due = Day(3) } },
            },
        });
        yield return Owner($"/api/tasks/{_ids["Water the plants"]}/complete", new { });
        yield return Agent($"/api/tasks/{_ids["Descale the coffee machine"]}/reschedule", new { Due = Day(9) });

        static SampleChange Owner(string path, object body) => new(false, path, body);
        static SampleChange Agent(string path, object body) => new(true, path, body);
        object Update(string title, object body) => new { Op = "update", Id = _ids[title], Body = body };
    }

    private IEnumerable<(string List, IReadOnlyList<SampleTask> Tasks)> All() =>
    [
        ("inbox",
        [
            new("Ask the bank about the card fee") { Added = 2 },
            new("Look for a travel adapter") { Added = 1 },
            new("Slides of the talk about search") { Added = 1, Notes = "<https://example.com/talks/search>" },
            new("Order a new water filter") { Added = 3 },
            new("Idea: a shelf above the door") { Added = 4, Notes = "Deep enough for the suitcases, so 45 cm." },
            new("Return the borrowed drill", Day(-2), Labels: "errands") { Added = 9 },
            new("Renew the library cards", Day(-3), Low, "quick") { Added = 10 },
            new("Cancel the trial subscription", Day(1), High, "money quick") { Added = 13 },
            new("Take the bottles back", Day(0), Labels: "errands") { Added = 1 },
            new("Find the warranty of the dishwasher", Labels: "quick") { Done = 3 },
        ]),
        ("Household",
        [
            new("Pay the rent", Month(1), High, "money") { Rule = "FREQ=MONTHLY;BYMONTHDAY=1", Before = 4, Added = 140 },
            new("Put the bins out", Weekday(DayOfWeek.Tuesday, "19:00")) { Rule = "FREQ=WEEKLY;BYDAY=TU", Before = 5, Added = 60, Notes = "Paper in even weeks, glass in odd ones." },
            new("Water the plants", Day(0)) { Rule = "FREQ=DAILY;INTERVAL=3", Before = 4, Added = 60 },
            new("Change the sheets", Weekday(DayOfWeek.Saturday)) { Rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", Before = 2, Added = 60 },
            new("Descale the coffee machine", Day(4)) { Rule = "FREQ=MONTHLY;INTERVAL=2", Before = 1, Added = 90 },
            new("Iron the shirts", Day(0), Low),
            new("Read the meters", Month(28), Labels: "quick") { Rule = "FREQ=MONTHLY;BYMONTHDAY=28", Before = 2, Added = 90 },
            new("Groceries for the week", Day(0, "17:30"), Labels: "errands")
            {
                Added = 1,
                Subtasks = [new("Oats and milk"), new("Lentils, tomatoes, onions"), new("Coffee"), new("Something for Saturday's soup"), new("Batteries for the thermometer") { Done = 0 }],
            },
            new("File the insurance claim for the bicycle", Day(-1), Urgent, "money")
            {
                Added = 8,
                Notes = """
                    The policy wants three things within **14 days**:

                    - [x] report to the police, with its number
                    - [ ] the receipt (in the blue folder?)
                    - [ ] two photos of the broken lock

                    Claims: <https://example.com/claims>, or by phone until 6 pm.
                    """,
                Subtasks = [new("Report to the police") { Done = 5 }, new("Find the receipt"), new("Photos of the lock", Labels: "quick")],
            },
            new("Compare electricity tariffs", Day(11), Low, "money"),
            new("Fix the dripping tap", Day(2), Medium),
            new("Sweep the chimney: let the sweep in", Day(6, "08:00")),
            new("Sort the cellar") { Subtasks = [new("Boxes that nobody opened for a year"), new("Old paint to the depot", Labels: "errands"), new("A list of what stays")] },
            new("New bulbs for the hall", Labels: "errands") { Done = 2 },
            new("Defrost the freezer") { Done = 6 },
            new("Pay the heating bill", Priority: High, Labels: "money") { Done = 9 },
            new("Book the chimney sweep", Labels: "phone") { Done = 11 },
            new("Oil the balcony door") { Done = 16 },
        ]),
        ("New kitchen",
        [
            new("Decide on the worktop", Day(5), High)
            {
                Notes = """
                    ### What matters
                    1. Takes a hot pan
                    2. Can be sanded or polished again
                    3. Under 900 € with cutting

                    Oak is winning. Linoleum on plywood is the cheap second.
                    """,
                Subtasks = [new("Bring samples home") { Done = 4 }, new("Ask the carpenter for a quote", Day(2), Labels: "phone"), new("Measure the corner again", Labels: "quick")],
            },
            new("Choose tiles", Day(13)) { Subtasks = [new("Order three samples", Labels: "money"), new("Look at them in the evening light")] },
            new("Quote from the electrician", Labels: "waiting", Priority: Medium) { Notes = "Asked a week ago. He measures before he quotes." },
            new("Empty the old cupboards", Day(20)),
            new("Rent a van for the worktop", Day(24), Labels: "phone money"),
            new("Paint: which white?", Priority: Low),
            new("Draw the plan to scale") { Done = 7 },
            new("Measure everything") { Done = 13 },
            new("Set the budget", Priority: High, Labels: "money") { Done = 19 },
        ]),
        ("Garden",
        [
            new("Prune the apple tree", Weekday(DayOfWeek.Sunday), Medium),
            new("Order seed potatoes", Day(16), Labels: "money"),
            new("Clean out the nesting boxes", Day(8)),
            new("Turn the compost", Day(5)) { Rule = "FREQ=MONTHLY", Before = 2, Added = 80, Notes = "Once a month is enough." },
            new("Sharpen the shears", Labels: "quick"),
            new("Bring the pots inside") { Done = 8 },
            new("Plant garlic") { Done = 15 },
        ]),
        ("Family",
        [
            new("Take the thyroid pill", Day(0, "07:00")) { Rule = "FREQ=DAILY", Before = 9, Added = 60, Notes = "Half an hour before breakfast." },
            new("Dentist", WorkDay(3, "10:40"), Medium) { Notes = "Bring the bonus booklet.", Added = 30 },
            new("Call Grandma", Weekday(DayOfWeek.Sunday, "16:00"), Labels: "phone") { Rule = "FREQ=WEEKLY;BYDAY=SU", Before = 3, Added = 50 },
            new("Reply to the school about the excursion", Day(0), High, "quick") { Added = 3 },
            new("Birthday present for the godchild", Day(7), Medium, "errands") { Subtasks = [new("Ask what size"), new("Wrapping paper"), new("Card", Labels: "quick")] },
            new("Swimming lesson: pay for the term", Day(10), Labels: "money"),
            new("Vaccination appointment for the cat", Day(15, "17:15"), Labels: "phone"),
            new("Photos of the summer into the album", Priority: Low),
            new("Passport photos", Labels: "errands") { Done = 5 },
            new("Parents' evening") { Done = 10 },
            new("Winter shoes for the children", Priority: High, Labels: "errands money") { Done = 12 },
        ]),
        ("Work",
        [
            new("Expense report for last month", WorkDay(-1), High, "money") { Added = 9 },
            new("Prepare the budget meeting", WorkDay(0, "11:00"), Urgent)
            {
                Added = 5,
                Notes = """
                    Agenda:

                    - Where we are: **68 %** of the year's budget
                    - What the new contract changes
                    - Two cuts that nobody would miss

                    > Keep it to one page. Numbers in the appendix.
                    """,
                Subtasks = [new("Numbers from accounting", Labels: "waiting") { Done = 1 }, new("One page, five sentences"), new("Send it around by 9", Labels: "quick")],
            },
            new("Reply to the supplier about delivery dates", WorkDay(0), Medium, "quick"),
            new("Weekly report", Weekday(DayOfWeek.Friday, "15:00")) { Rule = "FREQ=WEEKLY;BYDAY=FR", Before = 4, Added = 70 },
            new("Review the draft contract", WorkDay(1), High) { Notes = "Only sections 4 and 7 changed." },
            new("Book a room for the workshop", WorkDay(2), Labels: "quick"),
            new("Plan the next quarter", WorkDay(8), Medium) { Subtasks = [new("Collect goals of last quarter"), new("Three goals at most"), new("Show them to the team")] },
            new("Renew the security training", WorkDay(12), Low),
            new("Answer from the legal department", Labels: "waiting"),
            new("Clear the mailbox", WorkDay(0, "16:30"), Low) { Rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", Before = 6, Added = 30 },
            new("Order a second monitor", Labels: "money") { Done = 4 },
            new("Contract for the new printer") { Done = 9 },
            new("Travel request for the fair") { Done = 14 },
            new("Annual review form", Priority: High) { Done = 20 },
        ]),
        ("Relaunch",
        [
            new("Freeze the texts", WorkDay(2), Urgent)
            {
                Subtasks = [new("Home page") { Done = 2 }, new("Prices") { Done = 1 }, new("Imprint and privacy", Labels: "waiting"), new("Error pages")],
            },
            new("Redirects from the old addresses", WorkDay(4), High)
            {
                Notes = """
                    The old site has 212 pages. Most go to their new place by one rule:

                    ```
                    /artikel/(.*)  →  /articles/$1
                    ```

                    The rest is in the sheet, *one line each*.
                    """,
            },
            new("Check contrast and keyboard", WorkDay(3), Medium),
            new("Ask three customers to try it", WorkDay(5), Medium, "phone"),
            new("Photos of the workshop", Labels: "waiting"),
            new("Launch", WorkDay(9, "10:00"), Urgent) { Subtasks = [new("Switch the DNS"), new("Watch the errors for an hour"), new("Tell everybody")] },
            new("Measure what people search for", WorkDay(14), Low),
            new("Choose the typeface") { Done = 6 },
            new("Clickable draft", Priority: High) { Done = 12 },
            new("Interview two customers", Labels: "phone") { Done = 17 },
        ]),
        ("Team",
        [
            new("One-on-ones", Weekday(DayOfWeek.Wednesday, "14:00")) { Rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", Before = 2, Added = 60 },
            new("Plan who is away over the holidays", WorkDay(6), Medium),
            new("Notes for the new colleague's first week", WorkDay(1), High) { Subtasks = [new("Accounts and keys"), new("Who to ask what"), new("A first small task")] },
            new("Cake for the release", WorkDay(9), Low, "errands"),
            new("Job ad: last corrections", Priority: High) { Done = 3 },
        ]),
        ("Trip to Lisbon",
        [
            new("Book a place to stay", Day(3), High, "money") { Added = 6 },
            new("Book the flights", Priority: High, Labels: "money") { Done = 7 },
            new("Travel insurance", Day(12), Labels: "money quick"),
            new("Learn twenty words", Day(21), Low) { Notes = "*bom dia*, *obrigado*, *a conta, por favor* …" },
            new("Packing list", Day(30)) { Subtasks = [new("Rain jackets"), new("Adapter"), new("Sunscreen"), new("Cards and some cash")] },
            new("Somebody who waters the plants", Day(18), Labels: "phone"),
        ]),
        ("Someday",
        [
            new("Read “The Box” by Marc Levinson", Labels: "reading"),
            new("Learn to bake rye bread"),
            new("Repair the old radio", Priority: Low),
            new("Cycle along the river to its source", Priority: High) { Notes = "Four days, about 280 km. The train takes bicycles back." },
            new("Essay about wooden bridges", Labels: "reading"),
        ]),
    ];

    private void Add(IEnumerable<SampleTask> tasks, string list, SampleTask? parent, List<object> into, List<object> completions)
    {
        foreach (SampleTask task in tasks)
        {
            DateTimeOffset created = _now.AddDays(-Math.Max(parent?.Added ?? 0, Math.Max(task.Added, (task.Done ?? 0) + 3))).AddMinutes(into.Count);
            DateTimeOffset? completed = (task.Done ?? parent?.Done) is int days ? _now.AddDays(-days).AddMinutes(-(into.Count * 37 % 300) - 5) : null;
            Guid id = _ids[task.Title] = Guid.CreateVersion7(created);
            into.Add(new
            {
                Id = id,
                ListId = list == "inbox" ? list : _ids[list].ToString(),
                ParentId = parent is null ? (Guid?)null : _ids[parent.Title],
                task.Title,
                task.Notes,
                task.Priority,
                task.Due,
                Recurrence = task.Rule,
                LabelIds = task.Labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(label => _ids["@" + label]),
                CompletedAt = completed,
                CreatedAt = created,
                UpdatedAt = completed ?? created,
            });
            for (int back = task.Due is null ? 0 : task.Before; back > 0; back--)
            {
                DateOnly due = Earlier(task, back);
                string time = task.Due!.Length > 10 ? task.Due[10..] : "";
                completions.Add(new { TaskId = id, Due = Text(due) + time, CompletedAt = _now.AddDays(due.DayNumber - _today.DayNumber).AddMinutes(-30), Actor = new { Kind = "person", Id = _owner, Name = Sample.OwnerName } });
            }

            Add(task.Subtasks, list, task, into, completions);
        }
    }

    /// <summary>When an occurrence before the current one was due; the one before today's date is the first that counts.</summary>
    private static DateOnly Earlier(SampleTask task, int back)
    {
        DateOnly due = DateOnly.ParseExact(task.Due![..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        int interval = task.Rule!.Split(';').FirstOrDefault(part => part.StartsWith("INTERVAL=", StringComparison.Ordinal)) is string part ? int.Parse(part[9..], CultureInfo.InvariantCulture) : 1;
        if (task.Rule.Contains("BYDAY=MO,TU,WE,TH,FR", StringComparison.Ordinal))
        {
            return Workdays(due, -back);
        }

        return task.Rule.StartsWith("FREQ=MONTHLY", StringComparison.Ordinal) ? due.AddMonths(-back * interval)
            : due.AddDays(-back * interval * (task.Rule.StartsWith("FREQ=WEEKLY", StringComparison.Ordinal) ? 7 : 1));
    }

    private static string[] Names(string labels) => labels.Split(' ');

    private string Day(int days, string? time = null) => Text(_today.AddDays(days)) + (time is null ? "" : "T" + time);

    /// <summary>So many workdays from today, or from the next workday.</summary>
    private string WorkDay(int days, string? time = null) => Text(Workdays(_today, days)) + (time is null ? "" : "T" + time);

    /// <summary>The first such weekday from today on.</summary>
    private string Weekday(DayOfWeek day, string? time = null) => Day(((int)day - (int)_today.DayOfWeek + 7) % 7, time);

    /// <summary>The first such day of a month after today.</summary>
    private string Month(int day) => Text(new DateOnly(_today.Year, _today.Month, day).AddMonths(_today.Day < day ? 0 : 1));

    private static DateOnly Workdays(DateOnly from, int days)
    {
        DateOnly day = from;
        for (int left = days < 0 ? -days : days; ;)
        {
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && left-- == 0)
            {
                return day;
            }

            day = day.AddDays(days < 0 ? -1 : 1);
        }
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
