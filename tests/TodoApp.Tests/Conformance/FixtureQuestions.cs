#pragma warning disable MCP9005 // Sampling and roots are deprecated; the suite asks for them all the same.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using static TodoApp.Tests.Conformance.FixtureTools;

namespace TodoApp.Tests.Conformance;

/// <summary>
/// The tools of the conformance suite that ask the client or its user: until 2025-11-25 by a request of the server within a session, from
/// 2026-07-28 on by a result that says what is missing, after which the client calls again with it.
/// </summary>
internal static class FixtureQuestions
{
    private static readonly byte[] StateKey = RandomNumberGenerator.GetBytes(32);

    public static void Add(IServiceCollection services)
    {
        AddServerRequests(services);
        AddRoundTrips(services);
    }

    /// <summary>Asks for one text.</summary>
    public static InputRequest Ask(string message, string field) => InputRequest.ForElicitation(new ElicitRequestParams
    {
        Message = message,
        RequestedSchema = Schema($$$"""{"type": "object", "properties": {"{{{field}}}": {"type": "string"}}, "required": ["{{{field}}}"]}"""),
    });

    /// <summary>Whether the client has answered this question in the form that was asked for.</summary>
    public static bool IsAnswered(RequestParams? parameters, string key) =>
        parameters?.InputResponses is IDictionary<string, InputResponse> responses && responses.TryGetValue(key, out InputResponse? response)
        && response.RawValue.ValueKind == JsonValueKind.Object;

    private static void AddServerRequests(IServiceCollection services)
    {
        FixtureTools.Add(
            services,
            "test_sampling",
            async (request, cancellationToken) =>
            {
                CreateMessageResult answer = await request.Server.SampleAsync(Question(Argument(request, "prompt"), 100), cancellationToken);
                return Text($"LLM response: {string.Join(' ', answer.Content.OfType<TextContentBlock>().Select(block => block.Text))}");
            },
            """{"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}""");
        FixtureTools.Add(
            services,
            "test_elicitation",
            (request, cancellationToken) => ElicitAsync(request, Argument(request, "message"), """
                {
                  "type": "object",
                  "properties": {
                    "username": {"type": "string", "description": "User's response"},
                    "email": {"type": "string", "description": "User's email address"}
                  },
                  "required": ["username", "email"]
                }
                """, cancellationToken),
            """{"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]}""");
        FixtureTools.Add(services, "test_elicitation_sep1034_defaults", (request, cancellationToken) => ElicitAsync(request, "Defaults", """
            {
              "type": "object",
              "properties": {
                "name": {"type": "string", "default": "John Doe"},
                "age": {"type": "integer", "default": 30},
                "score": {"type": "number", "default": 95.5},
                "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
                "verified": {"type": "boolean", "default": true}
              }
            }
            """, cancellationToken));
        FixtureTools.Add(services, "test_elicitation_sep1330_enums", (request, cancellationToken) => ElicitAsync(request, "Choices", """
            {
              "type": "object",
              "properties": {
                "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
                "titledSingle": {"type": "string", "oneOf": [{"const": "value1", "title": "First Option"}, {"const": "value2", "title": "Second Option"}]},
                "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": ["Option One", "Option Two", "Option Three"]},
                "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
                "titledMulti": {"type": "array", "items": {"anyOf": [{"const": "value1", "title": "First Choice"}, {"const": "value2", "title": "Second Choice"}]}}
              }
            }
            """, cancellationToken));
    }

    private static void AddRoundTrips(IServiceCollection services)
    {
        InputRequest name = Ask("What is your name?", "name");
        AddRoundTrip(services, "test_input_required_result_elicitation", null, ("user_name", name));
        AddRoundTrip(services, "test_streaming_elicitation", null, ("user_name", name));
        AddRoundTrip(services, "test_input_required_result_sampling", null, ("capital_question", InputRequest.ForSampling(Question("What is the capital of France?", 100))));
        AddRoundTrip(services, "test_input_required_result_list_roots", null, ("client_roots", InputRequest.ForRootsList(new ListRootsRequestParams())));
        AddRoundTrip(services, "test_input_required_result_request_state", "confirm", ("confirm", Ask("Please confirm", "ok")));
        AddRoundTrip(services, "test_input_required_result_tampered_state", "confirm", ("confirm", Ask("Please confirm", "ok")));
        AddRoundTrip(
            services,
            "test_input_required_result_multiple_inputs",
            "inputs",
            ("user_name", name),
            ("greeting", InputRequest.ForSampling(Question("Generate a greeting", 50))),
            ("client_roots", InputRequest.ForRootsList(new ListRootsRequestParams())));
        FixtureTools.Add(services, "test_input_required_result_multi_round", (request, _) =>
        {
            switch (ReadState(request.Params.RequestState))
            {
                case "step1" when IsAnswered(request.Params, "step1"):
                    throw Missing("step2", ("step2", Ask("Step 2: What is your favorite color?", "color")));
                case "step2" when IsAnswered(request.Params, "step2"):
                    return Task.FromResult(Text("Done."));
                default:
                    throw Missing("step1", ("step1", Ask("Step 1: What is your name?", "name")));
            }
        });
        FixtureTools.Add(services, "test_input_required_result_capabilities", (request, _) =>
        {
            ClientCapabilities? client = request.Server.ClientCapabilities;
            var questions = new List<(string, InputRequest)>();
            if (client?.Elicitation is not null)
            {
                questions.Add(("user_name", name));
            }

            if (client?.Sampling is not null)
            {
                questions.Add(("greeting", InputRequest.ForSampling(Question("Generate a greeting", 50))));
            }

            return questions.Count == 0 ? Task.FromResult(Text("There is nobody to ask.")) : throw Missing(null, [.. questions]);
        });
    }

    // Asks until every question is answered.
    private static void AddRoundTrip(IServiceCollection services, string tool, string? state, params (string Key, InputRequest Question)[] questions) =>
        FixtureTools.Add(services, tool, (request, _) =>
        {
            bool isAsked = state is null || ReadState(request.Params.RequestState) == state;
            return isAsked && questions.All(question => IsAnswered(request.Params, question.Key))
                ? Task.FromResult(Text(state is null ? "Thank you." : "Thank you: state-ok."))
                : throw Missing(state, questions);
        });

    private static InputRequiredException Missing(string? state, params (string Key, InputRequest Question)[] questions) =>
        new(questions.ToDictionary(question => question.Key, question => question.Question), state is null ? null : Sign(state));

    private static string Sign(string state) => $"{state}.{Convert.ToHexString(HMACSHA256.HashData(StateKey, Encoding.UTF8.GetBytes(state)))}";

    private static string? ReadState(string? signed)
    {
        if (signed is null)
        {
            return null;
        }

        string state = signed.Split('.')[0];
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(state)), Encoding.UTF8.GetBytes(signed))
            ? state
            : throw new McpProtocolException("requestState is not as it was given.", McpErrorCode.InvalidParams);
    }

    private static CreateMessageRequestParams Question(string text, int tokens) => new()
    {
        Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = text }] }],
        MaxTokens = tokens,
    };

    private static async Task<CallToolResult> ElicitAsync(RequestContext<CallToolRequestParams> request, string message, string schema, CancellationToken cancellationToken)
    {
        ElicitResult answer = await request.Server.ElicitAsync(new ElicitRequestParams { Message = message, RequestedSchema = Schema(schema) }, cancellationToken);
        return Text($"Elicitation completed: action={answer.Action}, content={JsonSerializer.Serialize(answer.Content, McpJsonUtilities.DefaultOptions)}");
    }

    private static ElicitRequestParams.RequestSchema Schema(string json) =>
        JsonSerializer.Deserialize<ElicitRequestParams.RequestSchema>(json, McpJsonUtilities.DefaultOptions)!;

    private static string Argument(RequestContext<CallToolRequestParams> request, string name) => request.Params.Arguments![name].GetString()!;
}
