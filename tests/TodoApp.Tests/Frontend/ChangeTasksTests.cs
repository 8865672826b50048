using System.Net;
using System.Text.RegularExpressions;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>One change to several tasks, by the form of a page.</summary>
public sealed class ChangeTasksTests(OpenToAll fixture) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>
{
    [Fact]
    public async Task Several_tasks_are_changed_at_once_and_undone_as_one()
    {
        using Person ann = await WithTasks("One", "Two", "Three");
        await Change(ann, "priority", "high", 1, 3);
        Assert.Contains("Changed 2 tasks", ann.Page, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(ann.Page, "data-priority=\"high\""));

        await ann.Send("/undo", ("group", Group(ann)), ("return", "/inbox"));
        Assert.DoesNotContain("data-priority=\"high\"", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_date_in_words_leaves_the_time_and_moves_one_occurrence()
    {
        using Person ann = await WithTasks("Water the plants every day 9am", "Call mum", "Rest tomorrow");
        await Change(ann, "due", "2099-12-01", 1, 2);
        Assert.Contains("<time datetime=\"2099-12-01T09:00\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("<time datetime=\"2099-12-01\"", ann.Page, StringComparison.Ordinal);
        await ann.Open("/api/tasks/1");
        Assert.Contains("\"recurrence\":\"FREQ=DAILY\"", ann.Page, StringComparison.Ordinal);
        Assert.Matches("\"originalDue\":\"2", ann.Page);

        await Change(ann, "due", "2099-12-02 3pm", 2);
        Assert.Contains("<time datetime=\"2099-12-02T15:00\"", ann.Page, StringComparison.Ordinal);
        await Change(ann, "due", "", 3);
        Assert.Equal(2, Regex.Count(ann.Page, "<time "));

        await Change(ann, "due", "soon, perhaps", 2);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("is not a date", ann.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subtask_that_is_moved_leaves_its_parent_and_order_is_kept()
    {
        using Person ann = await WithTasks("Trip", "Book", "Pack");
        await Api(ann, HttpMethod.Post, "/api/lists", """{"name": "Travel"}""");
        await Api(ann, HttpMethod.Patch, "/api/tasks/2", """{"parentId": 1}""");
        await Change(ann, "list", "Travel", 2, 3);
        Assert.Contains("Moved 2 tasks", ann.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"task-2\"", ann.Page, StringComparison.Ordinal);
        await ann.Open("/api/tasks/2");
        Assert.Contains("\"parentId\":null", ann.Page, StringComparison.Ordinal);

        await Change(ann, "list", "Travel", 1);
        await Change(ann, "before", "3", 1);
        await ann.Open("/api/tasks?list=Travel");
        Assert.Equal(["Book", "Trip", "Pack"], Regex.Matches(ann.Page, "\"title\":\"([^\"]+)\"").Select(match => match.Groups[1].Value));
        await Change(ann, "after", "3", 2, 1);
        await ann.Open("/api/tasks?list=Travel");
        Assert.Equal(["Pack", "Book", "Trip"], Regex.Matches(ann.Page, "\"title\":\"([^\"]+)\"").Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task What_can_be_done_is_done_and_the_rest_is_said()
    {
        using Person ann = await WithTasks("One", "Two");
        await Change(ann, "delete", "", 1);
        await Change(ann, "add-label", "home", 1, 2);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
        Assert.Contains("role=\"alert\"", ann.Page, StringComparison.Ordinal);
        Assert.Contains("Changed Two", ann.Page, StringComparison.Ordinal);

        Assert.Contains("class=\"label\"", ann.Page, StringComparison.Ordinal);
        await Change(ann, "remove-label", "Home", 2);
        Assert.DoesNotContain("class=\"label\"", ann.Page, StringComparison.Ordinal);
        await Change(ann, "priority", "none", 2);
        Assert.Contains("Changed Two", ann.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"group\"", ann.Page, StringComparison.Ordinal); // It was so already: undo would take back something else.

        await Change(ann, "delete", "");
        Assert.Contains("Choose the tasks first.", ann.Page, StringComparison.Ordinal);
        await Change(ann, "explode", "", 2);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, ann.Status);
    }

    private async Task<Person> WithTasks(params string[] lines)
    {
        var ann = new Person(System.Frontend.Url);
        await ann.SignUp();
        foreach (string line in lines)
        {
            await ann.Send("/tasks", ("text", line), ("return", "/inbox"));
        }

        return ann;
    }

    private static Task Change(Person ann, string change, string value, params int[] tasks) => ann.Send("/tasks/change",
        [("change", change), (change, value), ("return", "/inbox"), .. tasks.Select(task => ("id", $"{task}"))]);

    private static string Group(Person ann) => Regex.Match(ann.Page, "name=\"group\" value=\"([^\"]+)\"").Groups[1].Value;

    private static async Task Api(Person ann, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, null, "application/json") };
        using HttpResponseMessage response = await ann.Browser.SendAsync(request, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
