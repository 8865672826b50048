using System.Text.Json;
using TodoApp.McpServer.Http;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// Refuses calls whose parameters have the wrong shape, before the SDK sees them: it answers some with 500 and others with
/// "An error occurred." (params that are no object, a name that is no text, arguments that are no object, half surrogate pairs).
/// </summary>
internal static class McpRequestGuard
{
    private const int InvalidParams = -32602;

    public static IApplicationBuilder UseMcpRequestGuard(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Path.Equals("/mcp", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        (JsonBody? body, _) = await JsonBody.ReadAsync(context.Request, isRequired: false);
        using (body)
        {
            if (body is { IsEmpty: false } && body.Root.ValueKind == JsonValueKind.Object && Problem(body.Root) is string problem)
            {
                await WriteAsync(context, body.Root, problem);
                return;
            }
        }

        // Read whole: the SDK gets it from memory. What is not JSON at all reaches it empty, and is its own to refuse.
        context.Request.Body = new MemoryStream(body?.Bytes ?? []);
        await next(context);
    });

    private static string? Problem(JsonElement message)
    {
        if (!message.TryGetProperty("method", out JsonElement method) || method.ValueKind != JsonValueKind.String
            || !message.TryGetProperty("params", out JsonElement parameters) || parameters.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return "params must be an object.";
        }

        if (parameters.TryGetProperty("name", out JsonElement name) && name.ValueKind != JsonValueKind.String)
        {
            return "params.name must be a text.";
        }

        if (parameters.TryGetProperty("arguments", out JsonElement arguments) && arguments.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            return "params.arguments must be an object.";
        }

        return IsText(message) ? null : "A text has half of a surrogate pair, which is not valid Unicode.";
    }

    // Reading a text throws where it is not Unicode.
    private static bool IsText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    try
                    {
                        _ = property.Name;
                    }
                    catch (InvalidOperationException)
                    {
                        return false;
                    }

                    if (!IsText(property.Value))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Array:
                return element.EnumerateArray().All(IsText);
            case JsonValueKind.String:
                try
                {
                    _ = element.GetString();
                    return true;
                }
                catch (InvalidOperationException)
                {
                    return false;
                }

            default:
                return true;
        }
    }

    private static async Task WriteAsync(HttpContext context, JsonElement message, string problem)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("id"u8);
        if (message.TryGetProperty("id", out JsonElement id) && (id.ValueKind == JsonValueKind.Number || (id.ValueKind == JsonValueKind.String && IsText(id))))
        {
            id.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, InvalidParams);
        writer.WriteString("message"u8, problem);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
