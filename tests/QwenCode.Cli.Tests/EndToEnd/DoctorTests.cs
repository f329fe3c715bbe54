using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary><c>qwen doctor</c>.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task A_sound_setup_is_described_without_its_key()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", "{}");

        var result = await room.RunAsync("doctor");

        result.ShouldSatisfyAllConditions(
            static run => run.ExitCode.ShouldBe(0, run.Output + run.Error),
            static run => run.Output.ShouldContain("test-model (openai) at "),
            static run => run.Output.ShouldContain("settings.json"),
            static run => run.Output.ShouldNotContain("fault "),
            static run => (run.Output + run.Error).ShouldNotContain(Room.Key));
        room.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_program_that_runs_is_named_with_the_reason()
    {
        await using var room = new Room();
        var isManaged = Path.GetDirectoryName(QwenProcess.Program) is { } folder && !Directory.Exists(Path.Combine(folder, "managed"));

        var plain = await room.RunAsync("doctor");
        var needed = await room.RunAsync("doctor", "--plugin-dir", room.Workspace);

        plain.Output.ShouldContain(isManaged ? "managed: there is no native program" : "native: ");
        needed.Output.ShouldContain(isManaged ? "managed: there is no native program" : "managed: --plugin-dir names a plugin directory");
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_listed_at_once()
    {
        await using var room = new Room().WithoutModel();
        room.Write(".qwen/plugins/Torn/Torn.dll", "this is no assembly");
        room.Write(".qwen/agents/torn.md", "---\nname: [\n---\nx\n");

        var result = await room.RunAsync("doctor");

        result.ShouldSatisfyAllConditions(
            static run => run.ExitCode.ShouldBe(1),
            static run => run.Output.ShouldContain("fault      No auth type is selected."),
            static run => run.Output.ShouldContain("Torn"),
            static run => run.Output.ShouldContain("qwen agents validate"));
    }
}
