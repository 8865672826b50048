using TodoApp.Contracts;
using TodoApp.McpServer.Http;

namespace TodoApp.McpServer.Transfer;

/// <summary>The routes of export and import.</summary>
internal static class TransferRoutes
{
    public static void Map(RouteGroupBuilder read, RouteGroupBuilder write)
    {
        read.MapGet("/export", Export.Handle).WithTags("Transfer")
            .WithName("export").WithSummary("Download everything as a file")
            .WithDescription("json holds everything but the change log and comes back bit by bit when it is imported; csv has a row for each task, for spreadsheets; ics has the open tasks that are due, for calendars, with an ETag for If-None-Match.")
            .WithMetadata(new QueryParameter("format", "json, csv or ics; json unless set."))
            .Produces(200, contentType: "application/json", additionalContentTypes: ["text/csv", "text/calendar"]).Produces(304).Problems(400, 410, 422);
        write.MapPost("/import", Import.Handle).WithTags("Transfer")
            .WithName("import").WithSummary("Take over a file")
            .WithDescription(
                "The body is the file: Todo App's JSON or CSV, Todoist's CSV template, todo.txt, iCalendar to-dos, or Taskwarrior's JSON; up to 256 MiB and 500,000 tasks. "
                + "All or nothing: when anything is wrong, nothing is written. What is there already stays as it is.")
            .WithMetadata(
                new BodyLimit(Import.LargestFile),
                new QueryParameter("dryRun", "true: only report what would happen.", "boolean"),
                new QueryParameter("format", $"One of {ImportFormat.Names}; told by the file unless set."))
            .Produces<ImportReport>().Write().Problems(400, 410, 413, 415, 422);
    }
}
