using TodoApp.Contracts;
using TodoApp.McpServer.Http;

namespace TodoApp.McpServer.Recurrence;

/// <summary>The routes of recurring tasks.</summary>
internal static class RecurrenceRoutes
{
    public static void Map(RouteGroupBuilder read, RouteGroupBuilder write)
    {
        write.MapPost("/tasks/{id}/skip", SkipTask.Handle).WithTags("Tasks")
            .WithName("skipTask").WithSummary("Skip an occurrence")
            .WithDescription("Moves a recurring task to its next occurrence that is not over, and opens its completed subtasks, without completing the current one. The last one can't be skipped (409).")
            .Produces<TaskItem>().Conditional().Problems(400, 404, 409);
        write.MapPost("/tasks/{id}/reschedule", RescheduleTask.Handle).WithTags("Tasks")
            .WithName("rescheduleTask").WithSummary("Give a task another due date")
            .WithDescription("Of a recurring task it moves this occurrence alone, and originalDue says where it was: the next follows from there. (PATCH of due moves the series.)")
            .Accepts<Reschedule>("application/json")
            .Produces<TaskItem>().Conditional().Problems(400, 404, 409, 413, 415, 422);
        write.MapPost("/tasks/{id}/end-recurrence", EndRecurrence.Handle).WithTags("Tasks")
            .WithName("endRecurrence").WithSummary("Make a recurring task an ordinary one")
            .WithDescription("Due when it is due now. Doing it twice changes nothing the second time.")
            .Produces<TaskItem>().Conditional().Problems(400, 404, 409);
        read.MapGet("/tasks/{id}/completions", ListCompletions.Handle).WithTags("Tasks")
            .WithName("listCompletions").WithSummary("Read which occurrences of a recurring task were completed")
            .WithDescription("The latest first. They are kept as long as the task, also after its recurrence ended.")
            .WithMetadata(
                new QueryParameter("limit", "1 to 200; 50 unless set.", "integer"),
                new QueryParameter("cursor", "nextCursor of the page before."))
            .Produces<CompletionPage>().Problems(400, 404, 422);
    }
}
