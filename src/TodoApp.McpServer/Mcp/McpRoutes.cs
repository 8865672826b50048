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

    public static void AddMcp(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<McpServerTool, FindTasksTool>();
        services.AddSingleton<McpServerTool, AddTasksTool>();
        services.AddSingleton<McpServerTool, UpdateTasksTool>();
        services.AddSingleton<McpServerTool, CompleteTasksTool>();
        services.AddSingleton<McpServerTool, DeleteTasksTool>();
        services.AddSingleton<McpServerTool, OrganizeTool>();
        services.AddSingleton<McpServerTool, OverviewTool>();
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
