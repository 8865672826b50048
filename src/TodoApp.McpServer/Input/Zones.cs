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
    /// The instant of a wall clock's time in a zone. A time that the clock skips (daylight saving begins, a day is left out) is moved on
    /// by the gap; one that happens twice means the first.
    /// </summary>
    public static DateTimeOffset ToInstant(DateTime local, TimeZoneInfo zone)
    {
        // From the offsets on both sides of a change: TimeZoneInfo's own words on such times are wrong where the clock is set back for
        // a time and not forward (Morocco in Ramadan).
        TimeSpan before = zone.GetUtcOffset(Instant(local.Ticks - TimeSpan.TicksPerDay));
        TimeSpan after = zone.GetUtcOffset(Instant(local.Ticks + TimeSpan.TicksPerDay));
        DateTimeOffset first = Instant(local.Ticks - Math.Max(before.Ticks, after.Ticks));
        DateTimeOffset second = Instant(local.Ticks - Math.Min(before.Ticks, after.Ticks));
        return ToLocal(first, zone) == local ? first : ToLocal(second, zone) == local ? second : Instant(local.Ticks - before.Ticks);

        static DateTimeOffset Instant(long ticks) => new(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }
}
