using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace TodoApp.Frontend.Shell;

/// <summary>
/// Errors of the API in the page's language. The API speaks English, for programs and their makers; a page knows its sentences by
/// their form, and says what it does not know as it came.
/// </summary>
internal static partial class ErrorTexts
{
    /// <summary>The sentences that a person can meet, with the places of what they speak of; of two that fit, the first is meant.</summary>
    internal static readonly string[] Forms =
    [
        "must not be empty.",
        "must be given.",
        "must not be null.",
        "must have at most {0} characters, but has {1}.",
        "title must have at most {0} characters, but has {1}.",
        "notes must have at most {0} bytes of UTF-8, but has {1}.",
        "must have at most {0} bytes of UTF-8, but has {1}.",
        "must have at most {0} entries.",
        "must have 1 to {0} lines with a task, but has {1}.",
        "must name at most {0} labels, but names {1}.",
        "has half of a surrogate pair, which is not valid Unicode.",
        "has the control character U+{0} at position {1}; only tab and line feed are allowed.",
        "has the control character U+{0} at position {1}.",
        "must be none, low, medium, high or urgent (p4 to p1 are low to urgent).",
        "must be a color as #rrggbb, for example #3366cc.",
        "must be the IANA name of a time zone, for example Europe/Berlin.",
        "must be the id or the number of a task.",
        "must be a date such as 2026-12-01, or a date and time such as 2026-12-01T09:00 (its zone is given apart).",
        "must be a date such as 2026-12-01, 2026-12-01T09:00, tomorrow, next friday or 1 dec 9am.",
        "'{0}' is not a date. Write it like tomorrow, next monday 9am, 1 dec, or every friday.",
        "must not be unset while the task repeats. Unset recurrence with it to end that, or skip this occurrence.",
        "must be given with a time, for example 2026-12-01T09:00, from which {0} is counted.",
        "has an UNTIL that is before the due date.",
        "names no date from today on until its UNTIL.",
        "names no date within {0} years.",
        "makes {0} levels of subtasks; there are at most {1}.",
        "must be the parent's list: a subtask lives where its parent does.",
        "names the task {0}, which does not exist.",
        "names the label {0}, which does not exist.",
        "names the {0} '{1}', which does not exist. {2}",
        "names the list '{0}', which is archived. Take it out of the archive first.",
        "has in line {0} the list '{1}', which does not exist. Send {2}: true to have it created, or put it into quotes to keep it in the title.",
        "has in line {0} an error: {1}",
        "Did you mean '{0}'?",
        "There are no {0}s.",
        "at position {0} names the {1} '{2}', which does not exist. {3}",
        "is wrong at position {0}: at most {1} parentheses may be open at once.",
        "is wrong at position {0}: this ) closes nothing; take it out, or open it before.",
        "is wrong at position {0}: this ( is never closed; add a ).",
        "is wrong at position {0}: the filter ends where {1} is expected.",
        "is wrong at position {0}: & (both) or | (either) is expected after '{1}'.",
        "is wrong at position {0}: '{1}' is not a term. {2}",
        "is wrong at position {0}: {1}",
        "To find words, write search: before them.",
        "There is a list named '{0}' already; names differ by more than case and width.",
        "There is a label named '{0}' already; names differ by more than case and width. Labels can be merged.",
        "There is a filter named '{0}' already; names differ by more than case and width.",
        "There are {0} lists already, which is the most.",
        "There are {0} labels already, which is the most.",
        "There are {0} saved filters already, which is the most. Delete one first.",
        "The task #{0} is completed. Reopen it first.",
        "The task #{0} is in the trash. Restore it first.",
        "The task #{0} does not repeat, so it has no next occurrence. Reschedule or complete it.",
        "This is the last occurrence of the task #{0}. Complete it, end its recurrence, or delete it.",
        "Its version is now {0}. Read it again, and decide anew.",
        "There is no task {0}.",
        "The Inbox can't be deleted.",
        "{0}: {1} was changed since",
        "{0}: {1} were changed since",
        "it was deleted since",
        "the task was removed for good since",
        "the task was removed from the trash for good, which can't be undone",
        "the completed occurrence is not in the history any more",
        "That would undo more than {0} changes, which is the most for one request. Undo them in parts, the latest first.",
        "It must be an e-mail address like ada@example.com, at most 254 characters.",
        "It must have {0} to {1} characters, and has {2}. Any characters are fine: a few words make a good one.",
        "It must not be the e-mail address.",
        "It is one of the passwords that are tried first. Choose another: a few words make a good one.",
        "It must not have control characters.",
        "It must have 1 to 100 characters besides surrounding white space, and has {0}.",
        "It must be a time zone's IANA name, for example Europe/Berlin or UTC.",
        "It is required.",
        "It must be in the future.",
        "It is not the account's password.",
        "The e-mail address or the password is wrong.",
        "Too many sign-ins failed. Wait, or sign in from where you have signed in before.",
        "Too many wrong passwords were sent.",
        "Too many registrations came from this address.",
        "There is an account with this e-mail address already. Sign in instead.",
        "There is an account with this e-mail address already.",
        "It is not an invitation, or was used, or has expired, or is for another address. Ask for a new one.",
        "Nobody can register here.",
        "The administrator has disabled this account.",
        "This account is being deleted.",
        "An account has at most {0} tokens. Revoke some that are not used any more.",
        "Another request has changed the account at the same time. Try again.",
        "The account makes more requests than it may.",
        "The file is empty.",
        "The file can't be read on from line {0}, column {1}: {2}",
        "It can't be told what kind of file this is. Say it with format=, which is one of {0}.",
        "A file can have at most {0} MiB.",
        "That does not fit what is stored now",
        "It was changed since you read it",
        "A field breaks one of its rules",
        "There is nothing here",
        "Too many requests",
        "It is gone for good",
        "There are {0}.",
        "There is {0}.",
    ];

    // In time that grows with the text only: sentences quote what people have written.
    private static readonly (string Form, Regex Pattern)[] Known =
        [.. Forms.Select(form => (form, new Regex($"^{Place().Replace(Regex.Escape(form), "(?<p$1>.+?)")}$", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)))];

    /// <summary>A sentence of the API in the page's language; as it came when it is not known.</summary>
    public static string In(IStringLocalizer texts, string text)
    {
        foreach ((string form, Regex pattern) in Known)
        {
            if (pattern.Match(text) is { Success: true } match)
            {
                // What a sentence ends with may be another one.
                object[] places = [.. Enumerable.Range(0, match.Groups.Count - 1).Select(place => In(texts, match.Groups[$"p{place}"].Value))];
                return texts[form, places];
            }
        }

        return text;
    }

    [GeneratedRegex("""\\\{(\d)}""")]
    private static partial Regex Place();
}
