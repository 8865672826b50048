using Microsoft.Extensions.Localization;
using TodoApp.Contracts;

namespace TodoApp.Frontend.Lists;

/// <summary>What pages call a list, and where it is.</summary>
internal static class ListText
{
    // What an Inbox is called until somebody gives it a name of their own.
    private const string Inbox = "Inbox";

    /// <summary>Whether a person has named it; otherwise it is the Inbox, in the page's language.</summary>
    public static bool IsNamed(TaskList list) => !list.IsInbox || list.Name != Inbox;

    /// <summary>Its name, which of an Inbox without a name of its own is in the page's language.</summary>
    public static string NameOf(TaskList list, IStringLocalizer texts) => IsNamed(list) ? list.Name : texts[Inbox];

    /// <summary>The path of its page.</summary>
    public static string PathOf(TaskList list) => list.IsInbox ? "/inbox" : $"/lists/{list.Id}";
}
