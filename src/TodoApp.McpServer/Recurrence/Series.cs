
namespace TodoApp.McpServer.Recurrence;

/// <summary>
/// The occurrences of a recurring task. The series has no beginning of its own: it goes on from the current occurrence, where the rule
/// put it (docs/adr/0023). It runs on the wall clock of one zone; a time that daylight saving skips is as late as it would have been,
/// one that happens twice is the first, and each occurrence is a later instant than the one before.
/// </summary>
/// <param name="rule">The rule; its COUNT is how many occurrences there are from the current one on.</param>
/// <param name="zone">The zone of the task, or else the reader's.</param>
internal sealed class Series(RecurrenceRule rule, TimeZoneInfo zone)
{
    // How far a local time can lie from its instant's local time: a day that a zone left out.
    private static readonly TimeSpan LongestGap = TimeSpan.FromDays(1);

    /// <summary>The first occurrence from today on, for a task that has no due date yet: today, or now, if the rule names it.</summary>
    /// <returns>Null when the rule names none, or needs a time to begin with.</returns>
    public DueDate? First(DateTimeOffset now)
    {
        DateTime today = Zones.ToLocal(now, zone).Date;
        if (!rule.NeedsTime)
        {
            return Find(today, false, at => at >= today);
        }

        return rule.Frequency >= Frequency.Daily && rule.ByHour.Length > 0 ? Find(today, true, at => Zones.ToInstant(at, zone) > now) : null;
    }

    /// <summary>The occurrence that follows.</summary>
    /// <param name="current">Where the rule put the current one.</param>
    /// <param name="over">Occurrences up to this moment are over, and left out; for dates without a time, up to its day.</param>
    /// <returns>Null when the current one is the last.</returns>
    public DueDate? Next(DueDate current, DateTimeOffset over) => rule.Count == 1 ? null : Find(current, over);

    /// <summary>The occurrence that follows and is not over: for dates without a time, that of today counts.</summary>
    /// <param name="current">Where the rule put the current one.</param>
    /// <param name="now">Now.</param>
    /// <returns>Null when the current one is the last.</returns>
    public DueDate? NextNotOver(DueDate current, DateTimeOffset now) => rule.Count == 1 ? null : Find(current, now, withToday: true);

    /// <summary>The occurrence that follows when the series begins anew with the completion of the current one. Not the current one again, if it was completed early.</summary>
    /// <param name="current">Where the rule put the current one. The time of the day stays, but for rules of hours and minutes.</param>
    /// <param name="completed">When it was completed.</param>
    /// <returns>Null when the current one is the last.</returns>
    public DueDate? NextFromCompletion(DueDate current, DateTimeOffset completed)
    {
        DateTime local = Zones.ToLocal(completed, zone);
        TimeOnly? time = current.Time is null || rule.Frequency >= Frequency.Daily ? current.Time : new TimeOnly(local.Hour, local.Minute);
        return rule.Count == 1 ? null : Find(new DueDate(DateOnly.FromDateTime(local), time), completed, except: Local(current));
    }

    /// <summary>Whether the series is over before a date.</summary>
    public bool IsOverBefore(DueDate first) => rule.Until is Until until && until.IsBefore(Local(first), first.Time is not null, zone);

    /// <summary>Whether the rule names any date after one that a series begins at, be it beyond UNTIL.</summary>
    public static bool NamesDates(RecurrenceRule rule, DueDate first) => Occurrences.After(rule, Local(first), Local(first)).Any();

    /// <summary>The rule for what is left when one occurrence is over: with COUNT, one less.</summary>
    public RecurrenceRule Rest => rule.Count is int count ? rule with { Count = count - 1 } : rule;

    private DueDate? Find(DueDate current, DateTimeOffset over, bool withToday = false, DateTime? except = null)
    {
        DateTime anchor = Local(current);
        if (current.Time is null)
        {
            DateTime today = Zones.ToLocal(over, zone).Date;
            return Find(anchor, false, at => at.Date > anchor && at.Date != except && (withToday ? at.Date >= today : at.Date > today), today);
        }

        DateTimeOffset at = Zones.ToInstant(anchor, zone);
        DateTimeOffset after = over > at ? over : at;
        return Find(anchor, true, local => local > anchor && local != except && Zones.ToInstant(local, zone) > after, Zones.ToLocal(after, zone));
    }

    // Occurrences long before the moment are left out unseen.
    private DueDate? Find(DateTime anchor, bool hasTime, Func<DateTime, bool> condition, DateTime? from = null)
    {
        DateTime start = from is DateTime moment && moment - anchor > LongestGap ? moment - LongestGap : anchor.AddTicks(anchor.Ticks == 0 ? 0 : -1);
        foreach (DateTime local in Occurrences.After(rule, anchor, start))
        {
            if (condition(local))
            {
                return rule.Until is Until until && until.IsBefore(local, hasTime, zone)
                    ? null
                    : new DueDate(DateOnly.FromDateTime(local), hasTime ? TimeOnly.FromDateTime(local) : null);
            }
        }

        return null;
    }

    private static DateTime Local(DueDate due) => due.Date.ToDateTime(due.Time ?? TimeOnly.MinValue);
}
