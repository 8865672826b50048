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
        ("changedBy", "{0} changed this page"),
    ];

    /// <summary>A JSON object; angle brackets are escaped, so that it can stand in HTML.</summary>
    public static string Json(IStringLocalizer texts) =>
        JsonSerializer.Serialize(All.ToDictionary(each => each.Name, each => texts[each.Text].Value), TextsJson.Default.DictionaryStringString);

    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class TextsJson : JsonSerializerContext;
}
