using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Localization;

namespace TodoApp.Frontend.Shell;

/// <summary>The texts that scripts show, in the page as data, since scripts are the same file for every language.</summary>
internal static partial class ScriptTexts
{
    /// <summary>English words by the names that scripts use.</summary>
    private static readonly (string Name, string Text)[] All =
    [
        ("offline", "You are offline. What you see may be old; nothing can be saved until you are back."),
        ("failed", "That did not work. Nothing was changed."),
        ("refused", "The server is away for the moment. Nothing was changed."),
        ("undo", "Undo"),
        ("changedOne", "{0} changed a task"),
        ("changedSome", "{0} changed {1} tasks"),
        ("nothingToUndo", "There is nothing to undo here"),
        ("reopen", "Reopen: {0}"),
        ("noList", "there is no list {0} yet"),
        ("newLabel", "new label {0}"),
        ("selected", "{0} selected"),
        ("next", "Next task"),
        ("previous", "Previous task"),
        ("open", "Open"),
        ("complete", "Complete, or open again"),
        ("edit", "Edit"),
        ("due", "Set the date"),
        ("dueWords", "Date: tomorrow, next monday 9am, every friday …"),
        ("notADate", "That is not a date yet"),
        ("today", "Today"),
        ("tomorrow", "Tomorrow"),
        ("nextWeek", "Next week"),
        ("weekend", "At the weekend"),
        ("noDate", "No date"),
        ("urgent", "Priority: urgent"),
        ("high", "Priority: high"),
        ("medium", "Priority: medium"),
        ("low", "Priority: low"),
        ("none", "No priority"),
        ("label", "Add a label"),
        ("create", "Create {0}"),
        ("move", "Move to a list"),
        ("up", "Move up"),
        ("down", "Move down"),
        ("delete", "Delete"),
        ("overdue", "Move what is overdue to today"),
        ("select", "Select"),
        ("extend", "Select the next one too"),
        ("extendBack", "Select the one before too"),
        ("search", "Search"),
        ("searchFor", "Search for {0}"),
        ("add", "Add a task"),
        ("goTo", "Go to {0}"),
        ("palette", "All commands"),
        ("help", "Keys of this page"),
        ("leave", "Close, or select nothing"),
        ("dragging", "Moving {0}. Escape cancels."),
        ("cancelled", "Nothing was moved"),
    ];

    /// <summary>A JSON object; angle brackets are escaped, so that it can stand in HTML.</summary>
    public static string Json(IStringLocalizer texts) =>
        JsonSerializer.Serialize(All.ToDictionary(each => each.Name, each => texts[each.Text].Value), TextsJson.Default.DictionaryStringString);

    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class TextsJson : JsonSerializerContext;
}
