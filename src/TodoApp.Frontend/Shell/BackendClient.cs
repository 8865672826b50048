using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TodoApp.Contracts;
using TodoApp.Frontend.Accounts;
using TodoApp.Gateway;
using TodoApp.ServiceDefaults;

namespace TodoApp.Frontend.Shell;

/// <summary>What the backend answered: a value, or why not.</summary>
internal sealed record Answer<T>(int Status, T? Value, Problem? Problem)
    where T : class
{
    /// <summary>The session has ended.</summary>
    public bool IsSignedOut => Status == StatusCodes.Status401Unauthorized;

    /// <summary>The value of an answer that can only be one.</summary>
    /// <exception cref="InvalidOperationException">It was a problem.</exception>
    public T Get() => Value ?? throw new InvalidOperationException($"The backend answered {Status}: {Problem?.Detail ?? Problem?.Title}");
}

/// <summary>Calls the backend for a page, in the name of whose session the request carries.</summary>
internal sealed class BackendClient(Upstream upstream, SessionCookie cookie)
{
    /// <exception cref="ServiceUnavailableException">The backend, or something behind it, is away.</exception>
    public Task<Answer<T>> Get<T>(HttpContext context, string path, JsonTypeInfo<T> answer)
        where T : class => Send(context, HttpMethod.Get, path, null, null, answer);

    /// <param name="context">Whose session.</param>
    /// <param name="path">From <c>/api</c> on.</param>
    /// <param name="body">UTF-8 JSON; null for none.</param>
    /// <param name="key">The <c>Idempotency-Key</c>, with which the call is repeated once when the connection dies; null for routes that know none.</param>
    /// <param name="answer">What it answers.</param>
    /// <exception cref="ServiceUnavailableException">The backend, or something behind it, is away.</exception>
    public Task<Answer<T>> Post<T>(HttpContext context, string path, byte[]? body, string? key, JsonTypeInfo<T> answer)
        where T : class => Send(context, HttpMethod.Post, path, body, key, answer);

    /// <summary>Any other method.</summary>
    /// <param name="context">Whose session.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">From <c>/api</c> on.</param>
    /// <param name="body">UTF-8 JSON; null for none.</param>
    /// <param name="key">The <c>Idempotency-Key</c>.</param>
    /// <param name="answer">What it answers.</param>
    /// <param name="ifMatch">The version that the item must have, else the answer is 412; null for any.</param>
    /// <param name="patience">How long to wait for the answer; 10 seconds unless given.</param>
    /// <inheritdoc cref="Post{T}"/>
    public async Task<Answer<T>> Send<T>(
        HttpContext context, HttpMethod method, string path, byte[]? body, string? key, JsonTypeInfo<T> answer, long? ifMatch = null, TimeSpan? patience = null)
        where T : class
    {
        using HttpResponseMessage response = await upstream.SendAsync(
            static call => call.Client.Make(call.Context, call.Method, call.Path, call.Body is null ? null : Json(call.Body), call.Key, call.IfMatch),
            (Client: this, Context: context, Method: method, Path: path, Body: body, Key: key, IfMatch: ifMatch),
            retry: key is not null || method == HttpMethod.Get,
            context.RequestAborted,
            patience);
        return await ReadAsync(context, response, answer);
    }

    /// <summary>Posts what can be read only once, as it comes, however long that takes. It is not repeated.</summary>
    /// <exception cref="ServiceUnavailableException">The backend, or something behind it, is away.</exception>
    public async Task<Answer<T>> PostStream<T>(HttpContext context, string path, Stream body, MediaTypeHeaderValue mediaType, string key, JsonTypeInfo<T> answer)
        where T : class
    {
        using HttpResponseMessage response = await upstream.SendAsync(
            static call =>
            {
                HttpRequestMessage request = call.Client.Make(call.Context, HttpMethod.Post, call.Path, new StreamContent(call.Body), call.Key);
                request.Content!.Headers.ContentType = call.MediaType;
                // Who is refused before the body is read is told so, instead of seeing the connection break.
                request.Headers.ExpectContinue = true;
                return request;
            },
            (Client: this, Context: context, Path: path, Body: body, MediaType: mediaType, Key: key),
            retry: false,
            context.RequestAborted,
            Timeout.InfiniteTimeSpan);
        return await ReadAsync(context, response, answer);
    }

    private static async Task<Answer<T>> ReadAsync<T>(HttpContext context, HttpResponseMessage response, JsonTypeInfo<T> answer)
        where T : class
    {
        int status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            throw new ServiceUnavailableException("The server is away for the moment. Try again.")
            {
                RetryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1),
            };
        }

        if (status == StatusCodes.Status204NoContent)
        {
            return new Answer<T>(status, null, null);
        }

        byte[] content = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (response.IsSuccessStatusCode)
        {
            return new Answer<T>(status, content.Length == 0 ? null : JsonSerializer.Deserialize(content, answer), null);
        }

        if (status >= 500 || response.Content.Headers.ContentType?.MediaType != Problem.MediaType)
        {
            throw new InvalidOperationException($"The backend answered {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath} with {status}.");
        }

        return new Answer<T>(status, null, JsonSerializer.Deserialize(content, ContractsJson.Client.Problem));
    }

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private HttpRequestMessage Make(HttpContext context, HttpMethod method, string path, HttpContent? content, string? key, long? ifMatch = null)
    {
        var request = new HttpRequestMessage(method, upstream.Prefix + path) { Content = content };
        if (cookie.Read(context.Request) is string token)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (ifMatch is long version)
        {
            request.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));
        }

        request.Headers.Host = context.Request.Host.Value;
        request.Headers.TryAddWithoutValidation("User-Agent", context.Request.Headers.UserAgent.ToString());
        PassedHeaders.AddForwarded(context, request);
        return request;
    }
}
