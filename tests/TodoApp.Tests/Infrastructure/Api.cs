using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TodoApp.Tests.Infrastructure;

/// <summary>Calls a JSON API and reads its answers.</summary>
public sealed class Api(HttpClient client) : IDisposable
{
    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">An object or array to be sent as JSON, a text to be sent as it is, bytes, or null.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<Reply> SendAsync(string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            byte[] bytes => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            JsonNode node => new StringContent(node.ToJsonString(), Encoding.UTF8, "application/json"),
            _ => new StringContent((string)body, Encoding.UTF8, "application/json"),
        };
        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply(response.StatusCode, text, all);
    }

    /// <summary>GET.</summary>
    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    /// <summary>POST.</summary>
    public Task<Reply> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync("POST", path, body, headers);

    /// <summary>PATCH.</summary>
    public Task<Reply> PatchAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync("PATCH", path, body, headers);

    /// <summary>DELETE.</summary>
    public Task<Reply> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync("DELETE", path, null, headers);

    /// <summary>Waits until the change log's clock, which has whole milliseconds, has gone on, by writing and removing a label.</summary>
    /// <param name="root">What stands before the task routes.</param>
    /// <returns>A time later than that of every change before.</returns>
    public async Task<string> NextMomentAsync(string root = "")
    {
        string last = await LastAsync();
        string moment;
        do
        {
            (await PostAsync(root + "/labels", """{"name": "clock"}""")).Expect(201);
            moment = await LastAsync();
            (await DeleteAsync(root + "/labels/clock")).Expect(204);
        }
        while (moment == last);
        return moment;

        async Task<string> LastAsync() => (string)(await GetAsync(root + "/changes?order=desc&limit=1")).Expect(200).Items[0]["at"]!;
    }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();
}

/// <summary>An answer.</summary>
public sealed record Reply(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    private JsonNode? _json;

    /// <summary>The body.</summary>
    public JsonNode Json => _json ??= JsonNode.Parse(Text)!;

    /// <summary>The items of a page or list.</summary>
    public JsonNode[] Items => [.. Json["items"]!.AsArray().Select(item => item!)];

    /// <summary>The titles or names of the items.</summary>
    public string[] Names => [.. Items.Select(item => (string)(item["title"] ?? item["name"])!)];

    /// <summary>A header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>A text of the body.</summary>
    public string Get(string name) => (string)Json[name]!;

    /// <summary>A number of the body.</summary>
    public long Number(string name) => (long)Json[name]!;

    /// <summary>Checks the status, showing the body when it is another.</summary>
    public Reply Expect(int status)
    {
        Assert.True((int)Status == status, $"expected {status}, got {(int)Status}: {Text}");
        return this;
    }

    /// <summary>Checks that it is a problem of a kind, with its members, that names these fields.</summary>
    public Reply ExpectProblem(int status, string kind, params string[] fields)
    {
        Expect(status);
        Assert.Equal("application/problem+json", Header("Content-Type"));
        Assert.Equal("/docs#problem-" + kind, Get("type"));
        Assert.Equal(status, Number("status"));
        Assert.NotEmpty(Get("title"));
        Assert.NotEmpty(Get("traceId"));
        if (fields.Length > 0)
        {
            Assert.Equal(fields.Order(), Json["errors"]!.AsObject().Select(pair => pair.Key).Order());
        }

        return this;
    }
}
