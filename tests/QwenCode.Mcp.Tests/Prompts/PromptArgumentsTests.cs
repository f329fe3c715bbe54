using QwenCode.Mcp.Prompts;

namespace QwenCode.Mcp.Tests.Prompts;

public sealed class PromptArgumentsTests
{
    private static readonly McpPrompt One = Prompt(("city", true), ("state", false));
    private static readonly McpPrompt Two = Prompt(("from", true), ("to", true), ("note", false));

    [Theory]
    [InlineData("Paris", "city=Paris")]
    [InlineData("  New   York ", "city=New York")]
    [InlineData("--city=Paris", "city=Paris")]
    [InlineData("--state=\"New York\" Big Apple", "state=New York;city=Big Apple")]
    [InlineData("--city=\"a \\\"b\\\" \\\\c\"", "city=a \"b\" \\c")]
    [InlineData("--city=Paris France", "city=Paris;state=France")]
    public void One_required_argument_takes_all_words(string text, string expected) => Read(One, text).ShouldBe(expected);

    [Theory]
    [InlineData("a b", "from=a;to=b")]
    [InlineData("\"a b\" c", "from=a b;to=c")]
    [InlineData("a b c d", "from=a;to=b;note=c d")]
    [InlineData("--to=x a", "to=x;from=a")]
    public void Words_fill_required_arguments_in_order_and_then_the_others(string text, string expected) => Read(Two, text).ShouldBe(expected);

    [Theory]
    [InlineData("", "It needs 'from', 'to'. Usage: /p --from=\"…\" --to=\"…\" [--note=\"…\"]")]
    [InlineData("a", "It needs 'to'.")]
    [InlineData("--too=x", "It has no argument 'too'.")]
    [InlineData("--from=a --to=b --note=c d", "It takes no more than it has been given.")]
    public void What_does_not_fit_is_said_with_the_usage(string text, string expected) =>
        Should.Throw<McpRequestException>(() => Read(Two, text)).Message.ShouldStartWith(expected);

    private static string Read(McpPrompt prompt, string text) =>
        string.Join(';', PromptArguments.Read(prompt, text).Select(static pair => $"{pair.Key}={pair.Value}"));

    private static McpPrompt Prompt(params (string Name, bool IsRequired)[] arguments) =>
        new("srv", "p", string.Empty, [.. arguments.Select(static one => new McpPromptArgument(one.Name, string.Empty, one.IsRequired))]);
}
