using System.Net;
using System.Text.RegularExpressions;
using TodoApp.Frontend.Shell;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.Frontend;

/// <summary>What the API refuses is said in the page's language.</summary>
public sealed partial class ErrorTextsTests(OpenToAll fixture) : EngineTests(fixture, Services.Frontend), IClassFixture<OpenToAll>
{
    [Fact]
    public async Task Whatever_a_form_is_refused_for_is_said_in_German_where_pages_are()
    {
        using var ann = new Person(System.Frontend.Url);
        ann.Browser.DefaultRequestHeaders.Add("Accept-Language", "de-DE");
        await Refused(ann, "/sign-up", ["Muss 12 bis 128 Zeichen haben, hat aber 5.", "Muss eine E-Mail-Adresse"], ("email", "ann"), ("password", "short"), ("name", "Ann"), ("timeZone", "Europe/Berlin"));
        await Refused(ann, "/sign-up", ["Passwörtern, die zuerst probiert werden"], ("email", ann.Email), ("password", "passwordpassword"), ("name", "Ann"), ("timeZone", "Europe/Berlin"));
        await Refused(ann, "/sign-in", ["Die E-Mail-Adresse oder das Passwort ist falsch."], ("email", ann.Email), ("password", Person.Password));
        await ann.SignUp();
        await Refused(ann, "/settings", ["Zeitzone"], ("name", "Ann"), ("locale", "de-DE"), ("timeZone", "Mars/Olympus"), ("weekStart", "monday"), ("theme", "system"));
        await ann.Send("/settings", ("name", "Ann"), ("locale", "de-DE"), ("timeZone", "Europe/Berlin"), ("weekStart", "monday"), ("theme", "system"));
        await Refused(ann, "/settings/password", ["Das ist nicht das Passwort des Kontos."], ("currentPassword", "not the one at all"), ("newPassword", Person.Password + "!"));
        await ann.Open("/inbox");
        await ann.Add("Miete tomorrow");
        await Refused(ann, "/tasks", ["Der Titel darf höchstens 500 Zeichen haben, hat aber 501."], ("text", new string('x', 501)), ("return", "/inbox"));
        await Refused(ann, "/tasks/change", ["„soon, perhaps“ ist kein Datum."], ("change", "due"), ("due", "soon, perhaps"), ("id", "1"), ("return", "/inbox"));
        await Refused(ann, "/tasks/1", ["Zeitzone"], ("title", "Miete"), ("dueTimeZone", "Mars/Olympus"), ("date", "2099-12-01"), ("time", "09:00"));
        await ann.Open("/tasks/1");
        string inbox = InboxOption().Match(ann.Page).Groups[1].Value;
        await Refused(ann, "/tasks/1", ["Die Aufgabe #99 gibt es nicht."], ("title", "Miete"), ("listId", inbox), ("parentId", "#99"));
        await ann.Send("/lists", ("form", "list"), ("name", "Haus"), ("return", "/lists"));
        await Refused(ann, "/lists", ["Eine Liste namens „Haus“ gibt es schon"], ("form", "list"), ("name", "haus"), ("return", "/lists"));
        await Refused(ann, "/lists", ["Darf nicht leer sein."], ("form", "list"), ("name", " "), ("return", "/lists"));
        foreach ((string query, string said) in (IEnumerable<(string, string)>)
        [
            ("today & (p1", "wird nie geschlossen"), ("today)", "schließt nichts"), ("tody", "ist kein Ausdruck für Filter. Meintest du „today“?"), ("due before: soonish", "„soonish“ ist keins"), ("#", "Name einer Liste erwartet"), ("#\"Haus", "nie geschlossen"), ("search:", "werden Wörter erwartet"), ("today | |", "passt hier nicht"), ("today &", "endet der Filter"),
        ])
        {
            await Refused(ann, "/filters", [said], ("form", "filter"), ("name", "Bald"), ("query", query), ("return", "/lists"));
        }

        // A filter may name what does not exist yet: who opens it is told.
        foreach ((string query, string said) in (IEnumerable<(string, string)>)[("#Hous", "„Hous“ gibt es nicht. Meintest du „Haus“?"), ("@x", "„x“ gibt es nicht. Es gibt noch keine.")])
        {
            await ann.Send("/filters", ("form", "filter"), ("name", "Bald" + query.Length), ("query", query), ("return", "/lists"));
            await ann.Open(FilterLink().Matches(ann.Page)[^1].Groups[1].Value);
            Expect(ann, said);
        }
    }

    [Fact]
    public void Every_sentence_that_pages_know_is_still_said()
    {
        string[] folders = ["TodoApp.Contracts", "TodoApp.McpServer", "TodoApp.Backend", "TodoApp.Frontend"];
        string said = string.Join('\n', folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith($"{Path.DirectorySeparatorChar}ErrorTexts.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        Assert.All(ErrorTexts.Forms, form => Assert.All(PartsOf(form), part => Assert.Contains(part, said, StringComparison.Ordinal)));

        // What stands between the places, without a word that is put before it where it is said.
        static IEnumerable<string> PartsOf(string form) => Places().Split(form).Select(part => Before().Replace(part.Trim(' ', ':', '.'), "")).Where(part => part.Length >= 10);
    }

    private static async Task Refused(Person person, string path, string[] said, params (string, string)[] fields)
    {
        await person.Send(path, fields);
        Expect(person, said);
    }

    private static void Expect(Person person, params string[] said)
    {
        string[] errors = [.. Errors().Matches(person.Page).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value).Trim())];
        Assert.True(errors.Length > 0, $"{person.Address}: {person.Status} {person.Page}");
        Assert.All(said, text => Assert.Contains(text, string.Join('\n', errors), StringComparison.Ordinal));
        Assert.All(errors, error => Assert.DoesNotMatch(@"\b(must|which|does|the|is not|has)\b", error));
    }

    [GeneratedRegex("""\{\d\}""")]
    private static partial Regex Places();

    [GeneratedRegex("^(title|notes|was|were) ")]
    private static partial Regex Before();

    [GeneratedRegex("name=\"listId\"[^>]*>\\s*<option value=\"([^\"]+)\"")]
    private static partial Regex InboxOption();

    [GeneratedRegex("href=\"(/filters/[0-9a-f-]{36})\"")]
    private static partial Regex FilterLink();

    [GeneratedRegex("<p class=\"error\"[^>]*>([^<]*)</p>")]
    private static partial Regex Errors();
}
