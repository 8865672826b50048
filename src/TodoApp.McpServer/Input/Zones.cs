namespace TodoApp.McpServer.Input;

/// <summary>IANA time zones.</summary>
internal static class Zones
{
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
    /// The instant of a wall clock's time in a zone. A time that a change to daylight saving skips is moved on by the gap;
    /// one that happens twice means the first.
    /// </summary>
    public static DateTimeOffset ToInstant(DateTime local, TimeZoneInfo zone)
    {
        TimeSpan offset;
        if (zone.IsInvalidTime(local))
        {
            offset = zone.GetUtcOffset(local.AddDays(-1));
        }
        else if (zone.IsAmbiguousTime(local))
        {
            offset = zone.GetAmbiguousTimeOffsets(local).Max();
        }
        else
        {
            offset = zone.GetUtcOffset(local);
        }

        long ticks = Math.Clamp(local.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTimeOffset(ticks, TimeSpan.Zero);
    }
}
