using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// What fails in a tool, a resource, a prompt or a completion without being the caller's mistake: it is logged once, with its stack,
/// and the caller is told that it is not theirs. The SDK's own log of requests is off: it writes every unknown name as an error with a stack.
/// </summary>
internal static partial class McpFailures
{
    private const string Ours = "Something went wrong in this server; it is in the server's log, and not your mistake. Try again later.";

    public static void AddMcpFailures(this IMcpServerBuilder builder)
    {
        builder.Services.AddLogging(logging => logging.AddFilter("ModelContextProtocol.Server.McpServer", LogLevel.None));
        builder.WithMessageFilters(filters => filters.AddIncomingFilter(next => async (message, cancellationToken) =>
        {
            try
            {
                await next(message, cancellationToken);
            }
            catch (JsonException exception) when (message.JsonRpcMessage is JsonRpcRequest request)
            {
                // Ours have been caught below: the SDK could not read the parameters.
                string where = exception.Path is ['$', '.', .. string path] ? $"params.{path} has the wrong type." : "Something that it needs is missing.";
                throw new McpProtocolException($"params of {request.Method} are not as the protocol describes them. {where}", exception, McpErrorCode.InvalidParams);
            }
        }));
        builder.WithRequestFilters(filters => filters
            .AddCallToolFilter(next => async (request, cancellationToken) =>
            {
                try
                {
                    return await next(request, cancellationToken);
                }
                catch (Exception exception) when (!IsAnswer(exception, cancellationToken))
                {
                    // A model reads results, its client the protocol's errors.
                    return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = Explain(exception, request) }] };
                }
            })
            .AddListResourcesFilter(Protect)
            .AddListResourceTemplatesFilter(Protect)
            .AddReadResourceFilter(Protect)
            .AddListPromptsFilter(Protect)
            .AddGetPromptFilter(Protect)
            .AddCompleteFilter(Protect));
    }

    /// <summary>Turns what was not expected into an error of the protocol.</summary>
    public static McpRequestHandler<TParameters, TResult> Protect<TParameters, TResult>(McpRequestHandler<TParameters, TResult> next) =>
        async (request, cancellationToken) =>
        {
            try
            {
                return await next(request, cancellationToken);
            }
            catch (Exception exception) when (!IsAnswer(exception, cancellationToken))
            {
                throw new McpProtocolException(Explain(exception, request), exception, McpErrorCode.InternalError);
            }
        };

    // Errors that were written for the caller, questions to the user, and a caller who has gone.
    private static bool IsAnswer(Exception exception, CancellationToken cancellationToken) =>
        exception is McpException or InputRequiredException || (exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private static string Explain<TParameters>(Exception exception, RequestContext<TParameters> request)
    {
        ILogger logger = request.Services!.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(McpFailures));
        if (exception is ServiceUnavailableException)
        {
            LogAway(logger, exception);
            return $"{exception.Message} Try again in a moment.";
        }

        LogFailure(logger, exception, request.JsonRpcRequest.Method);
        return Ours;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private static partial void LogFailure(ILogger logger, Exception exception, string method);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A part of the system is away")]
    private static partial void LogAway(ILogger logger, Exception exception);
}
