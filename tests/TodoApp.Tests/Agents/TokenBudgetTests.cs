using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Agents;

/// <summary>What a client must have in its context: the tools before it begins, and then each answer, however large the account is.</summary>
public sealed class TokenBudgetTests(TokenBudgetTests.LargeAccount fixture, ITestOutputHelper output)
    : EngineTests(fixture, Services.McpServer), IClassFixture<TokenBudgetTests.LargeAccount>
{
    private const int MostForTools = 5_000;
    private const int MostForAnswer = 25_000;

    private static readonly string[] TaskSorts = ["position", "due", "priority", "created", "updated"];

    [Fact]
    public async Task All_tools_take_less_than_5000_tokens()
    {
        using var agent = new Agent(System.McpServerClient());
        JsonNode answer = await agent.RequestAsync("tools/list");
        JsonArray tools = answer["result"]!["tools"]!.AsArray();
        string each = string.Join(", ", tools.Select(tool => $"{tool!["name"]} {TokenCount.Of(tool)}"));
        int all = TokenCount.Of(answer["result"]!);
        output.WriteLine($"{all} tokens: {each}");
        Assert.True(all < MostForTools, $"tools/list takes {all} tokens; at most {MostForTools - 1} are wanted. {each}");
        Assert.InRange(tools.Count, 1, 12);
    }

    [Fact]
    public async Task No_answer_takes_25000_tokens_on_an_account_of_100000_tasks()
    {
        using var agent = new Agent(System.McpServerClient(await fixture.FillAsync()));
        var tooLarge = new List<string>();
        foreach ((string method, string parameters) in Calls())
        {
            JsonNode answer = await agent.RequestAsync(method, parameters);
            int tokens = TokenCount.OfAnswer(answer);
            string call = $"{tokens} tokens: {method} {(parameters.Length < 100 ? parameters : parameters[..100])}";
            output.WriteLine(call);
            Assert.True(answer["error"] is null, answer.ToJsonString());
            if (tokens >= MostForAnswer)
            {
                tooLarge.Add(call);
            }
        }

        Assert.Empty(tooLarge);
    }

    // Calls whose answers are as large as they get. The heavy tasks have the numbers from 1 on, and come first in every order.
    private static IEnumerable<(string Method, string Parameters)> Calls()
    {
        string[] hundred = [.. Enumerable.Range(1, 100).Select(number => $"\"#{number}\"")];
        (string, string)[] tools =
        [
            ("get_overview", "{}"),
            ("find_tasks", """{"text": "heavy", "limit": 100, "detail": "detailed"}"""),
            ("find_tasks", """{"status": "all", "limit": 100, "detail": "detailed"}"""),
            ("find_tasks", """{"limit": 1, "detail": "detailed"}"""),
            ("find_tasks", """{"limit": 100, "status": "completed", "detail": "detailed"}"""),
            ("find_tasks", """{"limit": 100, "filter": "p1", "sort": "due"}"""),
            ("find_tasks", """{"limit": 100, "parent": "#1", "detail": "detailed"}"""),
            ("find_tasks", """{"limit": 100, "filter": "!p1"}"""),
            ("find_tasks", """{"text": "nothing has this"}"""),
            ("find_tasks", """{"list": "not there"}"""),
            .. TaskSorts.SelectMany(sort => ((string, string)[])
            [
                ("find_tasks", $$"""{"limit": 100, "sort": "{{sort}}", "detail": "detailed"}"""),
                ("find_tasks", $$"""{"limit": 100, "sort": "-{{sort}}"}"""),
            ]),
            ("find_tasks", $$"""{"tasks": [{{string.Join(',', hundred)}}], "detail": "detailed"}"""),
            ("find_tasks", """{"tasks": ["#1"], "detail": "detailed"}"""),
            ("find_tasks", """{"tasks": ["#3"], "detail": "detailed"}"""),
            ("update_tasks", $$"""{"tasks": [{{string.Join(',', hundred.Select(task => $$"""{"task": {{task}}, "list": "nowhere to be found"}"""))}}]}"""),
            .. ((string[])["list", "label", "priority", "date"]).Select(by => ("show_board", $$"""{"group_by": "{{by}}"}""")),
            ("show_board", """{"list": "Heavy"}"""),
            ("show_board", """{"filter": "!p1 | p1"}"""),
            ("organize", $$"""{"changes": [{{string.Join(',', Enumerable.Repeat($$"""{"action": "create", "kind": "list", "name": "{{new string('龘', 100)}}"}""", 50))}}]}"""),
            ("get_activity", """{"limit": 100}"""),
            ("reschedule_tasks", $$"""{"tasks": [{{string.Join(',', hundred)}}], "due": "tomorrow"}"""),
            ("complete_tasks", $$"""{"tasks": [{{string.Join(',', hundred)}}], "with_subtasks": false}"""),
            ("update_tasks", $$"""{"tasks": [{{string.Join(',', hundred.Select(task => $$"""{"task": {{task}}, "due": "tomorrow", "notes": "{{new string('龘', 2000)}}"}"""))}}]}"""),
            ("get_activity", """{"limit": 100, "since": "today"}"""),
            ("delete_tasks", $$"""{"tasks": [{{string.Join(',', hundred)}}], "confirm": true}"""),
        ];
        foreach ((string tool, string arguments) in tools)
        {
            yield return ("tools/call", $$"""{"name": "{{tool}}", "arguments": {{arguments}}}""");
        }

        foreach (string uri in (string[])["today", "overdue", "lists/Inbox", "lists/Heavy", "tasks/1"])
        {
            yield return ("resources/read", $$"""{"uri": "todo://{{uri}}"}""");
        }

        foreach (string prompt in (string[])["plan_my_day", "weekly_review", "triage_inbox"])
        {
            yield return ("prompts/get", $$"""{"name": "{{prompt}}"}""");
        }

        yield return ("prompts/get", """{"name": "break_down_task", "arguments": {"task": "1"}}""");
        foreach (string list in (string[])["resources/list", "resources/templates/list", "prompts/list"])
        {
            yield return (list, "{}");
        }
    }

    /// <summary>An account at the limits, in letters that take the most tokens: 100,000 tasks, 1,000 lists, 1,000 labels, 200 filters.</summary>
    public sealed class LargeAccount : OnSqlite
    {
        private const int Tasks = 100_000;
        private const int Heavy = 1_000;
        private const int Lists = 999; // And the Inbox.

        // Cuneiform, Vai, Egyptian, emoji with skin and hair, Thai, Devanagari, Chinese: one in each line, so that words differ.
        private static readonly string[] Letters = ["𒀀𒁀𒂀𒃀𒄀", "ꔀꔁꔂꔃꔄ", "𓀀𓁀𓂀𓃀", "🧑🏽‍🦰🏴󠁧󠁢󠁳󠁣󠁴󠁿", "กขฃคฅ", "क्षत्रज्ञ", "龘靐齉爩"];

        private readonly TestIdentity _identity = new();
        private Task? _filled;

        /// <summary>Fills it at the first call.</summary>
        /// <returns>Whose it is.</returns>
        public async Task<TestIdentity> FillAsync()
        {
            await (_filled ??= Fill());
            return _identity;

            async Task Fill()
            {
                (_, TestSystem system) = await StartAsync(Services.McpServer);
                using var owner = new Api(system.McpServerClient(_identity));
                (await owner.SendAsync("POST", "/import", Encoding.UTF8.GetBytes(Export()))).Expect(200);
            }
        }

        private static string Export()
        {
            var json = new StringBuilder("""{"format":"todo-app","formatVersion":1""");
            Add(json, "lists", Enumerable.Range(0, Lists).Select(i => $$"""{"id":"{{Id(1, i)}}","name":"{{(i == 0 ? "Heavy" : Text(i, 100))}}","parentId":{{(i % 3 == 0 ? "null" : $"\"{Id(1, i - 1)}\"")}},"position":"{{Rank(i)}}","isInbox":false}"""));
            Add(json, "labels", Enumerable.Range(0, 1000).Select(i => $$"""{"id":"{{Id(2, i)}}","name":"{{Text(i, 100)}}"}"""));
            Add(json, "filters", Enumerable.Range(0, 200).Select(i => $$"""{"id":"{{Id(3, i)}}","name":"{{Text(i, 100)}}","query":"search: {{Text(i, 400)}}","position":"{{Rank(i)}}"}"""));
            Add(json, "tasks", Enumerable.Range(0, Tasks).Select(Task));
            return json.Append('}').ToString();
        }

        // The heavy ones are the first by position, due date, priority and number; some are done, some below others.
        private static string Task(int i)
        {
            if (i >= Heavy)
            {
                return $$"""{"id":"{{Id(4, i)}}","listId":"inbox","title":"Task {{i}}","priority":"none","due":"2031-01-{{(i % 28) + 1:00}}","position":"{{Rank(i)}}"}""";
            }

            string labels = string.Join(',', Enumerable.Range(0, 50).Select(n => $"\"{Id(2, (i + (n * 17)) % 1000)}\""));
            string parent = i is > 100 and < 300 ? $"\"{Id(4, 0)}\"" : "null";
            string completed = i is > 500 and < 700 ? "\"2026-01-01T00:00:00Z\"" : "null";
            string notes = i % 2 == 0 ? $"\"{Text(i, 16 * 1024, inBytes: true)}\"" : "null";
            string list = i % 5 == 0 ? "inbox" : Id(1, i % 5 == 1 ? 0 : i % Lists);
            return $$"""{"id":"{{Id(4, i)}}","listId":"{{list}}","parentId":{{parent}},"title":"heavy {{Text(i, 494)}}","notes":{{notes}},"priority":"urgent","due":"2020-01-01T10:00","dueTimeZone":"America/Argentina/ComodRivadavia","recurrence":{{(completed == "null" && parent == "null" ? "\"FREQ=MONTHLY;BYDAY=1MO,2TU,3WE,-1SU;BYMONTH=1,2,3,4,5,6,7,8,9\"" : "null")}},"labelIds":[{{labels}}],"position":"{{Rank(i)}}","completedAt":{{completed}}}""";
        }

        private static void Add(StringBuilder json, string name, IEnumerable<string> items) => json.Append($",\n\"{name}\":[\n").AppendJoin(",\n", items).Append("\n]");

        private static string Id(int kind, int i) => $"01900000-000{kind}-7000-8000-{i:x12}";

        private static string Rank(int i) => $"h{i.ToString("x6", CultureInfo.InvariantCulture)}1";

        // A text of so many letters, or bytes of UTF-8, that begins with its number, so that it is the only one of its kind.
        private static string Text(int i, int length, bool inBytes = false)
        {
            var text = new StringBuilder($"{i} ");
            int used = text.Length;
            foreach (Rune rune in Enumerable.Repeat(Letters[i % Letters.Length] + " ", length).SelectMany(letters => letters.EnumerateRunes()))
            {
                used += inBytes ? rune.Utf8SequenceLength : 1;
                if (used > length)
                {
                    break;
                }

                text.Append(rune.ToString());
            }

            return text.ToString();
        }
    }
}
