using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What does not exist here is refused in a sentence, and never becomes a prompt.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string> Refused => [.. RefusedOptions.All.Where(static option => option.Kind is OptionKind.Flag).Select(static option => option.Name)];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task An_option_that_does_nothing_here_ends_the_program_before_any_request(string option) => await IsRefusedAsync($"--{option}", "-p", "hi", $"--{option}");

    [Theory]
    [InlineData("--extensions", "-e", "some")]
    [InlineData("--list-extensions", "-l")]
    [InlineData("--tavily-api-key", "--tavily-api-key", "tvly-1")]
    [InlineData("--output-style", "--output-style", "Concise")]
    [InlineData("qwen sessions list", "sessions", "lst")]
    [InlineData("qwen serve", "serve")]
    [InlineData("qwen skills", "skills")]
    [InlineData("qwen mcp", "mcp")]
    [InlineData("qwen mcp approval", "mcp", "approval")]
    [InlineData("qwen extensions install", "extensions", "install", "owner/name", "--consent")]
    [InlineData("qwen auth status", "auth", "status")]
    [InlineData("qwen channel", "channel")]
    [InlineData("qwen tasks lst", "tasks", "lst")]
    public async Task What_does_not_exist_is_named_in_one_sentence(string name, params string[] args) => await IsRefusedAsync(name, args);

    [Theory]
    [InlineData("--acp")]
    [InlineData("--experimental-acp")]
    public async Task A_frame_of_the_editor_protocol_is_no_prompt(string option)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        const string Initialize = """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":1}}""";

        var result = await room.RunWithAsync(Initialize + "\n", option, "--auth-type", "openai");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith("""{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":1,""");
        room.Model.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("-p", "mcp list")]
    [InlineData("mcp list")]
    [InlineData("--", "mcp", "list")]
    public async Task The_same_words_can_be_sent_as_a_prompt(params string[] args)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await room.RunAsync(args);

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests.Single().LastText.ShouldBe("mcp list");
    }

    [Fact]
    public async Task A_value_of_a_newer_version_is_warned_about_and_the_run_goes_on()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await room.RunAsync("-p", "hi", "--approval-mode", "auto");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBe("Warning: --approval-mode auto belongs to a newer version; 'default' is used instead.\n");
        room.Model.Requests.Single().ToolNames.ShouldNotContain("run_shell_command");
    }

    [Fact]
    public async Task What_the_SDK_always_passes_is_accepted()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        (await room.RunAsync("-p", "hi", "--channel=SDK", "--experimental-skills", "--screen-reader")).ShouldBe(new QwenResult(0, "Hi.\n", string.Empty));
    }

    private static async Task IsRefusedAsync(string name, params string[] args)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await room.RunAsync(args);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldContain(name);
        result.Error.TrimEnd('\n').ShouldNotContain("\n");
        room.Model.Requests.ShouldBeEmpty();
    }
}
