using System.Text;
using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Transfer;

/// <summary>Files as other programs write them.</summary>
public sealed class OtherFormatsTests(OnSqlite fixture) : EngineTests(fixture, Services.McpServer), IClassFixture<OnSqlite>
{
    private readonly TestIdentity _identity = new();

    private Api Api() => new(System.McpServerClient(_identity));

    [Fact]
    public async Task Todoist_templates_become_lists_subtasks_labels_and_notes()
    {
        using Api api = Api();
        Reply report = await ImportAsync(api, """
            TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT,DEADLINE,DEADLINE_LANG
            meta,view_style=list,,,,,,,,,,,,
            task,Repot the basil @garden @weekend,Terracotta pot,1,1,Kai (48151623),,2026-10-05 14:30,en,Africa/Cairo,30,minute,,
            task,Buy compost,,4,2,Kai (48151623),,,en,Africa/Cairo,,None,2026-10-09,en
            note,Get the peat-free one,,,,Kai (48151623),,,,,,,,
            ,,,,,,,,,,,,,
            section,Weekly,,,,,,,,,,,,
            task,"Order ""seeds"", soon",,3,,,,jeden Freitag,de,,,,,
            task,Deep,,2,4,,,,,,,,,
            """, "todoist");
        Assert.Equal("""{"lists":1,"labels":2,"filters":0,"tasks":4,"completions":0}""", report.Json["created"]!.ToJsonString());
        Assert.Equal([(8L, "DATE"), (9L, "INDENT")], report.Json["warnings"]!.AsArray().Select(warning => ((long)warning!["line"]!, (string)warning["field"]!)));
        JsonNode[] tasks = (await api.GetAsync("/tasks")).Items;
        Assert.Equal(["Repot the basil", "Buy compost", "Order \"seeds\", soon", "Deep"], tasks.Select(task => (string)task["title"]!));
        Assert.Equal(["urgent", "none", "medium", "high"], tasks.Select(task => (string)task["priority"]!));
        Assert.Equal("2026-10-05T14:30", (string)tasks[0]["due"]!);
        Assert.Equal("Africa/Cairo", (string)tasks[0]["dueTimeZone"]!);
        Assert.Equal("Terracotta pot\nDuration: 30 minute", (string)tasks[0]["notes"]!);
        Assert.Equal((string)tasks[0]["id"]!, (string)tasks[1]["parentId"]!);
        Assert.Equal("Get the peat-free one", (string)tasks[1]["notes"]!);
        Assert.Equal("2026-10-09", (string)tasks[1]["due"]!);
        Assert.Equal("Date: jeden Freitag", (string)tasks[2]["notes"]!);
        Assert.Equal((string)tasks[2]["id"]!, (string)tasks[3]["parentId"]!);
        Assert.Equal(2, (await api.GetAsync("/tasks?list=Weekly")).Items.Length);
        Assert.Equal(["Repot the basil"], (await api.GetAsync("/tasks?label=garden")).Names);
    }

    [Theory]
    [InlineData("every monday at 9am", "T09:00", "FREQ=WEEKLY;BYDAY=MO", "due")]
    [InlineData("every! 3 days", "", "FREQ=DAILY;INTERVAL=3", "completion")]
    [InlineData("every day", "", "FREQ=DAILY", "due")]
    public async Task Repetitions_in_words_are_read(string text, string time, string rule, string from)
    {
        using Api api = Api();
        await ImportAsync(api, $"TYPE,CONTENT,DATE,DATE_LANG\ntask,A,{text},en\n", "todoist");
        JsonNode task = (await api.GetAsync("/tasks")).Items.Single();
        Assert.Matches($"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{time}$", (string)task["due"]!);
        Assert.Equal((rule, from), ((string)task["recurrence"]!, (string)task["recurrenceFrom"]!));
    }

    [Theory]
    [InlineData("5 Oct 2027", "2027-10-05")]
    [InlineData("Oct 5 2027 14:00", "2027-10-05T14:00")]
    [InlineData("2027-10-05", "2027-10-05")]
    [InlineData("2027-10-05 08:30", "2027-10-05T08:30")]
    [InlineData("some day", null)]
    public async Task Dates_in_words_are_read_or_kept(string text, string? due)
    {
        using Api api = Api();
        Reply report = await ImportAsync(api, $"TYPE,CONTENT,DATE,DATE_LANG\ntask,A,{text},en\n", "todoist");
        JsonNode task = (await api.GetAsync("/tasks")).Items.Single();
        Assert.Equal(due, (string?)task["due"]);
        Assert.Equal(due is null ? $"Date: {text}" : null, (string?)task["notes"]);
        Assert.Equal(due is null ? 1 : 0, report.Number("warningCount"));
    }

    [Fact]
    public async Task Lines_of_todo_txt_become_tasks()
    {
        using Api api = Api();
        string file = """
            (A) Thank Mom for the meatballs @phone
            (B) 2011-03-02 Schedule Goodwill pickup +GarageSale @phone due:2026-12-01

            x 2011-03-03 2011-03-01 Review Tim's pull request +TodoTxtTouch @github pri:C
            xylophone lesson
            X 2012-01-01 Make resolutions
            (b) Get back to the boss
            Learn how to add 2+2 +One +Two t:2026-01-01
            x done
            """;
        Reply report = await ImportAsync(api, file, "todotxt", "text/plain");
        Assert.Equal(8, (long)report.Json["created"]!["tasks"]!);
        JsonNode[] tasks = (await api.GetAsync("/tasks?status=all&sort=created&limit=200")).Items;
        JsonNode Find(string title) => tasks.Single(task => (string)task["title"]! == title);
        Assert.Equal("urgent", (string)Find("Thank Mom for the meatballs")["priority"]!);
        Assert.Equal("2026-12-01", (string)Find("Schedule Goodwill pickup")["due"]!);
        Assert.Equal("2011-03-01T23:00:00.000Z", (string)Find("Schedule Goodwill pickup")["createdAt"]!); // Midnight in Berlin.
        Assert.Equal("2011-03-02T23:00:00.000Z", (string)Find("Review Tim's pull request")["completedAt"]!);
        Assert.Equal("medium", (string)Find("Review Tim's pull request")["priority"]!);
        Assert.Equal("none", (string)Find("(b) Get back to the boss")["priority"]!);
        Assert.NotNull(Find("done")["completedAt"]);
        Assert.Null(Find("X 2012-01-01 Make resolutions")["completedAt"]);
        Assert.Equal(["Learn how to add 2+2 t:2026-01-01"], (await api.GetAsync("/tasks?list=One&label=Two")).Names);
        Assert.Equal("project", (string)report.Json["warnings"]!.AsArray().Single()!["field"]!);
        Assert.Equal(0, (long)(await ImportAsync(api, file, "todotxt", "text/plain")).Json["created"]!["tasks"]!);
    }

    [Fact]
    public async Task To_dos_of_a_calendar_become_tasks()
    {
        using Api api = Api();
        Reply report = await ImportAsync(api, """
            BEGIN:VCALENDAR
            VERSION:2.0
            X-WR-CALNAME:Home\, sweet
            BEGIN:VTIMEZONE
            TZID:Europe/Berlin
            END:VTIMEZONE
            BEGIN:VTODO
            UID:20070313T123432Z-456553@example.com
            DTSTAMP:20070313T123432Z
            SUMMARY:Submit Quebec Income Tax Ret
             urn for 2006
            DESCRIPTION:First\nSecond\; third
            DUE;TZID=America/Montreal:20070501T090000
            PRIORITY:1
            CATEGORIES:FAMILY,FINANCE
            RRULE:FREQ=YEARLY
            STATUS:NEEDS-ACTION
            BEGIN:VALARM
            SUMMARY:not this
            END:VALARM
            END:VTODO
            BEGIN:VTODO
            UID:child
            RELATED-TO:20070313T123432Z-456553@example.com
            SUMMARY:Child
            DUE;VALUE=DATE:20261201
            COMPLETED:20070707T100000Z
            STATUS:COMPLETED
            END:VTODO
            BEGIN:VTODO
            UID:utc
            SUMMARY:UTC
            DUE:20261201T090000Z
            PRIORITY:7
            END:VTODO
            BEGIN:VTODO
            UID:start
            SUMMARY:Start
            DTSTART:20261201T090000
            DURATION:P1DT30M
            END:VTODO
            BEGIN:VEVENT
            UID:event
            SUMMARY:Event
            END:VEVENT
            END:VCALENDAR
            """, "ics");
        Assert.Equal("""{"lists":1,"labels":2,"filters":0,"tasks":4,"completions":0}""", report.Json["created"]!.ToJsonString());
        Assert.Single(report.Json["warnings"]!.AsArray());
        JsonNode[] tasks = (await api.GetAsync("/tasks?status=all&list=" + Uri.EscapeDataString("Home, sweet"))).Items;
        JsonNode Find(string title) => tasks.Single(task => (string)task["title"]! == title);
        JsonNode tax = Find("Submit Quebec Income Tax Return for 2006");
        Assert.Equal("First\nSecond; third", (string)tax["notes"]!);
        Assert.Equal("2007-05-01T09:00", (string)tax["due"]!);
        Assert.Equal("America/Montreal", (string)tax["dueTimeZone"]!);
        Assert.Equal("FREQ=YEARLY", (string)tax["recurrence"]!);
        Assert.Equal("urgent", (string)tax["priority"]!);
        Assert.Equal(2, tax["labelIds"]!.AsArray().Count);
        Assert.Equal((string)tax["id"]!, (string)Find("Child")["parentId"]!);
        Assert.Equal("2026-12-01", (string)Find("Child")["due"]!);
        Assert.Equal("2007-07-07T10:00:00.000Z", (string)Find("Child")["completedAt"]!);
        Assert.Equal(("2026-12-01T10:00", "Europe/Berlin", "low"), ((string)Find("UTC")["due"]!, (string)Find("UTC")["dueTimeZone"]!, (string)Find("UTC")["priority"]!));
        Assert.Equal("2026-12-02T09:30", (string)Find("Start")["due"]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Taskwarriors_tasks_become_tasks(bool isArray)
    {
        using Api api = Api();
        string[] lines =
        [
            """{"id":1,"description":"Buy milk","entry":"20141018T050231Z","modified":"20141018T050231Z","status":"pending","uuid":"a360fc44-315c-4366-b70c-ea7e7520b749","urgency":"2","project":"Home.Kitchen","tags":["shop","food"],"priority":"H","due":"20261130T230000Z","annotations":[{"entry":"20120110T234212Z","description":"Low fat"}],"estimate":"1h"}""",
            """{"description":"Old","entry":"20141018T050231Z","end":"20141019T050231Z","status":"completed","uuid":"a360fc44-315c-4366-b70c-ea7e7520b750","due":"20261201T090000Z"}""",
            """{"description":"Gone","entry":"20141018T050231Z","end":"20141019T050231Z","status":"deleted","uuid":"a360fc44-315c-4366-b70c-ea7e7520b751"}""",
            """{"description":"Rent","entry":"20141018T050231Z","status":"recurring","recur":"2wks","uuid":"a360fc44-315c-4366-b70c-ea7e7520b752","due":"20261201T090000Z"}""",
            """{"description":"Rent","entry":"20141018T050231Z","status":"pending","recur":"2wks","parent":"a360fc44-315c-4366-b70c-ea7e7520b752","uuid":"a360fc44-315c-4366-b70c-ea7e7520b753","due":"20261201T090000Z"}""",
        ];
        Reply report = await ImportAsync(api, isArray ? $"[{string.Join(",\n", lines)}]" : string.Join('\n', lines), "taskwarrior");
        Assert.Equal("""{"lists":1,"labels":2,"filters":0,"tasks":4,"completions":0}""", report.Json["created"]!.ToJsonString());
        Assert.Equal([(1L, "estimate"), (5L, "parent")], report.Json["warnings"]!.AsArray().Select(warning => ((long)warning!["line"]!, (string)warning["field"]!)));
        JsonNode milk = (await api.GetAsync("/tasks/a360fc44-315c-4366-b70c-ea7e7520b749")).Expect(200).Json;
        Assert.Equal("2026-12-01", (string)milk["due"]!);
        Assert.Equal("Low fat\nestimate: 1h", (string)milk["notes"]!);
        Assert.Equal("high", (string)milk["priority"]!);
        Assert.Equal(["Buy milk"], (await api.GetAsync("/tasks?list=Home.Kitchen&label=food")).Names);
        Assert.Equal("2014-10-19T05:02:31.000Z", (await api.GetAsync("/tasks/a360fc44-315c-4366-b70c-ea7e7520b750")).Get("completedAt"));
        Assert.Equal(["Gone"], (await api.GetAsync("/tasks?status=trashed")).Names);
        Assert.Equal("FREQ=WEEKLY;INTERVAL=2", (await api.GetAsync("/tasks/a360fc44-315c-4366-b70c-ea7e7520b752")).Get("recurrence"));
    }

    [Fact]
    public async Task Damaged_files_of_every_format_are_answered_and_never_a_defect()
    {
        using Api api = Api();
        string[] files =
        [
            """{"format":"todo-app","formatVersion":1,"lists":[{"id":"inbox","name":"Inbox","color":null,"parentId":null,"position":"0000000000011","isInbox":true,"archivedAt":null}],"labels":[{"id":"0197a1b2-0000-7000-8000-000000000001","name":"l","color":"#ffffff"}],"filters":[],"tasks":[{"id":"0197a1b2-0000-7000-8000-000000000002","number":1,"listId":"inbox","parentId":null,"title":"a\u00e9","notes":"n","priority":"high","due":"2026-12-01T09:00","dueTimeZone":"Europe/Berlin","recurrence":"FREQ=DAILY","recurrenceFrom":"due","labelIds":["0197a1b2-0000-7000-8000-000000000001"],"position":"0000000000021","completedAt":"2026-01-01T00:00:00.000Z","deletedAt":null,"createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"}]}""",
            "id,number,list,parent,title,notes,priority,due,labels\r\n0197a1b2-0000-7000-8000-000000000002,1,Work/Home,,\"a, \"\"b\"\"\",'=n,high,2026-12-01,\"x,y\"\r\n,2,Work,1,b,,,,\r\n",
            "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,DATE,DATE_LANG,TIMEZONE\nsection,S,,,,,,\ntask,A @b,d,1,1,every monday at 9am,en,Europe/Berlin\ntask,B,,4,2,1 dec,en,\nnote,n,,,,,,\n",
            "(A) 2026-01-01 Call +Home @phone due:2026-12-01 pri:B\nx 2026-01-02 2026-01-01 Done\n",
            "BEGIN:VCALENDAR\r\nX-WR-CALNAME:C\r\nBEGIN:VTODO\r\nUID:1\r\nSUMMARY:A\\, b\r\n c\r\nDUE;TZID=\"Europe/Berlin\":20261201T090000\r\nDTSTART:20261201T090000Z\r\nDURATION:P1W\r\nRRULE:FREQ=DAILY\r\nCATEGORIES:x,y\r\nPRIORITY:5\r\nCOMPLETED:20261201T090000Z\r\nRELATED-TO:2\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
            """[{"uuid":"a360fc44-315c-4366-b70c-ea7e7520b749","status":"recurring","description":"d","entry":"20141018T050231Z","due":"20261201T090000Z","recur":"2wks","project":"p","tags":["a"],"priority":"L","annotations":[{"description":"x"}],"uda":1}]""",
        ];
        string[] formats = ["json", "csv", "todoist", "todotxt", "ics", "taskwarrior"];
        for (int seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            int kind = seed % files.Length;
            List<byte> bytes = [.. Encoding.UTF8.GetBytes(files[kind])];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(5))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(128);
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                        break;
                    case 2:
                        bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                        break;
                    case 3:
                        bytes[at] = (byte)"\"\\,;:\n\r{}[]'0-9"[random.Next(15)];
                        break;
                    default:
                        bytes.Insert(at, (byte)random.Next(256));
                        break;
                }

                if (bytes.Count == 0)
                {
                    break;
                }
            }

            string query = $"?dryRun={(random.Next(4) == 0 ? "false" : "true")}&format={formats[random.Next(10) == 0 ? random.Next(formats.Length) : kind]}";
            Reply reply = await api.SendAsync("POST", "/import" + query, bytes.ToArray());
            Assert.True((int)reply.Status is 200 or 400 or 422, $"seed {seed}: {reply.Text}\n{Encoding.UTF8.GetString([.. bytes])}");
        }

        (await api.GetAsync("/export")).Expect(200);
    }

    private static async Task<Reply> ImportAsync(Api api, string file, string format, string? type = null)
    {
        Reply reply = await api.SendAsync("POST", "/import", new StringContent(file, Encoding.UTF8, type ?? "application/octet-stream"));
        Assert.Equal(format, reply.Expect(200).Get("format"));
        return reply;
    }
}
