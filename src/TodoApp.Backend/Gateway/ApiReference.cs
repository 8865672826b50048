using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TodoApp.Contracts;

namespace TodoApp.Backend.Gateway;

/// <summary>
/// <c>/api/openapi.json</c>, and <c>/docs</c>: the same as a page, written once at the first request. The page is plain HTML
/// with its style inside; it loads nothing and runs nothing, and its policy forbids both.
/// </summary>
internal static class ApiReference
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1d1b18;--paper:#fbf9f4;--line:#d9d4c8;--quiet:#6a645a;--accent:#1f5f8b}
        @media(prefers-color-scheme:dark){:root{--ink:#ece7dc;--paper:#1a1815;--line:#3a362f;--quiet:#a39b8d;--accent:#8cc1e6}}
        body{margin:0 auto;max-width:56rem;padding:2rem 1rem 6rem;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
        h1,h2{font-family:Charter,"Sitka Text",Cambria,Georgia,serif}h2{margin-top:3rem;border-bottom:1px solid var(--line)}
        h3{margin:2rem 0 .25rem;font-size:1rem}code{font-family:ui-monospace,monospace;font-size:.92em;overflow-wrap:anywhere}
        p{margin:.25rem 0}a{color:var(--accent)}table{border-collapse:collapse;width:100%;margin:.5rem 0}
        td,th{text-align:left;vertical-align:top;padding:.2rem .75rem .2rem 0;border-top:1px solid var(--line)}th{font-weight:600}
        .quiet{color:var(--quiet)}:target{outline:2px solid var(--accent);outline-offset:6px}nav{columns:14rem 3}nav a{display:block}
        """;

    private static readonly Lazy<byte[]> Document = new(ReadDocument);
    private static readonly Lazy<byte[]> Page = new(WritePage);

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static void Map(WebApplication app)
    {
        app.MapGet("/api/openapi.json", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return TypedResults.Bytes(Document.Value, "application/json");
        }).ExcludeFromDescription();
        app.MapGet("/docs", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.Headers.ContentSecurityPolicy = Policy;
            context.Response.Headers["Referrer-Policy"] = "same-origin";
            return TypedResults.Bytes(Page.Value, "text/html; charset=utf-8");
        }).ExcludeFromDescription();
    }

    /// <summary>What a kind of error means for whoever meets it.</summary>
    internal static string Meaning(ProblemKind kind) => kind.Name switch
    {
        "malformed-request" => "The JSON is broken, a value has the wrong type, or there is an unknown field or parameter. errors says which and what would be right; the empty name stands for the body as a whole.",
        "unauthorized" => "Send Authorization: Bearer with a session's token or a personal access token. This one is missing, wrong, expired or revoked.",
        "forbidden" => "The token is valid and does not reach this: its scopes are too few, or the route asks for a session.",
        "cross-origin" => "A browser sent this from a page of another site. Programs that are not browsers send neither Origin nor Sec-Fetch-Site.",
        "registration-closed" => "The server's REGISTRATION lets nobody register now, or only with an invitation.",
        "account-disabled" => "The password is right, and the administrator has disabled the account, or it is being deleted.",
        "not-found" => "There is no such route, or nothing with this id that belongs to you.",
        "method-not-allowed" => "The header Allow says which methods this route takes.",
        "conflict" => "For example a name that is taken, or a later change that an undo would lose. detail says which.",
        "gone" => "It was removed for good. For the change feed: start again from the snapshot that the answer names.",
        "precondition-failed" => "If-Match names an older version. Read it again, and decide again.",
        "body-too-large" => "Most routes take 1 MiB, batches and /mcp 4 MiB, imports 256 MiB.",
        "unsupported-media-type" => "Send Content-Type: application/json, or application/merge-patch+json for PATCH.",
        "unknown-host" => "The Host header must name PUBLIC_URL's host, localhost, or one of ALLOWED_HOSTS.",
        "invalid" => "The request could be read, and a field breaks one of its rules. errors says which and what would be right.",
        "idempotency-key-reused" => "The same Idempotency-Key came within 24 hours with another body. Take a new one for a new request.",
        "too-many-requests" => "Wait as many seconds as Retry-After says.",
        "internal" => "A defect of the server. traceId leads to its log.",
        "unavailable" => "A part of the system is away. Try again after as many seconds as Retry-After says; writes are safe to repeat with their Idempotency-Key.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind.Name, "Every kind of error needs its meaning on the page."),
    };

    private static byte[] ReadDocument()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("openapi.json")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] WritePage()
    {
        using JsonDocument document = JsonDocument.Parse(Document.Value);
        var page = new PageWriter();
        page.Raw("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>API reference · Todo App</title><style>");
        page.Raw(Style).Raw("</style><h1>API reference</h1>");
        if (document.RootElement.GetProperty("info").TryGetProperty("description", out JsonElement about))
        {
            page.Paragraph(about.GetString()!);
        }

        page.Raw("<p>The same for programs: <a href=\"/api/openapi.json\">openapi.json</a>. Every error is a <a href=\"#problems\">problem</a> (RFC 9457).</p>");
        Contents(page, document.RootElement);
        page.Raw("<h2 id=\"routes\">Routes</h2>");
        foreach (JsonProperty path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty method in path.Value.EnumerateObject().Where(method => method.Value.ValueKind == JsonValueKind.Object))
            {
                Route(page, path.Name, method);
            }
        }

        page.Raw("<h2 id=\"objects\">Objects</h2>");
        if (document.RootElement.TryGetProperty("components", out JsonElement components) && components.TryGetProperty("schemas", out JsonElement schemas))
        {
            foreach (JsonProperty schema in schemas.EnumerateObject())
            {
                Schema(page, schema);
            }
        }

        page.Raw("<h2 id=\"problems\">Problems</h2>");
        foreach (ProblemKind kind in ProblemKind.All)
        {
            page.Raw("<h3 id=\"problem-").Text(kind.Name).Raw("\"><code>").Text(kind.Name).Raw("</code> ")
                .Text(string.Create(CultureInfo.InvariantCulture, $"{kind.Status} · {kind.Title}")).Raw("</h3>");
            page.Paragraph(Meaning(kind));
        }

        return page.ToBytes();
    }

    private static void Contents(PageWriter page, JsonElement root)
    {
        page.Raw("<nav aria-label=\"Routes\">");
        foreach (JsonProperty path in root.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty method in path.Value.EnumerateObject().Where(method => method.Value.ValueKind == JsonValueKind.Object))
            {
                page.Raw("<a href=\"#").Text(RouteId(path.Name, method)).Raw("\">").Text(Text(method.Value, "summary") ?? $"{method.Name} {path.Name}").Raw("</a>");
            }
        }

        page.Raw("</nav>");
    }

    private static void Route(PageWriter page, string path, JsonProperty method)
    {
        page.Raw("<h3 id=\"").Text(RouteId(path, method)).Raw("\"><code>").Text(method.Name.ToUpperInvariant()).Raw(" ").Text(path).Raw("</code> ")
            .Text(Text(method.Value, "summary") ?? "").Raw("</h3>");
        if (Text(method.Value, "description") is string description)
        {
            page.Paragraph(description);
        }

        page.Raw("<table>");
        if (method.Value.TryGetProperty("parameters", out JsonElement parameters))
        {
            foreach (JsonElement parameter in parameters.EnumerateArray().Where(parameter => parameter.TryGetProperty("name", out _)))
            {
                page.Raw("<tr><td>").Text(Text(parameter, "in") ?? "").Raw("<td><code>").Text(Text(parameter, "name")!).Raw("</code> ")
                    .Text(Text(parameter, "description") ?? "");
            }
        }

        if (method.Value.TryGetProperty("requestBody", out JsonElement body))
        {
            page.Raw("<tr><td>body<td>");
            Content(page, body);
        }

        if (method.Value.TryGetProperty("responses", out JsonElement responses))
        {
            foreach (JsonProperty response in responses.EnumerateObject())
            {
                page.Raw("<tr><td>").Text(response.Name).Raw("<td>").Text(Text(response.Value, "description") ?? "").Raw(" ");
                Content(page, response.Value);
            }
        }

        page.Raw("</table>");
    }

    private static void Content(PageWriter page, JsonElement message)
    {
        if (!message.TryGetProperty("content", out JsonElement content))
        {
            return;
        }

        foreach (JsonProperty type in content.EnumerateObject())
        {
            if (type.Value.TryGetProperty("schema", out JsonElement schema))
            {
                Type(page, schema);
                page.Raw(" ");
            }

            page.Raw("<span class=\"quiet\">").Text(type.Name).Raw("</span> ");
        }
    }

    private static void Schema(PageWriter page, JsonProperty schema)
    {
        page.Raw("<h3 id=\"object-").Text(schema.Name).Raw("\"><code>").Text(schema.Name).Raw("</code></h3>");
        if (Text(schema.Value, "description") is string description)
        {
            page.Paragraph(description);
        }

        if (schema.Value.TryGetProperty("enum", out JsonElement values))
        {
            page.Paragraph(string.Join(", ", values.EnumerateArray().Select(value => value.ToString())));
        }

        if (!schema.Value.TryGetProperty("properties", out JsonElement properties))
        {
            return;
        }

        HashSet<string> required = schema.Value.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
        page.Raw("<table>");
        foreach (JsonProperty property in properties.EnumerateObject())
        {
            page.Raw("<tr><td><code>").Text(property.Name).Raw("</code><td>");
            Type(page, property.Value);
            page.Raw(required.Contains(property.Name) ? "<td>required<td>" : "<td><td>").Text(Text(property.Value, "description") ?? "");
        }

        page.Raw("</table>");
    }

    private static void Type(PageWriter page, JsonElement schema)
    {
        if (Text(schema, "$ref") is string reference)
        {
            string name = reference[(reference.LastIndexOf('/') + 1)..];
            page.Raw("<a href=\"#object-").Text(name).Raw("\">").Text(name).Raw("</a>");
        }
        else if (schema.TryGetProperty("items", out JsonElement items))
        {
            page.Raw("list of ");
            Type(page, items);
        }
        else if ((schema.TryGetProperty("oneOf", out JsonElement choices) || schema.TryGetProperty("anyOf", out choices)) && choices.ValueKind == JsonValueKind.Array)
        {
            foreach ((int index, JsonElement choice) in choices.EnumerateArray().Index())
            {
                page.Raw(index == 0 ? "" : " or ");
                Type(page, choice);
            }
        }
        else if (schema.TryGetProperty("type", out JsonElement type))
        {
            string text = type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray().Select(one => one.GetString())) : type.GetString()!;
            page.Text(Text(schema, "format") is string format ? $"{text} ({format})" : text);
        }
    }

    private static string RouteId(string path, JsonProperty method) => Text(method.Value, "operationId") ?? method.Name + path;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed class PageWriter
    {
        private readonly StringBuilder _html = new(64 * 1024);

        internal PageWriter Raw(string html)
        {
            _html.Append(html);
            return this;
        }

        internal PageWriter Text(string text)
        {
            _html.Append(HtmlEncoder.Default.Encode(text));
            return this;
        }

        internal void Paragraph(string text) => Raw("<p>").Text(text).Raw("</p>");

        internal byte[] ToBytes() => Encoding.UTF8.GetBytes(_html.ToString());
    }
}
