using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TodoApp.Contracts;

namespace TodoApp.ServiceDefaults;

/// <summary>Answers errors as problem details.</summary>
public static partial class Problems
{
    /// <summary>Answers with a problem. Adds the trace id; for 429 and 503 the caller adds <c>Retry-After</c>.</summary>
    public static Task WriteProblem(this HttpContext context, ProblemKind kind, string? detail = null, IReadOnlyDictionary<string, string[]>? errors = null) =>
        context.WriteProblem(new Problem(kind.Type, kind.Title, kind.Status, detail, null, errors));

    /// <summary>Answers with a problem. Adds the trace id; for 429 and 503 the caller adds <c>Retry-After</c>.</summary>
    public static async Task WriteProblem(this HttpContext context, Problem problem)
    {
        HttpResponse response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = Problem.MediaType;
        response.Headers.CacheControl = "no-store";
        problem = problem with { TraceId = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(problem, ContractsJson.Readable.Problem);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>Says in how many seconds the request may be tried again.</summary>
    public static void SetRetryAfter(this HttpContext context, TimeSpan delay) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Turns exceptions, and answers without a body, into problem details.</summary>
    internal static void UseProblems(this WebApplication app)
    {
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems));
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody is there to read an answer.
            }
            catch (Exception exception) when (!context.Response.HasStarted)
            {
                Reset(context);
                await Write(context, exception, logger);
                return;
            }

            if (!context.Response.HasStarted && Unexplained(context) is ProblemKind kind)
            {
                await context.WriteProblem(kind);
            }
        });
    }

    private static ProblemKind? Unexplained(HttpContext context)
    {
        HttpResponse response = context.Response;
        if (response.ContentLength is > 0 || response.ContentType is not null)
        {
            return null;
        }

        return response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ProblemKind.NotFound,
            StatusCodes.Status405MethodNotAllowed => ProblemKind.MethodNotAllowed,
            StatusCodes.Status413PayloadTooLarge => ProblemKind.TooLarge,
            StatusCodes.Status415UnsupportedMediaType => ProblemKind.UnsupportedMediaType,
            _ => null,
        };
    }

    private static Task Write(HttpContext context, Exception exception, ILogger logger)
    {
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                long? limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
                return context.WriteProblem(ProblemKind.TooLarge, limit is null ? null : $"This route takes at most {limit} bytes.");
            case BadHttpRequestException bad:
                return context.WriteProblem(ProblemKind.Malformed, bad.Message);
            case ServiceUnavailableException away:
                Away(logger, exception);
                context.SetRetryAfter(away.RetryAfter);
                return context.WriteProblem(ProblemKind.Unavailable, away.Message);
            default:
                Failed(logger, exception, context.Request.Method, SecretPaths.Shown(context.Request.Path));
                return context.WriteProblem(ProblemKind.Internal, "This is a defect. The trace id leads to its log line.");
        }
    }

    private static void Reset(HttpContext context)
    {
        // Response.Clear() would also drop what outer middleware added, such as security headers.
        context.Response.Headers.ContentLength = null;
        context.Response.Headers.ContentType = default;
        context.Response.Headers.ETag = default;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A part of the system is away")]
    private static partial void Away(ILogger logger, Exception exception);
}

/// <summary>Something that the request needs is away for now: answered with 503 and <c>Retry-After</c>.</summary>
public sealed class ServiceUnavailableException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What is away, for the caller.</param>
    /// <param name="inner">How that was noticed, for the log.</param>
    public ServiceUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Makes one without a message.</summary>
    public ServiceUnavailableException()
    {
    }

    /// <summary>Makes one.</summary>
    public ServiceUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>After how long to try again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
}
