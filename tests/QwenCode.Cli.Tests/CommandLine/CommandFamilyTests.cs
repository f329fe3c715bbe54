using QwenCode.Cli.CommandLine;

namespace QwenCode.Cli.Tests.CommandLine;

public sealed class CommandFamilyTests
{
    [Theory]
    [InlineData("plugins", "list", "plugins list")]
    [InlineData("plugins", "list", "-d plugins list")]
    [InlineData("tasks", "stop", "tasks stop a b", "a", "b")]
    [InlineData("permissions", "explain", "permissions explain --yolo -- rm -rf", "rm", "-rf")]
    [InlineData("hooks", null, "hooks")]
    [InlineData("hook", "list", "hook list")]
    [InlineData("demo", null, "demo -d")]
    [InlineData("undo", null, "undo --dry-run")]
    [InlineData("undo", "3", "undo 3 --force")]
    [InlineData("undo", "list", "undo list")]
    public void A_word_with_a_verb_of_its_family_is_a_command(string command, string? verb, string line, params string[] words)
    {
        var options = CliOptions.Parse(line.Split(' '));

        (options.Command, options.Verb).ShouldBe((command, verb));
        options.CommandWords.ShouldBe(words);
    }

    [Theory]
    [InlineData("plugins are nice")]
    [InlineData("mcp servers are nice")]
    [InlineData("demo something")]
    [InlineData("undo 3 changes")]
    [InlineData("-- mcp list")]
    [InlineData("-- plugins list")]
    [InlineData("explain the plugins")]
    [InlineData("-p mcp")]
    public void Prose_words_behind_two_dashes_and_the_option_are_prompts(string line)
    {
        var options = CliOptions.Parse(line.Split(' '));

        options.Command.ShouldBeNull();
        options.Prompt.ShouldNotBeNull();
    }

    [Fact]
    public void A_command_in_quotes_is_a_prompt() => CliOptions.Parse(["mcp list"]).Prompt.ShouldBe("mcp list");

    [Theory]
    [InlineData("There is no command 'qwen mcp'.", "mcp")]
    [InlineData("There is no command 'qwen mcp enable'.", "mcp enable")]
    [InlineData("There is no command 'qwen extensions list'.", "extensions list -d")]
    [InlineData("There is no command 'qwen extensions install'.", "extensions install a b")]
    [InlineData("There is no command 'qwen auth status'.", "-d auth status")]
    [InlineData("There is no command 'qwen auth'.", "auth")]
    [InlineData("There is no command 'qwen channel start'.", "channel start")]
    [InlineData("There is no command 'qwen plugins'.", "plugins")]
    [InlineData("There is no command 'qwen plugins lst'. Use one of: qwen plugins list,", "plugins lst")]
    [InlineData("There is no command 'qwen hooks lst'.", "hooks lst")]
    public void A_command_that_does_not_exist_is_refused_with_what_to_do(string message, string line)
    {
        var refusal = Should.Throw<RefusedException>(() => CliOptions.Parse(line.Split(' '))).Message;

        refusal.ShouldStartWith(message);
        refusal.ShouldContain("qwen -p '");
    }

    [Fact]
    public void What_follows_a_command_of_servers_is_its_own()
    {
        var options = CliOptions.Parse(["mcp", "add", "x", "--transport", "http", "-p", "https://h"]);

        (options.Command, options.Verb, options.Prompt).ShouldBe(("mcp", "add", null));
        options.CommandWords.ShouldBe(["x", "--transport", "http", "-p", "https://h"]);
    }
}
