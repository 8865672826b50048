using Microsoft.Playwright;

namespace TodoApp.Tests.Infrastructure;

/// <summary>Chromium, started by the first test of a class that needs it.</summary>
public sealed class Browser : IAsyncDisposable
{
    private Task<(IPlaywright Playwright, IBrowser Browser)>? _started;

    /// <summary>A new profile: no cookies, no storage, nothing shared with other tests. Dispose of it to close its pages.</summary>
    /// <param name="options">Size, color scheme and so on.</param>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        string chromium = Requirements.NeedChromium();
        (_, IBrowser browser) = await (_started ??= StartAsync(chromium));
        IBrowserContext context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout((float)ServiceProcess.Patience.TotalMilliseconds);
        return context;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_started is { IsCompletedSuccessfully: true })
        {
            (IPlaywright playwright, IBrowser browser) = await _started;
            await browser.CloseAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync(string chromium)
    {
        Assertions.SetDefaultExpectTimeout((float)ServiceProcess.Patience.TotalMilliseconds);
        IPlaywright playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--disable-dev-shm-usage"] }));
    }
}
