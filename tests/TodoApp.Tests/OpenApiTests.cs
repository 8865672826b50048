using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using TodoApp.Backend;
using TodoApp.Backend.Tokens;
using TodoApp.Contracts;
using TodoApp.McpServer;
using TodoApp.McpServer.Http;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Backend;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests;

/// <summary>The OpenAPI documents in <c>docs/openapi</c>. <c>UPDATE_SNAPSHOTS=1</c> rewrites what differs.</summary>
public sealed partial class OpenApiTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "openapi");

    [Fact]
    public async Task The_account_routes_are_described_in_the_repository() => Check("backend.json", await GenerateBackendAsync());

    [Fact]
    public async Task The_task_routes_are_described_in_the_repository() => Check("mcp-server.json", await GenerateMcpServerAsync());

    private static void Check(string file, JsonNode document)
    {
        CompareOrUpdate(file, document);
        foreach ((string path, JsonNode? operations) in document["paths"]!.AsObject())
        {
            foreach ((string method, JsonNode? operation) in operations!.AsObject())
            {
                Assert.True(operation!["summary"] is not null && operation["description"] is not null && operation["operationId"] is not null,
                    $"{method} {path} needs a name, a summary and a description.");
                Assert.All(operation["parameters"]?.AsArray() ?? [], parameter => Assert.NotNull(parameter!["description"]));
            }
        }
    }

    [Fact]
    public async Task What_is_served_is_both_documents_in_one()
    {
        JsonObject merged = (await GenerateBackendAsync()).AsObject();
        Merge(merged, (await GenerateMcpServerAsync()).AsObject());
        CompareOrUpdate("openapi.json", merged);
    }

    [Fact]
    public async Task Document_and_page_are_served_and_the_page_loads_nothing()
    {
        await using BackendApp app = await BackendApp.StartAsync(DatabaseEngine.Sqlite);
        using HttpClient anyone = app.Client();
        string json = await anyone.GetStringAsync("/api/openapi.json", TestContext.Current.CancellationToken);
        Assert.StartsWith("3.1", (string?)JsonNode.Parse(json)!["openapi"], StringComparison.Ordinal);

        using HttpResponseMessage response = await anyone.GetAsync("/docs", TestContext.Current.CancellationToken);
        string page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotMatch(Loads(), page);
        Assert.All(ProblemKind.All, kind => Assert.Contains($"id=\"{kind.Type[(kind.Type.IndexOf('#', StringComparison.Ordinal) + 1)..]}\"", page, StringComparison.Ordinal));
        foreach (string target in InnerLinks().Matches(page).Select(link => link.Groups[1].Value))
        {
            Assert.Contains($"id=\"{target}\"", page, StringComparison.Ordinal);
        }
    }

    // What mcp-server serves below /, the backend serves below /api. What only services may reach is left out.
    private static void Merge(JsonObject into, JsonObject tasks)
    {
        foreach ((string path, JsonNode? operations) in tasks["paths"]!.AsObject())
        {
            if (!path.StartsWith("/health", StringComparison.Ordinal) && path is not ("/space" or "/mcp"))
            {
                JsonNode copy = operations!.DeepClone();
                foreach ((_, JsonNode? operation) in copy.AsObject())
                {
                    operation!["security"] = JsonNode.Parse("""[{"bearer":[]}]""");
                }

                into["paths"]!["/api" + path] = copy;
            }
        }

        JsonObject schemas = into["components"]!["schemas"]!.AsObject();
        foreach ((string name, JsonNode? schema) in tasks["components"]?["schemas"]?.AsObject() ?? [])
        {
            if (schemas.TryGetPropertyValue(name, out JsonNode? ours))
            {
                Assert.True(JsonNode.DeepEquals(ours, schema), $"Both documents have an object {name}, and they differ.");
            }
            else
            {
                schemas[name] = schema!.DeepClone();
            }
        }
    }

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["PORT"] = "0",
        ["BIND"] = "127.0.0.1",
        ["DATABASE_URL"] = "sqlite:/nonexistent",
        ["INTERNAL_AUTH_KEY"] = Convert.ToBase64String(new byte[32]),
        ["LOG_LEVEL"] = "error",
        ["SHUTDOWN_DELAY"] = "0",
    };

    private static Task<JsonNode> GenerateBackendAsync() => GenerateAsync(configure => BackendService.Build(Settings, configure));

    private static Task<JsonNode> GenerateMcpServerAsync() => GenerateAsync(configure => McpServerService.Build(Settings, configure));

    private static async Task<JsonNode> GenerateAsync(Func<Action<WebApplicationBuilder>, WebApplication> build)
    {
        await using WebApplication app = build(builder =>
        {
            builder.Services.ConfigureHttpJsonOptions(json =>
            {
                json.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Readable);
                json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            });
            builder.Services.AddOpenApi("api", Describe);
        });
        app.MapOpenApi("/generated/{documentName}.json");
        await app.StartAsync();
        using HttpClient client = new TestIdentity().Client(new Uri(app.Urls.First()), new byte[32]);
        JsonNode document = JsonNode.Parse(await client.GetStringAsync("/generated/api.json"))!;
        await app.StopAsync();
        return document;
    }

    private static void Describe(OpenApiOptions options)
    {
        Dictionary<string, string> comments = Comments();
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Todo App",
                Version = "1",
                Description = "Tasks for people and agents. Send Authorization: Bearer with a session's token (from sign-in) or with a personal access token; the latter reaches the task routes and /mcp (Model Context Protocol) only.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A session's token, or a personal access token." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
            operation.Parameters ??= [];
            foreach (IOpenApiParameter parameter in operation.Parameters.Where(parameter => parameter is { Name: "id" or "file" or "version", Description: null }))
            {
                ((OpenApiParameter)parameter).Description = parameter.Name == "file" ? "The address's secret, and .ics." : parameter.Name == "version" ? "The change's version." : context.Description.RelativePath!.StartsWith("tasks/", StringComparison.Ordinal) ? "The task's id or its number." : "Its id.";
            }

            foreach (QueryParameter parameter in metadata.OfType<QueryParameter>())
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = ParameterLocation.Query,
                    Description = parameter.Description,
                    Schema = new OpenApiSchema { Type = parameter.Type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String },
                });
            }

            foreach (RequestHeader header in metadata.OfType<RequestHeader>())
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = header.Name,
                    In = ParameterLocation.Header,
                    Description = header.Description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            if (Authentication.IsRequired(context.Description.ActionDescriptor.EndpointMetadata))
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            string? key = context.JsonPropertyInfo is { AttributeProvider: System.Reflection.PropertyInfo property }
                ? $"{property.DeclaringType!.FullName}.{property.Name}"
                : context.JsonTypeInfo.Type.FullName;
            if (key is not null && comments.TryGetValue(key, out string? comment))
            {
                schema.Description = comment;
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>The doc comments of the wire's records, which are the descriptions too: of types, properties and positional parameters.</summary>
    private static Dictionary<string, string> Comments()
    {
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (XElement member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, "TodoApp.Contracts.xml")).Descendants("member"))
        {
            string name = ((string)member.Attribute("name")!)[2..];
            if (member.Element("summary") is XElement summary)
            {
                comments.TryAdd(name, Plain(summary));
            }

            foreach (XElement parameter in member.Elements("param"))
            {
                comments[$"{name}.{(string)parameter.Attribute("name")!}"] = Plain(parameter);
            }
        }

        return comments;

        static string Plain(XElement comment)
        {
            foreach (XElement reference in comment.DescendantsAndSelf().Where(e => e.Attribute("cref") is not null || e.Attribute("name") is not null).ToArray())
            {
                if (reference != comment && reference.IsEmpty)
                {
                    string target = (string?)reference.Attribute("cref") ?? (string)reference.Attribute("name")!;
                    string last = target[(target.LastIndexOf('.') + 1)..];
                    reference.ReplaceWith(char.ToLowerInvariant(last[0]) + last[1..]);
                }
            }

            return Spaces().Replace(comment.Value, " ").Trim();
        }
    }

    private static void CompareOrUpdate(string file, JsonNode document)
    {
        string path = Path.Combine(Folder, file);
        string text = document.ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, text);
            return;
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"docs/openapi/{file} is not what the code says. Run the tests with UPDATE_SNAPSHOTS=1 and look at the difference.");
    }

    [GeneratedRegex("<(script|link|img|iframe|object|embed|video|audio|form)|url\\(|@import|src=|\\son[a-z]+=\"|https?://", RegexOptions.IgnoreCase)]
    private static partial Regex Loads();

    [GeneratedRegex("href=\"#([^\"]+)\"")]
    private static partial Regex InnerLinks();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
