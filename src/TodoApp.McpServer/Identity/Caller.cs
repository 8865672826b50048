using TodoApp.Contracts;
using TodoApp.McpServer.Dates;

namespace TodoApp.McpServer.Identity;

/// <summary>Who a request is made for, as the backend signed it.</summary>
internal sealed record Caller
{
    /// <summary>The space whose tasks the request may reach, and no other.</summary>
    public required Guid Space { get; init; }

    /// <summary>Who is written into the change log.</summary>
    public required Actor Actor { get; init; }

    /// <summary>The service itself, when it removes what has outlived its time.</summary>
    public static Caller System(Guid space, TimeZoneInfo zone) => new()
    {
        Space = space,
        Actor = new Actor("system", "system", "Todo App"),
        Zone = zone,
        WeekStart = DayOfWeek.Monday,
        Scopes = new HashSet<string>(),
    };

    /// <summary>The zone that "today" is meant in.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The first day of the week that "next week" is meant by.</summary>
    public required DayOfWeek WeekStart { get; init; }

    /// <summary>What the token allows.</summary>
    public required IReadOnlySet<string> Scopes { get; init; }

    /// <summary>What the caller's dates in words are relative to.</summary>
    public DateContext DatesAt(DateTimeOffset now) => new(Zones.ToLocal(now, Zone), WeekStart, Zone);
}
