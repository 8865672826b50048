using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Agents;

/// <summary>Whoever knows nothing but the error's text gets it right the second time: what the text names as right is put where the wrong value was.</summary>
public sealed partial class RetryFromErrorTests(OnSqlite fixture) : EngineTests(fixture, Services.McpServer), IClassFixture<OnSqlite>
{
    // The value that a text names as right, in the ways in which errors name one.
    private static readonly Regex[] Suggestions = [Meant(), Whole(), Quoted(), Example(), Existing(), OneOf(), Range(), Choices(), Known(), Least()];

    [Theory]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "due": @}]}""", "someday")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "priority": @}]}""", "very")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "recurrence": @, "due": "2027-01-01"}]}""", "now and then")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "recurrence": @, "due": "2027-01-01T09:00"}]}""", "FREQ=SECONDLY")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "due": "2027-01-01T09:00", "due_time_zone": @}]}""", "Berlin")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "list": @}]}""", "Inbocks")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "parent": @}]}""", "the trip")]
    [InlineData("add_tasks", """{"tasks": [{"title": "a", "recurrence": "FREQ=DAILY", "due": "2027-01-01", "recurrence_from": @}]}""", "start")]
    [InlineData("add_tasks", """{"tasks": [{@: "a"}]}""", "titel")]
    [InlineData("add_tasks", """{@: [{"title": "a"}]}""", "task")]
    [InlineData("find_tasks", """{"due": @}""", "soon")]
    [InlineData("find_tasks", """{"due_before": @}""", "soon")]
    [InlineData("find_tasks", """{"due_after": @}""", "soon")]
    [InlineData("find_tasks", """{"status": @}""", "done")]
    [InlineData("find_tasks", """{"sort": @}""", "date")]
    [InlineData("find_tasks", """{"limit": @}""", "1000")]
    [InlineData("find_tasks", """{"detail": @}""", "full")]
    [InlineData("find_tasks", """{"list": @}""", "Gardn")]
    [InlineData("find_tasks", """{"label": @}""", "erand")]
    [InlineData("find_tasks", """{"priority": [@]}""", "highest")]
    [InlineData("find_tasks", """{"parent": @}""", "trip")]
    [InlineData("find_tasks", """{"filter": @}""", "tody")]
    [InlineData("find_tasks", """{"filter": "today | #~"}""", "Gardn")]
    [InlineData("find_tasks", """{@: "milk"}""", "txt")]
    [InlineData("find_tasks", """{"tasks": [@]}""", "milk")]
    [InlineData("update_tasks", """{"tasks": [{"task": @, "title": "b"}]}""", "the first")]
    [InlineData("update_tasks", """{"tasks": [{@: "#1", "title": "b"}]}""", "taks")]
    [InlineData("complete_tasks", """{"tasks": [@]}""", "milk")]
    [InlineData("complete_tasks", """{@: ["#1"]}""", "task")]
    [InlineData("delete_tasks", """{"tasks": [@]}""", "milk")]
    [InlineData("reschedule_tasks", """{"tasks": ["#1"], "due": @}""", "someday")]
    [InlineData("reschedule_tasks", "@", """{"tasks": ["#42"]}""")]
    [InlineData("get_activity", """{"since": @}""", "someday")]
    [InlineData("get_activity", """{"kinds": [@]}""", "complete")]
    [InlineData("get_activity", """{"actor": @}""", "Nobody")]
    [InlineData("undo_changes", "@", "{}")]
    [InlineData("undo_changes", """{"actor": "me", "since": @}""", "someday")]
    [InlineData("undo_changes", """{"actor": @, "since": "today"}""", " ")]
    [InlineData("organize", """{"changes": [{"action": @, "kind": "list", "name": "New"}]}""", "make")]
    [InlineData("organize", """{"changes": [{"action": "create", "kind": @, "name": "New"}]}""", "project")]
    [InlineData("organize", """{"changes": [{"action": "create", "kind": "list", "name": "New", "color": @}]}""", "red")]
    [InlineData("organize", """{"changes": [{"action": "change", "kind": "list", "item": @, "name": "New"}]}""", "Gardn")]
    [InlineData("organize", """{"changes": [{"action": "delete", "kind": "list", "item": "Empty", "tasks": @}]}""", "keep")]
    [InlineData("organize", """{"changes": [{"action": "merge", "kind": "label", "item": "errand", "into": @}]}""", "bils")]
    public async Task A_retry_from_the_error_s_text_succeeds(string tool, string arguments, string wrong)
    {
        using var agent = new Agent(System.McpServerClient(new TestIdentity { Agent = "Claude" }));
        await agent.DoAsync("organize", """{"changes": [{"action": "create", "kind": "list", "name": "Garden"}, {"action": "create", "kind": "list", "name": "Empty"}]}""");
        await agent.DoAsync("add_tasks", $$"""{"tasks": [{"title": "1", "labels": ["errand", "bills"]}{{string.Concat(Enumerable.Range(2, 41).Select(i => $$""", {"title": "{{i}}"}"""))}}]}""");

        ToolAnswer refused = await agent.CallAsync(tool, With(arguments, wrong));
        Assert.True(refused.IsError, refused.Text);
        string right = Suggestions.Select(suggestion => suggestion.Match(refused.Text)).FirstOrDefault(match => match.Success)?.Groups[1].Value ?? "";
        Assert.True(right.Length > 0, $"The text names nothing that would be right: {refused.Text}");
        ToolAnswer retried = await agent.CallAsync(tool, With(arguments, right));
        Assert.False(retried.IsError, $"The text was: {refused.Text}\nSo {right} was sent, and the answer is: {retried.Text}");
    }

    [Fact]
    public async Task A_refusal_to_delete_names_the_argument_that_confirms()
    {
        using var agent = new Agent(System.McpServerClient());
        ToolAnswer added = await agent.DoAsync("add_tasks", $$"""{"tasks": [{{string.Join(',', Enumerable.Range(1, 11).Select(i => $$"""{"title": "{{i}}"}"""))}}]}""");
        ToolAnswer refused = await agent.CallAsync("delete_tasks", $$"""{"tasks": {{added.Numbers}}}""");
        Assert.True(refused.IsError, refused.Text);
        string argument = Regex.Match(refused.Text, "\"[a-z_]+\": true").Value;
        await agent.DoAsync("delete_tasks", $$"""{"tasks": {{added.Numbers}}, {{argument}}}""");
    }

    // For @ a value, for ~ a part of a text.
    private static string With(string arguments, string value) =>
        arguments.Replace("@", Value(value), StringComparison.Ordinal).Replace("~", value, StringComparison.Ordinal);

    // Numbers and objects as they are, everything else as a text.
    private static string Value(string value) =>
        value.StartsWith('{') || int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? value : JsonSerializer.Serialize(value);

    [GeneratedRegex("Did you mean '?([^'?]+)'?\\?")]
    private static partial Regex Meant();

    [GeneratedRegex("(?:e\\.g\\.|for example) ({.*})")]
    private static partial Regex Whole();

    [GeneratedRegex("(?:such as|for example|e\\.g\\.) \"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("(?:such as|for example|e\\.g\\.) ([^\" ,]+?)(?:[,.]?(?: |$)|\\.$)", RegexOptions.Multiline)]
    private static partial Regex Example();

    [GeneratedRegex("(?:There is|There are) '([^']+)'")]
    private static partial Regex Existing();

    [GeneratedRegex("must be one of ([^,. ]+)")]
    private static partial Regex OneOf();

    [GeneratedRegex("must be from (\\d+) to")]
    private static partial Regex Range();

    [GeneratedRegex("must be (?:\"|)([a-z]+)(?:\"|)(?:,| or)")]
    private static partial Regex Choices();

    [GeneratedRegex("The shortest is ([A-Z=]+)")]
    private static partial Regex Least();

    [GeneratedRegex("(?:These have|Known are):? ([^,.( ]+)")]
    private static partial Regex Known();
}
