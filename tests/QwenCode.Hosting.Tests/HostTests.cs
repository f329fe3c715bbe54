using Microsoft.Extensions.DependencyInjection;
using QwenCode.Configuration;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Sessions;

namespace QwenCode.Hosting.Tests;

/// <summary>The framework in somebody else's host.</summary>
public sealed class HostTests : IDisposable
{
    private readonly HostRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_prompt_is_worked_on_with_the_model_of_the_host()
    {
        _room.Script.Says("Hello.");
        await using var services = _room.Build();

        var (info, events) = await HostRoom.RunAsync(services, "hi");

        events.Events.OfType<RunCompleted>().Single().Outcome.ShouldSatisfyAllConditions(
            static outcome => outcome.End.ShouldBe(RunEnd.Success),
            static outcome => outcome.Text.ShouldBe("Hello."));
        info.Directory.ShouldBe(_room.Project);
    }

    [Fact]
    public async Task Nothing_is_read_before_it_is_asked_for()
    {
        _room.Write(".qwen/settings.json", "[]");

        await using var services = _room.Build();

        Should.Throw<SettingsException>(() => services.GetRequiredService<WorkspaceServices>());
        Directory.Exists(Path.Combine(_room.Home, ".qwen")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_built_in_system_prompt_is_written_where_the_environment_says()
    {
        _room.Script.Says("Hello.");
        _room.Environment["QWEN_WRITE_SYSTEM_MD"] = "out/base.md";
        await using var services = _room.Build(static options => options.AppendSystemPrompt = "And this.");

        await HostRoom.RunAsync(services, "hi");

        var written = File.ReadAllText(Path.Combine(_room.Project, "out", "base.md"));
        _room.Script.Requests.ShouldHaveSingleItem().System.ShouldBe($"{written}\n\n---\n\nAnd this.");
    }

    [Fact]
    public async Task Options_count_more_than_the_environment_and_that_more_than_the_settings()
    {
        _room.WriteHome(".qwen/settings.json", """{"$version":3,"model":{"name":"of-settings"},"security":{"auth":{"selectedType":"openai"}}}""");
        (_room.Environment["OPENAI_API_KEY"], _room.Environment["OPENAI_BASE_URL"]) = ("k", "http://127.0.0.1:1/v1");
        (await IdAsync()).ShouldBe("of-settings");
        _room.Environment["OPENAI_MODEL"] = "of-environment";
        (await IdAsync()).ShouldBe("of-environment");
        (await IdAsync(static options => options.Model = "of-options")).ShouldBe("of-options");

        async Task<string> IdAsync(Action<QwenCodeOptions>? configure = null)
        {
            await using var services = _room.Build(configure, isScripted: false);
            return services.GetRequiredService<IModelProvider>().Default.Id;
        }
    }

    [Fact]
    public async Task A_protocol_of_the_hosts_own_is_a_provider_like_any_other()
    {
        _room.WriteHome(".qwen/settings.json", """{"$version":3,"modelProviders":{"house":[{"id":"ours"}]}}""");
        _room.Script.Says("Hello from the house.");
        await using var services = _room.Build(
            options => options.Protocols = new Dictionary<string, Func<IServiceProvider, ModelEntry, Microsoft.Extensions.AI.IChatClient>>
            {
                ["house"] = (provider, entry) => entry.Id == "ours" && provider.GetService<WorkspaceServices>() is not null ? _room.Script : throw new InvalidOperationException(),
            },
            isScripted: false);

        var (info, events) = await HostRoom.RunAsync(services, "hi");

        info.Model.ShouldBe("ours");
        events.Events.OfType<RunCompleted>().Single().Outcome.Text.ShouldBe("Hello from the house.");
    }

    [Fact]
    public async Task An_agent_runs_for_the_hosts_own_code_under_the_rules_of_the_project()
    {
        _room.Write(".qwen/agents/finder.md", "---\nname: finder\ndescription: Finds.\n---\nYou find what is asked for.\n");
        _room.Script.Says("found it");
        await using var services = _room.Build();

        var result = await services.GetRequiredService<SessionFactory>().RunAgentAsync(new SessionRequest(), "finder", "find it", new RecordingFrontEnd());

        (result.Error, result.Content.ToText()).ShouldBe((null, "found it"));
        _room.Script.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Without_a_model_opening_a_session_says_what_is_missing()
    {
        await using var services = _room.Build(isScripted: false);

        var fault = Should.Throw<ModelException>(() => services.GetRequiredService<SessionFactory>().Open(new SessionRequest(), new RecordingFrontEnd()));

        fault.Fault.ShouldBe(ModelFault.NotConfigured);
        fault.Message.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_child_inherits_the_very_model_of_its_parent_and_another_is_made_once()
    {
        (_room.Environment["OPENAI_API_KEY"], _room.Environment["OPENAI_BASE_URL"], _room.Environment["OPENAI_MODEL"]) = ("k", "http://127.0.0.1:1/v1", "big");
        await using var services = _room.Build(isScripted: false);
        var models = services.GetRequiredService<IModelProvider>();

        models.Resolve("inherit", models.Default).ShouldBeSameAs(models.Default);
        models.Resolve(null, models.Default).ShouldBeSameAs(models.Default);
        models.Resolve("small", models.Default).Id.ShouldBe("small");
        models.Resolve("small", models.Default).ShouldBeSameAs(models.Resolve("small", models.Default));
        Should.Throw<ModelException>(() => models.Resolve("anthropic:other", models.Default)).Fault.ShouldBe(ModelFault.NotConfigured);
    }

    [Fact]
    public async Task A_session_goes_on_in_another_host()
    {
        _room.Script.Says("First.").Says("Second.");
        SessionInfo info;
        await using (var services = _room.Build())
        {
            (info, _) = await HostRoom.RunAsync(services, "one");
        }

        await using var later = _room.Build();
        await HostRoom.RunAsync(later, "two", new SessionRequest { Resume = info.Id });

        _room.Script.Requests[1].Messages.Select(static message => message.Text).TakeLast(3).ShouldBe(["one", "First.", "two"]);
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_named()
    {
        await using var services = _room.Build();
        var id = SessionId.New();

        Should.Throw<SessionNotFoundException>(() => services.GetRequiredService<SessionFactory>().Open(new SessionRequest { Resume = id }, new RecordingFrontEnd()))
            .Message.ShouldContain(id.Value);
    }

    [Theory]
    [InlineData(ApprovalMode.Yolo, ApprovalMode.Default)]
    [InlineData(ApprovalMode.AutoEdit, ApprovalMode.Default)]
    [InlineData(ApprovalMode.Plan, ApprovalMode.Plan)]
    public async Task In_a_folder_that_is_not_trusted_no_mode_allows_more_than_asking(ApprovalMode wanted, ApprovalMode given)
    {
        _room.WriteHome(".qwen/settings.json", """{"$version":3,"security":{"folderTrust":{"enabled":true}}}""");
        _room.WriteHome(".qwen/trustedFolders.json", $$"""{ "{{_room.Project.Replace("\\", "\\\\", StringComparison.Ordinal)}}": "DO_NOT_TRUST" }""");
        await using var services = _room.Build();

        services.GetRequiredService<SessionFactory>().PolicyFor(new SessionRequest { Mode = wanted }).Mode.ShouldBe(given);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 4)]
    public async Task The_description_of_the_surroundings_can_be_left_out(bool isLeftOut, int messages)
    {
        _room.WriteHome(".qwen/settings.json", "{\"$version\":3,\"model\":{\"skipStartupContext\":" + (isLeftOut ? "true" : "false") + "}}");
        _room.Script.Says("Hello.");
        await using var services = _room.Build();

        await HostRoom.RunAsync(services, "hi");

        _room.Script.Requests[0].Messages.Count.ShouldBe(messages);
    }

    [Fact]
    public async Task A_setting_is_given_to_tools_as_text_whatever_its_type()
    {
        _room.WriteHome(".qwen/settings.json", """{"$version":3,"general":{"vimMode":true},"ui":{"theme":"Default"}}""");
        await using var services = _room.Build();
        var project = services.GetRequiredService<WorkspaceServices>();

        project.SettingText("general.vimMode").ShouldBe("true");
        project.SettingText("ui.theme").ShouldBe("Default");
        project.SettingText("nothing.here").ShouldBeNull();
    }

    [Theory]
    [InlineData("deny")]
    [InlineData("ask")]
    public async Task A_rule_that_restricts_and_makes_no_sense_stops_the_start_and_names_its_place(string list)
    {
        var file = _room.Write(".qwen/settings.json", "{\"$version\":3,\n\"permissions\":{\"" + list + "\":[\"Bash(rm\"]}}");
        await using var services = _room.Build();

        Should.Throw<QwenCodeException>(() => services.GetRequiredService<SessionFactory>().Open(new SessionRequest(), new RecordingFrontEnd()))
            .Message.ShouldStartWith($"{file}:2: permissions.{list}[0]: ");
    }

    [Fact]
    public async Task A_rule_that_allows_and_makes_no_sense_is_left_out_with_a_notice()
    {
        var file = _room.Write(".qwen/settings.json", """{"$version":3,"permissions":{"allow":["Bash(rm"]}}""");
        _room.Script.Says("Hello.");
        await using var services = _room.Build();

        var (_, events) = await HostRoom.RunAsync(services, "hi");

        events.Events.OfType<NoticeRaised>().Single().Text.ShouldContain($"{file}:1: permissions.allow[0]: ");
        events.Events.OfType<RunCompleted>().Single().Outcome.End.ShouldBe(RunEnd.Success);
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_all_named_before_anything_runs()
    {
        await using var services = _room.Build(static options =>
        {
            (options.Kernel.MaxConcurrentAgents, options.Kernel.StopGracePeriod) = (-5, TimeSpan.FromSeconds(-1));
            (options.Kernel.StallLimit, options.PluginLoader, options.Features) = (TimeSpan.MaxValue, "other", null!);
        });

        var fault = Should.Throw<InvalidOptionsException>(() => services.GetRequiredService<SessionFactory>());

        fault.Problems.ShouldBe([
            "Features is null; it must have a value.",
            "PluginLoader is 'other'; it must be one of qwen.",
            "MaxConcurrentAgents is -5; it must be at least 1.",
            "StallLimit is 10675199.02:48:05.4775807; it must be at most 49 days.",
            "StopGracePeriod is -00:00:01; it must not be negative."]);
    }
}
