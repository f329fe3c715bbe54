using Microsoft.Extensions.DependencyInjection;
using QwenCode.Agents;
using QwenCode.Kernel;
using QwenCode.Models.Scripting;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Hosting.Tests;

/// <summary>The bounds of agents that a person set are those that the kernel keeps.</summary>
public sealed class AgentBoundTests : IDisposable
{
    private const string Launch = """{"description":"look","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""";
    private readonly HostRoom _room = new();

    public AgentBoundTests() =>
        _room.Write(".qwen/agents/general-purpose.md", "---\nname: general-purpose\ndescription: Does what it is told.\n---\nDo what you are told, quince, and report.\n");

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData(1, TaskState.Queued)]
    [InlineData(2, TaskState.Running)]
    public async Task An_agent_beyond_the_number_that_may_run_at_once_waits_as_queued(int max, TaskState second)
    {
        _room.WriteHome(".qwen/settings.json", $$$"""{"$version":3,"agents":{"maxConcurrent":{{{max}}}}}""");
        _room.Script.When(lastUser: "^work$").Blocks();
        _room.Script.When(lastRole: "user", times: 1).Replies(new ScriptedReply { Calls = [new("agent", Launch, "a"), new("agent", Launch, "b")] });
        _room.Script.When().Says("I wait.");
        await using var services = _room.Build();
        var events = new RecordingFrontEnd();
        await using var session = services.GetRequiredService<SessionFactory>().Open(new SessionRequest(), events);

        session.Send(new PromptInput("go"));
        await events.WaitForAsync(static raised => raised is AnswerCompleted { Message.Text: "I wait." });

        services.GetRequiredService<AgentKernel>().Tasks.List(session.Id).Select(static task => task.State).ShouldBe([TaskState.Running, second]);
    }

    [Fact]
    public async Task An_agent_that_would_be_too_deep_is_refused()
    {
        _room.WriteHome(".qwen/settings.json", """{"$version":3,"agents":{"maxDepth":0}}""");
        _room.Script.When(lastRole: "user", times: 1).Calls("agent", Launch, "a");
        _room.Script.When().Says("ok");
        await using var services = _room.Build();

        var (_, events) = await HostRoom.RunAsync(services, "go");

        events.Events.OfType<ToolCallCompleted>().ShouldHaveSingleItem().ModelText.ShouldContain("0 deep (MaxAgentDepth)");
        events.Events.OfType<TaskStarted>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_budget_of_the_settings_ends_every_agent()
    {
        _room.WriteHome(".qwen/settings.json", """{"$version":3,"agents":{"runConfig":{"max_turns":2}}}""");
        _room.Script.When(system: "quince").Calls("no_such_tool");
        _room.Script.When(lastRole: "user", times: 1).Calls("agent", Launch, "a");
        _room.Script.When().Says("ok");
        await using var services = _room.Build();

        var (_, events) = await HostRoom.RunAsync(services, "go");

        events.Events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.Error.ShouldBe("Agent terminated with mode: MAX_TURNS");
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2", 2)]
    public async Task As_many_calls_of_an_answer_run_side_by_side_as_the_environment_says(string width, int most)
    {
        _room.Environment["QWEN_CODE_MAX_TOOL_CONCURRENCY"] = width;
        var probe = new ProbeTool(most);
        _room.Script.When(lastRole: "user").Replies(new ScriptedReply { Calls = [new("probe"), new("probe"), new("probe"), new("probe")] });
        _room.Script.When().Says("ok");
        await using var services = _room.Build();

        await HostRoom.RunAsync(services, "go", new SessionRequest { ToolSources = [probe] });

        (probe.Calls, probe.Most).ShouldBe((4, most));
    }

    [Fact]
    public async Task Everything_that_was_set_reaches_the_kernel_and_the_rest_is_as_the_host_says()
    {
        _room.WriteHome(".qwen/settings.json", """{"$version":3,"agents":{"maxConcurrent":3,"stallWarningMinutes":2,"runConfig":{"max_tool_calls":9}}}""");
        _room.Environment["QWEN_CODE_MAX_TOOL_CONCURRENCY"] = "4";
        await using var services = _room.Build(static options => options.Kernel = new KernelOptions { MaxAgentDepth = 2, MaxConcurrentAgents = 30, AgentBudget = new AgentBudget(MaxTurns: 50) });

        var bounds = services.GetRequiredService<KernelOptions>();

        (bounds.MaxConcurrentAgents, bounds.MaxAgentDepth, bounds.MaxToolConcurrency).ShouldBe((3, 2, 4));
        (bounds.StallWarning, bounds.StallLimit).ShouldBe((TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(30)));
        bounds.AgentBudget.ShouldBe(new AgentBudget(MaxTurns: 50, MaxToolCalls: 9));
    }
}
