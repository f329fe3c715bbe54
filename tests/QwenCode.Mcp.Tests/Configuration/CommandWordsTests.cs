using QwenCode.Mcp.Configuration;

namespace QwenCode.Mcp.Tests.Configuration;

public sealed class CommandWordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  npx  -y\tserver ", "npx|-y|server")]
    [InlineData("run \"two words\" 'and more'", "run|two words|and more")]
    [InlineData("run '' x", "run||x")]
    [InlineData("run a\\ b \"say \\\"hi\\\"\"", "run|a b|say \"hi\"")]
    [InlineData("run 'a\\b' \"C:\\dir\\file\"", "run|a\\b|C:\\dir\\file")]
    [InlineData("run --x=\"1 2\"", "run|--x=1 2")]
    public void A_command_line_is_split_as_a_shell_would(string line, string words) =>
        string.Join('|', CommandWords.Split(line)).ShouldBe(words);
}
