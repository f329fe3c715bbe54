using System.Net;
using System.Text.RegularExpressions;
using HtmlAgilityPack;

namespace QwenCode.Plugin.Web.Fetching;

/// <summary>Turns HTML into text that reads like markdown: headings, lists, tables and the targets of links stay recognisable.</summary>
internal static class HtmlText
{
    // The parser's time grows with the square of the depth: 20,000 levels take seconds. Pages that people read have some dozens.
    private const int DeepestNesting = 1_000;

    /// <summary>Converts a page.</summary>
    /// <param name="html">The page.</param>
    /// <param name="address">Where it came from; links are made absolute by it.</param>
    /// <param name="enough">After this many characters the rest is not looked at.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static string Convert(string html, Uri address, int enough, CancellationToken cancellationToken)
    {
        var document = new HtmlDocument { OptionMaxNestedChildNodes = DeepestNesting };
        try
        {
            document.LoadHtml(html);
        }
#pragma warning disable CA1031 // The parser throws plain exceptions, and what a page holds must never be more than a page without layout.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Such a page may be made to be slow, so this takes time in proportion to its length whatever it holds.
            var tags = new Regex("<!--.*?-->|<script\\b.*?</script[^>]*>|<style\\b.*?</style[^>]*>|<[^<>]*>",
                RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.IgnoreCase);
            return WebUtility.HtmlDecode(tags.Replace(html, " "));
        }

        var walk = new Walk(address);

        // By hand and not by recursion: how deep a page is nested is the page's choice.
        var root = document.DocumentNode;
        var node = root;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var goesIn = Enter(node, walk);
            if (goesIn && walk.Text.Length <= enough && node.FirstChild is { } child)
            {
                node = child;
                continue;
            }

            // Out of everything that ends here, then on to what comes next.
            if (goesIn)
            {
                Leave(node, walk);
            }

            while (node != root && (walk.Text.Length > enough || node.NextSibling is null))
            {
                node = node.ParentNode ?? root;
                Leave(node, walk);
            }

            if (node == root)
            {
                return walk.Text.ToString();
            }

            node = node.NextSibling!;
        }
    }

    /// <returns>Whether what is inside counts.</returns>
    private static bool Enter(HtmlNode node, Walk walk)
    {
        var text = walk.Text;
        if (node is HtmlTextNode words)
        {
            text.Write(WebUtility.HtmlDecode(words.Text));
            return false;
        }

        switch (node.Name)
        {
            case "#comment" or "script" or "style" or "noscript" or "template" or "svg" or "canvas" or "iframe" or "object" or "select"
                or "button":
                return false;
            case "base":
                walk.Rebase(Attribute(node, "href"));
                break;
            case "br":
                text.BreakLine();
                break;
            case "hr":
                text.BreakBlock();
                text.Write("---");
                text.BreakBlock();
                break;
            case "img" when Attribute(node, "alt") is { Length: > 0 } alt:
                text.Write($"[{alt}]");
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                text.BreakBlock();
                text.Write(new string('#', node.Name[1] - '0') + " ");
                break;
            case "title":
                text.BreakBlock();
                text.Write("Title: ");
                break;
            case "ul" or "ol":
                text.Depth++;
                text.BreakLine();
                walk.Numbers.Push(node.Name == "ol" ? 1 : 0);
                break;
            case "li":
                text.BreakLine();
                text.Write(walk.NextBullet());
                break;
            case "pre":
                text.BreakBlock();
                text.Write("```");
                text.BreakLine();
                text.Verbatim++;
                break;
            case "a":
                walk.Links.Push(walk.Target(Attribute(node, "href")));
                text.Write(walk.Links.Peek() is null ? string.Empty : "[");
                break;
            case "td" or "th":
                text.Write(" | ");
                break;
            case "tr" or "dt" or "dd":
                text.BreakLine();
                break;
            default:
                if (IsBlock(node.Name))
                {
                    text.BreakBlock();
                }

                break;
        }

        return true;
    }

    private static void Leave(HtmlNode node, Walk walk)
    {
        var text = walk.Text;
        switch (node.Name)
        {
            case "pre":
                text.Verbatim--;
                text.BreakLine();
                text.Write("```");
                text.BreakBlock();
                break;
            case "a" when walk.Links.Pop() is { } target:
                text.Write($"]({target})");
                break;
            case "ul" or "ol":
                walk.Numbers.Pop();
                text.Depth--;
                text.BreakBlock();
                break;
            case "tr" or "li" or "dt" or "dd":
                text.BreakLine();
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "title":
                text.BreakBlock();
                break;
            default:
                if (IsBlock(node.Name))
                {
                    text.BreakBlock();
                }

                break;
        }
    }

    private static string Attribute(HtmlNode node, string name) => WebUtility.HtmlDecode(node.GetAttributeValue(name, string.Empty)).Trim();

    private static bool IsBlock(string name) =>
        name is "p" or "div" or "section" or "article" or "header" or "footer" or "main" or "nav" or "aside" or "table" or "blockquote"
            or "form" or "figure" or "figcaption" or "address" or "details" or "summary" or "dl" or "fieldset" or "body";

    /// <summary>What must be remembered on the way.</summary>
    private sealed class Walk(Uri origin)
    {
        private Uri _origin = origin;

        public TextLayout Text { get; } = new();

        /// <summary>Gets the open links' targets; <c>null</c> where there is nothing to go to.</summary>
        public Stack<string?> Links { get; } = new();

        /// <summary>Gets the next number of each open list; 0 where it has none.</summary>
        public Stack<int> Numbers { get; } = new();

        public void Rebase(string address) => _origin = Uri.TryCreate(_origin, address, out var stated) ? stated : _origin;

        public string NextBullet()
        {
            if (!Numbers.TryPop(out var number))
            {
                return "- ";
            }

            Numbers.Push(number == 0 ? 0 : number + 1);
            return number == 0 ? "- " : $"{number}. ";
        }

        public string? Target(string address) =>
            address.Length > 0 && address[0] != '#' && Uri.TryCreate(_origin, address, out var target) && PageAddress.IsWeb(target)
                ? target.AbsoluteUri : null;
    }
}
