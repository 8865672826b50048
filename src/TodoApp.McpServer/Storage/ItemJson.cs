using System.Buffers;
using System.Text;
using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Storage;

/// <summary>Items as the change log holds them.</summary>
internal static class ItemJson
{
    /// <summary>The fields of which a change says nothing: they follow from the change itself.</summary>
    public static readonly string[] Derived = ["updatedAt", "version"];

    /// <summary>The fields that differ, with their values before; null when none does.</summary>
    public static string? Replaced(TaskItem before, TaskItem after) =>
        Replaced(JsonSerializer.SerializeToElement(before, StorageJson.Default.TaskItem), JsonSerializer.SerializeToElement(after, StorageJson.Default.TaskItem));

    /// <summary>The fields that differ, with their values before; null when none does.</summary>
    public static string? Replaced(TaskList before, TaskList after) =>
        Replaced(JsonSerializer.SerializeToElement(before, StorageJson.Default.TaskList), JsonSerializer.SerializeToElement(after, StorageJson.Default.TaskList));

    /// <summary>The fields that differ, with their values before; null when none does.</summary>
    public static string? Replaced(Label before, Label after) =>
        Replaced(JsonSerializer.SerializeToElement(before, StorageJson.Default.Label), JsonSerializer.SerializeToElement(after, StorageJson.Default.Label));

    /// <summary>The fields that differ, with their values before; null when none does.</summary>
    public static string? Replaced(SavedFilter before, SavedFilter after) =>
        Replaced(JsonSerializer.SerializeToElement(before, StorageJson.Default.SavedFilter), JsonSerializer.SerializeToElement(after, StorageJson.Default.SavedFilter));

    private static string? Replaced(JsonElement before, JsonElement after)
    {
        var buffer = new ArrayBufferWriter<byte>();
        bool any = false;
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in before.EnumerateObject())
            {
                if (!Derived.Contains(property.Name, StringComparer.Ordinal) && !JsonElement.DeepEquals(property.Value, after.GetProperty(property.Name)))
                {
                    property.WriteTo(writer);
                    any = true;
                }
            }

            writer.WriteEndObject();
        }

        return any ? Encoding.UTF8.GetString(buffer.WrittenSpan) : null;
    }
}
