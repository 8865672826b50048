namespace TodoApp.Tests.Agents.Errands;

/// <summary>Questions, which change nothing.</summary>
internal static class ReviewErrands
{
    public static readonly Errand[] All =
    [
        new(
            "What did I finish last week?",
            "",
            async agent =>
            {
                ToolAnswer activity = await agent.DoAsync("get_activity", """{"kinds": ["completed"], "since": "last week", "until": "this week"}""");
                Assert.Equal(["Plants", "Invoice"], activity.Json["changes"]!.AsArray().Select(change => (string)change!["name"]!));
            },
            home => home.IsAsync("Invoice ✓", "Plants 2026-03-02", "Report ✓", "Open"),
            async home =>
            {
                await home.AtAsync("2026-02-20 09:00", () => home.AddAsync("Invoice\nPlants every monday\nReport\nOpen"));
                await home.AtAsync("2026-02-23 09:00", () => home.CompleteAsync(1));
                await home.AtAsync("2026-03-01 20:00", () => home.CompleteAsync(2));
                await home.AtAsync("2026-03-02 08:00", () => home.CompleteAsync(3));
            },
            OnPostgres: true),
        new(
            "Which tasks did Claude's token change today?",
            "Report\nOffer\nLetter",
            async agent =>
            {
                ToolAnswer activity = await agent.DoAsync("get_activity", """{"actor": "Claude", "since": "today"}""");
                Assert.Equal(["Offer"], activity.Json["changes"]!.AsArray().Select(change => (string)change!["name"]!));
            },
            home => home.IsAsync("Report ✓", "Offer 2026-03-20", "Letter 2026-03-21"),
            async home =>
            {
                await home.AtAsync("2026-03-03 09:00", () => home.EarlierAsync("update_tasks", """{"tasks": [{"task": "#3", "due": "2026-03-21"}]}"""));
                await home.AtAsync("2026-03-04 08:00", () => home.EarlierAsync("update_tasks", """{"tasks": [{"task": "#2", "due": "2026-03-20"}]}"""));
                await home.AtAsync("2026-03-04 08:30", () => home.CompleteAsync(1));
            }),
        new(
            "Who renamed the report, and what was it called?",
            "Report for March",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "report"}""");
                ToolAnswer activity = await agent.DoAsync("get_activity", $$"""{"task": {{found.Numbers.Trim('[', ']')}}, "kinds": ["updated"]}""");
                Assert.Contains("Claude", activity.Text, StringComparison.Ordinal);
                Assert.Contains("title Report for March → Report Q1", activity.Text, StringComparison.Ordinal);
            },
            home => home.IsAsync("Report Q1"),
            home => home.AtAsync("2026-03-03 09:00", () => home.EarlierAsync("update_tasks", """{"tasks": [{"task": "#1", "title": "Report Q1"}]}"""))),
        new(
            "What is overdue at work, and what is next?",
            "Offer on 2026-03-02 #Work\nInvoice on 2026-03-06 #Work\nRent on 2026-03-01\nIdeas #Work",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"filter": "#Work & (overdue | 7 days)", "sort": "due"}""");
                Assert.Equal("""["#1","#2"]""", found.Numbers);
            },
            home => home.IsAsync("Offer 2026-03-02 #Work", "Invoice 2026-03-06 #Work", "Rent 2026-03-01", "Ideas #Work")),
        new(
            "How much is there to do in each list?",
            "Offer on 2026-03-02 #Work\nInvoice #Work @bills\nRent\nRake #Garden",
            async agent =>
            {
                ToolAnswer overview = await agent.DoAsync("get_overview");
                Assert.Contains("list Work: 2 open, 1 overdue", overview.Text, StringComparison.Ordinal);
            },
            home => home.IsAsync("Offer 2026-03-02 #Work", "Invoice #Work @bills", "Rent", "Rake #Garden")),
        new(
            "What did I write about the boiler?",
            "Boiler // Mr. Brandt, 0170 555, next service in October\nBoil eggs",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "boiler", "status": "all", "detail": "detailed"}""");
                Assert.Contains("0170 555", found.Text, StringComparison.Ordinal);
            },
            home => home.IsAsync("Boiler ✓", "Boil eggs"),
            home => home.CompleteAsync(1)),
        new(
            "What of the trip is still open?",
            "Trip #Travel\n  Flights\n  Hotel\n  Insurance",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "trip"}""");
                ToolAnswer open = await agent.DoAsync("find_tasks", $$"""{"parent": {{found.NumbersOf("Trip").Trim('[', ']')}}}""");
                Assert.Equal("""["#3","#4"]""", open.Numbers);
            },
            home => home.IsAsync("Trip #Travel", "Flights #Travel ✓", "Hotel #Travel", "Insurance #Travel"),
            home => home.CompleteAsync(2)),
    ];
}
