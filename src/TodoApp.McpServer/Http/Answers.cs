using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TodoApp.McpServer.Storage;
using TodoApp.ServiceDefaults;

namespace TodoApp.McpServer.Http;

/// <summary>Writes answers.</summary>
internal static class Answers
{
    public static Task WriteAsync(HttpContext context, WriteResult result)
    {
        if (result.Problem is not null)
        {
            return context.WriteProblem(result.Problem);
        }

        HttpResponse response = context.Response;
        response.StatusCode = result.Status;
        if (result.IsReplay)
        {
            response.Headers["Idempotency-Replayed"] = "true";
        }

        if (result.Version is long version)
        {
            response.Headers.ETag = IfMatch.Tag(version);
        }

        return result.Body.IsEmpty ? Task.CompletedTask : WriteJsonAsync(context, result.Body);
    }

    public static Task WriteAsync<T>(HttpContext context, T body, JsonTypeInfo<T> type, long? version = null)
    {
        if (version is long number)
        {
            context.Response.Headers.ETag = IfMatch.Tag(number);
        }

        return WriteJsonAsync(context, JsonSerializer.SerializeToUtf8Bytes(body, type));
    }

    private static Task WriteJsonAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
