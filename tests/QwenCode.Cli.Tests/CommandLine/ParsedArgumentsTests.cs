using QwenCode.Cli.CommandLine;

namespace QwenCode.Cli.Tests.CommandLine;

public sealed class ParsedArgumentsTests
{
    [Theory]
    [InlineData("--approval-mode", "yolo")]
    [InlineData("--approvalMode", "yolo")]
    [InlineData("--approval-mode=yolo")]
    [InlineData("--approvalMode=yolo")]
    public void Names_are_kebab_case_or_camel_case_and_values_follow_or_are_tied_on(params string[] args) =>
        ParsedArguments.Parse(args).Text("approval-mode").ShouldBe("yolo");

    [Theory]
    [InlineData("--model", "m", "model")]
    [InlineData("-m", "m", "model")]
    [InlineData("-m=m", null, "model")]
    [InlineData("-mm", null, "model")]
    [InlineData("-p", "m", "prompt")]
    [InlineData("-i", "m", "prompt-interactive")]
    [InlineData("-r", "m", "resume")]
    [InlineData("--openai-api-key", "m", "openai-api-key")]
    [InlineData("--openai-base-url", "m", "openai-base-url")]
    [InlineData("--openai-logging-dir", "m", "openai-logging-dir")]
    [InlineData("--proxy", "m", "proxy")]
    [InlineData("--session-id", "m", "session-id")]
    [InlineData("--system-prompt", "m", "system-prompt")]
    [InlineData("--append-system-prompt", "m", "append-system-prompt")]
    [InlineData("--sandbox-image", "m", "sandbox-image")]
    [InlineData("--tavily-api-key", "m", "tavily-api-key")]
    [InlineData("--google-api-key", "m", "google-api-key")]
    [InlineData("--google-search-engine-id", "m", "google-search-engine-id")]
    [InlineData("--web-search-default", "m", "web-search-default")]
    [InlineData("--telemetry-otlp-endpoint", "m", "telemetry-otlp-endpoint")]
    [InlineData("--telemetry-outfile", "m", "telemetry-outfile")]
    public void Every_text_option_takes_its_value(string option, string? value, string name) =>
        ParsedArguments.Parse(value is null ? [option] : [option, value]).Text(name).ShouldBe("m");

    [Theory]
    [InlineData("yolo", 'y')]
    [InlineData("continue", 'c')]
    [InlineData("sandbox", 's')]
    [InlineData("debug", 'd')]
    [InlineData("version", 'v')]
    [InlineData("help", 'h')]
    [InlineData("list-extensions", 'l')]
    [InlineData("chat-recording", null)]
    [InlineData("include-partial-messages", null)]
    [InlineData("openai-logging", null)]
    [InlineData("acp", null)]
    [InlineData("experimental-skills", null)]
    [InlineData("experimental-lsp", null)]
    [InlineData("checkpointing", null)]
    [InlineData("screen-reader", null)]
    [InlineData("telemetry", null)]
    [InlineData("telemetry-log-prompts", null)]
    public void Every_flag_is_on_off_or_absent(string name, char? alias)
    {
        ParsedArguments.Parse([]).Flag(name).ShouldBeNull();
        ParsedArguments.Parse([$"--{name}"]).Flag(name).ShouldBe(true);
        ParsedArguments.Parse([$"--{name}=true"]).Flag(name).ShouldBe(true);
        ParsedArguments.Parse([$"--{name}=false"]).Flag(name).ShouldBe(false);
        ParsedArguments.Parse([$"--no-{name}"]).Flag(name).ShouldBe(false);
        if (alias is not null)
        {
            ParsedArguments.Parse([$"-{alias}"]).Flag(name).ShouldBe(true);
        }
    }

    [Theory]
    [InlineData("--auth-type", "openai", "anthropic", "qwen-oauth", "gemini", "vertex-ai")]
    [InlineData("--input-format", "text", "stream-json")]
    [InlineData("--output-format", "text", "json", "stream-json")]
    [InlineData("-o", "text", "json", "stream-json")]
    [InlineData("--approval-mode", "plan", "default", "auto-edit", "yolo")]
    [InlineData("--channel", "VSCode", "ACP", "SDK", "CI")]
    public void A_choice_is_one_of_its_words(string option, params string[] choices)
    {
        foreach (var choice in choices)
        {
            ParsedArguments.Parse([option, choice]);
        }

        Should.Throw<UsageException>(() => ParsedArguments.Parse([option, "auto_edit"])).Message
            .ShouldSatisfyAllConditions(
                static message => message.ShouldStartWith("Invalid values:\n"),
                static message => message.ShouldContain("Given: \"auto_edit\""),
                message => message.ShouldContain(string.Join(", ", choices.Select(static choice => $"\"{choice}\""))));
    }

    [Theory]
    [InlineData("--allowed-tools", "allowed-tools")]
    [InlineData("--exclude-tools", "exclude-tools")]
    [InlineData("--core-tools", "core-tools")]
    [InlineData("--allowed-mcp-server-names", "allowed-mcp-server-names")]
    [InlineData("--include-directories", "include-directories")]
    [InlineData("--add-dir", "include-directories")]
    [InlineData("--addDir", "include-directories")]
    [InlineData("--plugin-dir", "plugin-dir")]
    [InlineData("--extensions", "extensions")]
    [InlineData("-e", "extensions")]
    public void A_list_takes_every_word_up_to_the_next_option_and_is_split_at_commas(string option, string name)
    {
        var parsed = ParsedArguments.Parse([option, "a", "b, c", "-y", option, "d"]);

        parsed.List(name).ShouldBe(["a", "b", "c", "d"]);
        parsed.Words.ShouldBeEmpty();
        ParsedArguments.Parse([$"{option}=a,b", "word"]).ShouldSatisfyAllConditions(
            tied => tied.List(name).ShouldBe(["a", "b"]),
            static tied => tied.Words.ShouldBe(["word"]));
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("0", 0)]
    [InlineData("-1", -1)]
    [InlineData("many", null)]
    public void A_number_that_is_none_is_no_bound(string text, int? expected) =>
        ParsedArguments.Parse(["--max-session-turns", text]).Number("max-session-turns").ShouldBe(expected);

    [Fact]
    public void Flags_can_be_grouped_and_the_last_of_the_group_may_take_a_value()
    {
        var parsed = ParsedArguments.Parse(["-ydp", "words here"]);

        parsed.Flag("yolo").ShouldBe(true);
        parsed.Flag("debug").ShouldBe(true);
        parsed.Text("prompt").ShouldBe("words here");
    }

    [Theory]
    [InlineData("-p", "a", "-p", "b")]
    [InlineData("-p", "a", "--prompt=b")]
    [InlineData("-m", "a", "--model", "b")]
    public void A_single_value_that_is_given_twice_is_refused(params string[] args) =>
        Should.Throw<UsageException>(() => ParsedArguments.Parse(args)).Message.ShouldContain("more than once");

    [Theory]
    [InlineData("Unknown argument: all-files", "--all-files")]
    [InlineData("Unknown argument: show-memory-usage", "--show-memory-usage")]
    [InlineData("Unknown argument: verbose", "--verbose", "word")]
    [InlineData("Unknown argument: a", "-a")]
    [InlineData("Unknown argument: no-model", "--no-model")]
    [InlineData("Unknown arguments: x, yy", "--x", "--yy=1")]
    public void An_unknown_option_is_named(string message, params string[] args) =>
        Should.Throw<UsageException>(() => ParsedArguments.Parse(args)).Message.ShouldBe(message);

    [Theory]
    [InlineData("--model")]
    [InlineData("--model", "--yolo")]
    [InlineData("-p")]
    public void A_value_that_is_missing_is_missed(params string[] args) =>
        Should.Throw<UsageException>(() => ParsedArguments.Parse(args)).Message.ShouldStartWith("Not enough arguments following: ");

    [Fact]
    public void Words_after_two_dashes_are_the_prompt_even_if_they_look_like_options()
    {
        CliOptions.Parse(["-y", "--", "explain", "--yolo", "-p"]).Prompt.ShouldBe("explain --yolo -p");
        ParsedArguments.Parse(["one", "--", "two"]).PlainWords.ShouldBe(1);
    }

    [Theory]
    [InlineData("sandbox", "docker")]
    public void A_flag_that_is_given_a_word_is_refused_rather_than_taken_for_false(string name, string value) =>
        Should.Throw<UsageException>(() => ParsedArguments.Parse([$"--{name}={value}"])).Message.ShouldContain(name);

    [Fact]
    public void A_group_with_an_option_that_is_unknown_names_it() =>
        Should.Throw<UsageException>(() => ParsedArguments.Parse(["-yz"])).Message.ShouldBe("Unknown argument: z");
}
