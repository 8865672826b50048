namespace TodoApp.Tests.Agents.Errands;

/// <summary>Lists, labels, filters, and cleaning up.</summary>
internal static class OrganizingErrands
{
    private static readonly string Forty = string.Join('\n', Enumerable.Range(1, 40).Select(i => $"Step {i} #Move"));

    public static readonly Errand[] All =
    [
        new(
            "Merge the label err into errand",
            "Post office @err\nBank @errand\nBoth @err @errand",
            agent => agent.DoAsync("organize", """{"changes": [{"action": "merge", "kind": "label", "item": "err", "into": "errand"}], "idempotency_key": "merge"}"""),
            async home =>
            {
                await home.IsAsync("Post office @errand", "Bank @errand", "Both @errand");
                Assert.Equal(["errand"], (await home.Owner.GetAsync("/labels")).Names);
            },
            OnPostgres: true),
        new(
            "Create a list for the garden and move these in",
            "Rake the leaves\nBuy seeds\nReport",
            async agent =>
            {
                await agent.DoAsync("find_tasks");
                await agent.DoAsync("organize", """{"changes": [{"action": "create", "kind": "list", "name": "Garden"}], "idempotency_key": "garden"}""");
                await agent.DoAsync("update_tasks", """{"tasks": [{"task": "#1", "list": "Garden"}, {"task": "#2", "list": "Garden"}], "idempotency_key": "move"}""");
            },
            home => home.IsAsync("Rake the leaves #Garden", "Buy seeds #Garden", "Report")),
        new(
            "Clear out the list of the move, with its forty done tasks",
            Forty,
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"list": "Move", "status": "completed", "limit": 100}""");
                Assert.Equal(40, found.Tasks.Length);
                ToolAnswer asked = await agent.CallAsync("delete_tasks", $$"""{"tasks": {{found.Numbers}}, "idempotency_key": "clear"}""");
                Assert.True(asked.IsError);
                await agent.DoAsync("delete_tasks", $$"""{"tasks": {{found.Numbers}}, "confirm": true, "idempotency_key": "clear"}""");
            },
            async home =>
            {
                await home.IsAsync();
                Assert.Equal(40, (await home.Owner.GetAsync("/tasks?status=trashed&limit=200")).Items.Length);
            },
            home => home.CompleteAsync([.. Enumerable.Range(1, 40)])),
        new(
            "A saved filter for what I am waiting for",
            "Answer from legal @waiting #Work\nParcel @waiting\nReport #Work",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"filter": "@waiting & #Work"}""");
                Assert.Single(found.Tasks);
                await agent.DoAsync("organize", """{"changes": [{"action": "create", "kind": "filter", "name": "Waiting at work", "query": "@waiting & #Work"}], "idempotency_key": "filter"}""");
            },
            async home =>
            {
                Assert.Equal(["Waiting at work"], (await home.Owner.GetAsync("/filters")).Names);
                Assert.Equal("@waiting & #Work", (string)(await home.Owner.GetAsync("/filters")).Items[0]["query"]!);
            }),
        new(
            "Archive the project that is over",
            "Launch #Project",
            agent => agent.DoAsync("organize", """{"changes": [{"action": "change", "kind": "list", "item": "Project", "archived": true}], "idempotency_key": "archive"}"""),
            async home => Assert.NotNull((await home.Owner.GetAsync("/lists")).Items.Single(list => (string)list["name"]! == "Project")["archivedAt"]),
            home => home.CompleteAsync(1)),
        new(
            "Delete the list Garden, but keep its tasks",
            "Rake #Garden\nSeeds #Garden\nReport",
            async agent =>
            {
                const string delete = """{"changes": [{"action": "delete", "kind": "list", "item": "Garden", "tasks": "move:Inbox"}], "idempotency_key": "delete" """;
                ToolAnswer asked = await agent.CallAsync("organize", delete + "}");
                Assert.True(asked.IsError);
                await agent.DoAsync("organize", delete + """, "confirm": true}""");
            },
            async home =>
            {
                await home.IsAsync("Rake", "Seeds", "Report");
                Assert.Equal(["Inbox"], (await home.Owner.GetAsync("/lists")).Names);
            },
            OnPostgres: true),
        new(
            "Empty the trash",
            "Old\nOlder\nReport",
            async agent =>
            {
                ToolAnswer asked = await agent.CallAsync("empty_trash", """{"idempotency_key": "empty"}""");
                Assert.Contains("2 tasks", asked.Text, StringComparison.Ordinal);
                await agent.DoAsync("empty_trash", """{"confirm": true, "idempotency_key": "empty"}""");
            },
            async home =>
            {
                await home.IsAsync("Report");
                await home.IsAsync("status=trashed", []);
            },
            async home =>
            {
                (await home.Owner.DeleteAsync("/tasks/1")).Expect(200);
                (await home.Owner.DeleteAsync("/tasks/2")).Expect(200);
            }),
        new(
            "Sort my inbox into lists, with labels and dates",
            "Offer #Work\nRake #Garden\nPay the electricity\nMow the lawn\nAsk Brandt for the numbers",
            async agent =>
            {
                await agent.DoAsync("get_overview");
                await agent.DoAsync("find_tasks", """{"list": "Inbox"}""");
                await agent.DoAsync("update_tasks", """{"tasks": [{"task": "#3", "labels": ["bills"], "due": "friday", "priority": "high"}, {"task": "#4", "list": "Garden", "due": "saturday"}, {"task": "#5", "list": "Work", "labels": ["waiting"]}], "idempotency_key": "triage"}""");
            },
            home => home.IsAsync("Offer #Work", "Rake #Garden", "Pay the electricity 2026-03-06 @bills", "Mow the lawn 2026-03-07 #Garden", "Ask Brandt for the numbers #Work @waiting")),
        new(
            "Put the groceries in the order of the shop",
            "Ice cream #Groceries\nApples #Groceries\nBread #Groceries",
            async agent =>
            {
                await agent.DoAsync("find_tasks", """{"list": "Groceries"}""");
                await agent.DoAsync("update_tasks", """{"tasks": [{"task": "#2", "before": "#1"}, {"task": "#3", "before": "#1"}], "idempotency_key": "order"}""");
            },
            home => home.IsAsync("list=Groceries", ["Apples #Groceries", "Bread #Groceries", "Ice cream #Groceries"])),
        new(
            "Everything in town is done",
            "Bank @town\nPost office @town\nReport",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"label": "town"}""");
                await agent.DoAsync("complete_tasks", $$"""{"tasks": {{found.Numbers}}, "idempotency_key": "town"}""");
            },
            home => home.IsAsync("Bank @town ✓", "Post office @town ✓", "Report")),
        new(
            "The trip is over, with all its steps",
            "Trip\n  Flights\n  Hotel",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "trip"}""");
                ToolAnswer asked = await agent.CallAsync("complete_tasks", $$"""{"tasks": {{found.Numbers}}, "idempotency_key": "trip"}""");
                Assert.Contains("with_subtasks", asked.Text, StringComparison.Ordinal);
                await agent.DoAsync("complete_tasks", $$"""{"tasks": {{found.Numbers}}, "with_subtasks": true, "idempotency_key": "trip"}""");
            },
            home => home.IsAsync("Trip ✓", "Flights ✓", "Hotel ✓")),
        new(
            "Rename Work to Office, and put Clients inside of it",
            "Offer #Work\nCall #Clients",
            agent => agent.DoAsync("organize", """{"changes": [{"action": "change", "kind": "list", "item": "Work", "name": "Office", "color": "#3366cc"}, {"action": "change", "kind": "list", "item": "Clients", "parent": "Office"}], "idempotency_key": "office"}"""),
            async home =>
            {
                await home.IsAsync("Offer #Office", "Call #Clients");
                await home.IsAsync("filter=%23%23Office&sort=created", ["Offer #Office", "Call #Clients"]);
            }),
        new(
            "Delete the two drafts",
            "Draft one\nDraft two\nReport",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"text": "draft"}""");
                await agent.DoAsync("delete_tasks", $$"""{"tasks": {{found.Numbers}}, "idempotency_key": "drafts"}""");
            },
            home => home.IsAsync("Report")),
    ];
}
