using Microsoft.Extensions.DependencyInjection;
using QwenCode.Agents;
using QwenCode.Kernel;
using QwenCode.Permissions;

namespace QwenCode.Hosting.Tests;

/// <summary>What options leave out, and what they put over the settings.</summary>
public sealed class CustomizationTests : IDisposable
{
    private const string Settings =
        """
        {
          "$version": 3,
          "permissions": { "allow": ["Bash(ls)"], "ask": ["Bash(git *)"], "deny": ["Bash(rm *)"] },
          "tools": { "approvalMode": "yolo", "core": ["read_file"] },
          "context": { "includeDirectories": ["/elsewhere"] },
          "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "true" }] }] },
          "mcpServers": { "own": { "command": "sh" } },
          "agents": { "maxDepth": 4 },
          "slashCommands": { "disabled": ["/init"] },
          "modelFallbacks": ["a", "b", "c", "d"]
        }
        """;

    private readonly HostRoom _room = new();

    public CustomizationTests()
    {
        _room.WriteHome(".qwen/settings.json", Settings);
        _room.Write(".qwen/agents/own.md", "---\nname: own\ndescription: Of the project.\n---\nYou work for the project.\n");
    }

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task What_is_left_out_is_what_loosens_and_what_was_added_and_not_what_holds_back()
    {
        await using var services = _room.Build(static options =>
        {
            options.LeavesOutCustomizations = true;
            options.AllowedTools = ["Bash(pwd)"];
        });
        var project = services.GetRequiredService<WorkspaceServices>();

        project.Permissions.Allow.Select(static rule => rule.Text).ShouldBe(["Bash(pwd)"]);
        project.Permissions.Ask.Select(static rule => rule.Text).ShouldBe(["Bash(git *)"]);
        project.Permissions.Deny.Select(static rule => rule.Text).ShouldBe(["Bash(rm *)"]);
        (project.Tools.ApprovalMode, project.Tools.Core).ShouldBe((ApprovalMode.Default, null));
        project.Context.FileNames.ShouldBeEmpty();
        project.Context.IncludeDirectories.ShouldBeEmpty();
        HookConfiguration.From(project).ShouldSatisfyAllConditions(
            static hooks => hooks.Hooks.IsEmpty.ShouldBeTrue(), static hooks => hooks.IsDisabled.ShouldBeFalse("hooks of the host still run"));
        services.GetRequiredService<ConfiguredMcpServers>().Configurations.ShouldBeEmpty();
        services.GetRequiredService<IAgentCatalog>().Find("own").ShouldBeNull();
    }

    [Fact]
    public async Task Without_the_option_all_of_it_counts()
    {
        await using var services = _room.Build();
        var project = services.GetRequiredService<WorkspaceServices>();

        project.Permissions.Allow.Select(static rule => rule.Text).ShouldBe(["Bash(ls)"]);
        project.Tools.ApprovalMode.ShouldBe(ApprovalMode.Yolo);
        project.Context.FileNames.ShouldNotBeEmpty();
        HookConfiguration.From(project).Hooks.IsEmpty.ShouldBeFalse();
        services.GetRequiredService<ConfiguredMcpServers>().Configurations.ShouldHaveSingleItem().Name.ShouldBe("own");
        services.GetRequiredService<IAgentCatalog>().Find("own").ShouldNotBeNull();
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData(2, 2)]
    [InlineData(9, 9)]
    public async Task The_depth_of_agents_is_that_of_the_options_before_that_of_the_settings(int? option, int depth)
    {
        await using var services = _room.Build(options => options.MaxAgentDepth = option);

        services.GetRequiredService<KernelOptions>().MaxAgentDepth.ShouldBe(depth);
    }

    [Fact]
    public async Task Disabled_commands_of_options_settings_and_environment_add_up_whatever_their_case()
    {
        _room.Environment["QWEN_DISABLED_SLASH_COMMANDS"] = "summary, ";
        await using var services = _room.Build(static options => options.DisabledCommands = ["/Compress"]);

        var disabled = services.GetRequiredService<WorkspaceServices>().DisabledCommands;

        disabled.ShouldBe(["Compress", "init", "summary"], ignoreOrder: true);
        disabled.ShouldContain("INIT", StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public async Task Certificates_are_left_unchecked_by_the_environment_of_the_process_alone(string value, bool isAccepted)
    {
        _room.Write(".env", "QWEN_TLS_INSECURE=1\n");
        _room.Environment["QWEN_TLS_INSECURE"] = value;
        await using var services = _room.Build();

        services.GetRequiredService<WorkspaceServices>().AcceptsAnyCertificate.ShouldBe(isAccepted);
    }

    [Fact]
    public void Bounds_that_make_no_sense_are_named()
    {
        var options = new QwenCodeOptions { MaxAgentDepth = 0, FallbackModels = ["a", "b", "c", "d"] };

        var fault = Should.Throw<InvalidOptionsException>(options.Validate);

        fault.Message.ShouldContain("MaxAgentDepth is 0; it must be from 1 to 100");
        fault.Message.ShouldContain("FallbackModels has more than three models");
    }
}
