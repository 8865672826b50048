namespace TodoApp.Frontend.Agents;

/// <summary>One thing to do, and what to copy for it.</summary>
/// <param name="Text">A key of the texts.</param>
/// <param name="Code">A command, or what belongs into a file.</param>
public sealed record Step(string Text, string Code);

/// <summary>A program that agents run in, and how it is told of this server. The same as in <c>docs/agents.md</c>.</summary>
/// <param name="Id">For ids in the page.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Documentation">Where its makers explain it.</param>
/// <param name="Steps">What to do.</param>
public sealed record Client(string Id, string Name, string Documentation, params IReadOnlyList<Step> Steps)
{
    /// <summary>The known ones.</summary>
    /// <param name="url">The address of <c>/mcp</c>.</param>
    public static IReadOnlyList<Client> All(string url) =>
    [
        new(
            "claude-code", "Claude Code", "https://code.claude.com/docs/en/mcp",
            new Step("Run this. The single quotes matter: so the variable's name is kept, and not the token.", $$"""
                claude mcp add --transport http --scope user todo {{url}} --header 'Authorization: Bearer ${TODO_TOKEN}'
                """),
            new Step("Or, to share it with a project, put this into its .mcp.json. Each person sets their own TODO_TOKEN.", $$"""
                {
                  "mcpServers": {
                    "todo": {
                      "type": "http",
                      "url": "{{url}}",
                      "headers": {
                        "Authorization": "Bearer ${TODO_TOKEN}"
                      }
                    }
                  }
                }
                """)),
        new(
            "vs-code", "VS Code", "https://code.visualstudio.com/docs/copilot/reference/mcp-configuration",
            new Step("Put this into .vscode/mcp.json, or into the file that the command “MCP: Open User Configuration” opens. VS Code asks for the token when it first starts the server, and keeps it in its secret storage.", $$"""
                {
                  "inputs": [
                    {
                      "type": "promptString",
                      "id": "todo-token",
                      "description": "Todo App: personal token",
                      "password": true
                    }
                  ],
                  "servers": {
                    "todo": {
                      "type": "http",
                      "url": "{{url}}",
                      "headers": {
                        "Authorization": "Bearer ${input:todo-token}"
                      }
                    }
                  }
                }
                """)),
        new(
            "cursor", "Cursor", "https://cursor.com/docs/mcp",
            new Step("Put this into ~/.cursor/mcp.json, or into a project's .cursor/mcp.json. Cursor must see the variable: started from a menu it may not know what your shell's profile sets.", $$"""
                {
                  "mcpServers": {
                    "todo": {
                      "url": "{{url}}",
                      "headers": {
                        "Authorization": "Bearer ${env:TODO_TOKEN}"
                      }
                    }
                  }
                }
                """)),
        new(
            "gemini-cli", "Gemini CLI", "https://geminicli.com/docs/tools/mcp-server",
            new Step("Put this into ~/.gemini/settings.json by hand: the command for it would write the token in place of the variable's name. In a folder that you have not trusted Gemini CLI shows the server as disabled.", $$"""
                {
                  "mcpServers": {
                    "todo": {
                      "httpUrl": "{{url}}",
                      "headers": {
                        "Authorization": "Bearer $TODO_TOKEN"
                      }
                    }
                  }
                }
                """)),
        new(
            "codex", "Codex", "https://developers.openai.com/codex/mcp",
            new Step("Run this.", $"""
                codex mcp add todo --url {url} --bearer-token-env-var TODO_TOKEN
                """),
            new Step("It writes this into ~/.codex/config.toml, which the command line and the editor's extension share.", $"""
                [mcp_servers.todo]
                url = "{url}"
                bearer_token_env_var = "TODO_TOKEN"
                """)),
        new(
            "inspector", "MCP Inspector", "https://modelcontextprotocol.io/docs/2026-07-28/tools/inspector/cli",
            new Step("To look at the server without an agent. It needs Node.js 22.19 or newer. On a machine that others use too, they can see a running command's arguments, and so the token.", $"""
                npx @modelcontextprotocol/inspector@2.12.0 --cli {url} --transport http \
                  --header "Authorization: Bearer $TODO_TOKEN" --method tools/list
                """)),
    ];
}
