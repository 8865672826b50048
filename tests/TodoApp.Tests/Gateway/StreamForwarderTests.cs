using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace TodoApp.Tests.Gateway;

public sealed class StreamForwarderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_arrives_piece_by_piece_and_ends_when_the_client_leaves()
    {
        var left = new TaskCompletionSource();
        var more = new SemaphoreSlim(0);
        await using Hop upstream = await Events(left, more);
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using (HttpResponseMessage response = await client.GetAsync(new Uri("/endless", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
            for (int i = 0; i < 3; i++)
            {
                more.Release();
                Assert.Equal("data: x", await reader.ReadLineAsync(Cancel));
                Assert.Equal("", await reader.ReadLineAsync(Cancel));
            }

            Assert.False(left.Task.IsCompleted);
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task An_endless_stream_does_not_hold_up_the_end_of_the_service()
    {
        var left = new TaskCompletionSource();
        var more = new SemaphoreSlim(1);
        await using Hop upstream = await Events(left, more);
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using HttpResponseMessage response = await client.GetAsync(new Uri("/endless", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel);
        long start = Stopwatch.GetTimestamp();
        await hop.StopAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task A_stream_that_ends_by_itself_may_do_so_while_the_service_stops()
    {
        var more = new SemaphoreSlim(1);
        await using Hop upstream = await Hop.Start(async context =>
        {
            await context.Response.WriteAsync("first ");
            await context.Response.Body.FlushAsync();
            await more.WaitAsync();
            await more.WaitAsync();
            await context.Response.WriteAsync("last");
        });
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using HttpResponseMessage response = await client.GetAsync(new Uri("/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel);
        Task stopped = hop.StopAsync();
        more.Release();
        Assert.Equal("first last", await response.Content.ReadAsStringAsync(Cancel));
        await stopped;
    }

    [Fact]
    public async Task A_stream_is_never_sent_again()
    {
        await using var upstream = new DyingServer("");
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using HttpResponseMessage response = await client.PostAsync("/stream", new StringContent("{}"), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_above_the_limit_is_413(bool chunked)
    {
        await using Hop upstream = await Hop.Start(context => context.Request.Body.CopyToAsync(Stream.Null));
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/stream") { Content = new ByteArrayContent(new byte[1001]) };
        request.Headers.TransferEncodingChunked = chunked;
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Streams_drop_the_same_headers()
    {
        string seen = "";
        await using Hop upstream = await Hop.Start(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen = string.Join(' ', context.Request.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase)) + " " + await reader.ReadToEndAsync();
        });
        await using Hop hop = await Hop.Start(upstream.Url);
        using HttpClient client = hop.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/stream") { Content = new StringContent("body", Encoding.UTF8, "text/csv") };
        foreach (string dropped in new[] { "Cookie", "X-Forwarded-For", "Forwarded", "Authorization", "Origin", "X-Custom" })
        {
            request.Headers.TryAddWithoutValidation(dropped, "evil");
        }

        request.Headers.TryAddWithoutValidation("Last-Event-ID", "7");
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Equal("Content-Length Content-Type Host Last-Event-ID traceparent body", seen);
    }

    private static Task<Hop> Events(TaskCompletionSource left, SemaphoreSlim more) => Hop.Start(async context =>
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync();
        try
        {
            while (true)
            {
                await more.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync("data: x\n\n", context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            left.TrySetResult();
        }
    });
}
