using QwenCode.Cli.CommandLine;
using QwenCode.Permissions;

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
    [InlineData("Not enough arguments following: resume", "--resume")]
    [InlineData("Invalid --proxy", "--proxy", "ftp://host:1080")]
    [InlineData("Invalid --proxy", "--proxy", "")]
    public void Options_that_contradict_each_other_are_refused(string message, params string[] args) =>
        Should.Throw<UsageException>(() => CliOptions.Parse(args)).Message.ShouldContain(message);

    [Theory]
    [InlineData("-y=false", "--approval-mode", "default")]
    [InlineData("--no-continue", "-r", Id)]
    [InlineData("--session-id", Id)]
    [InlineData("--session-id", Id + "-agent-7")]
    [InlineData("--session-id", "123E4567-E89B-12D3-A456-426614174000")]
    [InlineData("--no-checkpointing")]
    [InlineData("--telemetry=false")]
    [InlineData("-e", "none")]
    [InlineData("--channel", "SDK")]
    [InlineData("--include-partial-messages", "-o", "stream-json")]
    [InlineData("--input-format", "stream-json", "-o", "stream-json", "-p", "x")]
    [InlineData("--input-format", "text")]
    public void Options_that_agree_are_taken(params string[] args) => Should.NotThrow(() => CliOptions.Parse(args));

    [Fact]
    public void Words_are_joined_with_single_blanks() =>
        CliOptions.Parse(["fix", "-y", "the  bug", "now"]).Prompt.ShouldBe("fix the  bug now");

    [Theory]
    [InlineData("host:3128", "http://host:3128/")]
    [InlineData("https://user:secret@host", "https://user:secret@host/")]
    public void A_proxy_is_an_http_address_with_or_without_its_scheme(string text, string address) =>
        CliOptions.Parse(["--proxy", text]).Proxy.ShouldBe(new Uri(address));

    [Theory]
    [InlineData("--approval-mode", "auto", "--approval-mode auto belongs to a newer version; 'default' is used instead.")]
    [InlineData("--auth-type", "openai-responses", "--auth-type openai-responses belongs to a newer version; 'openai' is used instead.")]
    public void A_value_of_a_newer_version_is_replaced_by_one_that_grants_no_more_and_said(string option, string value, string warning)
    {
        var options = CliOptions.Parse([option, value]);

        options.Warnings.ShouldBe([warning]);
        (options.Mode is ApprovalMode.Default || options.AuthType == "openai").ShouldBeTrue();
    }

    [Fact]
    public void The_help_names_every_option_that_works_and_no_other()
    {
        var help = HelpText.Render();

        foreach (var option in OptionTable.Working)
        {
            help.Contains($"--{option.Name} ", StringComparison.Ordinal).ShouldBe(!option.IsHidden, option.Name);
        }

        foreach (var option in RefusedOptions.All.Concat(AcceptedOptions.All))
        {
            help.Contains($"--{option.Name} ", StringComparison.Ordinal).ShouldBeFalse(option.Name);
        }
    }

    [Fact]
    public void An_options_record_prints_no_member_because_some_are_secret() =>
        CliOptions.Parse(["--openai-api-key", "sk-secret", "--proxy", "http://u:sk-secret@h"]).ToString().ShouldNotContain("secret");
}
