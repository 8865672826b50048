using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TodoApp.Contracts;

/// <summary>How everything here is written as JSON: camel case, nulls written, strict when read. Source-generated, so it works in native binaries.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(Batch))]
[JsonSerializable(typeof(BatchResults))]
[JsonSerializable(typeof(CalendarAddress))]
[JsonSerializable(typeof(Change))]
[JsonSerializable(typeof(ChangePage))]
[JsonSerializable(typeof(CreateFilter))]
[JsonSerializable(typeof(CompleteTaskOptions))]
[JsonSerializable(typeof(CompletionPage))]
[JsonSerializable(typeof(CreateLabel))]
[JsonSerializable(typeof(CreateList))]
[JsonSerializable(typeof(ChangePassword))]
[JsonSerializable(typeof(CreateTask))]
[JsonSerializable(typeof(CreateToken))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(DeleteAccount))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ItemList<Label>))]
[JsonSerializable(typeof(ItemList<PersonalToken>))]
[JsonSerializable(typeof(ItemList<SavedFilter>))]
[JsonSerializable(typeof(ItemList<Session>))]
[JsonSerializable(typeof(ItemList<TaskList>))]
[JsonSerializable(typeof(MergeLabel))]
[JsonSerializable(typeof(SavedFilter))]
[JsonSerializable(typeof(Overview))]
[JsonSerializable(typeof(PersonalToken))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Purged))]
[JsonSerializable(typeof(QuickAdd))]
[JsonSerializable(typeof(QuickAdded))]
[JsonSerializable(typeof(QuickAddPreview))]
[JsonSerializable(typeof(Registration))]
[JsonSerializable(typeof(Reschedule))]
[JsonSerializable(typeof(SecurityEventPage))]
[JsonSerializable(typeof(SignedIn))]
[JsonSerializable(typeof(Snapshot))]
[JsonSerializable(typeof(TakeBackToken))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(UndoChanges))]
[JsonSerializable(typeof(UndoResult))]
[JsonSerializable(typeof(UpdateAccount))]
public sealed partial class ContractsJson : JsonSerializerContext
{
    /// <summary>
    /// The context to use: text stays readable instead of being escaped to <c>\uXXXX</c>. The answers are
    /// <c>application/json</c> with <c>nosniff</c>, so nothing takes them for HTML.
    /// </summary>
    public static ContractsJson Readable => Lazily.Readable;

    /// <summary>For a client: fields of an answer that it does not know are skipped, since a newer service may add some; fields of a request that are not set are left out.</summary>
    public static ContractsJson Client => Lazily.Client;

    // A class of its own: the generated part's static fields must be there first.
    private static class Lazily
    {
        internal static readonly ContractsJson Readable = new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });

        internal static readonly ContractsJson Client = new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        });
    }
}
