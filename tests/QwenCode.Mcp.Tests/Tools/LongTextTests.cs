using QwenCode.Agents;
using QwenCode.Mcp.Tools;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Mcp.Tests.Tools;

public sealed class LongTextTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("qwen-mcp-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("short", 5, 1)]
    [InlineData("a\nb", 0, 0)]
    [InlineData("a\nb", 3, 2)]
    public void A_text_within_the_limits_stays_as_it_is(string text, int characters, int lines) =>
        LongText.Fit(text, "mcp__s__t", Context(characters, lines)).ShouldBe(text);

    [Fact]
    public void Of_too_many_lines_a_fifth_stays_from_the_start_and_the_rest_from_the_end()
    {
        var text = string.Join('\n', Enumerable.Range(1, 20));

        Shown(text, 0, 10).ShouldBe("1\n2\n\n---\n... [CONTENT TRUNCATED] ...\n---\n\n13\n14\n15\n16\n17\n18\n19\n20");
    }

    [Fact]
    public void One_huge_line_keeps_its_start_and_its_end_within_the_limit()
    {
        var text = new string('a', 500) + new string('b', 500);

        var shown = Shown(text, 200, 0);

        shown.Length.ShouldBeLessThanOrEqualTo(200);
        shown.ShouldStartWith(new string('a', 37) + "...");
        shown.ShouldEndWith(new string('b', 100));
    }

    [Fact]
    public void The_whole_text_is_kept_in_a_file_that_is_named()
    {
        var text = string.Join('\n', Enumerable.Range(1, 20));
        var context = Context(0, 10);

        var fitted = LongText.Fit(text, "mcp__s__t", context);

        var file = Directory.GetFiles(context.Workspace.TempDirectory).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldMatch("^mcp__s__t_[0-9a-f]{12}\\.output$");
        File.ReadAllText(file).ShouldBe(text);
        fitted.ShouldContain(file);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_admitted()
    {
        File.WriteAllText(Path.Combine(_directory, "tmp"), "in the way");

        LongText.Fit("a\nb\nc", "t", Context(0, 2)).ShouldContain("could not be saved");
    }

    [Fact]
    public void A_character_of_two_halves_is_never_cut()
    {
        var shown = Shown(string.Concat(Enumerable.Repeat("😀", 300)), 201, 0);

        shown.Where(char.IsSurrogate).Count().ShouldBe(shown.Split("😀").Length * 2 - 2);
    }

    private string Shown(string text, int characters, int lines)
    {
        const string marker = "Truncated part of the output:\n";
        var fitted = LongText.Fit(text, "mcp__s__t", Context(characters, lines));
        return fitted[(fitted.IndexOf(marker, StringComparison.Ordinal) + marker.Length)..];
    }

    private ToolContext Context(int characters, int lines) => new()
    {
        Agent = AgentId.Main,
        Session = new SessionId("s"),
        Workspace = new Workspace(_directory, runtimeDirectory: _directory),
        Limits = new ToolLimits(characters, lines),
    };
}
