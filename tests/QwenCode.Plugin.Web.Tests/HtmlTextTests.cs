using QwenCode.Plugin.Web.Fetching;

namespace QwenCode.Plugin.Web.Tests;

public sealed class HtmlTextTests
{
    public static TheoryData<string, string> Pages => new()
    {
        { "<p>one   two\n three</p><p>four</p>", "one two three\n\nfour" },
        { "<h2>Head</h2>text", "## Head\n\ntext" },
        { "<html><head><title>T &amp; U</title><style>p{}</style><script>if (a<b) x()</script></head><body>b</body></html>", "Title: T & U\n\nb" },
        { "<a href='/x?a=1&amp;b=2'>to <b>x</b></a>.", "[to x](https://site.example/x?a=1&b=2)." },
        { "<a href='#top'>up</a> <a href='javascript:x()'>js</a> <a>none</a>", "up js none" },
        { "<base href='https://other.example/dir/'><a href='x'>x</a>", "[x](https://other.example/dir/x)" },
        { "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>after", "- a\n- b\n  - c\n\nafter" },
        { "<ol><li>a<li>b</ol>", "1. a\n2. b" },
        { "<pre>  keep\n\tthis &lt;x&gt;</pre>after", "```\n  keep\n\tthis <x>\n```\n\nafter" },
        { "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "| a | b\n| 1 | 2" },
        { "a<br>b<hr>c", "a\nb\n\n---\n\nc" },
        { "<img src=x alt='a picture'><img src=y>", "[a picture]" },
        { "<!-- no --><noscript>no</noscript><svg><text>no</text></svg>yes&nbsp;&eacute;&#128512;", "yes é😀" },
        { "<p>unclosed <b>bold<p>next", "unclosed bold\n\nnext" },
        { "", "" },
        { "</div></a></ul>stray", "stray" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_reads_like_text(string html, string text) => Convert(html).Trim().ShouldBe(text);

    [Fact]
    public void A_page_nested_without_end_is_read_too()
    {
        const int Depth = 20_000;

        Convert(string.Concat(Enumerable.Repeat("<div>", Depth)) + "deep").Trim().ShouldBe("deep");
    }

    [Fact]
    public void A_page_made_to_be_slow_loses_its_layout_and_not_its_text()
    {
        var html = string.Concat(Enumerable.Repeat("<i>", 100_000)) + "<script>no</script>a &lt; b" + string.Concat(Enumerable.Repeat("<!--", 100_000));

        Convert(html).Trim().ShouldStartWith("a < b");
    }

    [Fact]
    public void No_more_is_read_than_is_wanted()
    {
        var text = HtmlText.Convert(string.Concat(Enumerable.Repeat("<p>0123456789</p>", 10_000)), new Uri("https://site.example"), 1_000, default);

        text.Length.ShouldBeInRange(1_000, 1_100);
    }

    private static string Convert(string html) => HtmlText.Convert(html, new Uri("https://site.example/page"), 100_000, default);
}
