using QwenCode.Configuration;

namespace QwenCode.Hosting.Tests;

public sealed class SandboxTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qwen-sandbox-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData("true", null, null, "bwrap")]
    [InlineData("\"bwrap\"", null, null, "bwrap")]
    [InlineData("\"bubblewrap\"", null, null, "bwrap")]
    [InlineData("true", false, null, null)]
    [InlineData("false", true, null, "bwrap")]
    [InlineData("true", true, "false", null)]
    [InlineData(null, null, "1", "bwrap")]
    public void The_variable_counts_before_the_flag_and_the_flag_before_the_settings(string? setting, bool? flag, string? variable, string? expected)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        File.WriteAllText(Path.Combine(_folder, "bwrap"), string.Empty);

        Project(setting, flag, variable).Sandbox.ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"docker\"", null, "settings.json:1: 'tools.sandbox': \"docker\" is not a sandbox")]
    [InlineData("\"sandbox-exec\"", null, "settings.json:1: 'tools.sandbox'")]
    [InlineData(null, "podman", "'QWEN_SANDBOX': \"podman\" is not a sandbox")]
    [InlineData("true", null, "settings.json:1: 'tools.sandbox': asks for a sandbox")]
    public void A_sandbox_that_cannot_be_had_is_an_error_that_names_its_place(string? setting, string? variable, string message)
    {
        var exception = Should.Throw<SettingsException>(() => Project(setting, null, variable));

        exception.Message.ShouldContain(message);
        exception.ExitCode.ShouldBe(44);
    }

    [Fact]
    public void Inside_another_sandbox_none_is_built_and_only_the_process_can_say_so()
    {
        Project("true", null, null, surrounding: "outer").Sandbox.ShouldBeNull();

        Directory.CreateDirectory(Path.Combine(_folder, ".qwen"));
        File.WriteAllText(Path.Combine(_folder, ".qwen", ".env"), "SANDBOX=pretended\nQWEN_SANDBOX=0\n");
        Should.Throw<SettingsException>(() => Project("true", null, null));
    }

    private WorkspaceServices Project(string? setting, bool? flag, string? variable, string? surrounding = null)
    {
        var home = Path.Combine(_folder, "home");
        Directory.CreateDirectory(Path.Combine(home, ".qwen"));
        File.WriteAllText(Path.Combine(home, ".qwen", "settings.json"), setting is null ? "{}" : $$$"""{"tools":{"sandbox":{{{setting}}}}}""");
        var environment = new Dictionary<string, string> { ["HOME"] = home, ["PATH"] = _folder };
        if (variable is not null)
        {
            environment["QWEN_SANDBOX"] = variable;
        }

        if (surrounding is not null)
        {
            environment["SANDBOX"] = surrounding;
        }

        return new WorkspaceServices(new QwenCodeOptions { WorkingDirectory = _folder, EnvironmentVariables = environment, Sandbox = flag }, TimeProvider.System);
    }
}
