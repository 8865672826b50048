using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TodoApp.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TodoApp.Tests.Frontend;

/// <summary>Every page and what opens over it, in every theme, audited by axe; and what people with settings of their own see.</summary>
public sealed class AccessibilityTests(OpenToAll fixture, Browser browser) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>, IClassFixture<Browser>
{
    [Theory]
    [InlineData("light", 1280)]
    [InlineData("dark", 360)]
    [InlineData("contrast", 1280)]
    public async Task Pages_dialogs_and_refusals_have_no_barrier(string theme, int width)
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System, new BrowserNewContextOptions { ViewportSize = new() { Width = width, Height = 800 } });
        await ann.ApiAsync("/api/account", HttpMethod.Patch, new { theme });
        await ann.ApiAsync("/api/lists", HttpMethod.Post, new { name = "Home", color = "#008080" });
        await ann.ApiAsync("/api/filters", HttpMethod.Post, new { name = "Soon", query = "7 days" });
        await ann.ApiAsync("/api/tokens", HttpMethod.Post, new { name = "Claude", scopes = (string[])["tasks:read"] });
        await ann.OpenAsync("/inbox");
        await ann.AddAsync("Water the plants every day 9am @garden p1 // **all** of them", "Late yesterday", "Parent");
        await ann.ApiAsync("/api/tasks", HttpMethod.Post, new { title = "Child", parentId = 3 });
        string list = (await ann.ApiAsync("/api/lists")).GetProperty("items").EnumerateArray().Last().GetProperty("id").GetString()!;
        string label = (await ann.ApiAsync("/api/labels")).GetProperty("items")[0].GetProperty("id").GetString()!;
        string filter = (await ann.ApiAsync("/api/filters")).GetProperty("items")[0].GetProperty("id").GetString()!;
        string token = (await ann.ApiAsync("/api/tokens")).GetProperty("items")[0].GetProperty("id").GetString()!;
        foreach (string path in (string[])
        [
            $"/lists/{list}", $"/lists/{list}/edit", $"/labels/{label}", $"/labels/{label}/edit", $"/filters/{filter}", $"/filters/{filter}/edit", $"/connect/{token}/take-back",
            "/settings", "/settings/security", "/settings/security/log", "/settings/tokens", "/settings/calendar", "/settings/data",
            "/tasks/1", "/tasks/3", "/today", "/upcoming?view=calendar&week=2026-12-07", "/upcoming?view=calendar&day=2026-12-07", "/inbox?view=board&by=label", "/inbox?view=board&by=priority&move=1", "/search?q=nothing+like+it",
        ])
        {
            await ann.OpenAsync(path);
            await AuditAsync(ann, path);
        }

        await ann.Page.GotoAsync(new Uri(System.Frontend.Url, "/tasks/999").ToString());
        await AuditAsync(ann, "a page that is not there");

        await ann.OpenAsync("/inbox");
        foreach ((string key, string dialog) in (IEnumerable<(string, string)>)[("?", "#help"), ("Control+k", "#chooser")])
        {
            await ann.Page.Locator("#main").FocusAsync();
            await ann.Page.Keyboard.PressAsync(key);
            await Expect(ann.Page.Locator(dialog)).ToBeVisibleAsync();
            await AuditAsync(ann, dialog);
            await ann.Page.Keyboard.PressAsync("Escape");
            await Expect(ann.Page.Locator(dialog)).Not.ToBeVisibleAsync();
        }

        await ann.Page.Locator("label.selecting").ClickAsync();
        await ann.Row("Parent").Locator(".pick").CheckAsync();
        await AuditAsync(ann, "the bar for chosen tasks");
        await ann.Page.Locator("#bulk [name=change][value=delete]").ClickAsync();
        await Expect(ann.Toast).ToBeVisibleAsync();
        await AuditAsync(ann, "a toast");

        await ann.OpenAsync("/settings");
        await ann.Page.Keyboard.PressAsync("q");
        await Expect(ann.Page.Locator("#adder")).ToBeVisibleAsync();
        await AuditAsync(ann, "#adder");
        await ann.Page.Keyboard.PressAsync("Escape");
        await ann.Page.Locator("#time-zone").FillAsync("Mars/Olympus");
        await ann.Page.Locator("form.form[action='/settings'] button").ClickAsync();
        await Expect(ann.Page.Locator("[aria-invalid=true]")).ToHaveCountAsync(1);
        await AuditAsync(ann, "a refused form");

        await ann.Context.SetOfflineAsync(true);
        await Expect(ann.Page.Locator("#connection")).ToContainTextAsync("offline");
        await AuditAsync(ann, "a page without a connection");
        await ann.Context.SetOfflineAsync(false);

        await using Visit nobody = await ann.StrangerAsync();
        foreach (string path in (string[])["/sign-in", "/sign-up"])
        {
            await nobody.OpenAsync(path);
            await AuditAsync(nobody, path);
        }

        ann.ExpectNoComplaints();
    }

    [Fact]
    public async Task What_moves_stands_still_for_those_who_ask_for_it_and_at_twice_the_size_nothing_is_cut_off()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System, new BrowserNewContextOptions { ReducedMotion = ReducedMotion.Reduce, ViewportSize = new() { Width = 640, Height = 400 }, DeviceScaleFactor = 2 });
        await ann.AddAsync("Milk today", "Bread");
        foreach (string path in (string[])["/inbox", "/today", "/tasks/1", "/settings", "/inbox?view=board&by=list", "/upcoming?view=calendar"])
        {
            await ann.OpenAsync(path);
            Assert.True(await ann.Page.EvaluateAsync<bool>("document.getAnimations().every(each => each.effect.getComputedTiming().activeDuration <= 1)"), path);
            Assert.True(await ann.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path);
        }

        await ann.OpenAsync("/inbox");
        string durations = await ann.Page.EvaluateAsync<string>("""
            [...document.querySelectorAll('body *')].flatMap(each => [getComputedStyle(each).transitionDuration, getComputedStyle(each).animationDuration])
                .flatMap(each => each.split(', ')).filter(each => parseFloat(each) > 0.01).join()
            """);
        Assert.Equal("", durations);
    }

    [Fact]
    public async Task Who_asks_the_system_for_more_contrast_or_for_its_own_colors_gets_them()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk today p1", "Bread p3");
        foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await ann.Page.EmulateMediaAsync(new() { Contrast = Contrast.NoPreference, ColorScheme = scheme });
            string before = await InkAsync();
            await ann.Page.EmulateMediaAsync(new() { Contrast = Contrast.More, ColorScheme = scheme });
            Assert.NotEqual(before, await InkAsync());
            await AuditAsync(ann, $"more contrast, {scheme}");
        }

        // Colors of ours are gone there: what they said is said by lines, and by words that are read out.
        await ann.Page.EmulateMediaAsync(new() { Contrast = Contrast.NoPreference, ForcedColors = ForcedColors.Active });
        await Expect(ann.Row("Milk")).ToHaveCSSAsync("border-inline-start-style", "double");
        await Expect(ann.Row("Bread")).ToHaveCSSAsync("border-inline-start-style", "dashed");
        await Expect(ann.Row("Milk")).ToContainTextAsync("Priority: urgent");
        ann.ExpectNoComplaints();

        Task<string> InkAsync() => ann.Page.EvaluateAsync<string>("getComputedStyle(document.body).color + getComputedStyle(document.documentElement).backgroundColor");
    }

    [Fact]
    public async Task What_happens_is_told_to_who_can_not_see_it()
    {
        await using Visit ann = await Visit.SignUpAsync(browser, System);
        await ann.AddAsync("Milk");
        await Expect(ann.Page.Locator("#toasts")).ToHaveAttributeAsync("aria-live", "polite");
        await Expect(ann.Page.GetByRole(AriaRole.Button, new() { Name = "Complete: Milk" })).ToHaveCountAsync(1);
        await Expect(ann.Page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" })).ToHaveCountAsync(1);
        await ann.Page.Locator("#add-text").FillAsync("Pay rent every month on the 1st");
        await Expect(ann.Page.Locator("#add-text ~ .preview, .preview").First).ToContainTextAsync(new Regex("month"));
        await ann.Page.Keyboard.PressAsync("Escape");
        await ann.Page.Keyboard.PressAsync("Control+k");
        await ann.Page.Keyboard.TypeAsync("upc");
        string current = (await ann.Page.Locator("#chooser-text").GetAttributeAsync("aria-activedescendant"))!;
        await Expect(ann.Page.Locator("#" + current)).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(ann.Page.Locator("#" + current)).ToContainTextAsync("Upcoming");
    }

    private static async Task AuditAsync(Visit visit, string what)
    {
        try
        {
            await Axe.ExpectNoViolationsAsync(visit.Page);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{what}: {exception.Message}", exception);
        }
    }
}
