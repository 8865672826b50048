using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using static TodoApp.Tests.Conformance.FixtureTools;

namespace TodoApp.Tests.Conformance;

/// <summary>The prompts and resources that the conformance suite reads.</summary>
internal static class FixturePrompts
{
    public static void Add(IServiceCollection services)
    {
        AddPrompt(services, "test_simple_prompt", () => User(new TextContentBlock { Text = "This is a simple prompt for testing." }));
        AddPrompt(services, "test_prompt_with_arguments", (string arg1, string arg2) =>
            User(new TextContentBlock { Text = $"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'" }));
        AddPrompt(services, "test_prompt_with_embedded_resource", (string resourceUri) => User(
            Embedded(resourceUri, "text/plain", "Embedded resource content for testing."),
            new TextContentBlock { Text = "Please process the embedded resource above." }));
        AddPrompt(services, "test_prompt_with_image", () => User(
            ImageContentBlock.FromBytes(Png, "image/png"),
            new TextContentBlock { Text = "Please analyze the image above." }));
        AddPrompt(services, "test_input_required_result_prompt", (RequestContext<GetPromptRequestParams> request) =>
            FixtureQuestions.IsAnswered(request.Params, "user_context")
                ? User(new TextContentBlock { Text = "Thank you." })
                : throw new InputRequiredException(new Dictionary<string, InputRequest>
                {
                    ["user_context"] = FixtureQuestions.Ask("What context should the prompt use?", "context"),
                }));

        AddResource(services, "test://static-text", "text/plain", () => "This is the content of the static text resource.");
        AddResource(services, "test://static-binary", "image/png", () => BlobResourceContents.FromBytes(Png, "test://static-binary", "image/png"));
        AddResource(services, "test://watched-resource", "text/plain", () => "Watched.");
        AddResource(services, "test://template/{id}/data", "application/json", (string id) => new TextResourceContents
        {
            Uri = $"test://template/{id}/data",
            MimeType = "application/json",
            Text = $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}""",
        });
    }

    private static void AddPrompt(IServiceCollection services, string name, Delegate get) =>
        services.AddSingleton(McpServerPrompt.Create(get, new McpServerPromptCreateOptions { Name = name, Description = "For the conformance suite." }));

    private static void AddResource(IServiceCollection services, string uri, string type, Delegate read) =>
        services.AddSingleton(McpServerResource.Create(read, new McpServerResourceCreateOptions { UriTemplate = uri, Name = uri, Description = "For the conformance suite.", MimeType = type }));

    private static GetPromptResult User(params ContentBlock[] content) =>
        new() { Messages = [.. content.Select(block => new PromptMessage { Role = Role.User, Content = block })] };
}
