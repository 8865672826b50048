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
    public async Task What_is_wrong_with_a_file_is_said_in_German()
    {
        using var ann = new Person(System.Frontend.Url);
        ann.Browser.DefaultRequestHeaders.Add("Accept-Language", "de-DE");
        await ann.SignUp();
        const string List = "01890000-0000-7000-8000-000000000001";
        foreach ((string file, string[] said) in (IEnumerable<(string, string[])>)
        [
            ("title,due\nMilch,2026-12-01\nBrot,2026-13-01\n,2026-12-02\n", ["Es wurde nichts importiert.", "Zeile 3, due: Muss ein Datum sein", "Zeile 4, title: Darf nicht leer sein."]),
            ($$"""{"format":"todo-app","formatVersion":1,"lists":[{"id":"{{List}}","name":"Haus"},{"id":"{{List}}","name":"haus","parentId":7}],"tasks":[{"id":"x","title":true,"labelIds":{} },{"id":"x","title":"Milch"}]}""",
                ["Es wurde nichts importiert.", "Muss ein Text in Anführungszeichen sein, ist aber die Zahl 7.", "Muss eine UUID sein.", "ist aber true.", "Muss eine Liste von Texten sein, ist aber ein Objekt."]),
            ("""{"format":"todo-app","formatVersion":9}""", ["dieses Programm liest Version 1 des Formats, nicht Version 9."]),
            ("""{"format":"todo-app","formatVersion":1,"tasks":[],"lists":[]}""", ["„lists“ darf nur einmal kommen"]),
            ("""{"format":"todo-app","formatVersion":1,"task":[]}""", ["„task“ gehört nicht zu diesem Format. Meintest du tasks?"]),
            ("""[{"uuid":"1","description":"Milch","status":"open","priority":"X","due":"soon"}]""", ["Muss pending, deleted, completed", "Muss H, M oder L sein.", "Muss ein Zeitpunkt wie 20261201T090000Z sein."]),
            ("BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:Milch\nPRIORITY:x\nDUE:soon\nEND:VTODO\nEND:VCALENDAR\n", ["Muss eine Zahl von 0 bis 9 sein.", "Muss ein Datum wie 20261201 oder eine Zeit"]),
            ("TYPE,CONTENT,PRIORITY,INDENT\nthing,Milch,9,x\n", ["Muss task, section oder note sein"]),
        ])
        {
            using var form = new MultipartFormDataContent { { new StringContent(""), "key" }, { new StringContent(""), "format" }, { new StringContent(file), "file", "file" } };
            await ann.Send("/settings/import", form);
            string refused = WebUtility.HtmlDecode(Tags().Replace(Refusal().Match(ann.Page).Groups[1].Value.Replace("</dt>", " ", StringComparison.Ordinal), ""));
            Assert.All(said, text => Assert.True(refused.Contains(text, StringComparison.Ordinal), $"{text} is not in {refused}"));
            Assert.DoesNotMatch(@"\b(must|which|does|the|is|has)\b", refused);
        }
    }

    [Fact]
    public async Task What_stands_in_the_way_of_undoing_is_said_in_German()
    {
        using var ann = new Person(System.Frontend.Url);
        ann.Browser.DefaultRequestHeaders.Add("Accept-Language", "de-DE");
        await ann.SignUp();
        await ann.Open("/inbox");
        await ann.Add("Milch");
        await ann.Send("/tasks/change", ("change", "priority"), ("priority", "high"), ("id", "1"), ("return", "/inbox"));
        string group = UndoGroup().Match(ann.Page).Groups[1].Value;
        await ann.Send("/tasks/change", ("change", "priority"), ("priority", "low"), ("id", "1"), ("return", "/inbox"));
        await Refused(ann, "/undo", ["Es wurde nichts rückgängig gemacht: Aufgabe #1: wurde seither geändert (in Version"], ("group", group), ("return", "/activity"));
    }

    /// <summary>What is refused in a file stands in no test one by one: each sentence of an import needs its form.</summary>
    [Fact]
    public void Every_sentence_about_a_file_is_known()
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "TodoApp.McpServer", "Transfer"), "*.cs")
            .Where(file => Path.GetFileName(file) is not ("TransferRoutes.cs" or "Import.cs" or "Export.cs"))]; // Those read what programs ask, not files.
        Assert.NotEmpty(files);
        string[] sentences =
        [
            .. files.SelectMany(File.ReadLines).Where(line => Reported().IsMatch(line)).SelectMany(line => Literals().Matches(line))
                .Select(match => Interpolations().Replace(match.Groups[1].Value.Replace("{{", "", StringComparison.Ordinal), "7")).Where(text => text.EndsWith('.')),
        ];
        Assert.True(sentences.Length > 50, $"{sentences.Length}");
        Assert.All(sentences, sentence => Assert.True(ErrorTexts.Knows(sentence), sentence));
    }

    [Fact]
    public void Every_sentence_that_pages_know_is_still_said()
    {
        string[] folders = ["TodoApp.Contracts", "TodoApp.ServiceDefaults", "TodoApp.McpServer", "TodoApp.Backend", "TodoApp.Frontend"];
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

    [GeneratedRegex("""id="import-refused"[^>]*>(.*?)</div>\s*(?:</div>|<form)""", RegexOptions.Singleline)]
    private static partial Regex Refusal();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("""name="group" value="([^"]+)""")]
    private static partial Regex UndoGroup();

    [GeneratedRegex("""
        "((?:\{\{|\{[^{}]*\}|\\.|[^"\\{])*)"
        """)]
    private static partial Regex Literals();

    [GeneratedRegex("""\{[^{}]*\}""")]
    private static partial Regex Interpolations();

    [GeneratedRegex(@"(otes|rrors|json|table|context)\.(Fail|Refuse|Warn|Invalid|Malformed)\(|^\s+[?:] ")]
    private static partial Regex Reported();

    [GeneratedRegex("^(title|notes|was|were) ")]
    private static partial Regex Before();

    [GeneratedRegex("name=\"listId\"[^>]*>\\s*<option value=\"([^\"]+)\"")]
    private static partial Regex InboxOption();

    [GeneratedRegex("href=\"(/filters/[0-9a-f-]{36})\"")]
    private static partial Regex FilterLink();

    [GeneratedRegex("<p class=\"error\"[^>]*>([^<]*)</p>")]
    private static partial Regex Errors();
}
