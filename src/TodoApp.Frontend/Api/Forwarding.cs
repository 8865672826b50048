namespace TodoApp.Frontend.Api;

/// <summary>What of the backend is public.</summary>
internal static class Forwarding
{
    public static void MapForwarding(this WebApplication app)
    {
        ForwardToBackend forward = app.Services.GetRequiredService<ForwardToBackend>();
        app.Map("/api/{**path}", forward.Api);
        app.Map("/mcp", forward.Mcp);
        app.Map("/docs/{**path}", forward.Docs);
    }
}
