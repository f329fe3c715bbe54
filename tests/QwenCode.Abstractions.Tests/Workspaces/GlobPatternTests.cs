using QwenCode.Workspaces;

namespace QwenCode.Tests.Workspaces;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*.cs", "a.cs", true)]
    [InlineData("*.cs", "src/a.cs", false)]
    [InlineData("**/*.cs", "a.cs", true)]
    [InlineData("**/*.cs", "src/deep/a.cs", true)]
    [InlineData("src/**", "src/a", true)]
    [InlineData("src/**", "src/a/b", true)]
    [InlineData("src/**", "src", false)]
    [InlineData("src/**/b/*.ts", "src/b/x.ts", true)]
    [InlineData("src/**/b/*.ts", "src/a/b/c/b/x.ts", true)]
    [InlineData("src/**/b/*.ts", "src/a/x.ts", false)]
    [InlineData("**", ".hidden/x", true)]
    [InlineData("*", ".hidden", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[]]x", "]x", true)]
    [InlineData("[[:digit:]]", "7", true)]
    [InlineData("[x", "[x", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("*.{ts,tsx}", "a.tsx", true)]
    [InlineData("{src,test}/**/*.cs", "test/a/b.cs", true)]
    [InlineData("a{,.b}", "a", true)]
    [InlineData("{a,{b,c}}d", "cd", true)]
    [InlineData("f{1..3}", "f2", true)]
    [InlineData("{a}", "{a}", true)]
    [InlineData("./a/./b", "a/b", true)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("a*b*c", "axxbyy", false)]
    [InlineData("src/", "src/a", false)]
    [InlineData("A.CS", "a.cs", false)]
    public void A_path_fits_or_does_not(string pattern, string path, bool expected)
    {
        var glob = GlobPattern.Parse(pattern);

        glob.IsMatch(path).ShouldBe(expected);
        Walk(glob, path).ShouldBe(expected);
    }

    [Fact]
    public void Case_can_be_left_aside() => GlobPattern.Parse("SRC/*.[C]s", GlobCase.Ignore).IsMatch("src/a.CS").ShouldBeTrue();

    [Fact]
    public void Directories_that_cannot_hold_a_match_are_not_entered()
    {
        var start = GlobPattern.Parse("src/*/a.cs").Start;

        start.TryEnter("test", out _).ShouldBeFalse();
        start.TryEnter("src", out var below).ShouldBeTrue();
        below.TryEnter("x", out var deep).ShouldBeTrue();
        deep.TryEnter("y", out _).ShouldBeFalse();
        deep.Matches("a.cs").ShouldBeTrue();
    }

    [Fact]
    public void No_pattern_takes_long()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 200)) + "b";

        GlobPattern.Parse(pattern).IsMatch(new string('a', 2_000)).ShouldBeFalse();
        GlobPattern.Parse(string.Concat(Enumerable.Repeat("**/a/", 25)) + "b").IsMatch(string.Concat(Enumerable.Repeat("a/", 500)) + "c").ShouldBeFalse();
    }

    [Theory]
    [InlineData("{1..99999}")]
    [InlineData("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")]
    public void Braces_that_stand_for_too_much_are_refused(string pattern) =>
        Should.Throw<FormatException>(() => GlobPattern.Parse(pattern));

    private static bool Walk(GlobPattern glob, string path)
    {
        var cursor = glob.Start;
        var parts = path.Split('/');
        foreach (var part in parts[..^1])
        {
            if (!cursor.TryEnter(part, out cursor))
            {
                return false;
            }
        }

        return cursor.Matches(parts[^1]);
    }
}
