using System.Text.Json;
using Microsoft.Playwright;
using TodoApp.Tests.Infrastructure;
using TodoApp.Tests.Laptop;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Frontend;

/// <summary>
/// The main pages as pictures, made of the sample account: in <c>artifacts/screenshots</c> after each run, and those that the
/// documents show in <c>docs/images</c> with <c>UPDATE_SNAPSHOTS=1</c>.
/// </summary>
public sealed class ScreenshotTests(ScreenshotTests.Sample sample, Browser browser) : IClassFixture<ScreenshotTests.Sample>, IClassFixture<Browser>
{
    private const int MostBytesOfAnImage = 150_000;

    // What the documents show, of the pages below.
    private static readonly string[] Shown = ["today"];

    [Theory]
    [InlineData("light", false)]
    [InlineData("dark", false)]
    [InlineData("light", true)]
    [InlineData("dark", true)]
    public async Task The_main_pages_are_shown_without_complaint(string theme, bool isPhone)
    {
        Requirements.NeedChromium();
        SampleSite site = await sample.StartAsync();
        await using IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = isPhone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 800 },
            IsMobile = isPhone,
            HasTouch = isPhone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        IPage page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        await page.GotoAsync(new Uri(site.Url, "/sign-in").ToString());
        await PictureAsync(page, Name("sign-in"));
        await page.Locator("#email").FillAsync("sample@example.com");
        await page.Locator("#password").FillAsync(site.Password);
        await page.Locator("button.primary").ClickAsync();
        await page.WaitForURLAsync(url => !url.EndsWith("/sign-in", StringComparison.Ordinal));

        string household = await LinkAsync("Household");
        string relaunch = await LinkAsync("Relaunch");
        (string Name, string Path)[] pages = isPhone
            ? [("today", "/today"), ("list", household), ("board", relaunch + "?view=board&by=priority")]
            :
            [
                ("today", "/today"), ("inbox", "/inbox"), ("upcoming", "/upcoming"), ("list", household), ("board", relaunch + "?view=board&by=priority"), ("calendar", "/upcoming?view=calendar"),
                ("activity", "/activity"), ("connect", "/connect"), ("search", "/search?q=book"), ("lists", "/lists"), ("settings", "/settings"), ("completed", "/completed"),
            ];
        foreach ((string name, string path) in pages)
        {
            IResponse? response = await page.GotoAsync(new Uri(site.Url, path).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load });
            Assert.True(response!.Ok, path);
            await PictureAsync(page, Name(name));
        }

        await page.GotoAsync(new Uri(site.Url, "/search?q=place to stay").ToString());
        await page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Book a place to stay", Exact = true }).ClickAsync();
        await Expect(page.Locator("[name=title]")).ToHaveValueAsync("Book a place to stay");
        await PictureAsync(page, Name("task"));
        Assert.Empty(complaints);

        string Name(string name) => $"{name}{(isPhone ? "-phone" : "")}-{theme}";
        async Task<string> LinkAsync(string list) => (await page.Locator("#side-lists a", new() { HasText = list }).First.GetAttributeAsync("href"))!;
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;
        byte[] png = await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
        Assert.True(png.Length > 5_000, $"{name} is an empty picture.");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1" && Shown.Any(each => name == each + "-light" || name == each + "-dark"))
        {
            // Playwright itself makes no WebP, which is a third of the size.
            ICDPSession devTools = await page.Context.NewCDPSessionAsync(page);
            JsonElement picture = (await devTools.SendAsync("Page.captureScreenshot", new Dictionary<string, object> { ["format"] = "webp", ["quality"] = 85 }))!.Value;
            byte[] webp = picture.GetProperty("data").GetBytesFromBase64();
            Assert.InRange(webp.Length, 1, MostBytesOfAnImage);
            await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "docs", "images")).FullName, name + ".webp"), webp);
        }
    }

    /// <summary>The laptop's program with the sample account.</summary>
    public sealed class Sample : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private Task<SampleSite>? _started;

        /// <inheritdoc />
        public async ValueTask DisposeAsync()
        {
            if (_started is { IsCompletedSuccessfully: true })
            {
                await (await _started).DisposeAsync();
            }

            _folder.Dispose();
        }

        internal Task<SampleSite> StartAsync() => _started ??= SampleSite.StartAsync(_folder.Path);
    }
}
