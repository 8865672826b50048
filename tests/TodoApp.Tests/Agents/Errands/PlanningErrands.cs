namespace TodoApp.Tests.Agents.Errands;

/// <summary>Dates and priorities.</summary>
internal static class PlanningErrands
{
    public static readonly Errand[] All =
    [
        new(
            "Move everything due this week except bills to next Monday",
            "Report friday\nDentist thursday 3pm\nRent thursday @bills\nHoliday on 2026-03-10\nLetter on 2026-03-03\nWindow cleaner every week on thursday",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"filter": "!@bills", "due_after": "2026-03-01", "due_before": "next monday"}""");
                await agent.DoAsync("reschedule_tasks", $$"""{"tasks": {{found.Numbers}}, "due": "next monday", "idempotency_key": "monday"}""");
            },
            async home =>
            {
                await home.IsAsync("Report 2026-03-09", "Dentist 2026-03-09T15:00", "Rent 2026-03-05 @bills", "Holiday 2026-03-10", "Letter 2026-03-09", "Window cleaner 2026-03-09");
                await home.HasAsync(6, "recurrence", "FREQ=WEEKLY;BYDAY=TH");
            },
            OnPostgres: true),
        new(
            "Put what is overdue on today",
            "Taxes on 2026-03-01\nLetter on 2026-03-03\nReport friday\nSomeday",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"due": "overdue"}""");
                await agent.DoAsync("reschedule_tasks", $$"""{"tasks": {{found.Numbers}}, "due": "today", "idempotency_key": "today"}""");
            },
            home => home.IsAsync("Taxes 2026-03-04", "Letter 2026-03-04", "Report 2026-03-06", "Someday")),
        new(
            "Spread the overdue tasks over the next days, one a day",
            "Taxes on 2026-03-01\nLetter on 2026-03-02\nCall mother on 2026-03-03",
            async agent =>
            {
                await agent.DoAsync("find_tasks", """{"due": "overdue", "sort": "priority"}""");
                await agent.DoAsync("update_tasks", """{"tasks": [{"task": "#1", "due": "tomorrow"}, {"task": "#2", "due": "in 2 days"}, {"task": "#3", "due": "in 3 days"}], "idempotency_key": "spread"}""");
            },
            home => home.IsAsync("Taxes 2026-03-05", "Letter 2026-03-06", "Call mother 2026-03-07")),
        new(
            "Clear my Friday, but the dentist stays",
            "Dentist friday 9am\nReport friday\nGym friday 6pm\nParty saturday",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"filter": "friday & !search: dentist"}""");
                await agent.DoAsync("reschedule_tasks", $$"""{"tasks": {{found.Numbers}}, "due": "next monday", "idempotency_key": "friday"}""");
            },
            home => home.IsAsync("Dentist 2026-03-06T09:00", "Report 2026-03-09", "Gym 2026-03-09T18:00", "Party 2026-03-07")),
        new(
            "Everything for work that is due today is urgent",
            "Offer on 2026-03-04 #Work\nInvoice on 2026-03-04 #Work p4\nLater on 2026-04-01 #Work\nDinner on 2026-03-04",
            async agent =>
            {
                await agent.DoAsync("find_tasks", """{"list": "Work", "due": "today"}""");
                await agent.DoAsync("update_tasks", """{"tasks": [{"task": "#1", "priority": "urgent"}, {"task": "#2", "priority": "urgent"}], "idempotency_key": "urgent"}""");
            },
            home => home.IsAsync("filter=p1&sort=created", ["Offer 2026-03-04 #Work", "Invoice 2026-03-04 #Work"])),
        new(
            "What should I do today?",
            "Taxes on 2026-03-01 p1\nStand-up on 2026-03-04 9:30am\nReport on 2026-03-04 p2\nGym on 2026-03-04 6pm\nSomeday",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"filter": "overdue | today", "sort": "priority"}""");
                Assert.Equal("""["#1","#3","#2","#4"]""", found.Numbers);
            },
            home => home.IsAsync("Taxes 2026-03-01", "Stand-up 2026-03-04T09:30", "Report 2026-03-04", "Gym 2026-03-04T18:00", "Someday")),
        new(
            "I am ill: push today and tomorrow to next week",
            "Report on 2026-03-04 #Work\nOffer on 2026-03-05 4pm #Work\nPlants on 2026-03-06",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"filter": "today | tomorrow"}""");
                await agent.DoAsync("reschedule_tasks", $$"""{"tasks": {{found.Numbers}}, "due": "next wednesday", "idempotency_key": "ill"}""");
            },
            home => home.IsAsync("Report 2026-03-11 #Work", "Offer 2026-03-11T16:00 #Work", "Plants 2026-03-06")),
        new(
            "The report needs no date any more",
            "Report friday\nReport for Eva",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "report"}""");
                await agent.DoAsync("update_tasks", $$"""{"tasks": [{"task": {{found.NumbersOf("Report").Trim('[', ']')}}, "due": ""}], "idempotency_key": "no-date"}""");
            },
            home => home.IsAsync("Report", "Report for Eva")),
    ];
}
