using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Polly;
using Polly.CircuitBreaker;
using TodoApp.Contracts;
using TodoApp.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace TodoApp.Gateway;

/// <summary>
/// Passes a request on with its whole body in memory, so that it can be sent once more when the connection dies. The response is
/// copied as it comes. For everything but streams; memory is the body's size for each request.
/// </summary>
/// <param name="upstream">Where to.</param>
/// <param name="time">The clock that idempotency keys are ordered by.</param>
/// <param name="options">What this service does with every request.</param>
public sealed class BufferedForwarder(Upstream upstream, TimeProvider time, ForwarderOptions options)
{
    private const string IdempotencyKey = "Idempotency-Key";

    /// <summary>Passes the request on and answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The path at the other service; the query stays.</param>
    /// <param name="bodyLimit">The largest body in bytes; a larger one is answered with 413.</param>
    /// <param name="keyed">
    /// Whether the route honours <c>Idempotency-Key</c>: a write without one gets one, and is sent once more when the connection
    /// dies. Without this only GET and HEAD are.
    /// </param>
    /// <exception cref="ServiceUnavailableException">The other service is away and nothing was answered yet.</exception>
    public async Task ForwardAsync(HttpContext context, PathString path, long bodyLimit, bool keyed)
    {
        CancellationToken aborted = context.RequestAborted;
        var outgoing = new Outgoing(context, upstream, options, path, await ReadBody(context, bodyLimit, aborted));
        if (keyed && !outgoing.IsRead && !context.Request.Headers.ContainsKey(IdempotencyKey))
        {
            outgoing.Key = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        }

        bool retry = keyed || outgoing.IsRead;
        HttpResponseMessage response;
        try
        {
            response = options.Pipeline is ResiliencePipeline pipeline
                ? await SendAsync(pipeline, outgoing, retry, aborted)
                : await outgoing.SendAsync(retry, aborted);
        }
        catch (ExecutionRejectedException rejected)
        {
            context.SetRetryAfter((rejected as BrokenCircuitException)?.RetryAfter ?? TimeSpan.FromSeconds(1));
            await context.WriteProblem(ProblemKind.Unavailable, $"{upstream.Name} is away for the moment. Try again.");
            return;
        }

        using (response)
        {
            await Answer(context, response, aborted);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(ResiliencePipeline pipeline, Outgoing outgoing, bool retry, CancellationToken aborted)
    {
        // It ends by itself when the caller leaves. Ending the wait for it earlier could leave an answer that nobody disposes of.
        Task<HttpResponseMessage>? sending = null;
        try
        {
            return await pipeline.ExecuteAsync(
                async token => await (sending = outgoing.SendAsync(retry, token).AsTask()).WaitAsync(options.SlowAfter, time, CancellationToken.None), aborted);
        }
        catch (TimeoutException) when (sending is not null)
        {
            return await sending;
        }
    }

    private async Task Answer(HttpContext context, HttpResponseMessage response, CancellationToken aborted)
    {
        PassedHeaders.CopyResponse(response, context.Response);
        if (HttpMethods.IsHead(context.Request.Method) || context.Response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        try
        {
            await response.Content.CopyToAsync(context.Response.Body, aborted);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            if (context.Response.HasStarted)
            {
                // The caller must not take half an answer for a whole one.
                context.Abort();
                return;
            }

            PassedHeaders.RemoveResponse(response, context.Response);
            throw new ServiceUnavailableException($"{upstream.Name} is away for the moment. Try again.", exception);
        }
    }

    private static async ValueTask<byte[]?> ReadBody(HttpContext context, long limit, CancellationToken aborted)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        // The pipe grows with what has come, not with what Content-Length promises.
        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(aborted);
            if (result.IsCompleted)
            {
                byte[] body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private sealed class Outgoing(HttpContext context, Upstream upstream, ForwarderOptions options, PathString path, byte[]? body)
    {
        private readonly Uri _address = RequestUtilities.MakeDestinationAddress(upstream.Prefix, path, context.Request.QueryString);

        internal string? Key { get; set; }

        internal bool IsRead { get; } = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

        internal ValueTask<HttpResponseMessage> SendAsync(bool retry, CancellationToken cancellationToken) =>
            upstream.SendAsync(static outgoing => outgoing.Make(), this, retry, cancellationToken);

        private HttpRequestMessage Make()
        {
            var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), _address);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
            }

            PassedHeaders.CopyRequest(context.Request, request);
            if (Key is not null)
            {
                request.Headers.TryAddWithoutValidation(IdempotencyKey, Key);
            }

            if (options.KeepHost)
            {
                request.Headers.Host = context.Request.Host.Value;
            }

            options.Prepare?.Invoke(context, request);
            return request;
        }
    }
}
