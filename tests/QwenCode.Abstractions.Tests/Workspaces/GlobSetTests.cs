using QwenCode.Workspaces;

namespace QwenCode.Tests.Workspaces;

public sealed class GlobSetTests
{
    [Theory]
    [InlineData("[[:alpha:]]", "aZ", "1-é")]
    [InlineData("[[:digit:]]", "09", "a")]
    [InlineData("[[:alnum:]]", "a0", "-_")]
    [InlineData("[[:upper:]]", "A", "a")]
    [InlineData("[[:lower:]]", "a", "A")]
    [InlineData("[[:xdigit:]]", "afAF09", "g")]
    [InlineData("[[:space:]]", " \t\n", "a")]
    [InlineData("[[:blank:]]", " \t", "\n")]
    [InlineData("[[:cntrl:]]", "\u0001\u007f", " ")]
    [InlineData("[[:print:]]", " ~", "\u0001")]
    [InlineData("[[:graph:]]", "!~", " ")]
    [InlineData("[[:punct:]]", "!_", "a ")]
    [InlineData("[!a-c]", "dz", "abc")]
    [InlineData("[^a-c]", "dz", "abc")]
    [InlineData("[a-]", "a-", "b")]
    [InlineData("[]-a]", "]^_`a", "b")]
    [InlineData("[\\]]", "]", "\\")]
    [InlineData("[a\\-c]", "a-c", "b")]
    [InlineData("[[:digit:]x]", "7x", "y")]
    [InlineData("[c-a]", "", "abc")]
    public void A_set_holds_some_characters_and_no_others(string pattern, string members, string others)
    {
        var glob = GlobPattern.Parse(pattern);

        members.Where(member => !glob.IsMatch([member])).ShouldBeEmpty();
        others.Where(other => glob.IsMatch([other])).ShouldBeEmpty();
    }

    [Fact]
    public void A_class_that_does_not_exist_makes_the_bracket_a_plain_character()
    {
        var glob = GlobPattern.Parse("[[:word:]]");

        glob.IsMatch("a").ShouldBeFalse();
        glob.IsMatch("[[:word:]]").ShouldBeFalse();
        glob.IsMatch("[w]").ShouldBeTrue();
    }

    [Theory]
    [InlineData("{a,b}{c,d}", "bd", true)]
    [InlineData("x{-1..1}", "x0", true)]
    [InlineData("x{-1..1}", "x-1", true)]
    [InlineData("x{3..1}", "x2", true)]
    [InlineData("{a..c}", "b", true)]
    [InlineData("{a..c}", "B", false)]
    [InlineData("{a..1}", "{a..1}", true)]
    [InlineData("\\{a,b}", "{a,b}", true)]
    [InlineData("{a,b", "{a,b", true)]
    [InlineData("{a\\,b,c}", "a,b", true)]
    [InlineData("{{a,b}}", "{a}", true)]
    public void Braces_stand_for_alternatives(string pattern, string path, bool expected) =>
        GlobPattern.Parse(pattern).IsMatch(path).ShouldBe(expected);

    [Theory]
    [InlineData("{1..100000000}")]
    [InlineData("{1..9999999}")]
    [InlineData("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")]
    public void Braces_that_stand_for_too_many_alternatives_are_refused_or_taken_literally(string pattern)
    {
        try
        {
            GlobPattern.Parse(pattern).IsMatch(pattern).ShouldBeTrue();
        }
        catch (FormatException exception)
        {
            exception.Message.ShouldContain("alternatives");
        }
    }

    [Fact]
    public void A_pattern_of_too_many_parts_is_refused() =>
        Should.Throw<FormatException>(
            () => GlobPattern.Parse(string.Join('/', Enumerable.Repeat("a", 61)))).Message.ShouldContain("60 parts");
}
