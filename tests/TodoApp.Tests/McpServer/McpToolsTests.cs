using System.Text.Json.Nodes;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

public abstract class McpToolsTests(SystemFixture fixture) : EngineTests(fixture, Services.McpServer)
{
    private Api Api(TestIdentity? identity = null) => new(System.McpServerClient(identity));

    private static async Task<JsonNode> RpcAsync(Api api, string method, JsonObject parameters)
    {
        Reply reply = (await PostAsync(api, method, parameters)).Expect(200);
        string json = reply.Text.StartsWith('{') ? reply.Text : reply.Text.Split('\n').Single(line => line.StartsWith("data:", StringComparison.Ordinal))["data:".Length..];
        return JsonNode.Parse(json)!;
    }

    private static Task<Reply> PostAsync(Api api, string method, JsonObject parameters)
    {
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        return api.PostAsync("/mcp", message, ("Accept", "application/json, text/event-stream"), ("MCP-Protocol-Version", "2025-11-25"));
    }

    private static async Task<JsonNode> CallAsync(Api api, string tool, string arguments) =>
        (await RpcAsync(api, "tools/call", new JsonObject { ["name"] = tool, ["arguments"] = JsonNode.Parse(arguments) }))["result"]!;

    private static string TextOf(JsonNode result) => (string)result["content"]![0]!["text"]!;

    private static bool IsError(JsonNode result) => (bool?)result["isError"] ?? false;

    [Fact]
    public async Task The_tools_are_listed_with_schemas_and_all_annotations()
    {
        using Api api = Api();
        JsonArray tools = (await RpcAsync(api, "tools/list", []))["result"]!["tools"]!.AsArray();
        Assert.Equal(
            ["add_tasks", "complete_tasks", "delete_tasks", "empty_trash", "find_tasks", "get_activity", "get_overview", "organize", "reschedule_tasks", "show_board", "undo_changes", "update_tasks"],
            tools.Select(tool => (string)tool!["name"]!).Order());
        foreach (JsonNode? tool in tools)
        {
            Assert.Equal("object", (string)tool!["inputSchema"]!["type"]!);
            Assert.Equal("object", (string)tool["outputSchema"]!["type"]!);
            Assert.Equal(["destructiveHint", "idempotentHint", "openWorldHint", "readOnlyHint", "title"], tool["annotations"]!.AsObject().Select(pair => pair.Key).Order());
        }
    }

    [Fact]
    public async Task An_agent_adds_finds_changes_completes_and_deletes()
    {
        var identity = new TestIdentity { Agent = "Laptop assistant" };
        using Api api = Api(identity);
        JsonNode added = await CallAsync(api, "add_tasks", """{"tasks": [{"title": "Pay rent", "due": "2026-12-01", "priority": "high", "labels": ["bills"]}, {"title": "Šluft 日本"}], "idempotency_key": "a"}""");
        Assert.False(IsError(added));
        Assert.Equal("Added 2 of 2:\n#1 Pay rent | due 2026-12-01 | high | in Inbox | @bills\n#2 Šluft 日本 | in Inbox", TextOf(added));
        Assert.Equal(2, added["structuredContent"]!["results"]!.AsArray().Count);
        JsonNode again = await CallAsync(api, "add_tasks", """{"idempotency_key": "a", "tasks": [{"title": "Pay rent", "due": "2026-12-01", "priority": "high", "labels": ["bills"]}, {"title": "Šluft 日本"}]}""");
        Assert.Equal(added["structuredContent"]!.ToJsonString(), again["structuredContent"]!.ToJsonString());
        Assert.True(IsError(await CallAsync(api, "add_tasks", """{"tasks": [{"title": "Other"}], "idempotency_key": "a"}""")));

        JsonNode found = await CallAsync(api, "find_tasks", """{"label": "bills", "detail": "detailed"}""");
        Assert.Equal("Pay rent", (string)found["structuredContent"]!["tasks"]![0]!["title"]!);
        JsonNode changed = await CallAsync(api, "update_tasks", """{"tasks": [{"task": "#1", "due": null, "title": "Rent"}, {"task": "#99", "title": "x"}, {"task": 2, "parent": "#1"}]}""");
        Assert.Equal([true, false, true], changed["structuredContent"]!["results"]!.AsArray().Select(result => (bool)result!["ok"]!));
        Assert.False(IsError(changed));
        Assert.StartsWith("Completed 1 of 1:", TextOf(await CallAsync(api, "complete_tasks", """{"tasks": ["#2"]}""")), StringComparison.Ordinal);
        Assert.StartsWith("Reopened 1 of 1:", TextOf(await CallAsync(api, "complete_tasks", """{"tasks": [2], "reopen": true}""")), StringComparison.Ordinal);
        Assert.False(IsError(await CallAsync(api, "delete_tasks", """{"tasks": ["#1"]}""")));
        Assert.Empty((await CallAsync(api, "find_tasks", "{}"))["structuredContent"]!["tasks"]!.AsArray());
        Assert.False(IsError(await CallAsync(api, "delete_tasks", """{"tasks": ["#1"], "restore": true}""")));
        Assert.Equal(["Laptop assistant"], (await api.GetAsync("/changes?since=1")).Items.Select(change => (string)change["actor"]!["name"]!).Distinct());
    }

    [Theory]
    [InlineData("add_tasks", """{}""", "tasks must be given")]
    [InlineData("add_tasks", """{"tasks": []}""", "1 to 100")]
    [InlineData("add_tasks", """{"tasks": "x"}""", "tasks must be an array")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "due": "next friday-ish"}]}""", "tasks[0].due must be a date such as 2026-12-01, 2026-12-01T09:00, tomorrow, next friday or 1 dec 9am. You sent \"next friday-ish\".")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "recurrence": "every now and then"}]}""", "tasks[0].recurrence must be")]
    [InlineData("add_tasks", """{"text": ""}""", "text must not be empty")]
    [InlineData("add_tasks", """{"text": "a", "tasks": [{"title": "a"}]}""", "text and tasks must not both be given")]
    [InlineData("add_tasks", """{"create_lists": true, "tasks": [{"title": "a"}]}""", "create_lists goes with text only")]
    [InlineData("find_tasks", """{"due_before": "soon"}""", "due_before must be a date such as 2026-12-01")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "priority": "very"}]}""", "tasks[0].priority must be none, low, medium, high or urgent")]
    [InlineData("add_tasks", """{"tasks": [{"title": ""}]}""", "tasks[0].title must not be empty")]
    [InlineData("add_tasks", """{"tasks": [{"titel": "a"}]}""", "Did you mean title?")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a"}], "when": "now"}""", "when is not a known field")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a"}], "idempotency_key": ""}""", "idempotency_key must have 1 to 255")]
    [InlineData("update_tasks", """{"tasks": [{"task": "the rent one", "title": "a"}]}""", "tasks[0].task must be a task's number such as \"#42\"")]
    [InlineData("complete_tasks", """{"tasks": ["x"]}""", "find_tasks gives it. You sent \"x\".")]
    [InlineData("complete_tasks", """{"tasks": [true]}""", "array of texts")]
    [InlineData("complete_tasks", """{"tasks": ["#1"], "reopen": "yes"}""", "reopen must be true or false")]
    [InlineData("delete_tasks", """{"task": "#1"}""", "Did you mean tasks?")]
    [InlineData("find_tasks", """{"limit": 1000}""", "limit must be from 1 to 100. You sent 1000.")]
    [InlineData("find_tasks", """{"limit": "ten"}""", "limit must be a whole number")]
    [InlineData("find_tasks", """{"status": "done"}""", "status must be one of open, completed, trashed, all. You sent \"done\".")]
    [InlineData("find_tasks", """{"list": "Nowhere"}""", "There is 'Inbox'")]
    [InlineData("find_tasks", """{"cursor": "zzz"}""", "cursor must be")]
    [InlineData("find_tasks", """{"query": "x"}""", "query is not a known field")]
    public async Task Wrong_arguments_are_explained(string tool, string arguments, string expected)
    {
        using Api api = Api();
        JsonNode result = await CallAsync(api, tool, arguments);
        Assert.True(IsError(result));
        Assert.Contains(expected, TextOf(result), StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync("/tasks?status=all")).Items);
    }

    [Theory]
    [InlineData("""{"name": {}, "arguments": {}}""", "params.name")]
    [InlineData("""{"name": 1.5}""", "params.name")]
    [InlineData("""{"name": "find_tasks", "arguments": []}""", "params.arguments")]
    [InlineData("""{"name": "find_tasks", "arguments": "x"}""", "params.arguments")]
    [InlineData("""[]""", "params must be an object")]
    [InlineData("""{"name": "add_tasks", "arguments": {"tasks": [{"title": "a\ud800"}]}}""", "surrogate")]
    public async Task Parameters_of_the_wrong_shape_are_refused_in_both_revisions(string parameters, string expected)
    {
        using Api api = Api();
        string message = $$"""{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {{parameters}}}""";
        foreach (string revision in new[] { "2025-11-25", "2026-07-28" })
        {
            Reply reply = (await api.PostAsync("/mcp", message, ("Accept", "application/json, text/event-stream"), ("MCP-Protocol-Version", revision), ("Mcp-Method", "tools/call"), ("Mcp-Name", "find_tasks"))).Expect(400);
            Assert.Equal(-32602, (int)reply.Json["error"]!["code"]!);
            Assert.Equal(7, (int)reply.Json["id"]!);
            Assert.Contains(expected, (string)reply.Json["error"]!["message"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tasks_are_added_from_text_and_a_line_that_fails_leaves_the_others()
    {
        using Api api = Api();
        JsonNode added = await CallAsync(api, "add_tasks", """{"text": "Rent on 2030-01-01 9am @bills p1\nTrip #Travel\n  Hotel\nMilk"}""");
        string[] lines = TextOf(added).Split('\n');
        Assert.Equal("Added 2 of 4:", lines[0]);
        Assert.Equal("#1 Rent | due 2030-01-01 09:00 | urgent | in Inbox | @bills", lines[1]);
        Assert.Contains("'Travel', which does not exist. Send create_lists: true", lines[2], StringComparison.Ordinal);
        Assert.Contains("line 2, which line 3 is below", lines[3], StringComparison.Ordinal);
        JsonNode again = await CallAsync(api, "add_tasks", """{"text": "Trip #Travel\n  Hotel", "create_lists": true}""");
        Assert.Equal("Added 2 of 2:\n#3 Trip | in Travel\n#4 Hotel | in Travel", TextOf(again).Replace(" | below #3", "", StringComparison.Ordinal));
        Assert.NotNull((await api.GetAsync("/tasks/4")).Json["parentId"]);
    }

    [Fact]
    public async Task Dates_and_repetitions_may_be_words()
    {
        using Api api = Api();
        JsonNode added = await CallAsync(api, "add_tasks", """{"tasks": [{"title": "A", "due": "1 dec 2030 9am"}, {"title": "B", "recurrence": "every! 3 days", "due": "2030-01-01"}, {"title": "C", "recurrence": "every last friday 9am"}]}""");
        Assert.False(IsError(added), TextOf(added));
        Assert.Equal("2030-12-01T09:00", (await api.GetAsync("/tasks/1")).Get("due"));
        Reply second = await api.GetAsync("/tasks/2");
        Assert.Equal(["2030-01-01", "FREQ=DAILY;INTERVAL=3", "completion"], new[] { second.Get("due"), second.Get("recurrence"), second.Get("recurrenceFrom") });
        Reply third = await api.GetAsync("/tasks/3");
        Assert.Equal("FREQ=MONTHLY;BYDAY=-1FR", third.Get("recurrence"));
        Assert.EndsWith("T09:00", third.Get("due"), StringComparison.Ordinal);
        Assert.False(IsError(await CallAsync(api, "update_tasks", """{"tasks": [{"task": 1, "due": "2 dec 2030"}]}""")));
        Assert.Equal("2030-12-02", (await api.GetAsync("/tasks/1")).Get("due"));
        JsonNode found = await CallAsync(api, "find_tasks", """{"due_after": "1 dec 2030", "due_before": "3 dec 2030"}""");
        Assert.Equal(["A"], found["structuredContent"]!["tasks"]!.AsArray().Select(task => (string)task!["title"]!));
    }

    [Fact]
    public async Task A_page_ends_early_rather_than_fill_the_reader_s_context()
    {
        using Api api = Api();
        string tasks = string.Join(',', Enumerable.Range(1, 60).Select(i => $$"""{"title": "{{i}} {{new string('x', 400)}}", "notes": "{{new string('y', 5000)}}"}"""));
        Assert.False(IsError(await CallAsync(api, "add_tasks", $$"""{"tasks": [{{tasks}}]}""")));
        var seen = new List<long>();
        string cursor = "";
        do
        {
            JsonNode page = await CallAsync(api, "find_tasks", $$"""{"limit": 50, "detail": "detailed", "cursor": "{{cursor}}"}""");
            Assert.InRange(TextOf(page).Length, 1, 12_000);
            seen.AddRange(page["structuredContent"]!["tasks"]!.AsArray().Select(task => (long)task!["number"]!));
            cursor = (string?)page["structuredContent"]!["next_cursor"] ?? "";
        }
        while (cursor.Length > 0);
        Assert.Equal(Enumerable.Range(1, 60).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task Long_notes_are_read_whole_and_what_did_not_fit_is_not_said_to_be_missing()
    {
        using Api api = Api();
        string notes = string.Concat(Enumerable.Range(0, 1800).Select(i => $"{i % 10} ж🙂 "));
        await CallAsync(api, "add_tasks", new JsonObject { ["tasks"] = new JsonArray([.. Enumerable.Range(1, 20).Select(i => new JsonObject { ["title"] = $"{i} {new string('龘', 400)}", ["notes"] = notes[..3996] })]) }.ToJsonString());
        await CallAsync(api, "update_tasks", new JsonObject { ["tasks"] = new JsonArray(new JsonObject { ["task"] = "#1", ["notes"] = notes }, new JsonObject { ["task"] = "#2", ["parent"] = "#1" }) }.ToJsonString());
        JsonNode whole = await CallAsync(api, "find_tasks", """{"tasks": ["#1"], "detail": "detailed"}""");
        Assert.Equal(notes, (string)whole["structuredContent"]!["tasks"]![0]!["notes"]!);
        Assert.Contains("todo://tasks/1", TextOf(whole), StringComparison.Ordinal);
        JsonNode resource = (await RpcAsync(api, "resources/read", new JsonObject { ["uri"] = "todo://tasks/1" }))["result"]!["contents"]!;
        Assert.Contains(notes, (string)resource[0]!["text"]!, StringComparison.Ordinal);
        string all = string.Join(',', Enumerable.Range(1, 20).Select(i => $"\"#{i}\""));
        JsonNode page = await CallAsync(api, "find_tasks", $$"""{"tasks": [{{all}}], "detail": "detailed"}""");
        Assert.InRange(page["structuredContent"]!["tasks"]!.AsArray().Count, 2, 19);
        Assert.DoesNotContain("Not found", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("There are more", TextOf(page), StringComparison.Ordinal);
        Assert.EndsWith("Not found: #99.", TextOf(await CallAsync(api, "find_tasks", """{"tasks": ["#2", "#99"]}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_organizes_lists_and_labels_and_sees_them_in_the_overview()
    {
        using Api api = Api(new TestIdentity { Agent = "Laptop assistant" });
        JsonNode done = await CallAsync(api, "organize", """
            {"changes": [{"action": "create", "kind": "list", "name": "Home", "color": "#3366cc"}, {"action": "create", "kind": "list", "name": "Garden", "parent": "home"},
            {"action": "create", "kind": "list", "name": "HOME"}, {"action": "create", "kind": "label", "name": "later"}], "idempotency_key": "o1"}
            """);
        Assert.False(IsError(done));
        string[] lines = TextOf(done).Split('\n');
        Assert.Equal(["Created the list Home.", "Created the list Garden.", "Created the label later."], [lines[0], lines[1], lines[3]]);
        Assert.StartsWith("failed: There is a list named 'Home' already", lines[2], StringComparison.Ordinal);
        await CallAsync(api, "add_tasks", """{"tasks": [{"title": "Rake", "list": "Garden", "labels": ["later", "soon"]}]}""");
        JsonNode merged = await CallAsync(api, "organize", """
            {"changes": [{"action": "merge", "kind": "label", "item": "later", "into": "soon"}, {"action": "change", "kind": "label", "item": "soon", "name": "next"},
            {"action": "delete", "kind": "list", "item": "Garden"}, {"action": "delete", "kind": "list", "item": "Garden", "tasks": "move:Home"}], "confirm": true}
            """);
        Assert.Equal([true, true, false, true], merged["structuredContent"]!["results"]!.AsArray().Select(result => (bool)result!["ok"]!));
        JsonNode overview = await CallAsync(api, "get_overview", "{}");
        Assert.Contains("list Home: 1 open\nlabels @next 1", TextOf(overview), StringComparison.Ordinal);
        Assert.Equal(1, (int)overview["structuredContent"]!["open"]!);
        foreach (string wrong in (string[])["""{"action": "burn", "kind": "list", "item": "Home"}""", """{"action": "create", "kind": "list"}""", """{"action": "change", "kind": "label"}""", """{"action": "merge", "kind": "list", "item": "Home"}""", """{"action": "delete", "kind": "list", "item": "Home", "tasks": "burn"}"""])
        {
            JsonNode refused = await CallAsync(api, "organize", $$"""{"changes": [{{wrong}}]}""");
            Assert.True(IsError(refused));
            Assert.StartsWith("Nothing was done. \nchanges[0].", TextOf(refused), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_agent_completes_occurrences_and_says_what_becomes_of_subtasks()
    {
        using Api api = Api(new TestIdentity { Agent = "Laptop assistant" });
        await CallAsync(api, "add_tasks", """{"tasks": [{"title": "Water plants", "due": "2099-12-01", "recurrence": "FREQ=WEEKLY;COUNT=2"}, {"title": "Fern"}]}""");
        await CallAsync(api, "update_tasks", """{"tasks": [{"task": "#2", "parent": "#1"}]}""");
        JsonNode refused = await CallAsync(api, "complete_tasks", """{"tasks": ["#1"]}""");
        Assert.True(IsError(refused));
        Assert.Contains("with_subtasks true", TextOf(refused), StringComparison.Ordinal);
        JsonNode completed = await CallAsync(api, "complete_tasks", """{"tasks": ["#1"], "with_subtasks": true, "idempotency_key": "c"}""");
        Assert.Contains("#1 Water plants | due 2099-12-08 | repeats FREQ=WEEKLY;COUNT=1", TextOf(completed), StringComparison.Ordinal);
        await CallAsync(api, "complete_tasks", """{"tasks": ["#1"], "with_subtasks": true, "idempotency_key": "c"}""");
        Assert.Equal("Laptop assistant", (string)(await api.GetAsync("/tasks/1/completions")).Items.Single()["actor"]!["name"]!);
        Assert.Contains("| completed", TextOf(await CallAsync(api, "complete_tasks", """{"tasks": ["#1"], "with_subtasks": false}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_only_reads_can_only_find()
    {
        using Api api = Api(new TestIdentity { Scope = "tasks:read" });
        Assert.False(IsError(await CallAsync(api, "find_tasks", "{}")));
        Reply refused = await PostAsync(api, "tools/call", new JsonObject { ["name"] = "add_tasks", ["arguments"] = new JsonObject() });
        Assert.Equal(403, (int)refused.Status);
        Assert.Equal("Bearer realm=\"todo\", error=\"insufficient_scope\", scope=\"tasks:write\"", refused.Header("WWW-Authenticate"));
        Assert.Contains("needs a token with the scope tasks:write", refused.Text, StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync("/tasks")).Items);
    }

    [Fact]
    public async Task Resources_are_listed_and_read_as_Markdown_and_as_JSON()
    {
        using Api api = Api();
        string today = (string)(await CallAsync(api, "get_overview", "{}"))["structuredContent"]!["today"]!;
        string yesterday = DateOnly.ParseExact(today, "yyyy-MM-dd").AddDays(-1).ToString("yyyy-MM-dd");
        await CallAsync(api, "organize", """{"changes": [{"action": "create", "kind": "list", "name": "Haus & Garten"}]}""");
        await CallAsync(api, "add_tasks", $$"""{"tasks": [{"title": "Jetzt", "due": "{{today}}"}, {"title": "Spät", "due": "{{yesterday}}"}, {"title": "Rasen", "list": "Haus & Garten", "notes": "kurz"}, {"title": "Mähen", "parent": "#3"}]}""");
        JsonNode list = (await RpcAsync(api, "resources/list", []))["result"]!;
        Assert.Equal(["todo://today", "todo://overdue", "ui://todo/board"], list["resources"]!.AsArray().Select(resource => (string)resource!["uri"]!));
        JsonNode templates = (await RpcAsync(api, "resources/templates/list", []))["result"]!;
        Assert.Equal(["todo://lists/{name}", "todo://filters/{name}", "todo://tasks/{number}"], templates["resourceTemplates"]!.AsArray().Select(template => (string)template!["uriTemplate"]!));
        Assert.Equal($"# Today\n\n- [ ] #2 Spät | due {yesterday} | in Inbox\n- [ ] #1 Jetzt | due {today} | in Inbox", await TextAsync("todo://today"));
        Assert.Equal($"# Overdue\n\n- [ ] #2 Spät | due {yesterday} | in Inbox", await TextAsync("todo://overdue"));
        Assert.StartsWith("# Haus & Garten\n\n- [ ] #3 Rasen", await TextAsync("todo://lists/haus%20%26%20garten"), StringComparison.Ordinal);
        Assert.Equal("# #3 Rasen | in Haus & Garten\n  kurz\n- [ ] #4 Mähen | in Haus & Garten", await TextAsync("todo://tasks/3"));
        JsonNode contents = (await RpcAsync(api, "resources/read", new JsonObject { ["uri"] = "todo://tasks/3" }))["result"]!["contents"]!;
        Assert.Equal("Mähen", (string)JsonNode.Parse((string)contents[1]!["text"]!)!["subtasks"]![0]!["title"]!);
        foreach (string uri in (string[])["todo://tasks/99", "todo://lists/none", "todo://filters/none", "todo://filters/", "todo://tasks/", "todo://nothing", "file:///etc/passwd"])
        {
            Assert.Equal(-32602, (int)(await RpcAsync(api, "resources/read", new JsonObject { ["uri"] = uri }))["error"]!["code"]!);
        }

        async Task<string> TextAsync(string uri) => (string)(await RpcAsync(api, "resources/read", new JsonObject { ["uri"] = uri }))["result"]!["contents"]![0]!["text"]!;
    }

    [Fact]
    public async Task A_saved_filter_is_a_resource_by_its_name()
    {
        using Api api = Api();
        await CallAsync(api, "add_tasks", """{"tasks": [{"title": "Ruf an", "priority": "urgent", "labels": ["Büro"]}, {"title": "Später"}]}""");
        (await api.PostAsync("/filters", """{"name": "Dringend & wichtig", "query": "p1 & @büro"}""")).Expect(201);
        (await api.PostAsync("/filters", """{"name": "Kaputt", "query": "@gone"}""")).Expect(201);
        JsonNode contents = (await ReadAsync("todo://filters/dringend%20%26%20wichtig"))["result"]!["contents"]!;
        Assert.Equal(["text/markdown", "application/json"], contents.AsArray().Select(content => (string)content!["mimeType"]!));
        Assert.Equal("# Dringend & wichtig\n\n- [ ] #1 Ruf an | urgent | in Inbox | @Büro", (string)contents[0]!["text"]!);
        Assert.Equal("Ruf an", (string)JsonNode.Parse((string)contents[1]!["text"]!)!["tasks"]![0]!["title"]!);

        JsonNode broken = (await ReadAsync("todo://filters/kaputt"))["error"]!;
        Assert.Equal(-32602, (int)broken["code"]!);
        Assert.Contains("names the label 'gone', which does not exist", (string)broken["message"]!, StringComparison.Ordinal);
        JsonNode missing = (await ReadAsync("todo://filters/none"))["error"]!;
        Assert.Equal(
            "There is no resource todo://filters/none. There are todo://today, todo://overdue, todo://lists/{name}, todo://filters/{name}, todo://tasks/{number}.",
            (string)missing["message"]!);
        using Api stranger = Api();
        Assert.Equal(-32602, (int)(await RpcAsync(stranger, "resources/read", new JsonObject { ["uri"] = "todo://filters/kaputt" }))["error"]!["code"]!);

        async Task<JsonNode> ReadAsync(string uri) => await RpcAsync(api, "resources/read", new JsonObject { ["uri"] = uri });
    }

    [Fact]
    public async Task Prompts_bring_the_tasks_that_they_need()
    {
        using Api api = Api();
        await CallAsync(api, "add_tasks", """{"tasks": [{"title": "Move house"}]}""");
        JsonArray prompts = (await RpcAsync(api, "prompts/list", []))["result"]!["prompts"]!.AsArray();
        Assert.Equal(["plan_my_day", "weekly_review", "triage_inbox", "break_down_task"], prompts.Select(prompt => (string)prompt!["name"]!));
        foreach (string name in (string[])["plan_my_day", "weekly_review", "triage_inbox"])
        {
            JsonArray messages = (await RpcAsync(api, "prompts/get", new JsonObject { ["name"] = name }))["result"]!["messages"]!.AsArray();
            Assert.All(messages.Skip(1), message => Assert.StartsWith("todo://", (string)message!["content"]!["resource"]!["uri"]!, StringComparison.Ordinal));
            Assert.True(messages.Count > 1);
        }

        JsonNode broken = (await RpcAsync(api, "prompts/get", new JsonObject { ["name"] = "break_down_task", ["arguments"] = new JsonObject { ["task"] = "#1" } }))["result"]!;
        Assert.StartsWith("# #1 Move house", (string)broken["messages"]![1]!["content"]!["resource"]!["text"]!, StringComparison.Ordinal);
        Assert.Equal(-32602, (int)(await RpcAsync(api, "prompts/get", new JsonObject { ["name"] = "break_down_task" }))["error"]!["code"]!);
        Assert.Equal(-32602, (int)(await RpcAsync(api, "prompts/get", new JsonObject { ["name"] = "break_down_task", ["arguments"] = new JsonObject { ["task"] = "99" } }))["error"]!["code"]!);
        Assert.Equal(-32602, (int)(await RpcAsync(api, "prompts/get", new JsonObject { ["name"] = "plan_my_dya" }))["error"]!["code"]!);
    }

    [Fact]
    public async Task Variables_are_completed()
    {
        using Api api = Api();
        await CallAsync(api, "organize", """{"changes": [{"action": "create", "kind": "list", "name": "Homework"}, {"action": "create", "kind": "list", "name": "Home"}, {"action": "create", "kind": "list", "name": "Work"}]}""");
        await CallAsync(api, "add_tasks", new JsonObject { ["tasks"] = new JsonArray([.. Enumerable.Range(1, 22).Select(i => new JsonObject { ["title"] = $"t{i}" })]) }.ToJsonString());
        foreach (string name in (string[])["Home today", "Rest"])
        {
            (await api.PostAsync("/filters", $$"""{"name": "{{name}}", "query": "today"}""")).Expect(201);
        }

        Assert.Equal(["Homework", "Home"], await CompleteAsync("todo://lists/{name}", "name", "home"));
        Assert.Equal(["Home today"], await CompleteAsync("todo://filters/{name}", "name", "home"));
        Assert.Equal(["Home today", "Rest"], await CompleteAsync("todo://filters/{name}", "name", ""));
        Assert.Equal(["22", "21", "20", "2"], await CompleteAsync("todo://tasks/{number}", "number", "2"));
        Assert.Equal(22, (await CompleteAsync("todo://tasks/{number}", "number", "")).Length);
        Assert.Empty(await CompleteAsync("todo://tasks/{number}", "number", "9999999999999999999999"));
        Assert.Empty(await CompleteAsync("todo://tasks/{number}", "number", "x"));

        // Every variable of every template, and every argument of every prompt.
        JsonArray templates = (await RpcAsync(api, "resources/templates/list", []))["result"]!["resourceTemplates"]!.AsArray();
        Assert.All(templates, template => Assert.Matches(@"^todo://\w+/\{\w+\}$", (string)template!["uriTemplate"]!));
        foreach (string template in templates.Select(template => (string)template!["uriTemplate"]!))
        {
            Assert.NotEmpty(await CompleteAsync(template, template[(template.IndexOf('{', StringComparison.Ordinal) + 1)..^1], ""));
        }

        foreach (JsonNode? prompt in (await RpcAsync(api, "prompts/list", []))["result"]!["prompts"]!.AsArray())
        {
            foreach (JsonNode? argument in prompt!["arguments"]?.AsArray() ?? [])
            {
                Assert.NotEmpty(await CompletedAsync(new JsonObject { ["type"] = "ref/prompt", ["name"] = (string)prompt["name"]! }, (string)argument!["name"]!, ""));
            }
        }

        Task<string[]> CompleteAsync(string template, string argument, string value) =>
            CompletedAsync(new JsonObject { ["type"] = "ref/resource", ["uri"] = template }, argument, value);

        async Task<string[]> CompletedAsync(JsonObject reference, string argument, string value) => [.. (await RpcAsync(api, "completion/complete", new JsonObject
        {
            ["ref"] = reference,
            ["argument"] = new JsonObject { ["name"] = argument, ["value"] = value },
        }))["result"]!["completion"]!["values"]!.AsArray().Select(completed => (string)completed!)];
    }

    [Fact]
    public async Task Tools_and_cursors_that_do_not_exist_are_refused_by_name()
    {
        using Api api = Api();
        Reply tool = await PostAsync(api, "tools/call", new JsonObject { ["name"] = "find_task" });
        Assert.Equal((400, -32602), ((int)tool.Status, (int)tool.Json["error"]!["code"]!));
        Assert.Equal("There is no such tool. Did you mean find_tasks?", (string)tool.Json["error"]!["message"]!);
        Reply cursor = await PostAsync(api, "tools/list", new JsonObject { ["cursor"] = "abc" });
        Assert.Equal((400, -32602), ((int)cursor.Status, (int)cursor.Json["error"]!["code"]!));
    }
}

public sealed class McpToolsOnSqlite(OnSqlite fixture) : McpToolsTests(fixture), IClassFixture<OnSqlite>;

public sealed class McpToolsOnPostgres(OnPostgres fixture) : McpToolsTests(fixture), IClassFixture<OnPostgres>;
