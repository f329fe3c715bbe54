using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Hosting;
using QwenCode.Models.Scripting;
using QwenCode.Sessions;

namespace QwenCode.SemanticKernel.Tests.Foreign;

/// <summary>A client with functions of its own, which it runs itself.</summary>
public sealed class OwnFunctionTests : IDisposable
{
    private readonly KernelRoom _room = new();
    private readonly ScriptedModel _model = new();
    private int _runs;

    public void Dispose()
    {
        _room.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Its_calls_run_once_in_the_client_and_the_user_is_told()
    {
        _model.Calls("clock").Says("It is noon.");
        await using var services = _room.BuildHost((given, _) => given.AddSingleton<IChatClient>(
            _model.AsBuilder().UseFunctionInvocation(configure: client => client.AdditionalTools = [AIFunctionFactory.Create(() => $"noon {++_runs}", "clock")]).Build()));
        var events = new Events();
        await using var session = services.GetRequiredService<SessionFactory>().Open(new SessionRequest(), events);

        session.Send(new PromptInput("what time is it?"));
        session.Send(new CompleteInput());
        await session.Completion;

        events.Of<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("It is noon.");
        events.Of<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldContain("clock");
        events.Of<ToolCallStarted>().ShouldBeEmpty();
        (_runs, _model.Requests.Count).ShouldBe((1, 2));
        _model.Requests[1].Results("clock").ShouldBe(["noon 1"]);
    }
}
