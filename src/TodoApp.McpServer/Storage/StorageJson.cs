using System.Text.Json.Serialization;
using TodoApp.Contracts;

namespace TodoApp.McpServer.Storage;

/// <summary>How items are written into the change log: as on the wire.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(TaskItem))]
[JsonSerializable(typeof(TaskList))]
[JsonSerializable(typeof(Label))]
[JsonSerializable(typeof(SavedFilter))]
[JsonSerializable(typeof(TaskCompletion))]
[JsonSerializable(typeof(Guid[]))]
internal sealed partial class StorageJson : JsonSerializerContext;
