using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace TodoApp.Tests.Recurrence;

/// <summary>A handful of rules that are driven through REST, for any mcp-server with an empty space.</summary>
internal static class RecurrenceOverRest
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Completes recurring tasks, and checks where each moves to.</summary>
    public static async Task CheckAsync(HttpClient http)
    {
        int number = 0;
        foreach ((string due, string zone, string recurrence, string next) in new[]
        {
            ("2099-11-27", "UTC", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2099-11-30 2099-12-01"),
            ("2099-01-30", "UTC", "FREQ=MONTHLY;BYDAY=-1FR", "2099-02-27 2099-03-27 2099-04-24"),
            ("2099-01-31", "UTC", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", "2099-07-31 2099-10-31 2100-01-31"),
            ("2096-02-29", "UTC", "FREQ=YEARLY", "2104-02-29 2108-02-29"),
            ("2099-12-31", "UTC", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=TH", "2105-12-31"),
            ("2099-12-31T22:30", "UTC", "FREQ=HOURLY;INTERVAL=2", "2100-01-01T00:30 2100-01-01T02:30"),
            ("2099-03-28T02:30", "Europe/Berlin", "FREQ=DAILY;UNTIL=20990330T003000Z", "2099-03-29T02:30 2099-03-30T02:30 done"),
            ("2099-10-24T02:30", "Europe/Berlin", "FREQ=HOURLY;COUNT=2", "2099-10-24T03:30 done"),
            ("2099-10-30", "UTC", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "2099-11-30 2099-12-31 done"),
        })
        {
            using HttpResponseMessage created = await http.PostAsync("/tasks", Json($$"""{"title": "a", "due": "{{due}}", "dueTimeZone": "{{zone}}", "recurrence": "{{recurrence}}"}"""), Cancel);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            number++;
            foreach (string expected in next.Split(' '))
            {
                using HttpResponseMessage completed = await http.PostAsync($"/tasks/{number}/complete", null, Cancel);
                JsonElement task = await ReadAsync(completed);
                string? became = task.GetProperty("completedAt").ValueKind == JsonValueKind.Null ? task.GetProperty("due").GetString() : "done";
                Assert.True(became == expected, $"{recurrence}: {became} instead of {expected}");
            }
        }

        using HttpResponseMessage history = await http.GetAsync("/tasks/9/completions", Cancel);
        Assert.Equal(3, (await ReadAsync(history)).GetProperty("items").GetArrayLength());
        using HttpResponseMessage never = await http.PostAsync("/tasks", Json("""{"title": "a", "due": "2099-12-01", "recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}"""), Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, never.StatusCode);
    }

    private static StringContent Json(string json) => new(json, null, "application/json");

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).Clone();
}
