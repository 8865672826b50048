using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;
using TodoApp.ServiceDefaults;
using TodoApp.Tests.Conformance;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>The mistakes of callers are not in the log; the server's own are, once and with their stack.</summary>
public sealed class McpFailureTests
{
    [Theory]
    [InlineData("tools/call", """{"name": "nope", "arguments": {}}""", -32602)]
    [InlineData("resources/read", """{"uri": "todo://nope"}""", -32602)]
    [InlineData("prompts/get", """{"name": "nope"}""", -32602)]
    [InlineData("prompts/get", """{"name": "break_down_task", "arguments": {"task": "99"}}""", -32602)]
    [InlineData("completion/complete", """{"ref": 5}""", -32602)]
    [InlineData("completion/complete", "{}", -32602)]
    [InlineData("no/such/method", "{}", -32601)]
    public async Task A_mistake_of_the_caller_is_explained_and_not_logged(string method, string parameters, int code)
    {
        await using var server = await Server.StartAsync();
        foreach (string revision in new[] { "2025-11-25", "2026-07-28" })
        {
            JsonNode answer = await new McpClient(revision).RequestAsync(server.Client, method, parameters);
            Assert.Equal(code, (int)answer["error"]!["code"]!);
            Assert.DoesNotContain("An error occurred", (string)answer["error"]!["message"]!, StringComparison.Ordinal);
        }

        Assert.Empty(server.Log);
    }

    [Theory]
    [InlineData("tools/call", """{"name": "broken", "arguments": {}}""")]
    [InlineData("resources/read", """{"uri": "test://broken"}""")]
    [InlineData("prompts/get", """{"name": "broken"}""")]
    [InlineData("completion/complete", """{"ref": {"type": "ref/prompt", "name": "break_down_task"}, "argument": {"name": "task", "value": ""}}""")]
    public async Task A_failure_of_ours_is_logged_once_with_its_stack_and_said_to_be_ours(string method, string parameters)
    {
        foreach (string revision in new[] { "2025-11-25", "2026-07-28" })
        {
            await using var server = await Server.StartAsync();
            JsonNode answer = await new McpClient(revision).RequestAsync(server.Client, method, parameters);
            Assert.Contains("not your mistake", answer.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("secret", answer.ToJsonString(), StringComparison.Ordinal);
            Assert.True(method == "tools/call" ? (bool)answer["result"]!["isError"]! : (int)answer["error"]!["code"]! == -32603);
            Entry entry = Assert.Single(server.Log);
            Assert.Equal((LogLevel.Error, $"{method} failed"), (entry.Level, entry.Message));
            Assert.Equal("secret", entry.Exception?.Message);
        }
    }

    private sealed record Entry(LogLevel Level, string Category, string Message, Exception? Exception);

    /// <summary>mcp-server with a tool, a resource, a prompt and a completion that fail, and its log.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly TestDatabase _database;
        private readonly TestSystem _system;

        private Server(TestDatabase database, TestSystem system, ConcurrentQueue<Entry> log)
        {
            _database = database;
            _system = system;
            Log = log;
            Client = system.McpServerClient();
        }

        public HttpClient Client { get; }

        public ConcurrentQueue<Entry> Log { get; }

        public static async Task<Server> StartAsync()
        {
            var log = new ConcurrentQueue<Entry>();
            TestDatabase database = await TestDatabase.CreateAsync(DatabaseEngine.Sqlite);
            return new Server(database, await TestSystem.StartAsync(database, Services.McpServer, configure: (_, builder) => Configure(builder, log)), log);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _system.DisposeAsync();
            await _database.DisposeAsync();
        }

        private static void Configure(WebApplicationBuilder builder, ConcurrentQueue<Entry> log)
        {
            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(new Recorder(log));
            FixtureTools.Add(builder.Services, "broken", (_, _) => throw new InvalidOperationException("secret"));
            builder.Services.AddSingleton(McpServerPrompt.Create((Func<string>)(() => throw new InvalidOperationException("secret")), new McpServerPromptCreateOptions { Name = "broken" }));
            builder.Services.AddSingleton(McpServerResource.Create((Func<string>)(() => throw new InvalidOperationException("secret")), new McpServerResourceCreateOptions { UriTemplate = "test://broken", Name = "broken" }));
            builder.Services.AddMcpServer().WithCompleteHandler((_, _) => throw new InvalidOperationException("secret"));
        }
    }

    private sealed class Recorder(ConcurrentQueue<Entry> log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Category(log, categoryName);

        public void Dispose()
        {
        }

        private sealed class Category(ConcurrentQueue<Entry> log, string name) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                log.Enqueue(new Entry(logLevel, name, formatter(state, exception), exception));
        }
    }
}
