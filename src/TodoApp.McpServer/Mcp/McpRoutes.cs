using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TodoApp.McpServer.Http;

namespace TodoApp.McpServer.Mcp;

/// <summary>The Model Context Protocol at <c>/mcp</c>: stateless, so that any replica answers any request.</summary>
internal static class McpRoutes
{
    private const int RequestLimit = 4 * 1024 * 1024;

    private const string Instructions =
        "A to-do list that its owner and agents work on together. Find tasks before you change them; tasks are named by their number (#42). "
        + "Every change is logged with your token's name. Give each write an idempotency_key, so that a retry is safe.";

    /// <param name="services">Where to add it.</param>
    /// <param name="keys">Of the internal identity.</param>
    public static void AddMcp(this IServiceCollection services, IReadOnlyList<byte[]> keys)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(provider => new Confirmation(keys, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<McpServerTool, OverviewTool>();
        services.AddSingleton<McpServerTool, FindTasksTool>();
        services.AddSingleton<McpServerTool, AddTasksTool>();
        services.AddSingleton<McpServerTool, UpdateTasksTool>();
        services.AddSingleton<McpServerTool, RescheduleTasksTool>();
        services.AddSingleton<McpServerTool, CompleteTasksTool>();
        services.AddSingleton<McpServerTool, DeleteTasksTool>();
        services.AddSingleton<McpServerTool, EmptyTrashTool>();
        services.AddSingleton<McpServerTool, OrganizeTool>();
        services.AddSingleton<McpServerTool, ActivityTool>();
        services.AddSingleton<McpServerTool, UndoTool>();
        services.AddSingleton<McpServerTool, ShowBoardTool>();
        IMcpServerBuilder server = services.AddMcpServer(options =>
        {
            options.ServerInfo = new Implementation
            {
                Name = "todo-app",
                Title = "Todo App",
                Version = typeof(McpRoutes).Assembly.GetName().Version!.ToString(3),
            };
            options.ServerInstructions = Instructions;
        }).WithHttpTransport(transport => transport.SessionMode = HttpServerSessionMode.Stateless);
        server.AddTodoResources();
        server.AddTodoPrompts();
        server.AddBoardApp();
        server.AddTodoCompletions();
        server.AddSubscriptions();
        server.AddMcpFailures();
        server.AddMcpCapabilities();
    }

    public static void MapMcpApi(this IEndpointRouteBuilder app) => app.MapMcp("/mcp").WithMetadata(new BodyLimit(RequestLimit)).ExcludeFromDescription();
}
