using System.Text.Encodings.Web;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace TodoApp.Frontend.Tasks;

/// <summary>
/// Notes as HTML. They come from anybody who may write tasks, agents too, and what an agent writes may come from a stranger's mail:
/// no HTML of their own, links to nothing but http, https and mailto, and no pictures, which would tell their server who reads.
/// </summary>
internal static class NotesMarkdown
{
    // The page's own headings come before.
    private const int TopHeading = 3;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UseAutoLinks()
        .UsePipeTables()
        .UseTaskLists()
        .UseEmphasisExtras()
        .UseSoftlineBreakAsHardlineBreak()
        .Build();

    /// <summary>Safe to stand in a page.</summary>
    public static MarkupString ToHtml(string notes)
    {
        try
        {
            MarkdownDocument document = Markdown.Parse(notes, Pipeline);
            foreach (MarkdownObject part in document.Descendants().ToArray())
            {
                Tame(part);
            }

            return (MarkupString)document.ToHtml(Pipeline);
        }
        catch (ArgumentException)
        {
            // Nested deeper than Markdig goes: shown as it was written.
            return (MarkupString)$"<pre>{HtmlEncoder.Default.Encode(notes)}</pre>";
        }
    }

    private static void Tame(MarkdownObject part)
    {
        switch (part)
        {
            case HeadingBlock heading:
                heading.Level = Math.Min(heading.Level + TopHeading - 1, 6);
                break;
            case Table table:
                // Their alignment would be an inline style, which the page's policy forbids.
                table.ColumnDefinitions.ForEach(column => column.Alignment = null);
                break;
            case TaskList box:
                // A box that can't be ticked, and has no name for who can't see it.
                box.ReplaceBy(new LiteralInline(box.Checked ? "☑" : "☐"));
                break;
            case LinkInline link when !IsAllowed(link.GetDynamicUrl?.Invoke() ?? link.Url):
                ReplaceByContent(link);
                break;
            case LinkInline link:
                link.IsImage = false;
                Mark(link);
                break;
            case AutolinkInline link when !link.IsEmail && !IsAllowed(link.Url):
                link.ReplaceBy(new LiteralInline(link.Url));
                break;
            case AutolinkInline link:
                Mark(link);
                break;
        }
    }

    private static bool IsAllowed(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? absolute) && (absolute.Scheme == Uri.UriSchemeHttp || absolute.Scheme == Uri.UriSchemeHttps || absolute.Scheme == Uri.UriSchemeMailto);

    private static void Mark(MarkdownObject link) => link.GetAttributes().AddPropertyIfNotExist("rel", "noopener noreferrer nofollow");

    private static void ReplaceByContent(LinkInline link)
    {
        while (link.FirstChild is Inline child)
        {
            child.Remove();
            link.InsertBefore(child);
        }

        link.Remove();
    }
}
