namespace TodoApp.Tests.Agents.Errands;

/// <summary>What should not have been done.</summary>
internal static class UndoErrands
{
    public static readonly Errand[] All =
    [
        new(
            "Undo what the assistant did this morning",
            "Report friday\nOffer friday\nLetter",
            agent => agent.DoAsync("undo_changes", """{"actor": "Claude", "since": "this morning", "idempotency_key": "undo"}"""),
            home => home.IsAsync("Report 2026-03-06 ✓", "Offer 2026-03-06", "Letter 2026-03-20"),
            async home =>
            {
                await home.AtAsync("2026-03-03 09:00", () => home.EarlierAsync("update_tasks", """{"tasks": [{"task": "#3", "due": "2026-03-20"}]}"""));
                await home.AtAsync("2026-03-04 08:00", () => home.EarlierAsync("update_tasks", """{"tasks": [{"task": "#2", "due": "2026-03-30", "title": "Offer B"}]}"""));
                await home.AtAsync("2026-03-04 08:30", () => home.EarlierAsync("add_tasks", """{"tasks": [{"title": "Nonsense"}]}"""));
                await home.AtAsync("2026-03-04 09:00", () => home.CompleteAsync(1));
            },
            OnPostgres: true),
        new(
            "Move both to Monday. No, undo that",
            "Report friday\nOffer friday",
            async agent =>
            {
                await agent.DoAsync("reschedule_tasks", """{"tasks": ["#1", "#2"], "due": "next monday", "idempotency_key": "move"}""");
                await agent.DoAsync("undo_changes", """{"last": true, "idempotency_key": "undo"}""");
            },
            home => home.IsAsync("Report 2026-03-06", "Offer 2026-03-06")),
        new(
            "Undo the last change, and no, put it back",
            "Report friday",
            async agent =>
            {
                ToolAnswer undone = await agent.DoAsync("undo_changes", """{"last": true, "idempotency_key": "undo"}""");
                await agent.DoAsync("undo_changes", $$"""{"group": "{{undone.Json["group"]}}", "idempotency_key": "redo"}""");
            },
            home => home.IsAsync("Report Q1 2026-03-06"),
            home => home.AtAsync("2026-03-04 09:00", () => home.EarlierAsync("update_tasks", """{"tasks": [{"task": "#1", "title": "Report Q1"}]}"""))),
        new(
            "Restore what I deleted by mistake",
            "Report\nOffer\nLetter",
            async agent =>
            {
                ToolAnswer found = await agent.DoAsync("find_tasks", """{"status": "trashed", "text": "offer"}""");
                await agent.DoAsync("delete_tasks", $$"""{"tasks": {{found.Numbers}}, "restore": true, "idempotency_key": "restore"}""");
            },
            home => home.IsAsync("Offer", "Letter"),
            async home =>
            {
                (await home.Owner.DeleteAsync("/tasks/1")).Expect(200);
                (await home.Owner.DeleteAsync("/tasks/2")).Expect(200);
            }),
        new(
            "Only the new title of the report was wrong, the date stays",
            "Report friday",
            async agent =>
            {
                ToolAnswer activity = await agent.DoAsync("get_activity", """{"task": "#1", "kinds": ["updated"]}""");
                Assert.Contains("title Report → Repott", activity.Text, StringComparison.Ordinal);
                long version = activity.Json["changes"]!.AsArray().Where(change => ((string?)change!["details"])!.Contains("title", StringComparison.Ordinal)).Select(change => (long)change!["version"]!).Single();
                await agent.DoAsync("undo_changes", $$"""{"versions": [{{version}}], "idempotency_key": "title"}""");
            },
            home => home.IsAsync("Report 2026-03-20"),
            async home =>
            {
                await home.EarlierAsync("update_tasks", """{"tasks": [{"task": "#1", "title": "Repott"}]}""");
                await home.EarlierAsync("update_tasks", """{"tasks": [{"task": "#1", "due": "2026-03-20"}]}""");
            }),
        new(
            "I ticked off the wrong task",
            "Report\nOffer",
            async agent =>
            {
                await agent.DoAsync("find_tasks", """{"status": "completed", "sort": "-updated", "limit": 5}""");
                await agent.DoAsync("complete_tasks", """{"tasks": ["#1"], "reopen": true, "idempotency_key": "reopen"}""");
                await agent.DoAsync("complete_tasks", """{"tasks": ["#2"], "idempotency_key": "done"}""");
            },
            home => home.IsAsync("Report", "Offer ✓"),
            home => home.CompleteAsync(1)),
    ];
}
