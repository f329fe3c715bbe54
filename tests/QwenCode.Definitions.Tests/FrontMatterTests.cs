using QwenCode.Definitions.Markdown;

namespace QwenCode.Definitions.Tests;

public sealed class FrontMatterTests
{
    [Theory]
    // What the reference reads.
    [InlineData("k: a b", "s:<a b>")]
    [InlineData("k: fix #12: now # always", "s:<fix #12: now # always>")]
    [InlineData("k:a", "s:<a>")]
    [InlineData("# c\n\nk: a", "s:<a>")]
    [InlineData("k:\n  - a\n  - b", "[s:<a>, s:<b>]")]
    [InlineData("k:\n  a: 1\n  b: x", "{a: <1>, b: s:<x>}")]
    [InlineData("k: true", "<true>")]
    [InlineData("k: null", "null")]
    [InlineData("k: 1.5", "<1.5>")]
    [InlineData("k: \"a \\\"b\\\" \\\\c\"", "s:<a \"b\" \\c>")]
    [InlineData("k: \"1\"", "s:<1>")]
    [InlineData("k: #fff", "s:<#fff>")]
    [InlineData("k: *", "s:<*>")]
    [InlineData("k: [draft] text", "s:<[draft] text>")]
    [InlineData("k: 'tis so", "s:<'tis so>")]
    [InlineData("k: > 5 things", "s:<> 5 things>")]
    [InlineData("k: @home `x` %y &z !w", "s:<@home `x` %y &z !w>")]
    // What it loses or misreads, read as YAML.
    [InlineData("k:\n- a\n- b", "[s:<a>, s:<b>]")]
    [InlineData("k:\n    - a\n    - \"*\"", "[s:<a>, s:<*>]")]
    [InlineData("k:\n- *", "[s:<*>]")]
    [InlineData("k:\n- a # why", "[s:<a>]")]
    [InlineData("k: [a, 'b', \"c\"]", "[s:<a>, s:<b>, s:<c>]")]
    [InlineData("k: []", "[]")]
    [InlineData("k: [a,\n  b]", "[s:<a>, s:<b>]")]
    [InlineData("k: [\n  a,\n  b\n]", "[s:<a>, s:<b>]")]
    [InlineData("k: 'it''s'", "s:<it's>")]
    [InlineData("k: \"a\\nb\"", "s:<a\nb>")]
    [InlineData("k: \"\\u00e9\"", "s:<é>")]
    [InlineData("k: |\n  a\n  b: c # d", "s:<a\nb: c # d>")]
    [InlineData("k: >-\n  a\n  b", "s:<a b>")]
    [InlineData("k: a\n  b", "s:<a b>")]
    [InlineData("k: {a: 1, b: [x]}", "{a: <1>, b: [s:<x>]}")]
    [InlineData("k: # comment\n  - a", "[s:<a>]")]
    [InlineData("k:\n  - a: 1\n    b: 2", "[{a: <1>, b: <2>}]")]
    [InlineData("\"k\": a", "s:<a>")]
    [InlineData("x: &a [1]\nk: *a", "[<1>]")]
    [InlineData("x: &a some text\nk: *a", "s:<some text>")]
    [InlineData("k: &a &b c", "s:<&b c>")]
    [InlineData("k: *a*", "s:<*a*>")]
    [InlineData("k: & more", "s:<& more>")]
    [InlineData("{k: a}", "s:<a>")]
    public void Values_are_read(string frontMatter, string value)
    {
        var faults = new List<MarkdownFault>();

        var document = MarkdownDocument.Parse($"---\n{frontMatter}\n---\nbody", faults);

        faults.ShouldBeEmpty();
        document!.Find("k")!.ToString().TrimEnd().Replace("\n>", ">", StringComparison.Ordinal).ShouldBe(value);
    }

    [Theory]
    [InlineData("k:")]
    [InlineData("k:\n# only a comment")]
    [InlineData("j: 1")]
    public void A_key_with_nothing_behind_it_is_absent(string frontMatter) =>
        MarkdownDocument.Parse($"---\n{frontMatter}\n---\nbody", [])!.Find("k").ShouldBeNull();

    [Theory]
    [InlineData("---\nk: a\n---\n\n  body \n\n", "body", 5)]
    [InlineData("\uFEFF---\r\nk: a\r\n---\r\nbody\r\nmore", "body\nmore", 4)]
    [InlineData("---\rk: a\r---\rbody", "body", 4)]
    [InlineData("---\nk: a\n---", "", 3)]
    [InlineData("---\nk: a\n---\nx\n---\ny", "x\n---\ny", 4)]
    [InlineData("---  \nk: a\n--- \nbody", "body", 4)]
    public void The_body_is_what_follows(string text, string body, int line)
    {
        var document = MarkdownDocument.Parse(text, [])!;

        document.Find("k")!.Text.ShouldBe("a");
        document.Body.ShouldBe(body);
        document.BodyLine.ShouldBe(line);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("text", 1)]
    [InlineData(" ---\nk: a\n---\n", 1)]
    [InlineData("---\nk: a\n", 1)]
    [InlineData("---\nk: a\nnonsense\n---\n", 3)]
    [InlineData("---\nk: a\nl:\n  - b\n - c\n---\n", 5)]
    [InlineData("---\nk: \"open\n  more\n---\n", 2)]
    [InlineData("---\nk:\n\t- a\n---\n", 2)]
    public void What_cannot_be_read_names_its_line(string text, int line)
    {
        var faults = new List<MarkdownFault>();

        MarkdownDocument.Parse(text, faults).ShouldBeNull();

        faults.ShouldHaveSingleItem().Line.ShouldBe(line);
    }

    [Fact]
    public void Values_know_their_lines()
    {
        var document = MarkdownDocument.Parse("---\n# c\na: 1\n\nb:\n  - x\n\n  - y\nc: {d: [\n  1]}\n---\nbody", [])!;

        document.Find("a")!.Line.ShouldBe(3);
        document.Find("b")!.Items!.ConvertAll(static item => item.Line).ShouldBe([6, 8]);
        document.Find("c")!.Members!["d"].Items![0].Line.ShouldBe(10);
    }

    [Fact]
    public void The_short_way_and_the_library_agree_on_all_YAML_that_both_read()
    {
        var random = new Random(3);
        string[] scalars = ["a", "a b", "a-b_c", "1", "1.5", "true", "null", "~", "'a b'", "'it''s'", "\"a\"", "\"a \\\"b\\\"\"", "\"\"", "''", "x:y", "a#b", "ü", "/p/q", "http://h/x", "\"a\\nb\"", "mcp__a__*", "-x"];
        string[] shapes = ["k: {0}", "k:\n  - {0}\n  - {1}", "k:\n- {0}\n- {1}", "k:\n  a: {0}\n  b: {1}", "k: [{0}, {1}]", "k: [ {0} ,{1}, ]", "k:\n\n  - {0}\n  # c\n  - {1}", "k:\n    - {0} # c\n    - {1}"];
        var compared = 0;
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, shapes[random.Next(shapes.Length)], scalars[random.Next(scalars.Length)], scalars[random.Next(scalars.Length)]);
            if (YamlReader.Read(text, 1, out _)?.Members is not { } expected)
            {
                continue;
            }

            var actual = MarkdownDocument.Parse($"---\n{text}\n---\n", [])!.Find("k");

            (actual?.ToString() ?? "null").ShouldBe(expected["k"].ToString(), text);
            compared++;
        }

        compared.ShouldBeGreaterThan(2500);
    }

    [Fact]
    public void Any_text_can_be_read()
    {
        var random = new Random(5);
        const string alphabet = "ab:-#'\"[]{}|>&*!%@`,?~ \n\n\n\t\\\r\uFEFF01é\ud800<";
        for (var i = 0; i < 20000; i++)
        {
            var inner = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            var text = random.Next(10) == 0 ? inner : $"---\n{inner}\n---\nbody";

            Should.NotThrow(() => MarkdownDocument.Parse(text, []), text);
        }
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var faults = new List<MarkdownFault>();

        MarkdownDocument.Parse($"---\nk:\n  {new string('[', 50_000)}\n---\n", faults).ShouldBeNull();

        faults.ShouldNotBeEmpty();
    }
}
