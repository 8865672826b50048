using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Changes;

/// <summary>
/// The change log as it grows: server-sent events (the WHATWG's HTML standard, section 9.2), one for each change, with its version
/// as id. Who comes again with <c>Last-Event-ID</c> gets everything since, once each. A slow reader costs one page of changes in
/// memory, since nothing is read from the log until the page before has been taken.
/// </summary>
internal static class StreamChanges
{
    /// <summary>How often a comment is sent when there is nothing else, and the log is looked at though nobody has told of a change.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private const int ChangesAtOnce = 100;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task Handle(HttpContext context, SpaceWrites writes, IHostApplicationLifetime lifetime)
    {
        var errors = new FieldErrors();
        long? since = ReadSince(context.Request, errors);
        if (errors.ToProblem() is Problem problem)
        {
            await context.WriteProblem(problem);
            return;
        }

        Caller caller = context.GetCaller();
        using ChangeSignals.Waiter? waiter = writes.Signals.TryWait(caller.Space);
        if (waiter is null)
        {
            context.SetRetryAfter(Heartbeat);
            await context.WriteProblem(ProblemKind.TooManyRequests, $"The account has {ChangeSignals.MostOfSpace} open streams of changes, which is the most. Close one, or read /changes from time to time.");
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        Outcome<ChangePage> page = since is long version
            ? await ListChanges.ReadAsync(writes, caller, new ChangeQuery { Since = version, Limit = ChangesAtOnce }, ended.Token)
            : await ListChanges.ReadAsync(writes, caller, new ChangeQuery { IsFromNow = true }, ended.Token);
        if (!page.IsDone)
        {
            await context.WriteProblem(page.Problem);
            return;
        }

        try
        {
            await WriteAsync(context, writes, caller, waiter, page.Value, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or this replica is going: the reader comes again and goes on.
        }
    }

    private static async Task WriteAsync(HttpContext context, SpaceWrites writes, Caller caller, ChangeSignals.Waiter waiter, ChangePage page, CancellationToken ended)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would collect events before passing them on.
        PipeWriter body = context.Response.BodyWriter;
        body.Write(": Changes from here on.\n\n"u8);
        while (true)
        {
            foreach (Change change in page.Items)
            {
                Write(body, change);
            }

            await body.FlushAsync(ended);
            if (!page.More)
            {
                await WaitAsync(body, writes.Time, waiter, ended);
            }

            Outcome<ChangePage> next;
            try
            {
                next = await ListChanges.ReadAsync(writes, caller, new ChangeQuery { Since = page.Version, Limit = ChangesAtOnce }, ended);
            }
            catch (ServiceUnavailableException)
            {
                page = page with { Items = [], More = false }; // The database is away. Every reader is woken when it is there again.
                continue;
            }

            if (!next.IsDone)
            {
                return; // The account was deleted, or the reader was so slow that the log has moved on: the next request says which.
            }

            page = next.Value;
        }
    }

    private static async Task WaitAsync(PipeWriter body, TimeProvider time, ChangeSignals.Waiter waiter, CancellationToken ended)
    {
        using var heartbeat = new CancellationTokenSource(Heartbeat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(heartbeat.Token, ended);
        try
        {
            await waiter.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            body.Write(":\n\n"u8);
            await body.FlushAsync(ended);
        }
    }

    private static void Write(PipeWriter body, Change change)
    {
        body.Write("event: change\nid: "u8);
        Span<byte> digits = body.GetSpan(20);
        change.Version.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
        body.Advance(length);
        body.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(body, Readable))
        {
            JsonSerializer.Serialize(json, change, ContractsJson.Readable.Change);
        }

        body.Write("\n\n"u8);
    }

    private static long? ReadSince(HttpRequest request, FieldErrors errors)
    {
        foreach (string name in request.Query.Keys)
        {
            if (name != "since")
            {
                errors.Malformed(Excerpt.Of(name), "is not a known parameter. Known is since.");
            }
        }

        // What the browser adds when it comes again goes before what the page asked for at first.
        string last = request.Headers["Last-Event-ID"].ToString();
        string text = last.Length > 0 ? last : request.Query["since"].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long version))
        {
            return version;
        }

        errors.Invalid(last.Length > 0 ? "Last-Event-ID" : "since", "must be a version: a whole number from 0 on.");
        return null;
    }
}
