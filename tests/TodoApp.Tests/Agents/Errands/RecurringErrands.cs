namespace TodoApp.Tests.Agents.Errands;

/// <summary>What comes again.</summary>
internal static class RecurringErrands
{
    public static readonly Errand[] All =
    [
        new(
            "Reschedule only the next occurrence of rent, to Thursday",
            "Rent every month on the 10th @bills",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "rent"}""");
                await agent.DoAsync("reschedule_tasks", $$"""{"tasks": {{found.Numbers}}, "due": "2026-03-12", "idempotency_key": "rent"}""");
            },
            async home =>
            {
                await home.IsAsync("Rent 2026-03-12 @bills");
                await home.CompleteAsync(1);
                await home.IsAsync("Rent 2026-04-10 @bills");
            },
            OnPostgres: true),
        new(
            "Skip this week's cleaning",
            "Cleaning every saturday #Home",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "cleaning"}""");
                await agent.DoAsync("reschedule_tasks", $$"""{"tasks": {{found.Numbers}}, "skip": true, "idempotency_key": "skip"}""");
            },
            async home =>
            {
                await home.IsAsync("Cleaning 2026-03-14 #Home");
                Assert.Empty((await home.Owner.GetAsync("/tasks/1/completions")).Items);
            },
            OnPostgres: true),
        new(
            "I quit the gym: end the series",
            "Gym every tuesday 6pm",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "gym"}""");
                await agent.DoAsync("reschedule_tasks", $$"""{"tasks": {{found.Numbers}}, "end": true, "idempotency_key": "end"}""");
                await agent.DoAsync("complete_tasks", $$"""{"tasks": {{found.Numbers}}, "idempotency_key": "done"}""");
            },
            async home =>
            {
                await home.IsAsync("Gym 2026-03-10T18:00 ✓");
                await home.HasAsync(1, "recurrence", null);
            },
            home => home.CompleteAsync(1)),
        new(
            "From now on rent is due on the third",
            "Rent every month on the 1st @bills",
            async agent =>
            {
                await agent.DoAsync("find_tasks", """{"text": "rent"}""");
                await agent.DoAsync("update_tasks", """{"tasks": [{"task": "#1", "recurrence": "every month on the 3rd"}], "idempotency_key": "third"}""");
            },
            async home =>
            {
                await home.IsAsync("Rent 2026-04-03 @bills");
                await home.HasAsync(1, "recurrence", "FREQ=MONTHLY;BYMONTHDAY=3");
            }),
        new(
            "I have watered the plants; when is it next?",
            "Water the plants every! 3 days on 2026-03-03",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "plants"}""");
                ToolAnswer done = await agent.DoAsync("complete_tasks", $$"""{"tasks": {{found.Numbers}}, "idempotency_key": "plants"}""");
                Assert.Contains("due 2026-03-07", done.Text, StringComparison.Ordinal);
            },
            home => home.IsAsync("Water the plants 2026-03-07")),
        new(
            "A stand-up every weekday at half past nine, ten times",
            "",
            agent => agent.DoAsync("add_tasks", """{"tasks": [{"title": "Stand-up", "due": "tomorrow 9:30", "recurrence": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=10"}], "idempotency_key": "stand-up"}"""),
            home => home.IsAsync("Stand-up 2026-03-05T09:30")),
        new(
            "When did I last clean the oven?",
            "Clean the oven every month on the 28th\nClean the oven hood",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "clean oven", "status": "all"}""");
                ToolAnswer activity = await agent.DoAsync("get_activity", $$"""{"task": {{found.NumbersOf("Clean the oven").Trim('[', ']')}}, "kinds": ["completed"], "limit": 1}""");
                Assert.Contains("2026-03-02 20:15", activity.Text, StringComparison.Ordinal);
            },
            home => home.IsAsync("Clean the oven 2026-04-28", "Clean the oven hood"),
            home => home.AtAsync("2026-03-02 20:15", () => home.CompleteAsync(1))),
    ];
}
