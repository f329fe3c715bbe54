using System.Text;
using System.Text.RegularExpressions;
using QwenCode.Plugin.Search.Grep;

namespace QwenCode.Plugin.Search.Tests;

/// <summary>The look of a line may let too many lines through, and never one too few.</summary>
public sealed class LineShapeTests
{
    private static readonly string[] Pieces =
    [
        "a", "b", "ab", "A", ".", "[ab]", "[^a]", "[a-c]", "[^\\w]", "[\\d_]", "[\\s\\S]", "[]a]", "[a\\-c]", "[-a]", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\b", "\\B", "^", "$", "\\.", "\\t", "1", "_", " ",
        "(a|b)", "(?:ab|c)", "(?<n>a)", "(?=a)", "(?!b)", "(?<=a)", "(?<!b)", "(a(b|c)*)", "x{2}", "{", "}", "a{,2}", "-",
    ];

    private static readonly string[] Quantifiers = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}", "{0}", "{0,2}?"];

    [Fact]
    public void No_line_that_matches_is_passed_over()
    {
        var random = new Random(20260401);
        var shapes = 0;
        var passed = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var pattern = Pattern(random, 0);
            Regex regex;
            try
            {
                regex = new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Multiline, TimeSpan.FromSeconds(1));
            }
            catch (RegexParseException)
            {
                continue;
            }

            if (LineShape.Of(pattern) is not { } shape || LineAutomaton.Of(shape) is not { } automaton)
            {
                continue;
            }

            shapes++;
            for (var i = 0; i < 15; i++)
            {
                var line = Line(random);
                var isCandidate = automaton.IndexOf(Encoding.UTF8.GetBytes(line)) >= 0;
                passed += isCandidate ? 0 : 1;
                if (!isCandidate)
                {
                    IsMatch(regex, line).ShouldNotBe(true, $"{pattern} in \"{line}\"");
                }
            }
        }

        // Neither of the two is worth anything if it never speaks.
        shapes.ShouldBeGreaterThan(500);
        passed.ShouldBeGreaterThan(1_000);
    }

    [Theory]
    [InlineData("[a-c]{3}\\d", "xx abc1 yy", true)]
    [InlineData("[a-c]{3}\\d", "xx ab1 yy", false)]
    [InlineData("[A-C]{3}\\d", "abc1", true)]
    [InlineData("\\w+\\(\\)", "call ()", false)]
    [InlineData("\\w+\\(\\)", "call()", true)]
    [InlineData("a.c", "a\nc", false)]
    [InlineData("[^a]b", "a\nb", false)]
    [InlineData("\\d{4}-\\d{2}", "on 2026-04-01", true)]
    [InlineData("\\d{4}-\\d{2}", "on 2026/04/01", false)]
    [InlineData("[0-9]x", "grün", true)]
    [InlineData("(a|b)-\\1", "a-", false)]
    [InlineData("(a|b)-\\1", "a-c", false)]
    [InlineData("(a|b)-\\1", "a-b", true)]
    [InlineData("(['\"])x\\1", "'x", false)]
    [InlineData("(?<q>['\"])x\\k<q>", "'x'", true)]
    [InlineData("(?<q>['\"])x\\k<q>", "'xy", false)]
    [InlineData("(?<q>a)(b)\\1", "abz", true)]
    public void Lines_are_told_apart(string pattern, string text, bool isCandidate) =>
        (LineAutomaton.Of(LineShape.Of(pattern)!)!.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0).ShouldBe(isCandidate);

    [Theory]
    [InlineData("(a|b)c?\\1")]
    [InlineData("(\\w+) \\1")]
    [InlineData("(a(b|c))\\2\\1")]
    [InlineData("(?:(a)|b)+\\1c")]
    [InlineData("(?=(a+))\\1b")]
    [InlineData("(?<n>ab?)-\\k<n>")]
    [InlineData("(?:(?<n>a)|x\\k<n>|(?<n>b)c)+-")]
    [InlineData("(x\\1?a|b){2}c")]
    public void No_line_that_repeats_itself_is_passed_over(string pattern)
    {
        var automaton = LineAutomaton.Of(LineShape.Of(pattern)!)!;
        var regex = new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        var random = new Random(20261130);
        var matching = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var line = string.Concat(Enumerable.Range(0, random.Next(10)).Select(_ => "aAbBcx- "[random.Next(8)]));
            if (regex.IsMatch(line))
            {
                matching++;
                automaton.IndexOf(Encoding.UTF8.GetBytes(line)).ShouldBeGreaterThanOrEqualTo(0, line);
            }
        }

        matching.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData("(a)\\10")]
    [InlineData("\\p{L}x")]
    [InlineData("\\x41")]
    [InlineData("\\u0041")]
    [InlineData("straße")]
    [InlineData("(?i)a")]
    [InlineData("(?>a)b")]
    [InlineData("[\\d-x]")]
    [InlineData("(a{500}){500}")]
    public void What_is_not_understood_has_no_look(string pattern) => LineShape.Of(pattern).ShouldBeNull();

    [Theory]
    [InlineData("a*")]
    [InlineData("^")]
    [InlineData("\\b")]
    [InlineData("(?=a)")]
    [InlineData("a?b?")]
    public void What_every_line_looks_like_is_not_looked_for(string pattern) => LineAutomaton.Of(LineShape.Of(pattern)!).ShouldBeNull();

    [Fact]
    public void Tables_that_grow_beyond_use_are_made_anew_and_given_up_in_the_end()
    {
        var automaton = LineAutomaton.Of(LineShape.Of("[ab][^x]{14}[cd][^x]{14}[ef]")!)!;
        var regex = new Regex("[ab][^x]{14}[cd][^x]{14}[ef]");
        var random = new Random(5);

        for (var i = 0; i < 3_000; i++)
        {
            var line = string.Concat(Enumerable.Range(0, 120).Select(_ => "abcdefx "[random.Next(8)]));
            if (automaton.IndexOf(Encoding.ASCII.GetBytes(line)) < 0)
            {
                regex.IsMatch(line).ShouldBeFalse();
            }
        }

        automaton.IsExhausted.ShouldBeTrue();
    }

    // Some of these expressions backtrack without end; of them nothing can be said.
    private static bool? IsMatch(Regex regex, string line)
    {
        try
        {
            return regex.IsMatch(line);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string Pattern(Random random, int depth)
    {
        var pattern = new StringBuilder();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var piece = depth < 2 && random.Next(6) == 0 ? $"({Pattern(random, depth + 1)})" : Pieces[random.Next(Pieces.Length)];
            pattern.Append(piece).Append(Quantifiers[random.Next(Quantifiers.Length)]);
            if (random.Next(10) == 0)
            {
                pattern.Append('|');
            }
        }

        return pattern.ToString();
    }

    private static string Line(Random random) => string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => "aAbBcx12_ .-{}\t\"é"[random.Next(17)]));
}
