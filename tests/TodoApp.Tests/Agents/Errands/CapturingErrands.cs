namespace TodoApp.Tests.Agents.Errands;

/// <summary>What comes into the account.</summary>
internal static class CapturingErrands
{
    public static readonly Errand[] All =
    [
        new(
            "Plan a trip to Lisbon in May with eight steps",
            "",
            agent => agent.DoAsync("add_tasks", """{"text": "Trip to Lisbon on 2026-05-08 #Travel\n  Book flights on 2026-03-10 p2\n  Book hotel on 2026-03-12\n  Check passports\n  Travel insurance\n  Ask Eva about the cat\n  Restaurant for Saturday\n  Print tickets on 2026-05-06\n  Pack on 2026-05-07", "create_lists": true, "idempotency_key": "trip"}"""),
            async home =>
            {
                await home.IsAsync(
                    "Trip to Lisbon 2026-05-08 #Travel", "Book flights 2026-03-10 #Travel", "Book hotel 2026-03-12 #Travel", "Check passports #Travel", "Travel insurance #Travel",
                    "Ask Eva about the cat #Travel", "Restaurant for Saturday #Travel", "Print tickets 2026-05-06 #Travel", "Pack 2026-05-07 #Travel");
                Assert.Equal(8, (await home.Owner.GetAsync("/tasks?parent=1")).Items.Length);
            }),
        new(
            "Make tasks from my meeting notes",
            "Old task",
            agent => agent.DoAsync("add_tasks", """{"tasks": [{"title": "Send the offer to Brandt", "due": "friday", "priority": "high", "list": "Inbox"}, {"title": "Book a room for the workshop", "due": "next monday"}, {"title": "Ask legal about the contract", "notes": "Clause 4: liability", "labels": ["waiting"]}], "idempotency_key": "notes"}"""),
            home => home.IsAsync("Old task", "Send the offer to Brandt 2026-03-06", "Book a room for the workshop 2026-03-09", "Ask legal about the contract @waiting")),
        new(
            "Put milk on the groceries, unless it is there",
            "Milk #Groceries\nBread #Groceries",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"list": "Groceries", "text": "milk"}""");
                Assert.Single(found.Tasks);
            },
            home => home.IsAsync("Milk #Groceries", "Bread #Groceries")),
        new(
            "Add what is missing for pancakes to the groceries",
            "Milk #Groceries\nBread #Groceries",
            async agent =>
            {
                await agent.DoAsync("find_tasks", """{"list": "Groceries"}""");
                await agent.DoAsync("add_tasks", """{"tasks": [{"title": "Eggs", "list": "Groceries"}, {"title": "Flour", "list": "Groceries"}], "idempotency_key": "pancakes"}""");
            },
            home => home.IsAsync("Milk #Groceries", "Bread #Groceries", "Eggs #Groceries", "Flour #Groceries")),
        new(
            "Remind me to call New York at nine, their time",
            "",
            agent => agent.DoAsync("add_tasks", """{"tasks": [{"title": "Call New York", "due": "tomorrow 9am", "due_time_zone": "America/New_York"}], "idempotency_key": "call"}"""),
            async home =>
            {
                await home.IsAsync("Call New York 2026-03-05T09:00");
                await home.HasAsync(1, "dueTimeZone", "America/New_York");
            }),
        new(
            "Add the tasks again after an answer that was lost",
            "",
            async agent =>
            {
                const string tasks = """{"tasks": [{"title": "Pay the plumber"}, {"title": "Fix the tap"}], "idempotency_key": "plumber"}""";
                ToolAnswer lost = await agent.DoAsync("add_tasks", tasks);
                ToolAnswer again = await agent.DoAsync("add_tasks", tasks);
                Assert.Equal(lost.Numbers, again.Numbers);
            },
            home => home.IsAsync("Pay the plumber", "Fix the tap"),
            OnPostgres: true),
        new(
            "Break the move down into steps",
            "Move house on 2026-04-30 #Home // three rooms, fourth floor",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "move", "detail": "detailed"}""");
                Assert.Contains("three rooms", found.Text, StringComparison.Ordinal);
                await agent.DoAsync("add_tasks", """{"tasks": [{"title": "Get three quotes", "parent": "#1", "due": "2026-03-13"}, {"title": "Cancel the electricity", "parent": "#1"}, {"title": "Pack the books", "parent": "#1"}], "idempotency_key": "move"}""");
            },
            async home =>
            {
                await home.IsAsync("Move house 2026-04-30 #Home", "Get three quotes 2026-03-13 #Home", "Cancel the electricity #Home", "Pack the books #Home");
                Assert.Equal(3, (await home.Owner.GetAsync("/tasks?parent=1")).Items.Length);
            }),
        new(
            "The same packing list as for the last trip, please",
            "Trip to Rome #Travel\n  Passport\n  Charger\n  Sun cream",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "trip", "status": "all"}""");
                ToolAnswer trip = await agent.DoAsync("find_tasks", $$"""{"tasks": {{found.NumbersOf("Trip to Rome")}}}""");
                Assert.Equal(4, trip.Tasks.Length);
                await agent.DoAsync("add_tasks", """{"text": "Trip to Oslo #Travel\n  Passport\n  Charger\n  Sun cream", "idempotency_key": "oslo"}""");
            },
            home => home.IsAsync(
                "Trip to Rome #Travel", "Passport #Travel", "Charger #Travel", "Sun cream #Travel", "Trip to Oslo #Travel", "Passport #Travel", "Charger #Travel", "Sun cream #Travel")),
        new(
            "Add a task to a list whose name I misspell",
            "Hammer #Garage",
            async agent =>
            {
                ToolAnswer refused = await agent.CallAsync("add_tasks", """{"tasks": [{"title": "Nails", "list": "Garge"}], "idempotency_key": "nails"}""");
                Assert.True(refused.IsError);
                Assert.Contains("Garage", refused.Text, StringComparison.Ordinal);
                await agent.DoAsync("add_tasks", """{"tasks": [{"title": "Nails", "list": "Garage"}], "idempotency_key": "nails"}""");
            },
            home => home.IsAsync("Hammer #Garage", "Nails #Garage")),
    ];
}
