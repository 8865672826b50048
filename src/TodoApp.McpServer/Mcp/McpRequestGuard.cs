using System.Text.Json;
using ModelContextProtocol.Server;
using TodoApp.Contracts;
using TodoApp.McpServer.Http;
using TodoApp.McpServer.Identity;

namespace TodoApp.McpServer.Mcp;

/// <summary>
/// Refuses what the SDK would answer wrongly or not helpfully, before it sees it: what is no JSON, parameters of the wrong shape (it answers some
/// with 500 and others with "An error occurred."), a tool that does not exist (it writes a stack trace into the log), a cursor that
/// was never given (it ignores it), and a writing tool called with a token that only reads (which HTTP clients expect as 403).
/// </summary>
internal static class McpRequestGuard
{
    private const int InvalidParams = -32602;
    private const int ParseError = -32700;

    // None of these lists is longer than a page, so no cursor was ever given for one.
    private static readonly string[] Lists = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"];

    public static IApplicationBuilder UseMcpRequestGuard(this IApplicationBuilder app)
    {
        McpServerTool[] tools = [.. app.ApplicationServices.GetServices<McpServerTool>()];
        return app.Use(async (context, next) =>
        {
            if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Path.Equals("/mcp", StringComparison.Ordinal))
            {
                await next(context);
                return;
            }

            (JsonBody? body, Problem? problem) = await JsonBody.ReadAsync(context.Request, isRequired: false);
            using (body)
            {
                if (problem?.Type == ProblemKind.Malformed.Type)
                {
                    await WriteAsync(context, default, StatusCodes.Status400BadRequest, problem.Detail!, ParseError);
                    return;
                }

                if (body is { IsEmpty: false } && body.Root.ValueKind == JsonValueKind.Object && await RefuseAsync(context, body.Root, tools))
                {
                    return;
                }
            }

            // Read whole: the SDK gets it from memory. What is not sent as JSON reaches it empty, and is its own to refuse.
            context.Request.Body = new MemoryStream(body?.Bytes ?? []);
            await next(context);
        });
    }

    private static async Task<bool> RefuseAsync(HttpContext context, JsonElement message, McpServerTool[] tools)
    {
        if (Problem(message) is string problem)
        {
            await WriteAsync(context, message, StatusCodes.Status400BadRequest, problem);
            return true;
        }

        if (!message.TryGetProperty("method", out JsonElement method) || method.ValueKind != JsonValueKind.String || !message.TryGetProperty("params", out JsonElement parameters) || parameters.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (Lists.Contains(method.GetString(), StringComparer.Ordinal) && parameters.TryGetProperty("cursor", out JsonElement cursor) && cursor.ValueKind != JsonValueKind.Null)
        {
            await WriteAsync(context, message, StatusCodes.Status400BadRequest, "params.cursor is not one that was given: the list is complete without.");
            return true;
        }

        if (method.GetString() != "tools/call" || !parameters.TryGetProperty("name", out JsonElement name))
        {
            return false;
        }

        McpServerTool? tool = Array.Find(tools, tool => tool.ProtocolTool.Name == name.GetString());
        if (tool is null)
        {
            string[] names = [.. tools.Select(tool => tool.ProtocolTool.Name)];
            await WriteAsync(context, message, StatusCodes.Status400BadRequest, $"There is no such tool. {JsonFields.Suggest(name.GetString()!, names)}");
            return true;
        }

        if (tool is TodoTool { Scope: string scope } && !context.GetCaller().Scopes.Contains(scope))
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"todo\", error=\"insufficient_scope\", scope=\"{scope}\"";
            await WriteAsync(context, message, StatusCodes.Status403Forbidden, $"{tool.ProtocolTool.Name} needs a token with the scope {scope}. Ask the owner of the account for one.");
            return true;
        }

        return false;
    }

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

    private static async Task WriteAsync(HttpContext context, JsonElement message, int status, string problem, int code = InvalidParams)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("id"u8);
        if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("id", out JsonElement id) && (id.ValueKind == JsonValueKind.Number || (id.ValueKind == JsonValueKind.String && IsText(id))))
        {
            id.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, code);
        writer.WriteString("message"u8, problem);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
