using QwenCode.Cli.CommandLine;

namespace QwenCode.Cli.Tests.CommandLine;

public sealed class CliOptionsTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";

    [Theory]
    [InlineData("Cannot use both a positional prompt and the --prompt (-p) flag together", "word", "-p", "x")]
    [InlineData("Cannot use both --prompt (-p) and --prompt-interactive (-i) together", "-p", "x", "-i", "y")]
    [InlineData("Use --approval-mode=yolo instead", "-y", "--approval-mode", "default")]
    [InlineData("--include-partial-messages requires --output-format stream-json", "--include-partial-messages")]
    [InlineData("--include-partial-messages requires --output-format stream-json", "--include-partial-messages", "-o", "json")]
    [InlineData("--input-format stream-json requires --output-format stream-json", "--input-format", "stream-json")]
    [InlineData("--input-format stream-json requires --output-format stream-json", "--input-format", "stream-json", "-o", "text")]
    [InlineData("Cannot use both --continue and --resume together", "-c", "-r", Id)]
    [InlineData("--session-id", "--session-id", Id, "-c")]
    [InlineData("--session-id", "--session-id", Id, "-r", Id)]
    [InlineData("Invalid --session-id: \"abc\". Must be a valid UUID", "--session-id", "abc")]
    [InlineData("Invalid --session-id: \"123e4567-e89b-62d3-a456-426614174000\"", "--session-id", "123e4567-e89b-62d3-a456-426614174000")]
    [InlineData("Invalid --resume: \"abc\". Must be a valid UUID", "--resume", "abc")]
    [InlineData("Cannot use both --json-fd and --json-file together", "--json-fd", "3", "--json-file", "x")]
    public void Options_that_contradict_each_other_are_refused(string message, params string[] args) =>
        Should.Throw<UsageException>(() => CliOptions.From(ParsedArguments.Parse(args))).Message.ShouldContain(message);

    [Theory]
    [InlineData("-y=false", "--approval-mode", "default")]
    [InlineData("--no-continue", "-r", Id)]
    [InlineData("--session-id", Id)]
    [InlineData("--session-id", Id + "-agent-7")]
    [InlineData("--session-id", "123E4567-E89B-12D3-A456-426614174000")]
    [InlineData("--resume")]
    [InlineData("--include-partial-messages", "-o", "stream-json")]
    [InlineData("--input-format", "stream-json", "-o", "stream-json", "-p", "x")]
    [InlineData("--input-format", "text")]
    public void Options_that_agree_are_taken(params string[] args) => CliOptions.From(ParsedArguments.Parse(args));

    [Fact]
    public void Words_are_joined_with_single_blanks() =>
        CliOptions.From(ParsedArguments.Parse(["fix", "-y", "the  bug", "now"])).Prompt.ShouldBe("fix the  bug now");

    [Theory]
    [InlineData("--acp")]
    [InlineData("--experimental-acp")]
    public void Both_names_of_the_editor_protocol_mean_it(string option) => CliOptions.From(ParsedArguments.Parse([option])).IsAcp.ShouldBeTrue();

    [Fact]
    public void The_help_names_every_option_that_is_not_hidden()
    {
        var help = HelpText.Render();

        foreach (var option in OptionTable.All)
        {
            help.Contains($"--{option.Name} ", StringComparison.Ordinal).ShouldBe(!option.IsHidden, option.Name);
        }
    }
}
