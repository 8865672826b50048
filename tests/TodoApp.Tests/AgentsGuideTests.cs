using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests;

/// <summary>What people copy out of <c>docs/agents.md</c> is well formed, and fits together.</summary>
public sealed partial class AgentsGuideTests
{
    private const string Address = "http://127.0.0.1:3000/mcp";
    private const string Variable = "TODO_TOKEN";

    private static readonly string Guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "agents.md"));

    /// <summary>How a client's configuration names the token, which is in no file.</summary>
    [Theory]
    [InlineData("Claude Code", "mcpServers", "url", $"${{{Variable}}}")]
    [InlineData("VS Code", "servers", "url", "${input:todo-token}")]
    [InlineData("Cursor", "mcpServers", "url", $"${{env:{Variable}}}")]
    [InlineData("Gemini CLI", "mcpServers", "httpUrl", $"${Variable}")]
    public void A_configuration_has_the_address_and_names_the_token(string client, string servers, string address, string token)
    {
        JsonNode configuration = JsonNode.Parse(Assert.Single(Snippets("json", Section(client))))!;
        JsonNode server = configuration[servers]!["todo"]!;
        Assert.Equal(Address, (string)server[address]!);
        Assert.Equal($"Bearer {token}", (string)server["headers"]!["Authorization"]!);
        Assert.All(configuration["inputs"]?.AsArray() ?? [], input =>
        {
            Assert.Equal(token, $"${{input:{input!["id"]}}}");
            Assert.True((bool)input["password"]!);
        });
    }

    [Fact]
    public void The_command_of_Codex_writes_the_configuration_that_is_shown()
    {
        string section = Section("Codex");
        string[] lines = Assert.Single(Snippets("toml", section)).TrimEnd().Split('\n');
        Assert.All(lines, line => Assert.Matches(TomlLine(), line));
        Assert.Equal(["[mcp_servers.todo]", $"url = \"{Address}\"", $"bearer_token_env_var = \"{Variable}\""], lines);
        Assert.Equal($"codex mcp add todo --url {Address} --bearer-token-env-var {Variable}\n", Assert.Single(Snippets("sh", section)));
    }

    [Fact]
    public void The_command_of_Claude_Code_leaves_the_variable_to_Claude_Code() =>
        Assert.Equal(
            $"claude mcp add --transport http --scope user todo {Address} --header 'Authorization: Bearer ${{{Variable}}}'\n",
            Assert.Single(Snippets("sh", Section("Claude Code"))));

    [Fact]
    public void Commands_use_only_variables_that_were_set_and_one_server()
    {
        string[] commands = [.. Snippets("sh", Guide)];
        string all = string.Join('\n', commands);
        string[] set = [.. Assignment().Matches(all).Select(match => match.Groups[1].Value)];
        Assert.Distinct(set);
        Assert.All(Use().Matches(all), match => Assert.Contains(match.Groups[1].Value, set));
        Assert.All(HttpAddress().Matches(all), match => Assert.Equal("127.0.0.1:3000", match.Groups[1].Value));
        Assert.All(commands, command => Assert.Equal(0, command.Count(character => character == '\'') % 2));
        Assert.All(JsonArgument().Matches(all), match => Assert.NotNull(JsonNode.Parse(match.Groups[1].Value)));
        Assert.Equal(["claude", "codex", "curl", "export", "npx", "SESSION"], commands.SelectMany(command => CommandName().Matches(command)).Select(match => match.Value).Distinct().Order());
    }

    [Fact]
    public void There_is_no_whole_token_in_it() => Assert.DoesNotMatch(@"todo_(pat|ses)_[\w-]", Guide);

    [Fact]
    public void Its_links_lead_somewhere()
    {
        foreach (Match link in Link().Matches(Guide))
        {
            string file = link.Groups[1].Value is "" ? "agents.md" : link.Groups[1].Value;
            string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", file));
            if (link.Groups[2].Success)
            {
                Assert.Contains(link.Groups[2].Value, Heading().Matches(text).Select(match => NotInAnchors().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-')));
            }
        }
    }

    private static string Section(string heading) => Regex.Match(Guide, $"^### {Regex.Escape(heading)}\n(.*?)^##", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;

    // Also those that are indented, as part of a list.
    private static IEnumerable<string> Snippets(string language, string text) =>
        Regex.Matches(text, $"^ *```{language}\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value);

    [GeneratedRegex("""^(\[[\w.]+\]|\w+ = "[^"\\]*")$""")]
    private static partial Regex TomlLine();

    [GeneratedRegex(@"^ *(?:export )?([A-Z_]+)=", RegexOptions.Multiline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\$\{?([A-Z_]+)")]
    private static partial Regex Use();

    [GeneratedRegex(@"http://([^/\s]+)/")]
    private static partial Regex HttpAddress();

    [GeneratedRegex(@"-d '(\{.*?\})'")]
    private static partial Regex JsonArgument();

    // The first word of each line that does not go on from the one before.
    [GeneratedRegex(@"(?<=^ *)(?<!\\\n *)[A-Za-z]+(?=[ =])", RegexOptions.Multiline)]
    private static partial Regex CommandName();

    [GeneratedRegex(@"\]\((?!https?:)([\w./-]*)(?:#([\w-]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
