namespace TodoApp.McpServer.Input;

/// <summary>IANA time zones.</summary>
internal static class Zones
{
    // Farther from a change of the clock than any change is large.
    private static readonly TimeSpan Away = TimeSpan.FromHours(36);

    /// <summary>The zone with an IANA name; null when there is none.</summary>
    public static TimeZoneInfo? TryFind(string name)
    {
        // The runtime looks zones up as files: keep what is no name away from the file system.
        if (name.Length > 64 || name.Contains("..", StringComparison.Ordinal) || name[0] == '/' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+'))
        {
            return null;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) && zone.HasIanaId ? zone : null;
    }

    /// <summary>The wall clock's time in a zone. Works at both ends of the calendar.</summary>
    public static DateTime ToLocal(DateTimeOffset at, TimeZoneInfo zone)
    {
        TimeSpan offset = zone.GetUtcOffset(at);
        long ticks = Math.Clamp(at.UtcTicks + offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTime(ticks, DateTimeKind.Unspecified);
    }

    /// <summary>
    /// The instant of a wall clock's time in a zone. A time that the clock skips (daylight saving begins, a day is left out) is moved on
    /// by the gap; one that happens twice means the first.
    /// </summary>
    public static DateTimeOffset ToInstant(DateTime local, TimeZoneInfo zone)
    {
        // Only offsets at instants are asked for: what the runtime says about local times is wrong where a zone left out a day.
        TimeSpan before = OffsetAt(local, -Away, zone);
        TimeSpan after = OffsetAt(local, Away, zone);
        bool isAfter = before != after && OffsetAt(local, -before, zone) != before && OffsetAt(local, -after, zone) == after;
        return new DateTimeOffset(Shift(local, isAfter ? -after : -before), TimeSpan.Zero);
    }

    private static TimeSpan OffsetAt(DateTime local, TimeSpan shift, TimeZoneInfo zone) => zone.GetUtcOffset(new DateTimeOffset(Shift(local, shift), TimeSpan.Zero));

    private static long Shift(DateTime local, TimeSpan shift) => Math.Clamp(local.Ticks + shift.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
}
