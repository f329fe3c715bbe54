using Microsoft.Extensions.DependencyInjection;
using QwenCode.Hosting;
using QwenCode.Models.Scripting;
using QwenCode.Permissions;
using QwenCode.Sessions;

namespace QwenCode.SemanticKernel.Tests.Foreign;

/// <summary>Whatever a client does with the tools that it is offered, a tool runs by our rules or not at all.</summary>
public sealed class BypassTests : IDisposable
{
    private readonly KernelRoom _room = new();
    private readonly ScriptedModel _model = new();
    private readonly TouchTool _tool = new();

    public static TheoryData<string> Kinds => [.. ForeignModels.Kinds.Keys];

    private string Target => Path.Combine(_room.Project, "owned.txt");

    public void Dispose()
    {
        _room.Dispose();
        _model.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_that_needs_permission_is_denied_where_nobody_can_be_asked(string kind)
    {
        var outcome = await RunAsync(kind, mode: null);

        File.Exists(Target).ShouldBeFalse();
        outcome.Text.ShouldBe("so be it");
        _model.Requests.Count.ShouldBe(2);
        _model.Requests[0].Tools.ShouldContain("touch");
        _model.Requests[1].Results("touch").ShouldHaveSingleItem().ShouldContain("requires permission to use \"touch\"");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_that_is_allowed_runs_once_and_is_seen_by_the_front_end(string kind)
    {
        var events = new Events();

        var outcome = await RunAsync(kind, ApprovalMode.Yolo, events);

        (_tool.Runs, File.ReadAllText(Target), outcome.Text).ShouldBe((1, "owned", "so be it"));
        _model.Requests.Count.ShouldBe(2);
        _model.Requests[1].Results("touch").ShouldBe(["touched"]);
        events.Of<ToolCallCompleted>().ShouldHaveSingleItem();
        events.Of<NoticeRaised>().ShouldBeEmpty();
    }

    private async Task<RunOutcome> RunAsync(string kind, ApprovalMode? mode, Events? events = null)
    {
        _model.Calls("touch", $$"""{"path":"{{Target.Replace("\\", "\\\\", StringComparison.Ordinal)}}"}""").Says("so be it");
        await using var services = _room.BuildHost((services, options) => ForeignModels.Kinds[kind](services, options, _model), _tool);
        events ??= new Events();
        await using var session = services.GetRequiredService<SessionFactory>().Open(new SessionRequest { Mode = mode }, events);
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await session.Completion;
        return events.Of<RunCompleted>().ShouldHaveSingleItem().Outcome;
    }
}
