using System.Text;
using TodoApp.McpServer.Identity;

namespace TodoApp.McpServer.Transfer;

/// <summary>A format that can be imported.</summary>
/// <param name="Name">What <c>format=</c> and the report call it.</param>
/// <param name="Title">What a person calls it.</param>
/// <param name="Read">Reads the items one after the other. Called twice for each import: what it yields must be the same, ids included.</param>
internal sealed record ImportFormat(string Name, string Title, Func<ImportFile, ImportContext, IEnumerable<ImportItem>> Read)
{
    private static readonly ImportFormat Json = new("json", "Todo App's JSON", TodoAppJson.Read);
    private static readonly ImportFormat Csv = new("csv", "Todo App's CSV", TodoAppCsv.Read);
    private static readonly ImportFormat Todoist = new("todoist", "Todoist's CSV template", TodoistCsv.Read);
    private static readonly ImportFormat TodoTxt = new("todotxt", "todo.txt", TodoTxtFile.Read);
    private static readonly ImportFormat Calendar = new("ics", "iCalendar", CalendarTasks.Read);
    private static readonly ImportFormat Taskwarrior = new("taskwarrior", "Taskwarrior's JSON", TaskwarriorJson.Read);

    public static IReadOnlyList<ImportFormat> All { get; } = [Json, Csv, Todoist, TodoTxt, Calendar, Taskwarrior];

    /// <summary>The names as a sentence has them.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(format => format.Name));

    /// <summary>Tells the format by how the file begins, and by its media type where the beginning says nothing.</summary>
    /// <returns>Null when neither tells.</returns>
    public static ImportFormat? Recognize(ReadOnlySpan<byte> beginning, string? contentType)
    {
        string text = Encoding.UTF8.GetString(beginning).TrimStart();
        if (text.StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase))
        {
            return Calendar;
        }

        if (text.StartsWith('[') || (text.StartsWith('{') && !TodoAppJson.Begins(text) && text.Contains("\"uuid\"", StringComparison.Ordinal)))
        {
            return Taskwarrior;
        }

        if (text.StartsWith('{'))
        {
            return Json;
        }

        string header = text.Split('\n', 2)[0].Trim();
        if (TodoistCsv.IsHeader(header))
        {
            return Todoist;
        }

        if (TodoAppCsv.IsHeader(header))
        {
            return Csv;
        }

        return (contentType ?? "").Split(';')[0].Trim().ToLowerInvariant() switch
        {
            "text/plain" => TodoTxt,
            "text/calendar" => Calendar,
            "text/csv" => Csv,
            "application/json" => Json,
            _ => null,
        };
    }
}

/// <summary>What readers need besides the file.</summary>
/// <param name="Notes">Where they say what they could not take.</param>
/// <param name="Caller">Whose zone dates are in that name none.</param>
/// <param name="Now">The moment of the import.</param>
internal sealed record ImportContext(ImportNotes Notes, Caller Caller, DateTimeOffset Now);
