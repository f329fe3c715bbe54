using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Programs;
using QwenCode.Hosting;
using QwenCode.SemanticKernel.OpenAI;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.CommandLine;

/// <summary>Which runs a native program hands over to the managed one.</summary>
public sealed class ManagedNeedTests
{
    [Theory]
    [InlineData("-p hi", false)]
    [InlineData("agents list", false)]
    [InlineData("plugins list", true)]
    [InlineData("-p hi --plugin-dir here", true)]
    public void The_command_line_alone_decides_what_it_can(string line, bool isNeeded) =>
        (ManagedNeed.Find(CliOptions.Parse(line.Split(' '))) is not null).ShouldBe(isNeeded);

    [Fact]
    public async Task A_project_without_plugins_and_connectors_needs_nothing()
    {
        await using var room = new Room();

        Find(room, "-p hi").ShouldBeNull();
    }

    [Theory]
    [InlineData(".qwen/plugins/Mine/Mine.dll")]
    [InlineData(".qwen/plugins/Stray.DLL")]
    [InlineData(".qwen/plugins/half-copied/plugin.json")]
    public async Task A_folder_that_may_hold_a_plugin_needs_the_managed_program(string file)
    {
        await using var room = new Room();
        room.Write(file, "x");

        Find(room, "-p hi")!.ShouldContain(Path.Combine(".qwen", "plugins"));
    }

    [Fact]
    public async Task A_plugin_folder_with_nothing_but_a_note_matters_to_a_long_session_only()
    {
        await using var room = new Room();
        room.Write(".qwen/plugins/README.md", "x");

        Find(room, "-p hi").ShouldBeNull();
        Find(room, "--input-format stream-json --output-format stream-json").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_model_behind_a_connector_needs_the_managed_program()
    {
        await using var room = new Room();
        ManagedNeed.ConnectorProtocol.ShouldBe(OpenAIConnector.Protocol);
        room.Write(".qwen/settings.json", """{ "modelProviders": { "sk-openai": [ { "id": "m", "envKey": "K" } ] } }""");

        Find(room, "-p hi")!.ShouldContain("sk-openai");
    }

    private static string? Find(Room room, string line)
    {
        var options = new QwenCodeOptions
        {
            WorkingDirectory = room.Workspace,
            ApplicationDirectory = room.Home,
            EnvironmentVariables = new Dictionary<string, string> { ["HOME"] = room.Home },
        };
        ThisProgram.Configure(options);
        return ManagedNeed.Find(CliOptions.Parse(line.Split(' ')), new WorkspaceServices(options, TimeProvider.System));
    }
}
