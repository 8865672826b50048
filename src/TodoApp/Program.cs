using TodoApp.McpServer;

await McpServerService.Build().RunAsync();
