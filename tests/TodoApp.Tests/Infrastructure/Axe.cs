using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace TodoApp.Tests.Infrastructure;

/// <summary>Audits a page with axe: WCAG 2.2 AA and what axe calls best practice.</summary>
public static class Axe
{
    /// <summary>Fails with each violation and where it is, in frames too.</summary>
    public static async Task ExpectNoViolationsAsync(IPage page)
    {
        AxeResult result = await page.RunAxe();
        Assert.NotEmpty(result.Passes);
        string[] violations = [.. result.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Id}: {rule.Help}\n  {node.Target} {node.Html}\n  {string.Join("; ", node.Any.Select(check => check.Message))}"))];
        Assert.True(violations.Length == 0, string.Join('\n', violations));
    }
}
