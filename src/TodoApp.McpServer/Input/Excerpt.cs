namespace TodoApp.McpServer.Input;

/// <summary>What somebody sent, short enough to be said again in an error.</summary>
internal static class Excerpt
{
    /// <summary>Characters (UTF-16 units) of the longest excerpt, with the dots at its end.</summary>
    public const int Longest = 60;

    /// <summary>The text itself, or its beginning with three dots; no character is cut in half.</summary>
    public static string Of(string text) => text.Length <= Longest ? text : text[..(char.IsHighSurrogate(text[Longest - 4]) ? Longest - 4 : Longest - 3)] + "...";
}
